"""What leaves the district of a forecast (GRADES.md 12): it counts sections, and nobody works out students."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacker import Attacker
from engine import Tables, plan_of, store_of
from every_report import table
from grade_districts import with_grades
from page_reading import complete_in_itself, name_everything_evil
from random_districts import make_district, make_request
from rounds import rounds

from coursepush.district import District
from coursepush.forecast.forecast import OUTCOMES, Forecast
from coursepush.forecast.words import FEWEST, HIDDEN, NONE, SOME
from coursepush.plan.plan import Plan
from coursepush.reports.forecast.page import SECTIONS_OF
from coursepush.reports.plan.page import plan_page
from coursepush.reports.report import Report

COLUMNS = ("looked_at", *OUTCOMES)
SEEDS = (8, 52, 29, 55, 28, 31, 54, 16)
"""Districts in which some of it is told and some of it hidden."""


def crowded(seed: int, copies: Callable[[int], int] = lambda section: 1) -> Tables:
    """A random district in which a student's work is that of 1 to 25, who are in no other section.

    So the numbers of students of sections add up, and whoever has the pages may reckon with it.
    """
    tables = with_grades(make_district(seed), seed)
    rng = random.Random(seed)
    section_of = {row["assignment_id"]: row["section_id"] for row in tables["assignment"]}
    sizes = {row["section_id"]: rng.choice((1, 3, 9, 10, 12, 25)) for row in tables["section"]}

    def each(row: dict[str, Any], section: int) -> Iterator[dict[str, Any]]:
        first = section * 1_000_000 + row["student_id"] * 10_000
        for place in range(sizes[section] * copies(section)):
            yield {**row, "student_id": first + place}

    for name in ("enrollment", "posted_grade"):
        tables[name] = [one for row in tables[name] for one in each(row, row["section_id"])]
    tables["score"] = [one for row in tables["score"] for one in each(row, section_of[row["assignment_id"]])]
    return tables


def planned(tables: Tables, seed: int) -> Plan:
    """What a push of that district's course masters, on to sections, would do."""
    kind, request = make_request(seed, tables)
    more = {"to_sections": True, "mode": "overwrite"} if kind == "master" else {}
    return plan_of(store_of(tables), kind, {**request, **more})


@dataclass(frozen=True)
class Made:
    """A plan, its forecast, and the reports on it: the whole one, and one by each filter."""

    seed: int
    plan: Plan
    found: Forecast
    reports: list[Report]


@pytest.fixture(scope="module", params=SEEDS[: rounds(2, len(SEEDS))])
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    plan = planned(crowded(request.param), request.param)
    with closing(plan.store):
        district = District(plan.store)
        found = plan.forecast()
        whole = district.reports.forecast(found)
        reports = [whole]
        for column in ("school", "teacher", "course_id", "section_id"):
            for value in whole[column].drop_nulls().unique(maintain_order=True).head(3):
                reports.append(district.reports.forecast(found, **{column.removesuffix("_id"): value}))
        yield Made(request.param, plan, found, reports)


# -- the rule, against its text ---------------------------------------------------------------------------


def hiding(exact: pl.DataFrame, moving: int) -> dict[int, str | None]:
    """Section → the largest group that is hidden, from (school, teacher, section, student) of all looked at."""
    few = {
        keys: {
            key
            for key, students in exact.group_by(keys).agg(pl.col("student_id").n_unique()).select(
                pl.struct(keys).alias("key"), "student_id"
            ).iter_rows()
            for key in [tuple(key.values())]
            if students < FEWEST
        }
        for keys in (("school_id",), ("school_id", "teacher_id"), ("section_id",))
    }  # fmt: skip
    said: dict[int, str | None] = {}
    for school, teacher, section in exact.select("school_id", "teacher_id", "section_id").unique().iter_rows():
        groups = {"school": (school,), "teacher": (school, teacher), "section": (section,)}
        small = [name for (name, key), keys in zip(groups.items(), few, strict=True) if key in few[keys]]
        said[section] = "push" if 1 <= moving < FEWEST else small[0] if small else None
    return said


