"""The district as data frames: made from Parquet before the clock starts, given back after it has stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from coursepush.model.tables import TABLES, Column, Table

DECIMALS = {"decimal4": 10_000, "decimal3": 1_000}
"""Decimals are kept as whole numbers of their last place: exact, and quick to compare."""

# Of students' work a push asks only what it uses; it reads these columns of it and writes none.
WORK_COLUMNS = {
    "enrollment": ("section_id",),
    "assignment": ("assignment_id", "section_id", "category_row_id", "is_active"),
    "score": ("assignment_id",),
    "posted_grade": ("section_id", "task_id", "term_seq", "mark", "percent", "comment"),
}

Frames = dict[str, pd.DataFrame]

_TYPES: dict[str, Any] = {
    "id": pl.Int64,
    "int": pl.Int32,
    "text": pl.String,
    "bool": pl.Boolean,
    "date": pl.Date,
}
_NULLABLE = {pa.int32(): pd.Int64Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


@dataclass
class State:
    """The tables of the district by name."""

    tables: Frames


def prepare(tables: Path, work: Path) -> State:
    """Read every table of the model from `tables` (`<table>.parquet`); nothing is put into the folder `work`."""
    return State({name: _read(table, tables / f"{name}.parquet") for name, table in TABLES.items()})


def setup(state: State) -> dict[str, pl.DataFrame]:
    """The tables a push may write, in the columns and types of the model, ordered by key."""
    return {
        name: _model_frame(state.tables[name], table)
        for name, table in TABLES.items()
        if name in ("course", "section", "custom_field")
        or ("row_id" in table.key and not name.startswith("master_"))
    }


def close(state: State) -> None:
    """Let go of the tables."""
    state.tables.clear()


def dtype(column: Column) -> str:
    """How a column is kept: NumPy's types where it is never null, pandas' nullable ones where it may be."""
    if column.kind in ("text", "ids"):
        return "str"
    if column.kind == "date":
        return "datetime64[s]"
    if column.kind == "bool":
        return "bool" if column.required else "boolean"
    return "int64" if column.required else "Int64"


def _read(table: Table, path: Path) -> pd.DataFrame:
    names = WORK_COLUMNS.get(table.name, table.names)
    read = pq.read_table(path, columns=list(names))
    frame = {
        name: pd.Series(_array(read[name], table.column(name)), dtype=dtype(table.column(name))) for name in names
    }
    return pd.DataFrame(frame)


def _array(values: pa.ChunkedArray, column: Column) -> Any:
    if column.kind in DECIMALS:
        values = pc.cast(pc.multiply(values, pa.scalar(DECIMALS[column.kind])), pa.int64())
    if column.kind == "ids":
        # a list as one text ("3;5;8"), which merges and compares like any other value
        values = pc.binary_join(pc.cast(values, pa.list_(pa.string())), ";")
    if column.kind == "date":
        return values.to_pandas(date_as_object=False)
    if column.kind in ("text", "ids") or column.required:
        return values.to_pandas()
    return values.to_pandas(types_mapper=_NULLABLE.get)


def _model_frame(frame: pd.DataFrame, table: Table) -> pl.DataFrame:
    names = list(table.names)
    arrow = pa.Table.from_pandas(frame[names], preserve_index=False)
    return pl.DataFrame(arrow).select(_restored(column) for column in table.columns).sort(table.key)


def _restored(column: Column) -> pl.Expr:
    """A column in the type of the model."""
    values = pl.col(column.name)
    if column.kind in DECIMALS:
        scale = 4 if column.kind == "decimal4" else 3
        return (values.cast(pl.Decimal(18, scale)) / DECIMALS[column.kind]).cast(pl.Decimal(9, scale))
    if column.kind == "ids":
        texts = values.cast(pl.String).str.split(";").list.eval(pl.element().filter(pl.element() != ""))
        return texts.cast(pl.List(pl.Int64))
    return values.cast(_TYPES[column.kind])
