"""The steps of an undo: from what a push's history says to a verdict on each row and field that it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursepush.model.elements import SetupElement
from coursepush.model.tables import ATTRIBUTES, Column, image_columns
from coursepush.plan.step import Step
from coursepush.plan.tables import NEW_IDS, SAME, WHOLE, Columns, Judged, PlanTables
from coursepush.plan.undo.needs import needs
from coursepush.plan.use import used_by, work_steps
from coursepush.store.templates import template


class UndoSteps:
    """Makes the steps of an undo plan. They end in the same tables as every plan's.

    `ids_are_new`: what the push added got new ids, so that whatever hangs on it came later. An undo adds rows
    under the ids they had, and what hung on those may do so from before. `taken_back`: a push, and
    the undo in force that took it back.
    """

    def __init__(
        self,
        tables: PlanTables,
        push_id: int,
        *,
        ids_are_new: bool,
        taken_back: Sequence[tuple[int, int]],
        keeps_work: bool,
    ) -> None:
        self.tables = tables
        self.push_id = int(push_id)
        self.ids_are_new = ids_are_new
        self.taken_back = taken_back
        self.keeps_work = keeps_work
        self._steps: list[Step] = []

    def build(self) -> list[Step]:
        """All steps, in order."""
        tables, judged = self.tables, self.tables.judged()
        self._make("target_course", "course", written=self._written())
        self._make("scope_section", "section")
        self._steps += work_steps(tables, keeps_work=self.keeps_work)
        pairs = ", ".join(f"({push}, {by})" for push, by in self.taken_back)
        self._make("taken_back", "taken_back", pairs=pairs or "(null::bigint, null::bigint)")
        self._make("undo_attribute", "attribute", selects=self._attribute_selects())
        for one in judged:
            self._row(one)
        nodes = [self._fill("node_select", **_words(one)) for one in judged]
        nodes.append(self._fill("number_node"))
        self._make("undo_node", "node", selects="\nunion all\n".join(nodes))
        self._make(
            "undo_need",
            "need",
            selects="\nunion all\n".join(needs(self._fill, judged, ids_are_new=self.ids_are_new)),
        )
        self._make("undo_stays", "stays")
        for one in judged:
            self._keep(
                one.rows,
                self._fill(
                    "verdict",
                    **_words(one),
                    upper_table=one.element.table("master" if one.hop == 1 else "course"),
                    alters=_alters(one.element),
                    columns=",\n    ".join(_change_columns(one.element)),
                ),
            )
        for hop in (1, 2):  # what is added gets the id it had; what is back already is among the verdicts
            self._nothing(tables.new_ids(hop), NEW_IDS)
            self._nothing(tables.same(hop), SAME)
        self._keep(tables.fields, self._fill("verdict_course_info"))
        last_writer = self._last_writer("history_section", "section_id")
        self._keep(tables.flags, self._fill("verdict_advisory", last_writer=last_writer))
        self._nothing(tables.whole, WHOLE)  # an undo skips nothing whole
        return self._steps

    def written_rows(self) -> list[tuple[int, str]]:
        """(hop, table) of each table of the rows that the push wrote."""
        return [(one.hop, self._table("undo_row", one)) for one in self.tables.judged()]

    def _fill(self, name: str, **values: Any) -> str:
        words = {"p": self.tables.prefix, "push_id": self.push_id}
        return template("coursepush.plan.undo", name).format_map({**words, **values})

    def _make(self, made: str, name: str, **values: Any) -> None:
        self._keep(f"{self.tables.prefix}{made}", self._fill(name, **values))

    def _keep(self, table: str, sql: str) -> None:
        self._steps.append(Step(table.removeprefix(self.tables.prefix), table, sql))

    def _nothing(self, table: str, columns: Columns) -> None:
        self._steps.append(Step(table.removeprefix(self.tables.prefix), table, columns=columns))

    def _table(self, name: str, one: Judged) -> str:
        return f"{self.tables.prefix}{name}_{one.hop}_{one.element.name}"

    def _written(self) -> str:
        """Courses that the push wrote to, by any of the history's tables."""
        selects: list[str] = []
        for table in dict.fromkeys(one.table for one in self.tables.judged()):
            owner = "coalesce(h.before_owner_id, h.after_owner_id)"
            where = f"where h.push_id = {self.push_id}"
            if table.startswith("course_"):
                selects.append(f"select {owner} as course_id from push.history_{table} as h {where}")
            else:
                selects.append(
                    f"select s.course_id from push.history_{table} as h "
                    f"join section as s on s.section_id = {owner} {where}"
                )
        selects.append(
            "select s.course_id from push.history_section as h "
            f"join section as s on s.section_id = h.section_id where h.push_id = {self.push_id}"
        )
        selects += [
            f"select h.course_id from push.{name} as h where h.push_id = {self.push_id}"
            for name in ("history_course", "history_custom_field")
        ]
        return "\n    union\n    ".join(selects)

    def _last_writer(self, history: str, *keys: str, wrote: str = "true") -> str:
        """A query that says which push wrote each row last; `wrote`: a condition with {} for the alias."""
        return self._fill(
            "last_writer",
            history=history,
            h_keys=", ".join(f"h.{key}" for key in keys),
            u_keys=", ".join(f"u.{key}" for key in keys),
            same_keys=" and ".join(f"c.{key} = h.{key}" for key in keys),
            h_wrote=wrote.format("h", "h"),
            u_wrote=wrote.format("u", "u"),
        )

    def _attribute_selects(self) -> str:
        selects = [
            self._fill(
                "field",
                column=column.name,
                last_writer=self._last_writer("history_course", "course_id", wrote=_wrote(column)),
            )
            for column in ATTRIBUTES
        ]
        last_writer = self._last_writer("history_custom_field", "course_id", "field")
        return "\nunion all\n".join([*selects, self._fill("custom_field", last_writer=last_writer)])

    def _owners(self, table: str) -> str:
        """Courses or sections that are there, or are put back by this undo."""
        if not self.tables.has_setup:
            return table
        return f"({self._fill(f'owners_{table}')})"

    def _row(self, one: Judged) -> None:
        hop, element = one.hop, one.element
        columns = image_columns(one.table)
        values = [column for column in columns if column.name != "owner_id"]
        images = [f"{_stored(f'h.before_{c.name}', c)} as f_{c.name}" for c in values]
        images += [f"{_stored(f'n.{c.name}', c)} as n_{c.name}" for c in values]
        if hop == 2:
            images += ["false as f_is_link_broken", "false as n_is_link_broken"]
        sql = self._fill(
            "row",
            **_words(one),
            owner_table=self._owners("course" if hop == 1 else "section"),
            owner_id="course_id" if hop == 1 else "section_id",
            last_writer=self._last_writer(f"history_{one.table}", "row_id"),
            stands_as_pushed=_same_row(columns, "after"),
            stands_as_before=_same_row(columns, "before"),
            columns=",\n    ".join(images),
        )
        self._keep(self._table("undo_row", one), sql)
        joins, is_used = used_by(self.tables.prefix, hop, element, keeps_work=self.keeps_work)
        if hop == 1 and element.is_category:
            # A course's category is used through its sections' categories, and those are looked at themselves:
            # the need of a parent keeps it where one of them stays.
            joins, is_used = "", "false"
        sql = self._fill(
            "used",
            **_words(one),
            columns=", ".join(f"n_{column.name} as p_{column.name}" for column in element.values),
            joins=joins,
            is_used=is_used,
        )
        self._keep(self._table("used", one), sql)


def _words(one: Judged) -> dict[str, Any]:
    return {"hop": one.hop, "element": one.element.name, "table": one.table}


def _wrote(column: Column) -> str:
    return f"{{}}.before_{column.name} is distinct from {{}}.after_{column.name}"


def _stored(expression: str, column: Column) -> str:
    return f"array_to_string({expression}, ';')" if column.kind == "ids" else expression


def _same_row(columns: tuple[Column, ...], when: str) -> str:
    tests = [f"n.{column.name} is not distinct from h.{when}_{column.name}" for column in columns]
    return f"({' and '.join(tests)})"


def _alters(element: SetupElement) -> str:
    return f"({' or '.join(f'v.n_{one.name} is distinct from v.f_{one.name}' for one in element.values)})"


def _change_columns(element: SetupElement) -> list[str]:
    before = [f"v.n_{column.name} as b_{column.name}" for column in element.values]
    after = [
        f"case v.verdict when 'delete' then null when 'keep' then v.n_{column.name} "
        f"else v.f_{column.name} end as a_{column.name}"
        for column in element.values
    ]
    wanted = [f"coalesce(v.f_{name}, v.n_{name}) as w_{name}" for name in element.key]
    return before + after + wanted
