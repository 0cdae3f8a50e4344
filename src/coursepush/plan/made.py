"""What planning a request came to, beside the tables that the plan keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from coursepush.plan.request import Scope
from coursepush.plan.tables import PlanTables
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session


@dataclass(frozen=True, slots=True)
class Made:
    """Of one planning.

    Attributes:
        tables: all that were made, in order, and how many rows went into each; those that a plan does not keep are
            dropped.
        counts: hop, element, verdict, reason, link, rows.
        scope: of a push.
        unknown_use_rows: how many rows would disappear or be taken over although their use is not known.
        left_alone: how much of a push an undo leaves alone.
        matches: of a plan of links, what pairs by key.
    """

    tables: dict[str, int]
    counts: pl.DataFrame
    warnings: list[PlanWarning]
    notes: list[str] = field(default_factory=list)
    scope: Scope | None = None
    unknown_use_rows: int = 0
    left_alone: int = 0
    matches: pl.DataFrame | None = None


Planner = Callable[[Session, PlanTables, Any, dt.date], Made]
"""Plans a request of its kind: makes the tables in a session that reads, or is about to write, and tells the rest.

The day is for warnings alone.
"""
