"""Residual Data: setup on courses and sections that stays only because students' work uses it."""

from __future__ import annotations

import polars as pl

from coursepush.errors import UnknownUseError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.verdicts import Reason
from coursepush.plan.door import drop_tables
from coursepush.plan.pairs import find_residual
from coursepush.plan.tables import PlanTables
from coursepush.plan.use import unknown_work
from coursepush.reports.filters import Given
from coursepush.reports.reading import SECTION_PLACE, Reading, reading, report_sql
from coursepush.reports.sentences import why_and_what
from coursepush.reports.small_counts import SMALL
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Store

RESIDUAL_COLUMNS: tuple[str, ...] = (
    *SECTION_PLACE, "level", "element", "name", "link", "assignments", "inactive_assignments", "scores",
    "posted_grades", "comments", "students", "other_students", "is_hidden", "why", "what_to_do", "course_id",
    "section_id", "row_id",
)  # fmt: skip

WHY: dict[str, tuple[str, str]] = {
    "course_orphan": (
        "The course master no longer has it, but {work} it, so it stays on the course.",
        "Realign or delete what uses it and push again; or add it to the course master again, and it relinks "
        "by itself.",
    ),
    "course_local": (
        "The school made it, the course master has none like it, and {work} it, so it stays on the course.",
        "Add it to the course master if it is to stay; otherwise agree with the school and realign what uses it.",
    ),
    "course_broken": (
        "Its link is broken, the course master has none like it, and {work} it, so it stays on the course.",
        "Realign or delete what uses it and relink the course; or add it to the course master, and a relink takes "
        "it over.",
    ),
    "section_orphan": (
        "The course no longer has it, but {work} it, so it stays in the section.",
        "Ask the teacher to realign or delete what uses it and push to sections again; or set it up on the "
        "course again, and it relinks by itself.",
    ),
    "section_local": (
        "The teacher made it, the course has none like it, and {work} it, so it stays in the section.",
        "Nothing to do if the teacher is to keep it; otherwise ask the teacher to realign what uses it.",
    ),
}
"""Why a row stays and what to do about it, by level and link."""

INACTIVE = (
    "An inactive assignment still uses it and may not show in the grade book: the teacher shows inactive "
    "assignments, or makes it active again, and then realigns or deletes it."
)
"""What to do about assignments that are switched off."""

_USED_ELEMENTS = tuple(element.name for element in SETUP_ELEMENTS if element.use is not Use.NEVER)


