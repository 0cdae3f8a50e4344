"""The steps of a plan of links; they end in the same tables as every plan's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.verdicts import Verdict
from coursepush.plan.judging import judge, no_verdict_step, tasks_judged
from coursepush.plan.links.rules import link_rules_for
from coursepush.plan.meeting import Judging
from coursepush.plan.requests.links import LinkRequest
from coursepush.plan.step import Made, Step
from coursepush.plan.tables import PlanTables
from coursepush.store.templates import template

_HOW = Judging(
    takes_values=False,
    blocks=False,
    narrowed=False,
    spreads=True,
    asks_use=False,
    only_present=True,
    also=("differs",),
    leaves_same=False,
)
"""What cannot be pushed (4.3) can be linked all the same, what is left over on a course too. Nothing is added."""


class LinkSteps:
    """Makes the steps of a plan of links, as they are run.

    An element that is not asked for has a step that makes an empty table. `in_use`: the district's tables that
    have rows; it is told of the tables that are made.
    """

    def __init__(self, tables: PlanTables, request: LinkRequest, in_use: Made) -> None:
        self.tables = tables
        self.request = request
        self.seen = in_use

    def build(self) -> Iterator[Step]:
        """All steps after that of `scope_course`, in order."""
        tables = self.tables
        yield self._step("target_course")
        yield self._step("scope_section")
        # linking adds nothing that would need an id or could be in use, and fields have no links
        for table, columns in tables.others().items():
            if table != tables.whole:
                yield Step(table.removeprefix(tables.prefix), table, columns=columns)
        yield from self._judge(1, [e for e in SETUP_ELEMENTS if e.family == "task"], part="_tasks")
        yield self._step("task_after", package="coursepush.plan", **tasks_judged(tables, (Verdict.RELINK,)))
        yield from self._judge(1, [e for e in SETUP_ELEMENTS if e.family != "task"])
        yield from self._judge(2, [e for e in SETUP_ELEMENTS if e.has_sections])
        yield self._step("whole")

    def _judge(self, hop: int, elements: Sequence[SetupElement], *, part: str = "") -> Iterator[Step]:
        asked = {element: _HOW for element in elements if element.name in self.request.data}
        for element in elements:
            if element not in asked:
                yield no_verdict_step(self.tables, hop, element, also=_HOW.also)
        yield from judge(self.tables, hop, asked, link_rules_for(hop), self.seen, part=part)

    def _step(self, name: str, *, package: str = "coursepush.plan.links", **values: Any) -> Step:
        sql = template(package, name).format_map({"p": self.tables.prefix, **values})
        return Step(name, f"{self.tables.prefix}{name}", sql)
