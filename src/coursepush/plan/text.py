"""Keys and values as JSON text in one form, and the order of rows: what `rows()` shows and the digest covers.

Columns come in the order of the model, all of them; decimals as strings in the column's scale, lists sorted,
dates ISO, no blanks; an attribute's text is its value alone (RULES.md 9).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.model.elements import PLAN_ELEMENTS, SetupElement
from coursepush.model.tables import ATTRIBUTES, Column, Kind
from coursepush.plan.fates import Maker, fate_of_text_sql, fate_sql, made_by_sql
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session

ROW_COLUMNS: tuple[str, ...] = (
    "hop",
    "element",
    "verdict",
    "reason",
    "link",
    "course_id",
    "section_id",
    "row_id",
    "parent_row_id",
    "key",
    "field",
    "before",
    "after",
)
"""The columns of `plan.rows()`."""

_FROM_ABOVE = f"'{Maker.DISTRICT}'"

_ELEMENT_PLACE = " ".join(f"when '{name}' then {place}" for place, name in enumerate(PLAN_ELEMENTS))

ELEMENT_PLACE_SQL = f"case element {_ELEMENT_PLACE} end"
"""SQL of the place of the column `element` in the order of a push."""

ROW_ORDER = (
    f"hop, {ELEMENT_PLACE_SQL}, course_id, section_id nulls first, "
    "key nulls first, field nulls first, row_id nulls first, verdict"
)
"""The stated order of rows: by hop, data type in the order of a push, course, section, key, field."""


def json_value(kind: Kind, value: str) -> str:
    """SQL that gives the JSON text of `value`, an expression of that kind (lists are canonical text)."""
    if kind == "text":
        text = f"cast(to_json({value}) as varchar)"
    elif kind == "ids":
        text = f"'[' || replace({value}, ';', ',') || ']'"
    elif kind in ("date", "decimal3", "decimal4"):
        text = f"""'"' || cast({value} as varchar) || '"'"""
    else:
        text = f"cast({value} as varchar)"
    return f"coalesce({text}, 'null')"


def json_object(columns: Sequence[Column], expression: str) -> str:
    """SQL that gives a JSON object; `expression` has `{}` where the column's name goes."""
    parts: list[str] = []
    for place, column in enumerate(columns):
        opening = "," if place else "{"
        value = json_value(column.kind, expression.format(column.name))
        parts.append(f"""'{opening}"{column.name}":' || {value}""")
    return " || ".join(parts) + " || '}'"


def change_rows_sql(hop: int, element: SetupElement, table: str) -> str:
    """The rows of one change table in the columns of `plan.rows()`, and `use`, `fate` and `made_by`."""
    before = json_object(element.values, "b_{}")
    after = json_object(element.values, "a_{}")
    written = "coalesce(a_{0}, b_{0}, w_{0})"
    key = json_object(element.key_columns, written)
    present = "row_id is not null"
    stands = f"a_{element.key[0]} is not null"
    section = "owner_id" if hop == 2 else "null::bigint"
    return (
        f"select {hop} as hop, '{element.name}' as element, verdict, reason, link, course_id, "
        f"{section} as section_id, row_id, "
        "case when not upper_is_new then upper_row_id end as parent_row_id, "
        f"{key} as key, null::varchar as field, "
        f"case when {present} then {before} end as before, "
        f"case when {stands} then {after} end as after, use, "
        f"{fate_sql('alters')} as fate, {made_by_sql()} as made_by\n"
        f"from (select *, {hop} as hop from {table})"
    )


def attribute_rows_sql(tables: PlanTables) -> str:
    """The rows of course_info, but `same`, in the same columns."""
    numbers = _names("int", "bool")
    decimals = _names("decimal4")

    def text(value: str) -> str:
        return (
            f"case when {value} is null then 'null' when field in ({numbers}) then {value} "
            f"when field in ({decimals}) then '\"' || {value} || '\"' "
            f"else cast(to_json({value}) as varchar) end"
        )

    return (
        "select 1 as hop, 'course_info' as element, verdict, reason, null::varchar as link, course_id, "
        "null::bigint as section_id, null::bigint as row_id, null::bigint as parent_row_id, "
        f"null::varchar as key, field, {text('before_value')} as before, {text('after_value')} as after, "
        f"null::varchar as use, {fate_sql('true')} as fate, {_FROM_ABOVE} as made_by\n"
        f"from {tables.fields} where verdict <> 'same'"
    )


