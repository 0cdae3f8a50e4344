"""What a list is searched by and in which order its rows stand, over all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

_SHORT_NUMBER = re.compile(r"[0-9]{1,3}")
"""A number that people look for as it stands: of a section, a term, a weight."""


def searchable(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Of each row, the text of these columns, in lower case."""
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in columns], separator=" ", ignore_nulls=True)
    return frame.select(text.str.to_lowercase().alias("words"))["words"]


def has_words(searched: pl.Series, words: str) -> pl.Expr:
    """Which rows have every one of these words in their text, or begin, middle or end of a longer one.

    A number of up to three digits is a word of its own: "01" is section 01, and not in 03101-1.
    """
    kept = pl.lit(True)
    for word in words.lower().split():
        is_whole = _SHORT_NUMBER.fullmatch(word)
        kept &= searched.str.contains(rf"(^|\s){word}(\s|$)" if is_whole else word, literal=not is_whole)
    return kept


def order_key(frame: pl.DataFrame, name: str) -> pl.Expr:
    """As the browser's own table orders a column: numbers as numbers, also in text, and text whatever its case."""
    key = pl.col(name)
    if frame.schema[name] != pl.String:
        return key
    text = frame[name].drop_nulls()
    is_number = not text.is_empty() and text.cast(pl.Float64, strict=False).null_count() == 0
    return key.cast(pl.Float64) if is_number else key.fill_null("").str.to_lowercase()


def on_one_line(text: pl.Expr) -> pl.Expr:
    """As a cell's text is compared with what is shown of it."""
    return text.fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()
