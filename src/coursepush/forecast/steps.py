"""The statements that compute grades: from setup, scores and posted grades to a percent and a mark.

They are the same for the grades as they stand and for those that a plan would leave: each `Side` is a way the
setup may stand, and what is alike on two sides is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursepush.forecast import arithmetic
from coursepush.plan.request import bound_ids
from coursepush.store.database import Session
from coursepush.store.templates import template

SETUP = {"option": "section_grade_calc", "category": "section_category", "child": "section_composite"}
"""Which table of the model each step reads."""

_CHOSEN = "(c.drop_lowest > 0 or c.last_n is not null)"
"""Whether scores of a pool (alias c) are left out by comparing them with each other."""


Rows = Callable[[str, str], str]
"""The query of a setup table's rows, of the sections looked at: given the table and the computation's prefix."""


@dataclass(frozen=True)
class Side:
    """A way the setup of sections may stand.

    Attributes:
        name: what tells its rows from those of another side.
        rows: of a setup table on this side.
    """

    name: str
    rows: Rows


@dataclass
class GradeSteps:
    """Computes grades in temporary tables that begin with `prefix`; the caller drops :attr:`made`.

    Attributes:
        sides: the ways the setup stands; grades are computed on each.
        students: only these students' grades; all by default.
    """

    session: Session
    prefix: str
    sides: Sequence[Side]
    students: Sequence[int] | None = None
    made: list[str] = field(default_factory=list[str])

    def run(self, name: str, values: Mapping[str, Any] | None = None, /, **words: str) -> None:
        """Make the table of one step of ``forecast/sql``."""
        table = {"asked_all": "asked", "asked_changed": "asked", "asked_one": "asked"}.get(name, name)
        sql = template("coursepush.forecast", name).format_map({"p": self.prefix, **words})
        given = dict(values or {})
        if "$students" in sql:
            given["students"] = bound_ids(self.students)
        self.session.run(f"grades {name}", sql, given or None)
        self.made.append(f"{self.prefix}{table}")

    def setup(self, sections: str, values: Mapping[str, Any] | None = None) -> None:
        """The setup of these sections (a query of section_id), on every side."""
        self.run("section", values, sections=sections)
        for name, table in SETUP.items():
            of_side = template("coursepush.forecast", f"{name}_of_side")
            selects = [
                of_side.format_map({"side": side.name, "rows": side.rows(table, self.prefix)})
                for side in self.sides
            ]
            self.run(name, selects="\nunion all\n".join(selects))
        self.run("reach")

    def grades(self) -> None:
        """The grades of what is asked for (the table ``asked``), after the setup."""
        self.run("node", sides=f"[{', '.join(repr(side.name) for side in self.sides)}]")
        self.run("pool")
        self.run("pool_of_node")
        self.run("counting")
        self.run(
            "task_grade",
            pool_sums=self.pool_sums(),
            category_percent=arithmetic.CATEGORY_PERCENT,
            grade_percent=arithmetic.GRADE_PERCENT,
        )
        self.run("edge")
        self.run("height")
        self.run("posted", students=self._only("g"))
        self.run("composite_grade", percent=arithmetic.COMPOSITE_PERCENT)
        self.run(
            "grade",
            shown=arithmetic.rounded_percent("percent", 4),
            for_mark=arithmetic.rounded_percent("percent", 2),
        )

    def scores_left(self) -> str:
        """What a statement begins with that reads the scores that are left of each pool (``every``)."""
        scores = template("coursepush.forecast", "score_that_counts").format_map
        words = {"p": self.prefix, "earned": arithmetic.EARNED, "students": self._only("s")}
        return template("coursepush.forecast", "scores_left").format_map(
            {
                "plain": scores({**words, "which": f"not {_CHOSEN}"}),
                "chosen": scores({**words, "which": _CHOSEN}),
                "exact_percent": arithmetic.EXACT_PERCENT,
            }
        )

    def pool_sums(self) -> str:
        """What a statement begins with that reads the sums of what is left of each pool (``pool_sum``)."""
        words = {"amount": arithmetic.AMOUNT, "divisor": arithmetic.DIVISOR}
        return f"{self.scores_left()}, {template('coursepush.forecast', 'pool_sum').format_map(words)}"

    def _only(self, alias: str) -> str:
        """Whether a row is of one of the students asked for."""
        return "true" if self.students is None else f"list_contains($students::bigint[], {alias}.student_id)"

    def drop(self, *keep: str) -> None:
        """Drop the tables that were made, but those named."""
        for name in reversed(self.made):
            if name.removeprefix(self.prefix) not in keep:
                self.session.run("drop", f"drop table if exists {name}")


def standing(table: str, prefix: str) -> str:
    """The rows of a setup table as they stand, of the sections looked at."""
    values = "* replace (array_to_string(task_ids, ';') as task_ids)" if table == "section_category" else "*"
    return f"select {values} from {table} semi join {prefix}section as g on g.section_id = owner_id"
