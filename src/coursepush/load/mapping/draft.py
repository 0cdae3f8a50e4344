"""A mapping drafted from the headers of an extract, for a person to edit: what is recognised, and what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from coursepush.load.mapping.bind import BoundEntry, BoundLookup, BoundRule, bind_entry, in_our_format
from coursepush.load.mapping.files import Extract, ExtractFile, column_name, stem, table_name
from coursepush.load.mapping.language import EXPLANATION, ColumnRule, Condition, ExtractMap, Lookup, TableMap
from coursepush.load.mapping.notes import Notes
from coursepush.model.tables import TABLES, Table

CLOSE = 0.75
"""So alike, from 0 to 1, must two names be for one to be suggested for the other."""

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def draft(mapping: ExtractMap, source: object) -> str:
    """TOML text for what `mapping` recognises in `source`, with the names as they stand there.

    What is not recognised stands in comments: files and columns with their names, and where something looks like
    a table of the model, an entry to take the comment signs off from, with the reason. The text can be loaded as
    it is.
    """
    return _Draft(mapping, source).text()


class _Draft:
    def __init__(self, mapping: ExtractMap, source: object) -> None:
        self.mapping, self.notes = mapping, Notes()
        self.extract = Extract(source, self.notes)
        self.wanted: dict[str, set[int]] = {}

    def text(self) -> str:
        bound = {table: self._recognised(TABLES[table]) for table in TABLES}
        files = [file for file in self.extract.files if file.name not in self.wanted and file.fault is None]
        called = _plain([self.extract.called])
        lines = [f"# A mapping drafted from the headers of {called}. Edit it, and give its path.", "#"]
        lines += [EXPLANATION.rstrip(), "", f"format = {_quoted(self.mapping.format)}"]
        lines += [f"blanks = {_listed(self.mapping.blanks)}", *self._warnings(), ""]
        for table, found in bound.items():
            if found:
                lines += [line for each in found for line in self._written(each, len(found) > 1)]
            else:
                lines += self._suggested(TABLES[table], files) or [self._missing(table)]
        lines += ["", *self._unread()]
        return "\n".join(lines).rstrip() + "\n"

    # -- recognised -----------------------------------------------------------------------------------

    def _recognised(self, table: Table) -> list[BoundEntry]:
        """The entries that the extract has files for, with what every row needs."""
        for entries in (self.mapping.of(table.name), (in_our_format(table),)):
            found: list[BoundEntry] = []
            for entry in entries:
                wanted = {name: set(positions) for name, positions in self.wanted.items()}
                bound = bind_entry(entry, self.extract, wanted, [], self.notes)
                if bound is not None and not _lacks(table, bound):
                    self.wanted = wanted
                    found.append(bound)
            if found:
                return found
        return []

    def _written(self, bound: BoundEntry, several: bool) -> list[str]:
        """The lines of a recognised entry: close matches and columns that nobody reads in comments."""
        assert bound.file is not None
        lines, table = _entry_lines(bound, several), bound.entry.table
        unread = [header for header in self._unread_columns(bound.file) if header.strip()]
        for name in table.names:
            if name not in bound.columns:
                close = [each for each in unread if _is_close(each, (name, *_names_of(bound.entry, name)))]
                lines += [f"# {name} = {_quoted(each)}  # its name is close" for each in close[:1]]
        return [*lines, *([f"# not taken over: {_plain(unread)}"] if unread else []), ""]

    def _unread_columns(self, file: ExtractFile) -> list[str]:
        return [name for place, name in enumerate(file.header) if place not in self.wanted.get(file.name, set())]

    # -- not recognised -------------------------------------------------------------------------------

    def _suggested(self, table: Table, files: Sequence[ExtractFile]) -> list[str]:
        """An entry in comments for the file that looks most like `table`, with the reason."""
        best: tuple[float, str, BoundEntry] | None = None
        entries = self.mapping.of(table.name)
        for file in files:
            for entry in (*entries[:1], in_our_format(table)):
                given = replace(entry, sources=(stem(file.name),))
                bound = bind_entry(given, self.extract, {}, [], Notes())
                if bound is None or bound.file is None:
                    continue
                likeness, reason = _likeness(table, entries, bound)
                if reason and (best is None or likeness > best[0]):
                    best = likeness, reason, bound
        if best is None:
            return []
        _, reason, bound = best
        assert bound.file is not None
        lines = _entry_lines(bound, several=False)
        lines += [f'{name} = "…"' for name in _lacks(table, bound)]
        head = f"# {_plain([bound.file.name])} may be {table.name}: {reason}. Take the # off, and correct it:"
        return ["\n".join([head, *(f"# {line}" for line in lines), ""])]

    def _missing(self, name: str) -> str:
        entries = self.mapping.of(name)
        sources = " or ".join(dict.fromkeys(entry.sources[0] for entry in entries if entry.sources))
        said = f"# [{name}]: there is no table {sources or name}"
        if entries and all(entry.unpublished for entry in entries):
            said += " (a proposal: the product's own name is not published)"
        return said + "."

    def _warnings(self) -> list[str]:
        found = self.notes.frame().filter(severity="refusal").unique("message", maintain_order=True)
        lines = [
            f"# To do first: {_plain([message])}"
            for rule, message in found.select("rule", "message").rows()
            if rule != "missing_column"
        ]
        faults = [file for file in self.extract.files if file.fault is not None]
        return lines + [
            f"# To do first: {_plain([file.name])} cannot be read: {_first_line(file.fault)}" for file in faults
        ]

    def _unread(self) -> list[str]:
        files = [file for file in self.extract.files if file.name not in self.wanted and file.fault is None]
        if not files:
            return []
        lines = ["# Files that were not recognised, with their columns:"]
        return lines + [f"#   {_plain([file.name])}: {_plain(file.header)}" for file in files]


def _lacks(table: Table, bound: BoundEntry) -> list[str]:
    """The columns that every row must have, and that the file has not."""
    needed = [column.name for column in table.columns if column.required and column.default is None]
    return [name for name in needed if name not in bound.columns]


def _names_of(entry: TableMap, name: str) -> list[str]:
    return [ref.column for rule in entry.columns.get(name, ()) for ref in rule.refs if ref.lookup is None]


def _likeness(table: Table, entries: Sequence[TableMap], bound: BoundEntry) -> tuple[float, str]:
    """How much a file looks like a table, and the reason in words; no reason: it does not."""
    assert bound.file is not None
    name = table_name(stem(bound.file.name))
    names = [table.name, *(each for entry in entries for each in entry.sources)]
    alike = {each: SequenceMatcher(None, name, table_name(each)).ratio() for each in names}
    closest = max(names, key=lambda each: alike[each])
    found = [each for each in bound.columns if bound.columns[each].rule.kind != "constant"]
    needed = [column.name for column in table.columns if column.required and column.default is None]
    share = sum(each in found for each in needed) / max(len(needed), 1)
    if not found:
        return 0.0, ""
    if alike[closest] >= CLOSE:
        return 1 + alike[closest], f"its name is close to {closest}"
    if len(found) >= 2 and share >= 0.5:
        return share + len(found) / 100, f"its columns have the names of {', '.join(found[:4])}"
    return 0.0, ""


def _is_close(given: str, names: Iterable[str]) -> bool:
    plain = column_name(given)
    return any(SequenceMatcher(None, plain, column_name(name)).ratio() >= CLOSE for name in names)


# -- TOML text ---------------------------------------------------------------------------------------


def _entry_lines(bound: BoundEntry, several: bool) -> list[str]:
    """The lines of one entry, with names as the extract has them."""
    entry, file = bound.entry, bound.file
    assert file is not None
    name = entry.table.name
    headers = _Headers(file, bound.lookups)
    lines = [f"[[{name}]]" if several else f"[{name}]", f"from = {_quoted(stem(file.name))}"]
    if bound.lookups:
        lines.append("lookup = [")
        lines += [f"    {_lookup_text(each, headers)}," for each in bound.lookups]
        lines.append("]")
    if bound.where:
        pairs = {headers.of(work): condition for condition, work in bound.where}
        lines.append(f"where = {_conditions_text(pairs)}")
    if bound.needs:
        groups = [[headers.of(work) for _, work in group] for group in bound.needs]
        texts = [_quoted(group[0]) if len(group) == 1 else _listed(group) for group in groups]
        lines.append(f"needs = [{', '.join(texts)}]")
    if bound.merge:
        lines.append(f"merge = {_listed(bound.merge)}")
    if bound.merge_by is not None:
        lines.append(f"merge_by = {_quoted(headers.of(bound.merge_by))}")
    lines.append(f"[{name}.columns]")
    lines += [f"{column} = {_rule_text(rule, headers)}" for column, rule in bound.columns.items()]
    return lines


class _Headers:
    """Columns of the working frame by the names that they have in the extract."""

    def __init__(self, file: ExtractFile, lookups: Sequence[BoundLookup]) -> None:
        self.file = file
        self.lookups = {each.prefix: each for each in lookups}

    def of(self, work: str) -> str:
        prefix, _, position = work.rpartition("c")
        if not prefix:
            return self.file.header[int(position)].strip()
        lookup = self.lookups[prefix]
        return f"{lookup.lookup.name}.{lookup.file.header[int(position)].strip()}"


def _rule_text(bound: BoundRule, headers: _Headers) -> str:
    rule = bound.rule
    names = [headers.of(work) for work in bound.names]
    options = _options(rule)
    if bound.unless is not None:
        options["unless"] = _quoted(headers.of(bound.unless))
    if rule.kind == "column" and not options:
        return _quoted(names[0])
    first = {
        "column": lambda: _quoted(names[0]),
        "constant": lambda: _quoted(rule.constant),
        "key": lambda: _listed(names),
        "join": lambda: _listed(names),
    }[rule.kind]()
    key = "value" if rule.kind == "constant" else rule.kind
    return _table({key: first, **options})


def _options(rule: ColumnRule) -> dict[str, str]:
    options: dict[str, str] = {}
    if rule.kind == "join":
        options["with"] = _quoted(rule.separator)
    if rule.values:
        options["values"] = _table({_key(key): _quoted(value) for key, value in rule.values.items()})
        options["otherwise"] = _quoted(rule.otherwise)
    if rule.is_given:
        options["given"] = "true"
    if rule.numbers:
        options["numbers"] = "true"
    if rule.split:
        options["split"] = _quoted(rule.split)
    if rule.merged != "first":
        options["merged"] = _quoted(rule.merged)
    return options


def _lookup_text(bound: BoundLookup, headers: _Headers) -> str:
    lookup: Lookup = bound.lookup
    parts = {"table": _quoted(stem(bound.file.name))}
    if table_name(lookup.name) != table_name(stem(bound.file.name)) or lookup.name != lookup.table:
        parts["as"] = _quoted(lookup.name)
    pairs = [(headers.of(work), bound.file.header[position].strip()) for work, position in bound.by]
    if all(ours.rpartition(".")[2] == theirs for ours, theirs in pairs):
        parts["by"] = _listed([ours for ours, _ in pairs]) if len(pairs) > 1 else _quoted(pairs[0][0])
    else:
        parts["by"] = _table({_key(ours): _quoted(theirs) for ours, theirs in pairs})
    if bound.where:
        found = {bound.file.header[position].strip(): condition for condition, position in bound.where}
        parts["where"] = _conditions_text(found)
    if lookup.missing != "refuse":
        parts["missing"] = _quoted(lookup.missing)
    return _table(parts)


def _conditions_text(conditions: Mapping[str, Condition]) -> str:
    texts: dict[str, str] = {}
    for name, condition in conditions.items():
        values = [_quoted(text) for text in (*condition.texts, *([""] if condition.blank else []))]
        if condition.flag is not None:
            values = ["true" if condition.flag else "false"]
        texts[_key(name)] = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return _table(texts)


def _table(parts: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in parts.items()) + " }"


def _listed(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"


def _key(text: str) -> str:
    return text if _BARE.match(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(texts: Iterable[str]) -> str:
    """Names in a comment: line ends in them would end it."""
    return ", ".join(" ".join(text.split()) for text in texts)


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
