"""Reports that speak of the same thing agree: with each other, with the plans of the pushes, and with the history.

Each law says which rows are compared, and which may differ and why.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import oracle
import polars as pl
import pytest
from carried_out import frames
from engine import Tables, plan_of, store_of, tables_of
from oracle_awaiting import written_fields
from oracle_reconcile import folded
from page_reading import Page
from random_districts import make_district, make_request
from rounds import first
from simulated import tables as simulated_tables
from small_district import SmallDistrict
from status_districts import district as of_every_status
from vendor import asked, shown_later

from coursepush.district import District
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import WRITING
from coursepush.plan.fates import FATE_WORDS
from coursepush.plan.plan import Plan
from coursepush.reports.plain import STATUS_LABELS
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.result.report import OUTCOMES
from coursepush.store import Store

Row = dict[str, Any]
Rows = list[Row]

SMALL = None
"""Stands for the simulated district among the seeds of random ones."""

OVERWRITE = {"mode": "overwrite", "to_sections": True}
NAMES = ("school", "calendar", "course_number", "course_name", "section_number", "teacher", "catalog")


@cache
def made(seed: int | None) -> tuple[Tables, Store, Reports]:
    """A district as it stands; the simulated one without a seed. Nothing is pushed in it."""
    tables = simulated_tables() if seed is SMALL else of_every_status(seed)
    store = store_of(tables)
    return tables, store, Reports(store)


@cache
def report(seed: int | None, name: str) -> Report:
    """A report on that district, nothing left out."""
    return getattr(made(seed)[2], name)()


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    for kept in (made, plans, report):
        kept.cache_clear()


class Reach:
    """Whom a push of course masters reaches, read from the tables (RULES.md 1)."""

    def __init__(self, tables: Tables) -> None:
        self.calendars = {row["calendar_id"]: row for row in tables["calendar"]}
        self.catalog_of = {
            (row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]
        }
        self.masters = {row["master_id"]: row for row in tables["course_master"]}
        self.courses = {row["course_id"]: row for row in tables["course"]}
        self.names = {row["catalog_id"]: row["name"] for row in tables["catalog"]}
        self.locks: dict[int, set[str]] = defaultdict(set)
        for row in tables["catalog_lock"]:
            self.locks[row["catalog_id"]].add(row["lock"])

    def catalog(self, calendar_id: int) -> int | None:
        calendar = self.calendars[calendar_id]
        return self.catalog_of.get((calendar["school_id"], calendar["end_year"]))

    def kinds(self) -> list[tuple[int, int]]:
        """Catalogs and years of which there is a push."""
        return sorted({(catalog, year) for (_, year), catalog in self.catalog_of.items()})

    def calendars_of(self, catalog_id: int, year: int) -> list[int]:
        """The calendars of a push that names every one, the summer's too."""
        return [
            key
            for key, calendar in self.calendars.items()
            if calendar["end_year"] == year and self.catalog(key) == catalog_id
        ]

    def scope(self, *, summer: bool = False) -> dict[int, int]:
        """The courses that locked pushes have in scope: course → catalog."""
        found: dict[int, int] = {}
        for key, course in self.courses.items():
            master = self.masters.get(course["master_id"])
            catalog = self.catalog(course["calendar_id"])
            is_out = self.calendars[course["calendar_id"]]["is_summer"] and not summer
            if master is not None and catalog is not None and master["catalog_id"] == catalog and not is_out:
                found[key] = catalog
        return found

    def is_skipped(self, course_id: int) -> bool:
        course = self.courses[course_id]
        return bool(course["ignore_master_push"]) or not self.masters[course["master_id"]]["is_active"]


@cache
def plans(seed: int | None) -> tuple[dict[tuple[int, int], Plan], dict[int, Plan]]:
    """Of every catalog and year the locked push, of every calendar the push of courses."""
    tables, store, _ = made(seed)
    reach = Reach(tables)
    with_courses = {course["calendar_id"] for course in tables["course"]}
    of_masters = {
        (catalog, year): plan_of(store, "master", {"catalog_id": catalog, "year": year, "mode": "locked"})
        for catalog, year in reach.kinds()
        if any(
            not reach.calendars[one]["is_summer"] and one in with_courses
            for one in reach.calendars_of(catalog, year)
        )
    }
    of_courses = {
        calendar: plan_of(store, "course", {"calendar_id": calendar}) for calendar in sorted(with_courses)
    }
    return of_masters, of_courses


