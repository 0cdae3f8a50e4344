"""Drift: what changed on courses and sections between two loads that no push of ours wrote."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import ELEMENT_ORDER, WHOLE_COURSE
from coursepush.model.verdicts import WRITING
from coursepush.plan.request import as_list
from coursepush.plan.standing import master_rows_sql, standing_rows_sql
from coursepush.reports.filters import Given, resolve_filters
from coursepush.reports.reading import report_sql
from coursepush.reports.words import change_sql, element_place_sql, key_of_sql, named_sql, row_words_sql, what_sql
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history

DRIFT_COLUMNS: tuple[str, ...] = (
    "catalog",
    "year",
    "school",
    "calendar",
    "course_number",
    "course_name",
    "section_number",
    "teacher",
    "level",
    "element",
    "name",
    "key",
    "field",
    "refresh_id",
    "when",
    "change",
    "last_pushed",
    "push_id",
    "before",
    "now",
    "wanted",
    "in_words",
    "course_id",
    "section_id",
)

_ELEMENTS = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)
_numbers = itertools.count(1)


def drift_frame(store: Store, refresh: int | Sequence[int] | None, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`DRIFT_COLUMNS`, one row a row or field that others changed in a refresh, sorted.

    Raises:
        RequestError: a filter names something unknown.
    """
    prefix = f"drift{next(_numbers)}_"
    made = [f"{prefix}{name}" for name in ("course", "event", "owner", "standing", "above", "last_pushed")]
    with store.reading() as session:
        filters = resolve_filters(session, given, _ELEMENTS)
        values = {
            "refreshes": _refreshes(session, refresh),
            "elements": filters.elements,
            "level": filters.level,
            "teachers": filters.teachers,
            "sections": filters.sections,
        }
        try:
            session.run("scope_course", report_sql("scope_course").format(p=prefix), filters.courses)
            session.run("events", report_sql("drift/event").format(p=prefix), values)
            session.run("owners", report_sql("drift/owner").format(p=prefix))
            session.run(
                "what stands now",
                # one row a row or field as it stands
                f"create temp table {prefix}standing as\nselect *, coalesce(field, key_id) as place\n"
                f"from (\n{standing_rows_sql(f'{prefix}owner', links=False)}\n)",
            )
            masters = f"(select distinct c.master_id from {prefix}course as c semi join {prefix}event as e "
            masters += "on e.hop = 1 and e.course_id = c.course_id)"
            session.run(
                "what the course masters have",
                # one row a row or field of a course master
                f"create temp table {prefix}above as\nselect *, coalesce(field, key_id) as place\n"
                f"from (\n{master_rows_sql(masters)}\n)",
            )
            last_pushed(session, prefix)
            sql = report_sql("drift/report").format(
                p=prefix,
                key_of=key_of_sql(),
                row_words=row_words_sql("stands"),
                what=what_sql(),
                named=named_sql(),
                change=change_sql(),
                element_order=element_place_sql("r.element"),
            )
            return session.frame("drift", sql).select(DRIFT_COLUMNS)
        finally:
            store.forget(made)


def last_pushed(session: Session, prefix: str) -> None:
    """Make ``<prefix>last_pushed`` of the courses and sections in ``<prefix>owner`` (hop, owner_id).

    One row a row or field that a push wrote: push_id, hop, element, owner_id, place (its field, or its key to
    compare by) and `after`, the text as the last push left it, null where it took it away.
    """
    writing = ", ".join(f"'{verdict}'" for verdict in WRITING)
    step = "drift/last_pushed" if has_history(session) else "drift/never_pushed"
    session.run("last pushed", report_sql(step).format(p=prefix, writing=writing))


def _refreshes(session: Session, refresh: int | Sequence[int] | None) -> list[int] | None:
    if refresh is None:
        return None
    known = [row[0] for row in session.rows("refreshes", "select refresh_id from push.refresh order by 1")]
    chosen = as_list(refresh)
    for one in chosen:
        if one not in known:
            raise RequestError.unknown("refresh", one, known)
    return [int(one) for one in chosen]
