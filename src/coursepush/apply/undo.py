"""Undo: from a push's history to a plan like any other, which restores the former state exactly."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from coursepush.apply.gone import gone_warning
from coursepush.apply.history import image_columns
from coursepush.errors import RequestError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES, Column
from coursepush.plan.links import make_links_plan
from coursepush.plan.plan import Plan
from coursepush.plan.planner import drop_working_tables, make_plan, next_prefix, unknown_work
from coursepush.plan.request import LinkRequest
from coursepush.plan.resolve import resolved_again
from coursepush.plan.steps import kept_tables, made_by
from coursepush.plan.text import counts_sql
from coursepush.plan.use import used_by, work_statements
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session, Statement, Store
from coursepush.store.layout import has_history, last_refresh
from coursepush.store.templates import template
from coursepush.store.work import work_is_kept


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """Take back push `push_id`; `partial`: also where not all of it can be taken back."""

    push_id: int
    partial: bool
    kind: Literal["undo"] = "undo"


def build_plan(store: Store, session: Session, request: Any) -> Plan:
    """Plan any request on the district as it is in `session`."""
    if isinstance(request, UndoRequest):
        return make_undo_plan(store, session, request.push_id, partial=request.partial)
    again = resolved_again(session, request)
    if isinstance(again, LinkRequest):
        return make_links_plan(store, session, again)
    return make_plan(store, session, again)


def make_undo_plan(store: Store, session: Session, push_id: int, *, partial: bool) -> Plan:
    """See :meth:`coursepush.District.plan_undo`."""
    pushes: list[int] = []
    if has_history(session):
        pushes = [int(row[0]) for row in session.rows("pushes", "select push_id from push.history order by 1")]
    if push_id not in pushes:
        raise RequestError.unknown("push", push_id, pushes)
    return _undo_plan(store, session, UndoRequest(int(push_id), bool(partial)))


def _undo_plan(store: Store, session: Session, request: UndoRequest) -> Plan:
    prefix = next_prefix()
    pushes = session.rows("pushes", "select push_id, undoes from push.history order by push_id desc")
    undoes = {int(push): None if undone is None else int(undone) for push, undone in pushes}
    pairs = _taken_back(undoes)
    steps = _UndoSteps(
        prefix,
        request.push_id,
        ids_are_new=undoes[request.push_id] is None,
        taken_back=[(push, by) for push, by in pairs if by != request.push_id],
        keeps_work=work_is_kept(session),
    )
    undone_by = next((by for push, by in pairs if push == request.push_id), None)
    session.run_all(steps.build())
    counts = session.frame("counts", counts_sql(prefix)).drop("unknown_use")
    left_alone = int(counts.filter(pl.col("verdict") == "keep")["rows"].sum())
    plan = Plan(
        store=store,
        prefix=prefix,
        request=request,
        scope=None,
        district_id=str(session.value("district", "select district_id from push.district")),
        refresh_id=last_refresh(session),
        warnings=[
            *_warnings(request, left_alone, undone_by, unknown_work(session)),
            *([] if undone_by is not None else gone_warning(session, prefix, request.push_id, steps.row_names)),
        ],
        notes=[],
        _counts=counts,
        left_alone=left_alone,
        stamp=store.stamp(),
        _remake=lambda session: _undo_plan(store, session, request),
    )
    kept = kept_tables(prefix)
    drop_working_tables(session, made_by(steps.statements), kept)
    weakref.finalize(plan, store.forget, sorted(kept))
    return plan


def _taken_back(undoes: dict[int, int | None]) -> list[tuple[int, int]]:
    """(push, the undo that took it back), for each undo that is itself still in force.

    Args:
        undoes: each push, the newest first, and the push that it undoes, if it is an undo.
    """
    pairs: list[tuple[int, int]] = []
    for push, undone in undoes.items():
        in_force = push not in {taken for taken, _ in pairs}
        if undone is not None and in_force:
            pairs.append((undone, push))
    return pairs


def _warnings(
    request: UndoRequest, left_alone: int, undone_by: int | None, unknown: frozenset[str]
) -> list[PlanWarning]:
    warnings: list[PlanWarning] = []
    if undone_by is not None:
        warnings.append(
            PlanWarning("undone_before", f"Push {request.push_id} was taken back before, by push {undone_by}.")
        )
    if left_alone:
        so = (
            "They stay as they are; the rest goes back."
            if request.partial
            else "The push can be taken back only in part: plan the undo with partial=True to take back the rest."
        )
        warnings.append(
            PlanWarning(
                "left_alone",
                f"{left_alone:,} rows or fields of push {request.push_id} have changed, are used or stand in "
                f"another's way since. {so}",
            )
        )
    if unknown:
        warnings.append(
            PlanWarning(
                "use_unknown",
                f"It is not known whether students' work uses what the push added: {', '.join(sorted(unknown))} "
                "were not loaded. It is taken back as it stands in this file.",
            )
        )
    return warnings


class _UndoSteps:
    """The statements of an undo plan. They end in the same tables as every plan's.

    `ids_are_new`: what the push added got new ids, so that whatever hangs on it came later. An undo adds rows
    under the ids they had, and what hung on those may do so from before. `taken_back`: see :func:`_taken_back`.
    """

    def __init__(
        self,
        prefix: str,
        push_id: int,
        *,
        ids_are_new: bool,
        taken_back: Sequence[tuple[int, int]],
        keeps_work: bool,
    ) -> None:
        self.prefix = prefix
        self.push_id = int(push_id)
        self.ids_are_new = ids_are_new
        self.taken_back = taken_back
        self.keeps_work = keeps_work
        self.statements: list[Statement] = []
        self.row_names: list[str] = []
        """hop and element of each ``undo_row_``"""

    def build(self) -> list[Statement]:
        hops = [(1, e) for e in SETUP_ELEMENTS] + [(2, e) for e in SETUP_ELEMENTS if e.has_sections]
        self._make("target_course", "undo_course", written=self._written(hops))
        self._make("scope_section", "undo_section")
        self.statements += work_statements(self.prefix, keeps_work=self.keeps_work)
        pairs = ", ".join(f"({push}, {by})" for push, by in self.taken_back)
        self._make("taken_back", "undo_taken_back", pairs=pairs or "(null::bigint, null::bigint)")
        self._make("undo_attribute", "undo_attribute", selects=self._attribute_selects())
        for hop, element in hops:
            self._row(hop, element)
        nodes = [self._fill("undo_node_select", hop=hop, element=e, table=_table(hop, e)) for hop, e in hops]
        nodes.append(self._fill("undo_number_node"))
        self._make("undo_node", "undo_node", selects="\nunion all\n".join(nodes))
        self._make("undo_need", "undo_need", selects="\nunion all\n".join(self._needs(hops)))
        self._make("undo_stays", "undo_stays")
        for hop, element in hops:
            name = f"{hop}_{element.name}"
            upper = element.table("master" if hop == 1 else "course")
            self._make(
                f"verdict_{name}",
                "undo_verdict",
                hop=hop,
                element=element,
                table=_table(hop, element),
                upper_table=upper,
                columns=",\n    ".join(_change_columns(element)),
            )
        for hop in (1, 2):
            self._make(f"new_id_{hop}", "undo_new_id", hop=hop)
            self._make(f"same_{hop}", "undo_same", hop=hop)
        self._make("verdict_1_course_info", "undo_verdict_course_info")
        self._make(
            "verdict_2_advisory",
            "undo_verdict_advisory",
            last_writer=self._last_writer("history_section", "section_id"),
        )
        self._make("whole", "undo_whole")
        return self.statements

    def _fill(self, name: str, *, package: str = "coursepush.apply", **values: Any) -> str:
        element = values.get("element")
        if isinstance(element, SetupElement):
            values["element"] = element.name
        return template(package, name).format_map({"p": self.prefix, "push_id": self.push_id, **values})

    def _make(self, made: str, name: str, *, package: str = "coursepush.apply", **values: Any) -> None:
        self.statements.append((made, self._fill(name, package=package, **values)))

    def _written(self, hops: list[tuple[int, SetupElement]]) -> str:
        """Courses that the push wrote to, by any of the history's tables."""
        selects: list[str] = []
        for table in dict.fromkeys(_table(hop, element) for hop, element in hops):
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
            "undo_last_writer",
            history=history,
            h_keys=", ".join(f"h.{key}" for key in keys),
            u_keys=", ".join(f"u.{key}" for key in keys),
            same_keys=" and ".join(f"c.{key} = h.{key}" for key in keys),
            h_wrote=wrote.format("h", "h"),
            u_wrote=wrote.format("u", "u"),
        )

    def _attribute_selects(self) -> str:
        selects = [
            f"select h.course_id, c.calendar_id, '{column.name}' as field, "
            f"cast(h.before_{column.name} as varchar) as former_value, "
            f"cast(h.after_{column.name} as varchar) as pushed_value, "
            f"cast(c.{column.name} as varchar) as now_value, true as had_row, false as removes_row, "
            "true as has_row_as_pushed, true as has_row_as_before, "
            f"last.push_id is distinct from {self.push_id} as is_written_since\n"
            "from push.history_course as h join course as c on c.course_id = h.course_id\n"
            f"left join (\n{self._last_writer('history_course', 'course_id', wrote=_wrote(column))}\n) as last "
            "on last.course_id = h.course_id\n"
            f"where h.push_id = {self.push_id} "
            f"and h.before_{column.name} is distinct from h.after_{column.name}"
            for column in ATTRIBUTES
        ]
        return "\nunion all\n".join(
            [
                *selects,
                self._fill(
                    "undo_custom_field",
                    last_writer=self._last_writer("history_custom_field", "course_id", "field"),
                ),
            ]
        )

    def _row(self, hop: int, element: SetupElement) -> None:
        table = _table(hop, element)
        name = f"{hop}_{element.name}"
        self.row_names.append(name)
        columns = image_columns(table)
        values = [column for column in columns if column.name != "owner_id"]
        images = [f"{_stored(f'h.before_{c.name}', c)} as f_{c.name}" for c in values]
        images += [f"{_stored(f'n.{c.name}', c)} as n_{c.name}" for c in values]
        if hop == 2:
            images += ["false as f_is_link_broken", "false as n_is_link_broken"]
        self._make(
            f"undo_row_{name}",
            "undo_row",
            hop=hop,
            element=element,
            table=table,
            owner_table="course" if hop == 1 else "section",
            owner_id="course_id" if hop == 1 else "section_id",
            last_writer=self._last_writer(f"history_{table}", "row_id"),
            stands_as_pushed=_same_row(columns, "after"),
            stands_as_before=_same_row(columns, "before"),
            columns=",\n    ".join(images),
        )
        joins, is_used = used_by(self.prefix, hop, element, keeps_work=self.keeps_work)
        if hop == 1 and element.is_category:
            # A course's category is used through its sections' categories, and those are looked at themselves:
            # undo_need_parent keeps it where one of them stays.
            joins, is_used = "", "false"
        self._make(
            f"used_{name}",
            "undo_used",
            hop=hop,
            element=element,
            columns=", ".join(f"n_{column.name} as p_{column.name}" for column in element.values),
            joins=joins,
            is_used=is_used,
        )

    def _needs(self, hops: list[tuple[int, SetupElement]]) -> list[str]:
        needs = [self._fill("undo_need_number")]
        for hop, element in hops:
            same_key = " and ".join(
                "lower(x.name) = lower(r.f_name)" if name == "name" else f"x.{name} = r.f_{name}"
                for name in element.key
            )
            needs.append(
                self._fill(
                    "undo_need_key", hop=hop, element=element, table=_table(hop, element), same_key=same_key
                )
            )
            if hop == 1 and element.has_sections:
                needs.append(
                    self._fill(
                        "undo_need_parent",
                        element=element,
                        table=_table(1, element),
                        lower=element.table("section"),
                        ids_are_new="true" if self.ids_are_new else "false",
                    )
                )
            if element.family != "task":
                needs.append(self._task_need(hop, element))
        return needs

    def _task_need(self, hop: int, element: SetupElement) -> str:
        names = [f"x.{column} = r.n_task_id" for column in element.task_columns]
        named = [f"h.before_{column} = r.n_task_id" for column in element.task_columns]
        if element.is_category:
            names = ["list_contains(x.task_ids, r.n_task_id)"]
            named = ["list_contains(h.before_task_ids, r.n_task_id)"]
        tasks = " union all ".join(
            f"select row_id, owner_id, was, n_task_id from {self.prefix}undo_row_1_{e.name}"
            for e in SETUP_ELEMENTS
            if e.family == "task"
        )
        return self._fill(
            "undo_need_task",
            table=_table(hop, element),
            tasks=f"({tasks})",
            owners="course" if hop == 1 else "section",
            owner_id="course_id" if hop == 1 else "section_id",
            names_task=f"({' or '.join(names)})",
            named_task_before=f"({' or '.join(named)})",
        )


def _table(hop: int, element: SetupElement) -> str:
    return element.table("course" if hop == 1 else "section")


def _wrote(column: Column) -> str:
    return f"{{}}.before_{column.name} is distinct from {{}}.after_{column.name}"


def _stored(expression: str, column: Column) -> str:
    return f"array_to_string({expression}, ';')" if column.kind == "ids" else expression


def _same_row(columns: tuple[Column, ...], when: str) -> str:
    tests = [f"n.{column.name} is not distinct from h.{when}_{column.name}" for column in columns]
    return f"({' and '.join(tests)})"


def _change_columns(element: SetupElement) -> list[str]:
    before = [f"v.n_{column.name} as b_{column.name}" for column in element.values]
    after = [
        f"case v.verdict when 'delete' then null when 'keep' then v.n_{column.name} "
        f"else v.f_{column.name} end as a_{column.name}"
        for column in element.values
    ]
    wanted = [f"coalesce(v.f_{name}, v.n_{name}) as w_{name}" for name in element.key]
    return before + after + wanted