def writes(plan: Plan, hop: int) -> Rows:
    return plan.rows().filter(pl.col("verdict").is_in(WRITING), hop=hop).to_dicts()


def states(frame: pl.DataFrame, level: str, count: str = "owners") -> dict[str, int]:
    return dict(frame.filter(level=level).select("state", count).rows())


def place(row: Row) -> tuple[str, int]:
    return row["element"], row["row_id"]


# -- status, audit and cascade ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([SMALL, 500, 502]))
def test_course_status_and_course_audit(seed: int | None) -> None:
    """Both speak of every course that has a course master, and give it one status, from the same rows.

    Course Status counts rows, Course Audit lists differences: a row with three values that differ stands there
    three times and counts once. Rows that set the status are those of what is locked.
    """
    status, audit = report(seed, "course_status"), report(seed, "course_audit")
    assert dict(audit.select("course_id", "status").rows()) == dict(status.select("course_id", "status").rows())
    setting = audit.filter("sets_status").unique(["course_id", "element", "row_id"])
    labels: dict[int, set[str]] = defaultdict(set)
    for row in status.to_dicts():
        rows = setting.filter(course_id=row["course_id"])
        counts = {"broken": row["broken"], "local": row["local"], "orphan": row["residual"]}
        assert Counter(rows["link"]) == Counter({link: n for link, n in counts.items() if n})
        of_status = rows.filter(link="broken") if row["broken"] else rows
        labels[row["course_id"]] = {ELEMENT_LABELS[name] for name in of_status["element"]}
        assert labels[row["course_id"]] == set((row["elements"] or "").split(", ")) - {""}
    per_status = {label: one for one, label in STATUS_LABELS.items()}
    assert {per_status[label]: n for label, n in status.summary.select("Status", "Courses").rows()} == Counter(
        audit.unique("course_id")["status"]
    )


@pytest.mark.parametrize("seed", first([SMALL, 500, 501, 502]))
def test_course_status_and_the_cascade(seed: int | None) -> None:
    """Of the courses that a locked push has in scope and does not skip whole, the two agree school by school.

    Desynced is the same word in both. A course with a residual row and no broken one is residual in the cascade,
    course controlled in Course Status; so is one with local rows alone, which await a push, differ or are in
    sync. Courses out of scope (of a catalog that is not the school's, of a summer calendar) have a status, and no
    place in the cascade; those that are skipped whole are ignored there, whatever their status.
    """
    tables = made(seed)[0]
    reach = Reach(tables)
    status = {row["course_id"]: row for row in report(seed, "course_status").to_dicts()}
    expected: Counter[tuple[str, str]] = Counter()
    for course_id in reach.scope():
        row = status[course_id]
        if reach.is_skipped(course_id):
            state = "ignored"
        elif row["status"] == "desynced":
            state = "desynced"
        else:
            state = "residual" if row["residual"] else "others"
        expected[row["school"], state] += 1
    found: Counter[tuple[str, str]] = Counter()
    cascade = report(seed, "cascade")
    for row in cascade.facts["by_school"].filter(level="course").to_dicts():
        merged = "others" if row["state"] in ("pending", "differs", "in_sync") else row["state"]
        found[row["school"], merged] += row["owners"]
    assert +found == expected
    totals: Counter[str] = Counter()
    for (_, state), owners in expected.items():
        totals[state] += owners
    whole = states(cascade.frame, "course")
    assert {state: whole[state] for state in ("ignored", "desynced", "residual")} == {
        state: totals[state] for state in ("ignored", "desynced", "residual")
    }


# -- what awaits a push ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([SMALL, 500, 502]))
def test_course_master_awaiting_push_and_the_locked_plans(seed: int | None) -> None:
    """The report is what the locked plan of each catalog and year would write on courses, counted by value.

    A plan has one row for a row of setup, the report one for each value of it that changes; a row that comes, goes
    or is only linked again is one in both. Its number of courses is that of plan rows with that change.
    """
    reach = Reach(made(seed)[0])
    awaiting = report(seed, "master_awaiting_push")
    names = ("catalog", "year", "master_id", "element", "key", "field", "change", "master_value")
    found = Counter({row[:-1]: row[-1] for row in awaiting.select(*names, "courses").rows()})
    expected: Counter[tuple[Any, ...]] = Counter()
    written: Rows = []
    for (catalog, year), plan in plans(seed)[0].items():
        rows = writes(plan, 1)
        written += rows
        for row in rows:
            master = reach.courses[row["course_id"]]["master_id"]
            for field, change, _, after in written_fields(row):
                expected[reach.names[catalog], year, master, row["element"], row["key"], field, change, after] += 1
    assert found == expected
    totals = awaiting.facts["totals"]
    assert totals["courses"] == len({row["course_id"] for row in written})
    assert totals["masters"] == len({reach.courses[row["course_id"]]["master_id"] for row in written})
    assert totals["writes"] == sum(expected.values())


