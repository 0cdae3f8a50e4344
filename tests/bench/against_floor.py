"""A push against its floor: plan, apply, undo, and what is read from a plan."""

from __future__ import annotations

from typing import Any

from . import aims
from .ours import CATALOG, YEAR
from .process import Failed
from .run import Run, of_process
from .table import Row, seconds, times

Told = dict[str, Any]
PLAN = f"plan, {CATALOG} {YEAR}"
UNTIMED = ("undo-plan", "rows()", "page")


def held_against(what: str, size: str, ours: Told, words: str, floor: float, aim: aims.Aim | None = None) -> Row:
    """A row with our seconds as a multiple of the seconds `floor`, which `words` names."""
    ratio = ours["seconds"] / floor
    return Row(
        what,
        size,
        seconds(ours["seconds"]),
        words,
        seconds(floor),
        times(ratio),
        aim.words if aim else "",
        aim.held(ratio) if aim else "",
        **of_process(ours),
    )


def measure(run: Run) -> None:
    """All sizes, and what is told of several together."""
    plans: dict[str, Told] = {}
    for size in run.sizes:
        try:
            plans[size] = _one_size(run, size)
        except Failed as error:
            run.failed(f"The push at {size}", error)
    _growth(run, plans)


def _one_size(run: Run, size: str) -> Told:
    path, work, often = run.district(size), str(run.work), run.repeats
    floors = {
        reach: run.measured(f"floor, {reach}, {size}", "compare", path=path, reach=reach, work=work, times=often)
        for reach in ("whole", "reached")
    }
    whole = run.ours("plan, every catalog and year", size, "plan_whole", path=path, times=often)
    run.rows.append(
        held_against(
            f"plan, every catalog and year ({whole['plans']} plans)",
            size,
            whole,
            "floor: whole tables",
            floors["whole"]["seconds"],
            aims.PLAN,
        )
    )
    plan = run.ours("plan", size, "plan", path=path, times=often)
    run.rows.append(
        held_against(PLAN, size, plan, "floor: what this push reaches", floors["reached"]["seconds"], aims.PLAN)
    )
    applied, push_id = run.applied(size)
    bare = run.measured(
        f"bare writes, {size}", "write", path=path, applied=applied, push_id=push_id, work=work, times=often
    )
    apply = run.ours("apply", size, "apply", path=path, work=work, times=often)
    words = f"1.1 × plan {seconds(plan['seconds'])} + 2 × bare writes {seconds(bare['seconds'])}"
    allowance = aims.apply_allowance(plan["seconds"], bare["seconds"])
    run.rows.append(
        held_against(f"apply, {apply['writes']:,} rows written", size, apply, words, allowance, aims.APPLY)
    )
    digest = run.ours("digest", size, "digest", path=path, times=often)
    a_row = digest["seconds"] / max(1, digest["writes"])
    run.rows.append(
        Row(
            "digest",
            size,
            seconds(digest["seconds"]),
            "rows written",
            f"{digest['writes']:,}",
            f"{a_row * 1e6:.2f} µs a row",
            aims.DIGEST.words,
            aims.DIGEST.held(a_row),
            **of_process(digest),
        )
    )
    undo = run.ours("undo-plan", size, "undo_plan", applied=applied, push_id=push_id, times=often)
    rows = run.ours("rows()", size, "rows", path=path, times=often)
    page = run.ours("page", size, "page", path=path, work=work, times=often)
    for what, figures in zip(UNTIMED, (undo, rows, page), strict=True):
        run.rows.append(held_against(what, size, figures, "plan", plan["seconds"]))
    return plan


def _growth(run: Run, plans: dict[str, Told]) -> None:
    if not {"medium", "large"} <= plans.keys():
        return
    medium, large = plans["medium"], plans["large"]
    longer, more = large["seconds"] / medium["seconds"], large["rows"] / medium["rows"]
    run.rows.append(
        Row(
            "plan, how much longer",
            "medium to large",
            times(longer),
            f"verdicts: {medium['rows']:,} to {large['rows']:,}",
            times(more),
            times(longer / more),
            aims.GROWTH.words,
            aims.GROWTH.held(longer / more),
        )
    )
