"""Categories: they pair with the one they come from, whatever their names, else by name; names stay unique."""

from __future__ import annotations

import polars as pl

from .scope import Frames, Scope
from .setup_rows import replace_rows

_VALUES = ["name", "weight", "sequence", "is_excluded", "drop_lowest", "task_ids"]
_LONGEST_NAME = 50
_BEGINNING = 40
"""Names that are alike so far can come to want the same number."""


def push_course_categories(frames: Frames, scope: Scope) -> pl.Series:
    """Returns the ids of the rows kept only because they are used."""
    if "categories" not in scope.locks:
        return frames["course_category"]["row_id"].clear()
    masters = frames["master_category"]
    wanted = scope.courses.join(masters, left_on="master_id", right_on="owner_id").rename({"row_id": "upper_id"})
    gaps = _gaps(frames, wanted)
    wanted = wanted.join(gaps, on=["course_id", "upper_id"], how="left").select(
        "upper_id",
        *_VALUES,
        _name_key(),
        owner_id="course_id",
        is_blocked=pl.col("is_blocked").fill_null(False),
        spreads=True,
    )
    present = frames["course_category"].join(scope.courses, left_on="owner_id", right_on="course_id", how="semi")
    present = present.with_columns(
        _name_key(),
        is_used=pl.col("row_id").is_in(_used_on_courses(frames).implode()),
        is_kept_if_local=False,
    )
    return _push(frames, scope, "course_category", wanted, present)


def push_section_categories(frames: Frames, scope: Scope, residual: pl.Series) -> None:
    if "categories" not in scope.locks:
        return
    is_orphan = (
        pl.col("parent_row_id").is_not_null()
        & ~pl.col("is_link_broken")
        & ~pl.col("parent_row_id").is_in(frames["master_category"]["row_id"].implode())
    )
    handed = (
        frames["course_category"]
        .join(scope.courses, left_on="owner_id", right_on="course_id", how="semi")
        .with_columns(_name_key(), spreads=~is_orphan & ~pl.col("row_id").is_in(residual.implode()))
        .rename({"owner_id": "course_id", "row_id": "upper_id"})
    )
    handed = handed.join(_gaps(frames, handed), on=["course_id", "upper_id"], how="left").with_columns(
        pl.col("is_blocked").fill_null(False)
    )
    handed = handed.drop("parent_row_id", "is_link_broken")
    wanted = scope.sections.select("course_id", owner_id="section_id").join(handed, on="course_id")
    filled = frames["assignment"].select(row_id="category_row_id").drop_nulls().unique()
    present = (
        frames["section_category"]
        .join(scope.sections, left_on="owner_id", right_on="section_id", how="semi")
        .join(filled.with_columns(is_used=True), on="row_id", how="left")
        .with_columns(_name_key(), pl.col("is_used").fill_null(False), is_link_broken=False)
        .with_columns(is_kept_if_local="is_used")
    )
    _push(frames, scope, "section_category", wanted, present)


def _name_key() -> pl.Expr:
    """Names are compared in lower case, character by character: a dotted capital I becomes a plain i, and a sigma
    at the end of a word is like any other."""
    name = pl.col("name").str.replace_all("İ", "i", literal=True).str.replace_all("Σ", "σ", literal=True)
    return name.str.to_lowercase().alias("name_key")


def _gaps(frames: Frames, wanted: pl.DataFrame) -> pl.DataFrame:
    """course_id and upper_id of the wanted rows that name a task the course does not have."""
    tasks = frames["course_task"].select("task_id", course_id="owner_id")
    return (
        wanted.select("course_id", "upper_id", task_id="task_ids")
        .explode("task_id")
        .drop_nulls("task_id")
        .join(tasks, on=["course_id", "task_id"], how="anti")
        .select("course_id", "upper_id", is_blocked=True)
        .unique()
    )


def _used_on_courses(frames: Frames) -> pl.Series:
    """The course categories that a category with assignments, of one of the course's sections, comes from."""
    courses = frames["course_category"].select(parent_row_id="row_id", course_id="owner_id")
    return (
        frames["section_category"]
        .lazy()
        .select("row_id", "owner_id", "parent_row_id")
        .join(frames["assignment"].lazy(), left_on="row_id", right_on="category_row_id", how="semi")
        .join(
            frames["section"].lazy().select("section_id", "course_id"), left_on="owner_id", right_on="section_id"
        )
        .join(courses.lazy(), on=["parent_row_id", "course_id"], how="semi")
        .select(pl.col("parent_row_id").unique())
        .collect()
        .to_series()
    )


