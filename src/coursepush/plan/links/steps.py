"""The steps of a plan of links; they end in the same tables as every plan's."""

from __future__ import annotations

from typing import Any

from coursepush.model.elements import SETUP_ELEMENTS, SetupElement
from coursepush.model.verdicts import Verdict
from coursepush.plan.judging import Judging, no_verdict_step, tasks_judged, verdict_step
from coursepush.plan.links.rules import link_rules_for
from coursepush.plan.requests.links import LinkRequest
from coursepush.plan.step import Step, nothing_sql
from coursepush.plan.tables import PlanTables
from coursepush.store.templates import template

_PAIRING = """case
            when m.upper_row_id is null then 'extra'
            when m.row_id is not null then 'paired'
            else 'missing'
        end"""
"""What a matched row (alias m) is to the rules. What cannot be pushed (4.3) can be linked all the same."""


class LinkSteps:
    """Makes the steps of a plan of links.

    All run whatever is asked for; an element that is not asked for has a step that makes an empty table.
    """

    def __init__(self, tables: PlanTables, request: LinkRequest) -> None:
        self.tables = tables
        self.request = request
        self._steps: list[Step] = []

    def build(self) -> list[Step]:
        """All steps after that of `scope_course`, in order."""
        tables = self.tables
        self._make("target_course")
        self._make("scope_section")
        # linking adds nothing that would need an id or could be in use, and fields have no links
        for table, columns in tables.others().items():
            if table != tables.whole:
                self._steps.append(Step(table.removeprefix(tables.prefix), table, nothing_sql(columns)))
        for element in (e for e in SETUP_ELEMENTS if e.family == "task"):
            self._judge(1, element)
        self._make("task_after", package="coursepush.plan", **tasks_judged(tables, (Verdict.RELINK,)))
        for element in (e for e in SETUP_ELEMENTS if e.family != "task"):
            self._judge(1, element)
        for element in (e for e in SETUP_ELEMENTS if e.has_sections):
            self._judge(2, element)
        self._make("whole")
        return self._steps

    def _judge(self, hop: int, element: SetupElement) -> None:
        if element.name not in self.request.data:
            self._steps.append(no_verdict_step(self.tables, hop, element, differs=True))
            return
        how = Judging(
            rules=link_rules_for(hop),
            pairing=_PAIRING,
            takes_wanted=f"v.verdict = '{Verdict.RELINK}'",
            takes_values=False,
            blocks=False,
            narrowed=False,
            spreads=True,
            asks_use=False,
            where="v.row_id is not null",
            also=("differs",),
            leaves_same=False,
        )
        self._steps.append(verdict_step(self.tables, hop, element, how))

    def _make(self, name: str, *, package: str = "coursepush.plan.links", **values: Any) -> None:
        sql = template(package, name).format_map({"p": self.tables.prefix, **values})
        self._steps.append(Step(name, f"{self.tables.prefix}{name}", sql))
