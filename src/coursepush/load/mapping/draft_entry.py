"""One entry of a drafted mapping as TOML text, commented out where something is missing or in doubt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coursepush.model.tables import TABLES

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


@dataclass(slots=True)
class Entry:
    """An entry on its way to text.

    `columns` and `where` hold TOML values by name; `doubts` say why not to trust it.
    """

    table: str
    source: str = ""
    rows: str = ""
    columns: dict[str, str] = field(default_factory=dict[str, str])
    lookups: list[str] = field(default_factory=list[str])
    where: dict[str, str] = field(default_factory=dict[str, str])
    needs: list[str] = field(default_factory=list[str])
    merge: list[str] = field(default_factory=list[str])
    reasons: list[str] = field(default_factory=list[str])
    doubts: list[str] = field(default_factory=list[str])
    sets_aside: bool = False
    unsure: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Columns in comments: the TOML value, and why it is not sure."""

    @property
    def missing(self) -> list[str]:
        """The columns that every row must have and that nothing was found for."""
        needed = [each.name for each in TABLES[self.table].columns if each.required and each.default is None]
        return [] if self.rows else [name for name in needed if name not in self.columns]

    @property
    def is_usable(self) -> bool:
        return not self.missing and not self.doubts

    def lines(self) -> list[str]:
        """The entry with its reasons above it; each line a comment where it is not usable."""
        notes = [f"# {plain([reason])}" for reason in self.reasons]
        text = self._toml()
        if self.is_usable:
            return [*notes, *text, ""]
        doubts = [*self.doubts, *([f"nothing was found for {', '.join(self.missing)}"] if self.missing else [])]
        head = f"# Not sure of {self.table}: {plain(doubts)}. Take the # off, and correct it:"
        return [*notes, head, *(f"# {line}" for line in text), ""]

    def _toml(self) -> list[str]:
        lines = [f"[{self.table}]"]
        if self.rows:
            return [*lines, f"rows = {self.rows}"]
        lines.append(f"from = {quoted(self.source)}")
        if self.lookups:
            lines += ["lookup = [", *(f"    {lookup}," for lookup in self.lookups), "]"]
        if self.where:
            lines.append(f"where = {table({key(name): value for name, value in self.where.items()})}")
        if self.needs:
            lines.append(f"needs = {listed(self.needs)}")
        if self.merge:
            lines.append(f"merge = {listed(self.merge)}")
        if self.sets_aside:
            lines.append('orphans = "set aside"')
        lines.append(f"[{self.table}.columns]")
        order = TABLES[self.table].names
        known = sorted(self.columns.items(), key=lambda pair: order.index(pair[0]))
        lines += [f"{name} = {value}" for name, value in known]
        lines += [f"# {name} = {value}  # {plain([reason])}" for name, (value, reason) in self.unsure.items()]
        return [*lines, *(f'{name} = "…"' for name in self.missing)]


def table(parts: Mapping[str, str]) -> str:
    """A TOML table in one line, of values that are TOML already."""
    return "{ " + ", ".join(f"{name} = {value}" for name, value in parts.items()) + " }"


def listed(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def key(text: str) -> str:
    """A TOML key: bare where it can be."""
    return text if _BARE.match(text) else quoted(text)


def key_rule(headers: Sequence[str]) -> str:
    """A made-up id of these columns."""
    return table({"key": quoted(headers[0]) if len(headers) == 1 else listed(headers)})


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def plain(texts: Iterable[str]) -> str:
    """Names in a comment: line ends in them would end it."""
    return ", ".join(" ".join(text.split()) for text in texts)
