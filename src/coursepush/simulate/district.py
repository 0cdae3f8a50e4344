"""A made-up district of a given size, the same for the same seed: as frames, or as files."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from coursepush.errors import RequestError
from coursepush.files import FolderKind, new_folder
from coursepush.model.tables import TABLES, Table
from coursepush.simulate.fill import fill_simulated, profile_of
from coursepush.store.database import Store
from coursepush.store.making import MakingStore


def simulate_tables(size: str, seed: int, *, threads: int | None = None) -> dict[str, pl.DataFrame]:
    """Every table of the model for a made-up district, each with every column, ordered by key.

    Args:
        size: one of PROFILES whose scores frames can hold: all but large.
        seed: the same seed makes the same rows.
        threads: how many threads the database may use; no matter to the rows.

    Raises:
        RequestError: there is no such size, or it is too large for frames.
    """
    if not profile_of(size).fits_frames:
        raise RequestError(
            f"A {size} district has more scores than frames can hold in a notebook's memory. Make it in a file: "
            f"coursepush.simulate_district({size!r}, into=...)."
        )
    store = Store(None, threads=threads)
    try:
        with store.writing() as session:
            fill_simulated(session, size, seed)
            return {table.name: session.frame(f"read {table.name}", _read_sql(table)) for table in TABLES.values()}
    finally:
        store.close()


def _read_sql(table: Table) -> str:
    return f"select {', '.join(table.names)} from district.main.{table.name} order by {', '.join(table.key)}"


def write_simulated(
    folder: str | os.PathLike[str], size: str, seed: int, *, threads: int | None = None
) -> list[Path]:
    """Write a made-up district as a folder that can be loaded: one ``<table>.parquet`` a table, ordered by key.

    Columns have the model's exact types. No table is ever held in Python, and DuckDB holds no more than a few
    gigabytes: what is made first lies in a private file, which is gone at the end.

    Args:
        folder: made where it is missing; replaced where it is a made-up district that nobody has touched since.
        size: one of PROFILES.
        seed: the same seed makes the same rows.
        threads: how many threads the database may use; no matter to the rows.

    Returns:
        The files, in the order of the model.

    Raises:
        RequestError: there is no such size, or the folder holds something else. Nothing was written.
        StoreError, WriteError: memory or disk space ran out. What had been written was removed.
    """
    profile_of(size)
    with new_folder(folder, FolderKind.SIMULATED) as new:
        store = MakingStore(new.path, threads=threads)
        try:
            with store.writing() as session:
                fill_simulated(session, size, seed)
            with store.reading() as session:
                for table in TABLES.values():
                    name, rows = store.write_parquet(session, table)
                    new.rows[name] = rows
        finally:
            store.close()
    return [new.place / name for name in new.rows]
