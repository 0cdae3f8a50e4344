"""Undo: from a push's history to a plan like any other, which restores the former state exactly."""

from __future__ import annotations

import datetime as dt

import polars as pl

from coursepush.plan.made import Made
from coursepush.plan.requests.undo import UndoRequest
from coursepush.plan.step import run_steps
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import read_counts
from coursepush.plan.undo.gone import gone_warning
from coursepush.plan.undo.setup import setup_undo_steps
from coursepush.plan.undo.steps import UndoSteps
from coursepush.plan.use import unknown_work
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session
from coursepush.store.layout import has_setup_history
from coursepush.store.work import work_is_kept


def plan_undo(session: Session, tables: PlanTables, request: UndoRequest, today: dt.date) -> Made:
    """Plan to take a push back; see :meth:`coursepush.District.plan_undo`."""
    pushes = session.rows("pushes", "select push_id, undoes from push.history order by push_id desc")
    undoes = {int(push): None if undone is None else int(undone) for push, undone in pushes}
    pairs = _taken_back(undoes)
    undone_by = next((by for push, by in pairs if push == request.push_id), None)
    steps = UndoSteps(
        tables,
        request.push_id,
        ids_are_new=undoes[request.push_id] is None,
        taken_back=[(push, by) for push, by in pairs if by != request.push_id],
        keeps_work=work_is_kept(session),
    )
    made = run_steps(session, steps.build())
    if tables.has_setup:
        made |= run_steps(session, setup_undo_steps(tables, request.push_id, ids_are_new=steps.ids_are_new))
    counts = read_counts(session, tables.knowing(made)).drop("unknown_use")
    left_alone = int(counts.filter(pl.col("verdict") == "keep")["rows"].sum())
    warnings = _warnings(request, left_alone, undone_by, unknown_work(session))
    if undone_by is None:
        warnings += gone_warning(session, request.push_id, steps.written_rows())
    return Made(tables=made, counts=counts, warnings=warnings, left_alone=left_alone)


def undoes_setup(session: Session, request: UndoRequest) -> bool:
    """Whether the push wrote setup itself, beside rows of courses and sections."""
    return has_setup_history(session) and bool(
        session.value(
            "setup of the push",
            "select count(*) from push.history_setup where push_id = $push_id",
            {"push_id": request.push_id},
        )
    )


def _taken_back(undoes: dict[int, int | None]) -> list[tuple[int, int]]:
    """(push, the undo that took it back), for each undo that is itself still in force.

    Args:
        undoes: each push, the newest first, and the push that it undoes, if it is an undo.
    """
    pairs: list[tuple[int, int]] = []
    for push, undone in undoes.items():
        in_force = push not in {taken for taken, _ in pairs}
        if undone is not None and in_force:
            pairs.append((undone, push))
    return pairs


def _warnings(
    request: UndoRequest, left_alone: int, undone_by: int | None, unknown: frozenset[str]
) -> list[PlanWarning]:
    warnings: list[PlanWarning] = []
    if undone_by is not None:
        warnings.append(
            PlanWarning("undone_before", f"Push {request.push_id} was taken back before, by push {undone_by}.")
        )
    if left_alone:
        so = (
            "They stay as they are; the rest goes back."
            if request.partial
            else "The push can be taken back only in part: plan the undo with partial=True to take back the rest."
        )
        warnings.append(
            PlanWarning(
                "left_alone",
                f"{left_alone:,} rows or fields of push {request.push_id} have changed, are used or stand in "
                f"another's way since. {so}",
            )
        )
    if unknown:
        warnings.append(
            PlanWarning(
                "use_unknown",
                f"It is not known whether students' work uses what the push added: {', '.join(sorted(unknown))} "
                "were not loaded. It is taken back as it stands in this file.",
            )
        )
    return warnings
