"""Numbers that lost their leading zeros, as a spreadsheet takes them: 2037 under a course master 02037.

Numbers that people type (course numbers, state codes, SCED codes, grade levels) are text in which zeros matter.
Where a file went through a spreadsheet, a whole column of courses comes without them, and a push would change all
of them. What the course master says tells the width.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from coursepush.load.checks import staged
from coursepush.load.findings import Findings, place
from coursepush.model.tables import ATTRIBUTES, TABLES
from coursepush.store import Session

PAIRS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of courses beside that of their course masters.

    `rows`: from-clause of the pairs, with the aliases given and upper.
    """

    table: str
    column: str
    rows: str


_OF_COURSES = (
    f"{staged('course')} as given join {staged('course_master')} as upper on upper.master_id = given.master_id"
)

NUMBERS: tuple[Numbers, ...] = (
    *(
        Numbers("course", column.name, _OF_COURSES)
        for column in ATTRIBUTES
        if column.kind == "text" and column.name not in ("name", "description")
    ),
    Numbers(
        "custom_field",
        "value",
        # what courses hold is put together first: joined by the field alone, there are pairs of all with all
        f"(with owned as materialized (select held.source_line, held.field, held.value, owner.master_id "
        f"from {staged('custom_field')} as held "
        f"join {staged('course')} as owner on held.level = 'course' and owner.course_id = held.owner_id) "
        f"from owned) as given "
        f"join {staged('custom_field')} as upper on upper.level = 'master' and upper.owner_id = given.master_id "
        "and upper.field = given.field",
    ),
)


def _differs(one: str, other: str) -> str:
    """Whether two texts are the same number, written with more zeros before it in one of them."""
    return (
        f"{one} <> {other} and ltrim({one}, '0') = ltrim({other}, '0') "
        f"and regexp_full_match({one}, '[0-9]+') and regexp_full_match({other}, '[0-9]+')"
    )


def _pairs(numbers: Numbers, *, lost_by: str) -> str:
    """Query: source_line, value, other; one row a number with fewer zeros than the other level's."""
    value, other = f"given.{numbers.column}", f"upper.{numbers.column}"
    shorter = f"length({value}) {'<' if lost_by == 'given' else '>'} length({other})"
    return (
        f"select given.source_line, {value} as value, {other} as other\n"
        f"from {numbers.rows}\nwhere {_differs(value, other)} and {shorter}"
    )


def _found(session: Session, tables: Collection[str]) -> list[Numbers]:
    """The columns, of the given tables, that have numbers with fewer zeros on one level than on the other."""
    found: list[Numbers] = []
    given = [one for one in NUMBERS if "course" in tables and one.table in tables]
    for rows in dict.fromkeys(one.rows for one in given):
        columns = [one for one in given if one.rows == rows]
        counts = ", ".join(
            f"count(*) filter (where {_differs(f'given.{one.column}', f'upper.{one.column}')})" for one in columns
        )
        [hits] = session.rows(
            f"numbers of {columns[0].table} without zeros",
            # one row: for each column the number of values that differ in leading zeros alone
            f"select {counts} from {rows}",
        )
        found += [one for one, number in zip(columns, hits, strict=True) if number]
    return found


def warn_of_lost_zeros(
    session: Session, tables: Collection[str], files: dict[str, str | None], findings: Findings
) -> None:
    """One warning a column of courses whose zeros are gone, one of course masters', with counts."""
    for numbers in _found(session, tables):
        where, column = place(numbers.table, files.get(numbers.table), None), numbers.column
        _warn(
            session,
            "lost_zeros",
            numbers,
            _pairs(numbers, lost_by="given"),
            f"{where}, {{rows}}: {column} is the course master's without its leading zeros, which a spreadsheet "
            "takes off: {pairs}. Give the column as text in the source, or load with repair=True (--repair).",
            files.get(numbers.table),
            findings,
        )
        _warn(
            session,
            "lost_zeros_above",
            numbers,
            _pairs(numbers, lost_by="upper"),
            f"{where}, {{rows}}: {column} has leading zeros that the course master lacks ({{pairs}}). A "
            "spreadsheet may have taken them off there, and a push would take them off here. Correct the masters.",
            files.get(numbers.table),
            findings,
        )
    if "course_master" in tables:
        file = files.get("course_master")
        _warn(
            session,
            "numbers_alike",
            Numbers("course_master", "number", ""),
            f"""
            select given.source_line, given.number as value, upper.number as other
            from {staged("course_master")} as given
            join {staged("course_master")} as upper
                on upper.catalog_id = given.catalog_id and ltrim(upper.number, '0') = ltrim(given.number, '0')
            where {_differs("given.number", "upper.number")} and length(given.number) < length(upper.number)
            """,
            f"{place('course_master', file, None)}, {{rows}}: the number is that of another course master of the "
            "catalog but for leading zeros ({pairs}). If a spreadsheet took them off, they are one course master.",
            file,
            findings,
        )


def _warn(
    session: Session,
    rule: str,
    numbers: Numbers,
    pairs_sql: str,
    message: str,
    file: str | None,
    findings: Findings,
) -> None:
    hits = session.rows(
        f"{rule} in {numbers.table}.{numbers.column}",
        # one row a number meant, the first ones, with the number of all
        f"with hit as materialized ({pairs_sql})\n"
        "select value, other, count(*) over () from hit order by source_line, value, other "
        f"limit {PAIRS_SHOWN}",
    )
    if not hits:
        return
    number = int(hits[0][2])
    rows = "1 row" if number == 1 else f"{number:,} rows"
    pairs = "; ".join(f"{value} beside {other}" for value, other, _ in hits)
    pairs += f" and {number - len(hits):,} more" if number > len(hits) else ""
    findings.warn(
        rule,
        message.replace("{rows}", rows).replace("{pairs}", pairs),
        table=numbers.table,
        file=file,
        column=numbers.column,
        value=pairs,
    )


def mend_lost_zeros(session: Session, tables: Collection[str], repairs: str) -> None:
    """Give courses the zeros of their course masters back, and list them in `repairs`.

    A course number that another course of the calendar has already stays, and is warned of.
    """
    for numbers in _found(session, tables):
        table, column = numbers.table, numbers.column
        unique = [key for key in TABLES[table].unique if column in key]
        is_free = "true"
        for key in unique:
            same = " and ".join(f"held.{part} = given.{part}" for part in key if part != column)
            parts = ", ".join(f"given.{part}" for part in key if part != column)
            is_free = (
                f"not exists (select 1 from {staged(table)} as held where {same} and held.{column} = "
                f"upper.{column}) and count(*) over (partition by {parts}, upper.{column}) = 1"
            )
        value, other = f"given.{column}", f"upper.{column}"
        session.run(
            f"note lost zeros of {table}.{column}",
            # one row a number that was mended: before and after
            f"""
            insert into {repairs}
            select '{table}', source_line, 'lost_zeros', '{column}', before, after
            from (
                select given.source_line, {value} as before, {other} as after, {is_free} as is_free
                from {numbers.rows}
                where {_differs(value, other)} and length({value}) < length({other})
            )
            where is_free
            """,
        )
        session.run(
            f"mend lost zeros of {table}.{column}",
            # one row a number that was mended
            f"""
            update {staged(table)} as given
            set {column} = mended.after
            from {repairs} as mended
            where mended.table_name = '{table}' and mended.column_name = '{column}'
                and mended.rule = 'lost_zeros' and mended.source_line = given.source_line
            """,
        )
