"""A year in a district, after a push: masters are changed, courses go their own way, links break.

For trying out a second push on any district that was pushed to, real or simulated. Every edit is one that
people or scripts make in the information system; the same district always drifts the same way.
"""

from __future__ import annotations

import polars as pl

from coursepush.store.database import Session, Store

# Masters with courses and categories, in order of number; the first ten are changed.
_CHOSEN_MASTERS = """
create temp table drifting_master as
-- one row a course master that the district changes
with candidate as (
    select m.master_id, row_number() over (order by m.number, m.master_id) as place
    from course_master as m
    where m.is_active
        and exists (select 1 from master_category as r where r.owner_id = m.master_id)
        and exists (select 1 from course as c where c.master_id = m.master_id)
)
select master_id, place
from candidate
where place <= 10
"""

_CHOSEN_COURSES = """
create temp table drifting_course as
-- one row a course that its school changes: courses of those masters first
with candidate as (
    select c.course_id, row_number() over (order by d.place nulls last, c.course_id) as place
    from course as c
    left join drifting_master as d on d.master_id = c.master_id
    where c.master_id is not null
        and exists (select 1 from course_category as r where r.owner_id = c.course_id)
)
select course_id, place
from candidate
where place <= 20
"""

_FIRST_CATEGORY = """
create temp table drifting_category as
-- one row a category of a drifting course, numbered by name
select r.row_id, r.owner_id, d.place, row_number() over (partition by r.owner_id order by lower(r.name)) as number
from course_category as r
join drifting_course as d on d.course_id = r.owner_id
"""

_EDITS: tuple[tuple[str, str], ...] = (
    (
        "course masters 1 to 4 weigh a category differently",
        """
        update master_category set weight = weight + 5
        where row_id in (
            select min(r.row_id) from master_category as r
            join drifting_master as d on d.master_id = r.owner_id and d.place <= 4
            group by r.owner_id
        )
        """,
    ),
    (
        "course masters 5 and 6 lose a category",
        """
        delete from master_category
        where row_id in (
            select max(r.row_id) from master_category as r
            join drifting_master as d on d.master_id = r.owner_id and d.place in (5, 6)
            group by r.owner_id
        )
        """,
    ),
    (
        "course masters 7 and 8 get a category",
        """
        insert into master_category (row_id, owner_id, name, weight, sequence, is_excluded, drop_lowest, task_ids)
        select (select max(row_id) from master_category) + d.place, d.master_id, 'Portfolio', 10, 99, false, 0, []
        from drifting_master as d
        where d.place in (7, 8)
        """,
    ),
    (
        "course masters 9 and 10 calculate by percent",
        """
        update master_grade_calc set use_percent = not use_percent
        where owner_id in (select master_id from drifting_master where place in (9, 10))
        """,
    ),
    (
        "courses 1 to 8: the school edits a pushed category, which breaks its link",
        """
        update course_category set weight = weight + 1, is_link_broken = true
        where row_id in (select row_id from drifting_category where place <= 8 and number = 1)
        """,
    ),
    (
        "courses 9 to 12: a script rewrites a category and loses its link",
        """
        update course_category set parent_row_id = null, weight = weight + 2
        where row_id in (select row_id from drifting_category where place between 9 and 12 and number = 1)
        """,
    ),
    (
        "courses 13 to 16: a category's link points to a row that is gone",
        """
        update course_category set parent_row_id = 900000000 + row_id
        where row_id in (select row_id from drifting_category where place between 13 and 16 and number = 1)
        """,
    ),
    (
        "courses 17 to 20: the school adds a category of its own",
        """
        insert into course_category (
            row_id, owner_id, parent_row_id, is_link_broken,
            name, weight, sequence, is_excluded, drop_lowest, task_ids
        )
        select
            (select greatest(max(r.row_id), (select coalesce(max(s.parent_row_id), 0) from section_category as s))
                from course_category as r) + d.place,
            d.course_id, null, false, 'School Project', 15, 98, false, 0, []
        from drifting_course as d
        where d.place between 17 and 20
        """,
    ),
)


def drift(store: Store) -> pl.DataFrame:
    """Change ten course masters and twenty courses of the district: what happened, and to how many rows.

    Returns:
        edit, rows; in the order in which it happened. A district with fewer masters or courses drifts less.
    """
    with store.writing() as session:
        for name, sql in (
            ("drifting masters", _CHOSEN_MASTERS),
            ("drifting courses", _CHOSEN_COURSES),
            ("drifting categories", _FIRST_CATEGORY),
        ):
            session.run(name, sql)
        rows = [(what, _changed(session, what, sql)) for what, sql in _EDITS]
        for name in ("drifting_category", "drifting_course", "drifting_master"):
            session.run("drop", f"drop table temp.main.{name}")
    return pl.DataFrame(rows, schema={"edit": pl.String, "rows": pl.Int64}, orient="row")


def _changed(session: Session, what: str, sql: str) -> int:
    return int(session.value(what, sql))
