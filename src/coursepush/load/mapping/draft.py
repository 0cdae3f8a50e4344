"""A mapping drafted from the headers of an extract, for a person to edit: what is recognised, and what is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from coursepush.load.mapping.bind import BoundEntry, BoundLookup, BoundRule, bind_entry, in_our_format
from coursepush.load.mapping.draft_entry import key, listed, plain, quoted, table
from coursepush.load.mapping.draft_guess import entries
from coursepush.load.mapping.files import Extract, ExtractFile, column_name, stem, table_name
from coursepush.load.mapping.guess import guessed
from coursepush.load.mapping.language import EXPLANATION, ColumnRule, Condition, ExtractMap, Lookup, TableMap
from coursepush.load.mapping.notes import Notes
from coursepush.load.mapping.shipped import SHIPPED, fitting
from coursepush.load.quoting import columns_told, header_told
from coursepush.model.tables import TABLES, Table

BLANKS = ("NULL", "\\N")
"""What a draft for files of an unknown system takes as blank."""

CLOSE = 0.75
"""So alike, from 0 to 1, must two names be for one to be suggested for the other."""


def draft(mapping: ExtractMap, source: object, today: dt.date | None = None, called: str = "") -> str:
    """TOML text for what `mapping` recognises in `source`, with the names as they stand there.

    What is not recognised stands in comments: files and columns with their names, and where something looks like
    a table of the model, an entry to take the comment signs off from, with the reason. The text can be loaded as
    it is.

    Where `mapping` knows less than half of the files they are of another system, and what they are is guessed from
    their names, headers and values. `today` stands in where no file says the school year; `called` is how the text
    calls the source.
    """
    drafted = _Draft(mapping, source)
    drafted.extract.called = called or drafted.extract.called
    return drafted.text() if drafted.knows_it() else drafted.guessed_text(today or dt.date.today())


class _Draft:
    def __init__(self, mapping: ExtractMap, source: object) -> None:
        self.mapping, self.notes = mapping, Notes()
        self.extract = Extract(source, self.notes)
        self.wanted: dict[str, set[int]] = {}

        self.bound = {name: self._recognised(TABLES[name]) for name in TABLES}

    def knows_it(self) -> bool:
        """Whether the mapping knows as many of the files as not, or there is nothing to guess."""
        readable = [file for file in self.extract.files if file.fault is None]
        return 2 * len(self.wanted) >= len(readable)

    def guessed_text(self, today: dt.date) -> str:
        """The mapping for files of another system, with what is not sure in comments."""
        guess, name = guessed(self.extract, BLANKS), fitting(self.extract)
        found = entries(guess, today) if guess.looks else []
        called = plain([self.extract.called])
        lines = [f"# A mapping drafted from the headers and values of {called}. Edit it, and give its path."]
        if name is not None:
            lines += [
                f"# These look like files of {SHIPPED[name]}.",
                f"# A mapping for them comes along, and reads more than this draft: --mapping {name}",
            ]
        lines += ["#", EXPLANATION.rstrip(), ""]
        if name is not None and not any(entry.is_usable and entry.source for entry in found):
            lines += [f"base = {quoted(name)}", "", *self._warnings()]
            return "\n".join(lines).rstrip() + "\n"
        lines += ['format = "Extract by a mapping"', f"blanks = {listed(BLANKS)}", *self._warnings(), ""]
        for entry in found:
            lines += entry.lines()
        text = "\n".join(line for entry in found for line in entry.lines())
        read = [look for look in guess.looks.values() if quoted(look.name) in text]
        for look in read:
            over = [column.name for column in look.columns if not _stands_in(text, column.name)]
            if over:
                told = columns_told(look.file.header, over, is_quoted=False)
                lines.append(f"# not taken over of {plain([look.file.name])}: {plain(told)}")
        names = {look.file.name for look in read}
        rest = [file for file in self.extract.files if file.name not in names and file.fault is None]
        return "\n".join([*lines, "", *_listed_files(rest)]).rstrip() + "\n"

    def text(self) -> str:
        bound = self.bound
        files = [file for file in self.extract.files if file.name not in self.wanted and file.fault is None]
        called = plain([self.extract.called])
        lines = [f"# A mapping drafted from the headers of {called}. Edit it, and give its path.", "#"]
        lines += [EXPLANATION.rstrip(), "", f"format = {quoted(self.mapping.format)}"]
        lines += [f"blanks = {listed(self.mapping.blanks)}", *self._warnings(), ""]
        for name, found in bound.items():
            if found:
                lines += [line for each in found for line in self._written(each, len(found) > 1)]
            else:
                lines += self._suggested(TABLES[name], files) or [self._missing(name)]
        lines += ["", *self._unread()]
        return "\n".join(lines).rstrip() + "\n"

    # -- recognised -----------------------------------------------------------------------------------

    def _recognised(self, table: Table) -> list[BoundEntry]:
        """The entries that the extract has files for, with what every row needs."""
        for choice in (self.mapping.of(table.name), (in_our_format(table),)):
            found: list[BoundEntry] = []
            for entry in choice:
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
                lines += [f"# {name} = {quoted(each)}  # its name is close" for each in close[:1]]
        return [*lines, *([f"# not taken over: {plain(unread)}"] if unread else []), ""]

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
        head = f"# {plain([bound.file.name])} may be {table.name}: {reason}. Take the # off, and correct it:"
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
            f"# To do first: {plain([message])}"
            for rule, message in found.select("rule", "message").rows()
            if rule != "missing_column"
        ]
        faults = [file for file in self.extract.files if file.fault is not None]
        return lines + [
            f"# To do first: {plain([file.name])} cannot be read: {_first_line(file.fault)}" for file in faults
        ]

    def _unread(self) -> list[str]:
        return _listed_files(
            [file for file in self.extract.files if file.name not in self.wanted and file.fault is None]
        )


def _stands_in(text: str, header: str) -> bool:
    """Whether a drafted text reads a column: by its name, after a lookup's, or as the key of a condition."""
    return any(each in text for each in (quoted(header), f'.{header}"', f"{{ {header} = ", f", {header} = "))


