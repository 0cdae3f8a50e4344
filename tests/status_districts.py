"""Districts in which courses have every status, and the report on them."""

from __future__ import annotations

import copy
import random
from typing import Any

import oracle
import polars as pl
from engine import Tables
from oracle_course_status import LABELS
from random_districts import make_district
from small_district import GONE, SmallDistrict

from coursepush.reports.filters import Given
from coursepush.reports.status.report import course_status_frame
from coursepush.store import Store

WORK = ("assignment", "assignment_task", "score", "posted_grade")
"""The tables of students' work."""


def status(store: Store, one: str | list[str] | None = None, **filters: Any) -> pl.DataFrame:
    return course_status_frame(store, one, Given(**filters))


def district(seed: int) -> Tables:
    """Courses of random districts are nearly all desynced: of three districts, two have few locks, and one of
    these has its broken links mended."""
    tables = copy.deepcopy(make_district(seed))
    rng = random.Random(seed)
    if seed % 3:
        few = rng.sample(sorted(LABELS), 2)
        tables["catalog_lock"] = [row for row in tables["catalog_lock"] if row["lock"] in few]
    if seed % 3 == 2:
        known = {stem: {row["row_id"] for row in tables[f"master_{stem}"]} for stem in oracle.STEMS}
        for stem in oracle.STEMS:
            for row in tables[f"course_{stem}"]:
                row["is_link_broken"] = False
                if row["parent_row_id"] in known[stem]:
                    row["parent_row_id"] = rng.choice((row["parent_row_id"], GONE, None))
    return tables


def broken_category(d: SmallDistrict, *calendars: int) -> SmallDistrict:
    """The course, and one more in each calendar named, has a category whose link is broken."""
    above = d.master.category("Quizzes", weight=20)
    d.course.category("Quizzes", weight=10, parent=above, broken=True)
    for place, calendar in enumerate(calendars):
        course = d.new_course(f"MATH1-{place}", master=d.master, calendar=calendar)
        course.category("Quizzes", weight=10, parent=above, broken=True)
    return d
