"""Two plans compared: where they would leave something different, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from coursepush.errors import ForeignPlanError, RequestError
from coursepush.model.elements import ELEMENT_LABELS, ELEMENT_ORDER, WHOLE_COURSE
from coursepush.model.verdicts import REASON_SENTENCES, Verdict
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request
from coursepush.plan.requests.registry import fate_labels, request_words, verdict_labels
from coursepush.reports.compare.moved import has_moved
from coursepush.reports.compare.steps import listed, place_both, say_the_rest
from coursepush.reports.filters import Given
from coursepush.reports.reading import SECTION_PLACE, reading
from coursepush.reports.sentences import why_and_what
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history

COMPARE_COLUMNS: tuple[str, ...] = (
    "difference", *SECTION_PLACE, "level", "element", "what", "field", "first_fate", "first_verdict",
    "first_change", "first_reason", "first_why", "second_fate", "second_verdict", "second_change",
    "second_reason", "second_why", "course_id", "section_id", "row_id",
)  # fmt: skip

INSTEAD: dict[str, str] = {
    "row_there": "The row that is there already serves for it; nothing is added beside it.",
    "other_key": "It is added under another name here.",
    "other_link": "The values are the same in both; it is linked to another row above in each.",
}
"""What a plan does instead of adding a row that the other adds, and how two of one value can differ."""

_NOT_REACHED = "Nothing is pushed here."
_NOT_ON_HOP = {
    1: ("course", "This plan pushes to sections only, not to courses."),
    2: ("section", "This plan does not push to sections."),
}
_ELEMENTS = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)
_SIDES = ("first", "second")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two plans side by side.

    Attributes:
        frame: where they differ; shape :data:`COMPARE_COLUMNS`, sorted.
        same: how many rows both write alike: school, calendar, level, element, rows.
        asked: what was asked differently: (what, of the first, of the second).
        notes: why the two may not be of the same data.
    """

    frame: pl.DataFrame
    same: pl.DataFrame
    asked: list[tuple[str, str, str]]
    notes: list[str]


def compare_plans(store: Store, first: Plan, second: Plan, given: Given) -> Compared:
    """The report; see :meth:`coursepush.reports.reports.Reports.compare`.

    Raises:
        RequestError: a filter names something unknown, or what is to be compared is no plan.
        ForeignPlanError: a plan was made from another district.
    """
    plans = (first, second)
    for which, plan in zip(_SIDES, plans, strict=True):
        _check(store, which, plan)
    with reading(store, given, _ELEMENTS) as read:
        place_both(read, plans)
        notes = _notes(read.session, plans)
        say_the_rest(read, plans)
        found, same = listed(read), read.frame("compare/same", element_order=element_place_sql("element"))
        asked = _asked_differently(*(request_words(read.session, plan.request) for plan in plans))
    return Compared(_explained(found, plans), same, asked, notes)


def _check(store: Store, which: str, plan: object) -> None:
    if not isinstance(plan, Plan):
        raise RequestError(
            f"The {which} of the two to be compared is no plan but {plan!r}. Make two plans, such as "
            "district.plan_master_push(...) in locked and in overwrite mode, and compare those."
        )
    if plan.store is not store:
        raise ForeignPlanError(
            f"The {which} plan was made from another district. Compare plans of one district, made there."
        )


def _asked_differently(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The choices that are not the same in both, as on the screen; blank where one has no such choice."""
    one, other = ({**said, "Release": said.get("Release", "current")} for said in (dict(first), dict(second)))
    return [
        (what, one.get(what, ""), other.get(what, ""))
        for what in dict.fromkeys((*one, *other))
        if one.get(what) != other.get(what)
    ]


def _notes(session: Session, plans: tuple[Plan, Plan]) -> list[str]:
    """Whether the two plans are of the same data, and of what stands now."""
    notes: list[str] = []
    first, second = (plan.refresh_id for plan in plans)
    if first != second:
        words = [f"after refresh {number}" if number else "before any refresh" for number in (first, second)]
        notes.append(
            f"The first plan was made {words[0]}, the second {words[1]}: part of what differs may be what the "
            "refresh brought. Plan both again to compare them on the same data."
        )
    if first == second and not has_history(session):
        return notes  # nothing has been written since the district was loaded or refreshed
    for which, plan in zip(_SIDES, plans, strict=True):
        if has_moved(session, plan.tables):
            notes.append(
                f"What the {which} plan would write has changed since it was made. Plan it again to compare both "
                "as things stand now."
            )
    return notes


# -- in words ------------------------------------------------------------------------------------------------


def _explained(found: pl.DataFrame, plans: tuple[Plan, Plan]) -> pl.DataFrame:
    """With labels for data types and verdicts, and a sentence for each reason."""
    sides = [one for which, plan in zip(_SIDES, plans, strict=True) for one in _side(which, plan)]
    return (
        found.with_columns(*sides)
        .with_columns(element=_replaced("element", ELEMENT_LABELS))
        .select(COMPARE_COLUMNS)
    )


def _side(which: str, plan: Plan) -> list[pl.Expr]:
    labels = {str(name): label for name, label in verdict_labels(plan.request.kind).items()}
    verdict, reason, instead = (pl.col(f"{which}_{name}") for name in ("verdict", "reason", "instead"))
    because, _ = why_and_what(reason, REASON_SENTENCES)
    why = (
        pl.when(instead.is_not_null())
        .then(instead.replace_strict(INSTEAD, default=None, return_dtype=pl.String))
        .when(verdict.is_null())
        .then(_not_reached(plan.request))
        .otherwise(because)
    )
    same = pl.when(verdict == str(Verdict.SAME)).then(pl.lit(labels[Verdict.SAME]))
    fates = pl.coalesce(_replaced(f"{which}_fate", fate_labels(plan.request.kind)), same).alias(f"{which}_fate")
    return [fates, _replaced(f"{which}_verdict", labels), why.alias(f"{which}_why")]


def _not_reached(request: Request) -> pl.Expr:
    """Why a plan has no verdict somewhere."""
    words = {level: words for hop, (level, words) in _NOT_ON_HOP.items() if hop not in request.hops}
    if not words:
        return pl.lit(_NOT_REACHED)
    return pl.col("level").replace_strict(words, default=_NOT_REACHED, return_dtype=pl.String)


def _replaced(column: str, labels: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace(labels)
