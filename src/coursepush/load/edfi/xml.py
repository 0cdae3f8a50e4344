"""One Ed-Fi XML interchange as frames of text, read as a stream: nothing but the wanted values is kept.

The parser refuses a document type definition, and with it every entity that could swell (a "billion laughs") or
open another file. An element that says ``ref="…"`` instead of naming what it refers to takes the names from the
element of that id in the same file.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import polars as pl

from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.versions import version_of
from coursepush.load.edfi.wanted import Wanted, columns_of, wanted_of_kind, wanted_of_target

_BLOCK = 1 << 20
_ROWS_HELD = 50_000
"""So many rows of a kind are held as Python text before they become a frame."""
_DEEPEST = 64
"""Elements inside one another; Ed-Fi's own go to about 12."""
_MOST_HOPS = 8
_LONGEST = 16 << 20
"""Bytes of one tag or comment, and characters of one value, at most: what is longer has no end."""


class XmlFault(Exception):
    """A file that is not the XML that can be read: the rule it breaks, where, and what to do."""

    def __init__(self, rule: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


class NotEdFi(Exception):
    """An XML file whose outermost element is no interchange."""


@dataclass(slots=True)
class _Element:
    """An element while it is read: values and refs by path and place among the repeated."""

    name: str
    is_row: bool
    wanted: Wanted
    depth: int
    prefix: int
    line: int
    row: int = 0
    values: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    refs: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    counts: Counter[str] = field(default_factory=Counter[str])


@dataclass
class Interchange:
    """What one file holds: kind → text columns, `line` and `row` (counted from 0 within kind and file).

    `counts`: every kind's number of elements, of those not read too. `unread`: kind → paths with values that
    nothing takes. `more`: kind and path → elements that have several values where one is taken. `lost`: kind,
    line, path and name of refs that lead nowhere.
    """

    version: str | None = None
    frames: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    counts: Counter[str] = field(default_factory=Counter[str])
    unread: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    more: dict[tuple[str, str], list[int]] = field(default_factory=dict[tuple[str, str], list[int]])
    lost: list[tuple[str, int, str, str]] = field(default_factory=list[tuple[str, int, str, str]])


def read_interchange(path: Path) -> Interchange:
    """Read one file.

    Raises:
        XmlFault: it is damaged, cut off, too deep, in an unknown encoding, or has a document type definition.
        NotEdFi: it is XML, but no interchange of Ed-Fi.
        OSError: it cannot be opened.
    """
    return _Reader().read(path)


def is_interchange(path: Path) -> bool:
    """Whether the file begins as an interchange. One that cannot be read at all does not."""
    return _beginning(path).root is not None


def stated_version(path: Path) -> str | None:
    """The version of the Data Standard that the file states at its beginning; None where it states none."""
    return _beginning(path).found.version


def _beginning(path: Path) -> _Reader:
    reader = _Reader(only_root=True)
    with suppress(XmlFault, NotEdFi, OSError):
        reader.read(path)
    return reader


# -- the parser --------------------------------------------------------------------------------------------


class _Stop(Exception):
    """The outermost element was seen, and no more is asked for."""


class _Reader:
    def __init__(self, only_root: bool = False) -> None:
        self._only_root = only_root
        self.root: str | None = None
        self.found = Interchange()
        self._depth = 0
        self._paths: list[str] = []
        self._open: list[_Element] = []
        self._targets: dict[str, _Element] = {}
        self._waiting: list[_Element] = []
        self._rows: dict[str, _Rows] = {}
        self._text: list[str] = []
        self._length = 0
        self._is_leaf = self._is_wanted = self._has_text = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, path: Path) -> Interchange:
        try:
            with path.open("rb") as file:
                taken = 0
                while block := file.read(_BLOCK):
                    self._parser.Parse(block, False)
                    taken += len(block)
                    # expat would go over what has not ended again with each block
                    if taken - self._parser.CurrentByteIndex > _LONGEST:
                        raise self._endless()
            self._parser.Parse(b"", True)
        except _Stop:
            return self.found
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code) or "unknown fault"
            message = f"the XML is damaged or cut off here ({said}). Export the file again."
            raise XmlFault("damaged_xml", message, error.lineno) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or cannot map
            if self._depth:
                raise
            message = f"the file is in an encoding that cannot be read ({error}). Save it as UTF-8."
            raise XmlFault("bad_encoding", message, 1) from error
        for element in self._waiting:
            self._keep(element)
        self.found.frames = {kind: rows.frame() for kind, rows in self._rows.items()}
        return self.found

    def _endless(self) -> XmlFault:
        message = (
            f"what begins here does not end within {_LONGEST >> 20} MB. The file is damaged: export it again."
        )
        return XmlFault("endless_element", message, self._parser.CurrentLineNumber)

    def _doctype(self, name: str, system: str | None, public: str | None, has_subset: bool) -> None:
        raise XmlFault(
            "document_type",
            "the file has a document type definition (DOCTYPE). Ed-Fi's files have none, and it can make a "
            "reader open other files or run out of memory. Export the file again, or take that line out.",
            self._parser.CurrentLineNumber,
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        self._depth += 1
        if self._depth > _DEEPEST:
            message = f"more than {_DEEPEST} elements lie inside one another. Export the file again."
            raise XmlFault("too_deep", message, self._parser.CurrentLineNumber)
        self._text.clear()
        self._length = 0
        self._is_leaf, self._has_text, self._is_wanted = self._depth > 2, False, False
        if self._depth == 1:
            self._begin(name, namespace)
            return
        if self._depth == 2:
            self._paths = [""]
            self.found.counts[name] += 1
            if name in KINDS:
                self._open_element(name, 0, is_target=False).row = self.found.counts[name] - 1
        elif self._open or "id" in attributes:
            path = f"{self._paths[-1]}/{name}" if self._paths[-1] else name
            self._paths.append(path)
            for element in self._open:
                self._pass(element, path[element.prefix :], attributes.get("ref"))
        else:
            self._paths.append("")  # nothing around it is read
        given = attributes.get("id")
        if given is not None and (self._depth == 2 or name.endswith("Reference")):
            prefix = 0 if self._depth == 2 else len(self._paths[-1]) + 1
            self._targets[given] = self._open_element(name, prefix, is_target=True)

    def _begin(self, name: str, namespace: str) -> None:
        if not name.startswith("Interchange"):
            raise NotEdFi(name)
        self.root = name
        self.found.version = version_of(namespace)
        if self._only_root:
            raise _Stop

    def _open_element(self, name: str, prefix: int, is_target: bool) -> _Element:
        wanted = wanted_of_target(name) if is_target else wanted_of_kind(name)
        element = _Element(name, not is_target, wanted, self._depth, prefix, self._parser.CurrentLineNumber)
        self._open.append(element)
        return element

    def _pass(self, element: _Element, path: str, ref: str | None) -> None:
        """Note that an open element holds one at `path`."""
        if path in element.wanted.repeated:
            element.counts[path] += 1
        if path in element.wanted.paths:
            self._is_wanted = True
        elif ref is not None and path in element.wanted.before:
            of = next(
                (each for each in element.wanted.repeated if path == each or path.startswith(each + "/")), None
            )
            element.refs.setdefault(path, {})[element.counts[of] - 1 if of else 0] = ref

    def _data(self, data: str) -> None:
        if self._is_wanted and self._is_leaf:
            self._text.append(data)
            self._length += len(data)
            if self._length > _LONGEST:
                raise self._endless()
        elif not self._has_text and not data.isspace():
            self._has_text = True

    def _end(self, tag: str) -> None:
        if self._depth >= 2:
            if self._is_leaf:
                self._end_leaf()
            while self._open and self._open[-1].depth == self._depth:
                element = self._open.pop()
                if element.is_row and element.refs:
                    self._waiting.append(element)
                elif element.is_row:
                    self._keep(element)
            self._paths.pop()
        self._depth -= 1
        self._is_leaf = False

    def _end_leaf(self) -> None:
        text = "".join(self._text)
        for element in self._open:
            path = self._paths[-1][element.prefix :]
            if path in element.wanted.paths and text.strip():
                of = element.wanted.paths[path]
                place = element.counts[of] - 1 if of else 0
                held = element.values.setdefault(path, {})
                if place in held:
                    self.found.more.setdefault((element.name, path), []).append(element.line)
                held.setdefault(place, text)
        if self._has_text and self._open and self._open[0].is_row:
            self.found.unread.setdefault(self._open[0].name, set()).add(self._paths[-1])

    # -- rows ----------------------------------------------------------------------------------------------

    def _keep(self, element: _Element) -> None:
        """A row for each place among the repeated; one where nothing is repeated."""
        places = max(1, *element.counts.values()) if element.counts else 1
        rows = self._rows.setdefault(element.name, _Rows(element.name))
        for place in range(places):
            values: list[str | None] = []
            for paths, is_repeated in columns_of(element.name):
                at = place if is_repeated else 0
                text = self._value(element, paths[0], at)
                for other in paths[1:]:
                    text = self._value(element, other, at) if text is None else text
                values.append(text)
            rows.add(values, element.line, element.row)

    def _value(self, element: _Element, path: str, place: int, hops: int = 0) -> str | None:
        held = element.values.get(path)
        if held is not None and place in held:
            return held[place]
        for before, refs in element.refs.items():
            if place in refs and path.startswith(before + "/") and hops < _MOST_HOPS:
                target = self._targets.get(refs[place])
                if target is None:
                    self.found.lost.append((element.name, element.line, before, refs[place]))
                    continue
                return self._through(target, path[len(before) + 1 :], hops + 1)
        return None

    def _through(self, target: _Element, path: str, hops: int) -> str | None:
        """What the element that a ref points to says at ``<Entity>Identity/…``."""
        if not target.name.endswith("Reference"):
            _, _, path = path.partition("/")
            if path == "EducationOrganizationId":
                path = f"{target.name}Id"
        return self._value(target, path, 0, hops)


class _Rows:
    """Rows of one kind: lists of text that become frames as they grow."""

    def __init__(self, kind: str) -> None:
        self._names = [each.name for each in KINDS[kind].fields]
        self._frames: list[pl.DataFrame] = []
        self._clear()

    def _clear(self) -> None:
        self._values: list[list[str | None]] = [[] for _ in self._names]
        self._lines: list[int] = []
        self._rows: list[int] = []

    def add(self, values: list[str | None], line: int, row: int) -> None:
        for column, value in zip(self._values, values, strict=True):
            column.append(value)
        self._lines.append(line)
        self._rows.append(row)
        if len(self._rows) >= _ROWS_HELD:
            self._flush()

    def _flush(self) -> None:
        columns = {
            name: pl.Series(name, values, pl.String)
            for name, values in zip(self._names, self._values, strict=True)
        }
        numbers = {"line": pl.Series(self._lines, dtype=pl.Int64), "row": pl.Series(self._rows, dtype=pl.Int64)}
        self._frames.append(pl.DataFrame(columns | numbers))
        self._clear()

    def frame(self) -> pl.DataFrame:
        self._flush()
        return pl.concat(self._frames).sort("row", maintain_order=True)
