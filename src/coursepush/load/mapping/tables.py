"""The rows of all entries become tables of the model: made-up ids, merged rows, an account of every row."""

from __future__ import annotations

import polars as pl

from coursepush.errors import counted
from coursepush.load.mapping.bind import Bound, bind
from coursepush.load.mapping.files import Extract, ExtractFile, fault_of
from coursepush.load.mapping.language import ExtractMap, pointed_to
from coursepush.load.mapping.merge import merge_rows
from coursepush.load.mapping.notes import Notes
from coursepush.load.mapping.rows import EntryRows, entry_rows
from coursepush.load.mapping.views import ReadByViews, add_views
from coursepush.load.quoting import columns_told, quotes_source
from coursepush.load.reading import ACCOUNT_SCHEMA, SourceTables
from coursepush.load.source import READ_ERRORS
from coursepush.model.tables import TABLES, Column, Table

_MOVED = {"source": pl.String(), "id": pl.String()}


def read_by(mapping: ExtractMap, source: object, *, repair: bool = False) -> SourceTables:
    """The tables of the model in `source`, a folder or a dict of table → frame or path, by `mapping`.

    Raises:
        RequestError: the mapping names a file or column that is not there; with all such problems.
        LoadError: the extract cannot be read by it: with all findings.
    """
    notes = Notes()
    extract = Extract(source, notes, repair=repair)
    notes.refuse(extract.called)
    read = add_views(mapping, extract, notes)
    notes.refuse(extract.called)
    bound = bind(mapping, extract, notes)
    return _Building(mapping, extract, bound, notes, read).tables()