def advisory_rows_sql(tables: PlanTables) -> str:
    """The rows of the advisory flag, but `same`, in the same columns."""
    return (
        "select 2 as hop, 'advisory' as element, verdict, reason, null::varchar as link, "
        "course_id, section_id, null::bigint as row_id, null::bigint as parent_row_id, "
        "null::varchar as key, 'is_advisory' as field, "
        "coalesce(cast(before_value as varchar), 'null') as before, "
        "coalesce(cast(after_value as varchar), 'null') as after, null::varchar as use, "
        f"{fate_sql('true')} as fate, {_FROM_ABOVE} as made_by\n"
        f"from {tables.flags} where verdict <> 'same'"
    )


def whole_rows_sql(tables: PlanTables) -> str:
    """The rows of what is skipped whole, in the same columns."""
    return (
        "select hop, element, verdict, reason, null::varchar as link, course_id, "
        "null::bigint as section_id, null::bigint as row_id, null::bigint as parent_row_id, "
        "null::varchar as key, null::varchar as field, null::varchar as before, null::varchar as after, "
        f"null::varchar as use, {fate_sql('true')} as fate, {_FROM_ABOVE} as made_by\n"
        f"from (select *, 'skip' as verdict from {tables.whole})"
    )


def setup_rows_sql(tables: PlanTables) -> str:
    """The rows of hop 0, in the same columns."""
    return (
        "select 0 as hop, element, verdict, reason, link, course_id, section_id, row_id, parent_row_id, key, "
        f"field, before, after, null::varchar as use, {fate_of_text_sql()} as fate, made_by\n"
        f"from {tables.setup} where verdict <> 'same'"
    )


def plan_rows_sql(tables: PlanTables) -> str:
    """Every verdict row of a plan but `same`: the columns of `plan.rows()`, `use`, `fate` and `made_by`."""
    selects = [setup_rows_sql(tables)] if tables.has_setup else []
    selects += [change_rows_sql(hop, e, table) for hop, e, table in tables.changes()]
    selects += [attribute_rows_sql(tables), advisory_rows_sql(tables), whole_rows_sql(tables)]
    return "\nunion all\n".join(selects)


def plan_verdicts_sql(tables: PlanTables) -> str:
    """Every verdict of a plan, `same` too: hop, element, verdict, reason, link, course_id, owner and row."""
    selects = [
        "select 1 as hop, 'course_info' as element, verdict, reason, null::varchar as link, course_id, "
        "course_id as owner_id, null::bigint as row_id, null::bigint as upper_row_id, "
        f"null::boolean as upper_is_new, field from {tables.fields}"
    ]
    selects += [
        f"select {hop}, '{element.name}', verdict, reason, link, course_id, owner_id, row_id, upper_row_id, "
        f"upper_is_new, null from {table}"
        for hop, element, table in tables.filled()
    ]
    selects += [
        f"select {hop}, element, 'same', null, 'linked', course_id, owner_id, row_id, upper_row_id, false, null "
        f"from {tables.same(hop)}"
        for hop in (1, 2)
    ]
    selects.append(
        "select 2, 'advisory', verdict, reason, null, course_id, section_id, null, null, null, 'is_advisory' "
        f"from {tables.flags}"
    )
    selects.append(
        "select hop, element, 'skip', reason, null, course_id, course_id, null, null, null, null "
        f"from {tables.whole}"
    )
    if tables.has_setup:
        selects.append(
            "select 0, element, verdict, reason, link, course_id, coalesce(section_id, course_id), row_id, "
            f"parent_row_id, false, field from {tables.setup}"
        )
    return "\nunion all\n".join(selects)


