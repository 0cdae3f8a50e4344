"""The scenarios of a what-if panel: which there are, which is edited, and what their push would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import counted
from coursepush.reports.side_by_side.report import told_side_by_side
from coursepush.scenario.code import edit_code, variable_names
from coursepush.widgets.calls import call_text
from coursepush.widgets.what_if.tried import AS_IT_IS, Said, Tried
from coursepush.widgets.what_if.whom import Whom

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.district.what_if import WhatIf
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report


@dataclass(eq=False)
class Scenarios:
    """The district as it is, and scenarios of it; one of them is edited.

    Attributes:
        tried: the scenarios. chosen: the place of the one that is edited.
        base: the district as it is.
    """

    district: District
    tried: list[Tried] = field(init=False, default_factory=list[Tried])
    chosen: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.base = Tried(AS_IT_IS, self.district)

    @property
    def scenario(self) -> WhatIf:
        """The one that is edited."""
        made: Any = self.tried[self.chosen].on
        return made

    def take_in(self, made: WhatIf, is_of_file: bool) -> Said | None:
        """One more, which is edited from now on; what there is to say of it."""
        self.tried.append(Tried(self._free_name(made.title), made))
        self.chosen = len(self.tried) - 1
        missed = made.missed.height
        if not is_of_file:
            return None
        left = f" {counted(missed, 'edit')} cannot be made here; see below." if missed else ""
        return Said("caution" if left else "done", f"{made.title} is opened.{left}")

    def take_away(self) -> None:
        """Without the one that is edited."""
        self.scenario.close()
        del self.tried[self.chosen]
        self.chosen = min(self.chosen, len(self.tried) - 1)

    def close(self) -> None:
        """Forget all scenarios."""
        for one in self.tried:
            made: Any = one.on
            made.close()

    @property
    def compared(self) -> Report | None:
        """The district as it is and the scenarios side by side, as far as they are worked out."""
        rows = [one.row for one in (self.base, *self.tried) if one.row is not None]
        return told_side_by_side(rows, "What if") if rows else None

    @property
    def is_complete(self) -> bool:
        return all(one.row is not None for one in (self.base, *self.tried))

    def edits(self) -> pl.DataFrame:
        """Of the chosen scenario: number, what, rows, missed."""
        return self.scenario.edits()

    def plan_code_of(self, whom: Whom) -> str:
        """The chosen scenario made real, with the push that is tried, as Python."""
        names = variable_names([one.name for one in self.tried])
        name = names[self.chosen]
        made: Any = self.scenario
        lines = [f"{name} = {call_text('district.what_if', [made.title], {})}"]
        lines += [edit_code(one.edit, name) for one in made.scenario.made if not one.missed]
        return "\n".join([*lines, f"plan = {name}.plan_setup(then={whom.code(name)})"])

    def plan_of(self, whom: Whom) -> Plan:
        """The same."""
        return self.scenario.plan_setup(then=whom.plan(self.scenario), today=whom.today)

    def forget_rows(self) -> None:
        """What they would do is to be worked out again."""
        for one in (self.base, *self.tried):
            one.row = one.shown = None

    def _free_name(self, title: str) -> str:
        """The title, numbered where another has it."""
        there = {AS_IT_IS, *(one.name for one in self.tried)}
        numbered = (f"{title} ({number})" for number in range(2, len(there) + 3))
        return next(one for one in (title, *numbered) if one not in there)
