"""What a load refuses in the rows it has read: one query a rule, over staged tables.

A staged table holds the model's columns of one table and source_line. Every query gives one row for each row
at fault: source_line, value (as text) and other (a further text for the message, or null).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from coursepush.errors import counted
from coursepush.load.findings import ROWS_SHOWN, Findings, place, row_word
from coursepush.load.quoting import UNTOLD, quotes, shortened
from coursepush.model.elements import CUSTOM_FIELD_LOCK, KNOWN_LOCKS
from coursepush.model.tables import TABLES, Column, Table
from coursepush.store import Session

NAME_LIMIT = 50

CATEGORY_TABLES = ("master_category", "course_category", "section_category")


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on one table: `sql` finds the rows; {value}, {other} and {unit} are filled in to `message`."""

    rule: str
    table: str
    column: str | None
    sql: str
    message: str


def staged(table: str) -> str:
    return f"staged_{table}"


MANY_ROWS = 100_000
"""From so many rows on it pays to look first whether a table comes in the order of its key."""


def is_in_order(session: Session, table: Table) -> bool:
    """Whether a staged table of many rows comes in the order of its key, each key once.

    One pass, row after row: what is in order needs neither a search for repeated keys nor a sort, which take many
    times as long and much memory where there are a hundred million scores.
    """
    if session.value(f"rows of {table.name}", f"select count(*) from {staged(table.name)}") < MANY_ROWS:
        return False
    pairs = ", ".join(f"{name}, lag({name}) over () as last_{name}" for name in table.key)
    rises = "false"
    for name in reversed(table.key):
        rises = f"{name} > last_{name} or ({name} = last_{name} and ({rises}))"
    faults = session.value(
        f"order of {table.name}",
        f"""
        -- one row: how many rows do not stand after the row before them
        select count(*) filter (where not coalesce({rises}, false))
        from (select {pairs} from {staged(table.name)})
        """,
    )
    return faults == 1  # the first row has none before it


def run_check(session: Session, check: Check, file: str | None, findings: Findings) -> None:
    """Refuse the rows that `check` finds: the first ones singly, the rest in one finding.

    In a table of students rows with one value are refused together, since the value that they share is not told.
    """
    is_quoted = quotes(check.table, check.rule)
    hits = session.rows(
        f"{check.rule} in {check.table}",
        f"""
        -- one row a row at fault, or value at fault, the first {ROWS_SHOWN} by line, with the number of all rows
        with hit as materialized ({check.sql})
        {_EACH_ROW if is_quoted else _EACH_VALUE}
        order by source_line, value, other
        limit {ROWS_SHOWN}
        """,
    )
    for line, value, other, rows, _ in hits:
        value, other = shortened(value) if is_quoted else UNTOLD, shortened(other)
        said = check.message.format(value=value, other=other, unit=row_word(file))
        more = f" {counted(rows - 1, 'more row')} with the same value." if rows > 1 else ""
        findings.refuse(
            check.rule,
            f"{place(check.table, file, line)}: {said}{more}",
            table=check.table,
            file=file,
            line=line,
            column=check.column,
            value=value,
        )
    left = hits[0][4] - sum(rows for *_, rows, _ in hits) if hits else 0
    if left:
        findings.refuse(
            check.rule,
            f"{place(check.table, file, None)}: {left:,} more rows with the same fault "
            f"({check.rule}{'' if check.column is None else ', column ' + check.column}).",
            table=check.table,
            file=file,
            column=check.column,
        )


_EACH_ROW = "select source_line, value, other, 1 as rows, count(*) over () as hits from hit"
_EACH_VALUE = """
        select min(source_line) as source_line, value, min(other) as other, count(*) as rows,
            sum(count(*)) over ()::bigint as hits
        from hit
        group by value"""


