"""The push against the programs of ``alternatives/``: the same tables in, the same tables out."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import aims
from .process import Failed
from .rival import COMPARED
from .run import Run, of_process
from .table import Row, seconds, times

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alternative:
    """`has_server`: it works in another process too, so that its own says nothing of its memory."""

    module: str
    aim: aims.Aim
    has_server: bool = False


ALTERNATIVES = (
    Alternative("sqlite_script", aims.SQLITE),
    Alternative("pandas_merges", aims.PANDAS),
    Alternative("postgres", aims.POSTGRES, has_server=True),
    Alternative("polars_only", aims.POLARS),
)
LIMIT = 600.0
"""Seconds after which a push is given up."""
PREPARING = 3600.0
"""Seconds that loading the tables beforehand, and comparing them afterwards, may take."""
AGAIN_UNDER = 30.0
"""A push that takes less is done again, in a process of its own each time."""
OURS = "coursepush, plan and apply"


def measure(run: Run, sizes: tuple[str, ...], chosen: tuple[Alternative, ...] = ALTERNATIVES) -> None:
    for size in sizes:
        try:
            _one_size(run, size, chosen)
        except Failed as error:
            run.failed(f"The alternatives at {size}", error)


def _one_size(run: Run, size: str, chosen: tuple[Alternative, ...]) -> None:
    path, work = run.district(size), str(run.work)
    applied, _ = run.applied(size)
    tables, expected = run.work / f"{size}.tables", run.work / f"{size}.expected"
    for folder, source, names in ((tables, path, None), (expected, applied, list(COMPARED))):
        folder.mkdir()
        run.measured(f"export {folder.name}", "export_tables", path=source, folder=str(folder), tables=names)
    ours = run.ours("plan and apply", size, "plan_and_apply", path=path, work=work, times=run.repeats)
    found = {alternative: _one(run, size, alternative, tables, expected) for alternative in chosen}
    shutil.rmtree(tables)
    shutil.rmtree(expected)
    finished = {told["name"]: told["seconds"] for told in found.values() if told and "seconds" in told}
    fastest = min({OURS: ours["seconds"], **finished}.items(), key=lambda item: item[1])[0]
    run.rows.append(
        Row(f"the push by {OURS}", size, seconds(ours["seconds"]), fastest=fastest, **of_process(ours))
    )
    run.rows += [_row(size, alternative, told, ours, fastest) for alternative, told in found.items() if told]


def _one(run: Run, size: str, alternative: Alternative, tables: Path, expected: Path) -> Told | None:
    """The best of its pushes; None, and a line that says why, where there is no figure to be had."""
    best: Told | None = None
    for done in range(1, min(3, run.repeats) + 1):
        with tempfile.TemporaryDirectory(dir=run.work, prefix=f"{alternative.module}-") as work:
            try:
                told = run.measured(
                    f"{alternative.module}, {size}",
                    "push",
                    module=f"tests.bench.alternatives.{alternative.module}",
                    tables=str(tables),
                    work=work,
                    expected=str(expected),
                    limit=LIMIT,
                    within=PREPARING + LIMIT,
                )
            except Failed as error:
                run.failed(f"{alternative.module} at {size}", error)
                return None
        if "left_out" in told:
            run.untold.append(f"{alternative.module} at {size} was left out: {told['left_out']}.")
            return None
        if "differs" in told:
            run.fault(f"{alternative.module} at {size} leaves other tables than coursepush: {told['differs']}.")
            return None
        if "too_long" in told:
            return told
        if best is None or told["seconds"] < best["seconds"]:
            best = told
        best["best_of"] = done
        if told["seconds"] >= AGAIN_UNDER:
            break
    return best


def _row(size: str, alternative: Alternative, told: Told, ours: Told, fastest: str) -> Row:
    taken = told.get("seconds", LIMIT)
    ratio, more = taken / ours["seconds"], "more than " if "too_long" in told else ""
    # the aims are for medium
    aim = alternative.aim if size == "medium" else None
    held = aim.held(ratio) if aim else ""
    shown = {**told} if "seconds" in told and not alternative.has_server else {}
    shown |= {"best_of": told["best_of"]} if "best_of" in told else {}
    return Row(
        f"the push by {told['name']}",
        size,
        f"more than {LIMIT / 60:.0f} minutes" if more else seconds(taken),
        f"{OURS}; plan alone {seconds(ours['plan_seconds'])}: {more}{times(taken / ours['plan_seconds'])}",
        seconds(ours["seconds"]),
        more + times(ratio),
        aim.words if aim else "",
        # of one that was given up only the least is known, and that may be short of the aim
        "" if more and held != "met" else held,
        fastest,
        **{key: value for key, value in of_process(shown).items() if value},
    )
