"""Plans that were made on the district itself, and those of a scenario, which are only to be looked at."""

from __future__ import annotations

from coursepush.errors import ScenarioError


def check_of_district(plan: object, done: str) -> None:
    """Raise where `plan` was made in a scenario, whose plans are to be looked at (SCENARIO.md 1).

    `done` is what was asked for: "applied".

    Raises:
        ScenarioError: it was.
    """
    if getattr(plan, "scenario", ""):
        raise ScenarioError(
            f"This plan was made in a scenario, so it cannot be {done}: what the scenario tries is not in the "
            "district. Plan to make it real, with this after it (w.plan_setup(then=plan)), or set it up in the "
            "information system, load it, and plan on the district itself."
        )
