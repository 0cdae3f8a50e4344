"""Counts of students in what leaves the district (MODEL.md 10)."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacker import Attacker
from engine import Tables, store_of
from every_report import table
from oracle_residual import ExpectedResidual
from oracle_small_counts import FEWEST, hidden_courses, said_of_students
from random_districts import make_district
from simulated import tables as simulated_tables

from coursepush.district import District
from coursepush.reports.files import is_writer
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.small_counts import COUNTS, HIDDEN, MANY, NONE, SMALL, SOME, without_small_counts
from coursepush.widgets.reports.told import told

SEEDS = range(2)


def crowded(seed: int) -> Tables:
    """A random district in which one student's work is that of 1 to 25, some of them in several sections."""
    tables = make_district(seed)
    rng = random.Random(seed)
    many: dict[int, list[int]] = {}
    for row in tables["enrollment"]:
        number = rng.choice((1, 4, 9, 10, 11, 11, 12, 12, 25, 25))
        start = 1_000 if rng.random() < 0.2 else row["student_id"] * 1_000
        many[row["student_id"]] = [start + place for place in range(number)]
    for name in ("enrollment", "score", "posted_grade"):
        tables[name] = [
            {**row, "student_id": student} for row in tables[name] for student in many[row["student_id"]]
        ]
    for name, key in (("enrollment", "section_id"), ("score", "assignment_id")):
        tables[name] = list({(row[key], row["student_id"]): row for row in tables[name]}.values())
    grades = ("section_id", "student_id", "task_id", "term_seq")
    tables["posted_grade"] = list(
        {tuple(row[name] for name in grades): row for row in tables["posted_grade"]}.values()
    )
    return tables


@dataclass(frozen=True)
class Made:
    """A district, and the reports on it: the whole one, and one by each filter, alone and together."""

    tables: Tables
    reports: list[Report]


@pytest.fixture(scope="module", params=SEEDS)
def made(request: pytest.FixtureRequest) -> Made:
    tables = crowded(request.param)
    return Made(tables, list(filtered(District(store_of(tables)))))


def filtered(district: District) -> Iterator[Report]:
    reports = district.reports
    whole = reports.residual()
    yield whole
    for column in ("level", "element", "course_id", "section_id", "school"):
        for value in whole[column].unique(maintain_order=True).drop_nulls().head(2):
            yield reports.residual(**{column.removesuffix("_id"): value})
    for teacher in whole["teacher"].str.split("; ").explode().unique(maintain_order=True).drop_nulls().head(2):
        yield reports.residual(teacher=teacher)
        yield reports.residual(teacher=teacher, level="section", element="categories")


# -- the rule, against its text ---------------------------------------------------------------------------


def test_every_page_says_of_a_row_what_the_text_says(made: Made) -> None:
    expected = said_of_students(made.tables)
    seen: set[Any] = set()
    for report in made.reports:
        for row in report.shown.iter_rows(named=True):
            key = (row["level"], row["element"], row["row_id"])
            assert {name: row[name] for name in COUNTS} == expected[key]
            seen.add(key)
    assert seen == set(expected), "the whole report lists every row"


def test_the_districts_have_courses_of_both_kinds() -> None:
    kinds: dict[str, int] = {}
    for seed in SEEDS:
        for said in said_of_students(crowded(seed)).values():
            kinds[said["students"]] = kinds.get(said["students"], 0) + 1
    assert min(kinds[word] for word in (NONE, HIDDEN, MANY)) > 5, kinds


def test_few_students_of_a_section_hide_the_course_on_pages_that_do_not_list_them() -> None:
    """A course's task that 35 students use, 30 of one section and 5 of another: no page tells the 35."""
    for seed in range(40):
        tables = crowded(seed)
        expected = ExpectedResidual(tables)
        rows = expected.rows()
        for course in hidden_courses(expected):
            on_it = [key for key in rows if expected.course_of[key] == course and rows[key]["students"]]
            fits = [key for key in on_it if rows[key]["students"] >= FEWEST]
            if fits and len(on_it) > 1:
                level, element, row_id = fits[0]
                shown = Reports(store_of(tables)).residual(course=course, level=level, element=element).shown
                assert shown.filter(row_id=row_id)["students"].to_list() == [HIDDEN]
                return
    pytest.fail("none of the districts has such a course")


# -- what somebody with all pages can work out ------------------------------------------------------------


