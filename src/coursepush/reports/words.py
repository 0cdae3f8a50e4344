"""Verdict rows in words: what a row is, and what would become of it ("weight 20 → 25")."""

from __future__ import annotations

from coursepush.model.elements import (
    ADVISORY,
    COURSE_INFO,
    ELEMENT_ORDER,
    SETUP_ELEMENTS,
    WHOLE_COURSE,
    SetupElement,
    field_label,
)
from coursepush.model.tables import ATTRIBUTES, Column

_BANKS = {"scale_id": "scales", "score_group_id": "score_groups", "standard_task_id": "tasks"}


def field_label_sql(column: str) -> str:
    """SQL that gives :func:`field_label` of a column that holds names of fields."""
    whens = " ".join(f"when '{one.name}' then '{field_label(one.name)}'" for one in ATTRIBUTES)
    return (
        f"case {column} {whens} else case when starts_with({column}, 'custom.') then substr({column}, 8) "
        f"else replace({column}, '_', ' ') end end"
    )


def element_place_sql(column: str) -> str:
    """SQL that gives an element's place in the order of a push."""
    whens = " ".join(f"when '{name}' then {place}" for place, name in enumerate(ELEMENT_ORDER))
    return f"case {column} {whens} end"


def what_sql() -> str:
    """SQL that says what a row is: a category's name, a task's name and term, an attribute's label."""
    return (
        f"case when r.element = '{COURSE_INFO}' and r.field is not null then {field_label_sql('r.field')} "
        f"when r.element = '{ADVISORY}' then 'advisory' "
        f"when r.element = '{WHOLE_COURSE}' then 'the whole course' "
        "when r.key is null then 'all of it' "
        "when r.element = 'categories' then r.key ->> '$.name' "
        "when r.element = 'assessments' then coalesce(x.name, 'test ' || (r.key ->> '$.test_id')) "
        f"when r.element = 'grade_calc_options' then {_task('t', 'task_id')} || ', term ' "
        "|| (r.key ->> '$.term_seq') "
        f"when r.element = 'composite_grades' then {_task('t', 'task_id')} || ' term ' "
        f"|| (r.key ->> '$.term_seq') || ', from ' || {_task('d', 'child_task_id')} || ' term ' "
        "|| (r.key ->> '$.child_term_seq') "
        f"else {_task('t', 'task_id')} end"
    )


def _task(alias: str, key: str) -> str:
    return f"coalesce({alias}.name, 'task ' || (r.key ->> '$.{key}'))"


def change_sql() -> str:
    """SQL that says what differs between before and after, in words; null where nothing does.

    Of a row that is added or removed it gives the values that say something.
    """
    whens = [
        f"when '{element.name}' then concat_ws(', ', {', '.join(_field(element, one) for one in element.values)})"
        for element in SETUP_ELEMENTS
    ]
    before, after = _attribute("r.before"), _attribute("r.after")
    attribute = f"coalesce({before}, 'blank') || ' → ' || coalesce({after}, 'blank')"
    return (
        f"nullif(case when r.before is not distinct from r.after then '' "
        f"when r.field is not null then {attribute} else case r.element {' '.join(whens)} else '' end end, '')"
    )


def value_words_sql(element: str, field: str, value: str) -> str:
    """SQL that says the value of one field in words: "25", "yes", "every task"; null where it is blank.

    Args: SQL of the element's name, of the field's (an attribute or a column of a setup row), and of the value
    as JSON text. The query has :func:`bank_sql` under the alias `n`.
    """
    text = f"({value} ->> '$')"
    columns = {column.name: column for one in SETUP_ELEMENTS for column in one.values}
    whens = " ".join(f"when '{name}' then {_shown(column, text)}" for name, column in columns.items())
    return (
        f"case when {element} in ('{COURSE_INFO}', '{ADVISORY}') then {_attribute(value, field)} "
        f"else case {field} {whens} else {text} end end"
    )


def row_words_sql(element: str, value: str) -> str:
    """SQL that says the values of a whole setup row in words: "weight 25, tasks every task".

    The key's columns and what says nothing (no, blank, 0) are left out; null for a row of the key alone.

    Args: as of :func:`value_words_sql`, `value` being the JSON text of the row.
    """
    whens: list[str] = []
    for one in SETUP_ELEMENTS:
        parts: list[str] = []
        for column in one.values:
            if column.name in one.key:
                continue
            there = f"({value} ->> '$.{column.name}')"
            silent = f"{there} in ('false', '[]')" + (f" or {there} = '0'" if column.kind == "int" else "")
            said = f"'{field_label(column.name)} ' || {_shown(column, there)}"
            parts.append(f"case when {silent} then null else {said} end")
        whens.append(f"when '{one.name}' then concat_ws(', ', {', '.join(parts)})" if parts else "")
    return f"nullif(case {element} {' '.join(whens)} end, '')"


