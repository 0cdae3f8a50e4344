"""coursepush: preview, apply and undo pushes of grading setup from course masters to courses and sections.

import coursepush as cp

district = cp.load_district("extract/", into="district.duckdb")
plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
plan.counts()
receipt = district.apply(plan)

Examples in docstrings are of `district = cp.simulate_district("small", seed=7)`, of the `plan` above and its
`receipt`; the tests run them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursepush.apply.approval.file import approve
    from coursepush.contract.documents import rules
    from coursepush.district import (
        District,
        load_district,
        load_panel,
        open_district,
        sample_district,
        simulate_district,
    )
    from coursepush.errors import CoursepushError
    from coursepush.reports.plan.saved import SavedPlan, read_plan
    from coursepush.reports.side_by_side.report import compare
    from coursepush.share.notebook import share_notebook
    from coursepush.statewide.state import statewide

__all__ = [
    "CoursepushError",
    "District",
    "SavedPlan",
    "approve",
    "compare",
    "load_district",
    "load_panel",
    "open_district",
    "read_plan",
    "rules",
    "sample_district",
    "share_notebook",
    "simulate_district",
    "statewide",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the package's parts when they are first used, so that importing it is quick."""
    if name == "CoursepushError":
        from coursepush import errors

        return errors.CoursepushError
    if name == "rules":
        from coursepush.contract import documents

        return documents.rules
    if name == "share_notebook":
        from coursepush.share import notebook

        return notebook.share_notebook
    if name == "approve":
        from coursepush.apply.approval import file

        return file.approve
    if name == "compare":
        from coursepush.reports.side_by_side import report as side_by_side

        return side_by_side.compare
    if name == "statewide":
        import importlib

        return importlib.import_module("coursepush.statewide")  # which can be called: it has this function's name
    if name in ("SavedPlan", "read_plan"):
        from coursepush.reports.plan import saved as saved_plan

        return getattr(saved_plan, name)
    if name in __all__:
        from coursepush import district

        return getattr(district, name)
    raise AttributeError(f"module 'coursepush' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
