"""Ids for rows that OneRoster knows by text: numbered in the order of that text, and kept beside it."""

from __future__ import annotations

import polars as pl

from coursepush.load.reading import KEY_SCHEMA


def composed(*parts: str) -> pl.Expr:
    """One key of several columns, joined by `` / ``; a slash or backslash inside a part gets a backslash."""
    texts = [pl.col(part).cast(pl.String).fill_null("") for part in parts]
    return pl.concat_str([text.str.replace_all(r"([\\/])", r"\${1}") for text in texts], separator=" / ")


def numbered(rows: pl.DataFrame, name: str, *order: str) -> pl.DataFrame:
    """`rows` sorted by the columns `order`, with an id `name` counted from 1."""
    return rows.sort(*order, nulls_last=True).with_columns(pl.int_range(1, pl.len() + 1).alias(name))


def keys_of(rows: pl.DataFrame, name: str, key: pl.Expr) -> pl.DataFrame:
    """The ids in column `name` with the source's `key` of each: :data:`KEY_SCHEMA`."""
    columns = {"id": pl.col(name), "source_key": key}
    return rows.select(expr.cast(KEY_SCHEMA[column]).alias(column) for column, expr in columns.items()).sort("id")