def _listed_files(files: Sequence[ExtractFile]) -> list[str]:
    lines = ["# Files that are not read, with their columns:"] if files else []
    return lines + [f"#   {plain([file.name])}: {plain(header_told(file.header))}" for file in files]


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
    lines = [f"[[{name}]]" if several else f"[{name}]", f"from = {quoted(stem(file.name))}"]
    if bound.lookups:
        lines.append("lookup = [")
        lines += [f"    {_lookup_text(each, headers)}," for each in bound.lookups]
        lines.append("]")
    if bound.where:
        pairs = {headers.of(work): condition for condition, work in bound.where}
        lines.append(f"where = {_conditions_text(pairs)}")
    if bound.needs:
        groups = [[headers.of(work) for _, work in group] for group in bound.needs]
        texts = [quoted(group[0]) if len(group) == 1 else listed(group) for group in groups]
        lines.append(f"needs = [{', '.join(texts)}]")
    if bound.merge:
        lines.append(f"merge = {listed(bound.merge)}")
    if bound.merge_by is not None:
        lines.append(f"merge_by = {quoted(headers.of(bound.merge_by))}")
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
        options["unless"] = quoted(headers.of(bound.unless))
    if rule.kind == "column" and not options:
        return quoted(names[0])
    first = {
        "column": lambda: quoted(names[0]),
        "constant": lambda: quoted(rule.constant),
        "key": lambda: listed(names),
        "join": lambda: listed(names),
    }[rule.kind]()
    return table({"value" if rule.kind == "constant" else rule.kind: first, **options})


def _options(rule: ColumnRule) -> dict[str, str]:
    options: dict[str, str] = {}
    if rule.kind == "join":
        options["with"] = quoted(rule.separator)
    if rule.values:
        options["values"] = table({key(given): quoted(value) for given, value in rule.values.items()})
        options["otherwise"] = quoted(rule.otherwise)
    if rule.is_given:
        options["given"] = "true"
    if rule.numbers:
        options["numbers"] = "true"
    if rule.split:
        options["split"] = quoted(rule.split)
    if rule.merged != "first":
        options["merged"] = quoted(rule.merged)
    return options


def _lookup_text(bound: BoundLookup, headers: _Headers) -> str:
    lookup: Lookup = bound.lookup
    parts = {"table": quoted(stem(bound.file.name))}
    if table_name(lookup.name) != table_name(stem(bound.file.name)) or lookup.name != lookup.table:
        parts["as"] = quoted(lookup.name)
    pairs = [(headers.of(work), bound.file.header[position].strip()) for work, position in bound.by]
    if all(ours.rpartition(".")[2] == theirs for ours, theirs in pairs):
        parts["by"] = listed([ours for ours, _ in pairs]) if len(pairs) > 1 else quoted(pairs[0][0])
    else:
        parts["by"] = table({key(ours): quoted(theirs) for ours, theirs in pairs})
    if bound.where:
        found = {bound.file.header[position].strip(): condition for condition, position in bound.where}
        parts["where"] = _conditions_text(found)
    if lookup.missing != "refuse":
        parts["missing"] = quoted(lookup.missing)
    if lookup.take != "one":
        parts["take"] = quoted(lookup.take)
    return table(parts)


def _conditions_text(conditions: Mapping[str, Condition]) -> str:
    texts: dict[str, str] = {}
    for name, condition in conditions.items():
        values = [quoted(text) for text in (*condition.texts, *([""] if condition.blank else []))]
        if condition.flag is not None:
            values = ["true" if condition.flag else "false"]
        texts[key(name)] = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return table(texts)


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
