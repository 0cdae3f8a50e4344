"""Extracts of Infinite Campus: a folder of tables or views by their product names, read by a mapping.

The mapping that comes with coursepush (``campus.toml``) has the names that are publicly known, each with how sure
it is, and proposals where none is published. A mapping of the user's own overrides it table by table.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.load.archive import unpacked
from coursepush.load.mapping.draft import draft
from coursepush.load.mapping.files import table_name
from coursepush.load.mapping.language import ExtractMap, Known, TableMap
from coursepush.load.mapping.parse import load_mapping
from coursepush.load.mapping.shipped import based, is_shipped, mapping_of, shipped_mapping
from coursepush.load.mapping.tables import read_by
from coursepush.load.reading import SourceTables
from coursepush.model.tables import TABLES


def campus_mapping() -> ExtractMap:
    """The mapping for Infinite Campus that comes with coursepush. What it names may be missing from an extract."""
    return shipped_mapping("campus")


def read_campus(
    source: Any, mapping: str | os.PathLike[str] | None = None, *, repair: bool = False
) -> SourceTables:
    """Read an extract of Infinite Campus.

    Args:
        source: a folder of CSV and Parquet files named after the product's tables or views, or a dict of such
            name to polars frame, DuckDB relation, or path. Case, blanks, ``_``, ``v_`` and ``dbo.`` do not matter
            in names of files and columns.
        mapping: a mapping file of your own (TOML); its tables stand in the place of the built-in ones. The name of
            a mapping that comes along (:data:`coursepush.load.mapping.shipped.SHIPPED`) is read by itself.
        repair: read text in doubtful encodings (:mod:`coursepush.load.csv_encoding`).

    Returns:
        Tables that the extract does not have are absent, and said in `lacks`.

    Raises:
        RequestError: the mapping cannot be read, or names what is not there; with all problems.
        LoadError: the extract is refused: a table lacks a column that rows must have, a lookup finds nothing for a
            row that needs it, a file cannot be read, …; with all findings.
    """
    if mapping is None:
        return read_by(campus_mapping(), source, repair=repair)
    whole = mapping_of(mapping) if is_shipped(mapping) else based(load_mapping(mapping), "campus")
    return read_by(whole, source, repair=repair)


def read_mapped(source: Any, mapping: str | os.PathLike[str], *, repair: bool = False) -> SourceTables:
    """Read a folder (or dict) of any tables by a mapping alone, a file or the name of one that comes along.

    Otherwise as :func:`read_campus`.
    """
    return read_by(mapping_of(mapping), source, repair=repair)


def tables_named(mapping: str | os.PathLike[str] | None, *, with_built_in: bool) -> set[str]:
    """The tables that a mapping reads or looks up, as names are compared; with those of the built-in one."""
    parts = [campus_mapping()] if with_built_in else []
    if mapping is not None:
        parts.append(mapping_of(mapping))
    entries = [entry for part in parts for entry in part.entries]
    names = [name for entry in entries for name in (*entry.sources, *(each.table for each in entry.lookups))]
    names += [reads.name for part in parts for view in part.views for reads in view.reads]
    return {table_name(name) for name in names}


def draft_mapping(source: Any) -> str:
    """A mapping (TOML text) for what is recognised in an extract, to be edited and given to ``load_district``.

    Of Infinite Campus, the text reads what :func:`read_campus` reads without it; what other files are is guessed
    from their names, headers and values. Names are those of the extract. What is not sure stands in comments with
    the reason, what was not recognised is listed in comments. The text can be loaded as it is.

    Args:
        source: a folder, a zip of one, or a dict of names to frames and paths.
    """
    if isinstance(source, str | os.PathLike) and Path(source).suffix.lower() == ".zip":
        path = Path(source).expanduser()
        with unpacked(path) as folder:
            return draft(campus_mapping(), folder, called=str(path))
    return draft(campus_mapping(), source)


@dataclass(frozen=True, slots=True)
class ProductName:
    """Where rows of a table of the model are in the product: `table`, and `columns` by the model's names.

    `known` says how sure the table's name is; `proposed` has the columns whose names are proposals.
    """

    table: str
    known: Known
    columns: dict[str, str]
    proposed: frozenset[str]


def product_names() -> dict[str, tuple[ProductName, ...]]:
    """Table of the model → the product's tables that its rows are in, as the built-in mapping has them."""
    mapping = campus_mapping()
    return {name: tuple(_product_name(entry) for entry in mapping.of(name)) for name in TABLES}


def _product_name(entry: TableMap) -> ProductName:
    tables = {lookup.name: lookup.table for lookup in entry.lookups}
    columns = {
        name: ", ".join(
            ref.column if ref.lookup is None else f"{tables[ref.lookup]}.{ref.column}" for ref in rules[0].refs
        )
        for name, rules in entry.columns.items()
        if rules and rules[0].refs
    }
    proposed = frozenset(columns) if entry.unpublished else entry.proposed
    return ProductName(entry.sources[0], entry.known, columns, proposed)
