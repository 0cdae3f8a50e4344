"""What a list is searched by and in which order its rows stand, over all of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from functools import reduce

import polars as pl

_SHORT_NUMBER = re.compile(r"[0-9]{1,3}")
"""A number that people look for as it stands: of a section, a term, a weight."""


def searchable(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Of each row, the text of these columns, in lower case."""
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in columns], separator=" ", ignore_nulls=True)
    return frame.select(text.str.to_lowercase().alias("words"))["words"]


def has_words(searched: pl.Series, words: str) -> pl.Series | None:
    """Which rows have every one of these words in their text, in a longer word too; None where nothing is asked.

    A number of up to three digits is a word of its own: "01" is section 01, and not in 03101-1.
    """
    kept: pl.Series | None = None
    for word in words.lower().split():
        is_whole = _SHORT_NUMBER.fullmatch(word)
        has_it = searched.str.contains(rf"(^|\s){word}(\s|$)" if is_whole else word, literal=not is_whole)
        kept = has_it if kept is None else kept & has_it
    return kept


def all_of(masks: Sequence[pl.Series]) -> pl.Series | None:
    """The rows that each mask lets through; None where there is none."""
    return reduce(operator.and_, masks) if masks else None


def places_of(kept: Mapping[str, pl.Series], height: int) -> pl.Series:
    """Where the rows are, of so many, that each of these masks lets through."""
    mask = all_of(list(kept.values()))
    return pl.int_range(height, dtype=pl.UInt32, eager=True) if mask is None else mask.fill_null(False).arg_true()


def in_order(frame: pl.DataFrame, places: pl.Series, order: tuple[str, bool] | None) -> pl.Series:
    """These places of a frame by a column, descending or not; empty cells first, or last when descending.

    As the browser's own table orders them: numbers as numbers, also in text, and text whatever its case.
    """
    if order is None:
        return places
    name, descending = order
    keys = frame.select(_order_key(frame, name).alias("key"))["key"].gather(places)
    both = pl.DataFrame({"place": places, "key": keys})
    return both.sort("key", descending=descending, nulls_last=descending, maintain_order=True)["place"]


def _order_key(frame: pl.DataFrame, name: str) -> pl.Expr:
    key = pl.col(name)
    if frame.schema[name] != pl.String:
        return key
    text = frame[name].drop_nulls()
    is_number = not text.is_empty() and text.cast(pl.Float64, strict=False).null_count() == 0
    return key.cast(pl.Float64) if is_number else key.fill_null("").str.to_lowercase()


def on_one_line(text: pl.Expr) -> pl.Expr:
    """As a cell's text is compared with what is shown of it."""
    return text.fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()
