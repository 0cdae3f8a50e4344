"""What makes a setup row *used* (rules.md section 2), as SQL over a pair's present row."""

from __future__ import annotations

from coursepush.model.elements import SetupElement, Use


def used_by(prefix: str, hop: int, element: SetupElement) -> tuple[str, str]:
    """Joins to a pair (alias m, its present row's values as p_ columns) that find its use, and the condition.

    Each join finds one row at most. Needs the plan's ``work_<hop>``; on hop 1 it counts all sections of a
    course.
    """
    work = f"{prefix}work_{hop}"
    if element.use is Use.TASK:
        return (
            f"left join (select distinct owner_id, task_id from {work}) as u "
            "on u.owner_id = m.owner_id and u.task_id = m.p_task_id",
            "u.task_id is not null",
        )
    if element.use is Use.OPTION:
        return (
            f"left join {work} as u\n"
            "        on u.owner_id = m.owner_id and u.task_id = m.p_task_id and u.term_seq = m.p_term_seq\n"
            f"    left join (\n        {_cumulated(hop, element, work)}\n    ) as uc on uc.row_id = m.row_id",
            "u.task_id is not null or uc.row_id is not null",
        )
    if element.use is Use.COMPOSITE:
        return (
            f"left join {work} as u\n"
            "        on u.owner_id = m.owner_id and u.task_id = m.p_task_id and u.term_seq = m.p_term_seq\n"
            f"    left join {work} as uc\n"
            "        on uc.owner_id = m.owner_id and uc.task_id = m.p_child_task_id "
            "and uc.term_seq = m.p_child_term_seq",
            "u.task_id is not null or uc.task_id is not null",
        )
    if element.use is Use.CATEGORY:
        used = _with_assignments(prefix) if hop == 2 else _with_assignments_below(prefix)
        return f"left join (\n        {used}\n    ) as u on u.row_id = m.row_id", "u.row_id is not null"
    return "", "false"


def _cumulated(hop: int, element: SetupElement, work: str) -> str:
    """Options that cumulate from a term on, with work in it or in one between."""
    return (
        f"select distinct r.row_id\n        from {element.table('course' if hop == 1 else 'section')} as r\n"
        f"        join {work} as w on w.owner_id = r.owner_id and w.task_id = r.task_id\n"
        "        where r.cumulative_from_term_seq is not null\n"
        "            and w.term_seq between r.cumulative_from_term_seq and r.term_seq"
    )


def _with_assignments(prefix: str) -> str:
    """Section categories that have an assignment, active or not, in whichever section it is."""
    return (
        "select distinct r.row_id\n"
        "        from section_category as r\n"
        f"        join {prefix}scope_section as s on s.section_id = r.owner_id\n"
        "        join assignment as a on a.category_row_id = r.row_id"
    )


def _with_assignments_below(prefix: str) -> str:
    """Course categories that a category with assignments, of one of the course's sections, comes from."""
    return (
        "select distinct r.parent_row_id as row_id\n"
        "        from section_category as r\n"
        "        join section as s on s.section_id = r.owner_id\n"
        f"        join {prefix}target_course as c on c.course_id = s.course_id\n"
        "        join course_category as o on o.row_id = r.parent_row_id and o.owner_id = s.course_id\n"
        "        join assignment as a on a.category_row_id = r.row_id"
    )
