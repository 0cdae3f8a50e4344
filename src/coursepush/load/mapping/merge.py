"""Rows that are one row of the model: alike in some columns, they become the one with the smallest id."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from coursepush.load.mapping.notes import Notes
from coursepush.load.mapping.rows import EntryRows, id_text, ids_text
from coursepush.load.quoting import quotes
from coursepush.model.tables import Table

_SUM = pl.Decimal(30, 6)


@dataclass(frozen=True, slots=True)
class Merged:
    """`frame`: one row a row of the model. `moved`: source, id; which id (text) leads to which other now."""

    frame: pl.DataFrame
    moved: pl.DataFrame


def merge_rows(table: Table, rows: list[EntryRows], frame: pl.DataFrame, notes: Notes) -> Merged:
    """Merge the rows of `frame` (entry, file, line, order and the model's columns) as the entries say.

    The first of merged rows is that of the first entry, then of the smallest `order`, else of the first values;
    its values stay. Lists of ids are put together, and are empty (every one) where one of them is.
    """
    alike = next((each.bound.merge for each in rows if each.bound.merge), ())
    own = table.key[0] if len(table.key) == 1 and table.key[0] in frame.columns else None
    if not alike:
        return Merged(frame, pl.DataFrame(schema={"source": pl.String, "id": pl.String}))
    keys = [
        (pl.col(name) if table.column(name).kind == "text" else id_text(name)).alias(f"alike_{name}")
        for name in alike
    ]
    names = [f"alike_{name}" for name in alike]
    values = [name for name in table.names if name in frame.columns]
    # made-up ids have no order: there the values decide, never the lines
    by_value = [pl.when(pl.col("order").is_null()).then(pl.col(name)) for name in values]
    ordered = frame.sort("entry", "order", *by_value, maintain_order=True, nulls_last=True).with_row_index("place")
    ordered = ordered.with_columns(keys).with_columns(
        leader=pl.when(pl.all_horizontal(pl.col(names).is_not_null()))
        .then(pl.col("place").min().over(names))
        .otherwise("place")
    )
    sums = {
        name
        for each in rows
        for name, bound in each.bound.columns.items()
        if bound.rule.merged == "sum" and name in table.names
    }
    merged = (
        ordered.group_by("leader", maintain_order=True)
        .agg(
            pl.col("entry", "file", "line", "order").first(),
            *(_together(table, name, sums) for name in values),
        )
        .drop("leader")
    )
    _tell(table, alike, ordered, [name for name in values if name not in (*alike, own)], sums, notes)
    moved = pl.DataFrame(schema={"source": pl.String, "id": pl.String})
    if own is not None:
        kept = pl.col(own).first().over("leader")
        moved = (
            ordered.select(source=pl.col(own), id=kept)
            .drop_nulls()
            .unique()
            .filter(pl.col("source") != pl.col("id"))
        )
    return Merged(merged.select(frame.columns), moved)


def _together(table: Table, name: str, sums: set[str]) -> pl.Expr:
    """The value that merged rows have in a column."""
    value = pl.col(name)
    if table.column(name).kind == "ids":
        listed = ids_text(value.str.join(";"), ";")
        return pl.when(value.is_null().any()).then(None).otherwise(listed).alias(name)
    if name not in sums:
        return value.first()
    number = value.str.strip_chars().cast(_SUM, strict=False)
    is_odd = (value.is_not_null() & number.is_null()).any() | number.is_null().all()
    return pl.when(is_odd).then(value.first()).otherwise(number.sum().cast(pl.String)).alias(name)


def _tell(
    table: Table,
    alike: tuple[str, ...],
    ordered: pl.DataFrame,
    values: list[str],
    sums: set[str],
    notes: Notes,
) -> None:
    """How many rows became how many, and where the rows that became one differ."""
    several = ordered.filter(pl.len().over("leader") > 1)
    if not several.is_empty():
        files: list[str] = several["file"].drop_nulls().unique(maintain_order=True).to_list()
        number = several["leader"].n_unique()
        became = "1 row" if number == 1 else f"{number:,} rows"
        notes.add(
            "note",
            "merged",
            f"{' and '.join(files) or 'The mapping'}: {several.height:,} rows became {became} of {table.name}: "
            f"they are alike in {' and '.join(alike)}.",
            table=table.name,
            file=files[0] if files else None,
            line=several["line"][0],
            column=alike[-1],
            value=several[alike[-1]][0],
        )
    for name in values:
        if name in sums or table.column(name).kind == "ids":
            continue
        # places by how many values the rows that became one have
        # entries after the first only fill in rows that it has not
        of_first = ordered.filter(pl.col("entry") == pl.col("entry").first().over("leader"))
        differing = (
            of_first.group_by("leader", maintain_order=True)
            .agg(
                pl.col("file", "line").first(), pl.col(name).n_unique().alias("number"), value=pl.col(name).first()
            )
            .filter(pl.col("number") > 1)
        )
        for file, here in differing.group_by("file", maintain_order=True):
            examples = " ({examples})" if quotes(table.name) else ""
            said = (
                f"in {{rows}} of {table.name}, made of several, these differ in {name}; the first one's value"
                f"{examples} was taken."
            )
            notes.counted("warning", "merged_differ", here, said, table=table.name, file=str(file[0]), column=name)