def refusal_checks(
    tables: Collection[str], unread: Collection[str], in_order: Collection[str], findings: Findings
) -> Iterator[Check]:
    """All checks on the given `tables`; none against tables that could not be read (`unread`).

    Tables that come in the order of their keys (`in_order`) have no repeated ones.

    A table whose key has refused values is no yardstick for references either: they would be found a second
    time as references to nothing.
    """
    blind = {name for name, table in TABLES.items() if name in unread or _has_bad_key(table, findings)}
    for name in TABLES:
        if name not in tables:
            continue
        table = TABLES[name]
        if name not in in_order:
            yield _duplicate_ids(table)
        for unique in table.unique:
            yield _duplicate_keys(table, unique)
        for column in table.columns:
            if column.reference is not None and column.reference not in blind:
                yield _reference(table, column, column.reference in tables)
            if column.name == "weight":
                yield _negative_weights(table)
    for name in CATEGORY_TABLES:
        if name in tables:
            yield from _category_checks(name)
    if "catalog_lock" in tables and "custom_field" not in unread:
        yield _locks()
    if "custom_field" in tables:
        yield from _custom_fields(blind, tables)
    if "assignment" in tables and "section_category" not in blind:
        yield _other_sections_category()


def _has_bad_key(table: Table, findings: Findings) -> bool:
    return any(findings.has_refusal(table.name, column) for column in table.key)


def _all_known(columns: Collection[str]) -> str:
    return " and ".join(f"{column} is not null" for column in columns)


def _text(columns: Collection[str]) -> str:
    return "concat_ws(', ', " + ", ".join(columns) + ")"


def _repeats(table: Table, parts: dict[str, str]) -> str:
    """Rows that repeat, in all of `parts` (name → SQL), a row on an earlier line; other: that line."""
    keys = ", ".join(f"{sql} as {name}_part" for name, sql in parts.items())
    same = " and ".join(f"{sql} = repeated.{name}_part" for name, sql in parts.items())
    return f"""
        select given.source_line, {_text([f"given.{name}" for name in parts])} as value,
            cast(repeated.first_line as varchar) as other
        from {staged(table.name)} as given
        join (
            -- one row a key that occurs more than once
            select {keys}, min(source_line) as first_line
            from {staged(table.name)}
            where {_all_known(parts)}
            group by all
            having count(*) > 1
        ) as repeated on {same}
        where given.source_line > repeated.first_line
    """


def _duplicate_ids(table: Table) -> Check:
    return Check(
        "duplicate_id",
        table.name,
        table.key[0] if len(table.key) == 1 else None,
        _repeats(table, {name: name for name in table.key}),
        f"{', '.join(table.key)} {{value}} was already given in {{unit}} {{other}}. Keep one of the rows.",
    )


def _duplicate_keys(table: Table, unique: tuple[str, ...]) -> Check:
    is_category = table.name in CATEGORY_TABLES
    parts = {name: f"lower({name})" if is_category and name == "name" else name for name in unique}
    is_mark = table.name == "grading_scale_mark"
    note = ", ignoring case" if is_category else ""
    cure = ", or load with repair=True" if is_category else ""
    if is_mark:
        words = (
            "the mark has the same scale_id, min_percent ({value}) as the mark in {unit} {other}. Give each "
            "mark of a scale a min_percent of its own."
        )
    else:
        words = (
            f"{', '.join(unique)} ({{value}}) was already given in {{unit}} {{other}}; it must not "
            f"repeat{note}. Rename or remove one of the two rows{cure}."
        )
    rule = "same_min_percent" if is_mark else "duplicate_key"
    return Check(rule, table.name, unique[-1], _repeats(table, parts), words)