def all_rows_sql(tables: PlanTables) -> str:
    """Every verdict row, in the columns of `plan.rows()`; `same` rows without key, before and after."""
    columns = ", ".join(ROW_COLUMNS)
    return (
        f"select {columns} from (\n{plan_rows_sql(tables)}\n)\nunion all\n"
        "select hop, element, verdict, reason, link, course_id, case when hop = 2 then owner_id end, row_id, "
        "case when not upper_is_new then upper_row_id end, null, field, null, null\n"
        f"from (\n{plan_verdicts_sql(tables)}\n) where verdict = 'same'"
    )


def counts_sql(tables: PlanTables) -> str:
    """How often each (hop, element, verdict, reason, link, fate, made_by) came up, in the order of rows.

    `unknown_use` is how many of them remove or replace a row whose use is not known.
    """
    unknown = "use = 'unknown' and verdict in ('delete', 'relink')"
    selects = [
        "select 1 as hop, 'course_info' as element, verdict, reason, null::varchar as link, true as alters, "
        f"1 as rows, 0 as unknown_use from {tables.fields}"
    ]
    selects += [
        f"select {hop}, '{element.name}', verdict, reason, link, alters, 1, "
        f"coalesce({unknown}, false)::integer from {table}"
        for hop, element, table in tables.filled()
    ]
    selects += [
        f"select {hop}, element, 'same', null, 'linked', null, count(*), 0 from {tables.same(hop)} "
        "group by element"
        for hop in (1, 2)
    ]
    selects += [
        f"select 2, 'advisory', verdict, reason, null, true, 1, 0 from {tables.flags}",
        f"select hop, element, 'skip', reason, null, true, 1, 0 from {tables.whole}",
    ]
    every = "\nunion all\n".join(selects)
    every = (
        f"select hop, element, verdict, reason, link, {fate_sql('alters')} as fate, {made_by_sql()} as made_by, "
        f"rows, unknown_use\nfrom (\n{every}\n)"
    )
    if tables.has_setup:
        every += (
            f"\nunion all\nselect 0, element, verdict, reason, link, {fate_of_text_sql()}, made_by, 1, 0 "
            f"from {tables.setup}"
        )
    columns = "hop, element, verdict, reason, link, fate, made_by"
    return (
        f"select {columns}, sum(rows)::bigint as rows, sum(unknown_use)::bigint as unknown_use\n"
        f"from (\n{every}\n)\n"
        f"group by {columns}\n"
        f"order by hop, {ELEMENT_PLACE_SQL}, verdict, reason nulls first, link nulls first, "
        "fate nulls first, made_by"
    )


_COUNTS = {
    "hop": pl.Int32,
    "element": pl.String,
    "verdict": pl.String,
    "reason": pl.String,
    "link": pl.String,
    "fate": pl.String,
    "made_by": pl.String,
    "rows": pl.Int64,
    "unknown_use": pl.Int64,
}


def read_counts(session: Session, tables: PlanTables) -> pl.DataFrame:
    """The rows of :func:`counts_sql`. They are few: a frame of DuckDB's own would have the query bound twice."""
    return pl.DataFrame(session.rows("counts", counts_sql(tables)), schema=_COUNTS, orient="row")


def _names(*kinds: str) -> str:
    return ", ".join(f"'{column.name}'" for column in ATTRIBUTES if column.kind in kinds)


def value_columns(alias: str, element: SetupElement, *, stored: bool) -> str:
    """The value columns; a stored list of tasks becomes its one canonical text, and names get their key."""
    columns: list[str] = []
    for column in element.values:
        if column.kind == "ids" and stored:
            columns.append(f"array_to_string({alias}.{column.name}, ';') as {column.name}")
        else:
            columns.append(f"{alias}.{column.name}")
    if element.is_category:
        columns.append(f"lower({alias}.name) as name_key")
    return ",\n    ".join(columns)