def exact_rows(made: Made) -> pl.DataFrame:
    places = made.reports[0].frame.select("school_id", "teacher_id", "section_id").unique()
    return made.found.rows(moves=False).join(places, on="section_id")


def test_what_is_hidden_is_what_the_text_hides(made: Made) -> None:
    exact = exact_rows(made)
    [total] = made.found.counts().rows(named=True)
    expected = hiding(exact, total["moves"])
    sections = made.found.shown.sections
    assert dict(sections.select("section_id", "hidden_by").rows()) == expected
    whole = made.reports[0]
    told = [section for section, by in expected.items() if by is None]
    assert set(whole.shown["section_id"]) == set(told)
    ids = ("section_id", "task_id")
    exact_counts = made.found.counts("grade").sort(*ids, "term_seq").select(COLUMNS)
    assert whole.frame.sort(*ids, "term").select(COLUMNS).equals(exact_counts)
    for report in made.reports:
        shown = {tuple(row[one] for one in (*ids, "term")): row for row in report.shown.iter_rows(named=True)}
        for row in report.frame.iter_rows(named=True):
            found = shown.pop(tuple(row[one] for one in (*ids, "term")), None)
            assert (found is not None) == (expected[row["section_id"]] is None)
            if found is not None:
                assert [found[one] for one in OUTCOMES] == [SOME if row[one] else NONE for one in OUTCOMES]
        assert not shown


def test_the_districts_have_all_kinds() -> None:
    kinds: set[str | None] = set()
    for seed in SEEDS[:2]:
        plan = planned(crowded(seed), seed)
        with closing(plan.store):
            kinds.update(plan.forecast().shown.sections["hidden_by"])
    assert kinds == {None, "section", "teacher", "school", "push"}


# -- what somebody can work out who has it all ------------------------------------------------------------


def test_ten_students_in_the_place_of_each_that_is_told_change_nothing(made: Made) -> None:
    """Why it is enough: whatever is shown holds for any numbers of students, small and large."""
    told = set(made.found.shown.told["section_id"])
    plan = planned(crowded(made.seed, lambda section: 10 if section in told else 1), made.seed)
    with closing(plan.store):
        again = plan.forecast()
        assert again.counts()["looked_at"].item() > made.found.counts()["looked_at"].item() or not told
        assert everything_said(again) == everything_said(made.found)
        report = District(plan.store).reports.forecast(again)
        assert report.shown.equals(made.reports[0].shown)
        assert report.page() == made.reports[0].page()


def everything_said(found: Forecast) -> list[Any]:
    shown = found.shown
    frames = [shown.by("school"), shown.by("teacher"), shown.by("section"), shown.classes(), shown.causes()]
    return [found.headline, *(frame.to_dicts() for frame in frames)]


def attacker_of(made: Made) -> Attacker:
    """Who knows which sections there are, that their students add up, and how outcomes contain each other."""
    attacker = Attacker()
    frame = made.reports[0].frame
    groups = frame.select("school_id", "teacher_id", "section_id").unique().rows()
    for column in COLUMNS:
        attacker.knows_sum((column, "push"), [(column, "section", one[2]) for one in groups])
        for school in {one[0] for one in groups}:
            inside = [(column, "section", one[2]) for one in groups if one[0] == school]
            attacker.knows_sum((column, "school", school), inside)
        for school, teacher in {one[:2] for one in groups}:
            inside = [(column, "section", one[2]) for one in groups if one[:2] == (school, teacher)]
            attacker.knows_sum((column, "teacher", school, teacher), inside)
        for section, task, term in frame.select("section_id", "task_id", "term").rows():
            _contains(attacker, (column, "section", section), (column, "grade", section, task, term))
        for section in {one[2] for one in groups}:
            grades = [("grade", section, *one) for one in frame.filter(section_id=section).select(
                "task_id", "term").rows()]  # fmt: skip
            together = [(column, *one) for one in grades]
            attacker.knows_sum((column, "together", section), together)
            _contains(attacker, (column, "together", section), (column, "section", section))
    for group in {count[1:] for count in attacker.least}:
        _contains(attacker, ("looked_at", *group), ("moves", *group))
        for outcome in OUTCOMES[1:]:
            _contains(attacker, ("moves", *group), (outcome, *group))
    return attacker


