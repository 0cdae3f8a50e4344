"""A plan as a file: reviewed now, applied later, by the command line or by a colleague.

The file is Parquet: the plan's rows, as `plan.rows()` shows them, and in its metadata the request, the digest
and what else is needed to plan again and compare. It holds setup, no students.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

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
        "fingerprint": plan.fingerprint,
    }
    target = Path(path).expanduser().resolve()
    plan.rows().write_parquet(target, metadata={METADATA_KEY: json.dumps(about)})
    return target
