"""A mapping: from which tables of an extract, and which of their columns, the tables of the model come.

It is a TOML file that a district's analyst reads and writes; ``mapping_parse`` reads it, and the format is
described where :data:`EXPLANATION` stands. Here is what one comes to in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coursepush.model.tables import SETUP, Column, Table

Known = Literal["documented", "public SQL", "proposal", ""]
"""How sure it is that the source's table is called so; nothing where the mapping does not say."""

Missing = Literal["refuse", "set aside", "blank"]
"""What becomes of a row that a lookup finds nothing for; ``blank`` says that not every row has one."""

Take = Literal["one", "first"]
"""What a lookup does where several rows answer and differ: refuse them, or take the first in their order."""

EXPLANATION = """\
# One [table] for each table of the model; [[table]], repeated, where several files feed one table.
#   from     the file or view its rows come from; of a list, the first that is there. Instead of from:
#            rows = [ { ... } ] writes the rows down here, and skip = true leaves the table out.
#   columns  column of the model = column of the file. In place of a column's name may stand
#            a list of them (the first that is there), or a table:
#              { value = 1 }                           the same in every row
#              { column = "type", values = { n = "none" }, otherwise = "keep" }
#                                                      values translated; others: keep, blank, refuse
#              { column = "standardID", given = true } true where the column holds anything
#              { column = "score", numbers = true }    numbers only; anything else is left blank
#              { column = "score", unless = "Mark.percent" }   blank where that column holds anything
#              { column = "terms", split = "," }       a list: a row for each part, or a list of ids
#              { join = ["last", "first"], with = ", " }       columns put together
#              { key = ["module", "year"] }            a made-up id, the same wherever these are the same
#            With merged = "sum" the values of merged rows are added up; else the first row's is taken.
#   lookup   [ { table = "Term", by = "termID" } ]: then "Term.seq" is that row's column seq.
#            by = { teacherID = "personID" } where the two columns have different names;
#            as = "..." a name of its own; where = { ... } rows that are looked at; missing = "refuse",
#            "set aside" (the row) or "blank" (not every row has one); take = "first" where several rows
#            answer, as with team teaching: the first in the order of what is looked up.
#   where    { active = true, type = ["a", "b"], endDate = "" }: rows that are read; "" is blank
#   needs    columns that must not be blank for a row to be read; of a list within the list, one of them
#   merge    columns of the model: rows alike in these become one row, that of the smallest id,
#            or of the smallest merge_by; ids of the others lead to it
#   orphans  "refuse", or "set aside" rows that belong to a row of the model which is not there
# A row that belongs to a row that was left out is left out with it.
# At the top: base = "canvas" puts these tables in the place of those of a mapping that comes along (campus,
# canvas, clever, moodle, sds); school_year = 2026, the year it ends in, where the files do not say it.
# What these words cannot say, a SELECT can: [view.NAME] with select (DuckDB's SQL), and reads, the files it
# reads and their columns: reads = { classes = ["id", "sessions"] }. NAME then stands for a file. For exports
# with a column an assignment: reads = { book = { files = "*Grades*.csv", columns = ["ID"], cells = true } } gives
# file, ID, header and value, a row for each cell. must = { end_year = "..." } says what to do where that is blank.
"""


@dataclass(frozen=True, slots=True)
class Ref:
    """A column of the extract: of the table that the rows come from, or of one looked up under a name."""

    column: str
    lookup: str | None = None

    def __str__(self) -> str:
        return self.column if self.lookup is None else f"{self.lookup}.{self.column}"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One way in which a column of the model comes about.

    `refs` holds the column, or the parts of a key or of a joined text; none for a constant. `values` has its
    keys in lower case.
    """

    kind: Literal["column", "constant", "key", "join"]
    refs: tuple[Ref, ...] = ()
    constant: str = ""
    separator: str = ""
    values: Mapping[str, str] | None = None
    otherwise: Literal["keep", "blank", "refuse"] = "keep"
    is_given: bool = False
    numbers: bool = False
    split: str = ""
    unless: Ref | None = None
    merged: Literal["first", "sum"] = "first"

    @property
    def all_refs(self) -> tuple[Ref, ...]:
        return self.refs if self.unless is None else (*self.refs, self.unless)

    def __str__(self) -> str:
        """How the column is called where only a name fits: in findings, in the data dictionary."""
        return f"'{self.constant}'" if self.kind == "constant" else ", ".join(str(ref) for ref in self.refs)


@dataclass(frozen=True, slots=True)
class Condition:
    """A column must hold one of `texts` (in any case), be blank where `blank`, or be yes or no where `flag`."""

    ref: Ref
    texts: tuple[str, ...] = ()
    blank: bool = False
    flag: bool | None = None

    def __str__(self) -> str:
        words = [repr(text) for text in self.texts]
        words += ["blank"] if self.blank else []
        words += [] if self.flag is None else ["yes" if self.flag else "no"]
        return f"{self.ref} is not {' or '.join(words)}"


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another table of the extract, by key: `by` pairs a column of the row with one of the other table."""

    table: str
    name: str
    by: tuple[tuple[Ref, str], ...]
    where: tuple[Condition, ...] = ()
    missing: Missing = "refuse"
    take: Take = "one"


