"""The undo of setup itself: what hop 0 wrote goes back, unless something newer rests on it (RULES.md 13).

Tables are gone through from those that others point to last: what stays keeps what it points to.
"""

from __future__ import annotations

from coursepush.model.elements import AROUND_SETUP, COURSE_INFO, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import TABLES, Table
from coursepush.plan.setup.steps import LEVELS, PLANNED_TABLES, image_sql, value_sql
from coursepush.plan.step import Step
from coursepush.plan.tables import SETUP, Judged, PlanTables, verdict_columns
from coursepush.store.templates import template

_OF_PUSHES = frozenset(e.table(level) for e in SETUP_ELEMENTS for level in ("course", "section"))
"""Tables whose rows are kept, and taken back, with those of pushes."""

_TABLES = tuple(name for name in reversed(PLANNED_TABLES) if name not in _OF_PUSHES)


def setup_undo_steps(tables: PlanTables, push_id: int, *, ids_are_new: bool) -> list[Step]:
    """The steps that make the verdicts of hop 0 of an undo, which come after all others.

    `ids_are_new`: what the push added got new ids, so that whatever hangs on it came later.
    """
    steps = [Step("setup", tables.setup, columns=SETUP)]
    for name in _TABLES:
        steps.append(_row_step(tables, TABLES[name], push_id))
        steps.append(Step(f"undo of {name}", None, _verdict_sql(tables, TABLES[name], ids_are_new=ids_are_new)))
        steps.append(Step(f"taken of {name}", None, _taken_sql(tables, TABLES[name])))
    steps += [
        Step(f"with its owner.{one.hop}.{one.element.name}", None, _with_owner_sql(tables, one))
        for one in tables.judged()
    ]
    return steps


def _with_owner_sql(tables: PlanTables, one: Judged) -> str:
    """What is on a course or section that is left alone is left alone as well."""
    owner = "course" if one.hop == 1 else "section"
    columns = [name.removeprefix("a_") for name in verdict_columns(one.element) if name.startswith("a_")]
    return _fill(
        "with_owner",
        rows=one.rows,
        setup=tables.setup,
        owner=owner,
        sets=", ".join(f"a_{name} = v.b_{name}" for name in columns),
    )


def _fill(name: str, **words: object) -> str:
    return template("coursepush.plan.undo", name).format_map(words)


def _rows(tables: PlanTables, table: Table) -> str:
    return f"{tables.prefix}undo_setup_{table.name}"


def _at(table: Table, name: str, row: str = "h") -> str:
    """SQL of a column of the key of what the history's row is about."""
    return f"cast(json_extract_string({row}.row_at, '$.{name}') as {table.column(name).sql_type})"


def _row_step(tables: PlanTables, table: Table, push_id: int) -> Step:
    """One row a row or field that hop 0 wrote, and what stands there now."""
    fields = " ".join(
        f"when '{column.name}' then {value_sql(column, 'r')}"
        for column in table.columns
        if column.name not in table.key
    )
    sql = _fill(
        "setup_row",
        p=tables.prefix,
        push_id=push_id,
        table=table.name,
        same_key=" and ".join(f"r.{name} = {_at(table, name)}" for name in table.key),
        now=f"case when h.field_at is null then {image_sql(table, 'r')} else case h.field_at {fields} end end"
        if fields
        else image_sql(table, "r"),
        is_there=f"r.{table.key[0]} is not null",
        keys=", ".join(f"{_at(table, name)} as k_{name}" for name in table.key),
    )
    return Step(f"undo_setup_{table.name}", _rows(tables, table), sql)


def _verdict_sql(tables: PlanTables, table: Table, *, ids_are_new: bool) -> str:
    level, _, family = table.name.partition("_")
    elements = [e for e in SETUP_ELEMENTS if e.family == family] if level in LEVELS else []
    course = {
        "course": "h.k_course_id",
        "custom_field": "case when h.k_level = 'course' then h.k_owner_id end",
        "section": "cast(json_extract_string(coalesce(h.was, h.will), '$.course_id') as bigint)",
    }.get(table.name, "null::bigint")
    if table.name == "section":
        course = f"coalesce(o.course_id, {course})"
    own = "h.row_at"
    if elements:
        keys = " || ',' || ".join(
            f"""'"{c.name}":' || cast(json_extract(coalesce(h.was, h.will), '$.{c.name}') as varchar)"""
            for c in elements[0].key_columns
        )
        owner = "json_extract_string(coalesce(h.was, h.will), '$.owner_id')"
        own = f"""'{{"master_id":' || {owner} || ',' || {keys} || '}}'"""
    elif table.name == "custom_field":
        own = """case when h.k_level <> 'course' then '{"master_id":' || h.k_owner_id || '}' end"""
    return _fill(
        "setup_verdict",
        setup=tables.setup,
        rows=_rows(tables, table),
        table=table.name,
        element=_element(table, bool(elements), elements),
        bank="left join grading_task as k on k.task_id = "
        "cast(json_extract_string(coalesce(h.was, h.will), '$.task_id') as bigint)"
        if family == "task" and elements
        else "",
        owner="left join section as o on o.section_id = h.k_section_id" if table.name == "section" else "",
        course_id=course,
        section_id="h.k_section_id" if table.name in ("section", "section_term") else "null::bigint",
        row_id="case when h.is_there then h.k_row_id end" if elements else "null::bigint",
        key="case when h.field_at is not null then null else h.row_at end" if table.name == "course" else own,
        field="'custom.' || h.k_field" if table.name == "custom_field" else "h.field_at",
        before=_shown("h.now", table, bool(elements)),
        after=_shown("h.was", table, bool(elements)),
        rests=_rests(tables, table, ids_are_new=ids_are_new),
    )