def test_exact_counts_of_a_course_and_its_section_give_the_rest_away() -> None:
    """So that the attacker of the laws below is known to be one: 35 students of a course, 30 of one section."""
    attacker = Attacker()
    attacker.knows_sum("course", ("section 1", "section 2"))
    attacker.reads("course", "35")
    attacker.reads("section 1", "30")
    attacker.works_out()
    assert attacker.gives_away(SMALL) == {"section 2": (5, 5)}


def test_bands_give_away_what_many_sections_leave() -> None:
    """And why counts above ten are not said in steps either."""
    attacker = Attacker()
    attacker.knows_sum("course", range(10))
    attacker.reads("course", "99")
    for section in range(9):
        attacker.reads(section, MANY)
    attacker.reads(9, SOME)
    attacker.works_out()
    assert attacker.gives_away(SMALL) == {9: (1, 9)}


def _takes_in(tables: Tables, expected: ExpectedResidual) -> Iterator[tuple[Any, Any]]:
    """(task of a course, calculation option there or in a section): who uses the option uses the task."""
    task_of = {
        (level, element, row["row_id"]): row["task_id"]
        for level, stem, elements in (
            ("course", "task", ("grading_tasks", "standards")),
            ("course", "grade_calc", ("grade_calc_options",)),
            ("section", "grade_calc", ("grade_calc_options",)),
        )
        for element in elements
        for row in tables[f"{level}_{stem}"]
    }
    for task in expected.users:
        for option in expected.users:
            if (
                task[1] in ("grading_tasks", "standards")
                and option[1] == "grade_calc_options"
                and expected.course_of[task] == expected.course_of[option]
                and task_of[task] == task_of[option]
            ):
                yield task, option


def attack(tables: Tables, pages: list[pl.DataFrame]) -> Attacker:
    """With what all the pages say of scores, grades, comments and students, and how rows contain each other.

    Each count is split by section; a course's task takes in the calculation options of that task, its own and a
    section's.
    """
    attacker = Attacker()
    expected = ExpectedResidual(tables)
    expected.rows()
    for column in COUNTS:
        for key, users in expected.users.items():
            attacker.knows_sum((column, *key), [(column, *key, section) for section in users])
    for task, option in _takes_in(tables, expected):
        users, inside = expected.users[task], expected.users[option]
        assert all(inside[section] <= users[section] for section in inside), "which is so: the attacker is right"
        attacker.knows_sum(("students", *task), [("students", *option), ("not of", task, option)])
        for section in inside:
            rest = ("not of", task, option, section)
            attacker.knows_sum(("students", *task, section), [("students", *option, section), rest])
    for page in pages:
        for row in page.iter_rows(named=True):
            for column in COUNTS:
                attacker.reads((column, row["level"], row["element"], row["row_id"]), str(row[column] or ""))
    attacker.works_out()
    return attacker


def test_nobody_works_out_a_small_count_from_all_pages_together(made: Made, tmp_path: Path) -> None:
    pages = []
    for place, report in enumerate(made.reports):
        pages.append(report.shown)
        pages.append(pl.read_csv(report.save(tmp_path / f"{place}.csv"), infer_schema=False))
        pages.append(told(report, "residual").rows)
    pages = [page.with_columns(pl.col("row_id").cast(pl.Int64)) for page in pages]
    attacker = attack(made.tables, pages)
    assert attacker.gives_away(SMALL) == {}
    bounded = [most for most in attacker.most.values() if 0 < most < 10**8]
    assert bounded == [], "nothing that pages say bounds a count from above"


def test_the_attacker_finds_small_counts_where_the_pages_are_exact() -> None:
    """So that the law above can fail: the same page with numbers of ten and more, each row judged by itself."""
    for seed in range(9, 15):
        tables = crowded(seed)
        frame = Reports(store_of(tables)).residual().frame
        number = [pl.when(pl.col(name) >= SMALL).then(pl.col(name).cast(pl.String)) for name in COUNTS]
        page = frame.with_columns(one.otherwise(pl.lit(HIDDEN)).name.keep() for one in number)
        if attack(tables, [page]).gives_away(SMALL):
            return
    pytest.fail("the attacker finds nothing, or the districts have nothing to find")


# -- every way out ----------------------------------------------------------------------------------------


