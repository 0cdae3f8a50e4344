"""What came of a plan, in words: sentences for the summary, and a few examples of each rule and outcome."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import counted, examples
from coursepush.load.reading import PARTS
from coursepush.model.elements import COURSE_INFO, ELEMENT_LABELS, ELEMENT_ORDER, WHOLE_COURSE
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.text import ROW_ORDER
from coursepush.plan.undo.gone import removed_names
from coursepush.reports.filters import EVERY_COURSE
from coursepush.reports.reading import Reading
from coursepush.reports.reconcile.steps import COMPARED, Foretold, Unknown, table_of
from coursepush.reports.result.report import worded_rows_sql

OUTCOMES: dict[str, str] = {
    "came_true": "Came true",
    "not_done": "Not made",
    "differs": "Stands otherwise",
    "gone": "No longer there",
    "changed": "Changed although it was to stay",
    "not_checked": "Not checked",
    "unforeseen": "Changed and not foretold",
}
"""What can come of a verdict, and what to call it."""

GROUP: tuple[str, ...] = ("hop", "element", "verdict", "reason", "link", "outcome")
"""A rule and an outcome."""

ORDER = f"{ROW_ORDER} nulls last, reason, outcome"
"""The order of reconciled rows: that of plan rows."""

_EXAMPLES = 3
_NAMED = ("school", "course_number", "course_name", "section_number", "teacher")
_TO_BE = {
    Verdict.INSERT: "to be added",
    Verdict.UPDATE: "to be changed",
    Verdict.RELINK: "to be taken over and relinked",
    Verdict.RENAME: "to be renamed",
    Verdict.DELETE: "to be removed",
}
_LEVELS = {1: "courses", 2: "sections"}


def outcome_counts(found_in: Reading, plan: Foretold, unknown: Unknown) -> pl.DataFrame:
    """The outcomes by rule; of what was the same already, all but what was changed came true."""
    group = ", ".join(GROUP)
    # one row a rule and outcome
    sql = f"select {group}, count(*) as rows from {found_in.prefix}outcome group by {group}"
    found = found_in.session.frame("outcomes by rule", sql)
    if plan.same is not None and not plan.same.is_empty():
        moved = (
            found.filter(outcome="unforeseen", verdict="same").group_by("hop", "element").agg(pl.col("rows").sum())
        )
        known = pl.DataFrame(
            [
                (hop, name, "not_checked" if (hop, name) in unknown.elements else "came_true")
                for hop, name in COMPARED
            ],
            schema={"hop": pl.Int32, "element": pl.String, "outcome": pl.String},
            orient="row",
        )
        same = (
            plan.same.group_by("hop", "element")
            .agg(pl.col("rows").sum())
            .join(moved, on=["hop", "element"], how="left", suffix="_moved")
            .join(known, on=["hop", "element"])
            .select(
                "hop",
                "element",
                verdict=pl.lit(str(Verdict.SAME)),
                reason=pl.lit(None, pl.String),
                link=pl.lit(None, pl.String),
                outcome="outcome",
                rows=(pl.col("rows") - pl.col("rows_moved").fill_null(0)).clip(lower_bound=0),
            )
            .filter(pl.col("rows") > 0)
        )
        found = pl.concat([found, same.cast(found.schema)])
    return found.sort(
        "hop",
        pl.col("element").cast(pl.Enum(ELEMENT_ORDER)),
        "verdict",
        "reason",
        "link",
        pl.col("outcome").cast(pl.Enum(list(OUTCOMES))),
        nulls_last=[False, False, True, False, False, False],
    )


def worded_examples(found: Reading, outcomes: str) -> pl.DataFrame:
    """The first rows of each rule and outcome in words: as foretold, and how it stands where that differs."""
    group = ", ".join(GROUP)
    otherwise = ", ".join(f"'{outcome}'" for outcome in _OTHERWISE)
    found.make(
        "example",
        # one row an example and side: as foretold, and from there to how it stands
        f"""
        with example as (
            select
                *,
                row_number() over (partition by {group} order by {ORDER}) as place,
                row_number() over (order by {ORDER}) as example_no
            from {outcomes}
            qualify place <= {_EXAMPLES}
        )
        select *, true as is_foretold from example
        union all
        select * replace (after as before, now as after), false from example where outcome in ({otherwise})
        """,
    )
    found.do("scope_course", EVERY_COURSE)
    more = {name: f"r.{name}" for name in ("example_no", "is_foretold", "outcome")}
    worded = worded_rows_sql(found.prefix, f"{found.prefix}example", more=more)
    columns = ", ".join(f"any_value({name}) as {name}" for name in (*GROUP, *_NAMED, "what"))
    return found.session.frame(
        "examples in words",
        # one row an example
        f"select {columns}, any_value(change) filter (where is_foretold) as change,\n"
        "any_value(case when after is null then 'not there' else change end) filter (where not is_foretold) "
        f"as stands\nfrom (\n{worded}\n) group by example_no order by example_no",
    )


_OTHERWISE = ("differs", "changed", "unforeseen")
"""Outcomes of which it is to be told how it stands instead."""


def sentences(counts: pl.DataFrame) -> list[str]:
    """What came of the changes, of what was to stay, and what else was changed; each a sentence."""
    writing = counts.filter(pl.col("verdict").is_in(list(WRITING)), pl.col("outcome") != "unforeseen")
    changes = _by_outcome(writing)
    total = sum(changes.values())
    said: list[str] = []
    if not total:
        said.append("The plan would have changed nothing.")
    elif changes.get("came_true") == total:
        said.append(f"All {counted(total, 'change')} came true.")
    else:
        parts = [f"{changes.get('came_true', 0):,} of {counted(total, 'change')} came true"]
        for outcome, one, more in (
            ("not_done", "was not made", "were not made"),
            ("differs", "stands otherwise", "stand otherwise"),
            ("gone", "is of what is no longer there", "are of what is no longer there"),
            ("not_checked", "could not be checked", "could not be checked"),
        ):
            rows = changes.get(outcome, 0)
            if rows:
                where = _where(writing.filter(outcome=outcome), rows)
                parts.append(f"{rows:,} {one if rows == 1 else more}{where}")
        said.append(f"{'; '.join(parts)}.")
    stay = counts.filter(pl.col("verdict").is_in([Verdict.KEEP, Verdict.SKIP, Verdict.FAIL]))
    left = _by_outcome(stay)
    judged = left.get("came_true", 0) + left.get("changed", 0)
    if left.get("changed"):
        where = _where(stay.filter(outcome="changed"), left["changed"])
        said.append(f"Of {judged:,} to be left alone, {left['changed']:,} changed{where}.")
    elif judged:
        said.append(f"Of {judged:,} to be left alone, none changed.")
    unforeseen = counts.filter(outcome="unforeseen")
    rows = int(unforeseen["rows"].sum())
    if rows:
        said.append(f"{counted(rows, 'row')} changed that the plan did not foretell{_where(unforeseen, rows)}.")
    return said


def _by_outcome(counts: pl.DataFrame) -> dict[str, int]:
    return {str(name): int(rows) for name, rows in counts.group_by("outcome").agg(pl.col("rows").sum()).rows()}


def _where(counts: pl.DataFrame, total: int) -> str:
    """Which data type they are of, where most are of one: " (all of them Categories on sections, to be added)"."""
    places = (
        counts.group_by("hop", "element").agg(pl.col("rows").sum()).sort("rows", "hop", "element", descending=True)
    )
    hop, element, rows = places.row(0)
    if 2 * rows <= total:
        return ""
    verdicts = counts.filter(hop=hop, element=element)["verdict"].unique()
    doing = f", {_TO_BE[Verdict(verdicts[0])]}" if len(verdicts) == 1 and verdicts[0] in _TO_BE else ""
    what = "whole courses" if element == WHOLE_COURSE else f"{ELEMENT_LABELS[element]} on {_LEVELS[hop]}"
    much = "" if total == 1 else "all of them " if rows == total else f"{rows:,} of them "
    return f" ({much}{what}{doing})"


def gone_names(found: Reading) -> list[str]:
    """What the courses and sections were called that the plan names and that are no longer there."""
    lost = found.session.frame(
        "courses and sections that are gone",
        # one row a course, or a section of a course that is there, of which the plan has rows and which is gone
        f"""
        select distinct
            case when c.course_id is null then 'course' else 'section' end as level,
            case when c.course_id is null then r.course_id else r.section_id end as id
        from {found.prefix}outcome as r
        left join course as c on c.course_id = r.course_id
        left join section as s on s.section_id = r.section_id
        where r.outcome = 'gone' and (c.course_id is null or (r.section_id is not null and s.section_id is null))
        order by level, id
        """,
    )
    called = lost.join(removed_names(found.session), on=["level", "id"], how="left", maintain_order="left")
    return called.select(pl.coalesce("called", pl.format("{} {}", "level", "id"))).to_series().to_list()


def left_unsaid(counts: pl.DataFrame, plan: Foretold, unknown: Unknown, gone: Sequence[str]) -> list[str]:
    """What the sentences do not say: what could not be checked and why, and what (`gone`) is no longer there."""
    notes = [f"No longer in the district: {examples(gone)}."] if gone else []
    if plan.since is None:
        notes.append(
            "No extract was loaded since, so this is the district as it stood then with what was pushed here. "
            "Refresh it with district.refresh(...) and ask again."
        )
        return notes
    unchecked = counts.filter(outcome="not_checked").filter(~pl.col("verdict").is_in([Verdict.SAME, Verdict.SKIP]))
    tables = {table_of(hop, name) for hop, name in unchecked.select("hop", "element").rows()}
    tables |= {"custom_field"} if COURSE_INFO in unchecked["element"] else set()
    missing = [name for name in unknown.tables if name in tables]
    if missing:
        notes.append(
            f"The extracts since did not give {examples(missing, 10)}: nothing can be said of what stands there."
        )
    parts = [f"{PARTS[part]} in {name}" for name, part in unknown.parts.items() if name in tables]
    if parts:
        notes.append(f"They give only {'; '.join(parts)}: of the other rows nothing can be said.")
    columns = [f"{', '.join(each)} of {name}" for name, each in unknown.columns.items() if name in tables]
    if columns:
        notes.append(f"They do not give {'; '.join(columns)}: what a plan changes in these could not be checked.")
    return notes
