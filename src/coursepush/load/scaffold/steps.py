"""The SQL of the scaffold: what it goes to, what the banks lack, and the rows of the masters.

The steps read the profile from the temporary tables `profile_…` that :mod:`coursepush.load.scaffold.masters`
makes, and make temporary tables of their own, `scaffold_…`.
"""

from __future__ import annotations

from coursepush.load.scaffold.profile import Calculation
from coursepush.store import Session

# -- what the setup goes to ------------------------------------------------------------------------------


def choose(session: Session, catalog: int | None, semesters: int) -> None:
    """The catalogs in scope, their masters without a setup, and their terms with the semester each is in."""
    session.run(
        "catalogs in scope",
        # one row a catalog in scope
        "create temp table scaffold_catalog as select catalog_id from district.main.catalog "
        "where $1 is null or catalog_id = $1",
        [catalog],
    )
    session.run(
        "masters without a setup",
        # one row a master that gets the profile's setup
        """
        create temp table scaffold_master as
        select master.master_id, master.catalog_id
        from district.main.course_master as master
        join scaffold_catalog using (catalog_id)
        where master.is_active
            and master.master_id not in (select owner_id from district.main.master_category)
            and master.master_id not in (select owner_id from district.main.master_grade_calc)
            and master.master_id not in (select owner_id from district.main.master_composite)
            and master.master_id not in (
                select aligned.owner_id
                from district.main.master_task as aligned
                join district.main.grading_task as task using (task_id)
                where not task.is_standard
                    -- the profile's own may be there: a reader aligns the task that its format has
                    and not exists (
                        select 1
                        from profile_task as own
                        where lower(own.name) = lower(task.name) or lower(own.code) = lower(task.code)
                    )
            )
        """,
    )
    session.run(
        "terms of the catalogs",
        # one row a catalog and term of its calendar with the most terms; semester counts from 0
        """
        create temp table scaffold_term as
        with counted as (
            select used.catalog_id, calendar.calendar_id, count(*) as terms
            from district.main.catalog_school as used
            join scaffold_catalog using (catalog_id)
            join district.main.calendar as calendar
                on calendar.school_id = used.school_id and calendar.end_year = used.end_year
            join district.main.term as term on term.calendar_id = calendar.calendar_id
            group by used.catalog_id, calendar.calendar_id
        ),
        ranked as (
            select *, row_number() over (partition by catalog_id order by terms desc, calendar_id) as place
            from counted
        ),
        placed as (
            select ranked.catalog_id, term.term_seq,
                ((row_number() over (partition by ranked.catalog_id order by term.term_seq) - 1) * $1)
                    // ranked.terms as semester
            from ranked
            join district.main.term as term on term.calendar_id = ranked.calendar_id
            where ranked.place = 1
        )
        select catalog_id, term_seq, semester,
            term_seq = max(term_seq) over (partition by catalog_id, semester) as ends_semester
        from placed
        """,
        [semesters],
    )


# -- banks -----------------------------------------------------------------------------------------------


def fill_banks(session: Session) -> None:
    """Which bank task and scale each of the profile's is; those that are missing are added, if needed."""
    session.run(
        "tasks of the profile",
        # one row a task of the profile; a bank task of the same name goes before one of the same code
        """
        create temp table scaffold_task as
        with bank as (
            select * from district.main.grading_task where not is_standard
        ),
        by_name as (
            select profile_task.position, min(bank.task_id) as task_id
            from profile_task
            join bank on lower(bank.name) = lower(profile_task.name)
            group by profile_task.position
        ),
        by_code as (
            select profile_task.position, min(bank.task_id) as task_id
            from profile_task
            join bank on lower(bank.code) = lower(profile_task.code)
            where bank.task_id not in (select task_id from by_name)
                and profile_task.position not in (select position from by_name)
            group by profile_task.position
        ),
        found as (
            select * from by_name union all select * from by_code
        )
        select profile_task.*, found.task_id is null as is_new,
            coalesce(
                found.task_id,
                (select coalesce(max(task_id), 0) from district.main.grading_task)
                    + row_number() over (partition by found.task_id is null order by profile_task.position)
            ) as task_id
        from profile_task
        left join found using (position)
        """,
    )
    session.run(
        "scales of the profile",
        # one row a scale that can be named
        """
        create temp table scaffold_scale as
        with bank as (
            select lower(name) as known_as, min(scale_id) as scale_id
            from district.main.grading_scale
            where name is not null
            group by lower(name)
        ),
        missing as (
            select position, name from profile_scale
            where lower(name) not in (select known_as from bank)
        )
        select cast(null as integer) as position, cast(null as varchar) as name, known_as, scale_id from bank
        union all
        select position, name, lower(name),
            (select coalesce(max(scale_id), 0) from district.main.grading_scale)
                + row_number() over (order by position)
        from missing
        """,
    )
    for name, sql in (
        (
            "add scales",
            # one row a scale that the bank lacks
            """
            insert into district.main.grading_scale (scale_id, name)
            select scale_id, name from scaffold_scale
            where position is not null and exists (select 1 from scaffold_master)
            order by scale_id
            """,
        ),
        (
            "add marks",
            # one row a mark of such a scale
            """
            insert into district.main.grading_scale_mark (scale_id, mark, min_percent, is_passing)
            select scaffold_scale.scale_id, mark.mark, mark.min_percent, mark.is_passing
            from scaffold_scale
            join profile_mark as mark on mark.scale = scaffold_scale.position
            where exists (select 1 from scaffold_master)
            order by scaffold_scale.scale_id, mark.mark
            """,
        ),
        (
            "add tasks",
            # one row a task that the bank lacks
            """
            insert into district.main.grading_task (task_id, name, code, is_standard)
            select task_id, name, code, false from scaffold_task
            where is_new and exists (select 1 from scaffold_master)
            order by task_id
            """,
        ),
        (
            "add locks",
            # one row a lock that a catalog in scope lacks
            """
            insert into district.main.catalog_lock (catalog_id, lock)
            select scaffold_catalog.catalog_id, profile_lock.lock
            from scaffold_catalog cross join profile_lock
            where (scaffold_catalog.catalog_id, profile_lock.lock) not in (
                select (catalog_id, lock) from district.main.catalog_lock
            )
            order by all
            """,
        ),
    ):
        session.run(name, sql)