def _push(frames: Frames, scope: Scope, name: str, wanted: pl.DataFrame, present: pl.DataFrame) -> pl.Series:
    """Put the table as it will stand into `frames`. Returns the ids of rows that stay only because they are used.

    `wanted`: upper_id, owner_id, values, name_key, is_blocked, spreads. `present`: the table's columns, name_key,
    is_used, is_kept_if_local.
    """
    judged = _judged(wanted, present)
    inserted = judged.filter(pl.col("verdict").is_in(["insert", "beside"]))
    updated = judged.filter(verdict="update")
    kept = judged.filter(pl.col("verdict").is_in(["keep", "beside"]), pl.col("row_id").is_not_null())
    kept = kept.select("row_id", "owner_id", name="name_now", name_key="name_key_now")
    written = pl.concat([inserted, updated]).select("owner_id", "name_key")
    renamed = _renamed(kept, written)
    renamed = frames[name].join(renamed, on="row_id").with_columns(name="new_name")
    link = {"parent_row_id": pl.col("upper_id"), "is_link_broken": pl.lit(False)}
    frames[name] = replace_rows(
        frames[name],
        removed=judged.filter(verdict="delete")["row_id"],
        changed=pl.concat(
            [updated.with_columns(**link).select(frames[name].columns), renamed.select(frames[name].columns)]
        ),
        added=inserted.with_columns(**link),
        order=("name_key",),
        largest=scope.largest[name],
    )
    return judged.filter(pl.col("upper_id").is_null(), verdict="keep")["row_id"]


def _judged(wanted: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    """A row a pair, wanted row or present row, with what becomes of it: insert, beside (insert, and the present
    one stays but loses its name), update, delete, keep."""
    now = present.rename({name: f"{name}_now" for name in (*_VALUES, "name_key")})
    linked = (
        now.join(wanted.select("owner_id", "name_key", parent_row_id="upper_id"), on=["owner_id", "parent_row_id"])
        .sort(pl.col("name_key") != pl.col("name_key_now"), "name_key_now")
        .select("row_id", "owner_id", upper_id="parent_row_id")
    )
    by_link = linked.unique(["owner_id", "upper_id"], keep="first", maintain_order=True)
    others = linked.join(by_link, on="row_id", how="anti").select("row_id", is_other=True)
    by_name = (
        present.join(by_link, on="row_id", how="anti")
        .select("row_id", "owner_id", "name_key")
        .join(
            wanted.filter("spreads").join(by_link, on=["owner_id", "upper_id"], how="anti"),
            on=["owner_id", "name_key"],
        )
        .select("row_id", "owner_id", "upper_id")
    )
    pairs = pl.concat([by_link, by_name])
    matched = (
        wanted.join(pairs, on=["owner_id", "upper_id"], how="left")
        .join(now.drop("owner_id"), on="row_id", how="left")
        .join(others, on="row_id", how="left")
    )
    is_local = pl.col("parent_row_id").is_null() | pl.col("is_other").fill_null(False)
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _VALUES]
    is_changed = pl.any_horizontal(
        pl.col("is_link_broken"), pl.col("parent_row_id").ne_missing(pl.col("upper_id")), *differs
    )
    verdict = (
        pl.when("is_blocked")
        .then(pl.lit("keep"))
        .when(pl.col("row_id").is_null())
        .then(pl.when("spreads").then(pl.lit("insert")).otherwise(pl.lit("keep")))
        .when(pl.col("is_kept_if_local") & is_local)
        .then(pl.lit("beside"))
        .when(is_changed)
        .then(pl.lit("update"))
        .otherwise(pl.lit("keep"))
    )
    extra = now.join(pairs, on="row_id", how="anti").with_columns(
        verdict=pl.when("is_used").then(pl.lit("keep")).otherwise(pl.lit("delete"))
    )
    return pl.concat([matched.with_columns(verdict=verdict), extra], how="diagonal")


def _renamed(kept: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """row_id and new_name of the `kept` rows whose name is `written` on their owner: the first of name(1),
    name(2), ... that nothing there has. Rows whose names begin alike take turns, in order of name."""
    name = ["owner_id", "name_key"]
    group = ["owner_id", "beginning"]
    losers = (
        kept.join(written, on=name, how="semi")
        .with_columns(beginning=pl.col("name_key").str.head(_BEGINNING))
        .sort(name)
        .with_columns(turn=pl.int_range(pl.len()).over(group))
    )
    taken = pl.concat([written, kept.join(written, on=name, how="anti").select(name)])
    taken = taken.join(losers, on="owner_id", how="semi").unique()
    renamed: list[pl.DataFrame] = []
    for turn in range((losers["turn"].max() or 0) + 1):
        # of as many numbers as the owner has names, and one more, one at least is free
        sizes = taken.group_by("owner_id").agg(numbers=pl.int_range(1, pl.len() + 2))
        tried = losers.filter(turn=turn).join(sizes, on="owner_id").explode("numbers")
        suffix = pl.format("({})", "numbers")
        base = pl.col("name").str.head(_LONGEST_NAME - suffix.str.len_chars())
        tried = tried.with_columns(name=base + suffix).with_columns(_name_key())
        given = (
            tried.join(taken, on=name, how="anti")
            .sort("numbers")
            .unique("row_id", keep="first", maintain_order=True)
        )
        taken = pl.concat([taken, given.select(name)])
        renamed.append(given.select("row_id", new_name="name"))
    return pl.concat(renamed)
