"""The reports By school and By teacher: lines of counts, the sections behind them, and a file for each school."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

from coursepush.errors import RequestError
from coursepush.files import FolderKind, file_names, new_folder
from coursepush.plan.plan import Plan
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.owners.before_after import BothSides, before_and_after
from coursepush.reports.owners.counts import Owner
from coursepush.reports.plain import in_plain_words
from coursepush.reports.report import MAX_ROWS, Report

FORMS = {"page": ".html", "workbook": ".xlsx"}
"""What a file for a school can be, and how its name ends."""


@dataclass(frozen=True, slots=True)
class ShownSides:
    """The sections of a report that its page shows.

    Attributes:
        sides: of all of them.
        by: the column that tells whose they are.
        left: how many more there are.
    """

    sides: BothSides
    by: str
    left: int

    def of(self, owner_id: int | None, school_id: int | None) -> BothSides:
        """Those of one line of the report."""
        rows = self.sides.rows.filter(
            pl.col(self.by).eq_missing(pl.lit(owner_id)), pl.col("school_id").eq_missing(pl.lit(school_id))
        )
        totals = self.sides.totals.filter(pl.col("section_id").is_in(rows["section_id"].unique().implode()))
        return BothSides(rows, totals)


@dataclass(frozen=True, eq=False, repr=False)
class OwnerReport(Report):
    """What becomes of a plan's rows, a line each school or teacher; it opens to sections before and after.

    Attributes:
        plan: whose rows they are.
        who: ``school`` or ``teacher``.
        given: the filters.
    """

    plan: Plan | None = field(default=None, repr=False)
    who: Owner = "school"
    given: Given = EVERYTHING

    @cached_property
    def both_sides(self) -> BothSides:
        """The sections in which the plan writes something, as they stand and as it would leave them.

        Raises:
            StalePlanError: the district has moved since the plan was made.
        """
        assert self.plan is not None
        return before_and_after(self.plan, self.given)

    @property
    def sections(self) -> pl.DataFrame:
        """The rows of these sections, side by side, as ``owners/before_after.py`` has them.

        >>> sections = district.reports.by_teacher(plan).sections
        >>> changed = sections.filter(element="categories", fate="other_values")
        >>> changed.select("what_before", "weight_before", "weight_after").row(0)
        ('Homework', Decimal('25.0000'), Decimal('15.0000'))
        """
        return self.both_sides.rows

    def _sheets(self) -> dict[str, pl.DataFrame]:
        """The sections before and after, in words, on a sheet of their own."""
        return {"Before and after": in_plain_words(self.sections)}

    def to_folder(
        self,
        folder: str | os.PathLike[str],
        form: Literal["page", "workbook"] = "page",
        *,
        max_rows: int = MAX_ROWS,
    ) -> pl.DataFrame:
        """Write a file for each school, to be attached to a mail: a page, or an Excel workbook.

        Gives school, file, lines. A folder that this wrote before is replaced if nobody has touched it.

        Args:
            form: ``page`` or ``workbook``.
            max_rows: so many sections are shown on a page, at most.

        Raises:
            RequestError: another form, or what is in the folder may not be replaced.
            WriteError: it cannot be written; what was there before stays.

        >>> district.reports.by_teacher(plan).to_folder("for the schools")["school"].to_list()
        ['Riverbend High School']
        """
        if form not in FORMS:
            raise RequestError.unknown("form", form, tuple(FORMS), "of a file for a school")
        place = Path(folder).expanduser()
        schools = self.frame.drop_nulls("school_id").unique("school_id", maintain_order=True)
        texts = {int(key): str(name) for key, name in schools.select("school_id", "school").rows()}
        names = file_names(texts, FORMS[form], "school")
        written: list[tuple[str, str, int]] = []
        with new_folder(place, FolderKind.PARTS) as new:
            for school_id, name in names.items():
                part = _of_school(self, school_id)
                if form == "page":
                    part.page(new.path / name, max_rows=max_rows)
                else:
                    part.save(new.path / name)
                new.rows[name] = part.frame.height
                written.append((texts[school_id], str(place / name), part.frame.height))
        return pl.DataFrame(
            written, schema={"school": pl.String, "file": pl.String, "lines": pl.Int64}, orient="row"
        )


def shown_sides(report: OwnerReport, most: int) -> ShownSides:
    """The first `most` sections of a report, in its order; no others are read unless they were before.

    Raises:
        StalePlanError: the district has moved since the plan was made.
    """
    assert report.plan is not None
    known = report.__dict__.get("both_sides")
    sides = before_and_after(report.plan, report.given, most=most) if known is None else _first(known, most)
    left = int(report.frame["sections"].sum()) - sides.rows["section_id"].n_unique()
    return ShownSides(sides, f"{report.who}_id", left)


def _first(sides: BothSides, most: int) -> BothSides:
    shown = sides.rows["section_id"].unique(maintain_order=True).head(most)
    return BothSides(sides.rows.filter(pl.col("section_id").is_in(shown.implode())), sides.totals)


def _of_school(report: OwnerReport, school_id: int) -> OwnerReport:
    """The part of one school."""
    lines = report.frame.filter(school_id=school_id)
    part = replace(report, frame=lines, asked=[("School", str(lines["school"][0])), *report.asked])
    rows = report.sections.filter(school_id=school_id)
    totals = report.both_sides.totals.filter(pl.col("section_id").is_in(rows["section_id"].unique().implode()))
    part.__dict__["both_sides"] = BothSides(rows, totals)
    return part