def _contains(attacker: Attacker, whole: tuple[Any, ...], part: tuple[Any, ...]) -> None:
    attacker.knows_sum(whole, [part, ("rest", whole, part)])


def reads_rows(attacker: Attacker, rows: pl.DataFrame) -> None:
    """Rows of a file or a page: somebody was looked at in each, and each is of a section of 10 or more."""
    for row in rows.iter_rows(named=True):
        grade = ("grade", int(row["section_id"]), int(row["task_id"]), int(row["term"]))
        attacker.knows(("looked_at", *grade), 1)
        attacker.knows(("looked_at", "section", int(row["section_id"])), FEWEST)
        for outcome in OUTCOMES:
            attacker.reads((outcome, *grade), row[outcome])


KEYS = {"school": ("school_id",), "teacher": ("school_id", "teacher_id"), "section": ("section_id",)}


def reads_groups(attacker: Attacker, report: Report, name: str) -> None:
    """A table of groups: in n sections somebody has an outcome, so n students or more have it.

    In a report that is narrowed down a group is that part of it which was asked for.
    """
    keys = KEYS[name]
    asked = report.frame.select("school_id", "teacher_id", "section_id").unique().rows(named=True)
    for row in report.facts["shown"].by(name).iter_rows(named=True):
        group = (name, *(row[key] for key in keys))
        few = row["is_hidden"]
        attacker.knows(("looked_at", *group), 1 if few else FEWEST, FEWEST - 1 if few else 10**9)
        inside = [one["section_id"] for one in asked if all(one[key] == row[key] for key in keys)]
        for outcome in OUTCOMES if not few else ():
            part, number = (outcome, "part", *group, *inside), row[outcome]
            attacker.knows_sum(part, [(outcome, "section", section) for section in inside])
            attacker.knows(part, 1 if number is None else number, 10**9 if number != 0 else 0)


def test_nobody_works_out_a_small_count_from_everything_together(made: Made, tmp_path: Path) -> None:
    attacker = attacker_of(made)
    for place, report in enumerate(made.reports):
        reads_rows(attacker, pl.read_csv(report.save(tmp_path / f"{place}.csv"), infer_schema=False))
        reads_rows(attacker, report.shown)
        for name in KEYS:
            reads_groups(attacker, report, name)
    if made.found.shown.is_few:
        attacker.knows(("moves", "push"), 1, FEWEST - 1)
    attacker.works_out()
    assert attacker.works_out_exactly(FEWEST) == {}
    told = set(made.found.shown.told["section_id"])
    bounded = {
        count: most
        for count, most in attacker.most.items()
        if count[1] == "section" and count[2] in told and 0 < most < 10**8
    }
    assert bounded == {}, "of a section that is told nothing bounds a number of students from above"


def test_the_attacker_finds_small_counts_where_the_rule_is_off() -> None:
    """So that the law above can fail: exact numbers, and each that is small hidden by itself."""
    for seed in SEEDS:
        plan = planned(crowded(seed), seed)
        with closing(plan.store):
            found = plan.forecast()
            report = District(plan.store).reports.forecast(found)
            attacker = attacker_of(Made(seed, plan, found, [report]))
            [total] = found.counts().rows(named=True)
            rows = found.counts("section").rows(named=True)
            for column in COLUMNS:
                attacker.reads((column, "push"), _by_itself(total[column]))
                for row in rows:
                    attacker.reads((column, "section", row["section_id"]), _by_itself(row[column]))
        attacker.works_out()
        if attacker.works_out_exactly(FEWEST):
            return
    pytest.fail("the attacker finds nothing, or the districts have nothing to find")


def _by_itself(number: int) -> str:
    return HIDDEN if 1 <= number < FEWEST else str(number)


def test_steps_would_give_single_students_away() -> None:
    """Why students are not counted in steps: 50 or more is 50 to 99, and what is hidden is one or more."""
    attacker = Attacker()
    attacker.knows_sum("school", range(18))
    attacker.knows("school", 50, 99)
    for section in range(18):
        attacker.knows(section, 10 if section < 9 else 1, 49 if section < 9 else 9)
    attacker.works_out()
    assert attacker.works_out_exactly(FEWEST) == dict.fromkeys(range(9, 18), 1)


