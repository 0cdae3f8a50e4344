"""What changes in a section's setup, in words: "weight 40 to 50"."""

from __future__ import annotations

from collections.abc import Callable

from coursepush.model.elements import field_label

_UNIT = "0.0001::decimal(4, 4)"


def _weight(value: str) -> str:
    """Ten-thousandths as a person writes them: 40, 33.3333."""
    return f"rtrim(rtrim(cast({value} * {_UNIT} as varchar), '0'), '.')"


def _flag(value: str) -> str:
    return f"case when {value} then 'yes' else 'no' end"


def _number(value: str) -> str:
    return f"coalesce(cast({value} as varchar), 'none')"


def _tasks(value: str) -> str:
    """The names of a list of tasks, which ``change.sql`` has under the alias of its side and ``_named``."""
    return f"coalesce({value.partition('.')[0]}_named.tasks, 'all')"


def _scale(value: str) -> str:
    return f"coalesce((select name from grading_scale where scale_id = {value}), 'scale ' || {value}, 'none')"


Told = Callable[[str], str]
"""SQL that tells the value of an expression."""

OPTIONS: dict[str, Told] = {
    "calc_type": str,
    "scale_id": _scale,
    "weight_categories": _flag,
    "use_percent": _flag,
    "last_n": _number,
    "from_term_seq": _number,
}
CATEGORIES: dict[str, Told] = {"weight": _weight, "drop_lowest": _number, "task_ids": _tasks}
CHILDREN: dict[str, Told] = {"weight": _weight}

_LABELS = {"from_term_seq": "counts from term", "last_n": "last scores counted"}


def change_fill() -> dict[str, str]:
    """What ``change.sql`` is filled in with: the fields of each kind that grades rest on (aliases b and a)."""
    fill: dict[str, str] = {}
    for name, fields in (("options", OPTIONS), ("categories", CATEGORIES), ("children", CHILDREN)):
        words = [
            f"case when {_differs(one)} then '{_LABELS.get(one, field_label(one))} ' || {told(f'b.{one}')} "
            f"|| ' to ' || {told(f'a.{one}')} end"
            for one, told in fields.items()
        ]
        fill[name] = f"\n                {f',{chr(10)}                '.join(words)}\n            "
        fill[f"{name}_differ"] = " or ".join(_differs(one) for one in fields)
    return fill


def _differs(column: str) -> str:
    return f"b.{column} is distinct from a.{column}"
