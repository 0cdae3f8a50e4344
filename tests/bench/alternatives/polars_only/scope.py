"""What a push reaches, and what students' work uses there."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

Frames = dict[str, pl.DataFrame]
"""The district's tables by name; a push puts new frames in the place of those it changes."""


@dataclass(frozen=True, slots=True)
class Scope:
    """courses: course_id, calendar_id, master_id of each course worked on. sections: section_id, course_id,
    calendar_id of each section pushed to. not_meeting: section_id, term_seq of the terms of its calendar in which
    a section does not meet. section_work and course_work: owner_id, task_id, term_seq with students' work on them.
    largest: per table the largest id in use or pointed to before the push.
    """

    locks: frozenset[str]
    courses: pl.DataFrame
    sections: pl.DataFrame
    not_meeting: pl.DataFrame
    section_work: pl.DataFrame
    course_work: pl.DataFrame
    largest: dict[str, int]


def find_scope(frames: Frames, catalog: str, year: int) -> Scope:
    """Raises ValueError where there is no such catalog."""
    found = frames["catalog"].filter(name=catalog)
    if found.is_empty():
        raise ValueError(f"There is no catalog {catalog!r}.")
    catalog_id = found["catalog_id"].item()
    locks = frames["catalog_lock"].filter(catalog_id=catalog_id)["lock"]
    schools = frames["catalog_school"].filter(catalog_id=catalog_id, end_year=year)
    calendars = frames["calendar"].filter(end_year=year, is_summer=False).join(schools, on="school_id", how="semi")
    masters = frames["course_master"].filter(catalog_id=catalog_id, is_active=True)
    reached = (
        frames["course"]
        .filter(ignore_master_push=False)
        .join(calendars, on="calendar_id", how="semi")
        .join(masters, on="master_id", how="semi")
        .select("course_id", "calendar_id", "master_id", "is_cross_site")
    )
    owned = (
        frames["section"]
        .select("section_id", "course_id")
        .join(reached.drop("master_id"), on="course_id", how="inner")
    )
    sections = owned.filter(is_cross_site=False).drop("is_cross_site")
    section_work = _section_work(frames, owned)
    return Scope(
        locks=frozenset(locks),
        courses=reached.drop("is_cross_site"),
        sections=sections,
        not_meeting=_not_meeting(frames, sections),
        section_work=section_work,
        course_work=(
            section_work.join(owned, left_on="owner_id", right_on="section_id")
            .select("task_id", "term_seq", owner_id="course_id")
            .unique()
        ),
        largest=_largest(frames),
    )


def _not_meeting(frames: Frames, sections: pl.DataFrame) -> pl.DataFrame:
    """A section without terms of its own meets in all of its calendar's."""
    meeting = frames["section_term"]
    return (
        sections.join(meeting, on="section_id", how="semi")
        .join(frames["term"], on="calendar_id")
        .join(meeting, on=["section_id", "term_seq"], how="anti")
        .select("section_id", "term_seq")
    )


def _section_work(frames: Frames, owned: pl.DataFrame) -> pl.DataFrame:
    """An assignment counts if it is active or has a score; a posted grade if it says anything."""
    sections = owned.lazy().select("section_id")
    assignments = (
        frames["assignment"]
        .lazy()
        .select("assignment_id", "section_id", "is_active")
        .join(sections, on="section_id", how="semi")
    )
    inactive = assignments.filter(~pl.col("is_active"))
    scored = frames["score"].lazy().join(inactive, on="assignment_id", how="semi").unique()
    counting = pl.concat(
        [assignments.filter("is_active"), inactive.join(scored, on="assignment_id", how="semi")]
    ).select("assignment_id", "section_id")
    assigned = (
        frames["assignment_task"]
        .lazy()
        .join(counting, on="assignment_id")
        .select(pl.col("section_id").alias("owner_id"), "task_id", "term_seq")
    )
    posted = (
        frames["posted_grade"]
        .lazy()
        .filter(pl.any_horizontal(pl.col("mark", "percent", "comment").is_not_null()))
        .join(sections, on="section_id", how="semi")
        .select(pl.col("section_id").alias("owner_id"), "task_id", "term_seq")
    )
    return pl.concat([assigned.unique(), posted.unique()]).unique().collect()


def _largest(frames: Frames) -> dict[str, int]:
    """New ids go upward from the largest id that a row has or anything points to."""
    pointing = {
        "course_task": [],
        "course_assessment": [],
        "course_category": [("section_category", "parent_row_id")],
        "course_composite": [("section_composite", "parent_row_id")],
        "course_grade_calc": [("section_grade_calc", "parent_row_id")],
        "section_category": [("assignment", "category_row_id")],
        "section_composite": [],
        "section_grade_calc": [],
    }
    return {
        table: max(frames[name][column].max() or 0 for name, column in [(table, "row_id"), *others])
        for table, others in pointing.items()
    }
