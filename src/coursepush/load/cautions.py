"""What a load warns about: setup that a district may well have, and that somebody should know of.

One query a rule and table. Every query gives one row for each row meant: source_line and value, the key by
which it is shown. One finding says how many there are and names the first ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from coursepush.load.checks import staged
from coursepush.load.findings import Findings, place, row_word
from coursepush.load.quoting import quotes
from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.model.tables import SETUP, TABLES, Table
from coursepush.store import Session

KEYS_SHOWN = 5

_UPPER = {"course": "master", "section": "course"}
_OWNER_TABLES = {"master": "course_master", "course": "course", "section": "section"}


@dataclass(frozen=True, slots=True)
class Caution:
    """A rule on one table: `message` follows the number of rows ("3 rows: ")."""

    rule: str
    table: str
    column: str | None
    sql: str
    message: str


def run_caution(session: Session, caution: Caution, file: str | None, findings: Findings) -> None:
    """One warning for all rows that `caution` finds, with up to five keys."""
    hits = session.rows(
        f"{caution.rule} in {caution.table}",
        f"""
        -- one row a row meant, the first {KEYS_SHOWN}, with the number of all
        with hit as materialized (select distinct source_line, value from ({caution.sql}))
        select value, source_line, count(*) over () as hits
        from hit
        order by source_line, value
        limit {KEYS_SHOWN}
        """,
    )
    if not hits:
        return
    keys = [str(value) for value, *_ in hits]
    number = int(hits[0][2])
    if not quotes(caution.table):
        keys = [f"{row_word(file)} {line:,}" for _, line, _ in hits]
    count = "1 row" if number == 1 else f"{number:,} rows"
    more = f" and {number - len(keys):,} more" if number > len(keys) else ""
    findings.warn(
        caution.rule,
        f"{place(caution.table, file, None)}, {count}: {caution.message} See {'; '.join(keys)}{more}.",
        table=caution.table,
        file=file,
        column=caution.column,
        value="; ".join(keys),
    )


def cautions(tables: Collection[str]) -> Iterator[Caution]:
    """All rules on the given `tables`; call once nothing is refused any more."""
    if "course" in tables:
        yield _other_catalog()
    for table in SETUP:
        if table.name in tables:
            yield from _links(table)
    for name in (*(table.name for table in SETUP), "assignment_task", "posted_grade"):
        if name in tables:
            yield from _tasks(TABLES[name])
    for level in _OWNER_TABLES:
        if f"{level}_category" in tables and f"{level}_grade_calc" in tables:
            yield _no_weight(level)
    for name in (*(table.name for table in SETUP), "section_term", "assignment_task", "posted_grade"):
        if name in tables:
            yield from _terms(TABLES[name])


def warn_of_missing_links(session: Session, tables: Collection[str], findings: Findings) -> None:
    """Warn of a level (courses, sections) that has setup and not one link to the level above."""
    for level in _UPPER:
        names = [table.name for table in SETUP if table.name.startswith(f"{level}_") and table.name in tables]
        if not names:
            continue
        parts = " union all ".join(f"select parent_row_id from {staged(name)}" for name in names)
        number, links = session.rows(
            f"links of {level} setup",
            # one row: how many setup rows the level has, and how many of them are linked
            f"select count(*), count(parent_row_id) from ({parts})",
        )[0]
        if number and not links:
            findings.warn(
                "no_links",
                f"None of the {number:,} setup rows of {level}s ({', '.join(names)}) has a parent_row_id. "
                "A push takes them for rows of their own. Give the links in the source if it has them. After "
                "loading, district.plan_links(...) proposes them by key.",
                column="parent_row_id",
                value=level,
            )


def _key(table: Table, alias: str = "given") -> str:
    """What a row is called in a warning: its key, by column name."""
    return " || ', ' || ".join(f"'{name} ' || cast({alias}.{name} as varchar)" for name in table.key)


def _key_columns(table: Table) -> str:
    """The columns of a row's key, for :func:`_key_of_named`: text is made of those alone that are told."""
    return ", ".join(f"given.{name} as key_{name}" for name in table.key)


def _key_of_named(table: Table) -> str:
    return " || ', ' || ".join(f"'{name} ' || cast(named.key_{name} as varchar)" for name in table.key)


def _other_catalog() -> Caution:
    return Caution(
        "catalog_not_assigned",
        "course",
        "master_id",
        f"""
        select given.source_line, {_key(TABLES["course"])} as value
        from {staged("course")} as given
        join {staged("course_master")} as master on master.master_id = given.master_id
        join {staged("calendar")} as calendar on calendar.calendar_id = given.calendar_id
        left join {staged("catalog_school")} as assigned
            on assigned.school_id = calendar.school_id and assigned.end_year = calendar.end_year
        where assigned.catalog_id is distinct from master.catalog_id
        """,
        "the course is linked to a course master of a catalog that its school is not assigned in that year; "
        "a push of the school's catalog does not reach it.",
    )