@dataclass(frozen=True, slots=True)
class TableMap:
    """One entry of a mapping: one source of the rows of `table`.

    `columns` has for each column of the model the ways it may come about, best first. `is_strict`: what is
    named must be there; otherwise it may be missing from an extract. `where_from` is how messages call the
    entry: ``[section]``.
    """

    table: Table
    where_from: str
    sources: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] | None = None
    skip: bool = False
    columns: Mapping[str, tuple[ColumnRule, ...]] = field(default_factory=dict[str, tuple[ColumnRule, ...]])
    lookups: tuple[Lookup, ...] = ()
    where: tuple[Condition, ...] = ()
    needs: tuple[tuple[Ref, ...], ...] = ()
    merge: tuple[str, ...] = ()
    merge_by: Ref | None = None
    orphans: Literal["refuse", "set aside"] = "refuse"
    known: Known = ""
    unpublished: bool = False
    proposed: frozenset[str] = frozenset()
    is_strict: bool = True


@dataclass(frozen=True, slots=True)
class Reads:
    """What a view reads, under `name`: `columns` of the file of that name, or of all files that `files` fits.

    `files` is a pattern with ``*`` and ``?``; a file must also have the columns in `having`. With `is_cells` each
    cell of the other columns is a row, with the column's name in `header` and its text in `value`; that is how
    exports with a column an assignment are read.
    """

    name: str
    columns: tuple[str, ...]
    files: str = ""
    is_cells: bool = False
    having: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.files or self.name


@dataclass(frozen=True, slots=True)
class View:
    """A table made by one SELECT over files of the extract; entries and lookups read it like a file.

    What the first of `reads` reads must be there for the view to be there. `must` has, for columns that may not
    be blank, what to do where they are; `tell`, for columns of yes and no, what to say of the rows with a yes.
    """

    name: str
    select: str
    reads: tuple[Reads, ...]
    must: Mapping[str, str] = field(default_factory=dict[str, str])
    tell: Mapping[str, str] = field(default_factory=dict[str, str])
    is_strict: bool = True


@dataclass(frozen=True, slots=True)
class ExtractMap:
    """A whole mapping.

    `blanks` are texts that mean nothing, such as the NULL that database tools write. `base` is the mapping that
    comes along whose tables this one's stand in the place of. `school_year` is the year in which the school year
    ends, for extracts that do not say it: views call it ``default_school_year()``.
    """

    format: str
    blanks: tuple[str, ...]
    entries: tuple[TableMap, ...]
    file: str
    views: tuple[View, ...] = ()
    base: str = ""
    school_year: int | None = None

    def of(self, table: str) -> tuple[TableMap, ...]:
        return tuple(entry for entry in self.entries if entry.table.name == table)

    def overlaid(self, over: ExtractMap) -> ExtractMap:
        """This mapping with the tables of `over` in the place of its own."""
        theirs = {entry.table.name for entry in over.entries}
        kept = tuple(entry for entry in self.entries if entry.table.name not in theirs)
        return ExtractMap(
            over.format or self.format,
            tuple(dict.fromkeys((*self.blanks, *over.blanks))),
            (*kept, *over.entries),
            over.file,
            tuple(({view.name: view for view in self.views} | {view.name: view for view in over.views}).values()),
            school_year=over.school_year or self.school_year,
        )


_LEVEL_ABOVE = {"course": "master", "section": "course"}


def pointed_to(table: Table, column: Column, level: str = "") -> str | None:
    """Whose ids a column holds: a table's name; for ids of no table (students, lessons) a word of its own.

    None for a column that holds no id. `level` is the level of a custom field's owner.
    """
    if column.kind not in ("id", "ids"):
        return None
    if column.reference is not None:
        return column.reference
    if table.key == (column.name,):
        return table.name
    if column.name == "parent_row_id" and table in SETUP:
        own, _, what = table.name.partition("_")
        return f"{_LEVEL_ABOVE[own]}_{what}"
    if table.name == "custom_field":
        return {"master": "course_master", "course": "course"}.get(level)
    return column.name.removesuffix("_id")