def test_a_page_says_it_in_words(made: Made) -> None:
    for report in made.reports:
        page = str(report.page(max_rows=10_000))
        for line in table(page, "rows"):
            for heading in ("Scores", "Posted grades", "Comments", "Students"):
                assert re.fullmatch(rf"|({SOME}|{HIDDEN}|{MANY}) \w+( \w+)?", line[heading]), line
        for text in (unescape(report._repr_html_()), repr(report)):
            assert not re.search(r"\b(students|scores|comments)\b(?!' work)", text), "they count rows alone"


def test_files_say_what_the_page_says_and_the_frame_is_exact(tmp_path: Path) -> None:
    report = Reports(store_of(simulated_tables())).residual()
    assert report.frame["students"].dtype == pl.Int64
    saved = pl.read_csv(report.save(tmp_path / "residual.csv"), infer_schema=False)
    assert {"other_students", "is_hidden"}.isdisjoint(saved.columns)
    assert saved["students"].to_list() == report.shown["students"].to_list()
    exact = pl.read_csv(report.save(tmp_path / "exact.csv", exact_counts=True))
    assert exact["students"].to_list() == report.frame["students"].to_list()
    assert f"“{MANY}”" in str(report.page())


WRITERS = sorted(name for name in dir(pl.DataFrame) if is_writer(name))


def _written(report: Any, name: str, place: Path) -> str | None:
    """What the writer wrote, as text; None where it needs a program that is not there."""
    if name in ("write_csv", "write_json", "write_ndjson"):
        return str(getattr(report, name)())
    if name == "write_excel":
        report.write_excel(place)
        return pl.read_excel(place, infer_schema_length=0).write_csv() if _reads_excel() else None
    if name in ("write_parquet", "write_ipc", "write_ipc_stream", "write_avro"):
        getattr(report, name)(place)
        return getattr(pl, name.replace("write", "read"))(place).write_csv()
    if name == "serialize":
        return pl.DataFrame.deserialize(io.BytesIO(report.serialize())).write_csv()
    return None


def _reads_excel() -> bool:
    try:
        import fastexcel  # noqa: F401  # pyright: ignore[reportMissingImports, reportUnusedImport]
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("name", WRITERS)
def test_the_frames_own_writers_write_what_is_shown(name: str, tmp_path: Path) -> None:
    """Whatever polars has that writes, today and in its next version, is handed the rows as they are shown."""
    report = Reports(store_of(simulated_tables())).residual(course="24052-1")
    writer = getattr(report, name)
    own = writer if hasattr(writer, "__self__") else writer.__wrapped__
    assert own.__self__["students"].to_list() == report.shown["students"].to_list()
    assert {"other_students", "is_hidden"}.isdisjoint(own.__self__.columns)
    assert "other_students" in getattr(report.frame, name).__self__.columns, "asked for in so many words"
    written = _written(report, name, tmp_path / "rows")
    if written is not None:
        assert MANY in written
        assert "other_students" not in written


def test_every_writer_of_polars_is_known_as_one() -> None:
    assert {"write_csv", "write_excel", "write_parquet", "write_json", "write_ipc", "serialize"} <= set(WRITERS)
    assert not [name for name in dir(pl.DataFrame) if name.startswith(("sink_", "save", "export", "dump"))]


def test_text_that_a_writer_hands_to_a_spreadsheet_is_defused() -> None:
    report = Reports(store_of(simulated_tables())).residual()
    evil = Report(report.layout, report.frame.head(1).with_columns(course_name=pl.lit("=1+1")))
    assert "'=1+1" in evil.write_csv()
    assert json.loads(evil.write_json())[0]["course_name"] == "=1+1"


# -- one row ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((120, 40, 15, 40, False), (SOME, SOME, SOME, MANY)),
        ((120, 40, 15, 40, True), (SOME, SOME, SOME, HIDDEN)),
        ((0, 0, 0, 0, True), (NONE, NONE, NONE, NONE)),
        ((9, 0, 1, 10, False), (SOME, NONE, SOME, MANY)),
        ((9, 0, 1, 10, None), (SOME, NONE, SOME, HIDDEN)),
    ],
)
def test_a_row_in_words(counts: tuple[Any, ...], words: tuple[str, ...]) -> None:
    schema = {**dict.fromkeys(COUNTS, pl.Int64), "is_hidden": pl.Boolean}
    assert without_small_counts(pl.DataFrame([counts], schema=schema, orient="row")).rows() == [words]