def _links(table: Table) -> Iterator[Caution]:
    level, _, what = table.name.partition("_")
    upper = _UPPER.get(level)
    if upper is None:
        return
    key, owner = _key(table), _OWNER_TABLES[level]
    yield Caution(
        "parent_missing",
        table.name,
        "parent_row_id",
        f"""
        select given.source_line, {key} as value
        from {staged(table.name)} as given
        where given.parent_row_id is not null
            and not exists (
                select 1 from {staged(f"{upper}_{what}")} as parent where parent.row_id = given.parent_row_id
            )
        """,
        f"parent_row_id points to no row of {upper}_{what}; a push takes the row for an orphan.",
    )
    yield Caution(
        "parent_of_other_owner",
        table.name,
        "parent_row_id",
        f"""
        select given.source_line, {key} as value
        from {staged(table.name)} as given
        join {staged(owner)} as owner on owner.{level}_id = given.owner_id
        where given.parent_row_id in (select row_id from {staged(f"{upper}_{what}")})
            -- asked as what is not there: a join by what differs may be made first, of all rows with all
            and not exists (
                select 1
                from {staged(f"{upper}_{what}")} as parent
                where parent.row_id = given.parent_row_id and parent.owner_id = owner.{upper}_id
            )
        """,
        f"parent_row_id points to a row of {upper}_{what} that belongs to another "
        f"{_OWNER_TABLES[upper]} than the {level}'s own.",
    )
    yield Caution(
        "shared_parent",
        table.name,
        "parent_row_id",
        f"""
        select given.source_line, {key} as value
        from {staged(table.name)} as given
        join (
            -- one row a parent that several rows of one owner point to
            select owner_id, parent_row_id
            from {staged(table.name)}
            where parent_row_id is not null
            group by owner_id, parent_row_id
            having count(*) > 1
        ) as shared on shared.owner_id = given.owner_id and shared.parent_row_id = given.parent_row_id
        """,
        f"several rows of one {level} have the same parent_row_id.",
    )


def _setup_columns(table: Table, term: bool) -> tuple[str, ...]:
    """The columns by which rows of a setup table name tasks (or terms)."""
    what = table.name.partition("_")[2]
    elements = [element for element in SETUP_ELEMENTS if element.family == what]
    return elements[0].term_columns if term else elements[0].task_columns


def _owned(table: Table) -> str:
    """From clause: the rows as `given`, with the section, course or master they belong to."""
    level = table.name.partition("_")[0]
    rows = f"{staged(table.name)} as given"
    if table in SETUP:
        owner = _OWNER_TABLES[level]
        key = TABLES[owner].key[0]
        rows += f" join {staged(owner)} as owner on owner.{key} = given.owner_id"
        return rows
    if table.name == "assignment_task":
        work = staged("assignment")
        rows += f" join {work} as assignment on assignment.assignment_id = given.assignment_id"
        section = "assignment.section_id"
    else:
        section = "given.section_id"
    return f"{rows} join {staged('section')} as owner on owner.section_id = {section}"


def _tasks(table: Table) -> Iterator[Caution]:
    """Rows that name a task which their master or course is not aligned to."""
    level = table.name.partition("_")[0] if table in SETUP else "section"
    lists = table.name.endswith("_category")
    columns = ("task_id",)
    if table in SETUP:
        columns = ("task_ids",) if lists else _setup_columns(table, term=False)
    if not columns:
        return
    aligned, owner = ("master_task", "master_id") if level == "master" else ("course_task", "course_id")
    key = _key_columns(table)
    words = "course master" if level == "master" else "course"
    named = "\n union all ".join(
        f"select given.source_line, {key}, owner.{owner} as owner_id, "
        f"{f'unnest(given.{column})' if lists else f'given.{column}'} as task_id from {_owned(table)}"
        for column in columns
    )
    yield Caution(
        "task_not_aligned",
        table.name,
        columns[0] if len(columns) == 1 else None,
        f"""
        select named.source_line, {_key_of_named(table)} as value
        from (
            -- one row a task that a row names
            {named}
        ) as named
        where named.task_id is not null
            and not exists (
                select 1 from {staged(aligned)} as aligned
                where aligned.owner_id = named.owner_id and aligned.task_id = named.task_id
            )
        """,
        f"the row names a grading task or standard that its {words} lacks in {aligned}.",
    )


def _no_weight(level: str) -> Caution:
    table = TABLES[f"{level}_category"]
    return Caution(
        "no_category_weight",
        table.name,
        "weight",
        f"""
        -- one row an owner that weights categories which weigh nothing together
        select min(given.source_line) as source_line,
            'owner_id ' || cast(given.owner_id as varchar) as value
        from {staged(table.name)} as given
        where given.owner_id in (select owner_id from {staged(f"{level}_grade_calc")} where weight_categories)
        group by given.owner_id
        having coalesce(sum(given.weight) filter (where not given.is_excluded), 0) = 0
        """,
        "categories are weighted, but those that count weigh 0 in all, so no grade can be computed.",
    )


def _terms(table: Table) -> Iterator[Caution]:
    """Rows in a term that the calendar of their course lacks. A master has no calendar."""
    level = table.name.partition("_")[0]
    if table in SETUP and level == "master":
        return
    columns = _setup_columns(table, term=True) if table in SETUP else ("term_seq",)
    if not columns:
        return
    key = _key_columns(table)
    named = "\n union all ".join(
        f"select given.source_line, {key}, owner.course_id, given.{column} as term_seq from {_owned(table)}"
        for column in columns
    )
    yield Caution(
        "term_not_in_calendar",
        table.name,
        columns[0] if len(columns) == 1 else None,
        f"""
        select named.source_line, {_key_of_named(table)} as value
        from (
            -- one row a term that a row names
            {named}
        ) as named
        join {staged("course")} as course on course.course_id = named.course_id
        where named.term_seq is not null
            and not exists (
                select 1 from {staged("term")} as term
                where term.calendar_id = course.calendar_id and term.term_seq = named.term_seq
            )
        """,
        "the row is in a term that the calendar of its course lacks.",
    )
