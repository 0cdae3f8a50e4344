"""A mapping file becomes a mapping: read, checked against the model, all its mistakes found at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from coursepush.load.findings import close_matches
from coursepush.load.mapping.language import (
    ColumnRule,
    Condition,
    ExtractMap,
    Known,
    Lookup,
    Missing,
    Ref,
    TableMap,
    Take,
    pointed_to,
)
from coursepush.load.mapping.parse_view import parse_view
from coursepush.load.toml import Part, constant_text, refuse, shown, texts_of, toml_of, toml_text
from coursepush.model.tables import TABLES, Table

_HEADER = ("format", "blanks", "view", "base", "school_year")


def load_mapping(file: str | os.PathLike[str]) -> ExtractMap:
    """The mapping in a TOML file.

    Raises:
        RequestError: it cannot be read, is not TOML, or says what cannot be had (a table, column or key that
            does not exist, …); the message lists all problems.
    """
    path = Path(file).expanduser()
    return parse_mapping(toml_text(path, f"The mapping {path}"), f"The mapping {path}", file=path.name)


def parse_mapping(text: str, name: str = "The mapping", *, file: str = "", strict: bool = True) -> ExtractMap:
    """The mapping that TOML text holds; `name` is what messages call it, `file` what findings do.

    Not `strict`: what the mapping names need not be in an extract.

    Raises:
        RequestError: as :func:`load_mapping`.
    """
    raw = toml_of(text, name, ", or draft it anew with 'coursepush map FOLDER'")
    problems: list[str] = []
    head = Part(problems, {key: raw[key] for key in _HEADER if key in raw}, "at the top")
    words, blanks = head.text("format"), head.texts("blanks")
    base, school_year = head.text("base"), head.take("school_year")
    if school_year is not None and not (type(school_year) is int and 1900 < school_year < 2200):
        head.problem(f"school_year is {shown(school_year)}; it must be the year it ends in, such as 2026.")
    views = [parse_view(name, value, problems, strict) for name, value in head.items("view").items()]
    entries: list[TableMap] = []
    for key, value in raw.items():
        if key in _HEADER:
            continue
        if key not in TABLES:
            said = f"[{key}]: there is no table {key!r} in the model." + close_matches(key, TABLES)
            problems.append(said + f" (The tables are: {', '.join(TABLES)}.)")
            continue
        parts: list[Any] = cast(list[Any], value) if isinstance(value, list) else [value]
        for place, part in enumerate(parts, 1):
            where = f"[{key}]" if len(parts) == 1 else f"[[{key}]] no. {place}"
            if isinstance(part, dict):
                whole = Part(problems, cast(dict[str, Any], part), where)
                entries.append(_Entry(TABLES[key], whole, strict).read())
            else:
                problems.append(f"{where}: must be a table: [{key}] and its keys below it.")
    mapping = ExtractMap(words, blanks, tuple(entries), file, tuple(views), base, school_year)
    refuse(name, problems)
    return mapping


def key_problems(mapping: ExtractMap) -> list[str]:
    """Made-up ids that lead to a table whose own ids are not made up (or the other way round)."""
    made = {
        entry.table.name: any(rule.kind == "key" for rule in entry.columns[entry.table.key[0]])
        for entry in mapping.entries
        if len(entry.table.key) == 1 and entry.table.key[0] in entry.columns
    }
    return [
        f"{entry.where_from}, columns.{name}: it is a key, but the ids of {target} are not made from keys. "
        f"Give {TABLES[target].key[0]} of [{target}] a key too."
        for entry in mapping.entries
        for name, rules in entry.columns.items()
        if any(rule.kind == "key" for rule in rules)
        and (target := pointed_to(entry.table, entry.table.column(name), _level(entry))) in TABLES
        and not made.get(target, False)
    ]


def _level(entry: TableMap) -> str:
    rules = entry.columns.get("level", ())
    return rules[0].constant if rules else ""


class _Entry:
    """One [table] of the file on its way to a :class:`TableMap`."""

    def __init__(self, table: Table, part: Part, strict: bool) -> None:
        self.table, self.part, self.strict = table, part, strict
        self.names: dict[str, str] = {}  # lookups, by name in lower case
        self.used: set[str] = set()

    def read(self) -> TableMap:
        part = self.part
        sources, rows, skip = part.texts("from"), self._rows(), part.flag("skip")
        if [bool(sources), rows is not None, skip].count(True) != 1:
            part.problem("give one of from (a file), rows (rows written down here) and skip = true.")
        lookups = self._lookups()
        columns = self._columns()
        if sources and not columns and not part.items("columns"):
            part.problem("columns is missing: say which column of the file is which of the model's.")
        if (rows is not None or skip) and (columns or lookups):
            part.problem("columns and lookup go with from; rows written down here need neither.")
        where = self.conditions(part, "where")
        needs = self._needs()
        merge, merge_by = self._merge(columns)
        entry = TableMap(
            self.table,
            part.where,
            sources,
            rows,
            skip,
            columns,
            lookups,
            where,
            needs,
            merge,
            merge_by,
            cast(Literal["refuse", "set aside"], part.one_of("orphans", ("refuse", "set aside"))),
            cast(Known, part.one_of("known", ("", "documented", "public SQL", "proposal"))),
            part.flag("unpublished"),
            frozenset(self._model_columns("proposed")),
            self.strict,
        )
        part.done()
        for lookup in lookups:
            if lookup.name.lower() not in self.used:
                part.problem(f"lookup {lookup.name}: nothing uses it; write '{lookup.name}.' and a column of it.")
        return entry

    def ref(self, text: str) -> Ref:
        """A column's name, or ``Lookup.column`` where the first part is the name of a lookup."""
        first, dot, rest = text.partition(".")
        name = self.names.get(first.strip().lower())
        if not dot or name is None:
            return Ref(text.strip())
        self.used.add(name.lower())
        return Ref(rest.strip(), name)

    def _rows(self) -> tuple[Mapping[str, str], ...] | None:
        if not self.part.has("rows"):
            return None
        rows: list[dict[str, str]] = []
        for place, raw in enumerate(self.part.tables("rows"), 1):
            row: dict[str, str] = {}
            for name, value in raw.items():
                if name not in self.table.names:
                    self._no_column(f"rows, no. {place}", name)
                    continue
                text = _ids_text(value) if self.table.column(name).kind == "ids" else constant_text(value)
                if text is None:
                    self.part.problem(f"rows, no. {place}: {name} is {shown(value)}; it must be a single value.")
                else:
                    row[name] = text
            rows.append(row)
        return tuple(rows)

    def _lookups(self) -> tuple[Lookup, ...]:
        found: list[Lookup] = []
        for place, raw in enumerate(self.part.tables("lookup"), 1):
            part = Part(self.part.problems, raw, f"{self.part.where}, lookup no. {place}")
            table = part.text("table")
            name = part.text("as") or table
            if not table:
                part.problem("table is missing: the file to look in.")
            elif name.lower() in self.names:
                part.problem(f"there is a lookup {name} already; give this one a name of its own: as = '…'.")
            part.where = f"{self.part.where}, lookup {name or f'no. {place}'}"
            by = self._by(part)
            missing = cast(Missing, part.one_of("missing", ("refuse", "set aside", "blank")))
            take = cast(Take, part.one_of("take", ("one", "first")))
            found.append(Lookup(table, name, by, self.conditions(part, "where", inside=True), missing, take))
            part.done()
            self.names[name.lower()] = name
        return tuple(found)

    def _by(self, part: Part) -> tuple[tuple[Ref, str], ...]:
        raw = part.take("by")
        if isinstance(raw, dict):
            pairs = cast(dict[str, Any], raw).items()
        else:
            pairs = [(text, text.rpartition(".")[2]) for text in texts_of(raw) or ()]
        by = tuple((self.ref(ours), theirs) for ours, theirs in pairs if isinstance(theirs, str))
        if not by or len(by) != len(pairs):
            part.problem("by must be a column, a list of columns, or { column = 'column of that table' }.")
        return by

    def _columns(self) -> dict[str, tuple[ColumnRule, ...]]:
        columns: dict[str, tuple[ColumnRule, ...]] = {}
        for name, raw in self.part.items("columns").items():
            if name not in self.table.names:
                self._no_column("columns", name)
                continue
            choices: list[Any] = cast(list[Any], raw) if isinstance(raw, list) else [raw]
            rules = [rule for choice in choices for rule in self._rules(name, choice)]
            columns[name] = tuple(rules)
        splits = [
            name
            for name, rules in columns.items()
            if any(rule.split for rule in rules) and self.table.column(name).kind != "ids"
        ]
        if len(splits) > 1:
            self.part.problem(f"columns: {' and '.join(splits)} are both split; one column of a table can be.")
        return columns

    def _rules(self, name: str, raw: Any) -> list[ColumnRule]:
        if isinstance(raw, str) and raw.strip():
            return [ColumnRule("column", (self.ref(raw),))]
        where = f"{self.part.where}, columns.{name}"
        part = Part(self.part.problems, cast(dict[str, Any], raw) if isinstance(raw, dict) else {}, where)
        if not isinstance(raw, dict):
            part.problem(f"it is {shown(raw)}; it must be a column's name in quotes, or a table {{ … }}.")
            return []
        what = [key for key in ("column", "value", "key", "join") if part.has(key)]
        if len(what) != 1:
            part.problem("give one of column, value, key and join.")
            return []
        kind = self.table.column(name).kind
        values = {key.strip().lower(): constant_text(value) for key, value in part.items("values").items()}
        if None in values.values():
            part.problem("values must be single values: values = { n = 'none' }.")
        unless = part.text("unless")
        options = ColumnRule(
            "column",
            separator=part.text("with", " "),
            values={key: value for key, value in values.items() if value is not None} or None,
            otherwise=cast(Any, part.one_of("otherwise", ("keep", "blank", "refuse"))),
            is_given=part.flag("given"),
            numbers=part.flag("numbers"),
            split=part.text("split"),
            unless=self.ref(unless) if unless else None,
            merged=cast(Any, part.one_of("merged", ("first", "sum"))),
        )
        rules = self._alternatives(part, what[0], kind, options)
        part.done()
        return rules

    def _alternatives(self, part: Part, what: str, kind: str, options: ColumnRule) -> list[ColumnRule]:
        if what == "value":
            raw = part.take("value")
            text = _ids_text(raw) if kind == "ids" else constant_text(raw)
            if text is None:
                part.problem(f"value is {shown(raw)}; it must be a single value.")
            return [replace(options, kind="constant", constant=text or "")]
        refs = tuple(self.ref(text) for text in part.texts(what))
        if not refs:
            part.problem(f"{what} names no column.")
        if what == "column":
            return [replace(options, refs=(ref,)) for ref in refs]
        if what == "key" and kind != "id":
            part.problem("only an id can be made from a key.")
        return [replace(options, kind=cast(Any, what), refs=refs)]

    def conditions(self, part: Part, key: str, inside: bool = False) -> tuple[Condition, ...]:
        """Conditions on columns of this entry, or (`inside`) of the table that a lookup looks in."""
        found: list[Condition] = []
        for column, raw in part.items(key).items():
            ref = Ref(column) if inside else self.ref(column)
            values: list[Any] = cast(list[Any], raw) if isinstance(raw, list) else [raw]
            texts = [constant_text(value) for value in values]
            flags = [value for value in values if isinstance(value, bool)]
            if None in texts or not texts or (flags and len(values) > 1):
                part.problem(f"{key}.{column} is {shown(raw)}; it must be a value or a list of values.")
                continue
            plain = tuple(text.strip() for text in texts if text and not flags)
            found.append(Condition(ref, plain, "" in texts, flags[0] if flags else None))
        return tuple(found)

    def _needs(self) -> tuple[tuple[Ref, ...], ...]:
        raw = self.part.take("needs")
        items: list[Any] = [] if raw is None else cast(list[Any], raw) if isinstance(raw, list) else [raw]
        groups = [texts_of(item) for item in items]
        if not all(groups):
            self.part.problem(f"needs is {shown(raw)}; it must be a list of columns.")
        return tuple(tuple(self.ref(text) for text in group) for group in groups if group)

    def _merge(self, columns: Mapping[str, object]) -> tuple[tuple[str, ...], Ref | None]:
        by = self.part.text("merge_by")
        names = self._model_columns("merge")
        for name in names:
            if name not in columns:
                self.part.problem(f"merge: {name} is not among the columns of this entry.")
            elif self.table.column(name).kind == "ids":
                self.part.problem(f"merge: {name} is a list of ids; rows cannot be alike in it.")
        if by and not names:
            self.part.problem("merge_by without merge: say in which columns rows to be merged are alike.")
        return names, self.ref(by) if by else None

    def _model_columns(self, key: str) -> tuple[str, ...]:
        names = self.part.texts(key)
        for name in names:
            if name not in self.table.names:
                self._no_column(key, name)
        return tuple(name for name in names if name in self.table.names)

    def _no_column(self, where: str, name: str) -> None:
        close = close_matches(name, self.table.names)
        listed = f" (The columns are: {', '.join(self.table.names)}.)"
        self.part.problem(f"{where}: table {self.table.name} has no column {name!r}.{close}{listed}")


def _ids_text(value: Any) -> str | None:
    """A list of ids as text, or None."""
    items: Iterable[Any] = cast(list[Any], value) if isinstance(value, list) else [value]
    texts = [constant_text(item) for item in items]
    return None if None in texts else ";".join(text for text in texts if text)