def residual_frame(store: Store, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`RESIDUAL_COLUMNS`, one row a setup row, sorted as they stand there.

    `assignments` (of which `inactive_assignments` are switched off), `scores`, `posted_grades` and `comments`
    count what uses the row, `students` how many different students that is of, and `other_students` how many of
    those enrolled it is not of (null where enrollment was not loaded). `is_hidden`: where the report is shown it
    does not say how many students; decided for the whole course before any filter (MODEL.md 10). On a course
    `teacher` lists the teachers in whose sections it is used.

    Raises:
        RequestError: a filter names something unknown.
        UnknownUseError: students' work was not loaded, so that nothing can be said about use.
    """
    with reading(store, given, _USED_ELEMENTS) as found:
        unknown = unknown_work(found.session)
        if unknown:
            were = "was" if len(unknown) == 1 else "were"
            raise UnknownUseError(
                f"It is not known which setup is in use: {', '.join(sorted(unknown))} {were} not loaded, so there "
                "is no Residual Data report. Load the students' work, then run the report again."
            )
        _candidates(found)
        for name in ("need", "assignment", "score", "grade"):
            found.do(f"residual/{name}")
        found.do("residual/use", {"teachers": found.filters.teachers})
        found.do("residual/student", small=str(SMALL))
        rows = found.frame("residual/report", name=_NAME, element_order=element_place_sql("c.element"))
    return _explained(rows)


def _candidates(found: Reading) -> None:
    """What stays because it is used, on courses that have some of what was asked for.

    Whatever keeps a push away from a course is no matter here: what is in use stays there as well.
    """
    tables = PlanTables.new()
    courses = (
        "-- one row a course\n"
        "select c.course_id, c.calendar_id, c.master_id, false as is_cross_site, null::varchar as whole\n"
        f"from course as c\nsemi join {found.prefix}course as k on k.course_id = c.course_id"
    )
    pairs = find_residual(found.session, tables, courses)
    found.made.extend(pairs)
    rows = "\nunion all\n".join(
        _found(hop, element, table)
        for hop, element, table in tables.judged()
        if element.use is not Use.NEVER and (hop == 1 or element.has_sections)
    )
    found.make("candidate", report_sql("residual/candidate", rows=rows), found.filters.of_rows)
    drop_tables(found.session, pairs)


def _found(hop: int, element: SetupElement, rows: str) -> str:
    stays = f"v.reason in ('{Reason.RESIDUAL}', '{Reason.RESIDUAL_TASK}')"
    return report_sql(
        "residual/found",
        level="course" if hop == 1 else "section",
        element=element.name,
        rows=rows,
        section="null::bigint" if hop == 1 else "v.owner_id",
        category="v.b_name" if element.is_category else "null::varchar",
        stays=stays,
        **used_places(element, "v.b_"),
    )


def used_places(element: SetupElement, column: str) -> dict[str, str]:
    """SQL of the tasks and terms in which work makes a row used (RULES.md 2.1): task, first and last (a range of
    terms), child and child_term; null where its assignments do.

    Args:
        column: what the names of its columns begin with (``r.``).
    """
    places = {"task": f"{column}task_id", "first": "-2147483647", "last": "2147483647"}
    places |= {"child": "null::bigint", "child_term": "null::integer"}
    if element.use is Use.CATEGORY:
        return places | {"task": "null::bigint", "first": "null::integer", "last": "null::integer"}
    if element.use is Use.OPTION:
        places["first"] = f"least({column}term_seq, {column}cumulative_from_term_seq)"
    if element.use is Use.COMPOSITE:
        places |= {"first": f"{column}term_seq", "child": f"{column}child_task_id"}
        places["child_term"] = f"{column}child_term_seq"
    if element.use is not Use.TASK:
        places["last"] = f"{column}term_seq"
    return places


_TERM = "c.last_term"
_TASK = "coalesce(t.name, 'task ' || c.task_id)"
_NAME = f"""case
        when c.element = 'categories' then c.category
        when c.element = 'composite_grades' then {_TASK} || ' term ' || {_TERM}
            || ', from ' || coalesce(d.name, 'task ' || c.child_task_id) || ' term ' || c.child_term_seq
        when c.element = 'grade_calc_options' then {_TASK} || ', term ' || {_TERM}
        else {_TASK}
    end"""


def _explained(found: pl.DataFrame) -> pl.DataFrame:
    """The report with its two sentences in place of the code they follow from."""
    assignments, inactive = pl.col("assignments"), pl.col("inactive_assignments")
    kind = (
        pl.when(assignments == 0)
        .then(pl.lit(None, pl.String))
        .when(inactive == assignments)
        .then(pl.lit("inactive assignments"))
        .when(inactive > 0)
        .then(pl.lit("assignments, some of them inactive,"))
        .otherwise(pl.lit("assignments"))
    )
    grades = pl.when(pl.col("posted_grades") > 0).then(pl.lit("posted grades"))
    work = pl.concat_str([kind, grades], separator=" and ", ignore_nulls=True) + " use"
    why, what_to_do = why_and_what(pl.col("because"), WHY)
    return found.with_columns(
        why=why.str.replace("{work}", work, literal=True),
        what_to_do=what_to_do + pl.when(inactive > 0).then(pl.lit(f" {INACTIVE}")).otherwise(pl.lit("")),
    ).select(RESIDUAL_COLUMNS)
