"""A district that is made to be written out as files: kept in a private file meanwhile, which leaves no trace."""

from __future__ import annotations

from pathlib import Path

import duckdb

from coursepush.model.tables import Table
from coursepush.store.database import Session, Store
from coursepush.store.memory import most_memory


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
            f"set temp_directory = {_quoted(self._spill)}",
            f"set memory_limit = '{most_memory()}B'",
            "set preserve_insertion_order = false",
            "set enable_progress_bar = false",
            "set python_enable_replacements = false",
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
            *([] if self._threads is None else [f"set threads = {int(self._threads)}"]),
            f"attach {_quoted(str(Path(self._spill, 'making.duckdb')))} as district",
            "use district.main",
            f"set allowed_directories = [{_quoted(self._spill)}, {_quoted(str(self._folder))}]",
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
            f"to {_quoted(str(path))} (format parquet)",
        )
        return path.name, int(rows)


def _quoted(text: str) -> str:
    """A SQL string literal, for the statements that take no bound values (SET, ATTACH, COPY)."""
    return "'" + text.replace("'", "''") + "'"
