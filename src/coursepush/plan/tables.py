"""The tables that a plan keeps: the one place that tells their names and columns.

Who reads a plan asks its :class:`PlanTables` for them. What else the steps make on the way is theirs alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import SQL_TYPES, TABLES

Columns = dict[str, str]
"""Column → SQL type."""

_NUMBERS = itertools.count(1)
_HOPS = (1, 2)
_LEVELS = {1: "course", 2: "section"}

FIELDS: Columns = {
    "course_id": "bigint",
    "field": "varchar",
    "verdict": "varchar",
    "reason": "varchar",
    "before_value": "varchar",
    "after_value": "varchar",
    "removes_row": "boolean",
}
"""One verdict a course and field of Course Info, values as text. `removes_row`: an undo takes its row away."""

FLAGS: Columns = {
    "course_id": "bigint",
    "section_id": "bigint",
    "verdict": "varchar",
    "reason": "varchar",
    "before_value": "boolean",
    "after_value": "boolean",
}
"""One verdict a section's advisory flag."""

WHOLE: Columns = {"hop": "integer", "element": "varchar", "reason": "varchar", "course_id": "bigint"}
"""One row a course, or course and data type (`*`: all), that is skipped whole."""

SAME: Columns = {
    "element": "varchar",
    "owner_id": "bigint",
    "course_id": "bigint",
    "row_id": "bigint",
    "upper_row_id": "bigint",
}
"""One row a setup row that is linked to the row it should be and equal to it, whose verdict is `same`."""

NEW_IDS: Columns = {"family": "varchar", "owner_id": "bigint", "upper_row_id": "bigint", "row_id": "bigint"}
"""One row a setup row that is added, under the row above, with the id it gets."""

WORK: Columns = {"owner_id": "bigint", "task_id": "bigint", "terms": "integer[]"}
"""One row a course or section and task with students' work on it, and in which terms."""

SETUP: Columns = {
    **dict.fromkeys(("table_name", "element", "verdict", "reason", "link", "made_by"), "varchar"),
    **dict.fromkeys(("course_id", "section_id", "row_id", "parent_row_id"), "bigint"),
    **dict.fromkeys(("key", "field", "before", "after"), "varchar"),
    **dict.fromkeys(("row_at", "field_at", "was", "will"), "varchar"),
}
"""One verdict a row, or field of a row, that a plan of setup changes (hop 0), as ``plan.rows()`` shows it.

Then where it stands: `row_at`, the key of its table, and `field_at`, its column, null for a whole row; and the
whole row, or the column's value, as it `was` and `will` be. All three are JSON text in the form of plan rows.
"""

_HEAD: Columns = {
    "owner_id": "bigint",
    "course_id": "bigint",
    "row_id": "bigint",
    "upper_row_id": "bigint",
    "upper_is_new": "boolean",
    "link": "varchar",
    "verdict": "varchar",
    "reason": "varchar",
    "use": "varchar",
    "rule_no": "integer",
    "restored_id": "bigint",
    "alters": "boolean",
}


def verdict_columns(element: SetupElement) -> Columns:
    """The columns of a table of verdicts on setup rows of `element`: one row a pair, but what is linked and equal.

    `owner_id`: the course or section; `row_id`: the present row; `upper_row_id`: the wanted row above, whose id is
    one that this plan gives where `upper_is_new`; `use`: what was known of it, where the verdict may rest on it;
    `rule_no`: which rule decided, as a place in :data:`coursepush.plan.rules.RULES` (of a plan of links, in
    :data:`coursepush.plan.links.rules.LINK_RULES`), null in an undo; `restored_id`: the id under which an undo
    puts the row back; `alters`: whether a row that is linked again gets other values (RULES.md 6.1). Then `b_`
    columns as the row stands, `a_` as it will stand (null where there is none) and `w_`, the key of the wanted
    row. A list is its text.
    """
    link = {"parent_row_id": "bigint", "is_link_broken": "boolean"}
    values = _value_types(element)
    return {
        **_HEAD,
        **{f"b_{name}": kind for name, kind in link.items()},
        **{f"a_{name}": kind for name, kind in link.items()},
        **{f"b_{name}": kind for name, kind in values.items()},
        **{f"a_{name}": kind for name, kind in values.items()},
        **{f"w_{name}": values[name] for name in element.key},
    }


def also_columns(element: SetupElement, names: Iterable[str]) -> Columns:
    """What a table of verdicts may keep beside those: these, `w_` columns of the wanted row among them."""
    known = {"pairing": "varchar", "differs": "boolean", "parent_owner_id": "bigint"}
    known |= {f"w_{name}": kind for name, kind in _value_types(element).items()}
    return {name: known[name] for name in names}


def _value_types(element: SetupElement) -> Columns:
    return {
        column.name: "varchar" if column.kind == "ids" else SQL_TYPES[column.kind] for column in element.values
    }


class Judged(NamedTuple):
    """A table of verdicts: `rows` is its name, or a query of a part of it."""

    hop: int
    element: SetupElement
    rows: str

    @property
    def table(self) -> str:
        """The setup table whose rows are judged."""
        return self.element.table(_LEVELS[self.hop])


