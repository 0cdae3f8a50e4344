"""Residual Data: setup on courses and sections that stays only because students' work uses it."""

from __future__ import annotations

import itertools

import polars as pl

from coursepush.errors import UnknownUseError
from coursepush.model.elements import SETUP_ELEMENTS, SetupElement, Use
from coursepush.plan.use import unknown_work
from coursepush.reports.filters import Filters, Given, resolve_filters
from coursepush.reports.small_counts import SMALL
from coursepush.reports.words import element_place_sql
from coursepush.store.database import Session, Store
from coursepush.store.templates import template

RESIDUAL_COLUMNS: tuple[str, ...] = (
    "catalog",
    "year",
    "school",
    "calendar",
    "course_number",
    "course_name",
    "section_number",
    "teacher",
    "level",
    "element",
    "name",
    "link",
    "assignments",
    "inactive_assignments",
    "scores",
    "posted_grades",
    "comments",
    "students",
    "other_students",
    "is_hidden",
    "why",
    "what_to_do",
    "course_id",
    "section_id",
    "row_id",
)

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
    "no_master": (
        "The course has no course master, and {work} it, so it stays on the course.",
        "Nothing to do if the school runs this course by itself; otherwise link the course to a course master.",
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

_HERE = "coursepush.reports"
_numbers = itertools.count(1)
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
    prefix = f"residual{next(_numbers)}_"
    made = [
        f"{prefix}{name}"
        for name in ("course", "owner", "candidate", "need", "assignment", "score", "grade", "use", "student")
    ]
    made += [f"{prefix}{name}" for name in ("scope_section", "not_meeting")]
    made += [f"{prefix}by_link_{level}" for level in ("course", "section")]
    with store.reading() as session:
        unknown = unknown_work(session)
        if unknown:
            were = "was" if len(unknown) == 1 else "were"
            raise UnknownUseError(
                f"It is not known which setup is in use: {', '.join(sorted(unknown))} {were} not loaded, so there "
                "is no Residual Data report. Load the students' work, then run the report again."
            )
        filters = resolve_filters(session, given, _USED_ELEMENTS)
        try:
            session.run("scope_course", template(_HERE, "scope_course").format(p=prefix), filters.courses)
            _candidates(session, prefix, filters)
            for name in ("need", "assignment", "score", "grade"):
                session.run(name, template(_HERE, f"residual_{name}").format(p=prefix))
            session.run("use", template(_HERE, "residual_use").format(p=prefix), {"teachers": filters.teachers})
            session.run("students", template(_HERE, "residual_student").format(p=prefix, small=SMALL))
            found = session.frame(
                "residual",
                template(_HERE, "residual").format(
                    p=prefix, name=_NAME, element_order=element_place_sql("c.element")
                ),
            )
        finally:
            store.forget(made)
    return _explained(found)


def _candidates(session: Session, prefix: str, filters: Filters) -> None:
    """What has nothing like it above, used or not, on courses that have some of what was asked for."""
    session.run("owner", template(_HERE, "residual_owner").format(p=prefix))
    session.run("sections", template(_HERE, "residual_section").format(p=prefix))
    not_meeting = template("coursepush.plan", "not_meeting").format(p=prefix)
    session.run("terms not met in", f"create temp table {prefix}not_meeting as\n{not_meeting}")
    selects: list[str] = []
    for element in SETUP_ELEMENTS:
        if element.use is Use.NEVER or element.is_standard:
            continue  # standards share the tables of grading tasks and are told apart there
        for level, upper in (("course", "master"), ("section", "course")):
            if level == "section" and not element.has_sections:
                continue
            places = _places(element, level, upper, prefix)
            if element.is_category:
                session.run("by_link", template(_HERE, "residual_by_link").format(**places))
            selects.append(
                template(_HERE, "residual_by_name" if element.is_category else "residual_by_key").format(**places)
            )
    session.run(
        "candidate",
        f"create temp table {prefix}candidate as\n"
        + template(_HERE, "residual_candidate").format(rows="\nunion all\n".join(selects)),
        {
            "level": filters.level,
            "elements": filters.elements,
            "sections": filters.sections,
            "teachers": filters.teachers,
        },
    )


def _places(element: SetupElement, level: str, upper: str, prefix: str) -> dict[str, str]:
    upper_table = element.table(upper)
    known, not_broken = "", "true"
    if level == "course":
        known = f"left join {upper_table} as b on b.row_id = {{}}.parent_row_id"
        not_broken = "{0}.parent_row_id is null or (not {0}.is_link_broken and b.row_id is null)"
    places = {
        "p": prefix,
        "level": level,
        "table": element.table(level),
        "upper_table": upper_table,
    }
    if element.is_category:
        return {
            **places,
            "known": known.format("p"),
            "not_broken": f"(l.place > 1 or {not_broken.format('p')})",
        }
    option, composite = element.use is Use.OPTION, element.use is Use.COMPOSITE
    has_term = option or composite
    return {
        **places,
        "element": f"'{element.name}'"
        if has_term
        else "case when k.is_standard then 'standards' else 'grading_tasks' end",
        "bank": "" if has_term else "join grading_task as k on k.task_id = r.task_id",
        "first_term": "least(r.term_seq, coalesce(r.cumulative_from_term_seq, r.term_seq))"
        if option
        else ("r.term_seq" if composite else "-2147483647"),
        "last_term": "r.term_seq" if has_term else "2147483647",
        "child_task": "r.child_task_id" if composite else "null::bigint",
        "child_term": "r.child_term_seq" if composite else "null::integer",
        "same_key": " and ".join(f"u.{column} = r.{column}" for column in element.key),
        "above": _met_in(upper_table, prefix)
        if level == "section" and has_term
        else f"{upper_table} as u on u.owner_id = o.upper_owner_id",
        "known": f"{known.format('r')}\nwhere {not_broken.format('r')}",
    }


def _met_in(upper_table: str, prefix: str) -> str:
    """The course's rows that a section can have: those for terms in which it meets (RULES.md 5.1)."""
    return (
        f"(\n    select q.*, h.section_id\n    from {upper_table} as q\n"
        f"    join {prefix}owner as h on h.level = 'section' and h.upper_owner_id = q.owner_id\n"
        f"    anti join {prefix}not_meeting as n on n.section_id = h.section_id and n.term_seq = q.term_seq\n"
        ") as u on u.section_id = o.section_id"
    )


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
    sentences = pl.col("because").replace_strict(
        {code: why for code, (why, _) in WHY.items()}, return_dtype=pl.String
    )
    return found.with_columns(
        why=sentences.str.replace("{work}", work, literal=True),
        what_to_do=pl.col("because").replace_strict(
            {code: what for code, (_, what) in WHY.items()}, return_dtype=pl.String
        )
        + pl.when(inactive > 0).then(pl.lit(f" {INACTIVE}")).otherwise(pl.lit("")),
    ).select(RESIDUAL_COLUMNS)
