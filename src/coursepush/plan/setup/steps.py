"""What edits change, row by row: the tables as they left them against the district's own."""

from __future__ import annotations

from coursepush.model.elements import AROUND_SETUP, COURSE_INFO, SETUP_ELEMENTS, SetupElement
from coursepush.model.tables import TABLES, Column, Table
from coursepush.plan.fates import made_by_of_text_sql
from coursepush.plan.step import Step
from coursepush.plan.tables import SETUP, PlanTables
from coursepush.plan.text import json_object, json_value
from coursepush.store.templates import template

LEVELS = ("master", "course", "section")

_PLANNED = frozenset(
    {*AROUND_SETUP, "custom_field", *(element.table(level) for element in SETUP_ELEMENTS for level in LEVELS)}
)

PLANNED_TABLES: tuple[str, ...] = tuple(name for name in TABLES if name in _PLANNED)
"""The tables that a plan of setup may change, in an order in which references point backwards."""


def setup_step(tables: PlanTables) -> Step:
    """The step that makes the verdicts of hop 0."""
    selects = [select for table in tables.left for select in _selects(tables, TABLES[table])]
    if not selects:
        return Step("setup", tables.setup, columns=SETUP)
    sql = "\nunion all\n".join(selects)
    columns = ", ".join(name for name in SETUP if name != "made_by")
    made_by = made_by_of_text_sql()
    names = ", ".join(f"{made_by} as made_by" if name == "made_by" else name for name in SETUP)
    return Step("setup", tables.setup, f"select {names}\nfrom (\nselect {columns} from (\n{sql}\n)\n)")


def ids_before_step(tables: PlanTables) -> Step:
    """The step that keeps the largest ids of the tables that edits changed: those are not given again."""
    selects = [
        f"select '{table}' as table_name, max(row_id) as row_id from {table}"
        for table in tables.left
        if "row_id" in TABLES[table].names
    ]
    if not selects:
        return Step("ids_before", tables.ids_before, columns={"table_name": "varchar", "row_id": "bigint"})
    return Step("ids_before", tables.ids_before, "\nunion all\n".join(selects))


def undoable_id_sql(table: str) -> str:
    """A query of the largest id of a setup table that a push removed, and that its undo would restore."""
    return template("coursepush.plan", "undoable_id").format(table=table)


def at_sql(table: Table, row: str) -> str:
    """SQL of the key of a row (alias), as JSON text."""
    return json_object([column for column in table.columns if column.name in table.key], f"{row}.{{}}")


def image_sql(table: Table, row: str) -> str:
    """SQL of the whole of a row, its key too, as JSON text; lists in the canonical form."""
    return _object(table.columns, row)


def _object(columns: tuple[Column, ...], row: str) -> str:
    """:func:`json_object` of stored columns, whose lists are lists and not yet text."""
    parts: list[str] = []
    for place, column in enumerate(columns):
        opening = "," if place else "{"
        parts.append(f"""'{opening}"{column.name}":' || {value_sql(column, row)}""")
    return " || ".join(parts) + " || '}'"


def value_sql(column: Column, row: str) -> str:
    """SQL of one stored value of a row (alias), as JSON text."""
    value = f"{row}.{column.name}"
    return json_value(column.kind, f"array_to_string({value}, ';')" if column.kind == "ids" else value)


def _selects(tables: PlanTables, table: Table) -> list[str]:
    """The queries, each in the columns of :data:`SETUP` but who made it, of what differs in one table."""
    level, _, family = table.name.partition("_")
    elements = [element for element in SETUP_ELEMENTS if element.family == family and level in LEVELS]
    if elements:
        return [_setup_rows(tables, table, level, element) for element in elements]
    if table.name == "custom_field":
        return [_custom_fields(tables)]
    found = [_whole_rows(tables, table)]
    if len(table.names) > len(table.key):
        found += [_field(tables, table, column) for column in table.columns if column.name not in table.key]
    return found


def _pairs(tables: PlanTables, table: Table) -> dict[str, str]:
    return {
        "table": table.name,
        "left": tables.left[table.name],
        "same_key": " and ".join(f"a.{name} = b.{name}" for name in table.key),
        "b_key": f"b.{table.key[0]}",
        "a_key": f"a.{table.key[0]}",
    }


def _differs(columns: tuple[Column, ...]) -> str:
    return " or ".join(f"a.{c.name} is distinct from b.{c.name}" for c in columns) or "false"


