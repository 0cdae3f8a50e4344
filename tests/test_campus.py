"""A small extract of Infinite Campus, written by hand: every table of the model, and what extracts do to names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from coursepush.errors import LoadError, RequestError
from coursepush.load.mapping.campus import campus_mapping, product_names, read_campus
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.model.tables import TABLES
from coursepush.store import Store

Texts = dict[str, str]

EXTRACT: Texts = {
    "School": "schoolID,number,name\n1,0101,North High\n",
    "LessonPlanFlagPreference": "schoolID,flagType,percentage,autoCalculate\n1,L,50,1\n1,M,10,0\n",
    "Calendar": "calendarID,schoolID,endYear,name,startDate,endDate,summerSchool\n"
    "7,1,2027,North 26-27,2026-08-17 00:00:00.000,2027-05-28 00:00:00.000,0\n",
    "ScheduleStructure": "structureID,calendarID\n71,7\n72,7\n",
    "TermSchedule": "termScheduleID,structureID\n711,71\n721,72\n",
    "Term": "termID,termScheduleID,name,seq,startDate,endDate\n"
    "503,721,Early Q1,1,2026-08-10,2026-10-09\n"
    "501,711,Q1,1,2026-08-17,2026-10-16\n"
    "502,711,Q2,2,2026-10-19,2026-12-18\n",
    "Trial": "trialID,calendarID,active\n70,7,1\n79,7,0\n",
    "CourseCatalog": "catalogID,name\n3,High School\n",
    "CourseCatalogSchool": "schoolID,endYear,catalogID\n1,2027,3\n",
    "CourseCatalogLock": "catalogID,lock\n3,categories\n3,course_info.name\n",
    "GradingTask": "taskID,name,code,standardID,parentTaskID\n11,Quarter,Q,,\n"
    "12,Reading,,55,\n13,Fluency,,56,12\n",
    "Test": "testID,name\n21,Benchmark\n",
    "ScoreGroup": "scoreGroupID,name\n31,Letters\n",
    "Curve": "curveID,name\n41,A to F\n",
    "CurveListItem": "curveID,score,minPercent,passingScore\n41,A,60,1\n41,F,0,0\n",
    "Department": "departmentID,name\n61,Science\n",
    "CourseMaster": "courseMasterID,catalogID,number,name,active,departmentID\n101,3,0042,Biology,1,61\n",
    "Course": "courseID,calendarID,courseMasterID,number,name,active,ignoreMasterPush,departmentID\n"
    "201,7,101,0042,Biology,1,0,61\n202,7,NULL,0099,Drama,1,1,NULL\n",
    "StaffMember": 'personID,lastName,firstName\n901,Staff,"901"\n',
    "Section": "sectionID,courseID,trialID,number,teacherPersonID,teacherDisplay\n"
    "301,201,70,01,901,Somebody Else\n302,201,70,02,902,Staff 902\n399,201,79,09,,\n",
    "SectionPlacement": "sectionID,termID,periodID\n301,501,1\n301,501,2\n301,502,1\n",
    "CampusAttribute": "attributeID,object,element\n81,Course,area\n82,Section,area\n",
    "CustomCourse": "courseID,attributeID,value\n201,81,Life\n",
    "CustomCourseMaster": "courseMasterID,attributeID,value\n101,81,Life\n",
    "CurriculumStandard": "standardID,name\n77,Science Credit\n",
    "GradingTaskCreditMaster": "gradingTaskCreditID,courseMasterID,taskID,standardID,credit\n1,101,11,77,0.5\n",
    "GradingTaskCredit": "gradingTaskCreditID,courseID,taskID,standardID,credit,postOnly,parentRowID\n"
    "1,201,11,77,0.500,0,1\n2,201,12,,,1,\n",
    "CourseMasterTest": "courseMasterTestID,courseMasterID,testID\n1,101,21\n",
    "CourseTest": "courseTestID,courseID,testID,parentRowID\n1,201,21,1\n",
    "LessonPlanGroupMaster": "groupID,courseMasterID,name,weight,taskID\n1,101,Tests,60,\n",
    "LessonPlanGroupCourse": "groupID,courseID,name,weight,taskID,parentRowID\n1,201,Tests,60,,1\n",
    "LessonPlanGroup": "groupID,sectionID,taskID,termID,name,weight,seq,calcExclude,parentRowID\n"
    "6,301,12,501,Tests,60,1,0,1\n5,301,11,501,Tests,60,1,0,1\n8,302,,,Tests,40,1,1,\n9,399,,,Old,1,1,0,\n",
    "LessonPlanPreferenceMaster": "preferenceID,courseMasterID,taskID,termSeq,calcMethod\n"
    "1,101,11,1,in_progress\n",
    "LessonPlanPreferenceCourse": "preferenceID,courseID,taskID,termID,calcMethod\n1,201,11,502,nu\n",
    "LessonPlanPreference": "preferenceID,sectionID,taskID,termID,curveID,groupWeighted,usePercent\n"
    "1,301,11,501,41,1,0\n2,301,11,,41,1,0\n",
    "GradingTaskCompositeMaster": "compositeID,courseMasterID,taskID,termSeq,childTaskID,childTermSeq,weight\n"
    "1,101,11,2,11,1,50\n",
    "GradingTaskCompositeCourse": "compositeID,courseID,taskID,termID,childTaskID,childTermID,weight\n"
    "1,201,11,502,11,501,50\n",
    "GradingTaskCompositeSection": "compositeID,sectionID,taskID,termID,childTaskID,childTermID,weight\n"
    "1,301,11,502,11,501,50\n",
    "Roster": "personID,sectionID,startDate,endDate\n1001,301,2026-08-17,\n1001,301,2026-08-20,NULL\n"
    "1002,301,2026-08-17,2026-09-30\n1003,399,2026-08-17,\n",
    "IMLearningObjectSection": "objectSectionID,sectionID,schedulingSetID,endDate,active\n"
    "601,301,611,2026-09-04,1\n",
    "IMLearningObjectSchedulingSet": "schedulingSetID,objectID,abbrev\n611,621,QZ1\n",
    "IMLearningObject": "objectID,name\n621,Quiz 1\n",
    "LessonPlanGroupActivity": "groupActivityID,groupID,sectionID,taskID,termID,totalPoints,weight,"
    "objectSectionID,markGroupID\n701,6,301,11,501,20,1.5,601,\n702,5,301,12,501,4,1,601,9\n",
    "AssignmentMark": "markGroupID,score,percent\n9,M,85\n9,4,100\n",
    "LessonPlanScore": "scoreID,groupActivityID,personID,score,late,missing,comments\n"
    '1,701,1001,17.5,1,0,\n2,702,1001,M,0,0,"well, done"\n3,702,1002,4,0,0,\n4,701,1002,?,0,1,\n',
    "GradingScore": "scoreID,sectionID,personID,taskID,termID,score,percent,comments,progressScore\n"
    "1,301,1001,11,501,A,91.5,,\n2,301,1002,11,501,,,,B\n",
}
"""Table of the product → CSV, as a database tool writes it."""


def extract_in(folder: Path, **changed: str | None) -> Path:
    """The extract in a folder, some tables changed; one changed to None is not there."""
    for name, text in (EXTRACT | changed).items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def district_of(read: SourceTables) -> dict[str, list[dict[str, Any]]]:
    """The tables as they come to stand in a district: table → rows, in the order of the key."""
    store = Store(None)
    load_tables(store, read)
    with store.reading() as session:
        return {
            name: session.frame(name, f"select * from {name} order by {', '.join(table.key)}").to_dicts()
            for name, table in TABLES.items()
        }


def values(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def said(read: SourceTables | LoadError, rule: str) -> list[str]:
    findings = read.findings
    assert findings is not None
    return findings.filter(rule=rule)["message"].to_list()


def assert_accounts_add_up(read: SourceTables) -> None:
    accounts = read.accounts
    assert accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty()
    explained = set(read.findings["file"].drop_nulls())
    assert set(accounts.filter(pl.col("set_aside") > 0)["file"]) <= explained


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> SourceTables:
    return read_campus(extract_in(tmp_path_factory.mktemp("extract")))


@pytest.fixture(scope="module")
def district(tiny: SourceTables) -> dict[str, list[dict[str, Any]]]:
    return district_of(tiny)


class TestEveryTable:
    def test_all_tables_are_there_and_every_row_is_accounted_for(self, tiny: SourceTables) -> None:
        assert set(tiny.tables) == set(TABLES)
        assert tiny.format == "Infinite Campus extract"
        assert_accounts_add_up(tiny)
        assert dict(tiny.accounts.filter(pl.col("set_aside") > 0).select("file", "set_aside").iter_rows()) == {
            "CampusAttribute.csv": 1,
            "GradingScore.csv": 1,
            "LessonPlanFlagPreference.csv": 1,
            "LessonPlanGroup.csv": 1,
            "LessonPlanPreference.csv": 1,
            "Roster.csv": 2,
            "Section.csv": 1,
        }

    def test_organisation(self, district: dict[str, list[dict[str, Any]]]) -> None:
        assert values(district["school"], "number", "name", "missing_percent", "missing_counts") == [
            ("0101", "North High", Decimal(10), False)
        ]
        assert values(district["calendar"], "end_year", "is_summer", "start_date") == [
            (2027, False, date(2026, 8, 17))
        ]
        assert values(district["catalog_school"], "school_id", "end_year", "catalog_id") == [(1, 2027, 3)]
        assert values(district["catalog_lock"], "lock") == [("categories",), ("course_info.name",)]

    def test_a_term_of_two_structures_is_the_one_of_the_smallest_id(
        self, tiny: SourceTables, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        assert values(district["term"], "calendar_id", "term_seq", "name") == [(7, 1, "Q1"), (7, 2, "Q2")]
        assert said(tiny, "merged_differ")[0] == (
            "Term.csv: in 1 row of term, made of several, these differ in name; the first one's value (Q1) was "
            "taken."
        )
        assert {message.partition(":")[0] for message in said(tiny, "merged_differ")} == {"Term.csv"}

    def test_banks(self, district: dict[str, list[dict[str, Any]]]) -> None:
        assert values(district["grading_task"], "task_id", "is_standard", "parent_task_id") == [
            (11, False, None),
            (12, True, None),
            (13, True, 12),
        ]
        assert values(district["grading_scale_mark"], "mark", "min_percent", "is_passing") == [
            ("A", Decimal(60), True),
            ("F", Decimal(0), False),
        ]

    def test_courses(self, district: dict[str, list[dict[str, Any]]]) -> None:
        assert values(district["course_master"], "master_id", "number", "department") == [(101, "0042", "Science")]
        names = ("course_id", "master_id", "number", "ignore_master_push", "department")
        assert values(district["course"], *names) == [
            (201, 101, "0042", False, "Science"),
            (202, None, "0099", True, None),
        ]
        fields = ("level", "owner_id", "field", "value")
        assert values(district["custom_field"], *fields) == [
            ("course", 201, "area", "Life"),
            ("master", 101, "area", "Life"),
        ]

    def test_teachers_are_the_staff_and_those_whom_sections_name(
        self, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        assert values(district["teacher"], "teacher_id", "name") == [(901, "Staff, 901"), (902, "Staff 902")]

    def test_sections_of_inactive_trials_are_left_out_with_all_they_have(
        self, tiny: SourceTables, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        assert values(district["section"], "section_id", "teacher_id") == [(301, 901), (302, 902)]
        assert said(tiny, "left_out")[0] == "Section.csv: 1 row not read into section: Trial.active is not yes."
        assert said(tiny, "left_out_with") == [
            f"{file}: 1 row left out of {table} with the rows of section that they belong to."
            for file, table in (("LessonPlanGroup.csv", "section_category"), ("Roster.csv", "enrollment"))
        ]
        assert values(district["section_term"], "section_id", "term_seq") == [(301, 1), (301, 2)]
        assert values(district["enrollment"], "section_id", "student_id") == [(301, 1001)]

    def test_setup(self, district: dict[str, list[dict[str, Any]]]) -> None:
        assert values(district["master_task"], "credit_type", "credit") == [("Science Credit", Decimal("0.5"))]
        assert values(district["course_task"], "parent_row_id", "task_id", "credit", "is_post_only") == [
            (1, 11, Decimal("0.5"), False),
            (None, 12, None, True),
        ]
        assert values(district["course_assessment"], "test_id", "parent_row_id") == [(21, 1)]
        assert values(district["course_grade_calc"], "term_seq", "calc_type") == [(2, "nu")]
        options = ("row_id", "term_seq", "scale_id", "weight_categories", "use_percent")
        assert values(district["section_grade_calc"], *options) == [(1, 1, 41, True, False)]
        composite = ("term_seq", "child_task_id", "child_term_seq", "weight")
        for level in ("master", "course", "section"):
            assert values(district[f"{level}_composite"], *composite) == [(2, 11, 1, Decimal(50))]

    def test_a_category_that_stands_once_a_task_is_one_with_a_list_of_tasks(
        self, tiny: SourceTables, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        names = ("row_id", "owner_id", "name", "is_excluded", "task_ids", "parent_row_id")
        assert values(district["section_category"], *names) == [
            (5, 301, "Tests", False, [11, 12], 1),
            (8, 302, "Tests", True, [], None),
        ]
        assert (
            "LessonPlanGroup.csv: 2 rows became 1 row of section_category: they are alike in owner_id and name."
            in (said(tiny, "merged"))
        )

    def test_an_assignment_of_a_merged_category_is_in_the_one_that_stayed(
        self, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        names = ("assignment_id", "category_row_id", "lesson_id", "name", "due_date", "points", "multiplier")
        quiz = (601, "Quiz 1", date(2026, 9, 4))
        assert values(district["assignment"], *names) == [
            (701, 5, *quiz, Decimal(20), Decimal("1.5")),
            (702, 5, *quiz, Decimal(4), Decimal(1)),
        ]
        assert values(district["assignment_task"], *TABLES["assignment_task"].key) == [(701, 11, 1), (702, 12, 1)]

    def test_a_score_is_points_or_a_mark(
        self, tiny: SourceTables, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        names = ("assignment_id", "student_id", "points", "percent", "is_late", "is_missing", "comment")
        assert values(district["score"], *names) == [
            (701, 1001, Decimal("17.5"), None, True, False, None),
            (701, 1002, None, None, False, True, None),
            (702, 1001, None, Decimal(85), False, False, "well, done"),
            (702, 1002, None, Decimal(100), False, False, None),
        ]
        assert said(tiny, "no_number") == [
            "LessonPlanScore.csv: 1 row without a number in score (line 5); points is blank there."
        ]

    def test_a_grade_in_progress_is_not_posted(
        self, tiny: SourceTables, district: dict[str, list[dict[str, Any]]]
    ) -> None:
        assert values(district["posted_grade"], "student_id", "mark", "percent") == [(1001, "A", Decimal("91.5"))]
        blank = tiny.findings.filter(rule="blank_value").select("severity", "message").rows()
        assert (
            "warning",
            "LessonPlanPreference.csv: 1 row not read into section_grade_calc: termID is blank.",
        ) in (blank)
        said_of_grades = "1 row not read into posted_grade: score and percent and comments are blank."
        assert ("warning", f"GradingScore.csv: {said_of_grades}") in blank

    def test_columns_that_nobody_reads_are_named_in_one_note_a_file(self, tiny: SourceTables) -> None:
        unread = said(tiny, "columns_not_read")
        assert "Roster.csv: columns that are not taken over: startDate." in unread
        assert len(unread) == len({message.partition(":")[0] for message in unread})


class TestNames:
    def test_case_prefixes_underscores_and_blanks_do_not_matter(self, tmp_path: Path, tiny: SourceTables) -> None:
        disguises = ("v_{}", "dbo.{}", "[dbo].[v_{}]", "{}", "DBO.V_{}")
        for place, (name, text) in enumerate(EXTRACT.items()):
            head, _, body = text.partition("\n")
            shown = disguises[place % 5].format(name.upper() if place % 2 else name)
            headers = [
                column.upper() if place % 3 else f" {column.replace('ID', '_id')} " for column in head.split(",")
            ]
            (tmp_path / f"{shown}.CSV").write_text(",".join(headers) + "\n" + body, "utf-8")
        read = read_campus(tmp_path)
        assert {name: frame.rows() for name, frame in read.tables.items()} == {
            name: frame.rows() for name, frame in tiny.tables.items()
        }

    def test_a_dict_of_frames_and_paths(self, tmp_path: Path, tiny: SourceTables) -> None:
        folder = extract_in(tmp_path)
        source: dict[str, Any] = {name: folder / f"{name}.csv" for name in EXTRACT}
        source["dbo.Term"] = pl.read_csv(folder / "Term.csv", try_parse_dates=True)
        source["Section"] = pl.read_csv(folder / "Section.csv", schema_overrides={"number": pl.String}).lazy()
        del source["Term"]
        pl.read_csv(folder / "LessonPlanScore.csv").write_parquet(tmp_path / "s.parquet")
        source["LessonPlanScore"] = tmp_path / "s.parquet"
        assert district_of(read_campus(source)) == district_of(tiny)

    def test_headers_of_ad_hoc_extracts_name_their_object(self, tmp_path: Path) -> None:
        text = (
            EXTRACT["Course"]
            .replace("courseID", "courseInfo.courseID")
            .replace("number", "courseInfo.courseNumber")
        )
        read = read_campus(extract_in(tmp_path, Course=None, v_CourseInfo=text))
        assert values(district_of(read)["course"], "course_id", "number") == [(201, "0042"), (202, "0099")]

    def test_a_table_beats_a_view_of_its_name(self, tmp_path: Path) -> None:
        read = read_campus(extract_in(tmp_path, v_Course="courseID\n1\n"))
        assert read.tables["course"].height == 2
        assert said(read, "file_not_read") == [
            "v_Course.csv was not read: the mapping does not mention it (1 row)."
        ]

    def test_two_files_of_one_name_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(LoadError, match=r"dbo\.Term\.csv and v_Term\.csv are both called Term"):
            read_campus(extract_in(tmp_path, **{"Term": None, "v_Term": "seq\n", "dbo.Term": "seq\n"}))

    def test_a_table_in_the_load_format_is_taken_as_it_is(self, tmp_path: Path) -> None:
        text = "row_id,owner_id,name,weight\n4,101,Essays,30\n"
        read = read_campus(extract_in(tmp_path, LessonPlanGroupMaster=None, master_category=text))
        assert read.tables["master_category"].rows() == [("4", "101", "Essays", "30")]


class TestWhatIsMissing:
    def test_tables_that_are_not_there_are_absent_and_said(self, tmp_path: Path) -> None:
        gone = ("CourseCatalogLock", "LessonPlanScore", "LessonPlanGroupCourse", "StaffMember")
        read = read_campus(extract_in(tmp_path, **dict.fromkeys(gone)))
        assert {"catalog_lock", "score", "course_category"} == set(TABLES) - set(read.tables)
        lacks = {text.partition(":")[0]: text for text in read.lacks}
        assert lacks["catalog_lock"] == (
            "catalog_lock: the extract has no table CourseCatalogLock. That name is a proposal, the product's own "
            "is not published: name the real one in a mapping."
        )
        assert lacks["score"] == "score: the extract has no table LessonPlanScore."
        assert set(read.lacks) == set(said(read, "not_given"))
        assert read.tables["teacher"].rows() == [("901", "Somebody Else"), ("902", "Staff 902")]

    def test_without_trials_no_section_is_left_out_and_that_is_said(self, tmp_path: Path) -> None:
        read = read_campus(extract_in(tmp_path, Trial=None))
        assert read.tables["section"].height == 3
        assert said(read, "filter_skipped") == [
            "Section.csv: rows were not told apart by Trial.active: the extract has no table Trial."
        ]

    def test_a_needed_lookup_without_its_table_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(LoadError) as refused:
            read_campus(extract_in(tmp_path, Term=None, Calendar=None))
        assert said(refused.value, "missing_column")[0] == (
            "SectionPlacement.csv: term_seq of section_term cannot be had: the extract has no table Term. Add it "
            "to the extract, or name the right one in a mapping."
        )

    def test_a_column_that_every_row_needs(self, tmp_path: Path) -> None:
        text = EXTRACT["Course"].replace("calendarID", "calendarRef")
        with pytest.raises(LoadError) as refused:
            read_campus(extract_in(tmp_path, Course=text))
        assert said(refused.value, "missing_column") == [
            "Course.csv: calendar_id of course cannot be had: Course.csv has no column calendarID. Add it to the "
            "extract, or name the right one in a mapping."
        ]

    def test_lookups_that_find_nothing_are_refused_with_line_and_value(self, tmp_path: Path) -> None:
        placements = EXTRACT["SectionPlacement"] + "".join(f"302,{term},1\n" for term in range(800, 830))
        with pytest.raises(LoadError) as refused:
            read_campus(extract_in(tmp_path, SectionPlacement=placements))
        findings = refused.value.findings
        assert findings is not None
        lost = findings.filter(rule="unknown_lookup")
        assert lost.height == 21
        assert lost.row(0, named=True) == {
            "severity": "refusal",
            "rule": "unknown_lookup",
            "table": "section_term",
            "file": "SectionPlacement.csv",
            "line": 5,
            "column": "termID",
            "value": "800",
            "message": "SectionPlacement.csv, line 5: termID 800 is in no row of Term.csv, and section_term needs "
            "it. Add that row to the extract, or correct the value.",
        }
        assert lost["message"][20] == "SectionPlacement.csv: 10 more rows with the same fault (unknown_lookup)."


class TestAMappingOfOnesOwn:
    def test_its_tables_stand_in_the_place_of_the_built_in_ones(self, tmp_path: Path) -> None:
        extract_in(tmp_path, CourseCatalogLock=None, LessonPlanGroupCourse=None)
        (tmp_path / "CourseCats.csv").write_text("id,course,title,pct\n5,201,Labs,25\n", "utf-8")
        mapping = tmp_path / "ours.toml"
        mapping.write_text(
            """
            [catalog_lock]
            rows = [{ catalog_id = 3, lock = "categories" }]
            [course_category]
            from = "CourseCats"
            columns = { row_id = "id", owner_id = "course", name = "title", weight = "pct" }
            [section_composite]
            skip = true
            """,
            "utf-8",
        )
        read = read_campus(tmp_path, mapping)
        assert read.tables["catalog_lock"].rows() == [("3", "categories")]
        assert read.tables["course_category"].rows() == [("5", "201", "Labs", "25")]
        assert "section_composite" not in read.tables
        assert "section_composite: left out, as the mapping says." in read.lacks
        assert read.tables["course"].height == 2

    def test_what_it_names_must_be_there(self, tmp_path: Path) -> None:
        mapping = tmp_path / "ours.toml"
        mapping.write_text('[catalog_lock]\nfrom = "Locks"\ncolumns = { catalog_id = "a", lock = "b" }\n', "utf-8")
        with pytest.raises(RequestError, match=r"\[catalog_lock\], from: there is no file 'Locks'"):
            read_campus(extract_in(tmp_path), mapping)


class TestTheBuiltInMapping:
    def test_it_covers_the_model_and_says_how_sure_it_is(self) -> None:
        mapping = campus_mapping()
        assert {entry.table.name for entry in mapping.entries} == set(TABLES)
        for entry in mapping.entries:
            assert entry.known in ("documented", "public SQL", "proposal"), entry.where_from
            assert entry.unpublished == (entry.known == "proposal"), entry.where_from
            assert entry.proposed <= set(entry.columns), entry.where_from
            own = set(entry.table.names) - set(entry.columns)
            assert not own & {c.name for c in entry.table.columns if c.required and c.default is None}

    def test_no_students_name_is_read(self) -> None:
        columns = {
            name for table in ("enrollment", "score") for each in product_names()[table] for name in each.columns
        }
        assert not any("name" in name for name in columns)
        assert all(each.table != "Person" for names in product_names().values() for each in names)
