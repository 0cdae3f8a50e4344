"""Push result ("Get the report"): what a push wrote, and what it could not, with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import polars as pl

from coursepush.errors import ForeignPlanError, RequestError
from coursepush.model.elements import ELEMENT_LABELS, PLAN_ELEMENTS
from coursepush.model.verdicts import REASON_SENTENCES
from coursepush.plan.fates import (
    COULD_NOT_SQL,
    MAKER_LABELS,
    STAYS_SQL,
    WRITTEN_SQL,
    fate_of_text_sql,
    made_by_of_text_sql,
)
from coursepush.plan.plan import Plan
from coursepush.plan.requests.registry import fate_labels, verdict_labels
from coursepush.plan.text import ROW_COLUMNS
from coursepush.plan.undo.gone import removed_names
from coursepush.reports.filters import Given, one_of
from coursepush.reports.reading import SECTION_PLACE, Reading, reading, report_sql
from coursepush.reports.sentences import why_and_what
from coursepush.reports.words import change_sql, element_place_sql, names_of_rows, row_words_sql
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history

RESULT_COLUMNS: tuple[str, ...] = (
    "outcome", *SECTION_PLACE, "level", "element", "what", "field", "fate", "made_by", "verdict", "link",
    "change", "before", "after", "reason", "why", "what_to_do", "course_id", "section_id", "row_id",
)  # fmt: skip

OUTCOMES = ("written", "could_not", "stays")

ORDER_SQL = (
    "catalog nulls last, year, school, calendar, course_number, course_id, section_number nulls first, "
    f"section_id nulls first, {element_place_sql('element')}, key nulls first, field nulls first, "
    "row_id nulls first, verdict"
)

_TURN = "case outcome when 'written' then 0 when 'could_not' then 1 else 2 end"


@runtime_checkable
class Applied(Protocol):
    """A push that was applied, as its receipt tells."""

    @property
    def push_id(self) -> int: ...


def push_result_frame(
    store: Store, push: int | Plan | Applied | None, outcome: str | Sequence[str] | None, given: Given
) -> pl.DataFrame:
    """The report. Shape: :data:`RESULT_COLUMNS`; one row a verdict row that was written or could not be.

    `outcome` is ``written``, ``could_not`` or ``stays``; `fate` and `made_by` are those of RULES.md 6.1 in words,
    as are `what` and `change`; `before` and `after` are the JSON text of ``plan.rows()``.
    A course that has left the district since stands last, by its id; naming courses in any way leaves it out.

    Args:
        push: a push's number, its receipt, or None for the last one; a plan gives what it would come to.
        outcome: which, of :data:`OUTCOMES`; None is what was written and what could not be.

    Raises:
        RequestError: there is no such push, or a filter names something unknown.
        ForeignPlanError: the plan was made from another district.
    """
    wanted = one_of("outcome", outcome, OUTCOMES) or list(OUTCOMES[:2])
    plan_rows = _rows_of(store, push) if isinstance(push, Plan) else None
    with reading(store, given, PLAN_ELEMENTS, of=push) as found:
        kind = push_kind(found.session, push)
        if plan_rows is None:
            rows_of_push(found, push)
        else:
            found.made.append(f"{found.prefix}rows")
            found.session.take_in(f"{found.prefix}rows", plan_rows)
        rows = _frame(found, wanted)
        removed = removed_names(found.session).filter(level="course").select(course_id="id", called="called")
    return _explained(rows.join(removed, on="course_id", how="left", maintain_order="left"), kind)


def rows_of_push(found: Reading, push: object) -> None:
    """Make ``{p}rows``: one row a verdict row of a push that was applied."""
    sql = f"select {', '.join(ROW_COLUMNS)} from push.history_row where push_id = $push_id"
    found.make("rows", sql, {"push_id": find_push(found.session, push)})


def push_kind(session: Session, push: int | Plan | Applied | None) -> str:
    """What kind of push it is: ``master_push``, ``course_push``, ``links`` or ``undo``."""
    if isinstance(push, Plan):
        return str(push.request.kind)
    push_id = find_push(session, push)
    sql = "select kind from push.history where push_id = $push_id"
    return str(session.value("kind of the push", sql, {"push_id": push_id}))


def find_push(session: Session, push: object) -> int:
    """The number of a push in the history, by that or its receipt; None names the last one."""
    push_id = push.push_id if isinstance(push, Applied) else push
    known: list[int] = []
    if has_history(session):
        pushes = session.rows("pushes", "select push_id from push.history order by push_id desc")
        known = [int(row[0]) for row in pushes]
    if not known:
        raise RequestError("Nothing has been pushed in this district yet, so there is no result to report.")
    if push_id is None:
        return known[0]
    if not isinstance(push_id, int) or push_id not in known:
        raise RequestError.unknown("push", push_id, known)
    return push_id


def _rows_of(store: Store, plan: Plan) -> pl.DataFrame:
    if plan.store is not store:
        raise ForeignPlanError(
            "This plan was made from another district. Ask for its result there, or plan it again here."
        )
    return plan.rows()


def worded_rows_sql(
    prefix: str, source: str, *, narrowed: bool = False, more: Mapping[str, str] | None = None
) -> str:
    """A query that gives the verdict rows of `source` with names and in words.

    `{prefix}course` names the courses; with `narrowed` rows of other courses are left out. `more`: further
    columns, name → SQL over the row `r`.
    """
    return report_sql(
        "worded_rows",
        p=prefix,
        source=source,
        row_words=row_words_sql(source),
        **names_of_rows("coalesce(r.after, r.before, r.key)"),
        change=change_sql(),
        more="".join(f",\n    {sql} as {name}" for name, sql in (more or {}).items()),
        course_join="join" if narrowed else "left join",
    )


def _frame(found: Reading, wanted: Sequence[str]) -> pl.DataFrame:
    kinds = {"written": WRITTEN_SQL, "could_not": COULD_NOT_SQL, "stays": STAYS_SQL}
    chosen = "\nunion all\n".join(
        f"select '{name}' as outcome, r.* from {found.prefix}rows as r where {kinds[name]}" for name in wanted
    )
    found.make(
        "chosen",
        # one row a row and outcome that was asked for; nothing is bound in the query that hands over the rows,
        # which would make it several times as slow
        f"select *, {level_sql()} as level from (\n{chosen}\n)\n"
        "where ($elements::varchar[] is null or list_contains($elements::varchar[], element))\n"
        f"and ($level::varchar is null or $level = {level_sql()})\n"
        "and ($teachers::bigint[] is null or section_id in (select section_id from section where "
        "list_contains($teachers::bigint[], teacher_id)))\n"
        "and ($sections::bigint[] is null or list_contains($sections::bigint[], section_id))",
        found.filters.of_rows,
    )
    more = {
        "outcome": "r.outcome",
        "level": "r.level",
        "fate": fate_of_text_sql("r."),
        "made_by": made_by_of_text_sql("r."),
    }
    # Courses that are no longer in the district have nothing to be filtered by; without a filter they are in it.
    narrowed = found.filters.by_course
    worded = worded_rows_sql(found.prefix, f"{found.prefix}chosen", narrowed=narrowed, more=more)
    return found.session.frame("push result", f"select * from (\n{worded}\n)\norder by {_TURN}, {ORDER_SQL}")


def level_sql(row: str = "") -> str:
    """SQL of the level that a row is on; hop 0 is setup, wherever it stands."""
    return f"case {row}hop when 0 then 'setup' when 1 then 'course' else 'section' end"


def _explained(found: pl.DataFrame, kind: str) -> pl.DataFrame:
    """With labels for data types and verdicts, and each reason's two sentences."""
    why, what_to_do = why_and_what(pl.col("reason"), REASON_SENTENCES)
    named = pl.concat_str(why.str.strip_suffix("."), pl.lit(": "), "other", pl.lit("."))
    is_gone = pl.col("calendar").is_null() & pl.col("course_id").is_not_null()
    gone = pl.format("{}, no longer in the district", pl.coalesce("called", pl.format("course {}", "course_id")))
    return found.with_columns(
        element=pl.col("element").replace(ELEMENT_LABELS),
        course_name=pl.when(is_gone).then(gone).otherwise("course_name"),
        fate=pl.col("fate").replace(fate_labels(kind)),
        made_by=pl.col("made_by").replace(MAKER_LABELS),
        verdict=pl.col("verdict").replace({str(name): label for name, label in verdict_labels(kind).items()}),
        why=pl.when(pl.col("other").is_not_null()).then(named).otherwise(why),
        what_to_do=what_to_do,
    ).select(RESULT_COLUMNS)
