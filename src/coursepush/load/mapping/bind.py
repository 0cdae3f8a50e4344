"""A mapping meets an extract: which file each entry reads, and which of its columns, before any row is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from coursepush.load.mapping.files import Extract, ExtractFile, stem, table_name
from coursepush.load.mapping.language import ColumnRule, Condition, ExtractMap, Lookup, Ref, TableMap
from coursepush.load.mapping.notes import Notes
from coursepush.load.mapping.parse import key_problems
from coursepush.load.toml import refuse
from coursepush.model.tables import TABLES, Table


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule with the columns of the working frame that it reads: `names` in the order of its refs."""

    rule: ColumnRule
    names: tuple[str, ...]
    unless: str | None


@dataclass(frozen=True, slots=True)
class BoundLookup:
    """A lookup with its file.

    `by`: column of the working frame → position in the file. `takes`: positions whose values become columns of
    the working frame, with the prefix.
    """

    lookup: Lookup
    file: ExtractFile
    prefix: str
    by: tuple[tuple[str, int], ...]
    where: tuple[tuple[Condition, int], ...]
    takes: set[int] = field(default_factory=set[int])


@dataclass(frozen=True, slots=True)
class BoundEntry:
    """An entry with its file (None: its rows stand in the mapping), and what is read of it.

    `where` and `needs` name columns of the working frame: ``c3`` for the file's own, ``l0c3`` for a lookup's.
    `shares_file`: other entries read the file too.
    """

    entry: TableMap
    file: ExtractFile | None
    columns: dict[str, BoundRule]
    lookups: tuple[BoundLookup, ...]
    where: tuple[tuple[Condition, str], ...]
    needs: tuple[tuple[tuple[Ref, str], ...], ...]
    merge: tuple[str, ...]
    merge_by: str | None
    shares_file: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A whole mapping, bound: `wanted` has the positions to read of each file; `lacks` says what is absent."""

    entries: tuple[BoundEntry, ...]
    wanted: dict[str, set[int]]
    lacks: tuple[str, ...]


def bind(mapping: ExtractMap, extract: Extract, notes: Notes) -> Bound:
    """Find everything that `mapping` names in `extract`.

    What an extract should have and has not goes to `notes` as refusals; what is only not given, to `lacks`.

    Raises:
        RequestError: a strict entry names a file or column that is not there; with all such problems.
    """
    problems = key_problems(mapping)
    wanted: dict[str, set[int]] = {}
    bound: list[BoundEntry] = []
    lacks: list[str] = []
    unmentioned: list[str] = []
    for table in TABLES.values():
        entries = mapping.of(table.name)
        if any(entry.skip for entry in entries):
            lacks.append(f"{table.name}: left out, as the mapping says.")
            continue
        candidates = [bind_entry(entry, extract, wanted, problems, notes) for entry in entries]
        if not any(candidates) and not any(entry.is_strict for entry in entries):
            candidates = [bind_entry(in_our_format(table), extract, wanted, problems, notes)]
        found = [each for each in candidates if each is not None]
        if found:
            bound += found
            missing = [name for name in table.names if not any(name in each.columns for each in found)]
            if missing and all(each.file for each in found):
                lacks.append(f"{table.name}: the extract does not give {', '.join(missing)}.")
        elif entries:
            lacks.append(f"{table.name}: {_sources_of(entries, mapping)}")
        else:
            unmentioned.append(table.name)
    if unmentioned:
        lacks.append(f"The mapping has no entry for {', '.join(unmentioned)}.")
    refuse(f"The mapping {mapping.file}" if mapping.file else "The mapping", problems)
    files = Counter(each.file.name for each in bound if each.file is not None)
    shared = (replace(each, shares_file=each.file is not None and files[each.file.name] > 1) for each in bound)
    return Bound(tuple(shared), wanted, tuple(lacks))


def bind_entry(
    entry: TableMap, extract: Extract, wanted: dict[str, set[int]], problems: list[str], notes: Notes
) -> BoundEntry | None:
    """Bind one entry; None where its file is not there. What it reads is added to `wanted`."""
    return _Binder(entry, extract, wanted, problems, notes).bind()


def in_our_format(table: Table) -> TableMap:
    """The entry for a file that is named after a table of the model and has its columns."""
    columns = {name: (ColumnRule("column", (Ref(name),)),) for name in table.names}
    return TableMap(table, f"[{table.name}]", (table.name,), columns=columns, is_strict=False)


def _sources_of(entries: Sequence[TableMap], mapping: ExtractMap) -> str:
    read = {view.name: str(view.reads[0]) for view in mapping.views if view.reads}
    names = list(dict.fromkeys(entry.sources[0] for entry in entries if entry.sources))
    names = list(dict.fromkeys(read.get(name, name) for name in names))
    said = f"the extract has no table {' or '.join(names)}."
    if all(entry.unpublished for entry in entries):
        said += " That name is a proposal, the product's own is not published: name the real one in a mapping."
    return said


class _Binder:
    """Binds one entry."""

    def __init__(
        self,
        entry: TableMap,
        extract: Extract,
        wanted: dict[str, set[int]],
        problems: list[str],
        notes: Notes,
    ) -> None:
        self.entry, self.extract, self.wanted, self.problems, self.notes = entry, extract, wanted, problems, notes
        self.file: ExtractFile | None = None
        self.lookups: dict[str, BoundLookup | None] = {}
        self.reasons: list[str] = []
        self.lookup_reasons: dict[str, list[str]] = {}

    def bind(self) -> BoundEntry | None:
        entry = self.entry
        if entry.rows is not None:
            names = dict.fromkeys(name for row in entry.rows for name in row)
            columns = {name: BoundRule(ColumnRule("constant"), (), None) for name in names}
            return BoundEntry(entry, None, columns, (), (), (), (), None)
        self.file = self._file(entry.sources)
        if self.file is None:
            if entry.is_strict:
                named = " or ".join(repr(each) for each in entry.sources)
                self._problem(f"from: there is no file {named}.{self.extract.close_to(entry.sources[0])}")
            return None
        self._want(self.file)
        columns = self._columns()
        where = [(each, name) for each in entry.where if (name := self._condition(each)) is not None]
        needs = [self._need(group) for group in entry.needs]
        merge = tuple(name for name in entry.merge if name in columns)
        merge_by = self._work(entry.merge_by) if entry.merge_by and merge else None
        read = [name for rule in columns.values() for name in (*rule.names, rule.unless) if name is not None]
        read += [name for _, name in where] + [name for group in needs for _, name in group]
        return BoundEntry(
            entry,
            self.file,
            columns,
            self._used([*read, merge_by or ""]),
            tuple(where),
            tuple(group for group in needs if group),
            merge if len(merge) == len(entry.merge) else (),
            merge_by,
        )

    def _used(self, read: list[str]) -> tuple[BoundLookup, ...]:
        """The lookups that columns in `read` come from, and those that these are made by, in their order."""
        used: list[BoundLookup] = []
        for lookup in reversed([each for each in self.lookups.values() if each is not None]):
            if any(name.startswith(f"{lookup.prefix}c") for name in read):
                used.insert(0, lookup)
                read += [ours for ours, _ in lookup.by]
        return tuple(used)

    def _columns(self) -> dict[str, BoundRule]:
        columns: dict[str, BoundRule] = {}
        named = dict(self.entry.columns)
        assert self.file is not None
        if not self.entry.is_strict and table_name(stem(self.file.name)) == table_name(self.entry.table.name):
            for name in self.entry.table.names:  # the model's own names, as in the load format
                named[name] = (*named.get(name, ()), ColumnRule("column", (Ref(name),)))
        for name, rules in named.items():
            self.reasons = []
            rule = next((found for rule in rules if (found := self._rule(rule)) is not None), None)
            if rule is not None:
                columns[name] = rule
            elif self.entry.is_strict:
                for reason in dict.fromkeys(self.reasons):
                    self._problem(f"columns.{name}: {reason}")
            else:
                self._miss(name)
        for column in self.entry.table.columns:
            if column.required and column.default is None and column.name not in named:
                self._problem(f"columns: {column.name} is missing; every row needs one.")
        return columns

    def _miss(self, name: str) -> None:
        """A refusal for a column that rows must have and the extract does not give."""
        table = self.entry.table
        column = table.column(name)
        if not column.required or column.default is not None or self.file is None or self.file.fault:
            return
        reason = self.reasons[0] if self.reasons else ""
        self.notes.add(
            "refusal",
            "missing_column",
            f"{self.file.name}: {name} of {table.name} cannot be had: {reason} Add it to the extract, or name "
            "the right one in a mapping.",
            table=table.name,
            file=self.file.name,
            column=name,
        )

    def _rule(self, rule: ColumnRule) -> BoundRule | None:
        names = [self._work(ref) for ref in rule.refs]
        unless = self._work(rule.unless) if rule.unless is not None else None
        if rule.unless is not None and unless is None and self.entry.is_strict:
            return None
        known = tuple(name for name in names if name is not None)
        return BoundRule(rule, known, unless) if len(known) == len(names) else None

    def _condition(self, condition: Condition) -> str | None:
        self.reasons = []
        name = self._work(condition.ref)
        if name is not None or self.file is None:
            return name
        for reason in self.reasons:
            if self.entry.is_strict:
                self._problem(f"where.{condition.ref}: {reason}")
            else:
                message = f"{self.file.name}: rows were not told apart by {condition.ref}: {reason}"
                self.notes.add(
                    "warning", "filter_skipped", message, table=self.entry.table.name, file=self.file.name
                )
        return None

    def _need(self, group: Sequence[Ref]) -> tuple[tuple[Ref, str], ...]:
        self.reasons = []
        found = [(ref, name) for ref in group if (name := self._work(ref)) is not None]
        if self.entry.is_strict:
            for reason in self.reasons:
                self._problem(f"needs: {reason}")
        return tuple(found) if len(found) == len(group) or found else ()

    def _work(self, ref: Ref) -> str | None:
        """The column of the working frame that `ref` names; None, with the reason, where it is not there."""
        if ref.lookup is None:
            assert self.file is not None
            position = self._position(self.file, ref.column)
            return None if position is None else f"c{position}"
        lookup = self._lookup(ref.lookup)
        if lookup is None:
            return None
        position = self._position(lookup.file, ref.column)
        if position is None:
            return None
        lookup.takes.add(position)
        return f"{lookup.prefix}c{position}"

    def _lookup(self, name: str) -> BoundLookup | None:
        if name in self.lookups:
            self.reasons += self.lookup_reasons.get(name, [])
            return self.lookups[name]
        place, lookup = next(each for each in enumerate(self.entry.lookups) if each[1].name == name)
        file = self._file((lookup.table,))
        if file is None:
            self.reasons.append(f"the extract has no table {lookup.table}.{self._close(lookup.table)}")
            self.lookups[name], self.lookup_reasons[name] = None, self.reasons[-1:]
            return None
        before = len(self.reasons)
        by = [(self._work(ref), self._position(file, theirs)) for ref, theirs in lookup.by]
        where = [(each, self._position(file, each.ref.column)) for each in lookup.where]
        known = tuple((ours, theirs) for ours, theirs in by if ours is not None and theirs is not None)
        conditions = tuple((each, position) for each, position in where if position is not None)
        if len(known) < len(by) or len(conditions) < len(where):
            self.lookups[name], self.lookup_reasons[name] = None, self.reasons[before:]
            return None
        self._want(file)
        found = BoundLookup(lookup, file, f"l{place}", known, conditions)
        self.lookups[name] = found
        return found

    def _position(self, file: ExtractFile, column: str) -> int | None:
        if file.fault is not None:
            return None  # said where it is read
        positions = file.positions(column)
        if len(positions) > 1:
            headers = " and ".join(repr(file.header[position]) for position in positions)
            self.notes.add(
                "refusal",
                "duplicate_header",
                f"{file.name}: {headers} are both called {column}. Remove or rename one of them.",
                table=self.entry.table.name,
                file=file.name,
                column=column,
            )
        if not positions:
            close = file.close_to(column) if self.entry.is_strict else ""
            self.reasons.append(f"{file.name} has no column {column}.{close}")
            return None
        self.wanted.setdefault(file.name, set()).add(positions[0])
        return positions[0]

    def _file(self, names: Sequence[str]) -> ExtractFile | None:
        found = self.extract.find(names)
        if len(found) > 1:
            listed = " and ".join(file.name for file in found)
            message = f"{listed} are both called {names[0]}. Keep one of them, or name one in a mapping."
            self.notes.add(
                "refusal", "two_files", message, table=self.entry.table.name, file=found[-1].name, value=names[0]
            )
        return found[0] if found else None

    def _close(self, name: str) -> str:
        return self.extract.close_to(name) if self.entry.is_strict else ""

    def _want(self, file: ExtractFile) -> None:
        self.wanted.setdefault(file.name, set())

    def _problem(self, text: str) -> None:
        self.problems.append(f"{self.entry.where_from}, {text}")
