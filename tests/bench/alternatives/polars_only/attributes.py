"""Course attributes, district-defined fields, and the sections' advisory flag."""

from __future__ import annotations

import polars as pl

from .scope import Frames, Scope

_LOCK = "course_info."
_CUSTOM = "course_info.custom."


def push_attributes(frames: Frames, scope: Scope) -> None:
    """Each locked field by itself takes the course master's value."""
    custom = sorted(lock.removeprefix(_CUSTOM) for lock in scope.locks if lock.startswith(_CUSTOM))
    fields = [
        name
        for name in frames["course"].columns
        if _LOCK + name in scope.locks and name in frames["course_master"]
    ]
    masters = frames["course_master"].select("master_id", pl.col(fields).name.suffix("_wanted"))
    keeps_number = _number_clashes(frames, scope) if "number" in fields else []
    is_reached = pl.col("course_id").is_in(scope.courses["course_id"].implode())
    takes = dict.fromkeys(fields, is_reached)
    if "number" in fields:
        takes["number"] = is_reached & ~pl.col("course_id").is_in(keeps_number)
    frames["course"] = (
        frames["course"]
        .join(masters, on="master_id", how="left")
        .with_columns(
            pl.when(takes[name]).then(pl.col(f"{name}_wanted")).otherwise(pl.col(name)).alias(name)
            for name in fields
        )
        .select(frames["course"].columns)
    )
    if custom:
        frames["custom_field"] = _custom_fields(frames["custom_field"], scope, custom)


def _number_clashes(frames: Frames, scope: Scope) -> list[int]:
    """The courses whose new number another course of the calendar would have: assume that every number goes
    through, fail those that collide, and repeat with what is left until none does."""
    wanted = scope.courses.select("course_id", "master_id").join(
        frames["course_master"].select("master_id", wanted="number"), on="master_id"
    )
    numbers = (
        frames["course"]
        .select("course_id", "calendar_id", "number")
        .join(scope.courses, on="calendar_id", how="semi")
        .join(wanted.drop("master_id"), on="course_id", how="left")
        .with_columns(is_changing=(pl.col("wanted") != pl.col("number")).fill_null(False))
    )
    failed: list[int] = []
    while True:
        number = pl.when("is_changing").then("wanted").otherwise("number").alias("assumed")
        collides = pl.col("is_changing") & (pl.len().over("calendar_id", "assumed") > 1)
        numbers = numbers.with_columns(number).with_columns(collides=collides)
        hit = numbers.filter("collides")["course_id"].to_list()
        if not hit:
            return failed
        failed += hit
        numbers = numbers.with_columns(is_changing=pl.col("is_changing") & ~pl.col("collides"))


def _custom_fields(table: pl.DataFrame, scope: Scope, fields: list[str]) -> pl.DataFrame:
    """A field without a row is null; one that is emptied keeps its row."""
    key = ["owner_id", "field"]
    masters = table.filter(level="master").select(master_id="owner_id", field="field", wanted="value")
    wanted = (
        scope.courses.select("master_id", owner_id="course_id")
        .join(pl.DataFrame({"field": fields}), how="cross")
        .join(masters, on=["master_id", "field"], how="left")
    )
    present = table.filter(level="course").select(*key, "value", has_row=True)
    written = (
        wanted.join(present, on=key, how="left")
        .filter(pl.col("wanted").ne_missing(pl.col("value")))
        .select(pl.lit("course").alias("level"), *key, value="wanted")
    )
    return pl.concat([table.join(written, on=["level", *key], how="anti"), written])


def push_advisory(frames: Frames, scope: Scope) -> None:
    """A section takes the course's flag as it now is; null counts as false."""
    if "course_info.is_advisory" not in scope.locks:
        return
    courses = frames["course"].select("course_id", wanted=pl.col("is_advisory").fill_null(False))
    is_reached = pl.col("section_id").is_in(scope.sections["section_id"].implode())
    changes = is_reached & (pl.col("is_advisory").fill_null(False) != pl.col("wanted"))
    frames["section"] = (
        frames["section"]
        .join(courses, on="course_id", how="left")
        .with_columns(is_advisory=pl.when(changes).then("wanted").otherwise("is_advisory"))
        .drop("wanted")
    )