def bank_sql() -> str:
    """A query of one row, the names in the district's banks: `tasks`, `scales`, `score_groups`, maps by id."""
    return (
        "select (select map_from_entries(list((task_id, name))) from grading_task where name is not null) "
        "as tasks, "
        "(select map_from_entries(list((scale_id, name))) from grading_scale where name is not null) as scales, "
        "(select map_from_entries(list((score_group_id, name))) from score_group where name is not null) "
        "as score_groups"
    )


def side_sql(side: str) -> str:
    """SQL that says what stands on one side of a change (``before`` or ``after``), where the two differ.

    Of a row that is added or removed it gives the values that say something, of a field its value.
    """
    whens = [
        f"when '{element.name}' then "
        f"concat_ws('; ', {', '.join(_on_side(element, one, side) for one in element.values)})"
        for element in SETUP_ELEMENTS
    ]
    return (
        f"nullif(case when r.before is not distinct from r.after then '' "
        f"when r.field is not null then {_attribute(f'r.{side}')} "
        f"else case r.element {' '.join(whens)} else '' end end, '')"
    )


def _on_side(element: SetupElement, column: Column, side: str) -> str:
    """One column's part of a side."""
    before, after = (f"(r.{one} ->> '$.{column.name}')" for one in ("before", "after"))
    value = before if side == "before" else after
    said = f"'{field_label(column.name)} ' || coalesce({_shown(column, value)}, 'blank')"
    if column.name in element.key:
        return (
            "case when r.before is not null and r.after is not null "
            f"and {before} is distinct from {after} then {said} end"
        )
    silent = f"{value} is null or {value} in ('false', '[]')" + (
        f" or {value} = '0'" if column.kind == "int" else ""
    )
    return (
        f"case when r.{side} is null then null when r.before is null or r.after is null then "
        f"case when {silent} then null else {said} end when {before} is distinct from {after} then {said} end"
    )


def _field(element: SetupElement, column: Column) -> str:
    """One column's part of the change: both values where it differs, or the one there is."""
    label = field_label(column.name)
    before, after = (f"(r.{side} ->> '$.{column.name}')" for side in ("before", "after"))
    both = (
        f"when {before} is distinct from {after} then '{label} ' || coalesce({_shown(column, before)}, 'blank') "
        f"|| ' → ' || coalesce({_shown(column, after)}, 'blank')"
    )
    if column.name in element.key:
        return f"case when r.before is null or r.after is null then null {both} end"
    there = f"(coalesce(r.after, r.before) ->> '$.{column.name}')"
    silent = f"{there} in ('false', '[]')" + (f" or {there} = '0'" if column.kind == "int" else "")
    return (
        f"case when r.before is null or r.after is null then "
        f"case when {silent} then null else '{label} ' || {_shown(column, there)} end {both} end"
    )


def _shown(column: Column, value: str) -> str:
    """A value as people write it: no trailing zeros, yes and no, names instead of ids."""
    if column.kind in ("decimal3", "decimal4"):
        return _plain_number(value)
    if column.kind == "bool":
        return f"case {value} when 'true' then 'yes' when 'false' then 'no' end"
    if column.kind == "ids":
        return (
            f"case when {value} = '[]' then 'every task' else array_to_string(list_transform("
            f"cast({value} as bigint[]), lambda x: coalesce(n.tasks[x], 'task ' || x)), ' + ') end"
        )
    if column.name in _BANKS:
        return f"coalesce(n.{_BANKS[column.name]}[cast({value} as bigint)], {value})"
    if column.name == "calc_type":
        return f"case {value} when 'none' then 'No Calculation' else replace({value}, '_', ' ') end"
    return value


def _attribute(side: str, field: str = "r.field") -> str:
    """The text of an attribute's value. Its JSON is the value alone."""
    text = f"({side} ->> '$')"
    decimals = ", ".join(f"'{one.name}'" for one in ATTRIBUTES if one.kind in ("decimal3", "decimal4"))
    booleans = ", ".join(f"'{one.name}'" for one in ATTRIBUTES if one.kind == "bool")
    return (
        f"case when {field} in ({booleans}) then case {text} when 'true' then 'yes' when 'false' then 'no' end "
        f"when {field} in ({decimals}) then {_plain_number(text)} else {text} end"
    )


def _plain_number(value: str) -> str:
    return f"case when contains({value}, '.') then rtrim(rtrim({value}, '0'), '.') else {value} end"
