"""Of which layout a file is, and what is said of one that this version does not read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursepush.errors import StoreError
from coursepush.store.migrations.registry import OLDEST, newest

if TYPE_CHECKING:
    from coursepush.store.session import Session

_NO_SUCH_NAME = frozenset({"CatalogException", "BinderException"})
"""DuckDB's errors where a table or column is not there."""


def layout_of(session: Session) -> int | None:
    """The layout of the attached file; None where it holds no district."""
    try:
        found: Any = session.value(
            "layout",
            # one row: the district
            "select case when count(district_id) = 1 then max(layout_version) end from district.push.district",
        )
    except StoreError as error:
        if type(error.__cause__).__name__ in _NO_SUCH_NAME:
            return None
        raise
    return found if isinstance(found, int) else None


def check_layout(layout: int, path: Path | None) -> None:
    """Refuse a layout that this version can neither read nor bring up.

    Raises:
        StoreError: with what to do.
    """
    if layout > newest():
        raise StoreError(
            f"{path} was made or last written by a newer coursepush (layout {layout}); this one reads up to "
            f"layout {newest()}. Update coursepush, then open the file again: it is whole."
        )
    if layout < OLDEST:
        raise StoreError(
            f"{path} was made by an early coursepush (layout {layout}); this one reads layouts {OLDEST} to "
            f"{newest()}. Load the district again with coursepush.load_district(source, into=...)."
        )
