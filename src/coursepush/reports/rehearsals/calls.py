"""A step as Python: the edits, and the push."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coursepush.calls import call_text
from coursepush.scenario.code import edit_code
from coursepush.scenario.edits import Edit

_FIRST = ("catalog", "calendar")
"""What a push is asked for with, without a name."""


def step_code(edits: Sequence[Edit], method: str, asked: Mapping[str, Any]) -> str:
    """``plan = district.plan_master_push(...)``, in a scenario where there are edits."""
    given = {name: one for name, one in asked.items() if name not in _FIRST}
    first = [asked[name] for name in _FIRST if name in asked]
    where = "w" if edits else "district"
    lines = ["w = district.what_if()", *(edit_code(one, "w") for one in edits)] if edits else []
    return "\n".join([*lines, f"plan = {call_text(f'{where}.{method}', first, given)}"])
