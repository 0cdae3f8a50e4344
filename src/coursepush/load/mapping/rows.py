"""One entry of a mapping at work: the rows of its file become rows of the model's table, as text.

Rows that the entry does not read stay in the frame with the reason why, so that what belongs to them can be
left out with them, and every row is accounted for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from coursepush.load.mapping.bind import BoundEntry, BoundLookup, BoundRule
from coursepush.load.mapping.language import Condition, Ref
from coursepush.load.mapping.notes import Notes
from coursepush.model.tables import Column

YES = ("true", "t", "yes", "y", "1")
NO = ("false", "f", "no", "n", "0")
KEY_SEPARATOR = "|"

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"

Frames = Mapping[str, pl.DataFrame]
Needed = tuple[tuple[Ref, str], ...]


@dataclass(frozen=True, slots=True)
class EntryRows:
    """What an entry comes to.

    `frame`: line, is_in (false: left out), order (by which the first of merged rows is chosen) and columns of
    the model, all text. `hits`: file → lines of the rows that lookups have found, several times perhaps.
    """

    bound: BoundEntry
    frame: pl.DataFrame
    hits: dict[str, pl.Series]

    @property
    def file(self) -> str | None:
        return None if self.bound.file is None else self.bound.file.name


def entry_rows(bound: BoundEntry, frames: Frames, notes: Notes) -> EntryRows:
    """Read an entry's rows; `frames` are the files it needs, as :meth:`ExtractFile.read` gives them."""
    if bound.file is None:
        return EntryRows(bound, _written_rows(bound), {})
    return _Reading(bound, frames, notes).rows()


def plain(name: str) -> pl.Expr:
    """A text column without outer blanks."""
    return pl.col(name).str.strip_chars()


def id_text(name: str) -> pl.Expr:
    """A column of ids in one form: ``12.0`` is ``12``."""
    return plain(name).str.replace(r"^([+-]?\d+)\.0+$", "$1")


def _written_rows(bound: BoundEntry) -> pl.DataFrame:
    rows = bound.entry.rows or ()
    columns = {name: [row.get(name) for row in rows] for name in bound.columns}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("line"),
        pl.lit(True).alias("is_in"),
        pl.lit(None, pl.Int64).alias("order"),
        pl.all(),
    )