class _Building:
    """The tables of the model as they grow, in an order in which references point backwards."""

    def __init__(
        self,
        mapping: ExtractMap,
        extract: Extract,
        bound: Bound,
        notes: Notes,
        read_by_views: dict[str, ReadByViews],
    ) -> None:
        self.mapping, self.extract, self.bound, self.notes = mapping, extract, bound, notes
        self.read_by_views = read_by_views
        self.frames: dict[str, pl.DataFrame] = {}
        self.made: dict[str, pl.DataFrame] = {}  # table → tables of the model, text
        self.places: dict[str, pl.DataFrame] = {}
        self.present: dict[str, pl.Series] = {}  # table → ids of its rows, as the extract has them
        self.left_out: dict[str, pl.Series] = {}  # table → ids of rows that were left out
        self.leads_to: dict[str, pl.DataFrame] = {}  # table → source, id: which id (or key) is which id now
        self.keys: dict[str, pl.DataFrame] = {}
        self.used: dict[str, list[pl.Series]] = {}  # file → lines of rows that found a place, repeats too
        self.feeds: dict[str, str] = {}  # file → the first table it feeds

    def tables(self) -> SourceTables:
        self._read_files()
        for table in TABLES.values():
            rows = [
                entry_rows(each, self.frames, self.notes)
                for each in self.bound.entries
                if each.entry.table.name == table.name
                and (each.file is None or each.file.name in self.frames)
                and all(lookup.file.name in self.frames for lookup in each.lookups)
            ]
            if rows:
                self._make(table, rows)
        accounts = self._accounts()
        for text in self.bound.lacks:
            table = text.partition(":")[0]
            self.notes.add("note", "not_given", text, table=table if table in TABLES else None)
        self.notes.refuse(self.extract.called)
        return SourceTables(
            self.mapping.format or "Extract by a mapping",
            self.made,
            self.notes.frame(),
            accounts,
            self.keys,
            self.bound.lacks,
            self.places,
        )

    # -- files ----------------------------------------------------------------------------------------

    def _read_files(self) -> None:
        feeds = {
            name: each.entry.table.name
            for each in reversed(self.bound.entries)
            for name in ((each.file.name,) if each.file else ()) + tuple(look.file.name for look in each.lookups)
        }
        for file in self.extract.files:
            if file.name in feeds:
                feeds |= {name: feeds.get(name, feeds[file.name]) for name in file.made_of}
        self.feeds = feeds
        self.notes.people |= self._of_people()
        for file in self.extract.files:
            if file.name not in self.bound.wanted:
                continue
            positions, table = self.bound.wanted[file.name], feeds.get(file.name)
            if file.fault is not None:
                fault_of(file, file.fault, table, self.notes, "refusal")
                continue
            try:
                of_views = self.read_by_views.get(file.name)
                if of_views is None:
                    rows = file.read(positions, self.mapping.blanks, self.notes, table or "")
                else:
                    rows = of_views.frame.select("line", *(f"c{place}" for place in sorted(positions)))
            except READ_ERRORS as error:
                fault_of(file, error, table, self.notes, "refusal")
                continue
            self.frames[file.name] = rows
        for file in self.extract.files:
            self._tell_of_unread_columns(file)

    def _tell_of_unread_columns(self, file: ExtractFile) -> None:
        of_views = self.read_by_views.get(file.name)
        if file.made_of or (of_views is None and file.name not in self.frames):
            return
        positions = self.bound.wanted.get(file.name, set()) | (of_views.positions if of_views else set())
        unread = [name for nth, name in enumerate(file.header) if nth not in positions and name.strip()]
        if unread:
            is_quoted = self.notes.quotes(self.feeds.get(file.name) or "", file.name)
            unread = columns_told(file.header, unread, is_quoted=is_quoted)
            listed = ", ".join(unread[:12]) + (f" and {len(unread) - 12:,} more" if len(unread) > 12 else "")
            message = f"{file.name}: columns that are not taken over: {listed}."
            table = self.feeds.get(file.name)
            self.notes.add("note", "columns_not_read", message, table=table, file=file.name)

    def _accounts(self) -> pl.DataFrame:
        """Shape: :data:`ACCOUNT_SCHEMA`; each row that found no place has a finding with its file."""
        rows: list[tuple[str, int, str | None, int, int]] = []
        for file in self.extract.files:
            if file.name in self.frames:
                number = self.frames[file.name].height
            elif file.name in self.bound.wanted or file.made_of:
                continue  # refused, or a view that nothing reads
            elif file.name in self.read_by_views:  # what becomes of them is the view's account
                number = self.read_by_views[file.name].frame.height
                rows.append((file.name, number, self.feeds.get(file.name), number, 0))
                continue
            else:
                number = self._unread(file.name)
                if number is None:
                    continue
            found = pl.concat([pl.Series(dtype=pl.Int64), *self.used.get(file.name, [])]).n_unique()
            feeds = self.feeds.get(file.name)
            rows.append((file.name, number, feeds, found, number - found))
            if feeds is not None and found < number:
                message = (
                    f"{file.name}: {number - found:,} of {number:,} rows found no place in the district; they "
                    "were left out, or nothing refers to them."
                )
                self.notes.add("note", "rows_set_aside", message, table=feeds, file=file.name)
        return pl.DataFrame(rows, schema=ACCOUNT_SCHEMA, orient="row")

    def _unread(self, name: str) -> int | None:
        """The number of rows of a table that the mapping does not mention."""
        file = next(each for each in self.extract.files if each.name == name)
        try:
            if file.fault is not None:
                raise file.fault
            number = file.count(self.notes)
        except READ_ERRORS as error:
            fault_of(file, error, None, self.notes, "warning")
            return None
        message = f"{name} was not read: the mapping does not mention it ({counted(number, 'row')})."
        self.notes.add("note", "file_not_read", message, file=name, value=name)
        return number

    # -- tables ---------------------------------------------------------------------------------------

    def _of_people(self) -> set[str]:
        """The files that give students or staff, those looked up for them alone, and what views make of them."""
        entries = [each for each in self.bound.entries if each.file is not None]
        given = {each.file.name for each in entries if each.file and quotes_source(each.entry.table.name)}
        people: set[str] = set()
        for each in entries:
            if each.file and not quotes_source(each.entry.table.name):
                people |= {each.file.name, *({look.file.name for look in each.lookups} - given)}
        for _ in range(2):  # from a view to what it is made of, and to other views of that
            for file in self.extract.files:
                if file.made_of and people & {file.name, *file.made_of}:
                    people |= {file.name, *file.made_of}
        return people

    def _make(self, table: Table, rows: list[EntryRows]) -> None:
        parts = [
            self._referring(table, each).with_columns(
                entry=pl.lit(nth, pl.Int32), file=pl.lit(each.file, pl.String)
            )
            for nth, each in enumerate(rows)
        ]
        frame = pl.concat(parts, how="diagonal")
        own = table.key[0] if len(table.key) == 1 and table.key[0] in frame.columns else None
        if own is not None:
            ids = frame.filter("is_in")[own].drop_nulls().unique()
            out = frame.filter(pl.col("is_in").not_())[own].drop_nulls().unique()
            self.present[table.name], self.left_out[table.name] = ids, out.filter(~out.is_in(ids.implode()))
        frame = frame.filter("is_in").drop("is_in")
        self._count_used(rows, parts)
        if own is not None and any(_is_key(each, own) for each in rows):
            frame = frame.with_columns(self._numbered(table.name, frame[own]).alias(own))
        for column in table.columns:
            if column.reference == table.name and column.name in frame.columns:
                frame = self._led(frame, table, column, any(_is_key(each, column.name) for each in rows))
        merged = merge_rows(table, rows, frame, self.notes)
        self._move(table.name, merged.moved)
        self.made[table.name] = merged.frame.select(name for name in table.names if name in merged.frame.columns)
        self.places[table.name] = merged.frame.select("file", "line")

    def _count_used(self, rows: list[EntryRows], parts: list[pl.DataFrame]) -> None:
        for each, part in zip(rows, parts, strict=True):
            found = {} if each.file is None else {each.file: part.filter("is_in")["line"]}
            for file, lines in (*found.items(), *each.hits.items()):
                self.used.setdefault(file, []).append(lines)

    def _referring(self, table: Table, rows: EntryRows) -> pl.DataFrame:
        """The rows of one entry, without those that belong to what was left out, with the ids of now."""
        frame = rows.frame
        level = rows.bound.columns["level"].rule.constant if "level" in rows.bound.columns else ""
        for name in rows.bound.columns:
            column = table.column(name)
            target = pointed_to(table, column, level)
            if target is None or target == table.name or column.kind != "id":
                continue
            if column.required and column.reference is not None:
                frame = self._with_what_they_belong_to(frame, table, column, rows)
            if _is_key(rows, name) and target not in TABLES:
                is_in = frame.filter("is_in")
                numbered = is_in.with_columns(self._numbered(target, is_in[name]).alias(name))
                frame = pl.concat([numbered, frame.filter(pl.col("is_in").not_())])
            else:
                frame = self._led(frame, table, column, _is_key(rows, name), target, rows.file)
        return frame

    def _with_what_they_belong_to(
        self, frame: pl.DataFrame, table: Table, column: Column, rows: EntryRows
    ) -> pl.DataFrame:
        """Leave out the rows whose upper row was left out, or (orphans) is not there."""
        target, value = str(column.reference), pl.col(column.name)
        where = {"table": table.name, "file": rows.file or "", "column": column.name}
        out = self.left_out.get(target)
        if out is not None and out.len():
            gone = pl.col("is_in") & value.is_in(out.implode()).fill_null(False)
            said = f"{{rows}} left out of {table.name} with the rows of {target} that they belong to."
            found = frame.filter(gone).select("line", value=value)
            self.notes.counted("note", "left_out_with", found, said, **where)
            frame = frame.with_columns(is_in=pl.col("is_in") & ~gone)
        if rows.bound.entry.orphans == "set aside" and target in self.present:
            lost = pl.col("is_in") & value.is_not_null() & ~value.is_in(self.present[target].implode())
            said = f"{{rows}} set aside: {column.name} ({{examples}}) is in no row of {target}."
            found = frame.filter(lost).select("line", value=value)
            self.notes.counted("warning", "orphans", found, said, **where)
            frame = frame.with_columns(is_in=pl.col("is_in") & ~lost)
        return frame

    def _led(
        self,
        frame: pl.DataFrame,
        table: Table,
        column: Column,
        is_key: bool,
        target: str | None = None,
        file: str | None = None,
    ) -> pl.DataFrame:
        """Put the ids of now in a column that holds made-up keys, or ids of rows that were merged."""
        target, name = target or str(column.reference), column.name
        known = self.leads_to.get(target)
        if known is None:
            if not is_key:
                return frame
            known = pl.DataFrame(schema=_MOVED)
        leads = known.select(pl.col("source").alias(name), pl.col("id").alias("led"))
        frame = frame.join(leads, on=name, how="left", maintain_order="left")
        if not is_key:
            return frame.with_columns(pl.coalesce("led", name).alias(name)).drop("led")
        is_in = pl.col("is_in") if "is_in" in frame.columns else pl.lit(True)
        lost = frame.filter(is_in & pl.col(name).is_not_null() & pl.col("led").is_null())
        own_files = "file" in lost.columns
        for (name_of, *_), rows in lost.group_by("file", maintain_order=True) if own_files else [((file,), lost)]:
            found, where = rows.select("line", value=pl.col(name)), {"table": table.name, "file": str(name_of)}
            said = f"{name} leads to {target} by {{value}}, which is in no row of it."
            if column.required:
                said += " Add that row to the extract, or correct the columns it is made from."
                self.notes.each("refusal", "unknown_key", found, said, **where, column=name)
            else:  # what need not be given may also be given wrong: it is blank, and that is told
                said = f"{{rows}} where {name} leads to no row of {target} ({{examples}}); it is blank there."
                self.notes.counted("warning", "unknown_key", found, said, **where, column=name)
        return frame.with_columns(pl.col("led").alias(name)).drop("led")

    def _numbered(self, name: str, keys: pl.Series) -> pl.Series:
        """Made-up ids for keys: numbered in the order of the keys; new ones after those numbered before."""
        before = self.leads_to.get(name, pl.DataFrame(schema=_MOVED))
        new = keys.drop_nulls().unique().sort()
        new = new.filter(~new.is_in(before["source"].implode()))
        numbers = pl.int_range(before.height + 1, before.height + new.len() + 1, eager=True)
        after = pl.concat([before, pl.DataFrame({"source": new, "id": numbers.cast(pl.String)}, schema=_MOVED)])
        self.leads_to[name] = after
        self.keys[name] = after.select(pl.col("id").cast(pl.Int64), source_key="source")
        return pl.DataFrame({"source": keys}).join(after, on="source", how="left", maintain_order="left")["id"]

    def _move(self, name: str, moved: pl.DataFrame) -> None:
        """Ids of merged rows lead to the row that they have become."""
        if moved.is_empty():
            return
        known = self.leads_to.get(name)
        if known is None:
            self.leads_to[name] = moved.unique("source", keep="first", maintain_order=True)
            return
        new = known.join(moved, left_on="id", right_on="source", how="left", maintain_order="left")
        self.leads_to[name] = new.select("source", id=pl.coalesce("id_right", "id"))
        kept = pl.col("id").is_in(moved["source"].cast(pl.Int64).implode()).not_()
        self.keys[name] = self.keys[name].filter(kept)


def _is_key(rows: EntryRows, name: str) -> bool:
    return name in rows.bound.columns and rows.bound.columns[name].rule.kind == "key"
