"""Columns of a block in which no value can be at fault: told from the smallest and the largest, not row by row."""

from __future__ import annotations

import polars as pl

from coursepush.load.source import NAME_AS_GIVEN
from coursepush.load.types import FIRST_DAY, LAST_DAY
from coursepush.model.tables import LARGEST_ID, Column, Table

_LARGEST_INT = 2**31 - 1


def sure_columns(table: Table, block: pl.DataFrame) -> frozenset[str]:
    """The columns of the model in `block` whose values are all of the column's kind, within its bounds, and there.

    To be sure of a column means that :func:`coursepush.load.types.parse_sql` would give each of its values as a
    cast gives it; any other column may be without fault, too.
    """
    found = {one.name for one in table.columns if one.name in block.columns and is_sure(one, block[one.name])}
    if NAME_AS_GIVEN in block.columns and block[NAME_AS_GIVEN].null_count() < block.height:
        found.discard("name")  # the blanks around it are a fault of their own
    return frozenset(found)


def is_sure(column: Column, values: pl.Series) -> bool:
    """Whether each value of a block's column passes its checks as it is.

    Example:
        >>> is_sure(Column("student_id", "id", required=True), pl.Series([1, 2]))
        True
        >>> is_sure(Column("student_id", "id", required=True), pl.Series([1, None]))
        False
    """
    if column.required and column.default is None and values.null_count():
        return False
    dtype = values.dtype
    if isinstance(dtype, pl.String):
        if column.kind != "text":
            return values.null_count() == values.len()
        return not values.str.contains("\0", literal=True).any()
    match column.kind:
        case "id" | "int" if dtype.is_integer():
            low, high = column.bounds or _range(column)
            return _is_between(values, low, high)
        case "decimal3" | "decimal4" if isinstance(dtype, pl.Decimal) and column.bounds is None:
            scale = 4 if column.kind == "decimal4" else 3
            return dtype.scale <= scale and (dtype.precision or 38) - dtype.scale <= 9 - scale
        case "bool":
            return isinstance(dtype, pl.Boolean)
        case "date" if isinstance(dtype, pl.Date):
            return _is_between(values.to_physical(), FIRST_DAY, LAST_DAY)
        case _:
            return False


def _range(column: Column) -> tuple[int, int]:
    return (-LARGEST_ID, LARGEST_ID) if column.kind == "id" else (-_LARGEST_INT - 1, _LARGEST_INT)


def _is_between(values: pl.Series, low: int, high: int) -> bool:
    smallest, largest = values.min(), values.max()
    return smallest is None or (low <= smallest and largest <= high)  # type: ignore[operator]
