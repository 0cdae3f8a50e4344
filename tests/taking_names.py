"""The steps by which a push that takes a category's name looks for free ones; other pushes run without."""

from __future__ import annotations

from collections.abc import Mapping

STEPS = frozenset({"taken_name", "free_name", "new_name", "renamed"})


def besides_names(counted: Mapping[str, int]) -> dict[str, int]:
    """How often each statement ran, but for those steps and the dropping of tables, theirs among them."""
    return {name: times for name, times in counted.items() if name.split(".")[0] not in {*STEPS, "drop"}}
