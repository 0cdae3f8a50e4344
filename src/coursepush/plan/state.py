"""What tells whether a plan is stale: a number over its whole list of verdicts, `same` included.

Order does not matter to it, and text is not made of what can be told by its ids, so that it costs a fraction of
the planning itself: apply plans again and compares.
"""

from __future__ import annotations

import hashlib

from coursepush.model.elements import SetupElement
from coursepush.plan.steps import change_tables, verdict_tables
from coursepush.store.database import Session

_PRIME = 2147483647
"""2 ** 31 - 1: products of two numbers below it stay under 2 ** 63."""

_FACTORS = ((48271, 69621, 16807), (39373, 40692, 630360016 % _PRIME))
"""Multipliers known to spread numbers well below that prime; two sets, so that 62 bits have to agree."""

_NEW = "case when not coalesce(upper_is_new, false) then upper_row_id end"
"""The wanted row's id; a row that this push adds may get another one next time."""


def read_state(session: Session, prefix: str) -> str:
    """The state of the plan whose tables begin with `prefix`, as 64 hexadecimal digits."""
    rows = session.rows("state", state_sql(prefix))
    return hashlib.sha256(repr(sorted(map(tuple, rows))).encode()).hexdigest()


def state_sql(prefix: str) -> str:
    """A query: one row a part of the list: its name, how many verdicts it has, and two numbers over them."""
    selects = [_changes(hop, element, table) for hop, element, table in change_tables(prefix)]
    selects += [
        f"select 'unlinked {hop} {element.name}', count(*)::varchar, {_sums('owner_id', 'row_id', _NEW)}\n"
        f"from {table} where verdict = 'same'"
        for hop, element, table in verdict_tables(prefix)
    ]
    selects += [
        f"select 'same {hop} ' || element, count(*)::varchar, {_sums('owner_id', 'row_id', 'upper_row_id')}\n"
        f"from {prefix}same_{hop} group by element"
        for hop in (1, 2)
    ]
    fields = ("course_id", "field", "verdict", "reason", "before_value", "after_value")
    flags = ("section_id", "verdict", "reason", "before_value", "after_value")
    selects += [
        _others("course_info", f"{prefix}verdict_1_course_info", fields),
        _others("advisory", f"{prefix}verdict_2_advisory", flags),
        _others("whole", f"{prefix}whole", ("hop", "element", "reason", "course_id")),
    ]
    return "\nunion all\n".join(selects)


def _changes(hop: int, element: SetupElement, table: str) -> str:
    columns = ["owner_id", "course_id", "row_id", _NEW, "link", "verdict", "reason"]
    columns += [f"{side}_{column.name}" for side in "ba" for column in element.values]
    columns += [f"w_{name}" for name in element.key]
    return _others(f"changes {hop} {element.name}", table, tuple(columns))


def _others(name: str, table: str, columns: tuple[str, ...]) -> str:
    texts = [f"cast({column} as varchar)" for column in columns]
    # with its length before it, no text can be taken for two, nor for nothing
    line = ", ".join(f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts)
    return (
        f"select '{name}', count(*)::varchar, bit_xor(md5_number_lower(concat({line})))::varchar, ''\nfrom {table}"
    )


def _sums(*columns: str) -> str:
    """Two sums over rows of what is made of three ids, of the third power so that ids cannot change places."""
    sums: list[str] = []
    for factors in _FACTORS:
        mixed = " + ".join(
            f"(coalesce({column}, -1) % {_PRIME}) * {factor}"
            for column, factor in zip(columns, factors, strict=True)
        )
        one = f"(abs({mixed}) % {_PRIME})"
        sums.append(f"sum({one} * {one} % {_PRIME} * {one} % {_PRIME})::varchar")
    return ", ".join(sums)
