"""Names for the ids in plan rows: school, calendar, course, section and teacher."""

from __future__ import annotations

NAME_COLUMNS: tuple[str, ...] = (
    "school",
    "calendar",
    "course_number",
    "course_name",
    "section_number",
    "teacher",
    "use",
    "fate",
    "made_by",
)


def named_rows_sql(rows_sql: str) -> str:
    """`rows_sql` (a query with course_id and section_id) with the names of what the ids stand for."""
    return (
        "select r.*, coalesce(h.name, h.number, 'school ' || h.school_id) as school, k.name as calendar, "
        "c.number as course_number, "
        "c.name as course_name, s.number as section_number, t.name as teacher\n"
        f"from (\n{rows_sql}\n) as r\n"
        "left join course as c on c.course_id = r.course_id\n"
        "left join calendar as k on k.calendar_id = c.calendar_id\n"
        "left join school as h on h.school_id = k.school_id\n"
        "left join section as s on s.section_id = r.section_id\n"
        "left join teacher as t on t.teacher_id = s.teacher_id"
    )
