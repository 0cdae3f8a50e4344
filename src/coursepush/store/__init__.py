"""The only place that talks to DuckDB."""

from coursepush.store.database import Session, Store

__all__ = ["Session", "Store"]
