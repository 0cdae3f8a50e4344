"""The steps of a plan: which SQL runs, in which order, filled in from the element registry.

A request runs the same steps however large the district is; an element that does not go has a step that makes an
empty table. All names of tables begin with the plan's own prefix, and only the tables named by :func:`kept_tables`
outlive the planning.
"""

from __future__ import annotations

import re

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES
from coursepush.model.verdicts import WRITING
from coursepush.plan.fragments import attributes_select, custom_field_select
from coursepush.plan.judging import Judging, no_verdict_statement, same_statement, verdict_statement
from coursepush.plan.request import MasterPush, Push, Scope
from coursepush.plan.rules import Mode, rules_for
from coursepush.plan.use import work_statements
from coursepush.store.database import Statement
from coursepush.store.templates import template

_SECTION_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.has_sections)
_TASK_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family == "task")
_OTHER_ELEMENTS = tuple(element for element in SETUP_ELEMENTS if element.family != "task")
_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)

_MADE = re.compile(r"^create temp table (?P<name>\w+) as", re.MULTILINE)


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
    ids of rows they removed are kept free, so that an undo can restore them. `keeps_work`: the district keeps
    where students work (:mod:`coursepush.store.work`).
    """

    def __init__(
        self,
        prefix: str,
        request: Push,
        scope: Scope,
        unknown_work: frozenset[str],
        *,
        has_history: bool,
        keeps_work: bool,
    ) -> None:
        self.prefix = prefix
        self.request = request
        self.scope = scope
        self.unknown_work = unknown_work
        self.has_history = has_history
        self.keeps_work = keeps_work
        self.statements: list[Statement] = []

    def scope_statements(self) -> list[Statement]:
        """The statements that make, of `scope_course`, `target_course` and `scope_section`.

        The second binds `sections`: the ids of the sections that the request names, or null for all.
        """
        fill = {"p": self.prefix, "hop2_runs": _sql(self._hop2_runs)}
        return [(name, _template(name).format_map(fill)) for name in ("target_course", "scope_section")]

    def build(self, *, last_hop: int = 2) -> list[Statement]:
        """All statements after those of the scope, in order; with `last_hop` 1 none of hop 2.

        A plan takes both hops: what hop 2 does not carry comes out empty.
        """
        self.statements += work_statements(self.prefix, keeps_work=self.keeps_work)
        self._course_info()
        for element in _TASK_ELEMENTS:
            self._judge(1, element)
        self._add("task_after", writing=_WRITING)
        for element in _OTHER_ELEMENTS:
            self._judge(1, element)
        self._same(1)
        if last_hop == 2:
            self._new_ids(1)
            self._add("not_meeting")
            for element in _SECTION_ELEMENTS:
                self._judge(2, element)
            self._same(2)
            self._new_ids(2)
            self._add("verdict_2_advisory", goes=_sql(self.scope.advisory))
        elements = [(name, "not_selected") for name in self.scope.not_selected]
        elements += [(name, "not_locked") for name in self.scope.not_locked]
        rows = ", ".join(f"('{name}', '{reason}')" for name, reason in elements)
        self._add("whole", elements=rows or "(null, null)", hop2_runs=_sql(self._hop2_runs))
        return self.statements

    @property
    def _hop2_runs(self) -> bool:
        return not isinstance(self.request, MasterPush) or self.request.to_sections

    def made_tables(self) -> list[str]:
        """The names of all tables that the statements made, in order."""
        made = [f"{self.prefix}{name}" for name in ("scope_course", "target_course", "scope_section")]
        return made + made_by(self.statements)

    def _add(self, template: str, **values: object) -> None:
        sql = _template(template).format_map({"p": self.prefix, **values})
        hop = values.get("hop")
        self.statements.append((f"{template}.{hop}" if hop else template, sql))

    def _course_info(self) -> None:
        selects: list[str] = []
        if self.scope.locked_fields:
            selects.append(attributes_select(self.prefix, self.scope.locked_fields))
        if isinstance(self.request, MasterPush) and self.scope.locked_custom_fields:
            selects.append(custom_field_select(self.prefix, self.request.catalog_id))
        selects = selects or [attributes_select(self.prefix, ATTRIBUTES[:1]) + "\n    where false"]
        number_goes = any(column.name == "number" for column in self.scope.locked_fields)
        self._add("duplicate_number", goes=_sql(number_goes))
        blanks = isinstance(self.request, MasterPush) and self.request.blanks == "keep"
        self._add("verdict_1_course_info", selects="\n    union all\n    ".join(selects), blanks_kept=_sql(blanks))

    # -- the rows of the two hops ----------------------------------------------------------------------

    def _mode(self, hop: int, element: SetupElement) -> Mode:
        """Overwrite on hop 2 is the master push's mode; Push All Courses has it for categories alone."""
        if isinstance(self.request, MasterPush):
            return self.request.mode
        return "overwrite" if element.is_category and self.request.overwrite_categories else "locked"

    def _judge(self, hop: int, element: SetupElement) -> None:
        if element not in (self.scope.hop1 if hop == 1 else self.scope.hop2):
            self.statements.append(no_verdict_statement(self.prefix, hop, element))
            return
        mode = self._mode(hop, element)
        composite = hop == 1 and element.use is Use.COMPOSITE
        how = Judging(
            rules=rules_for(hop, mode, category=element.is_category),
            keeps_weight=composite and not self.scope.composite_weights,
            only_linked=composite and not self.scope.composite_structure,
            leaves_same=not self._keeps_same(hop, element),
            residual_tasks=hop == 1 and element.use is Use.OPTION and mode == "overwrite",
            unused=self._unused(element),
            keeps_work=self.keeps_work,
        )
        self.statements.append(verdict_statement(self.prefix, hop, element, how))
        if element.is_category:
            for step in ("free_name", "new_name", "renamed"):
                self._add(step, hop=hop, table=element.table("course" if hop == 1 else "section"))

    def _keeps_same(self, hop: int, element: SetupElement) -> bool:
        """With weights alone (4.4), what is there and has no other verdict need not be linked."""
        return hop == 1 and element.use is Use.COMPOSITE and not self.scope.composite_structure

    def _same(self, hop: int) -> None:
        going = self.scope.hop1 if hop == 1 else self.scope.hop2
        elements = [element for element in going if not self._keeps_same(hop, element)]
        self.statements.append(same_statement(self.prefix, hop, elements))

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
        if self.has_history:
            pointing.append(_template("undoable_id").format_map({"table": table}))
        key = [f"a_{name}" for name in elements[0].key]
        added = [
            f"select owner_id, upper_row_id, {', '.join(key)} "
            f"from {self.prefix}verdict_{hop}_{element.name} where verdict = 'insert'"
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


def made_by(statements: list[Statement]) -> list[str]:
    """The names of the temporary tables that the statements make, in order."""
    return [found["name"] for _, sql in statements if (found := _MADE.search(sql))]


def verdict_tables(prefix: str) -> list[tuple[int, SetupElement, str]]:
    """(hop, element, table) of each table of verdicts on setup rows, with the typed columns before and after.

    Of `same` there are only those that are not linked, if any: the others are in ``same_<hop>``.
    """
    return [
        (hop, element, f"{prefix}verdict_{hop}_{element.name}")
        for hop, elements in ((1, SETUP_ELEMENTS), (2, _SECTION_ELEMENTS))
        for element in elements
    ]


def change_tables(prefix: str) -> list[tuple[int, SetupElement, str]]:
    """The same, each as a query of its verdicts but `same`."""
    return [
        (hop, element, f"(select * from {table} where verdict <> 'same')")
        for hop, element, table in verdict_tables(prefix)
    ]


def kept_tables(prefix: str) -> set[str]:
    """The tables that a plan keeps: its verdicts with the typed changes, new ids, what was skipped whole, and
    where students work, since apply notes in the history what was in use."""
    kept = {table for _, _, table in verdict_tables(prefix)}
    others = ("same_1", "same_2", "new_id_1", "new_id_2", "verdict_1_course_info", "verdict_2_advisory", "whole",
              "work_1", "work_2")  # fmt: skip
    return kept | {f"{prefix}{name}" for name in others}
