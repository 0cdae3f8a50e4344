"""The steps that a push runs only where there is something to do: some depend on what is in a district.

Rows of an element meet where there are any, and are judged where some are not simply the same; a push that takes a
category's name looks for free ones; weights have to fit where some task is graded by them.
"""

from __future__ import annotations

from collections.abc import Mapping

STEPS = frozenset(
    {
        *("met", "judged", "taken_name", "free_name", "new_name", "renamed", "grades by weights"),
        *(f"{owners} whose category weights would not fit" for owners in ("courses", "sections")),
    }
)


def besides_names(counted: Mapping[str, int]) -> dict[str, int]:
    """How often each statement ran, but for those steps and the dropping of tables, theirs among them."""
    return {name: times for name, times in counted.items() if name.split(".")[0] not in {*STEPS, "drop"}}