@dataclass(frozen=True, slots=True)
class PlanTables:
    """The tables of one plan, by name.

    Attributes:
        prefix: by which steps tell them from other plans'; it is theirs alone.
        has_setup: it has verdicts on setup itself, hop 0.
        left: table → the plan's own copy of it, as hop 0 leaves it; of those that hop 0 changes.
        empty: tables of verdicts known to have no row, which nobody needs to look into: a query of all of them is
            long, and costs by its length.
    """

    prefix: str
    has_setup: bool = False
    left: dict[str, str] = field(default_factory=dict[str, str], compare=False)
    empty: frozenset[str] = frozenset()

    @classmethod
    def new(cls, *, has_setup: bool = False) -> PlanTables:
        """Of a plan that no other of this process shares them with."""
        return cls(f"p{next(_NUMBERS)}_", has_setup)

    @property
    def setup(self) -> str:
        """Verdicts on setup itself: :data:`SETUP`."""
        return f"{self.prefix}setup"

    @property
    def ids_before(self) -> str:
        """The largest ids that tables had before hop 0: `table_name`, `row_id`. No plan keeps it."""
        return f"{self.prefix}ids_before"

    def as_left(self, table: str) -> str:
        """What to read `table` from, as hop 0 leaves it."""
        return self.left.get(table, table)

    def knowing(self, made: Mapping[str, int]) -> PlanTables:
        """The same tables, and which are empty: of each how many rows went into it."""
        return replace(self, empty=frozenset(name for name, rows in made.items() if not rows))

    @property
    def fields(self) -> str:
        """Verdicts on Course Info: :data:`FIELDS`."""
        return f"{self.prefix}verdict_1_course_info"

    @property
    def duplicates(self) -> str:
        """Courses whose new number another would have, one row each: `course_id`. No plan keeps it."""
        return f"{self.prefix}duplicate_number"

    @property
    def flags(self) -> str:
        """Verdicts on the advisory flag: :data:`FLAGS`."""
        return f"{self.prefix}verdict_2_advisory"

    @property
    def whole(self) -> str:
        """What is skipped whole: :data:`WHOLE`."""
        return f"{self.prefix}whole"

    @property
    def row_text(self) -> str:
        """Every row of ``plan.rows()`` as text, once somebody asked for it."""
        return f"{self.prefix}row_text"

    def verdicts(self, hop: int, element: SetupElement) -> str:
        """Verdicts on setup rows: :func:`verdict_columns`. Of `same` only those that are not linked, if any."""
        return f"{self.prefix}verdict_{hop}_{element.name}"

    def met(self, hop: int, element: SetupElement) -> str:
        """Pairs of setup rows that are not simply the same, typed. No plan keeps it."""
        return f"{self.prefix}met_{hop}_{element.name}"

    def judged_pairs(self, hop: int) -> str:
        """What the rules say of the pairs of all elements. No plan keeps it."""
        return f"{self.prefix}judged_{hop}"

    def same(self, hop: int) -> str:
        """The others that are the same: :data:`SAME`."""
        return f"{self.prefix}same_{hop}"

    def new_ids(self, hop: int) -> str:
        """The ids that added rows get: :data:`NEW_IDS`."""
        return f"{self.prefix}new_id_{hop}"

    def work(self, hop: int) -> str:
        """Where students work, on courses or sections: :data:`WORK`."""
        return f"{self.prefix}work_{hop}"

    def judged(self, hop: int | None = None) -> list[Judged]:
        """Every table of verdicts on setup rows, or those of one hop: sections lack some data types."""
        return [
            Judged(at, element, self.verdicts(at, element))
            for at in _HOPS
            if hop in (None, at)
            for element in SETUP_ELEMENTS
            if at == 1 or element.has_sections
        ]

    def filled(self, hop: int | None = None) -> list[Judged]:
        """The same, without those that are known to be empty."""
        return [one for one in self.judged(hop) if one.rows not in self.empty]

    def changes(self, hop: int | None = None) -> list[Judged]:
        """Those that may have rows, each as a query of its verdicts but `same`."""
        return [
            one._replace(rows=f"(select * from {one.rows} where verdict <> 'same')") for one in self.filled(hop)
        ]

    def others(self) -> dict[str, Columns]:
        """The tables beside those of verdicts on setup rows, and their columns."""
        kept = {self.fields: FIELDS, self.flags: FLAGS, self.whole: WHOLE}
        if self.has_setup:
            kept[self.setup] = SETUP
        for hop in _HOPS:
            kept |= {self.same(hop): SAME, self.new_ids(hop): NEW_IDS, self.work(hop): WORK}
        return kept

    def columns(self) -> dict[str, Columns]:
        """Every table that the plan keeps, and its columns; a plan of links adds `differs` to its verdicts."""
        left = {
            copy: {column.name: column.sql_type.lower() for column in TABLES[table].columns}
            for table, copy in self.left.items()
        }
        return self.others() | {one.rows: verdict_columns(one.element) for one in self.judged()} | left
