"""What the files of an extract are, guessed from their names and headers and borne out by their values.

An id is a column that is filled and unique, and that columns of other files are contained in; a reference is a
column contained in such an id. What the values do not bear out is kept with the share that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from coursepush.load.mapping.files import Extract, ExtractFile, stem
from coursepush.load.mapping.words import meaning_of, thing_of_file
from coursepush.load.source import READ_ERRORS

CONTAINED = 0.95
"""So much of a column's distinct values must be among an id's for the column to be taken for a reference to it."""

_WHOLE = r"^[0-9]{1,18}(\.0+)?$"
_GRADEBOOK = ({"student", "id", "section"}, {"last downloaded from this course"})


@dataclass(slots=True)
class LookColumn:
    """A column, what its header says (`thing`, empty for the row's own, and `what`), and its values (`filled`)."""

    name: str
    thing: str
    what: str
    filled: pl.Series
    rows: int

    @property
    def is_complete(self) -> bool:
        return self.rows > 0 and self.filled.len() == self.rows

    @property
    def is_unique(self) -> bool:
        return self.filled.n_unique() == self.filled.len()

    @property
    def is_whole(self) -> bool:
        return bool(self.filled.str.contains(_WHOLE).all())

    def share_in(self, other: LookColumn) -> float:
        """The share of this column's distinct values that are among the other's; 1 where it has none."""
        own = self.filled.unique()
        found = own.filter(own.is_in(other.filled.unique().implode())).len()
        return found / own.len() if own.len() else 1.0


@dataclass(slots=True)
class Look:
    """A file, what its rows are, and its columns."""

    file: ExtractFile
    thing: str
    columns: list[LookColumn]
    rows: int

    @property
    def name(self) -> str:
        return stem(self.file.name)

    def find(self, thing: str, *whats: str) -> LookColumn | None:
        """The first column, by the order of `whats`, that tells this of a thing and is not all blank."""
        for what in whats:
            for column in self.columns:
                if column.thing == thing and column.what == what and column.filled.len():
                    return column
        return None


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that leads to a thing's id; `share` of its values are found there (None: there is no such file)."""

    column: LookColumn
    thing: str
    share: float | None

    @property
    def is_sure(self) -> bool:
        return self.share is None or self.share >= CONTAINED


@dataclass(slots=True)
class Guess:
    """`looks`: thing → its file. `ids`: thing → the column with its id. `gradebooks`: files of another shape."""

    looks: dict[str, Look] = field(default_factory=dict[str, Look])
    ids: dict[str, LookColumn] = field(default_factory=dict[str, LookColumn])
    gradebooks: list[ExtractFile] = field(default_factory=list[ExtractFile])

    def reference(self, look: Look, *things: str) -> Reference | None:
        """The column of `look` that leads to one of `things`: by its header, else (a bare id) by its values."""
        found: list[Reference] = []
        for thing in things:
            for column in look.columns:
                if column.thing == thing and column.what in self._tells(thing) and column.filled.len():
                    found.append(self._borne_out(column, thing))
        if not found and look.thing not in things:
            bare = look.find("", "id")
            if bare is not None and look.thing in ("enrollment", "roster", "score"):
                tried = [self._borne_out(bare, thing) for thing in things if thing in self.ids]
                found = [each for each in tried if each.is_sure]
        return max(found, key=lambda each: 1.0 if each.share is None else each.share, default=None)

    def _borne_out(self, column: LookColumn, thing: str) -> Reference:
        for target in self._targets(thing):
            if target in self.ids:
                return Reference(column, thing, column.share_in(self.ids[target]))
        return Reference(column, thing, None)

    def _tells(self, thing: str) -> tuple[str, ...]:
        """What a column that leads to a thing says: its id, and its number where things are told by numbers."""
        own = self.ids.get(thing)
        return ("id", "ids", "short") if own is not None and own.what == "short" else ("id", "ids")

    @staticmethod
    def _targets(thing: str) -> Sequence[str]:
        """Where the ids of a thing are listed: a person's among users, where there is no list of their own."""
        return (thing, "user") if thing in ("student", "teacher") else (thing,)

    def is_whole(self, *things: str) -> bool:
        """Whether the ids of `things`, and all that lead to them, are whole numbers, and can stand as they are."""
        own = [self.ids[thing] for thing in things if thing in self.ids]
        led = [
            column
            for look in self.looks.values()
            for column in look.columns
            if look.thing not in things and column.thing in things and column.what in self._tells(column.thing)
        ]
        return bool(own or led) and all(column.is_whole for column in (*own, *led))


def guessed(extract: Extract, blanks: Sequence[str]) -> Guess:
    """What the files of `extract` are. Files that cannot be read, and those that no thing fits, are left out."""
    guess = Guess()
    for file in extract.files:
        names = {name.strip().casefold() for name in file.header}
        if any(marks <= names for marks in _GRADEBOOK):
            guess.gradebooks.append(file)
            continue
        thing = thing_of_file(stem(file.name))
        look = None if thing is None or file.fault is not None else _look(file, thing, blanks)
        if look is None or thing is None:
            continue
        before = guess.looks.get(thing)
        if before is None or _known(look) > _known(before):
            guess.looks[thing] = look
    for thing, look in guess.looks.items():
        own = _own_id(look, guess)
        if own is not None:
            guess.ids[thing] = own
    return guess


def _look(file: ExtractFile, thing: str, blanks: Sequence[str]) -> Look | None:
    try:
        rows = file.sample(blanks)
    except READ_ERRORS:
        return None
    columns: list[LookColumn] = []
    for place, header in enumerate(file.header):
        of, what = meaning_of(header, thing)
        filled = rows[f"c{place}"].drop_nulls()
        if what in ("id", "ids"):  # 12.0 is 12, as ids are read
            filled = filled.str.replace(r"^([0-9]+)\.0+$", "$1")
        if header.strip():
            columns.append(LookColumn(header.strip(), of, what, filled, rows.height))
    return Look(file, thing, columns, rows.height)


def _known(look: Look) -> int:
    return sum(bool(column.what) for column in look.columns)


def _own_id(look: Look, guess: Guess) -> LookColumn | None:
    """The column that a thing is told by: the one that others lead to, else the one named after the thing."""
    if look.thing in ("enrollment", "roster", "score"):
        return None
    told = [
        column
        for column in look.columns
        if column.thing in ("", look.thing) and column.is_complete and column.what
    ]
    # where there is no id, a number that does not repeat is one
    numbers = [column for column in told if column.what == "short" and column.is_unique]
    candidates = [column for column in told if column.what == "id"] or numbers
    if not candidates:
        return None
    leading = [
        column
        for other in guess.looks.values()
        if other is not look
        for column in other.columns
        if column.thing == look.thing and column.what in ("id", "ids", candidates[0].what) and column.filled.len()
    ]

    def rank(column: LookColumn) -> tuple[float, bool, bool]:
        led = sum(other.share_in(column) for other in leading)
        return (led, column.is_unique, column.thing == look.thing)

    best = max(candidates, key=rank)
    # a person at two schools has two lines; other things that repeat are told by something else
    return best if best.is_unique or look.thing in ("teacher", "student", "user") else None
