"""A district that is made to be written out as files: kept in a private file meanwhile, which leaves no trace."""

from __future__ import annotations

from pathlib import Path

import duckdb

from coursepush.model.tables import Table
from coursepush.store.connection import COMMON_SETTINGS, quoted
from coursepush.store.database import Session, Store
from coursepush.store.memory import most_memory, pool_of


class MakingStore(Store):
    """A store whose district lies in a private temporary file, and whose tables can be written to `folder`.

    Of the files outside, only those in that folder are within reach. `threads` is as for a store.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self._folder = folder
        super().__init__(None, threads=threads)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        for setting in (
            f"set temp_directory = {quoted(str(self._spill.path))}",
            f"set memory_limit = '{pool_of(most_memory())}B'",
            "set preserve_insertion_order = false",
            *COMMON_SETTINGS,
            *([] if self._threads is None else [f"set threads = {int(self._threads)}"]),
            f"attach {quoted(str(self._spill.path / 'making.duckdb'))} as district",
            "use district.main",
            f"set allowed_directories = [{quoted(str(self._spill.path))}, {quoted(str(self._folder))}]",
            "set enable_external_access = false",
        ):
            connection.execute(setting)
        return connection

    def write_parquet(self, session: Session, table: Table) -> tuple[str, int]:
        """Write `table` to ``<table>.parquet`` in the folder: every column in its exact type, rows as they stand.

        Returns:
            The file's name, and how many rows it has.

        Raises:
            StoreError: the file cannot be written.
        """
        path = self._folder / f"{table.name}.parquet"
        session.run("keep the order of rows", "set preserve_insertion_order = true")
        rows = session.value(
            f"write {path.name}",
            # one row a row of the table; what comes back is how many
            f"copy (select {', '.join(table.names)} from district.main.{table.name}) "
            f"to {quoted(str(path))} (format parquet)",
        )
        return path.name, int(rows)
