"""The steps of a plan: which SQL runs, in which order, filled in from the element registry.

A request runs the same steps however large the district is, but for those for which there is nothing to do: each
is made when its turn comes, and looks at what the ones before it made. What does not go, or comes to nothing, has
a step that makes an empty table. Of all tables only those of :mod:`coursepush.plan.tables` outlive the planning.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.verdicts import WRITING
from coursepush.plan.fragments import attributes_select, custom_field_select
from coursepush.plan.judging import judge, no_verdict_step, same_step, tasks_judged
from coursepush.plan.meeting import Judging
from coursepush.plan.request import Scope, bound_ids
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.rules import Numbered, rules_for
from coursepush.plan.step import Made, Step, run_steps
from coursepush.plan.tables import FIELDS, FLAGS, NEW_IDS, PlanTables
from coursepush.plan.use import work_steps
from coursepush.store.session import Session
from coursepush.store.templates import template

Push = MasterPush | CoursePush

_SECTION_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.has_sections)
_TASK_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family == "task")
_OTHER_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family != "task")


def _template(name: str) -> str:
    return template("coursepush.plan", name)


class PlanSteps:
    """Makes the steps of one plan of a push, as they are run.

    `unknown_work`: tables of students' work that were not loaded. `has_history`: pushes were applied before; the
    ids of rows they removed are kept free, so that an undo can restore them. `keeps_work`: the district keeps
    where students work (:mod:`coursepush.store.work`). `in_use`: the district's tables that have rows
    (:mod:`coursepush.plan.in_use`).
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
        in_use: Made,
    ) -> None:
        self.tables = tables
        self.request = request
        self.scope = scope
        self.unknown_work = unknown_work
        self.has_history = has_history
        self.keeps_work = keeps_work
        self._seen = dict(in_use)

    def run(self, session: Session, *parts: Iterable[Step]) -> Made:
        """Run these steps, in order; gives the tables that they made."""
        return run_steps(session, itertools.chain(*parts), self._seen)

    def scope_steps(self) -> list[Step]:
        """The steps that make, of `scope_course`, `target_course` and `scope_section`."""
        fill = {"p": self.tables.prefix, "hop2_runs": _sql(2 in self.request.hops)}
        sections = {"sections": bound_ids(self.request.only_sections)}
        courses, below = (_template(name).format_map(fill) for name in ("target_course", "scope_section"))
        return [
            Step("target_course", f"{self.tables.prefix}target_course", courses),
            Step("scope_section", f"{self.tables.prefix}scope_section", below, sections),
        ]

    def build(self, *, last_hop: int = 2) -> Iterator[Step]:
        """All steps after those of the scope, in order; with `last_hop` 1 none of hop 2.

        A plan takes both hops: what hop 2 does not carry comes out empty.
        """
        yield from work_steps(self.tables, keeps_work=self.keeps_work, seen=self._seen)
        yield from self._course_info()
        yield from self._judge(1, _TASK_ELEMENTS, part="_tasks")
        yield self._step("task_after", **tasks_judged(self.tables, WRITING))
        yield from self._judge(1, _OTHER_ELEMENTS)
        yield self._same(1)
        if last_hop == 2:
            yield self._new_ids(1)
            yield self._not_meeting()
            yield from self._judge(2, _SECTION_ELEMENTS)
            yield self._same(2)
            yield self._new_ids(2)
            yield self._advisory()
        elements = [(name, "not_selected") for name in self.scope.not_selected]
        elements += [(name, "not_locked") for name in self.scope.not_locked]
        rows = ", ".join(f"('{name}', '{reason}')" for name, reason in elements)
        yield self._step("whole", elements=rows or "(null, null)", hop2_runs=_sql(2 in self.request.hops))

    def duplicates(self, goes: bool = True) -> Step:
        """The step that finds the courses in scope that cannot take their course masters' numbers."""
        sql = _template("duplicate_number").format_map({"p": self.tables.prefix, "goes": _sql(goes)})
        return Step("duplicate_number", self.tables.duplicates, sql)

    def _not_meeting(self) -> Step:
        return self._step("not_meeting", sections=f"{self.tables.prefix}scope_section")

    def _step(self, template: str, *, changes: bool = False, **values: object) -> Step:
        """The step of a template, whose table is called like it; `changes`: it changes one that is there."""
        sql = _template(template).format_map({"p": self.tables.prefix, **values})
        hop = values.get("hop")
        made = f"{self.tables.prefix}{template}{f'_{hop}' if hop else ''}"
        return Step(f"{template}.{hop}" if hop else template, None if changes else made, sql)

    def _course_info(self) -> Iterator[Step]:
        selects: list[str] = []
        if self.scope.locked_fields:
            selects.append(attributes_select(self.tables.prefix, self.scope.locked_fields))
        if self.scope.locked_custom_fields and self.scope.catalog_id is not None:
            selects.append(custom_field_select(self.tables.prefix, self.scope.catalog_id))
        number_goes = any(column.name == "number" for column in self.scope.locked_fields)
        if number_goes:
            yield self.duplicates()
        else:
            yield Step("duplicate_number", self.tables.duplicates, columns={"course_id": "bigint"})
        if selects:
            yield self._step(
                "verdict_1_course_info",
                selects="\n    union all\n    ".join(selects),
                blanks_kept=_sql(self.request.keeps_blanks),
            )
        else:
            yield Step("verdict_1_course_info", self.tables.fields, columns=FIELDS)

    def _advisory(self) -> Step:
        if self.scope.advisory:
            return self._step("verdict_2_advisory")
        return Step("verdict_2_advisory", self.tables.flags, columns=FLAGS)

    # -- the rows of the two hops ----------------------------------------------------------------------

    def _judge(self, hop: int, elements: Iterable[SetupElement], *, part: str = "") -> Iterator[Step]:
        going = self.scope.hop1 if hop == 1 else self.scope.hop2
        ways = {element: self._how(hop, element) for element in elements if element in going}
        for element in elements:
            if element not in ways:
                yield no_verdict_step(self.tables, hop, element)
        yield from judge(self.tables, hop, ways, self._rules(hop, ways.values()), self._seen, part=part)
        for element in ways:
            if element.is_category:
                yield from self._rename(hop, element)

    def _rules(self, hop: int, ways: Iterable[Judging]) -> Numbered:
        return rules_for(hop, [how.mode for how in ways if how.mode])

    def _how(self, hop: int, element: SetupElement) -> Judging:
        mode = self.request.mode_of(element)
        composite = hop == 1 and element.use is Use.COMPOSITE
        return Judging(
            mode=mode,
            keeps_weight=composite and not self.scope.composite_weights,
            only_linked=composite and not self.scope.composite_structure,
            leaves_same=not self._keeps_same(hop, element),
            residual_tasks=hop == 1 and element.use is Use.OPTION and mode == "overwrite",
            unused=self._unused(element),
            keeps_work=self.keeps_work,
        )

    def _rename(self, hop: int, element: SetupElement) -> Iterator[Step]:
        """Few pushes take a name: what looks for free ones is run by those alone."""
        if not self._seen[self.tables.verdicts(hop, element)]:
            return
        yield (taken := self._step("taken_name", hop=hop))
        if self._seen[str(taken.makes)]:
            table = element.table("course" if hop == 1 else "section")
            for step in ("free_name", "new_name", "renamed"):
                yield self._step(step, changes=step == "renamed", hop=hop, table=table)

    def _keeps_same(self, hop: int, element: SetupElement) -> bool:
        """With weights alone (4.4), what is there and has no other verdict need not be linked."""
        return hop == 1 and element.use is Use.COMPOSITE and not self.scope.composite_structure

    def _same(self, hop: int) -> Step:
        going = self.scope.hop1 if hop == 1 else self.scope.hop2
        elements = [element for element in going if not self._keeps_same(hop, element)]
        return same_step(self.tables, hop, elements, self._seen)

    def _unused(self, element: SetupElement) -> str:
        """What a row without a known use is called: unknown where the tables that would tell are missing."""
        needed: set[str] = set()
        if element.use is Use.CATEGORY:
            needed = {"assignment"}
        elif element.use is not Use.NEVER:
            needed = {"assignment", "assignment_task", "score", "posted_grade"}
        return "unknown" if needed & self.unknown_work else "unused"

    def _new_ids(self, hop: int) -> Step:
        elements = [one.element for one in self.tables.judged(hop) if self._seen.get(one.rows)]
        selects = [
            self._new_ids_of(hop, family, [element for element in elements if element.family == family])
            for family in dict.fromkeys(element.family for element in elements)
        ]
        if not selects:
            return Step(f"new_id.{hop}", self.tables.new_ids(hop), columns=NEW_IDS)
        return self._step("new_id", hop=hop, selects="\nunion all\n".join(selects))

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
