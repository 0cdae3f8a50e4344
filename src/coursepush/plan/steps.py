"""The steps of a plan: which SQL runs, in which order, filled in from the element registry.

Every request runs the same steps, whatever it asks for and however large the district is; an element that
does not go has `false` for a condition. All names of tables begin with the plan's own prefix, and only the
tables named by :func:`kept_tables` outlive the planning.
"""

from __future__ import annotations

import re

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES
from coursepush.model.verdicts import WRITING
from coursepush.plan.fragments import (
    LINK,
    PAIRING,
    STAND_APART,
    TAKES_WANTED,
    attribute_select,
    custom_field_select,
    differs,
    handed_on,
    present_values,
    pushable,
    value_columns,
)
from coursepush.plan.request import MasterPush, Push, Scope
from coursepush.plan.rules import Mode, decide_sql, rule_rows_sql
from coursepush.store.database import Statement
from coursepush.store.templates import template

_SECTION_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.has_sections)
_TASK_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family == "task")
_OTHER_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family != "task")
_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)


_MADE = re.compile(r"^create temp (?P<kind>table|view) (?P<name>\w+) as", re.MULTILINE)


def _template(name: str) -> str:
    return template("coursepush.plan", name)


def scope_statement(prefix: str, request: Push) -> tuple[str, str, tuple[str, ...]]:
    """The statement that makes `scope_course`: its name, its SQL, and the fields of the request it binds."""
    if isinstance(request, MasterPush):
        needed = ("catalog_id", "calendars", "masters", "courses")
        return "scope_course", _template("scope_course_of_masters").format_map({"p": prefix}), needed
    needed = ("calendar_id", "courses", "sections")
    return "scope_course", _template("scope_course_of_calendar").format_map({"p": prefix}), needed


