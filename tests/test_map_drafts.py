"""What `coursepush map` drafts for files of other systems: how much of it is usable, and that it loads."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import other_systems
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from other_systems import TRUTH, write
from rounds import few

import coursepush as cp
from coursepush.load.mapping.campus import draft_mapping, read_mapped
from coursepush.load.mapping.draft_years import school_year_of
from coursepush.load.mapping.parse import parse_mapping
from coursepush.model.tables import TABLES

Write = Callable[[Path], Path]

LMS = {
    **{
        name: TRUTH[name]
        for name in ("catalog", "course_master", "teacher", "section", "section_term", "enrollment")
    },
    **dict.fromkeys(("school", "calendar", "catalog_school"), 1),  # its files name no school
    "term": 2,
    "course": 3,
    "section_category": 20,
    "assignment": 20,
    "score": 40,
}
MOODLE_TABLES = {
    **dict.fromkeys(("school", "calendar", "catalog", "catalog_school"), 1),
    **dict.fromkeys(("course_master", "course", "section"), 3),
    **dict.fromkeys(("section_category", "assignment"), 6),
    "score": 12,
}
SYSTEMS: list[tuple[Write, dict[str, int]]] = [
    (other_systems.clever, TRUTH),
    (other_systems.canvas, TRUTH),
    (other_systems.sds_v1, TRUTH),
    (other_systems.sds_v21, TRUTH),
    (other_systems.lms_toolkit, LMS),
    (other_systems.moodle_tables, MOODLE_TABLES),
]
systems = pytest.mark.parametrize(("made", "truth"), SYSTEMS, ids=[made.__name__ for made, _ in SYSTEMS])


def drafted(folder: Path, to: Path) -> tuple[str, Path]:
    """The draft for a folder, and the file that it was written to."""
    text = draft_mapping(folder)
    to.write_text(text, "utf-8")
    return text, to


def drafted_tables(text: str) -> list[str]:
    """The tables of all entries of a draft, those in comments too."""
    return re.findall(r"^(?:# )?\[([a-z_]+)\]$", text, re.MULTILINE)


def counts(district: cp.District) -> dict[str, int]:
    return {name: district.sql(f"select count(*) as n from {name}").item() for name in TABLES}


@systems
class TestUsable:
    @few(2)
    def test_four_fifths_of_what_is_drafted_are_right_without_an_edit(
        self, made: Write, truth: dict[str, int], tmp_path: Path
    ) -> None:
        text, mapping = drafted(made(tmp_path / "files"), tmp_path / "draft.toml")
        tables = drafted_tables(text)
        with cp.load_district(tmp_path / "files", mapping=mapping) as district:
            found = counts(district)
        usable = [name for name in tables if found[name] == truth.get(name, 0) and found[name]]
        assert len(usable) >= 0.8 * len(tables), {name: found[name] for name in tables if name not in usable}
        assert set(truth) <= set(usable)

    @few(2)
    def test_what_is_loaded_by_it_is_what_the_files_tell(
        self, made: Write, truth: dict[str, int], tmp_path: Path
    ) -> None:
        _, mapping = drafted(made(tmp_path / "files"), tmp_path / "draft.toml")
        with cp.load_district(tmp_path / "files", mapping=mapping) as district:
            numbers = district.sql("select distinct number, name from course order by 1")
            assert numbers["number"].to_list() == ["ALG1", "ART1", "BIO1"]
            masters = district.sql(
                "select c.number = m.number as same from course as c join course_master as m using (master_id)"
            )
            assert masters["same"].all()
            assert masters.height == truth["course"]
            assert district.sql("select count(distinct section_id) from section").item() == truth["section"]
            if "teacher" in truth:
                assert district.sql("select count(*) from section where teacher_id is null").item() == (
                    truth["section"] if made is other_systems.lms_toolkit else 0
                )

    @few(2)
    def test_neither_prefixes_and_endings_of_files_nor_the_case_of_headers_matter(
        self, made: Write, truth: dict[str, int], tmp_path: Path
    ) -> None:
        folder = made(tmp_path / "files")
        for place, path in enumerate(sorted(folder.iterdir())):
            header, *lines = path.read_text("utf-8").splitlines()
            path.unlink()
            prefix = ("dbo.v_", "", "tbl_", "2026 export ")[place % 4]
            stem = (
                path.stem if made is other_systems.sds_v1 or made is other_systems.sds_v21 else path.stem.upper()
            )
            (folder / f"{prefix}{stem}.csv").write_text("\n".join([header, *reversed(lines)]) + "\n", "utf-8")
        _, mapping = drafted(folder, tmp_path / "draft.toml")
        with cp.load_district(folder, mapping=mapping) as district:
            found = counts(district)
        assert {name: found[name] for name in truth} == truth

    def test_every_row_of_the_files_that_it_reads_is_accounted_for(
        self, made: Write, truth: dict[str, int], tmp_path: Path
    ) -> None:
        _, mapping = drafted(made(tmp_path / "files"), tmp_path / "draft.toml")
        read = read_mapped(tmp_path / "files", mapping)
        assert read.accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty()

    def test_no_value_of_a_student_stands_in_it(self, made: Write, truth: dict[str, int], tmp_path: Path) -> None:
        text, _ = drafted(made(tmp_path / "files"), tmp_path / "draft.toml")
        assert not [student for student in other_systems.STUDENTS if re.search(rf"\b{student}\b", text)]


class TestMappingsThatComeAlong:
    @pytest.mark.parametrize(
        ("made", "name"),
        [
            (other_systems.clever, "clever"),
            (other_systems.canvas, "canvas"),
            (other_systems.sds_v1, "sds"),
            (other_systems.sds_v21, "sds"),
            (other_systems.moodle, "moodle"),
        ],
    )
    def test_the_draft_names_them(self, made: Write, name: str, tmp_path: Path) -> None:
        assert f"--mapping {name}\n" in draft_mapping(made(tmp_path))

    def test_where_they_alone_can_read_the_files_they_are_the_draft(self, tmp_path: Path) -> None:
        text, mapping = drafted(other_systems.moodle(tmp_path / "files"), tmp_path / "draft.toml")
        assert tomllib.loads(text) == {"base": "moodle"}
        with cp.load_district(tmp_path / "files", mapping=mapping) as district:
            assert counts(district)["score"] == 7

    def test_a_zip_is_drafted_by_its_own_name(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path / "files")
        archive = shutil.make_archive(str(tmp_path / "monday"), "zip", folder)
        assert draft_mapping(archive).splitlines()[1:] == draft_mapping(folder).splitlines()[1:]
        assert draft_mapping(archive).splitlines()[0].endswith("monday.zip. Edit it, and give its path.")

    @pytest.mark.parametrize("made", [other_systems.lms_toolkit, other_systems.moodle_tables])
    def test_no_other_system_is_taken_for_one_of_them(self, made: Write, tmp_path: Path) -> None:
        assert "comes along, and reads more" not in draft_mapping(made(tmp_path))


def entry(text: str, table: str) -> str:
    """The lines of an entry of a draft, from its name to the next blank line, comment signs off."""
    lines = text[re.search(rf"^(?:# )?\[{table}\]$", text, re.MULTILINE).start() :].partition("\n\n")[0]  # type: ignore[union-attr]
    return "\n".join(line.removeprefix("# ") for line in lines.splitlines())


class TestDoubts:
    def test_an_entry_whose_values_do_not_bear_it_out_stands_in_a_comment_with_the_reason(
        self, tmp_path: Path
    ) -> None:
        folder = other_systems.clever(tmp_path / "files")
        rows = [("N", f"X{place}", "P1") for place in range(20)]
        write(folder, {"enrollments.csv": ("School_id,Section_id,Student_id", rows)})
        text, mapping = drafted(folder, tmp_path / "draft.toml")
        assert (
            "# Not sure of enrollment: only 0% of the values of Section_id are in the ids of sections.csv. Take "
            "the # off, and correct it:\n# [enrollment]\n" in text
        )
        with cp.load_district(folder, mapping=mapping) as district:
            assert counts(district)["enrollment"] == 0

    def test_where_most_values_bear_it_out_the_others_are_set_aside_and_told(self, tmp_path: Path) -> None:
        folder = other_systems.clever(tmp_path / "files")
        with (folder / "enrollments.csv").open("a") as file:
            file.write("N,GONE,P1\n")
        text, mapping = drafted(folder, tmp_path / "draft.toml")
        assert (
            "# only 91% of the values of Section_id are in the ids of sections.csv: the rows of the others" in text
        )
        with cp.load_district(folder, mapping=mapping) as district:
            assert counts(district)["enrollment"] == TRUTH["enrollment"]
            assert district.findings().filter(rule="orphans").height == 1

    def test_what_needs_a_table_that_is_not_sure_is_not_sure(self, tmp_path: Path) -> None:
        folder = write(
            tmp_path / "files",
            {
                "assignments.csv": (
                    "SourceSystemIdentifier,Title,MaxPoints,LMSSectionSourceSystemIdentifier",
                    [(1, "HW", 10, "S1")],
                ),
                "courses.csv": ("sourcedId,title,code", [("C1", "Biology", "B1")]),
                "sections.csv": ("SourceSystemIdentifier,Title", [("S1", "Bio")]),
            },
        )  # fmt: skip
        text, mapping = drafted(folder, tmp_path / "draft.toml")
        assert "# Not sure of section: nothing was found for course_id." in text
        assert "# Not sure of assignment: it needs section, which is not there or not sure." in text
        assert entry(text, "assignment").splitlines()[-4:] == [
            'assignment_id = "SourceSystemIdentifier"',
            'section_id = { key = "LMSSectionSourceSystemIdentifier" }',
            'name = "Title"',
            'points = "MaxPoints"',
        ]
        with cp.load_district(folder, mapping=mapping) as district:
            assert district.sql("select number, name from course").rows() == [("B1", "Biology")]

    def test_an_enrollment_alone_is_drafted_with_its_columns(self, tmp_path: Path) -> None:
        folder = write(
            tmp_path / "files", {"enrollments.csv": ("School_id,Student_id,Section_id", [(1, 10, 100)])}
        )
        text, _ = drafted(folder, tmp_path / "draft.toml")
        assert entry(text, "enrollment").splitlines()[-2:] == [
            'section_id = "Section_id"',
            'student_id = "Student_id"',
        ]
        assert "posted_grade" not in text

    def test_schools_that_courses_do_not_lead_to_surely_are_not_taken(self, tmp_path: Path) -> None:
        folder = other_systems.canvas(tmp_path / "files")
        text = (
            (folder / "courses.csv").read_text("utf-8").replace(",S,F26,", ",X,F26,").replace(",S,W26,", ",Y,W26,")
        )
        (folder / "courses.csv").write_text(text, "utf-8")
        draft, mapping = drafted(folder, tmp_path / "draft.toml")
        assert "# only 33% of the values of account_id are in the ids of accounts.csv: one was made up\n" in draft
        with cp.load_district(folder, mapping=mapping) as district:
            assert (counts(district)["school"], counts(district)["section"]) == (1, TRUTH["section"])

    def test_a_section_of_a_team_takes_the_first_teacher(self, tmp_path: Path) -> None:
        folder = other_systems.canvas(tmp_path / "files")
        with (folder / "enrollments.csv").open("a") as file:
            file.write(",TN1,teacher,N-BIO1-F26,active\n")
        text, mapping = drafted(folder, tmp_path / "draft.toml")
        assert 'take = "first"' in entry(text, "section")
        with cp.load_district(folder, mapping=mapping) as district:
            told = district.findings().filter(rule="several_found")["message"].to_list()
            assert told == [
                "enrollments.csv: 1 value of section_id with several rows that differ; the first, in the order of "
                "user_id, was taken for section."
            ]

    def test_lists_of_terms_in_a_cell_are_not_taken_for_one_term(self, tmp_path: Path) -> None:
        folder = other_systems.sds_v21(tmp_path / "files")
        text = (folder / "classes.csv").read_text("utf-8").replace("Biology 1 0,F26,", 'Biology 1 0,"F26,W26",')
        (folder / "classes.csv").write_text(text, "utf-8")
        draft, mapping = drafted(folder, tmp_path / "draft.toml")
        assert "# Not sure of section_term: sessionSourcedIds lists several terms in a cell" in draft
        with cp.load_district(folder, mapping=mapping) as district:
            assert counts(district)["section"] == TRUTH["section"]


class TestNumbersAsKeys:
    def test_things_without_ids_are_told_by_numbers_that_do_not_repeat(self, tmp_path: Path) -> None:
        held = [("010", "0042"), ("020", "0042"), ("020", "ART")]
        folder = write(
            tmp_path / "files",
            {
                "Schools.csv": ("School_Number,Name", [("010", "North"), ("020", "South")]),
                "Courses.csv": ("Course_Number,Course_Name", [("0042", "Biology"), ("ART", "Art")]),
                "Sections.csv": (
                    "ID,School_Number,Course_Number,Section_Number,Term_Name,Teacher_ID",
                    [(nth, *row, 1, "2025-26", 8) for nth, row in enumerate(held, 1)],
                ),
                "Teachers.csv": ("ID,Last_Name,First_Name", [(7, "Seven", "T"), (8, "Eight", "T")]),
                "StudentSchedule.csv": ("Student_ID,Section_ID", [(100, 1), (101, 2), (100, 3)]),
            },
        )  # fmt: skip
        text, mapping = drafted(folder, tmp_path / "draft.toml")
        assert "# Not sure" not in text
        with cp.load_district(folder, mapping=mapping) as district:
            found = counts(district)
            tables = ("school", "calendar", "course_master", "course", "section", "teacher", "enrollment")
            assert [found[name] for name in tables] == [2, 2, 2, 3, 3, 2, 3]
            courses = district.sql(
                "select s.number as school, c.number from course as c join calendar using (calendar_id) "
                "join school as s using (school_id) order by all"
            )
            assert courses.rows() == held  # at which school a course is held, its sections say
            assert district.sql("select count(*) from section where teacher_id is null").item() == 0


class TestYears:
    @pytest.mark.parametrize(
        ("header", "value", "year"),
        [
            ("Term_end", "6/5/2026", 2026),
            ("Term_end", "2025-12-19", 2026),
            ("Term_name", "2025-26 Q1", 2026),
            ("Term_name", "SY2526", 2026),
        ],
    )
    def test_the_school_year_is_told_from_what_is_there(
        self, header: str, value: str, year: int, tmp_path: Path
    ) -> None:
        folder = write(
            tmp_path,
            {"sections.csv": (f"Section_id,Course_number,Course_name,{header}", [("S1", "B1", "Biology", value)])},
        )
        text = draft_mapping(folder)
        assert f"end_year = {year}" in text
        assert f"# the school year ends in {year}, by {header} of sections.csv.\n" in text

    def test_several_years_are_said(self, tmp_path: Path) -> None:
        rows = [(f"S{place}", "B1", "Biology", f"6/5/{2026 if place else 2025}") for place in range(3)]
        folder = write(tmp_path, {"sections.csv": ("Section_id,Course_number,Course_name,Term_end", rows)})
        text = draft_mapping(folder)
        assert "which names several: 2025 (1 times), 2026 (2 times). All rows are put in that one." in text

    def test_a_year_that_nothing_says_is_to_be_corrected(self, tmp_path: Path) -> None:
        import datetime as dt

        from coursepush.load.mapping.files import Extract
        from coursepush.load.mapping.guess import guessed
        from coursepush.load.mapping.notes import Notes

        folder = write(tmp_path, {"sections.csv": ("Section_id,Course_number", [("S1", "B1")])})
        guess = guessed(Extract(folder, Notes()), ())
        for today, year in ((dt.date(2026, 6, 30), 2026), (dt.date(2026, 7, 1), 2027)):
            told = school_year_of(guess, today)
            assert (told.year, told.is_sure) == (year, False)
            assert told.said.endswith("Correct it.")


NAMES = st.sampled_from(
    [
        "courses",
        "sections",
        "users",
        "enrollments",
        "schools",
        "terms",
        "assignments",
        "grades",
        "teachers",
        "roster",
        "x",
    ]
)
HEADERS = st.sampled_from(
    ["id", "course_id", "section_id", "user_id", "school_id", "term_id", "name", "title", "role", "status", "code",
     "start_date", "end_date", "a\nb", 'c"d', "", "Term", "year", "category", "score", "points"]
)  # fmt: skip
CELLS = st.sampled_from(["1", "2", "3", "A", "b,c", 'q"', "active", "teacher", "student", "2026-01-05", "", None])


def made_up(data: st.DataObject) -> dict[str, Any]:
    """Files with known names and headers, and cells of any kind."""
    found: dict[str, Any] = {}
    for name in data.draw(st.lists(NAMES, min_size=1, max_size=5, unique=True)):
        headers = data.draw(st.lists(HEADERS, min_size=1, max_size=6, unique=True))
        height = data.draw(st.integers(0, 4))
        cells = st.lists(CELLS, min_size=height, max_size=height)
        columns = {header: data.draw(cells) for header in headers}
        found[name] = pl.DataFrame(columns, schema=dict.fromkeys(headers, pl.String))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_the_files_are_a_draft_is_a_mapping(data: st.DataObject) -> None:
    parse_mapping(draft_mapping(made_up(data)), strict=False)


def test_courses_without_numbers_are_in_doubt_with_all_that_needs_them(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "files",
        {
            "courses.csv": ("course_id,code,title", [("1", "B1", "Biology"), ("2", "", "Art")]),
            "sections.csv": ("section_id,course_id", [("1", "1"), ("2", "2")]),
        },
    )
    text, mapping = drafted(folder, tmp_path / "draft.toml")
    assert "# Not sure of course: code is blank in 1 rows" in text
    assert "# Not sure of section: it needs course, which is not there or not sure." in text
    with cp.load_district(folder, mapping=mapping) as district:
        assert counts(district)["course"] == 0
