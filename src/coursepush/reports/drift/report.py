"""Drift: what changed on courses and sections between two loads that no push of ours wrote."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.model.elements import ELEMENT_ORDER, WHOLE_COURSE
from coursepush.plan.standing import master_rows_sql, standing_rows_sql
from coursepush.reports.filters import Given, one_of
from coursepush.reports.reading import SECTION_PLACE, reading, report_sql
from coursepush.reports.words import change_sql, element_place_sql, names_of_rows, row_words_sql
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history

DRIFT_COLUMNS: tuple[str, ...] = (
    *SECTION_PLACE, "level", "element", "name", "key", "field", "refresh_id", "when", "change", "last_pushed",
    "push_id", "before", "now", "wanted", "in_words", "course_id", "section_id",
)  # fmt: skip

_ELEMENTS = tuple(name for name in ELEMENT_ORDER if name != WHOLE_COURSE)


def drift_frame(store: Store, refresh: int | Sequence[int] | None, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`DRIFT_COLUMNS`, one row a row or field that others changed in a refresh, sorted.

    Raises:
        RequestError: a filter names something unknown.
    """
    with reading(store, given, _ELEMENTS) as found:
        found.do("drift/event", {"refreshes": _refreshes(found.session, refresh), **found.filters.of_rows})
        found.do("drift/owner")
        # one row a row or field as it stands
        found.make("standing", _placed(standing_rows_sql(f"{found.prefix}owner", links=False)))
        masters = (
            f"(select distinct c.master_id from {found.prefix}course as c semi join {found.prefix}event as e "
            "on e.hop = 1 and e.course_id = c.course_id)"
        )
        # one row a row or field of a course master
        found.make("above", _placed(master_rows_sql(masters)))
        found.run("last pushed", last_pushed_sql(found.session, found.prefix))
        rows = found.frame(
            "drift/report",
            row_words=row_words_sql("stands"),
            change=change_sql(),
            element_order=element_place_sql("r.element"),
            **names_of_rows(),
        )
    return rows.select(DRIFT_COLUMNS)


def _placed(rows: str) -> str:
    """Rows and fields with the place by which they are compared: a field's name, a row's key."""
    return f"select *, coalesce(field, key_id) as place\nfrom (\n{rows}\n)"


def last_pushed_sql(session: Session, prefix: str) -> str:
    """The statement that makes `<prefix>last_pushed` of the courses and sections in `<prefix>owner`.

    One row a row or field that a push wrote: push_id, hop, element, owner_id, place (its field, or its key to
    compare by) and `after`, the text as the last push left it, null where it took it away.
    """
    return report_sql("drift/last_pushed" if has_history(session) else "drift/never_pushed", p=prefix)


def _refreshes(session: Session, refresh: int | Sequence[int] | None) -> list[int] | None:
    if refresh is None:
        return None
    known = [row[0] for row in session.rows("refreshes", "select refresh_id from push.refresh order by 1")]
    return one_of("refresh", refresh, known)