class PlanSteps:
    """Makes the statements of one plan.

    `unknown_work`: tables of students' work that were not loaded. `has_history`: pushes were applied before; the
    ids of rows they removed are kept free, so that an undo can restore them.
    """

    def __init__(
        self, prefix: str, request: Push, scope: Scope, unknown_work: frozenset[str], *, has_history: bool
    ) -> None:
        self.prefix = prefix
        self.request = request
        self.scope = scope
        self.unknown_work = unknown_work
        self.has_history = has_history
        self.statements: list[Statement] = []

    def build(self, *, last_hop: int = 2) -> list[Statement]:
        """All statements after the one that makes `scope_course`, in order; with `last_hop` 1 none of hop 2.

        A plan takes both hops: what hop 2 does not carry comes out empty.
        """
        self._to_courses()
        if last_hop == 2:
            self._to_sections()
        elements = [(name, "not_selected") for name in self.scope.not_selected]
        elements += [(name, "not_locked") for name in self.scope.not_locked]
        rows = ", ".join(f"('{name}', '{reason}')" for name, reason in elements)
        self._add("whole", elements=rows or "(null, null)", hop2_runs=_sql(self._hop2_runs))
        return self.statements

    def _to_courses(self) -> None:
        self._courses()
        self._course_info()
        for element in SETUP_ELEMENTS:
            self._add("present_1", element=element, **present_values(1, element))
        for element in _TASK_ELEMENTS:
            self._hop1(element)
        self._add("task_after", writing=_WRITING)
        self._add("residual_task")
        for element in _OTHER_ELEMENTS:
            self._hop1(element)

    def _to_sections(self) -> None:
        self._new_ids(1)
        self._add("scope_section", hop2_runs=_sql(self._hop2_runs))
        self._add("not_meeting")
        for element in _SECTION_ELEMENTS:
            self._hop2(element)
        self._new_ids(2)
        self._add("verdict_2_advisory", goes=_sql(self.scope.advisory))

    @property
    def _hop2_runs(self) -> bool:
        return not isinstance(self.request, MasterPush) or self.request.to_sections

    def statement(self, template: str) -> str:
        """One statement that needs nothing but the plan's prefix."""
        return _template(template).format_map({"p": self.prefix})

    def made_names(self) -> list[tuple[str, str]]:
        """(`table` or `view`, name) of everything the statements made, in order."""
        made = [("table", f"{self.prefix}scope_course"), ("table", f"{self.prefix}chosen")]
        for _, sql in self.statements:
            found = _MADE.search(sql)
            assert found is not None
            made.append((found["kind"], found["name"]))
        return made

    def _add(self, template: str, *, element: SetupElement | None = None, **values: object) -> None:
        if element is not None:
            values["element"] = element.name
        sql = _template(template).format_map({"p": self.prefix, **values})
        hop = values.get("hop")
        name = ".".join(str(part) for part in (template, hop, element and element.name) if part)
        self.statements.append((name, sql))

    # -- scope and course info -----------------------------------------------------------------------

    def _courses(self) -> None:
        self.statements.append(("rule", f"create temp table {self.prefix}rule as\n{rule_rows_sql()}"))
        self._add("target_course")
        self._add("work_2")
        self._add("work_1")

    def _course_info(self) -> None:
        selects = [attribute_select(self.prefix, column) for column in self.scope.locked_fields]
        if isinstance(self.request, MasterPush) and self.scope.locked_custom_fields:
            selects.append(custom_field_select(self.prefix, self.request.catalog_id))
        selects = selects or [attribute_select(self.prefix, ATTRIBUTES[0]) + "\nwhere false"]
        self._add("attribute_pair", selects="\nunion all\n".join(selects))
        self._add("number_clash")
        blanks = isinstance(self.request, MasterPush) and self.request.blanks == "keep"
        self._add("verdict_1_course_info", blanks_kept=_sql(blanks))

    # -- the two hops --------------------------------------------------------------------------------

    def _mode(self, hop: int, element: SetupElement) -> Mode:
        """Overwrite on hop 2 is the master push's mode; Push All Courses has it for categories alone."""
        if isinstance(self.request, MasterPush):
            return self.request.mode
        return "overwrite" if element.is_category and self.request.overwrite_categories else "locked"

    def _goes(self, hop: int, element: SetupElement) -> str:
        return _sql(element in (self.scope.hop1 if hop == 1 else self.scope.hop2))

    def _hop1(self, element: SetupElement) -> None:
        goes = self._goes(1, element)
        if element.is_category:
            self._add("category_gap_1", goes=goes)
        joins, blocked, values = pushable(self.prefix, element, hop=1)
        self._add(
            "wanted_1",
            element=element,
            upper_table=element.table("master"),
            blocked=blocked,
            values=values,
            joins=joins,
            goes=goes,
        )
        self._pair(1, element)

    def _hop2(self, element: SetupElement) -> None:
        joins, blocked, values = pushable(self.prefix, element, hop=2)
        self._add(
            "handed",
            element=element,
            family=element.family,
            master_table=element.table("master"),
            present_values=", ".join(f"p.{column.name}" for column in element.values),
            written_values=", ".join(f"w.a_{column.name} as {column.name}" for column in element.values),
            blocked=blocked,
            values=values,
            joins=joins,
            writing=_WRITING,
        )
        if element.is_category:
            self._add("category_gap_2")
        blocked, narrowed = handed_on(self.prefix, element)
        self._add(
            "wanted_2",
            element=element,
            values=value_columns("h", element, stored=False),
            blocked=blocked,
            narrowed=narrowed,
            goes=self._goes(2, element),
        )
        self._add("present_2", element=element, **present_values(2, element))
        self._pair(2, element)

    def _pair(self, hop: int, element: SetupElement) -> None:
        mode = self._mode(hop, element)
        rests_on_use = "x.pairing = 'extra'"
        if hop == 2:
            rests_on_use = f"({rests_on_use} or (x.pairing = 'paired' and x.link = 'local'))"
        known = (
            f"left join {element.table('master')} as known on known.row_id = m.parent_row_id" if hop == 1 else ""
        )
        self._add(
            "pair_categories" if element.is_category else "pair_by_key",
            element=element,
            hop=hop,
            goes=self._goes(hop, element),
            differs=differs(element, leave_out=("weight",) if self._keeps_weight(hop, element) else ()),
            same_key=" and ".join(f"p.{column} = w.{column}" for column in element.key),
            stand_apart=STAND_APART[hop],
            pairing=PAIRING,
            link=LINK[hop],
            known=known + self._only_linked_weights(hop, element),
        )
        use = element.use.value
        template = f"used_{use}_{hop}" if element.use is Use.CATEGORY else f"used_{use}"
        self._add(template, element=element, hop=hop, rests_on_use=rests_on_use)
        residual = hop == 1 and element.use is Use.OPTION
        self._add(
            "verdict",
            element=element,
            name="judged" if element.is_category else "verdict",
            hop=hop,
            rests_on_use=rests_on_use,
            unused=self._unused(element),
            on_residual_task="coalesce(t.task_id is not null and o.calc_type <> 'none', false)"
            if residual
            else "false",
            residual_joins=(
                f"left join {self.prefix}present_1_{element.name} as o on o.row_id = x.row_id\n"
                f"    left join {self.prefix}residual_task as t "
                "on t.course_id = x.course_id and t.task_id = o.task_id"
            )
            if residual
            else "",
            decide=decide_sql(hop, mode, category=element.is_category),
            inserts_beside=_template("inserts_beside").format_map({"p": self.prefix})
            if element.is_category and hop == 2
            else "",
        )
        if element.is_category:
            for step in ("written_name", "unwritten_category", "free_name", "new_name"):
                self._add(step, hop=hop)
            self._add("verdict_categories", hop=hop)
        self._add(
            "change",
            element=element,
            hop=hop,
            takes_wanted=TAKES_WANTED,
            columns=",\n    ".join(self._change_columns(hop, element)),
        )

    def _unused(self, element: SetupElement) -> str:
        """What a row without a known use is called: unknown where the tables that would tell are missing."""
        needed: set[str] = set()
        if element.use is Use.CATEGORY:
            needed = {"assignment"}
        elif element.use is not Use.NEVER:
            needed = {"assignment", "assignment_task", "score", "posted_grade"}
        return "unknown" if needed & self.unknown_work else "unused"

    def _keeps_weight(self, hop: int, element: SetupElement) -> bool:
        """Structure locked, weights not: present composite rows keep their weight (4.4)."""
        return hop == 1 and element.use is Use.COMPOSITE and not self.scope.composite_weights

    def _only_linked_weights(self, hop: int, element: SetupElement) -> str:
        """Weights locked, structure not: nothing but linked pairs has a verdict (4.4)."""
        if hop == 1 and element.use is Use.COMPOSITE and not self.scope.composite_structure:
            return "\nwhere m.row_id is not null and not m.is_link_broken and m.parent_row_id = m.upper_row_id"
        return ""

    def _change_columns(self, hop: int, element: SetupElement) -> list[str]:
        before = [f"p.{column.name} as b_{column.name}" for column in element.values]
        after = [self._after_column(hop, element, column.name) for column in element.values]
        wanted = [f"w.{name} as w_{name}" for name in element.key]
        return before + after + wanted

    def _after_column(self, hop: int, element: SetupElement, name: str) -> str:
        taken = f"w.{name}"
        if name == "weight" and self._keeps_weight(hop, element):
            taken = "case when v.verdict = 'insert' then w.weight else p.weight end"
        whens = ["when v.verdict = 'delete' then null"]
        if name == "calc_type":
            whens.append("when v.reason = 'residual_task' then 'none'")
        if name == "name" and element.is_category:
            whens.append("when v.verdict = 'rename' then v.new_name")
        whens.append(f"when {TAKES_WANTED} then {taken}")
        return f"case {' '.join(whens)} else p.{name} end as a_{name}"

    def _new_ids(self, hop: int) -> None:
        level, lower = ("course", "section") if hop == 1 else ("section", None)
        for family in dict.fromkeys(e.family for e in SETUP_ELEMENTS if hop == 1 or e.has_sections):
            elements = [e for e in SETUP_ELEMENTS if e.family == family]
            pointing = [f"select max(row_id) as row_id from {level}_{family}"]
            if lower and elements[0].has_sections:
                pointing.append(f"select max(parent_row_id) as row_id from {lower}_{family}")
            if hop == 2 and family == "category":
                pointing.append("select max(category_row_id) as row_id from assignment")
            if self.has_history:
                pointing.append(_template("undoable_id").format_map({"table": f"{level}_{family}"}))
            key = [f"a_{name}" for name in elements[0].key]
            added = [
                f"select owner_id, upper_row_id, {', '.join(key)} "
                f"from {self.prefix}change_{hop}_{element.name} where verdict = 'insert'"
                for element in elements
            ]
            order = ", ".join("lower(a_name)" if name == "a_name" else name for name in key)
            self._add(
                "new_id",
                hop=hop,
                family=family,
                largest="\n    union all\n    ".join(pointing),
                added="\n    union all\n    ".join(added),
                key_order=order,
            )


def _sql(flag: bool) -> str:
    return "true" if flag else "false"


def element_tables(prefix: str, kind: str) -> list[tuple[int, SetupElement, str]]:
    """(hop, element, table) of each verdict or change table of a plan."""
    return [
        (hop, element, f"{prefix}{kind}_{hop}_{element.name}")
        for hop, elements in ((1, SETUP_ELEMENTS), (2, _SECTION_ELEMENTS))
        for element in elements
    ]


def kept_tables(prefix: str) -> set[str]:
    """The tables that a plan keeps: its verdicts, typed changes, new ids and what was skipped whole."""
    kept = {table for kind in ("verdict", "change") for _, _, table in element_tables(prefix, kind)}
    kept |= {f"{prefix}new_id_{hop}_{e.family}" for hop, e, _ in element_tables(prefix, "verdict")}
    return kept | {f"{prefix}{name}" for name in ("verdict_1_course_info", "verdict_2_advisory", "whole")}