def _element(table: Table, is_setup: bool, elements: list[SetupElement]) -> str:
    if table.name == "custom_field":
        return f"'{COURSE_INFO}'"
    if not is_setup:
        whole = f"'{AROUND_SETUP[table.name]}'"
        if table.name in ("course", "course_master"):
            return f"case when h.field_at is null then {whole} else '{COURSE_INFO}' end"
        return whole
    names = [element.name for element in SETUP_ELEMENTS if element in elements]
    if len(names) == 1:
        return f"'{names[0]}'"
    return "case when k.is_standard then 'standards' else 'grading_tasks' end"


def _shown(side: str, table: Table, is_setup: bool) -> str:
    """What `plan.rows()` shows of a side: of a row of setup its values, of a district-defined field its value."""
    if table.name == "custom_field":
        return f"json_extract({side}, '$.value')"
    if not is_setup:
        return side
    return f"""'{{' || regexp_replace({side}, '^\\{{"row_id":-?[0-9]+,"owner_id":-?[0-9]+,', '')"""


def _rests(tables: PlanTables, table: Table, *, ids_are_new: bool) -> str:
    """SQL over a row `h` that would be taken away: whether something that stays rests on it."""
    first, *more = table.key
    if more:
        return "null::varchar"
    key = f"h.k_{first}"
    tests: list[str] = []
    for other in TABLES.values():
        for column in other.columns:
            pointed = column.name
            links = ids_are_new and column.name == "parent_row_id" and table.name == _above(other.name)
            if (column.reference != table.name and not links) or column.kind == "ids":
                continue
            reason = "used_since" if other.is_work or other.name == "enrollment" else "changed_since"
            tests.append(
                f"when exists (select 1 from {other.name} as x where x.{pointed} = {key}"
                f"{_not_going(tables, other)}) then '{reason}'"
            )
    return f"case {' '.join(tests)} end" if tests else "null::varchar"


def _above(table: str) -> str:
    level, _, family = table.partition("_")
    return f"{ {'course': 'master', 'section': 'course'}.get(level, '') }_{family}"


def _not_going(tables: PlanTables, other: Table) -> str:
    """SQL: a row `x` of another table is not itself taken away, or given another parent, by this undo."""
    if other.name in _OF_PUSHES:
        writing = " or ".join(
            f"exists (select 1 from {one.rows} as v where v.row_id = x.row_id "
            "and v.verdict not in ('same', 'keep'))"
            for one in tables.judged()
            if one.table == other.name
        )
        return f" and not ({writing})"
    if other.name not in _TABLES:
        return ""
    same = " and ".join(f"v.k_{name} = x.{name}" for name in other.key)
    return (
        f" and not exists (select 1 from {_rows(tables, other)} as v join {tables.setup} as s "
        "on s.row_at = v.row_at and s.field_at is not distinct from v.field_at "
        f"and s.table_name = '{other.name}' and s.verdict not in ('same', 'keep') where {same})"
    )


def _taken_sql(tables: PlanTables, table: Table) -> str:
    """Keeps what cannot go back, since something that stays has its key, name or number."""
    return _fill(
        "setup_taken",
        setup=tables.setup,
        table=table.name,
        keys=", ".join(f"{_at(table, name, 's')} as k_{name}" for name in table.key),
        taken=_taken(tables, table),
    )


def _taken(tables: PlanTables, table: Table) -> str:
    """SQL over a verdict `h`: whether what would be put back has a key that another row has, which stays."""
    tests: list[str] = []
    for unique in table.unique:
        other = " or ".join(f"x.{name} <> h.k_{name}" for name in table.key)
        going = _not_going(tables, table)
        names = ", ".join(f"'{name}'" for name in unique)
        same = " and ".join(
            _is_same(name, f"cast({_was(name)} as {table.column(name).sql_type})") for name in unique
        )
        tests.append(
            f"(h.field_at is null and exists (select 1 from {table.name} as x where ({other}) and {same}{going}))"
        )
        same = " and ".join(
            _is_same(
                name,
                f"case when h.field_at = '{name}' then cast(json_extract_string(h.will, '$') as "
                f"{table.column(name).sql_type}) else n.{name} end",
            )
            for name in unique
        )
        own = " and ".join(f"n.{name} = h.k_{name}" for name in table.key)
        tests.append(
            f"(h.field_at in ({names}) and exists (select 1 from {table.name} as n join {table.name} as x "
            f"on ({other}) and {same} where {own}{going}))"
        )
    return f"({' or '.join(tests)})" if tests else "false"


def _was(name: str) -> str:
    return f"json_extract_string(h.will, '$.{name}')"


def _is_same(name: str, value: str) -> str:
    return f"lower(x.{name}) = lower({value})" if name == "name" else f"x.{name} = {value}"
