"""Verdict rows in words: what a row is, and what would become of it ("weight 20 → 25")."""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.model.elements import (
    ADVISORY,
    AROUND_SETUP,
    COURSE_INFO,
    PLAN_ELEMENTS,
    SETUP_ELEMENTS,
    WHOLE_COURSE,
    field_label,
)
from coursepush.model.tables import ATTRIBUTES, Column
from coursepush.reports.reading import report_sql

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
    whens = " ".join(f"when '{name}' then {place}" for place, name in enumerate(PLAN_ELEMENTS))
    return f"case {column} {whens} end"


_KEYS: tuple[str, ...] = tuple(dict.fromkeys(name for element in SETUP_ELEMENTS for name in element.key))
_VALUES: tuple[str, ...] = tuple(dict.fromkeys(one.name for element in SETUP_ELEMENTS for one in element.values))


def key_of_sql() -> str:
    """SQL, for the list of a select: `key_of`, the texts in the JSON text `key`.

    It is read once for all that is said of it, where every `->>` would read it again.
    """
    return f"json_extract_string(key, [{_paths(_KEYS)}]) as key_of"


def what_sql(whole: str = "r.key") -> str:
    """SQL that says what a row is: a category's name, a task's name and term, an attribute's label.

    `whole`: the text of all that is known of a row around setup.

    The query has `key_of` from :func:`key_of_sql` under the alias `r`, and the joins of :func:`named_sql`.
    """
    return (
        f"case when r.element = '{COURSE_INFO}' and r.field is not null then {field_label_sql('r.field')} "
        f"when r.element = '{ADVISORY}' then 'advisory' "
        f"when r.element = '{WHOLE_COURSE}' then 'the whole course' "
        f"when r.element in ({_AROUND}) then {_around_sql(whole)} "
        "when r.key is null then 'all of it' "
        f"when r.element = 'categories' then {_key('name')} "
        f"when r.element = 'assessments' then coalesce(x.name, 'test ' || {_key('test_id')}) "
        f"when r.element = 'grade_calc_options' then {_task('t', 'task_id')} || ', term ' "
        f"|| {_key('term_seq')} "
        f"when r.element = 'composite_grades' then {_task('t', 'task_id')} || ' term ' "
        f"|| {_key('term_seq')} || ', from ' || {_task('d', 'child_task_id')} || ' term ' "
        f"|| {_key('child_term_seq')} "
        f"else {_task('t', 'task_id')} end"
    )


_AROUND = ", ".join(f"'{name}'" for name in AROUND_SETUP.values())


def _around_sql(whole: str) -> str:
    """SQL that says what a row around setup is: its name or number, or the lock; for a field, which."""
    told = ("lock", "number", "name", "term_seq")
    names = ", ".join(f"json_extract_string({whole}, '$.{name}')" for name in told)
    return (
        f"coalesce({names}, 'school ' || json_extract_string(r.key, '$.school_id'), r.key)"
        f" || case when r.field is null then '' else ', ' || {field_label_sql('r.field')} end"
    )


def _task(alias: str, key: str) -> str:
    return f"coalesce({alias}.name, 'task ' || {_key(key)})"


def _key(name: str) -> str:
    return f"r.key_of[{_KEYS.index(name) + 1}]"


def named_sql() -> str:
    """The joins that :func:`what_sql` reads: the tasks and the test that a key (`r.key_of`) names."""
    joins = {"t": ("grading_task", "task_id", "task_id"), "d": ("grading_task", "task_id", "child_task_id")}
    joins["x"] = ("assessment_test", "test_id", "test_id")
    return "\n".join(
        f"left join {table} as {alias} on {alias}.{id_column} = try_cast({_key(name)} as bigint)"
        for alias, (table, id_column, name) in joins.items()
    )


def names_of_rows(whole: str = "r.key") -> dict[str, str]:
    """What a query fills in that says what its rows are: `key_of`, `what` and `named`."""
    return {"key_of": key_of_sql(), "what": what_sql(whole), "named": named_sql()}


