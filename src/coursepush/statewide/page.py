"""The state's page: which districts refuse and why, which would lose what teachers made, what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from coursepush.html.page import document, section
from coursepush.html.tables import drawn_table
from coursepush.html.text import safe, shown_of
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.plan.fates import FATE_WORDS, Fate
from coursepush.plan.request import school_year
from coursepush.statewide.reading import AS_CHECKED
from coursepush.statewide.task import STATUS_WORDS, Status

if TYPE_CHECKING:
    from coursepush.statewide.run import Run

MOST = 3_000
"""So many districts are listed at most."""

_SHORT = 12
"""So much of a digest is shown: enough to compare; a run has all of it."""

_WHY_NOT = {reason: why for reason, (why, _) in REASON_SENTENCES.items()}

_WHY = 400
"""So much of why a district was refused is shown."""


def state_page(run: Run, *, since: pl.DataFrame | None = None) -> str:
    """One HTML page of a run: no student, and no number of students.

    Args:
        since: what has changed since another run, as ``run.changes`` gives it.
    """
    districts = run.districts()
    asked = run.asked
    planned = districts.filter(status=str(Status.PLANNED))
    title = f"Push All Course Masters in every district, {school_year(asked['year'])}, {asked['mode']} mode"
    head = (
        f"<header><h1>{escape(title)}</h1><p>{escape(run.told)}.</p>"
        "<p>This is a preview: nothing is written anywhere. Each district applies its own push, with the digest "
        "that stands here.</p></header>"
    )
    parts = [
        head,
        section("Which districts have no plan, and why", _without(districts)),
        section("What teachers made and would not keep", _losing(planned)),
        section("Classes are in session", _in_session(planned)),
        section("What could not be pushed", _could_not(run)),
        section("What has changed", "" if since is None else _changed(since)),
        section("Grades in progress", _grades(planned)),
        section("All planned districts", _all(planned)),
        section("What this was made with", _made_with(run)),
    ]
    return document(title, parts)


def _without(districts: pl.DataFrame) -> str:
    rows = districts.filter(pl.col("status") != str(Status.PLANNED)).select(
        "district",
        pl.col("status").replace(STATUS_WORDS),
        pl.col("why").fill_null("").str.slice(0, _WHY),
        pl.col("findings").fill_null(0),
    )
    labels = {"district": "District", "status": "Status", "why": "Why", "findings": "Findings"}
    return _table(rows, "without", labels) or "<p>Every district has one.</p>"


def _losing(planned: pl.DataFrame) -> str:
    rows = planned.filter(pl.col("teachers_setup") > 0).sort(
        "teachers_setup", "district", descending=[True, False]
    )
    labels = {
        "district": "District",
        "teachers_setup": "Rows that teachers made",
        "schools_setup": "Rows that schools made",
        "use_unknown": "Use not known",
    }
    return _table(rows.select(list(labels)), "losing", labels) or "<p>None: in no district.</p>"


def _in_session(planned: pl.DataFrame) -> str:
    rows = planned.filter("in_session")
    if rows.is_empty():
        return ""
    names = ", ".join(safe(name) for name in rows["district"].head(MOST))
    return f"<p>In {rows.height:,} of {planned.height:,} planned districts: {names}.</p>"


def _could_not(run: Run) -> str:
    rows = (
        run.reasons()
        .group_by("element", "reason")
        .agg(pl.col("rows").sum(), pl.col("district").n_unique().alias("districts"))
        .sort("rows", "element", "reason", descending=[True, False, False])
        .with_columns(pl.col("element").replace(ELEMENT_LABELS), pl.col("reason").replace(_WHY_NOT))
    )
    labels = {"element": "Data type", "reason": "Why", "rows": "Rows", "districts": "Districts"}
    return _table(rows.select(list(labels)), "could-not", labels)


def _changed(since: pl.DataFrame) -> str:
    rows = since.select(
        "district",
        pl.col("status_before", "status").replace(STATUS_WORDS).fill_null("was not there"),
        pl.col("digest_before", "digest").str.slice(0, _SHORT).fill_null(""),
    )
    labels = {
        "district": "District",
        "status_before": "Was",
        "status": "Is",
        "digest_before": "Digest then",
        "digest": "Digest now",
    }
    return _table(rows.select(list(labels)), "changed", labels) or "<p>Nothing: every district as before.</p>"


def _grades(planned: pl.DataFrame) -> str:
    rows = planned.filter(
        pl.col("sections_moves").is_not_null() | ~pl.col("grades").str.starts_with("Not computed")
    )
    labels = {"district": "District", "grades": "What would become of grades in progress"}
    return _table(rows.select(list(labels)), "grades", labels)


def _all(planned: pl.DataFrame) -> str:
    fates = [str(one) for one in Fate]
    rows = planned.select(
        "district", pl.col("digest").str.slice(0, _SHORT), "courses", "sections", *fates, "warnings"
    )
    labels = {
        "district": "District",
        "digest": "Digest",
        "courses": "Courses",
        "sections": "Sections",
        **{one: FATE_WORDS[one].label for one in fates},
        "warnings": "Warnings",
    }
    return _table(rows, "planned", labels)


def _made_with(run: Run) -> str:
    told = ", ".join(f"{escape(name)} {escape(version)}" for name, version in run.versions.items())
    checked = run.districts().filter(read=AS_CHECKED)
    by = ", ".join(safe(name) for name in checked["checked_by"].unique().sort())
    again = (
        f"<p>{checked.height:,} of these districts were not checked again: their files are the ones that were "
        f"loaded with all checks by {by}.</p>"
        if checked.height
        else ""
    )
    return f"<p>{told}; for the day {escape(str(run.asked['today']))}.</p>{again}"


def _table(rows: pl.DataFrame, table_id: str, labels: Mapping[str, str]) -> str:
    """A table with its number of rows above it; nothing where it has none."""
    if rows.is_empty():
        return ""
    heading = shown_of(min(rows.height, MOST), rows.height, "district" if "district" in labels else "row")
    return f"<p>{heading}</p>{drawn_table(rows.head(MOST), table_id, labels)}"