def _setup_rows(tables: PlanTables, table: Table, level: str, element: SetupElement) -> str:
    """Rows of setup of one data type on one level."""
    values = element.values
    written = "case when a.row_id is not null then {} else {} end"
    own = written.format(json_object(element.key_columns, "a.{}"), json_object(element.key_columns, "b.{}"))
    owner = "coalesce(a.owner_id, b.owner_id)"
    if level == "master":
        own = f"""'{{"master_id":' || {owner} || ',' || substr({own}, 2)"""
    only_name = tuple(column for column in values if column.name != "name")
    bank = ""
    if element.is_standard is not None:
        standard = "k.is_standard" if element.is_standard else "not k.is_standard"
        bank = f"join grading_task as k on k.task_id = coalesce(a.task_id, b.task_id) and {standard}"
    above = {"course": "master", "section": "course"}.get(level)
    return template("coursepush.plan.setup", "setup_row").format(
        **_pairs(tables, table),
        element=element.name,
        differs=_differs(table.columns[1:]),
        values_differ=_differs(values),
        only_name="true" if element.is_category else "false",
        others_differ=_differs(only_name) if element.is_category else "true",
        owner=owner,
        course_id={"master": "null::bigint", "course": owner, "section": "s.course_id"}[level],
        section_id=owner if level == "section" else "null::bigint",
        section=f"left join {tables.as_left('section')} as s on s.section_id = {owner}"
        if level == "section"
        else "",
        link=_link(level, element) if above else "null::varchar",
        above=_above(level, element) if above else "",
        parent="case when a.row_id is not null then u.row_id end" if above else "null::bigint",
        upper=f"left join {element.table(above)} as u on u.row_id = a.parent_row_id" if above else "",
        bank=bank,
        key=own,
        before=_object(values, "b"),
        after=_object(values, "a"),
        row_at=written.format(at_sql(table, "a"), at_sql(table, "b")),
        was=image_sql(table, "b"),
        will=image_sql(table, "a"),
    )


def _link(level: str, element: SetupElement) -> str:
    """The link of the present row, as a push would find it (RULES.md 2.2)."""
    same = "" if element.is_category else " and " + " and ".join(f"f.{name} = b.{name}" for name in element.key)
    broken = "when b.is_link_broken then 'broken' " if level == "course" else ""
    others = "when f.row_id is not null then 'broken' " if level == "course" else ""
    above = "o.master_id" if level == "course" else "o.course_id"
    return (
        f"case when b.row_id is null then null when b.parent_row_id is null then 'local' {broken}"
        f"when f.row_id is not null and f.owner_id = {above}{same} "
        f"then 'linked' {others}else 'orphan' end"
    )


def _above(level: str, element: SetupElement) -> str:
    """The joins that :func:`_link` reads: the owner of the present row, and what the row comes from."""
    upper = "master" if level == "course" else "course"
    return (
        f"left join {level} as o on o.{level}_id = b.owner_id\n"
        f"left join {element.table(upper)} as f on f.row_id = b.parent_row_id"
    )


def _where(table: Table) -> tuple[str, str]:
    """SQL of the course and of the section that a row (`r`) of a table around setup is of."""
    course = {"course": "r.course_id", "section": "r.course_id"}.get(table.name, "null::bigint")
    section = "r.section_id" if table.name in ("section", "section_term") else "null::bigint"
    return course, section


def _whole_rows(tables: PlanTables, table: Table) -> str:
    """Rows of a table around setup that are added, or taken away."""
    course, section = _where(table)
    return template("coursepush.plan.setup", "whole_row").format(
        **_pairs(tables, table),
        element=AROUND_SETUP[table.name],
        key_a=at_sql(table, "a"),
        key_b=at_sql(table, "b"),
        a_course=course.replace("r.", "a."),
        b_course=course.replace("r.", "b."),
        a_section=section.replace("r.", "a."),
        b_section=section.replace("r.", "b."),
        was=image_sql(table, "b"),
        will=image_sql(table, "a"),
    )


def _field(tables: PlanTables, table: Table, column: Column) -> str:
    """Values of one column of a table around setup that become others."""
    course, section = _where(table)
    is_info = table.name in ("course", "course_master")
    return template("coursepush.plan.setup", "field").format(
        **_pairs(tables, table),
        element=COURSE_INFO if is_info else AROUND_SETUP[table.name],
        column=column.name,
        course_id=course.replace("r.", "a."),
        section_id=section.replace("r.", "a."),
        key="null::varchar" if table.name == "course" else at_sql(table, "a"),
        row_at=at_sql(table, "a"),
        was=value_sql(column, "b"),
        will=value_sql(column, "a"),
    )


def _custom_fields(tables: PlanTables) -> str:
    """District-defined fields of courses and course masters."""
    table = TABLES["custom_field"]
    return template("coursepush.plan.setup", "custom_field").format(
        **_pairs(tables, table),
        element=COURSE_INFO,
        row_at="case when a.level is not null then {} else {} end".format(at_sql(table, "a"), at_sql(table, "b")),
        before=value_sql(table.column("value"), "b"),
        after=value_sql(table.column("value"), "a"),
        was=image_sql(table, "b"),
        will=image_sql(table, "a"),
    )
