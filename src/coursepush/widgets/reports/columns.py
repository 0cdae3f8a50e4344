"""What the columns of several reports are called in the panel, and how their values are told."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from coursepush.model.elements import COURSE_INFO, ELEMENT_LABELS, field_label
from coursepush.plan.request import school_year
from coursepush.reports.awaiting import page as awaiting

PLACE = {"school": "School", "calendar": "Calendar", "course": "Course"}
SECTION = {**PLACE, "section": "Section"}
BY_PLACE = {"school": "School", "calendar": "Calendar"}
BY_PLACE_AND_TEACHER = {**BY_PLACE, "teacher": "Teacher"}
BY_DATA = {"data": "Data"}


def in_label(column: str, labels: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace(labels)


def joined(*names: str) -> pl.Expr:
    """ "03101-1 Algebra 1"."""
    return pl.concat_str([pl.col(name) for name in names], separator=" ", ignore_nulls=True)


TEACHER = pl.when(pl.col("section_id").is_not_null()).then("teacher")
SECTION_OF = pl.concat_str(
    pl.coalesce("section_number", pl.format("id {}", "section_id")), TEACHER, separator=", ", ignore_nulls=True
).alias("section")
MASTER = joined("master_number", "master_name").alias("master")
DATA = in_label("element", ELEMENT_LABELS).alias("data")


def years(rows: pl.DataFrame) -> pl.Expr:
    """ "2026-27"."""
    said = {year: school_year(year) for year in rows["year"].drop_nulls().unique()}
    return pl.col("year").replace_strict(said, default=None, return_dtype=pl.String).alias("years")


def joined_name(rows: pl.DataFrame) -> pl.Expr:
    """ "Homework: weight"; of an attribute the row's name is the field's."""
    labels = {name: field_label(name) for name in rows["field"].drop_nulls().unique()}
    field = pl.when(pl.col("element") != COURSE_INFO).then(in_label("field", labels))
    return pl.concat_str([pl.col("name"), field], separator=": ", ignore_nulls=True)


def in_words() -> pl.Expr:
    """What awaits a push, without the word that the change's label says already."""
    words = pl.col("in_words")
    for change, said in awaiting.SAID.items():
        is_said = (pl.col("change") == change) & (pl.col("field").is_null() | (pl.col("change") == "rename"))
        bare = words.str.strip_prefix(said).str.strip_prefix(": ").str.strip_prefix(", ")
        words = pl.when(is_said).then(bare).otherwise(words)
    return words
