"""Frames in and out of DuckDB, without pyarrow and without a copy."""

from __future__ import annotations

import duckdb
import polars as pl
import polars.selectors as cs

from coursepush.errors import StoreError


class ArrowStream:
    """A frame as DuckDB takes it without pyarrow: anything that offers the Arrow C stream."""

    def __init__(self, frame: pl.DataFrame) -> None:
        # a column of nothing but nulls is of Arrow's type for that, which DuckDB 2.0 cannot take in
        self._frame: pl.DataFrame | None = frame.with_columns(cs.by_dtype(pl.Null).cast(pl.Int32))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        assert self._frame is not None
        return self._frame.__arrow_c_stream__(requested_schema)

    def release(self) -> None:
        """Let go of the frame: DuckDB keeps what was registered until the transaction ends."""
        self._frame = None


def check_fits_a_frame(relation: duckdb.DuckDBPyRelation, name: str) -> None:
    """Say in words what a frame cannot hold, before polars is asked to."""
    twice = sorted({column for column in relation.columns if relation.columns.count(column) > 1})
    if twice:
        raise StoreError(
            f"The step {name!r} gives two columns of one name: {', '.join(twice)}. Give one of them another name "
            "(select ... as another_name)."
        )
    for column, kind in zip(relation.columns, relation.types, strict=True):
        if any(word in str(kind) for word in ("INTERVAL", "UNION", "BIT", "VARIANT")):
            raise StoreError(
                f"The step {name!r} gives a column of type {kind}, which a frame cannot hold: {column}. "
                "Cast it to text: cast(... as varchar)."
            )
