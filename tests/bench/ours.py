"""What coursepush takes for a push, its undo and its reports; each function is the work of one fresh process."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import coursepush as cp

from .timing import Timed, repeated, seconds_of

CATALOG, YEAR = "High School", 2026
Told = dict[str, Any]


SETTLED = 2.1
"""Seconds after which a file counts as settled: an apply need not plan anew what was planned from it."""


def settled_copy(path: str, copy: Path) -> None:
    shutil.copyfile(path, copy)
    time.sleep(SETTLED)


def plan_of(district: cp.District, catalog: str = CATALOG, year: int = YEAR, **chosen: Any) -> cp.Plan:
    """The push that is measured everywhere: overwrite, on to sections, all data; `chosen` narrows it."""
    return district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True, **chosen)


def counted(district: cp.District, work: Callable[[], object]) -> tuple[float, int]:
    """Seconds of `work`, and how many statements it ran, without the dropping of what earlier plans left."""
    names: Counter[str] = Counter()
    district.store.on_statement = lambda name, sql: names.update([name])
    try:
        seconds = seconds_of(work)
    finally:
        district.store.on_statement = None
    return seconds, sum(count for name, count in names.items() if name != "forget")


def timed_with_statements(district: cp.District, times: int, work: Callable[[], object]) -> Told:
    """`work` repeated on one open district, and the statements of its last time."""
    statements: list[int] = []

    def once() -> float:
        seconds, count = counted(district, work)
        statements.append(count)
        return seconds

    return told(repeated(times, once), statements=statements[-1])


def told(timed: Timed, **more: Any) -> Told:
    return {"seconds": timed.best, "best_of": len(timed.seconds), "all": timed.seconds, **more}


def make(size: str, into: str) -> Told:
    """Make a district up in the file `into`, which appears when it is whole."""
    part = Path(into).with_suffix(".part")
    part.unlink(missing_ok=True)
    cp.simulate_district(size, seed=1, into=part).close()
    part.replace(into)
    return {}


def apply_once(path: str, into: str) -> Told:
    """Copy the district to `into` and apply the push there, for what is measured after a push."""
    shutil.copyfile(path, into)
    with cp.open_district(into) as district:
        return {"push_id": district.apply(plan_of(district)).push_id}


# -- the push ----------------------------------------------------------------------------------------------


def plan(path: str, times: int) -> Told:
    """From the call to ``counts()``."""
    with cp.open_district(path) as district:
        last: list[int] = []

        def work() -> None:
            plan = plan_of(district)
            last[:] = [int(plan.counts()["rows"].sum()), plan.writes]

        figures = timed_with_statements(district, times, work)
        return {**figures, "rows": last[0], "writes": last[1]}


def plan_whole(path: str, times: int) -> Told:
    """Every catalog in every year, one plan after the other: the whole district."""
    with cp.open_district(path) as district:
        pushes = district.catalogs().select("name", "year").rows()

        def all_of_them() -> None:
            for catalog, year in pushes:
                plan_of(district, catalog, year).counts()

        return {**timed_with_statements(district, times, all_of_them), "plans": len(pushes)}


def apply(path: str, work: str, times: int) -> Told:
    """``apply(plan)``, each time to a fresh copy of the district; planning for it is not timed."""
    copy = Path(work, "copy.duckdb")
    more: Told = {}

    def once() -> float:
        settled_copy(path, copy)
        with cp.open_district(copy) as district:
            plan = plan_of(district)
            more["writes"] = plan.writes
            seconds, more["statements"] = counted(district, lambda: district.apply(plan))
        copy.unlink()
        return seconds

    return told(repeated(times, once), **more)


def plan_and_apply(path: str, work: str, times: int) -> Told:
    """Plan, then apply, on a fresh copy each time; tells the best plan, and the best of both together."""
    copy = Path(work, "copy.duckdb")
    plans: list[float] = []

    def once() -> float:
        settled_copy(path, copy)
        with cp.open_district(copy) as district:
            began = time.perf_counter()
            plan = plan_of(district)
            plan.counts()
            plans.append(time.perf_counter() - began)
            district.apply(plan)
            both = time.perf_counter() - began
        copy.unlink()
        return both

    timed = repeated(times, once)
    return told(timed, plan_seconds=min(plans))


def undo_plan(applied: str, push_id: int, times: int) -> Told:
    """Plan to take the push back, from the call to ``counts()``."""
    with cp.open_district(applied) as district:
        return timed_with_statements(district, times, lambda: district.plan_undo(push_id).counts())


# -- reading a plan, and the reports -----------------------------------------------------------------------


def _of_fresh_plans(path: str, times: int, read: Callable[[cp.District, cp.Plan], object]) -> Told:
    """Time `read` on a plan of its own each time, since a plan keeps what was read from it once."""
    with cp.open_district(path) as district:
        more: Told = {}

        def once() -> float:
            plan = plan_of(district)
            more["writes"] = plan.writes
            seconds, more["statements"] = counted(district, lambda: read(district, plan))
            return seconds

        return told(repeated(times, once), **more)


def digest(path: str, times: int) -> Told:
    return _of_fresh_plans(path, times, lambda _, plan: plan.digest)


def rows(path: str, times: int) -> Told:
    return _of_fresh_plans(path, times, lambda _, plan: plan.rows())


def page(path: str, work: str, times: int) -> Told:
    place = Path(work, "plan.html")
    return _of_fresh_plans(path, times, lambda district, plan: district.reports.plan_page(plan, place))


def report(path: str, name: str, times: int) -> Told:
    """The frame of one report."""
    with cp.open_district(path) as district:
        heights: list[int] = []

        def read() -> None:
            heights.append(getattr(district.reports, name)(catalog=CATALOG, year=YEAR).frame.height)

        return {**timed_with_statements(district, times, read), "rows": heights[-1]}


# -- one course, opening -----------------------------------------------------------------------------------


def open_file(path: str) -> Told:
    """Opening the file in a process that has imported the package and nothing else: what that loads is in it."""
    began = time.perf_counter()
    district = cp.open_district(path)
    seconds = time.perf_counter() - began
    district.close()
    return {"seconds": seconds}


def one(path: str, kind: str, first: int, second: int) -> Told:
    """The second of two previews, of one course (`kind` courses) or one course master (masters) each."""
    with cp.open_district(path) as district:
        plan_of(district, **{kind: [first]}).counts()
        return {"seconds": seconds_of(lambda: plan_of(district, **{kind: [second]}).counts())}


def choose(path: str) -> Told:
    """Courses and course masters to preview: the two smallest that the push reaches, and two in the middle.

    Size is the number of sections of a course, and of courses of a course master; ties go by id.
    """
    reached = """
        -- one row a course that the push reaches and has sections
        select c.course_id, c.master_id, count(*) as sections
        from course as c
        join section as s on s.course_id = c.course_id
        join course_master as m on m.master_id = c.master_id and m.is_active
        join catalog as g on g.catalog_id = m.catalog_id and g.name = $catalog
        join calendar as k on k.calendar_id = c.calendar_id and k.end_year = $year and not k.is_summer
        where not c.ignore_master_push
        group by c.course_id, c.master_id
    """
    asked = {"catalog": CATALOG, "year": YEAR}
    with cp.open_district(path) as district:
        courses = district.sql(f"select course_id from ({reached}) order by sections, course_id", asked)
        masters = district.sql(
            f"select master_id from ({reached}) group by master_id order by count(*), master_id", asked
        )
    chosen: Told = {}
    for kind, ids in (("courses", courses["course_id"].to_list()), ("masters", masters["master_id"].to_list())):
        middle = len(ids) // 2
        chosen[kind] = {"small": ids[:2], "typical": ids[middle : middle + 2]}
    return chosen