# -- masters ---------------------------------------------------------------------------------------------


def set_up(session: Session, standards: Calculation | None) -> None:
    """The rows of the masters. Options come last: those for standards look at what is aligned."""
    session.run(
        "master tasks",
        # one row a master and task of the profile
        f"""
        insert into district.main.master_task
            (row_id, owner_id, task_id, credit_type, credit, is_post_only, sequence)
        select {_new_row_id("task", "master_id, task_id")}, master_id, task_id, credit_type, credit,
            is_post_only, sequence
        from scaffold_master cross join scaffold_task
        where (master_id, task_id) not in (select (owner_id, task_id) from district.main.master_task)
        order by 1
        """,
    )
    session.run(
        "master categories",
        # one row a master and category of the profile
        f"""
        insert into district.main.master_category
            (row_id, owner_id, name, weight, sequence, is_excluded, drop_lowest, task_ids)
        with limited as (
            select named.category, list_sort(list(task.task_id)) as task_ids
            from profile_category_task as named
            join scaffold_task as task on task.position = named.task
            group by named.category
        )
        select {_new_row_id("category", "master_id, lower(name)")}, master_id, name, weight, sequence,
            is_excluded, drop_lowest, coalesce(task_ids, [])
        from scaffold_master
        cross join profile_category
        left join limited on limited.category = profile_category.position
        order by 1
        """,
    )
    session.run(
        "master composites",
        # one row a master, term of a composite, and term of each of its children: the children's terms are
        # the same term, or, where the composite stands at the end of a semester, those of the semester
        f"""
        insert into district.main.master_composite
            (row_id, owner_id, task_id, term_seq, child_task_id, child_term_seq, weight)
        with made as (
            select master.master_id, parent.task_id, term.term_seq, child.task_id as child_task_id,
                child_term.term_seq as child_term_seq, made_of.weight
            from scaffold_master as master
            cross join profile_composite as made_of
            join scaffold_task as parent on parent.position = made_of.parent
            join scaffold_task as child on child.position = made_of.child
            join scaffold_term as term
                on term.catalog_id = master.catalog_id and (term.ends_semester or not parent.ends_semester)
            join scaffold_term as child_term
                on child_term.catalog_id = master.catalog_id
                and child_term.semester = term.semester
                and (parent.ends_semester or child_term.term_seq = term.term_seq)
                and (child_term.ends_semester or not child.ends_semester)
        )
        select {_new_row_id("composite", "master_id, task_id, term_seq, child_task_id, child_term_seq")},
            master_id, task_id, term_seq, child_task_id, child_term_seq, weight
        from made
        order by 1
        """,
    )
    values = [None] * 5 if standards is None else list(standards.values)
    session.run(
        "master calculation options",
        # one row a master, calculated task and term; and, if wanted, standard and term
        f"""
        insert into district.main.master_grade_calc
            (row_id, owner_id, task_id, term_seq, calc_type, scale_id, weight_categories, use_percent, last_n)
        with calculated as (
            select master.master_id, master.catalog_id, task.task_id, task.ends_semester, task.calc_type,
                task.scale, task.weight_categories, task.use_percent, task.last_n
            from scaffold_master as master
            cross join scaffold_task as task
            where task.calc_type is not null
            union all
            select master.master_id, master.catalog_id, aligned.task_id, false, cast($1 as varchar),
                cast($2 as varchar), cast($3 as boolean), cast($4 as boolean), cast($5 as integer)
            from scaffold_master as master
            join district.main.master_task as aligned on aligned.owner_id = master.master_id
            join district.main.grading_task as bank using (task_id)
            where bank.is_standard and not aligned.is_post_only and $1 is not null
        )
        select {_new_row_id("grade_calc", "master_id, task_id, term_seq")}, master_id, task_id, term_seq,
            calc_type, scaffold_scale.scale_id, weight_categories, use_percent, last_n
        from calculated
        join scaffold_term as term
            on term.catalog_id = calculated.catalog_id
            and (term.ends_semester or not calculated.ends_semester)
        left join scaffold_scale on scaffold_scale.known_as = lower(calculated.scale)
        order by 1
        """,
        values,
    )


def _new_row_id(family: str, order: str) -> str:
    """Ids upward from the largest that is in use or that a course's row still points to."""
    return (
        f"(select greatest(coalesce((select max(row_id) from district.main.master_{family}), 0), "
        f"coalesce((select max(parent_row_id) from district.main.course_{family}), 0))) "
        f"+ row_number() over (order by {order})"
    )
