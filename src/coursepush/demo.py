"""A district, a preview, a push and its undo, told step by step: what ``coursepush demo`` runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.district import load_district, open_district, simulate_district
from coursepush.errors import CoursepushError, StoreError
from coursepush.files import Kind, new_file
from coursepush.model.tables import TABLES
from coursepush.model.verdicts import VERDICT_LABELS, Verdict
from coursepush.plan.fates import FATE_WORDS, totals_by_fate
from coursepush.plan.request import school_year
from coursepush.simulate.drift import drift

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan

CATALOG, YEAR = "High School", 2027
TODAY = dt.date(2026, 7, 1)
"""The day the demo plays on, so that it tells the same in any year."""

_MARK = "made-by-coursepush-demo"
"""An empty file beside the demo's district, by which a later demo knows that it may replace it."""

Say = Callable[[str], None]
Show = Callable[[pl.DataFrame], None]


def run_demo(folder: Path, say: Say, show: Show) -> Path:
    """Run the demo in `folder` and give the path of the page it leaves there.

    Raises:
        StoreError: the folder holds a ``district.duckdb`` that no demo made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, page = folder / "district.duckdb", folder / "plan.html"
    _clear(file)
    say(f"1. A made-up district: 4 schools, 2 years, in {file}")
    with simulate_district("small", seed=7, into=file) as district:
        before = _state(district)
        say(f"   {sum(rows for rows, _ in before.values()):,} rows in {len(before)} tables.\n")

        say(f"2. What would a push of locked data bring to the {CATALOG} courses of {school_year(YEAR)}?")
        _tell(_plan(district, "locked"), say, show)
        say("3. And an overwrite push, on to the sections? It is meant for future years, as this one is.")
        plan = _plan(district, "overwrite")
        _tell(plan, say, show)
        district.reports.plan_page(plan, page)
        say(f"   The same as a page to read and to pass on: {page}\n")

        say(f"4. And what would it do to grades, pushed into {school_year(YEAR - 1)}, when students have scores?")
        _tell_grades(district, say)

        say("5. The overwrite push is applied: all of it in one transaction, or nothing.")
        receipt = district.apply(plan)
        say(f"   Push {receipt.push_id} wrote {receipt.rows:,} rows, as planned.")
        again = _plan(district, "overwrite")
        say(f"   Planned once more, the same push would write {again.writes:,} rows.\n")

        say("6. Residual data: setup that stays only because assignments or grades use it.")
        _residual(district, say, show)

        say("7. And back again.")
        _undo(district, receipt.push_id, before, say)
        show(district.history().select("push_id", "kind", "title", "rows", "undoes"))
    say("\nOpen the page in a browser:")
    return page


def run_edfi_demo(source: Path, folder: Path, say: Say, show: Show) -> Path:
    """The whole way on a real district's Ed-Fi files: load, scaffold, push, drift, push again, undo.

    Raises:
        LoadError: the files cannot be loaded.
        StoreError: the folder holds a ``district.duckdb`` that no demo made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, page = folder / "district.duckdb", folder / "plan.html"
    _clear(file)
    say(f"1. The district in {source}, with a starting setup for each course master, in {file}")
    with load_district(source, into=file, format="edfi", scaffold=True) as district:
        with new_file(file.with_name(_MARK), Kind.KEPT):
            pass
        catalog, year = district.catalogs().select("name", "year").row(-1)
        lacks = district.findings().filter(pl.col("rule") == "not_given")["message"]
        say("".join(f"   {text}\n" for text in lacks))

        def push(mode: str) -> Plan:
            return district.plan_master_push(
                catalog, year=year, mode=mode, to_sections=True, today=TODAY, assume_unused=True
            )

        say(f"2. An overwrite push of {catalog} to the courses and sections of {school_year(year)}.")
        first = push("overwrite")
        _tell(first, say, show)
        receipt = district.apply(first)
        say(f"   Applied: push {receipt.push_id} wrote {receipt.rows:,} rows.\n")

        say("3. A year goes by.")
        show(drift(district.store))
        say("\n4. What would a push of locked data do now?")
        before = _state(district)
        second = push("locked")
        _tell(second, say, show)
        district.reports.plan_page(second, page)
        receipt = district.apply(second)
        say(f"   Applied: push {receipt.push_id} wrote {receipt.rows:,} rows.\n")
        _undo(district, receipt.push_id, before, say)
        show(district.history().select("push_id", "kind", "title", "rows", "undoes"))
    say("\nThe second preview as a page; open it in a browser:")
    return page


def _tell_grades(district: District, say: Say) -> None:
    """Whose grades a push into the year before would move, and what to do about it; nothing is applied."""
    plan = district.plan_master_push(CATALOG, year=YEAR - 1, mode="overwrite", to_sections=True, today=TODAY)
    found = plan.forecast()
    say(f"   {found.headline}\n   {found.advice().sentence}\n")


def _undo(district: District, push_id: int, before: dict[str, Any], say: Say) -> None:
    undone = district.apply(district.plan_undo(push_id))
    say(f"   Push {push_id} is undone: {undone.rows:,} rows went back.")
    after = _state(district)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        raise CoursepushError(f"The undo left these tables changed: {', '.join(changed)}.")
    say(f"   All {len(after)} tables are exactly as they were before that push.\n")


def _clear(file: Path) -> None:
    """Make room for the demo's district, if what is there is a demo's."""
    if file.exists():
        try:
            with open_district(file) as district:
                made_by = str(district.sql("select made_by from push.district").item())
        except StoreError as error:
            raise StoreError(f"{error} The demo replaces only a district that an earlier demo made.") from error
        if not made_by.startswith("simulate ") and not file.with_name(_MARK).exists():
            raise StoreError(
                f"{file} is a district of yours, and the demo would replace it. Name another folder: "
                "coursepush demo --folder DIR."
            )
        file.unlink()
    file.with_name(file.name + ".wal").unlink(missing_ok=True)


def _plan(district: District, mode: str) -> Plan:
    return district.plan_master_push(CATALOG, year=YEAR, mode=mode, to_sections=mode == "overwrite", today=TODAY)


def _tell(plan: Plan, say: Say, show: Show) -> None:
    for warning in plan.warnings:
        say(f"   Warning: {warning}")
    same = int(plan.counts().filter(verdict=Verdict.SAME)["rows"].sum())
    totals = {FATE_WORDS[fate].label: rows for fate, rows in totals_by_fate(plan.fates()).items()}
    totals[VERDICT_LABELS[Verdict.SAME]] = same
    show(
        pl.DataFrame(
            [(label, rows) for label, rows in totals.items() if rows],
            schema={"outcome": pl.String, "rows": pl.Int64},
            orient="row",
        )
    )
    say(f"   {plan.writes:,} rows would be written. A preview writes nothing.\n")


def _residual(district: District, say: Say, show: Show) -> None:
    residual = district.reports.residual()
    say(f"   {residual.answer}")
    show(residual.summary)


def _state(district: District) -> dict[str, tuple[int, Any]]:
    """Number of rows and a sum over their contents, per table of the model."""
    return {name: district.sql(f"select count(*), bit_xor(hash(t)) from {name} as t").row(0) for name in TABLES}
