"""The steps of a plan: which SQL runs, in which order, filled in from the element registry.

A request runs the same steps however large the district is; an element that does not go has a step that makes an
empty table. Of the tables that they make only those of :mod:`coursepush.plan.tables` outlive the planning.
"""

from __future__ import annotations

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES
from coursepush.model.verdicts import WRITING
from coursepush.plan.fragments import attributes_select, custom_field_select
from coursepush.plan.judging import Judging, no_verdict_step, same_step, tasks_judged, verdict_step
from coursepush.plan.request import Scope, bound_ids
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.rules import rules_for
from coursepush.plan.step import Step
from coursepush.plan.tables import PlanTables
from coursepush.plan.use import work_steps
from coursepush.store.templates import template

Push = MasterPush | CoursePush

_SECTION_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.has_sections)
_TASK_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family == "task")
_OTHER_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family != "task")


def _template(name: str) -> str:
    return template("coursepush.plan", name)


class PlanSteps:
    """Makes the steps of one plan of a push.

    `unknown_work`: tables of students' work that were not loaded. `has_history`: pushes were applied before; the
    ids of rows they removed are kept free, so that an undo can restore them. `keeps_work`: the district keeps
    where students work (:mod:`coursepush.store.work`).
    """

    def __init__(
        self,
        tables: PlanTables,
        request: Push,
        scope: Scope,
        unknown_work: frozenset[str],
        *,
        has_history: bool,
        keeps_work: bool,
    ) -> None:
        self.tables = tables
        self.request = request
        self.scope = scope
        self.unknown_work = unknown_work
        self.has_history = has_history
        self.keeps_work = keeps_work
        self._steps: list[Step] = []

    def scope_steps(self) -> list[Step]:
        """The steps that make, of `scope_course`, `target_course` and `scope_section`."""
        fill = {"p": self.tables.prefix, "hop2_runs": _sql(2 in self.request.hops)}
        sections = {"sections": bound_ids(self.request.only_sections)}
        courses, below = (_template(name).format_map(fill) for name in ("target_course", "scope_section"))
        return [
            Step("target_course", f"{self.tables.prefix}target_course", courses),
            Step("scope_section", f"{self.tables.prefix}scope_section", below, sections),
        ]

    def build(self, *, last_hop: int = 2) -> list[Step]:
        """All steps after those of the scope, in order; with `last_hop` 1 none of hop 2.

        A plan takes both hops: what hop 2 does not carry comes out empty.
        """
        self._work()
        self._course_info()
        for element in _TASK_ELEMENTS:
            self._judge(1, element)
        self._add("task_after", **tasks_judged(self.tables, WRITING))
        for element in _OTHER_ELEMENTS:
            self._judge(1, element)
        self._same(1)
        if last_hop == 2:
            self._new_ids(1)
            self._not_meeting()
            for element in _SECTION_ELEMENTS:
                self._judge(2, element)
            self._same(2)
            self._new_ids(2)
            self._add("verdict_2_advisory", goes=_sql(self.scope.advisory))
        elements = [(name, "not_selected") for name in self.scope.not_selected]
        elements += [(name, "not_locked") for name in self.scope.not_locked]
        rows = ", ".join(f"('{name}', '{reason}')" for name, reason in elements)
        self._add("whole", elements=rows or "(null, null)", hop2_runs=_sql(2 in self.request.hops))
        return self._steps

    def duplicates(self, goes: bool = True) -> Step:
        """The step that finds the courses in scope that cannot take their course masters' numbers."""
        sql = _template("duplicate_number").format_map({"p": self.tables.prefix, "goes": _sql(goes)})
        return Step("duplicate_number", self.tables.duplicates, sql)

    def _not_meeting(self) -> None:
        self._add("not_meeting", sections=f"{self.tables.prefix}scope_section")

    def _work(self) -> None:
        self._steps += work_steps(self.tables, keeps_work=self.keeps_work)

    def _add(self, template: str, *, changes: bool = False, if_any: str | None = None, **values: object) -> None:
        """The step of a template, whose table is called like it.

        `changes`: it changes one that is there; `if_any`: where that table has a row.
        """
        sql = _template(template).format_map({"p": self.tables.prefix, **values})
        hop = values.get("hop")
        made = f"{self.tables.prefix}{template}{f'_{hop}' if hop else ''}"
        name = f"{template}.{hop}" if hop else template
        self._steps.append(Step(name, None if changes else made, sql, if_any=if_any))

    def _course_info(self) -> None:
        selects: list[str] = []
        if self.scope.locked_fields:
            selects.append(attributes_select(self.tables.prefix, self.scope.locked_fields))
        if self.scope.locked_custom_fields and self.scope.catalog_id is not None:
            selects.append(custom_field_select(self.tables.prefix, self.scope.catalog_id))
        selects = selects or [attributes_select(self.tables.prefix, ATTRIBUTES[:1]) + "\n    where false"]
        number_goes = any(column.name == "number" for column in self.scope.locked_fields)
        self._steps.append(self.duplicates(number_goes))
        self._add(
            "verdict_1_course_info",
            selects="\n    union all\n    ".join(selects),
            blanks_kept=_sql(self.request.keeps_blanks),
        )

    # -- the rows of the two hops ----------------------------------------------------------------------

    def _judge(self, hop: int, element: SetupElement) -> None:
        if element not in (self.scope.hop1 if hop == 1 else self.scope.hop2):
            self._steps.append(no_verdict_step(self.tables, hop, element))
            return
        self._steps.append(verdict_step(self.tables, hop, element, self._how(hop, element)))
        if element.is_category:
            self._rename(hop, element)

    def _how(self, hop: int, element: SetupElement) -> Judging:
        mode = self.request.mode_of(element)
        composite = hop == 1 and element.use is Use.COMPOSITE
        return Judging(
            rules=rules_for(hop, mode, category=element.is_category),
            keeps_weight=composite and not self.scope.composite_weights,
            only_linked=composite and not self.scope.composite_structure,
            leaves_same=not self._keeps_same(hop, element),
            residual_tasks=hop == 1 and element.use is Use.OPTION and mode == "overwrite",
            unused=self._unused(element),
            keeps_work=self.keeps_work,
        )

    def _rename(self, hop: int, element: SetupElement) -> None:
        """Few pushes take a name: what looks for free ones is run by those alone."""
        self._add("taken_name", hop=hop, if_any=self.tables.verdicts(hop, element))
        taken = f"{self.tables.prefix}taken_name_{hop}"
        for step in ("free_name", "new_name", "renamed"):
            table = element.table("course" if hop == 1 else "section")
            self._add(step, changes=step == "renamed", if_any=taken, hop=hop, table=table)

    def _keeps_same(self, hop: int, element: SetupElement) -> bool:
        """With weights alone (4.4), what is there and has no other verdict need not be linked."""
        return hop == 1 and element.use is Use.COMPOSITE and not self.scope.composite_structure

    def _same(self, hop: int) -> None:
        going = self.scope.hop1 if hop == 1 else self.scope.hop2
        elements = [element for element in going if not self._keeps_same(hop, element)]
        self._steps.append(same_step(self.tables, hop, elements))

    def _unused(self, element: SetupElement) -> str:
        """What a row without a known use is called: unknown where the tables that would tell are missing."""
        needed: set[str] = set()
        if element.use is Use.CATEGORY:
            needed = {"assignment"}
        elif element.use is not Use.NEVER:
            needed = {"assignment", "assignment_task", "score", "posted_grade"}
        return "unknown" if needed & self.unknown_work else "unused"

    def _new_ids(self, hop: int) -> None:
        elements = [element for element in SETUP_ELEMENTS if hop == 1 or element.has_sections]
        selects = [
            self._new_ids_of(hop, family, [element for element in elements if element.family == family])
            for family in dict.fromkeys(element.family for element in elements)
        ]
        self._add("new_id", hop=hop, selects="\nunion all\n".join(selects))

    def _new_ids_of(self, hop: int, family: str, elements: list[SetupElement]) -> str:
        table = f"{'course' if hop == 1 else 'section'}_{family}"
        pointing = [f"select max(row_id) as row_id from {table}"]
        if hop == 1 and elements[0].has_sections:
            pointing.append(f"select max(parent_row_id) as row_id from section_{family}")
        if hop == 2 and family == "category":
            pointing.append("select max(category_row_id) as row_id from assignment")
        if table in self.tables.left:
            pointing.append(f"select row_id from {self.tables.ids_before} where table_name = '{table}'")
        if self.has_history:
            pointing.append(_template("undoable_id").format_map({"table": table}))
        key = [f"a_{name}" for name in elements[0].key]
        added = [
            f"select owner_id, upper_row_id, {', '.join(key)} "
            f"from {self.tables.verdicts(hop, element)} where verdict = 'insert'"
            for element in elements
        ]
        return _template("new_id_of_family").format_map(
            {
                "family": family,
                "largest": "\n            union all\n            ".join(pointing),
                "added": "\n    union all\n    ".join(added),
                "key_order": ", ".join("lower(a_name)" if name == "a_name" else name for name in key),
            }
        )


def _sql(flag: bool) -> str:
    return "true" if flag else "false"