class _Reading:
    """The working frame of one entry: line, is_in, and the columns that it reads, joined as it goes."""

    def __init__(self, bound: BoundEntry, frames: Frames, notes: Notes) -> None:
        assert bound.file is not None
        self.bound, self.entry, self.frames, self.notes = bound, bound.entry, frames, notes
        self.table, self.file = bound.entry.table, bound.file
        self.frame = frames[bound.file.name].with_columns(is_in=pl.lit(True))
        self.hits: dict[str, pl.Series] = {}

    def rows(self) -> EntryRows:
        waiting, needed = self._sift(list(self.bound.where)), self._need(list(self.bound.needs))
        for lookup in self.bound.lookups:
            self._look_up(lookup)
            waiting, needed = self._sift(waiting), self._need(needed)
        return EntryRows(self.bound, self._modelled(), self.hits)

    # -- which rows -----------------------------------------------------------------------------------

    def _sift(self, conditions: list[tuple[Condition, str]]) -> list[tuple[Condition, str]]:
        """Leave out the rows that do not meet the conditions whose columns are there; the others wait."""
        waiting: list[tuple[Condition, str]] = []
        for condition, name in conditions:
            if name not in self.frame.columns:
                waiting.append((condition, name))
                continue
            said = f"{{rows}} not read into {self.table.name}: {condition}."
            self._leave_out(_meets(condition, name).not_(), name, "note", "left_out", said, str(condition.ref))
        return waiting

    def _need(self, groups: list[Needed]) -> list[Needed]:
        """Leave out the rows that are blank where they must not be; what is not looked up yet waits."""
        waiting: list[Needed] = []
        for group in groups:
            if not all(name in self.frame.columns for _, name in group):
                waiting.append(group)
                continue
            blank = pl.all_horizontal(pl.col(name).is_null() for _, name in group)
            words = " and ".join(str(ref) for ref, _ in group) + (" is" if len(group) == 1 else " are")
            said = f"{{rows}} not read into {self.table.name}: {words} blank."
            severity = "note" if self.bound.shares_file else "warning"  # such a row may find its place elsewhere
            self._leave_out(blank, group[0][1], severity, "blank_value", said, str(group[0][0]))
        return waiting

    def _leave_out(self, which: pl.Expr, value: str, severity: str, rule: str, said: str, column: str) -> None:
        out = pl.col("is_in") & which
        rows = self.frame.filter(out).select("line", value=pl.col(value))
        self.notes.counted(severity, rule, rows, said, table=self.table.name, file=self.file.name, column=column)
        self.frame = self.frame.with_columns(is_in=pl.col("is_in") & which.not_())

    # -- lookups --------------------------------------------------------------------------------------

    def _look_up(self, bound: BoundLookup) -> None:
        lookup = bound.lookup
        keys = [f"key{place}" for place in range(len(bound.by))]
        takes = {f"c{position}": f"{bound.prefix}c{position}" for position in sorted(bound.takes)}
        found = self.frames[bound.file.name]
        for condition, position in bound.where:
            found = found.filter(_meets(condition, f"c{position}"))
        found = found.select(
            pl.col("line").alias("found_line"),
            *(id_text(f"c{position}").alias(key) for key, (_, position) in zip(keys, bound.by, strict=True)),
            *(pl.col(name).alias(taken) for name, taken in takes.items()),
        ).drop_nulls(keys)
        frame = self.frame.with_columns(
            id_text(name).alias(key) for key, (name, _) in zip(keys, bound.by, strict=True)
        )
        asked = frame.filter("is_in").select(keys).drop_nulls().unique()
        found = found.join(asked, on=keys, how="semi", maintain_order="left")
        self.hits[bound.file.name] = pl.concat(
            [self.hits.get(bound.file.name, pl.Series(dtype=pl.Int64)), found["found_line"]]
        )
        found = found.unique([*keys, *takes.values()], keep="first", maintain_order=True)
        if lookup.take == "first":
            found = self._in_order(bound, found, keys, list(takes.values()))
        else:
            self._refuse_several(bound, found, keys)
        found = found.unique(keys, keep="first", maintain_order=True).with_columns(is_found=pl.lit(True))
        frame = frame.join(found, on=keys, how="left", maintain_order="left")
        lost = pl.all_horizontal(pl.col(keys).is_not_null()) & pl.col("is_found").is_null()
        if lookup.missing != "blank":
            frame = self._tell_of_lost(bound, frame, pl.col("is_in") & lost, keys)
        self.frame = frame.drop(*keys, "found_line", "is_found")

    def _refuse_several(self, bound: BoundLookup, found: pl.DataFrame, keys: list[str]) -> None:
        """Two rows for one key, with different values: it cannot be said which is meant."""
        several = found.filter(pl.struct(keys).is_duplicated() & ~pl.struct(keys).is_first_distinct())
        rows = several.select(line="found_line", value=pl.concat_str(keys, separator=", "))
        theirs = ", ".join(bound.file.header[position] for _, position in bound.by)
        said = (
            f"{theirs} {{value}} stands in a row above with other values; {self.table.name} needs one row for "
            "each. Remove one of the rows, tell them apart with where in the mapping's lookup, or take the first "
            'with take = "first" there.'
        )
        self.notes.each(
            "refusal",
            "ambiguous_lookup",
            rows,
            said,
            table=self.table.name,
            file=bound.file.name,
            column=theirs,
        )

    def _in_order(
        self, bound: BoundLookup, found: pl.DataFrame, keys: list[str], taken: list[str]
    ) -> pl.DataFrame:
        """`found` in the order of what is taken from it, never of its lines; how often that decides is told."""
        several = found.filter(pl.struct(keys).is_duplicated() & pl.struct(keys).is_first_distinct())
        theirs = ", ".join(bound.file.header[position] for _, position in bound.by)
        order = ", ".join(bound.file.header[int(name.rpartition("c")[2])] for name in taken)
        number = "1 value" if several.height == 1 else f"{several.height:,} values"
        said = f"{number} of {theirs} with several rows that differ; the first, in the order of {order}, was taken"
        self.notes.counted(
            "warning",
            "several_found",
            several.select(line="found_line", value=pl.lit(None, pl.String)),
            f"{said} for {self.table.name}.",
            table=self.table.name,
            file=bound.file.name,
            column=theirs,
        )
        numbers = [pl.col(name).cast(pl.Int64, strict=False).alias(f"{name}_number") for name in taken]
        by = [each for name in taken for each in (f"{name}_number", name)]
        ordered = found.with_columns(numbers).sort(by, nulls_last=True, maintain_order=True)
        return ordered.drop(f"{name}_number" for name in taken)

    def _tell_of_lost(
        self, bound: BoundLookup, frame: pl.DataFrame, lost: pl.Expr, keys: list[str]
    ) -> pl.DataFrame:
        """Refuse, or set aside, the rows for which nothing was found."""
        rows = frame.filter(lost).select("line", value=pl.concat_str(keys, separator=", "))
        ours = ", ".join(ref.column for ref, _ in bound.lookup.by)
        said = f"{ours} {{value}} is in no row of {bound.file.name}"
        where = {"table": self.table.name, "file": self.file.name, "column": ours}
        if bound.lookup.missing == "refuse":
            cure = f", and {self.table.name} needs it. Add that row to the extract, or correct the value."
            self.notes.each("refusal", "unknown_lookup", rows, said + cure, **where)
        else:
            said += f"; the row was not read into {self.table.name}."
            self.notes.each("warning", "unknown_lookup", rows, said, **where)
        return frame.with_columns(is_in=pl.col("is_in") & lost.not_())

    # -- columns --------------------------------------------------------------------------------------

    def _modelled(self) -> pl.DataFrame:
        columns = {name: self._column(self.table.column(name), rule) for name, rule in self.bound.columns.items()}
        own = self.table.key[0]
        if self.bound.merge_by is not None:
            order = id_text(self.bound.merge_by).cast(pl.Int64, strict=False)
        elif len(self.table.key) == 1 and own in columns and self.bound.columns[own].rule.kind == "column":
            order = columns[own].cast(pl.Int64, strict=False)
        else:
            order = pl.lit(None, pl.Int64)
        frame = self.frame.select(
            "line", "is_in", order.alias("order"), *(each.alias(name) for name, each in columns.items())
        )
        for name, bound in self.bound.columns.items():
            if bound.rule.split and self.table.column(name).kind != "ids":
                parts = pl.col(name).str.split(bound.rule.split)
                frame = frame.with_columns(parts).explode(name).with_columns(plain(name))
        return frame

    def _column(self, column: Column, bound: BoundRule) -> pl.Expr:
        rule, names = bound.rule, bound.names
        if rule.kind == "constant":
            return pl.lit(rule.constant or None, pl.String)
        if rule.kind == "key":
            return key_text(names)
        if rule.kind == "join":
            return pl.concat_str(
                [plain(name) for name in names], separator=rule.separator, ignore_nulls=True
            ).replace("", None)
        name = names[0]
        value = pl.col(name)
        where = {"table": self.table.name, "file": self.file.name, "column": str(rule.refs[0])}
        if rule.is_given:
            return pl.when(value.is_not_null()).then(pl.lit("true")).otherwise(pl.lit("false"))
        if rule.values is not None:
            value = self._translated(column, bound, where)
        if rule.numbers:
            is_number = plain(name).str.contains(_NUMBER)
            covered = pl.lit(False) if bound.unless is None else pl.col(bound.unless).is_not_null()
            rows = self.frame.filter(pl.col("is_in") & value.is_not_null() & ~is_number & ~covered)
            said = f"{{rows}} without a number in {rule.refs[0]} ({{examples}}); {column.name} is blank there."
            self.notes.counted("warning", "no_number", rows.select("line", value=pl.col(name)), said, **where)
            value = pl.when(is_number).then(plain(name))
        if bound.unless is not None:
            value = pl.when(pl.col(bound.unless).is_null()).then(value)
        if column.kind == "id" and rule.values is None:
            return id_text(name) if bound.unless is None else value
        if column.kind == "ids":
            return ids_text(value, rule.split or ";")
        return value

    def _translated(self, column: Column, bound: BoundRule, where: dict[str, str]) -> pl.Expr:
        rule, name = bound.rule, bound.names[0]
        values = dict(rule.values or {})
        blank = values.pop("", None)
        text = plain(name).str.to_lowercase()
        known = text.is_in(list(values))
        rows = self.frame.filter(pl.col("is_in") & pl.col(name).is_not_null() & ~known)
        rows = rows.select("line", value=pl.col(name))
        if rule.otherwise == "refuse":
            said = (
                f"{rule.refs[0]} {{value}} is not among the values that the mapping translates to {column.name} "
                f"({', '.join(values)}). Add it to values, or correct it."
            )
            self.notes.each("refusal", "unknown_value", rows, said, **where)
        elif rule.otherwise == "blank":
            said = f"{{rows}} with another value in {rule.refs[0]} ({{examples}}); {column.name} is blank there."
            self.notes.counted("warning", "unknown_value", rows, said, **where)
        translated = text.replace_strict(values, default=None, return_dtype=pl.String)
        other = pl.col(name) if rule.otherwise == "keep" else pl.lit(None, pl.String)
        result = pl.when(known).then(translated).otherwise(other)
        return result if blank is None else pl.when(pl.col(name).is_null()).then(pl.lit(blank)).otherwise(result)