def row_words_sql(source: str) -> str:
    """A query, one row a different change of setup rows in `source` (element, before, after), in words.

    Columns: element, before, after, change ("weight 20 → 25"; of a row that is added or removed the values that
    say something, "weight 25, tasks every task"), said_before and said_after (what stands on either side). What
    has nothing to say is null. The key's columns and what says nothing (no, blank, 0) are left out of whole rows.

    Each different change is put into words once: the expressions are many, and DuckDB makes room for all of them.
    """
    columns = ", ".join(
        f"('{element.name}', {place}, {_VALUES.index(one.name) + 1}, '{_kind(one)}', '{field_label(one.name)}', "
        f"{_sql(one.name in element.key)}, {_sql(one.kind == 'int')})"
        for element in SETUP_ELEMENTS
        for place, one in enumerate(element.values)
    )
    return report_sql(
        "row_words",
        source=source,
        paths=_paths(_VALUES),
        columns=columns,
        old=_shown("t.kind", "t.before_text"),
        new=_shown("t.kind", "t.after_text"),
        bank=bank_sql(),
    )


def change_sql() -> str:
    """SQL that says what differs between before and after, in words; null where nothing does.

    The query has a change under the alias `r` and its row of :func:`row_words_sql`, if it has one, under `w`.
    """
    before, after = _attribute("r.before"), _attribute("r.after")
    return (
        "case when r.before is not distinct from r.after then null when r.field is not null "
        f"then coalesce({before}, 'blank') || ' → ' || coalesce({after}, 'blank') else w.change end"
    )


def side_sql(side: str) -> str:
    """SQL that says what stands on one side of a change (``before`` or ``after``), where the two differ.

    The query is as of :func:`change_sql`.
    """
    return (
        "case when r.before is not distinct from r.after then null "
        f"when r.field is not null then nullif({_attribute(f'r.{side}')}, '') else w.said_{side} end"
    )


def value_words_sql(element: str, field: str, value: str) -> str:
    """SQL that says the value of one field in words: "25", "yes", "every task"; null where it is blank.

    Args: SQL of the element's name, of the field's (an attribute or a column of a setup row), and of the value
    as JSON text. The query has :func:`kinds_sql` under the alias `f` and :func:`bank_sql` under `n`.
    """
    shown = _shown("f.kind", f"({value} ->> '$')")
    attribute = _attribute(value, field)
    return f"case when {element} in ('{COURSE_INFO}', '{ADVISORY}') then {attribute} else {shown} end"


def words_of_values(rows: str) -> dict[str, str]:
    """What the step `value_words` fills in, of a query of values: element, field (null: a whole row), value."""
    return {
        "rows": rows,
        "bank": bank_sql(),
        "row_words": row_words_sql("whole"),
        "kinds": kinds_sql(),
        "value_words": value_words_sql("r.element", "r.field", "r.value"),
    }


def kinds_sql() -> str:
    """A query of the columns of setup rows, `field`, and the `kind` of their values."""
    kinds = {one.name: _kind(one) for element in SETUP_ELEMENTS for one in element.values}
    rows = ", ".join(f"('{name}', '{kind}')" for name, kind in kinds.items())
    return f"select * from (values {rows}) as kinds (field, kind)"


def bank_sql() -> str:
    """A query of one row, the names in the district's banks: `tasks`, `scales`, `score_groups`, maps by id."""
    return (
        "select (select map_from_entries(list((task_id, name))) from grading_task where name is not null) "
        "as tasks, "
        "(select map_from_entries(list((scale_id, name))) from grading_scale where name is not null) as scales, "
        "(select map_from_entries(list((score_group_id, name))) from score_group where name is not null) "
        "as score_groups"
    )


def _kind(column: Column) -> str:
    """How a value of a setup row is shown."""
    if column.kind in ("decimal3", "decimal4"):
        return "number"
    if column.kind in ("bool", "ids"):
        return column.kind
    return _BANKS.get(column.name, column.name if column.name == "calc_type" else "text")


def _shown(kind: str, value: str) -> str:
    """SQL of a value as people write it: no trailing zeros, yes and no, names instead of ids."""
    named = " ".join(
        f"when '{bank}' then coalesce(n.{bank}[try_cast({value} as bigint)], {value})" for bank in _BANKS.values()
    )
    return (
        f"case {kind} when 'number' then {_plain_number(value)} "
        f"when 'bool' then case {value} when 'true' then 'yes' when 'false' then 'no' end "
        f"when 'ids' then case when {value} = '[]' then 'every task' else array_to_string(list_transform("
        f"try_cast({value} as bigint[]), lambda x: coalesce(n.tasks[x], 'task ' || x)), ' + ') end {named} "
        f"when 'calc_type' then case {value} when 'none' then 'No Calculation' "
        f"else replace({value}, '_', ' ') end "
        f"else {value} end"
    )


def _paths(names: Sequence[str]) -> str:
    return ", ".join(f"'$.{name}'" for name in names)


def _sql(flag: bool) -> str:
    return "true" if flag else "false"


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
