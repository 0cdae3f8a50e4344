"""A plan as a file: reviewed now, applied later, by the command line or by a colleague.

The file is gzipped text. Its first line is JSON: the request, the digest, what else is needed to plan again and
compare, and a hash over all of the file; then one line of JSON a row, as `plan.rows()` shows them. It holds setup,
no students. The hash is looked at before anything else is read, so a damaged file is told from a stale plan.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import PlanError
from coursepush.files import Kind, new_file
from coursepush.plan.state import STATE_VERSION

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan

_SEAL = "seal"


def save_plan(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write the plan to `path` and return where it is."""
    about = {
        "id": plan.id,
        "request": asdict(plan.request),
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
    target = Path(path).expanduser().resolve()
    with new_file(target, Kind.PLAN) as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
        packed.write(json.dumps({**about, _SEAL: _seal(about, rows)}).encode() + b"\n" + rows)
    return target


def read_saved(path: Path) -> tuple[dict[str, Any], bytes]:
    """What a saved plan says of itself, and its rows as lines of JSON.

    Raises:
        PlanError: the file is no saved plan, or is not as it was saved.
    """
    try:
        first, _, rows = gzip.decompress(path.read_bytes()).partition(b"\n")
        about = json.loads(first)
        sealed = about.pop(_SEAL)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, AttributeError, TypeError) as error:
        raise PlanError(f"{path} is not a plan saved by coursepush: {error}. Save the plan again.") from error
    if sealed != _seal(about, rows):
        raise PlanError(f"{path} was changed after it was saved. Save the plan again.")
    return about, rows


def saved_rows(rows: bytes, schema: pl.Schema) -> pl.DataFrame:
    """The rows of a saved plan, in the columns of `plan.rows()`."""
    if not rows:
        return pl.DataFrame(schema=schema)
    return pl.read_ndjson(rows, schema=schema)


def _seal(about: dict[str, Any], rows: bytes) -> str:
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    total.update(rows)
    return total.hexdigest()