@pytest.mark.parametrize("seed", first([SMALL, 500, 502]))
def test_course_awaiting_push_and_the_plans_of_courses(seed: int | None) -> None:
    """The report is what Push All Courses would write in each calendar, a line for each value that changes."""
    awaiting = report(seed, "course_awaiting_push")
    names = ("section_id", "element", "row_id", "key", "field", "change", "section_value", "course_value")
    expected = Counter(
        (row["section_id"], row["element"], row["row_id"], row["key"], field, change, before, after)
        for plan in plans(seed)[1].values()
        for row in writes(plan, 2)
        for field, change, before, after in written_fields(row)
    )
    assert Counter(awaiting.select(names).rows()) == expected
    assert awaiting.facts["totals"]["sections"] == len({row[0] for row in expected})


@pytest.mark.parametrize("seed", first([SMALL, 502]))
def test_what_awaits_a_push_and_the_cascade(seed: int | None) -> None:
    """The rows that the cascade counts as awaiting a push are those that the plans would write.

    But for rows that are desynced or residual and written all the same, which a push does in one way: it gives a
    category another name to make room (RULES.md 3). The cascade counts these as what they are. In the same way an
    owner has the state of awaiting a push there only if nothing on it is worse; how many await one, whatever their
    state, is counted apart.
    """
    tables = made(seed)[0]
    reach = Reach(tables)
    cascade = report(seed, "cascade")
    of_masters, of_courses = plans(seed)
    for level, hop, made_plans, column in (
        ("course", 1, of_masters.values(), "course_id"),
        ("section", 2, of_courses.values(), "section_id"),
    ):
        rows = [row for plan in made_plans for row in writes(plan, hop)]
        worse = [row for row in rows if row["reason"] == "residual" or row["link"] == "broken"]
        assert {row["verdict"] for row in worse} <= {"rename"}
        assert states(cascade.frame, level, "rows")["pending"] == len(rows) - len(worse)
        assert sum(states(cascade.frame, level, "awaiting").values()) == len({row[column] for row in rows})
        everything = [row for plan in made_plans for row in plan.rows().filter(hop=hop).to_dicts()]
        of_worse = {
            row[column]
            for row in everything
            if row["element"] != "*" and (row["reason"] == "residual" or row["link"] == "broken")
        }
        assert states(cascade.frame, level)["pending"] == len({row[column] for row in rows} - of_worse)
        assert states(cascade.frame, level)["residual"] + states(cascade.frame, level)["desynced"] == len(of_worse)
    scope = reach.scope()
    assert sum(states(cascade.frame, "course").values()) == len(scope)
    assert sum(states(cascade.frame, "section").values()) == len(tables["section"])
    assert report(seed, "master_awaiting_push").facts["totals"]["looked_at"] == len(scope)
    assert report(seed, "course_awaiting_push").facts["totals"]["looked_at"] == len(tables["section"])


# -- residual data -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([SMALL, 1, 2]))
def test_residual_data_and_what_overwrite_pushes_leave(seed: int | None) -> None:
    """Residual Data is what overwrite pushes of everything, to sections, keep as residual or set to No
    Calculation.

    Pushes of everything: all is locked, all calendars are named, and whatever keeps a push away is taken from the
    district. To courses without a course master nothing is pushed but by Push All Courses, which keeps options and
    composites that teachers made themselves whether they are used or not.
    """
    tables = lifted(made(seed)[0] if seed is SMALL else make_district(seed, 4))
    told = {(row["level"], *place(row)): row["link"] for row in Reports(store_of(tables)).residual().to_dicts()}
    d = oracle.District(tables)
    kept: dict[tuple[str, str, int], str] = {}
    for rows in overwrite_pushes(tables):
        kept |= {(LEVELS[row["hop"]], *place(row)): row["link"] for row in rows if is_residual(row)}
    no_master = {row["course_id"] for row in tables["course"] if row["master_id"] is None}
    for row in course_pushes(tables):
        if row["course_id"] not in no_master or row["row_id"] is None:
            continue
        is_theirs = row["link"] == "local" and row["reason"] == "teacher_managed" and row["verdict"] == "keep"
        if is_residual(row) or (is_theirs and is_used(d, row)):
            kept["section", *place(row)] = row["link"]
    assert told == kept
    assert {level for level, *_ in told} == {"course", "section"}


