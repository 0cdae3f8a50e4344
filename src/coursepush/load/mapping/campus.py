"""Extracts of Infinite Campus: a folder of tables or views by their product names, read by a mapping.

The mapping that comes with coursepush (``campus.toml``) has the names that are publicly known, each with how sure
it is, and proposals where none is published. A mapping of the user's own overrides it table by table.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.load.mapping.draft import draft
from coursepush.load.mapping.files import table_name
from coursepush.load.mapping.language import ExtractMap, Known, TableMap
from coursepush.load.mapping.parse import load_mapping, parse_mapping
from coursepush.load.mapping.tables import read_by
from coursepush.load.reading import SourceTables
from coursepush.model.tables import TABLES

CAMPUS_MAPPING = Path(__file__).with_name("campus.toml")


def campus_mapping() -> ExtractMap:
    """The mapping for Infinite Campus that comes with coursepush. What it names may be missing from an extract."""
    text = CAMPUS_MAPPING.read_text("utf-8")
    return parse_mapping(text, f"The mapping {CAMPUS_MAPPING}", file=CAMPUS_MAPPING.name, strict=False)


def read_campus(
    source: Any, mapping: str | os.PathLike[str] | None = None, *, repair: bool = False
) -> SourceTables:
    """Read an extract of Infinite Campus.

    Args:
        source: a folder of CSV and Parquet files named after the product's tables or views, or a dict of such
            name to polars frame, DuckDB relation, or path. Case, blanks, ``_``, ``v_`` and ``dbo.`` do not matter
            in names of files and columns.
        mapping: a mapping file of your own (TOML); its tables stand in the place of the built-in ones.
        repair: read text in doubtful encodings (:mod:`coursepush.load.csv_encoding`).

    Returns:
        Tables that the extract does not have are absent, and said in `lacks`.

    Raises:
        RequestError: the mapping cannot be read, or names what is not there; with all problems.
        LoadError: the extract is refused: a table lacks a column that rows must have, a lookup finds nothing for a
            row that needs it, a file cannot be read, …; with all findings.
    """
    built_in = campus_mapping()
    whole = built_in if mapping is None else built_in.overlaid(load_mapping(mapping))
    return read_by(whole, source, repair=repair)


def read_mapped(source: Any, mapping: str | os.PathLike[str], *, repair: bool = False) -> SourceTables:
    """Read a folder (or dict) of any tables by a mapping alone; otherwise as :func:`read_campus`."""
    return read_by(load_mapping(mapping), source, repair=repair)


def tables_named(mapping: str | os.PathLike[str] | None, *, with_built_in: bool) -> set[str]:
    """The tables that a mapping reads or looks up, as names are compared; with those of the built-in one."""
    parts = [campus_mapping()] if with_built_in else []
    if mapping is not None:
        parts.append(load_mapping(mapping))
    entries = [entry for part in parts for entry in part.entries]
    names = [name for entry in entries for name in (*entry.sources, *(each.table for each in entry.lookups))]
    return {table_name(name) for name in names}


def draft_mapping(source: Any) -> str:
    """A mapping (TOML text) for what is recognised in an extract, to be edited and given to :func:`read_campus`.

    Names are those of the extract. Close matches stand in comments with the reason, what was not recognised is
    listed in comments. The text can be loaded as it is, and reads what :func:`read_campus` reads without it.
    """
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
