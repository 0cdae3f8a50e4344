"""Other weights tried in one section: what its grades would be, in the time of a move of a slider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from coursepush.errors import RequestError
from coursepush.forecast.forecast import Forecast
from coursepush.forecast.grades import next_prefix, not_known, work_not_loaded
from coursepush.forecast.making import forecast_of
from coursepush.forecast.steps import GradeSteps, Rows, Side, standing
from coursepush.plan.request import id_of
from coursepush.plan.requests.names import SECTION, find_one
from coursepush.store.database import Session, Store
from coursepush.store.templates import template

Number = int | float | str | Decimal

_LARGEST = Decimal("99999.9999")


@dataclass(frozen=True, slots=True)
class Weight:
    """A category of a section and what it weighs; `counts`: it is not left out of the calculation."""

    row_id: int
    name: str
    weight: Decimal
    counts: bool


def weights_of(store: Store, section: int) -> list[Weight]:
    """The categories of a section, in the order in which its grade book has them."""
    with store.reading() as session:
        return _weights(session, find_one(session, SECTION, section))


def try_weights(store: Store, *, section: int, weights: Mapping[str, Number]) -> Forecast:
    """See :meth:`coursepush.District.try_weights`."""
    with store.reading() as session:
        missing = work_not_loaded(session)
        if missing:
            raise RequestError(not_known(missing))
        section_id = find_one(session, SECTION, id_of(section, "section"))
        known = {one.name: one.row_id for one in _weights(session, section_id)}
        tried = {_row(name, known): _checked(name, given) for name, given in weights.items()}
        steps = GradeSteps(session, next_prefix(), [Side("before", standing), Side("after", _with(tried))])
        steps.setup("select cast($section as bigint) as section_id", {"section": section_id})
        return forecast_of(store, session, steps, f"weights tried in section {section_id}")


def _weights(session: Session, section: int) -> list[Weight]:
    rows = session.rows(
        "weights",
        "select row_id, name, weight, not is_excluded from section_category where owner_id = $section "
        "order by sequence nulls last, lower(name)",
        {"section": section},
    )
    return [Weight(*row) for row in rows]


def _row(name: str, known: Mapping[str, int]) -> int:
    if name not in known:
        raise RequestError.unknown("category", name, known, "in this section")
    return known[name]


def _checked(name: str, given: Number) -> Decimal:
    try:
        weight = Decimal(str(given)).quantize(Decimal("0.0001"))
    except InvalidOperation:
        weight = Decimal(-1)
    if weight.is_nan() or not 0 <= weight <= _LARGEST:
        raise RequestError(f"The weight of {name} is {given!r}; it must be a number from 0 to {_LARGEST}.")
    return weight


def _with(tried: Mapping[int, Decimal]) -> Rows:
    """The setup as it stands, but for the weights of these rows."""

    def rows(table: str, prefix: str) -> str:
        stands = standing(table, prefix)
        if table != "section_category" or not tried:
            return stands
        weights = ", ".join(f"({row_id}::bigint, {weight:f}::decimal(9, 4))" for row_id, weight in tried.items())
        return template("coursepush.forecast", "tried_weight").format_map({"rows": stands, "weights": weights})

    return rows