LEVELS = {1: "course", 2: "section"}


def lifted(tables: Tables) -> Tables:
    """The district without what keeps a push away from a course, everything locked."""
    tables = copy.deepcopy(tables)
    for row in tables["course"]:
        row["ignore_master_push"] = row["is_cross_site"] = False
    for row in tables["course_master"]:
        row["is_active"] = True
    locks = (*oracle.ELEMENTS, "composite_weights")
    tables["catalog_lock"] = [
        {"catalog_id": row["catalog_id"], "lock": lock} for row in tables["catalog"] for lock in locks
    ]
    return tables


def overwrite_pushes(tables: Tables) -> Iterator[list[Row]]:
    """The rows of an overwrite push to sections of each catalog and year, as if every school had that catalog."""
    for catalog in sorted({row["catalog_id"] for row in tables["course_master"]}):
        places = sorted({(row["school_id"], row["end_year"]) for row in tables["calendar"]})
        offered = [{"school_id": at, "end_year": year, "catalog_id": catalog} for at, year in places]
        store = store_of({**tables, "catalog_school": offered})
        for year in sorted({year for _, year in places}):
            calendars = [row["calendar_id"] for row in tables["calendar"] if row["end_year"] == year]
            asked = {"catalog_id": catalog, "year": year, "calendars": calendars, **OVERWRITE}
            yield plan_of(store, "master", asked).rows().to_dicts()


def course_pushes(tables: Tables) -> Iterator[Row]:
    store = store_of(tables)
    for calendar in sorted({row["calendar_id"] for row in tables["course"]}):
        chosen = {"calendar_id": calendar, "overwrite_categories": True}
        yield from plan_of(store, "course", chosen).rows().to_dicts()


def is_residual(row: Row) -> bool:
    return row["reason"] in ("residual", "residual_task")


def is_used(d: oracle.District, row: Row) -> bool:
    spec = oracle.ELEMENTS[row["element"]]
    return d.used_on_section(spec, row["section_id"], d.by_id[f"section_{spec.stem}"][row["row_id"]])


# -- the result of a push ----------------------------------------------------------------------------------------


def could_not(verdict: str, reason: str | None) -> bool:
    """RULES.md 6.1: could not be pushed."""
    if verdict == "skip":
        return reason not in ("not_selected", "not_spread")
    return verdict == "fail" or (verdict == "keep" and reason == "residual")


@pytest.mark.parametrize("seed", first([SMALL, 6, 11]))
def test_the_push_result_of_a_plan_of_its_receipt_and_the_history(seed: int | None) -> None:
    """A push's result has the plan's counts; the receipt's and the history's numbers are of what it has written.

    Before and after the push the result is the same, but for names and numbers of courses, which the push itself
    may change: those are told as they stand, and so in another order.
    """
    tables = simulated_tables() if seed is SMALL else make_district(seed)
    store = store_of(tables)
    district = District(store)
    kind, request = make_request(seed or 0, tables)
    if seed is SMALL:
        kind, request = "master", {"catalog_id": "High School", "year": 2026, **OVERWRITE}
    plan = plan_of(store, kind, request)
    counts = plan.counts().to_dicts()
    planned = district.reports.push_result(plan)
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in counts:
        level = {1: "course", 2: "section"}[row["hop"]]
        which = (level, ELEMENT_LABELS[row["element"]], row["reason"], row["link"])
        if row["verdict"] in WRITING:
            expected["written", *which] += row["rows"]
        if could_not(row["verdict"], row["reason"]):
            expected["could_not", *which] += row["rows"]
    assert Counter(planned.select("outcome", "level", "element", "reason", "link").rows()) == expected
    assert planned.filter(outcome="written").height == plan.writes > 0

    fates = {fate: told.label for fate, told in FATE_WORDS.items()}
    every = district.reports.push_result(plan, outcome=OUTCOMES).group_by("school", "fate").agg(pl.len())
    by_school = district.reports.by_school(plan).unpivot(list(fates), index="school", variable_name="fate")
    told = by_school.filter(pl.col("value") > 0).with_columns(pl.col("fate").replace(fates))
    assert Counter(told.rows()) == Counter(every.rows())

    receipt = district.apply(plan)
    result = district.reports.push_result(receipt)
    assert result.filter(outcome="written").height == receipt.rows == receipt.written["rows"].sum()
    history = district.history().filter(push_id=receipt.push_id).row(0, named=True)
    assert (history["rows"], history["title"]) == (receipt.rows, plan.title)
    stands = [name for name in result.columns if name not in (*NAMES, "why")]
    assert Counter(result.select(stands).rows()) == Counter(planned.select(stands).rows())
    assert result.answer == planned.answer.replace("would be", "were" if receipt.rows > 1 else "was")
    assert result.summary.equals(planned.summary)
    district.close()


