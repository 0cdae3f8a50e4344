"""What tells whether a plan is stale: a number over its whole list of verdicts, `same` included.

Order does not matter to it, and text is not made of what can be told by its ids, so that it costs a fraction of
the planning itself: apply plans again and compares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from coursepush.model.elements import SetupElement
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session

STATE_VERSION = 2
"""Of what goes into the number: a plan that was saved with another is told by its rows alone."""

_PRIME = 2147483647
"""2 ** 31 - 1: products of two numbers below it stay under 2 ** 63."""

_FACTORS = ((48271, 69621, 16807, 44485709), (39373, 40692, 630360016, 742938285))
"""Multipliers known to spread numbers well below that prime; two sets, so that 62 bits have to agree."""

_FIELD_TEXTS = ("field", "before_value", "after_value")
_SETUP_TEXTS = ("table_name", "row_at", "field_at", "was", "will", "key", "before", "after")
_FLAGS = ("before_value", "after_value")

_NEW = "case when not coalesce(upper_is_new, false) then upper_row_id end"
"""The wanted row's id; a row that this push adds may get another one next time."""


def read_state(session: Session, tables: PlanTables) -> str:
    """The state of the plan that keeps `tables`, as 64 hexadecimal digits."""
    rows = [*session.rows("state", state_sql(tables)), *_parts_without_rows(tables)]
    return hashlib.sha256(repr(sorted(map(tuple, rows))).encode()).hexdigest()


def state_sql(tables: PlanTables) -> str:
    """A query: one row a part of the list: its name, how many verdicts it has, and two numbers over them."""
    selects = [_changes(hop, element, table) for hop, element, table in tables.changes()]
    selects += [
        f"select 'unlinked {hop} {element.name}', count(*)::varchar, "
        f"{_sums('owner_id', 'row_id', _NEW, 'course_id')}\n"
        f"from {table} where verdict = 'same'"
        for hop, element, table in tables.filled()
    ]
    selects += [
        f"select 'same {hop} ' || element, count(*)::varchar, {_sums('owner_id', 'row_id', 'upper_row_id')}\n"
        f"from {tables.same(hop)} group by element"
        for hop in (1, 2)
    ]
    if tables.has_setup:
        selects.append(_others("setup", tables.setup, ("verdict", "reason", "link", "row_id"), _SETUP_TEXTS))
    fields, flags = tables.fields, tables.flags
    selects += [
        _others("fields", f"{fields} where verdict <> 'same'", ("course_id", "verdict", "reason"), _FIELD_TEXTS),
        # a field's value that stays does not matter, nor does a section's flag
        f"select 'same field ' || field, count(*)::varchar, {_sums('course_id')}\n"
        f"from {fields} where verdict = 'same' group by field",
        _others(
            "flags", f"{flags} where verdict <> 'same'", ("course_id", "section_id", "verdict", "reason", *_FLAGS)
        ),
        f"select 'same flag', count(*)::varchar, {_sums('course_id', 'section_id')}\n"
        f"from {flags} where verdict = 'same'",
        _others("whole", tables.whole, ("hop", "element", "reason", "course_id")),
    ]
    return "\nunion all\n".join(selects)


def _parts_without_rows(tables: PlanTables) -> list[tuple[str, str, str | None, str | None]]:
    """What the query would say of tables that it leaves out: a state is the same however much is known of them."""
    gone = [one for one in tables.judged() if one.rows in tables.empty]
    parts: list[tuple[str, str, str | None, str | None]] = []
    for hop, element, _ in gone:
        parts += [
            (f"changes {hop} {element.name}", "0", None, ""),
            (f"unlinked {hop} {element.name}", "0", None, None),
        ]
    return parts


def _changes(hop: int, element: SetupElement, table: str) -> str:
    columns = ["owner_id", "course_id", "row_id", _NEW, "link", "verdict", "reason"]
    texts: list[str] = []
    for side in "ba":
        for column in element.values:
            (texts if column.kind == "text" else columns).append(f"{side}_{column.name}")
    # the key as plan.rows() has it: what is only skipped, or stays, is told by the key that it has
    key = [f"coalesce(a_{name}, b_{name}, w_{name})" for name in element.key]
    (texts if element.is_category else columns).extend(key)
    return _others(f"changes {hop} {element.name}", table, columns, texts)


def _others(name: str, rows: str, columns: Sequence[str], texts: Sequence[str] = ()) -> str:
    """How many rows there are, and a number over all of them; free text goes with its length before it, so that no
    two can be taken for one another."""
    parts = [f"coalesce(cast({column} as varchar), '-')" for column in columns]
    parts += [f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts]
    line = f"concat_ws('|', {', '.join(parts)})"
    return f"select '{name}', count(*)::varchar, bit_xor(md5_number_lower({line}))::varchar, ''\nfrom {rows}"


def _sums(*columns: str) -> str:
    """Two sums over rows of what is made of three ids, of the third power so that ids cannot change places."""
    sums: list[str] = []
    for factors in _FACTORS:
        mixed = " + ".join(
            f"(coalesce({column}, -1) % {_PRIME}) * {factor}"
            for column, factor in zip(columns, factors, strict=False)
        )
        one = f"(abs({mixed}) % {_PRIME})"
        sums.append(f"sum({one} * {one} % {_PRIME} * {one} % {_PRIME})::varchar")
    return ", ".join(sums)
