"""A simulated district, written as a OneRoster bundle and read back, is the same in all that OneRoster carries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import oneroster_bundle
import polars as pl
import pytest
from oneroster_bundle import Version

from coursepush.district import District
from coursepush.load.oneroster.reader import read_oneroster
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.simulate import simulate_tables
from coursepush.store import Store

CALENDAR = "school.number as school, calendar.end_year, calendar.is_summer"
COURSE = f"{CALENDAR}, course.number as course"
SECTION = f"{COURSE}, section.number as section"
ASSIGNMENT = f"{SECTION}, assignment.name, assignment.due_date"
OF_SECTION = """
    section join course using (course_id) join calendar using (calendar_id) join school using (school_id)
    left join teacher using (teacher_id)
"""
OF_ASSIGNMENT = f"assignment join ({OF_SECTION}) using (section_id)"
SAME = {
    "schools": "select number, name from school",
    "calendars": f"select {CALENDAR}, start_date, end_date from calendar join school using (school_id)",
    "terms": f"select {CALENDAR}, term_seq, term.name, term.start_date, term.end_date "
    "from term join calendar using (calendar_id) join school using (school_id)",
    "courses": f"select {COURSE}, course.name, department, sced_subject_area, sced_course_id, sced_lowest_grade, "
    "sced_highest_grade from course join calendar using (calendar_id) join school using (school_id)",
    "sections": f"select {SECTION}, teacher.name from {OF_SECTION}",
    "terms of sections": f"select {SECTION}, term_seq from section_term join ({OF_SECTION}) using (section_id)",
    "enrolments": f"select {SECTION}, student_id from enrollment join ({OF_SECTION}) using (section_id)",
    "categories in use": f"select distinct {SECTION}, category.name, {{weight}} as weight "
    f"from section_category as category join ({OF_SECTION}) on section_id = owner_id "
    "where row_id in (select category_row_id from assignment where assignment.is_active)",
    "assignments": f"select {ASSIGNMENT}, assignment.points, category.name as category from {OF_ASSIGNMENT} "
    "left join section_category as category on category.row_id = category_row_id where assignment.is_active",
    "terms of assignments": f"select distinct {ASSIGNMENT}, term_seq from assignment_task "
    f"join ({OF_ASSIGNMENT}) using (assignment_id) where assignment.is_active",
    "scores": f"select {ASSIGNMENT}, student_id, score.points, is_missing, is_exempt, is_turned_in, comment"
    f"{{flags}} from score join ({OF_ASSIGNMENT}) using (assignment_id)",
}
"""What both districts are asked, by natural keys. OneRoster 1.1 knows no weights, and no flags but the status."""

STANDARDS = (
    f"select {ASSIGNMENT}, task.code, term_seq from assignment_task join ({OF_ASSIGNMENT}) using (assignment_id) "
    "join grading_task as task using (task_id) where task.is_standard and assignment.is_active"
)


@cache
def simulated() -> District:
    """A small district whose scores have thousandths and whose comments have what CSV finds hard."""
    tables = simulate_tables("small", 11)
    cents = (pl.col("student_id") * 37 % 1000).cast(pl.Decimal(9, 3)) / pl.lit(1000).cast(pl.Decimal(9, 3))
    hard = 'Said "again", twice;\nthen: done.'
    tables["score"] = tables["score"].with_columns(
        (pl.col("points") + cents).cast(pl.Decimal(9, 3)),
        comment=pl.when(pl.col("comment").is_not_null() & (pl.col("student_id") % 2 == 0))
        .then(pl.lit(hard))
        .otherwise("comment"),
    )
    store = Store(None)
    load_tables(store, tables)
    return District(store)


@cache
def frames() -> dict[str, pl.DataFrame]:
    names = (
        "school calendar term course_master course section section_term teacher enrollment section_category "
        "grading_task assignment assignment_task score"
    )
    return {name: simulated().sql(f"select * from {name}") for name in names.split()}


@pytest.fixture(scope="module", params=["1.1 folder", "1.2 zip"])
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Version, SourceTables]:
    version, form = request.param.split()
    files = oneroster_bundle.bundle(frames(), version)
    folder: Path = tmp_path_factory.mktemp("bundle")
    if form == "folder":
        return version, read_oneroster(oneroster_bundle.write_folder(files, folder))
    return version, read_oneroster(oneroster_bundle.write_zip(files, folder / "export.zip", top="export 2027/"))


@pytest.fixture(scope="module")
def district(read: tuple[Version, SourceTables]) -> District:
    store = Store(None)
    load_tables(store, read[1].tables, notes=read[1].findings)
    return District(store)


def asked(district: District, question: str, version: Version) -> pl.DataFrame:
    weight = "0::decimal(9, 4)" if version == "1.1" and district is simulated() else "category.weight"
    flags = "" if version == "1.1" else ", is_late, is_incomplete"
    return district.sql(question.format(weight=weight, flags=flags))


def by_number(rows: pl.DataFrame, found: SourceTables) -> pl.DataFrame:
    """`rows` with the student numbers of the first district for those that the reader made up."""
    if "student_id" not in rows.columns:
        return rows
    numbers = found.keys["student"].select(
        student_id="id", number=pl.col("source_key").str.strip_prefix("student-").cast(pl.Int64)
    )
    joined = rows.join(numbers, on="student_id", how="left")
    return joined.with_columns(student_id="number").drop("number")


@pytest.mark.parametrize("what", SAME)
def test_reading_back_gives_the_same(read: tuple[Version, SourceTables], district: District, what: str) -> None:
    version, found = read
    before = asked(simulated(), SAME[what], version)
    after = by_number(asked(district, SAME[what], version), found)
    assert before.height > 0
    columns = before.columns
    assert after.sort(columns).equals(before.sort(columns)), after.join(
        before, on=columns, nulls_equal=True, how="anti"
    )


def test_masters_are_the_districts_and_the_codes_of_schools(district: District) -> None:
    first = simulated()
    codes = set(first.sql("select number from course")["number"])
    masters = dict(first.sql("select number, name from course_master").rows())
    found = dict(district.sql("select number, name from course_master").rows())
    assert found.keys() == masters.keys() | codes
    assert {number: found[number] for number in masters} == masters
    assert (
        district.sql(
            "select count(*) from course as c join course_master as m using (master_id) where c.number <> m.number"
        ).item()
        == 0
    )
    assert district.sql("select name from catalog").item() == "Simulated Schools"


def test_learning_objectives_are_standards(read: tuple[Version, SourceTables], district: District) -> None:
    after = district.sql(STANDARDS)
    if read[0] == "1.1":
        assert after.is_empty()
        return
    before = simulated().sql(STANDARDS)
    assert after.sort(after.columns).equals(before.sort(before.columns))
    lacking = district.sql(
        "select * from assignment_task join assignment using (assignment_id) join section using (section_id) "
        "where (course_id, task_id) not in (select (owner_id, task_id) from course_task)"
    )
    assert lacking.is_empty()


def test_every_row_is_accounted_for(read: tuple[Version, SourceTables]) -> None:
    _, found = read
    accounts = found.accounts
    assert accounts.filter(pl.col("rows") != pl.col("used") + pl.col("set_aside")).is_empty()
    files = oneroster_bundle.bundle(frames(), read[0])
    assert dict(accounts.select("file", "rows").rows()) == {
        f"{file}.csv": rows.height for file, rows in files.items()
    }
    aside = accounts.filter(pl.col("set_aside") > 0)["file"].to_list()
    assert aside == (["users.csv"] if read[0] == "1.1" else ["roles.csv", "users.csv"])
    assert found.findings.filter(pl.col("severity") == "refusal").is_empty()
    warned = found.findings.filter(pl.col("severity") == "warning")["rule"].to_list()
    assert warned == (["no_weights"] if read[0] == "1.1" else [])


def test_keys_lead_back_to_the_file(read: tuple[Version, SourceTables]) -> None:
    _, found = read
    ids = {
        "school": "school_id",
        "calendar": "calendar_id",
        "catalog": "catalog_id",
        "course_master": "master_id",
        "course": "course_id",
        "section": "section_id",
        "teacher": "teacher_id",
        "grading_task": "task_id",
        "assignment": "assignment_id",
        "section_category": "row_id",
        "master_task": "row_id",
        "course_task": "row_id",
    }
    assert found.keys.keys() == ids.keys() | {"student"}
    for table, column in ids.items():
        keys = found.keys[table]
        assert sorted(keys["id"]) == sorted(found.tables[table][column])
        assert keys["source_key"].n_unique() == keys.height
    sections = found.keys["section"].join(found.tables["section"], left_on="id", right_on="section_id")
    numbers = frames()["section"].select(source_key=pl.format("class-{}", "section_id"), first_number="number")
    assert sections.join(numbers, on="source_key").filter(pl.col("number") != pl.col("first_number")).is_empty()


def test_the_same_files_give_the_same_tables(tmp_path: Path) -> None:
    files = oneroster_bundle.bundle(frames(), "1.2")
    mixed = {file: rows.sample(fraction=1, shuffle=True, seed=3) for file, rows in files.items()}
    one = read_oneroster(oneroster_bundle.write_folder(files, tmp_path / "one"))
    other = read_oneroster(oneroster_bundle.write_folder(mixed, tmp_path / "other"))
    assert one.tables.keys() == other.tables.keys()
    for name, frame in one.tables.items():
        assert frame.equals(other.tables[name]), name
    for name, frame in one.keys.items():
        assert frame.equals(other.keys[name]), name


def test_what_was_not_given_is_unknown(district: District) -> None:
    with district.store.reading() as session:
        given = dict(session.rows("given", "select table_name, is_given from push.given_table"))
    work = ("assignment", "assignment_task", "score", "posted_grade")
    assert [given[table] for table in work] == [True, True, True, False]
