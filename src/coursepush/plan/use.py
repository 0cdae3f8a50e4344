"""What makes a setup row *used* (RULES.md 2), as SQL over a pair's present row."""

from __future__ import annotations

from coursepush.model.elements import SetupElement, Use
from coursepush.model.tables import WORK_TABLES
from coursepush.plan.step import Made, Step
from coursepush.plan.tables import WORK, PlanTables
from coursepush.store.database import Session
from coursepush.store.layout import given_tables
from coursepush.store.templates import template
from coursepush.store.work import work_by_task_sql


def unknown_work(session: Session) -> frozenset[str]:
    """The tables of students' work that were not loaded: use cannot be known from them."""
    return frozenset(WORK_TABLES) - given_tables(session)


def may_be_used(tables: PlanTables, hop: int, element: SetupElement, made: Made) -> bool:
    """Whether there is anything that could make a row used; `made`: the tables of which it is known that they have
    rows."""
    if element.use is Use.CATEGORY:
        return bool(made.get("assignment"))
    return element.use is not Use.NEVER and bool(made.get(tables.work(hop)))


def used_by(prefix: str, hop: int, element: SetupElement, *, keeps_work: bool) -> tuple[str, str]:
    """Joins to a pair (alias m, its present row's values as p_ columns) that find its use, and the condition.

    Each join finds one row at most. Needs the plan's ``work_<hop>``; on hop 1 it counts all sections of a
    course.
    """
    work = f"{prefix}work_{hop}"
    on_task = f"left join {work} as u on u.owner_id = m.owner_id and u.task_id = m.p_task_id"
    if element.use is Use.TASK:
        return on_task, "u.task_id is not null"
    if element.use is Use.OPTION:
        # least() passes over null: without a term to cumulate from, and where that is a later one, its own alone
        first = "least(m.p_cumulative_from_term_seq, m.p_term_seq)"
        return on_task, f"coalesce(list_has_any(u.terms, range({first}, m.p_term_seq + 1)), false)"
    if element.use is Use.COMPOSITE:
        on_child = f"left join {work} as uc on uc.owner_id = m.owner_id and uc.task_id = m.p_child_task_id"
        return (
            f"{on_task}\n    {on_child}",
            "coalesce(list_contains(u.terms, m.p_term_seq), false)\n"
            "            or coalesce(list_contains(uc.terms, m.p_child_term_seq), false)",
        )
    if element.use is Use.CATEGORY:
        in_use = "push.category_in_use as a on a.row_id" if keeps_work else "assignment as a on a.category_row_id"
        used = _with_assignments(prefix, in_use) if hop == 2 else _with_assignments_below(prefix, in_use)
        return f"left join (\n        {used}\n    ) as u on u.row_id = m.row_id", "u.row_id is not null"
    return "", "false"


def _with_assignments(prefix: str, in_use: str) -> str:
    """Section categories that have an assignment, active or not, in whichever section it is."""
    return (
        "select distinct r.row_id\n"
        "        from section_category as r\n"
        f"        join {prefix}scope_section as s on s.section_id = r.owner_id\n"
        f"        join {in_use} = r.row_id"
    )


def _with_assignments_below(prefix: str, in_use: str) -> str:
    """Course categories that a category with assignments, of one of the course's sections, comes from."""
    return (
        "select distinct r.parent_row_id as row_id\n"
        "        from section_category as r\n"
        "        join section as s on s.section_id = r.owner_id\n"
        f"        join {prefix}target_course as c on c.course_id = s.course_id\n"
        "        join course_category as o on o.row_id = r.parent_row_id and o.owner_id = s.course_id\n"
        f"        join {in_use} = r.row_id"
    )


def work_steps(tables: PlanTables, *, keeps_work: bool, seen: Made | None = None) -> list[Step]:
    """The steps ``work_2`` and ``work_1``: where students of the courses worked on work, by section and by course.

    Need ``target_course``. All sections of those courses count, whichever of them the push reaches. `seen`: the
    tables of the district that have rows, where that is known.
    """
    if seen is not None and not (seen.keys() & {"assignment_task", "posted_grade"}):
        return [Step(f"work_{hop}", tables.work(hop), columns=WORK) for hop in (2, 1)]
    courses = f"{tables.prefix}target_course as c on c.course_id = s.course_id"
    sections = f"(select s.section_id from section as s semi join {courses})"
    rows = f"select * from push.work as w semi join {sections} as o on o.section_id = w.section_id"
    rows = rows if keeps_work else work_by_task_sql(sections)
    of_sections, of_courses = (template("coursepush.plan", name) for name in ("work_2", "work_1"))
    return [
        Step("work_2", tables.work(2), of_sections.format(rows=rows)),
        Step("work_1", tables.work(1), of_courses.format(of_sections=tables.work(2))),
    ]