def key_text(names: tuple[str, ...]) -> pl.Expr:
    """The parts of a made-up id's key as one text that no other parts give; null where a part is blank."""
    parts = [
        id_text(name)
        .str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all(KEY_SEPARATOR, f"\\{KEY_SEPARATOR}", literal=True)
        for name in names
    ]
    return pl.concat_str(parts, separator=KEY_SEPARATOR)


def _meets(condition: Condition, name: str) -> pl.Expr:
    text = id_text(name).str.to_lowercase()
    if condition.flag is not None:
        meets = text.is_in(list(YES if condition.flag else NO))
    else:
        meets = text.is_in([each.lower() for each in condition.texts])
    return meets.fill_null(condition.blank)


def ids_text(value: pl.Expr, separator: str) -> pl.Expr:
    """A list of ids in one form: ``3;5;8``, as given where a part is no whole number."""
    parts = value.str.strip_chars("[]{}() \t").str.split(separator).list.eval(pl.element().str.strip_chars())
    parts = parts.list.eval(pl.element().filter(pl.element().str.len_bytes() > 0))
    numbers = parts.list.eval(pl.element().cast(pl.Int64, strict=False))
    tidy = numbers.list.unique().list.sort().list.eval(pl.element().cast(pl.String)).list.join(";")
    is_whole = numbers.list.eval(pl.element().is_null().any()).list.first().fill_null(False).not_()
    return pl.when(is_whole).then(tidy).otherwise(parts.list.join(";"))
