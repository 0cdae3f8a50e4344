"""What reading an extract by a mapping finds: refusals, warnings and notes, row by row or counted."""

from __future__ import annotations

import polars as pl

from coursepush.errors import LoadError
from coursepush.load.causes import refused_by
from coursepush.load.findings import FINDING_SCHEMA, ROWS_SHOWN, place
from coursepush.load.quoting import COUNTS, all_shortened, in_lines, quotes, quotes_source, untold

_ORDER = ("refusal", "warning", "note")


class Notes:
    """The findings of one reading, in the order in which they were made.

    `people`: the files that tell of people, as the mapping reads them: no value of theirs is told.
    """

    def __init__(self) -> None:
        self.people: set[str] = set()
        self._all: list[tuple[str | int | None, ...]] = []

    def add(
        self,
        severity: str,
        rule: str,
        message: str,
        *,
        table: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        told = value if quotes(table) and file not in self.people else None
        self._all.append((severity, rule, table, file, line, column, told, message))

    def quotes(self, table: str, file: str) -> bool:
        """Whether values of the rows that a file gives a table may be told."""
        return quotes_source(table) and file not in self.people

    def each(
        self,
        severity: str,
        rule: str,
        rows: pl.DataFrame,
        said: str,
        *,
        table: str,
        file: str,
        column: str | None = None,
    ) -> None:
        """A finding for each of `rows` (line, value), the first ones singly and the rest in one.

        `said` follows the place; ``{value}`` in it is filled in.
        """
        rows = rows.sort("line", maintain_order=True)
        rows = all_shortened(rows) if rule in COUNTS or self.quotes(table, file) else untold(rows)
        for line, value in rows.select("line", "value").head(ROWS_SHOWN).iter_rows():
            message = f"{place(file, file, line)}: {said.replace('{value}', str(value))}"
            self.add(severity, rule, message, table=table, file=file, line=line, column=column, value=value)
        if rows.height > ROWS_SHOWN:
            more = f"{file}: {rows.height - ROWS_SHOWN:,} more rows with the same fault ({rule})."
            self.add(severity, rule, more, table=table, file=file, column=column)

    def counted(
        self,
        severity: str,
        rule: str,
        rows: pl.DataFrame,
        said: str,
        *,
        table: str,
        file: str,
        column: str | None = None,
    ) -> None:
        """One finding for all `rows` (line, value), at the first of them; nothing where there are none.

        `said` follows the file's name; ``{rows}`` in it becomes ``12 rows``, ``{examples}`` the first values, or
        where values are not told the first lines.
        """
        if rows.is_empty():
            return
        line, value = all_shortened(rows.sort("line", maintain_order=True).select("line", "value").head(1)).row(0)
        number = "1 row" if rows.height == 1 else f"{rows.height:,} rows"
        values = rows.select("value").drop_nulls().unique(maintain_order=True)
        examples = ", ".join(all_shortened(values.head(5))["value"].to_list()) + (
            ", …" if values.height > 5 else ""
        )
        if not self.quotes(table, file):
            value, examples = None, in_lines(rows["line"].drop_nulls().unique().sort().to_list())
        message = f"{file}: " + said.replace("{rows}", number).replace("{examples}", examples)
        self.add(severity, rule, message, table=table, file=file, line=line, column=column, value=value)

    def frame(self) -> pl.DataFrame:
        """Shape: :data:`FINDING_SCHEMA`; refusals first, then warnings, then notes."""
        ordered = sorted(self._all, key=lambda row: _ORDER.index(str(row[0])))
        return pl.DataFrame(ordered, schema=FINDING_SCHEMA, orient="row")

    def refuse(self, what: str) -> None:
        """Raise LoadError with all findings, where one of them is a refusal; `what` is what was read."""
        told = refused_by(self.frame())
        if not told.things:
            return
        shown = "".join(f"\n  {message}" for message in told.first)
        more = f"\n  and {told.things - len(told.first):,} more" if told.things > len(told.first) else ""
        raise LoadError(
            f"{what}: {told.count} this load ({told.rules}); nothing was written. Correct the extract or the "
            f"mapping and load it again; the error's .findings lists everything.{shown}{more}",
            self.frame(),
        )
