"""The mappings that come along: the forms of other systems, loaded by a name, held against what they tell of."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import other_systems
import polars as pl
import pytest
from other_systems import TRUTH, write
from rounds import few

import coursepush as cp
from coursepush.errors import LoadError, RequestError
from coursepush.load.mapping.campus import read_mapped
from coursepush.load.mapping.shipped import SHIPPED, mapping_of, shipped_mapping
from coursepush.model.tables import TABLES

Write = Callable[[Path], Path]

SYSTEMS: list[tuple[str, Write]] = [
    ("clever", other_systems.clever),
    ("canvas", other_systems.canvas),
    ("sds", other_systems.sds_v1),
    ("sds", other_systems.sds_v21),
]
ids = [made.__name__ for _, made in SYSTEMS]


def counts(district: cp.District) -> dict[str, int]:
    found = {name: district.sql(f"select count(*) as n from {name}").item() for name in TABLES}
    return {name: number for name, number in found.items() if number}


def said(district: cp.District, rule: str) -> list[str]:
    return district.findings().filter(rule=rule)["message"].to_list()


def changed(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (folder / file).read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (folder / file).write_text(text, "utf-8")


@pytest.mark.parametrize(("name", "made"), SYSTEMS, ids=ids)
class TestEachSystem:
    def test_it_loads_by_its_name_as_what_it_tells_of(self, name: str, made: Write, tmp_path: Path) -> None:
        with cp.load_district(made(tmp_path), mapping=name) as district:
            assert counts(district) == TRUTH
            assert set(district.findings().filter(severity="warning")["rule"]) <= {"no_setup"}
            courses = district.sql(
                "select s.name as school, k.end_year, c.number, c.name, m.number as master "
                "from course as c join calendar as k using (calendar_id) join school as s using (school_id) "
                "join course_master as m using (master_id) order by 1, 3"
            )
            assert courses.rows() == [
                (school, 2026, number, other_systems.COURSES[number], number)
                for school, number in (
                    ("North High", "ALG1"),
                    ("North High", "ART1"),
                    ("North High", "BIO1"),
                    ("South High", "ALG1"),
                    ("South High", "BIO1"),
                )
            ]

    def test_terms_are_numbered_by_their_ends(self, name: str, made: Write, tmp_path: Path) -> None:
        with cp.load_district(made(tmp_path), mapping=name) as district:
            terms = district.sql("select term_seq, name, start_date from term order by calendar_id, term_seq")
            assert terms["name"].to_list() == ["Fall 2025", "Spring 2026"] * 2
            meets = district.sql("select term_seq, count(*) as n from section_term group by all order by 1")
            assert meets.rows() == [(1, 5), (2, 5)]

    def test_every_row_is_accounted_for(self, name: str, made: Write, tmp_path: Path) -> None:
        read = read_mapped(made(tmp_path), name)
        assert read.accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty()
        explained = set(read.findings["file"].drop_nulls())
        assert set(read.accounts.filter(pl.col("set_aside") > 0)["file"]) <= explained
        assert {path.name for path in tmp_path.iterdir()} <= set(read.accounts["file"])

    @few(1)
    def test_neither_the_order_of_lines_nor_the_case_of_headers_matters(
        self, name: str, made: Write, tmp_path: Path
    ) -> None:
        one, other = made(tmp_path / "one"), made(tmp_path / "other")
        for path in other.iterdir():
            header, *lines = path.read_text("utf-8").splitlines()
            path.write_text("\n".join([header.upper(), *reversed(lines)]) + "\n", "utf-8")
        with cp.load_district(one, mapping=name) as first, cp.load_district(other, mapping=name) as second:
            for table, about in TABLES.items():
                if table in TRUTH:
                    asked = f"from {table} order by {', '.join(about.key)}"
                    assert first.sql(asked).equals(second.sql(asked)), table

    @few(1)
    def test_the_same_files_again_change_nothing(self, name: str, made: Write, tmp_path: Path) -> None:
        folder = made(tmp_path)
        with cp.load_district(folder, mapping=name) as district:
            assert district.refresh(folder, mapping=name).moved.is_empty()

    @few(1)
    def test_a_starting_setup_can_be_given_and_pushed(self, name: str, made: Write, tmp_path: Path) -> None:
        with cp.load_district(made(tmp_path), mapping=name, scaffold=True, into=tmp_path / "d.duckdb") as district:
            catalog, year = district.catalogs().select("name", "year").row(0)
            plan = district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True)
            assert plan.counts().filter(verdict="insert")["rows"].sum() > 0

    @few(1)
    def test_no_students_name_gets_in(self, name: str, made: Write, tmp_path: Path) -> None:
        with cp.load_district(made(tmp_path), mapping=name) as district:
            names = district.sql("select name from teacher order by 1")["name"].to_list()
            assert all(any(each in name for each in other_systems.TEACHERS) for name in names)


class TestClever:
    def test_without_terms_the_school_year_must_be_given(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path / "files")
        frame = pl.read_csv(folder / "sections.csv", infer_schema=False)
        frame.drop("Term_name", "Term_start", "Term_end").write_csv(folder / "sections.csv")
        with pytest.raises(LoadError, match='base = "clever" and school_year = 2026'):
            cp.load_district(folder, mapping="clever")
        (tmp_path / "own.toml").write_text('base = "clever"\nschool_year = 2026\n', "utf-8")
        with cp.load_district(folder, mapping=tmp_path / "own.toml") as district:
            assert counts(district) == {k: n for k, n in TRUTH.items() if k not in ("term", "section_term")}

    def test_a_section_of_a_teacher_who_is_not_listed_loads_without_one(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path)
        changed(folder, "sections.csv", ("N-BIO1-F26,TN0,", "N-BIO1-F26,GONE,"))
        with cp.load_district(folder, mapping="clever") as district:
            assert district.sql("select count(*) from section where teacher_id is null").item() == 1
            assert said(district, "unknown_key") == [
                "sections.csv (clever_section): 1 row where teacher_id leads to no row of teacher (GONE); it is "
                "blank there."
            ]

    def test_a_section_of_a_school_that_is_not_listed_is_refused_with_its_line(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path)
        changed(folder, "sections.csv", ("N,N-BIO1-F26", "X,N-BIO1-F26"))
        with pytest.raises(LoadError) as refused:
            cp.load_district(folder, mapping="clever")
        assert refused.value.findings is not None
        assert (2, "X") in refused.value.findings.filter(rule="unknown_key").select("line", "value").rows()


class TestCanvas:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return other_systems.canvas(tmp_path / "canvas")

    def test_team_teaching_takes_the_first_and_is_told(self, folder: Path) -> None:
        changed(folder, "enrollments.csv", (",TN0,teacher,N-BIO1-F26,active", ",TN2,teacher,N-BIO1-F26,active"))
        with (folder / "enrollments.csv").open("a") as file:
            file.write(",TN1,teacher,N-BIO1-F26,active\n")
        with cp.load_district(folder, mapping="canvas") as district:
            teacher = district.sql(
                "select t.name from section as s join teacher as t using (teacher_id) "
                "join course as c using (course_id) where c.number = 'BIO1' order by section_id limit 1"
            ).item()
            assert teacher == "TN1, Person"
            assert said(district, "several_found") == [
                "enrollments.csv (canvas_person): 1 value of section_id with several rows that differ; the first, "
                "in the order of user_id, was taken for section."
            ]

    def test_what_is_deleted_completed_or_cross_listed(self, folder: Path) -> None:
        changed(
            folder,
            "enrollments.csv",
            (",P1,student,N-BIO1-F26,active", ",P1,student,N-BIO1-F26,completed"),
        )
        changed(folder, "sections.csv", ("S-ALG1-W26-C,Section 9,active", "S-ALG1-W26-C,Section 9,deleted"))
        students = (folder / "enrollments.csv").read_text("utf-8").splitlines()
        gone = [line for line in students if ",S-ALG1-W26," not in line]
        (folder / "enrollments.csv").write_text("\n".join(gone) + "\n", "utf-8")
        write(
            folder,
            {"xlists.csv": ("xlist_course_id,section_id,status", [("N-ART1-F26-C", "N-BIO1-F26", "active")])},
        )
        with cp.load_district(folder, mapping="canvas") as district:
            found = counts(district)
            assert found["enrollment"] == TRUTH["enrollment"] - 5
            held = district.sql(
                "select c.number, count(*) as sections from section join course as c using (course_id) "
                "join calendar as k using (calendar_id) where k.name = 'North High 2025-26' "
                "group by all order by 1"
            )
            assert held.rows() == [("ALG1", 2), ("ART1", 3), ("BIO1", 1)]

    def test_a_course_without_sections_has_one(self, folder: Path) -> None:
        with (folder / "courses.csv").open("a") as file:
            file.write("PE-C,PE1,Physical Education,S,F26,active,,\n")
        with (folder / "enrollments.csv").open("a") as file:
            file.write("PE-C,P1,student,,active\n")
        with cp.load_district(folder, mapping="canvas") as district:
            found = counts(district)
            assert found["section"] == TRUTH["section"] + 1
            assert found["enrollment"] == TRUTH["enrollment"] + 1

    def test_enrollments_of_sections_that_are_not_there_are_set_aside_and_told(self, folder: Path) -> None:
        changed(folder, "enrollments.csv", ("student,N-BIO1-F26,", "student,GONE,"))
        with cp.load_district(folder, mapping="canvas") as district:
            assert counts(district)["enrollment"] == TRUTH["enrollment"] - 4
            assert said(district, "orphans") == [
                "enrollments.csv (canvas_person): 4 rows set aside: section_id (line 2, 3, 4, 5) is in no row of "
                "section."
            ]

    def test_courses_without_a_term_are_put_in_the_last_school_year_and_that_is_told(self, folder: Path) -> None:
        changed(folder, "courses.csv", ("Art 1,N,F26,", "Art 1,N,,"))
        with cp.load_district(folder, mapping="canvas") as district:
            assert counts(district)["course"] == TRUTH["course"]
            assert [text.partition(": ")[2] for text in said(district, "year_taken")] == [
                "1 row name no term that says the school year; the last one that terms.csv has was taken."
            ]

    def test_departments_are_not_schools(self, folder: Path) -> None:
        with (folder / "accounts.csv").open("a") as file:
            file.write("SCI,N,Science,active\n")
        changed(folder, "courses.csv", ("N-BIO1-F26-C,BIO1,Biology 1,N", "N-BIO1-F26-C,BIO1,Biology 1,SCI"))
        with cp.load_district(folder, mapping="canvas") as district:
            assert counts(district) == TRUTH
            assert district.sql("select distinct department from course where department is not null").item() == (
                "Science"
            )

    def test_files_without_terms_are_refused_with_what_to_do(self, folder: Path) -> None:
        (folder / "terms.csv").unlink()
        with pytest.raises(LoadError, match=r"Add terms\.csv.*base = \"canvas\" and school_year = 2026"):
            cp.load_district(folder, mapping="canvas")


GRADEBOOK = (
    'Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (101),"Lab, safety (102)",{groups}Current Score,'
    "Unposted Current Score,Final Score,Unposted Final Score\n"
    "    Points Possible,,,,,10.00,20.00,{read_only}(read only),(read only),(read only),(read only)\n"
    '"1, Student",11,{first},p1,Section 0,9.50,EX,{blank}95,95,95,95\n'
    '"2, Student",12,,p2,Section 0,,N/A,{blank},,,\n'
    '"Student, Test",13,,x,Section 0,1.00,1.00,{blank},,,\n'
)


def gradebook(*groups: str) -> str:
    scores = [
        f"{group} {kind} Score,"
        for group in groups
        for kind in ("Current", "Unposted Current", "Final", "Unposted Final")
    ]
    return GRADEBOOK.format(
        groups="".join(scores), read_only="(read only)," * len(scores), blank="," * len(scores), first="{first}"
    )


class TestGradebooks:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = other_systems.canvas(tmp_path / "canvas")
        changed(folder, "courses.csv", ("N-BIO1-F26-C,BIO1,", "N-BIO1-F26-C,BIO 1/A,"))
        return folder

    def export(self, folder: Path, *groups: str) -> str:
        first = other_systems.ENROLLED[0][1]  # of the course's first section
        name = "2026-10-04T1853_Grades-BIO_1_A.csv"
        (folder / name).write_text(gradebook(*groups).format(first=first), "utf-8")
        return first

    def test_assignments_points_and_scores(self, folder: Path) -> None:
        self.export(folder, "Homework", "Tests")
        with cp.load_district(folder, mapping="canvas") as district:
            assignments = district.sql(
                "select name, points, category_row_id from assignment order by assignment_id"
            )
            assert [(name, int(points), row) for name, points, row in assignments.rows()] == [
                ("Quiz 1", 10, None),
                ("Lab, safety", 20, None),
            ]
            scores = district.sql("select points, is_exempt from score order by assignment_id")
            assert [(points and float(points), exempt) for points, exempt in scores.rows()] == [
                (9.5, False),
                (None, True),
            ]
            # which assignment is of which group is not said: no categories, so that none looks unused
            assert district.sql("select count(*) from section_category").item() == 0

    def test_the_only_group_of_a_course_is_the_category_of_its_assignments(self, folder: Path) -> None:
        self.export(folder, "Assignments")
        with cp.load_district(folder, mapping="canvas") as district:
            names = district.sql(
                "select distinct c.name from assignment as a "
                "join section_category as c on c.row_id = a.category_row_id"
            )
            assert names.rows() == [("Assignments",)]

    def test_a_file_of_another_name_is_told_by_its_columns_and_students(self, folder: Path) -> None:
        first = self.export(folder, "Assignments")
        section = next(name for name, student in other_systems.ENROLLED if student == first)
        assert section == other_systems.SECTIONS[0][0]
        (folder / "2026-10-04T1853_Grades-BIO_1_A.csv").rename(folder / "gradebook of autumn.csv")
        with cp.load_district(folder, mapping="canvas") as district:
            assert district.sql("select count(*) from score").item() == 2
            assert (
                district.sql(
                    "select distinct c.number from assignment join section using (section_id) "
                    "join course as c using (course_id)"
                ).item()
                == "BIO 1/A"
            )

    def test_without_an_export_work_is_unknown_not_empty(self, folder: Path) -> None:
        assert not {"assignment", "score"} & set(read_mapped(folder, "canvas").tables)

    def test_moodle(self, tmp_path: Path) -> None:
        with cp.load_district(other_systems.moodle(tmp_path), mapping="moodle") as district:
            assert counts(district) == {
                "school": 1,
                "calendar": 1,
                "catalog": 1,
                "catalog_school": 1,
                "course_master": 2,
                "course": 2,
                "section": 2,
                "enrollment": 7,
                "assignment": 3,
                "score": 7,
            }
            assert district.sql("select name from calendar").item() == "North High 2025-26"
            items = district.sql("select name from assignment order by name")["name"].to_list()
            assert items == ["Assignment: Essay", "Quiz: Cells", "Quiz: Lines"]
            essay = district.sql("select distinct points, percent from score where percent is not null").row(0)
            assert [float(each) for each in essay] == [8.5, 85.0]

    def test_moodle_keeps_no_mail_address(self, tmp_path: Path) -> None:
        read = read_mapped(other_systems.moodle(tmp_path), "moodle")
        assert all("@" not in key for frame in read.keys.values() for key in frame["source_key"])
        assert all("@" not in message for message in read.findings["message"])


class TestSchoolDataSync:
    def test_a_class_of_several_sessions_meets_in_each(self, tmp_path: Path) -> None:
        folder = other_systems.sds_v21(tmp_path)
        changed(folder, "classes.csv", ("Biology 1 0,F26,", 'Biology 1 0,"F26, W26",'))
        with cp.load_district(folder, mapping="sds") as district:
            found = counts(district)
            assert found["section"] == TRUTH["section"]
            assert found["section_term"] == TRUTH["section_term"] + 1

    def test_v2_has_no_courses_and_no_sessions(self, tmp_path: Path) -> None:
        folder = other_systems.sds_v21(tmp_path / "files")
        for name in ("courses", "academicSessions", "roles"):
            (folder / f"{name}.csv").unlink()
        classes = pl.read_csv(folder / "classes.csv", infer_schema=False)
        classes.select("sourcedId", "orgSourcedId", "title").write_csv(folder / "classes.csv")
        with pytest.raises(LoadError, match='base = "sds" and school_year = 2026'):
            cp.load_district(folder, mapping="sds")
        (tmp_path / "own.toml").write_text('base = "sds"\nschool_year = 2026\n', "utf-8")
        with cp.load_district(folder, mapping=tmp_path / "own.toml") as district:
            assert counts(district)["section"] == TRUTH["section"]
            assert counts(district)["course"] == TRUTH["section"]  # each class is a course of its own

    def test_a_district_is_no_school_unless_classes_are_held_there(self, tmp_path: Path) -> None:
        folder = other_systems.sds_v21(tmp_path)
        with (folder / "classes.csv").open("a") as file:
            file.write("D1,D,Driving,F26,\n")
        with cp.load_district(folder, mapping="sds") as district:
            held = district.sql(
                "select c.number from course as c join calendar using (calendar_id) join school as s "
                "using (school_id) where s.name = 'District'"
            )
            assert held.rows() == [("D1",)]


class TestNames:
    def test_all_are_parsed_and_say_where_they_are_from(self) -> None:
        for name in SHIPPED:
            mapping = shipped_mapping(name)
            assert mapping.format
            assert {entry.table.name for entry in mapping.entries} >= {"school", "calendar", "course", "section"}

    def test_a_name_that_there_is_none_of(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match=r"no mapping 'canvass'.*Did you mean canvas\?.*coursepush map"):
            mapping_of("canvass")
        (tmp_path / "own.toml").write_text('base = "canvass"\n', "utf-8")
        with pytest.raises(RequestError, match=r"'canvass' that comes along \(base in own\.toml\)"):
            mapping_of(tmp_path / "own.toml")

    def test_tables_of_ones_own_stand_in_the_place_of_those_of_the_base(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path / "files")
        (tmp_path / "own.toml").write_text(
            'base = "clever"\n[catalog]\nrows = [{ catalog_id = 1, name = "High schools" }]\n', "utf-8"
        )
        with cp.load_district(folder, mapping=tmp_path / "own.toml") as district:
            assert counts(district) == TRUTH
            assert district.catalogs()["name"].to_list() == ["High schools"]

    def test_a_zip_of_them(self, tmp_path: Path) -> None:
        other_systems.clever(tmp_path / "files")
        archive = shutil.make_archive(str(tmp_path / "clever"), "zip", tmp_path / "files")
        with cp.load_district(archive, mapping="clever") as district:
            assert counts(district) == TRUTH

    def test_frames(self, tmp_path: Path) -> None:
        folder = other_systems.sds_v1(tmp_path)
        frames: dict[str, Any] = {path.stem: pl.read_csv(path) for path in folder.iterdir()}
        with cp.load_district(frames, mapping="sds") as district:
            assert counts(district) == TRUTH
