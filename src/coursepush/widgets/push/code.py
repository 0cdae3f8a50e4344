"""The push panel's clicks as Python: up to the plan of a preview, and on to the report of a push that was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursepush.errors import RequestError

if TYPE_CHECKING:
    from coursepush.widgets.push.previewed import Preview
    from coursepush.widgets.push.state import PushState


def code_of(state: PushState) -> str:
    """What was clicked, as Python that gives the same digest.

    It ends where the clicks ended: in the plan, in what was done with it, or in the report of a push that was run.
    """
    current = None if state.is_outdated else state.preview
    ran = state.ran if current is None and state.is_of(state.ran) else None
    shown = current or ran
    try:
        plan = shown.code if shown is not None else state.asked_code
    except RequestError as error:
        return f"# {error}"
    path = state.district.store.path
    opened = "# district: as in this notebook"
    if path is not None:
        opened = f"district = cp.open_district({str(path)!r})"
    imports = ["import coursepush as cp"]
    if "dt.date(" in plan:
        imports.insert(0, "import datetime as dt\n")
    lines = [*imports, "", opened, plan]
    lines += _done_with(shown, has_grades=state.grades_of(shown) is not None) if shown is not None else []
    if ran is not None:
        lines += ["receipt = district.apply(plan)", "district.reports.push_result(receipt)"]
    elif any(line.startswith("job = ") for line in (shown.clicks if shown is not None else ())):
        lines.append("district.queue.list()")
    else:
        lines.append("plan")
    return "\n".join(lines)


def _done_with(preview: Preview, *, has_grades: bool) -> list[str]:
    grades = ["plan.forecast()"] if has_grades else []
    return [f'assert plan.digest.startswith("{preview.digest[:8]}")', *grades, *preview.clicks]