def test_what_was_pushed_to_a_course_that_is_gone_stays_in_the_result() -> None:
    """The result has all that the push wrote, also where the course is no longer in the district."""
    d = SmallDistrict("categories")
    d.master.category("Quizzes")
    gone = d.new_course("X9", master=d.master)
    district = District(d.store())
    receipt = district.apply(district.plan_master_push("High School", year=2027))
    before = district.reports.push_result(receipt)
    tables = tables_of(district.store)
    tables["course"] = [row for row in tables["course"] if row["course_id"] != gone.id]
    tables["course_category"] = [row for row in tables["course_category"] if row["owner_id"] != gone.id]
    district.refresh(frames(tables))
    result = district.reports.push_result(receipt)
    assert result.height == before.height
    assert result.filter(outcome="written").height == receipt.rows == 2
    left = result.filter(course_id=gone.id)
    assert set(left["course_name"]) == {"course X9 (Lincoln High 26-27), no longer in the district"}
    assert set(left["catalog"]) | set(left["school"]) | set(left["course_number"]) == {None}
    page = Page(str(result.page())).text
    assert "course X9 (Lincoln High 26-27), no longer in the district" in page
    assert "Courses that are no longer there" in page
    assert district.reports.push_result(receipt, course="MATH1").height == before.height - left.height
    district.close()


def test_what_an_undo_writes_is_what_the_push_wrote() -> None:
    """The result of an undo has a line for each line that the push wrote, no more and no less."""
    district = District(store_of(simulated_tables()))
    pushed = district.apply(district.plan_master_push("High School", year=2026, **OVERWRITE))
    undone = district.apply(district.plan_undo(pushed.push_id))
    one, other = (
        district.reports.push_result(receipt).filter(outcome="written").select("level", "element").rows()
        for receipt in (pushed, undone)
    )
    assert Counter(one) == Counter(other)
    district.close()


# -- drift and the audit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first([801, 803]))
@pytest.mark.parametrize("pushes", first([2, 1]))
def test_drifted_since_in_the_audit_and_the_drift_report(seed: int, pushes: int) -> None:
    """A difference of the audit has drifted where the drift report has it, unless a push has written it since.

    A push, a refresh, and perhaps another push before the course masters change: what that one wrote is not
    drifted because of what the refresh found. Of a row with several values the drift report has one line, the
    audit one for each that differs, and only those that changed have drifted: compared are whole rows, fields of
    Course Info, and, for values of a row, that the drift report has its row.
    """
    tables, kind, request = asked(seed)
    district = District(store_of(tables))
    district.apply(plan_of(district.store, kind, request))
    later = shown_later(tables, tables_of(district.store), random.Random(seed + 1))
    district.refresh(frames(later), allow_removals=True)
    if pushes == 2:
        district.apply(plan_of(district.store, kind, request))
        with district.store.writing() as session:
            session.run("edit", "update master_category set weight = weight + 1")
            session.run("edit", "update course_master set state_code = 'new'")
    drifted: dict[tuple[Any, ...], Any] = {}
    pushed_since = 0
    for row in district.reports.drift(level="course").to_dicts():
        if row["push_id"] == 2:
            pushed_since += 1
        elif row["change"] != "link":
            what = row["field"] or folded(row["element"], row["key"])
            drifted[row["course_id"], row["element"], what] = row["when"].date()
            if row["change"] == "renamed":  # under its old name it is missed
                old = oracle.row_text({"name": json.loads(row["before"])["name"]})
                drifted[row["course_id"], row["element"], folded(row["element"], old)] = row["when"].date()
    compared = 0
    for row in district.reports.course_audit().to_dicts():
        if row["element"] is None or row["difference"] == "link":
            continue
        what = folded(row["element"], row["key"]) or row["field"]
        day = drifted.get((row["course_id"], row["element"], what))
        if row["field"] is not None and row["key"] is not None:
            assert row["drifted_since"] in (None, day)
        else:
            assert row["drifted_since"] == day, row
            compared += day is not None
    assert compared
    assert (pushed_since > 0) == (pushes == 2)
    district.close()