def test_outcomes_would_bound_each_other() -> None:
    """And why small outcomes are not told as hidden: what moves appears or vanishes here, 18 at most."""
    attacker = Attacker()
    attacker.knows_sum("moves", ("appears", "vanishes"))
    attacker.knows_sum("moves", range(9))
    for outcome in ("appears", "vanishes"):
        attacker.knows(outcome, 1, 9)
    for section in range(9):
        attacker.knows(section, 1 if section else 10, 9 if section else 10**9)
    attacker.works_out()
    assert attacker.works_out_exactly(FEWEST) == {**dict.fromkeys(range(1, 9), 1), "appears": 9, "vanishes": 9}


def test_bad_names_are_text_on_the_page() -> None:
    tables = crowded(29)
    name_everything_evil(tables)
    plan = planned(tables, 29)
    with closing(plan.store):
        report = District(plan.store).reports.forecast(plan)
        for page in (str(report.page()), report._repr_html_(), plan_page(plan)):
            complete_in_itself(page)
        text = complete_in_itself(str(report.page())).text
        names = {name for one in ("school", "teacher", "task") for name in report.shown[one].drop_nulls()}
        assert names
        assert all(" ".join(name.split()) in " ".join(text.split()) for name in names)


# -- every way out ----------------------------------------------------------------------------------------


def test_a_page_counts_sections(made: Made) -> None:
    for report in made.reports:
        page = str(report.page(max_rows=10_000))
        text = unescape(re.sub(r"<[^>]+>", " ", page))
        assert not re.search(r"\d[\d,]* students?\b(?<!10 students)", text), "it counts students"
        shown = report.facts["shown"]
        if shown.is_few:
            assert not table(page, "grades-by-school")
            continue
        for group, name in (("school", "School"), ("teacher", "Teacher")):
            lines = table(page, f"grades-by-{group}")
            told = shown.by(group)
            told = told.filter(pl.col("is_hidden") | (pl.col("moves") != 0).fill_null(True))
            assert len(lines) in (0, told.height)
            for one, heading in SECTIONS_OF.items():
                cells = [line[heading] for line in lines if heading in line]
                if cells:
                    numbers = sum(int(cell) for cell in cells if cell.isdigit())
                    assert numbers == told[one].sum(), (name, one)
                    assert cells.count(HIDDEN) == told[one].null_count()


def test_files_are_exact_only_when_asked_for(made: Made, tmp_path: Path) -> None:
    report = made.reports[0]
    exact = pl.read_csv(report.save(tmp_path / "exact.csv", exact_counts=True))
    assert exact.height == report.height
    assert "looked_at" not in report.shown.columns
    assert exact["looked_at"].to_list() == report.frame["looked_at"].to_list()
    shown = pl.read_csv(report.save(tmp_path / "shown.csv"), infer_schema=False)
    assert shown.height == report.shown.height
    assert "hidden_by" not in shown.columns
    assert dict(report.about())["Rows"] == f"{report.shown.height:,}"
    assert f"{report.shown.height:,} row" in repr(report)


def test_the_page_of_a_plan_says_where_nothing_is_known_and_what_would_come_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = crowded(8)
    kind, request = "master", make_request(8, tables)[1] | {"to_sections": False}
    assert make_request(8, tables)[0] == kind
    with closing(store_of(tables, frozenset({"score"}))) as store:
        page = plan_page(plan_of(store, kind, request))
        assert "What this would do to grades is not known: score was not loaded." in page
    with closing(store_of(tables)) as store:
        plan = plan_of(store, kind, request)
        assert "Pushed on to sections, as this push does not: " in plan_page(plan)
        assert "Whose grades would move" not in plan_page(plan, grades=False)
        monkeypatch.setattr("coursepush.reports.plan.grades.MOST_SECTIONS", 0)
        page = plan_page(plan)
        assert re.search(r"Not computed on this page: the plan reaches \d+ sections?", page)
        assert "Pushed on to sections" in plan_page(plan, grades=True)
