"""A plan that was previewed, and what a reader asks of it, read once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import polars as pl

from coursepush.apply.approval.calls import standing_now
from coursepush.apply.approval.judge import Standing
from coursepush.errors import CoursepushError
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import Fate, totals_by_fate
from coursepush.plan.requests.registry import fate_labels
from coursepush.reports.plan.picture import changes_pictures
from coursepush.widgets.look import drawn
from coursepush.widgets.push.choices import Tool
from coursepush.widgets.push.owner_lines import owner_lines

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan


@dataclass(frozen=True, eq=False)
class Preview:
    """A plan and what a reader asks of it, read once.

    Attributes:
        code: the Python that makes the same plan.
        rows: every row but what is the same already, one each, as in ``reports.push_result(plan)``.
        tool: the tool whose choices it was made from; empty where it was made otherwise.
        asked: what was chosen, in words: (what, which).
        standing: who approved it, and what was missing, when it was made; None where that could not be read.
        clicks: what was done with it beside running it, as Python: saved, approved, submitted.
    """

    plan: Plan
    code: str
    digest: str
    rows: pl.DataFrame
    tool: Tool | Literal[""] = ""
    asked: tuple[tuple[str, str], ...] = ()
    standing: Standing | None = None
    clicks: list[str] = field(default_factory=list[str])

    @property
    def is_undo(self) -> bool:
        return self.plan.request.undoes is not None

    @cached_property
    def drawn(self) -> str:
        """The plan as it shows itself in a notebook."""
        return drawn(self.plan)

    @cached_property
    def totals(self) -> dict[str, int]:
        """What becomes of the plan's rows: each fate of RULES.md 6.1 and its number."""
        return totals_by_fate(self.plan.fates())

    def rows_of(self, fate: str) -> pl.DataFrame:
        """The rows that have a fate."""
        return self.rows.filter(fate=fate_labels(self.plan.request.kind)[fate])

    @cached_property
    def by_school(self) -> pl.DataFrame:
        """What becomes of the rows of each school."""
        return owner_lines(self.plan, self.rows, "school")

    @cached_property
    def by_teacher(self) -> pl.DataFrame:
        """What becomes of the rows in each teacher's sections."""
        return owner_lines(self.plan, self.rows, "teacher")

    @cached_property
    def picture(self) -> str:
        """What is written, by data type and school, as SVG; empty for nothing."""
        labels = fate_labels(self.plan.request.kind)
        codes = {label: name for name, label in ELEMENT_LABELS.items()}
        written = self.rows.filter(outcome="written").group_by("school", "element", "fate").agg(rows=pl.len())
        in_codes = written.with_columns(
            pl.col("element").replace(codes), pl.col("fate").replace({labels[one]: str(one) for one in Fate})
        )
        return changes_pictures(in_codes, labels)

    def read(self) -> Preview:
        """Read what needs the district, beside the notebook; what is shown then needs it no more."""
        _ = self.by_school, self.by_teacher, self.drawn
        return self

    @cached_property
    def schools(self) -> int:
        """At how many schools something is written."""
        return self.rows.filter(outcome="written")["school"].n_unique()


def with_standing(preview: Preview) -> Preview:
    """The same with who approved it and what is missing; whose grades would move is not looked at for that."""
    try:
        return replace(preview, standing=standing_now(preview.plan, with_grades=False))
    except CoursepushError:  # the preview is worth its while without
        return preview
