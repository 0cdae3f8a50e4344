"""All that can be asked of a district once it is loaded, so that whatever loads is known to work to the end."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import coursepush as cp
from coursepush.errors import UnknownUseError
from coursepush.model.tables import WORK_TABLES
from coursepush.plan.plan import Plan

REPORTS = (
    "course_status",
    "course_audit",
    "master_awaiting_push",
    "course_awaiting_push",
    "residual",
    "cascade",
    "push_result",
    "drift",
)


def every_plan(district: cp.District) -> list[Plan]:
    """Both pushes and links, of every catalog and year and of every calendar; each read to its digest."""
    plans: list[Plan] = []
    for catalog, year in district.catalogs().select("catalog_id", "year").rows():
        overwrite: dict[str, Any] = {"mode": "overwrite", "to_sections": True, "assume_unused": True}
        plans.append(district.plan_master_push(catalog, year=year, **overwrite))
        plans.append(district.plan_master_push(catalog, year=year))
        plans.append(district.plan_links(catalog, year=year))
    for calendar in district.calendars()["calendar_id"]:
        plans.append(district.plan_course_push(calendar, overwrite_categories=True, assume_unused=True))
    for plan in plans:
        assert len(plan.digest) == 64
        counts = plan.counts()
        assert plan.rows(names=True).height == counts.filter(pl.col("verdict") != "same")["rows"].sum()
    return plans


def every_report(district: cp.District, *, pages: bool = False) -> None:
    """Every report's frame, those of a push only where there was one; with `pages`, the page of each too."""
    has_pushes = district.history().height > 0
    given = district.sql("select table_name from push.given_table where is_given")["table_name"].to_list()
    is_unknown = not set(WORK_TABLES) <= set(given)
    for name in REPORTS:
        if name == "residual" and is_unknown:
            with pytest.raises(UnknownUseError, match="Load the students' work"):
                district.reports.residual()
        elif has_pushes or name != "push_result":
            report = getattr(district.reports, name)()
            assert report.frame.width > 0
            if pages:
                assert "</html>" in report.page()


def there_and_back(district: cp.District) -> int:
    """Apply the first plan that writes something, look at every report, and take it back; the rows written."""
    plan = next((plan for plan in every_plan(district) if plan.writes), None)
    if plan is None:
        every_report(district, pages=True)
        return 0
    receipt = district.apply(plan)
    every_report(district, pages=True)
    assert district.apply(district.plan_undo(receipt.push_id)).rows == receipt.rows
    return receipt.rows