def _reference(table: Table, column: Column, is_given: bool) -> Check:
    assert column.reference is not None
    target, key = column.reference, TABLES[column.reference].key[0]
    source = staged(table.name)
    if column.kind == "ids":
        # one row a member of a list
        source = f"(select source_line, unnest({column.name}) as {column.name} from {source})"
    hint = "" if is_given else f" Table {target} was not given."
    return Check(
        "unknown_reference",
        table.name,
        column.name,
        f"""
        select source_line, cast({column.name} as varchar) as value, cast(null as varchar) as other
        from {source} as given
        where {column.name} is not null
            and not exists (select 1 from {staged(target)} as target where target.{key} = given.{column.name})
        """,
        f"{column.name} {{value}} is not in table {target}.{hint} Add that row or correct the value.",
    )


def _negative_weights(table: Table) -> Check:
    return Check(
        "negative_weight",
        table.name,
        "weight",
        f"""
        select source_line, cast(weight as varchar) as value, cast(null as varchar) as other
        from {staged(table.name)}
        where weight < 0
        """,
        "weight {value} is negative. Give zero or more.",
    )


def _category_checks(table: str) -> Iterator[Check]:
    yield Check(
        "name_too_long",
        table,
        "name",
        f"""
        select source_line, name as value, cast(length(name) as varchar) as other
        from {staged(table)}
        where length(name) > {NAME_LIMIT}
        """,
        f"the category name has {{other}} characters; {NAME_LIMIT} are allowed. Shorten {{value!r}}, or load "
        "with repair=True.",
    )
    yield Check(
        "unsorted_task_ids",
        table,
        "task_ids",
        f"""
        select source_line, array_to_string(task_ids, ';') as value,
            array_to_string(list_sort(list_distinct(task_ids)), ';') as other
        from {staged(table)}
        where task_ids <> list_sort(list_distinct(task_ids))
        """,
        "task_ids {value} must be in ascending order, each id once. Write {other}, or load with repair=True.",
    )


def _locks() -> Check:
    known = ", ".join(f"'{lock}'" for lock in KNOWN_LOCKS)
    return Check(
        "unknown_lock",
        "catalog_lock",
        "lock",
        f"""
        select source_line, lock as value, cast(null as varchar) as other
        from {staged("catalog_lock")}
        where lock not in ({known})
            and lock not in (
                select '{CUSTOM_FIELD_LOCK}' || field from {staged("custom_field")} where field is not null
            )
        """,
        "there is no lock {value!r}. Locks are those of the data types (grading_tasks, categories, ...), "
        "course_info.<attribute>, and course_info.custom.<field> for a field of table custom_field.",
    )


def _custom_fields(blind: Collection[str], tables: Collection[str]) -> Iterator[Check]:
    yield Check(
        "unknown_level",
        "custom_field",
        "level",
        f"""
        select source_line, level as value, cast(null as varchar) as other
        from {staged("custom_field")}
        where level not in ('master', 'course')
        """,
        "level {value!r} is neither 'master' nor 'course'. Correct it.",
    )
    for level, target in (("master", "course_master"), ("course", "course")):
        if target in blind:
            continue
        hint = "" if target in tables else f" Table {target} was not given."
        key = TABLES[target].key[0]
        yield Check(
            "unknown_reference",
            "custom_field",
            "owner_id",
            f"""
            select source_line, cast(owner_id as varchar) as value, cast(null as varchar) as other
            from {staged("custom_field")} as given
            where level = '{level}' and owner_id is not null
                and not exists (
                    select 1 from {staged(target)} as target where target.{key} = given.owner_id
                )
            """,
            f"owner_id {{value}} is not in table {target}.{hint} Add that row or correct the value.",
        )


def _other_sections_category() -> Check:
    return Check(
        "category_of_other_section",
        "assignment",
        "category_row_id",
        f"""
        select given.source_line, cast(given.category_row_id as varchar) as value,
            cast(category.owner_id as varchar) as other
        from {staged("assignment")} as given
        join {staged("section_category")} as category on category.row_id = given.category_row_id
        where given.section_id <> category.owner_id
        """,
        "category_row_id {value} is a category of section {other}, not of the assignment's own section. Name "
        "a category of that section.",
    )
