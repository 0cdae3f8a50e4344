"""A plan as a file: reviewed now, applied later, by the command line or by a colleague.

The file is gzipped text. Its first line is JSON: the request, the digest, what else is needed to plan again and
compare, and a hash over all of the file; then one line of JSON a row, as `plan.rows()` shows them. It holds setup,
no students. :mod:`coursepush.plan.saved_file` reads it: the hash before anything else, so that a damaged file is
told from a stale plan.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursepush.files import Kind, new_file
from coursepush.plan.request import request_fields
from coursepush.plan.state import STATE_VERSION

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan

SEAL = "seal"
"""The part of the first line that holds the hash over all others."""


def save_plan(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write the plan to `path` and return where it is."""
    about = {
        "id": plan.id,
        "request": request_fields(plan.request),
        "district_id": plan.district_id,
        "rules_version": plan.rules_version,
        "digest": plan.digest,
        "state": plan.state,
        "state_version": STATE_VERSION,
        # What was true then and the rows do not say: how many were the same already, and the last refresh.
        "same": plan.counts().filter(verdict="same").select("hop", "element", "rows").rows(),
        "refresh_id": plan.refresh_id,
    }
    rows = plan.rows().write_ndjson().encode()
    target = Path(path).expanduser()
    with new_file(target, Kind.PLAN) as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
        packed.write(json.dumps({**about, SEAL: seal_of(about, rows)}).encode() + b"\n" + rows)
    return target.resolve()


def seal_of(about: dict[str, Any], rows: bytes) -> str:
    """A hash over all that the file says: against damage, not against somebody who makes it anew."""
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    total.update(rows)
    return total.hexdigest()
