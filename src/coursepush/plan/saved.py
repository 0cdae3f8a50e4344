"""A plan as a file: reviewed now, applied later, by the command line or by a colleague.

The file is Parquet: the plan's rows, as `plan.rows()` shows them, and in its metadata the request, the digest
and what else is needed to plan again and compare. It holds setup, no students.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan

METADATA_KEY = "coursepush_plan"


def save_plan(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write the plan to `path` and return where it is."""
    about = {
        "id": plan.id,
        "request": asdict(plan.request),
        "district_id": plan.district_id,
        "rules_version": plan.rules_version,
        "digest": plan.digest,
        "state": plan.state,
    }
    rows = plan.rows()
    target = Path(path).expanduser().resolve()
    metadata = {METADATA_KEY: json.dumps({**about, "seal": seal(about, rows)})}
    rows.write_parquet(target, metadata=metadata)
    return target


def seal(about: dict[str, Any], rows: pl.DataFrame) -> str:
    """A hash over everything the file says, so that a file that was changed is told from a stale plan."""
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    total.update(rows.write_csv().encode())
    return total.hexdigest()
