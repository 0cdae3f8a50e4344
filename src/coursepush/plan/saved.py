"""A plan as a file: reviewed now, applied later, by the command line or by a colleague.

The file is gzipped text. Its first line is JSON: the request, the digest, what else is needed to plan again and
compare, who made it when and on which data, what it warns of, and a hash over all of the file; then one line of
JSON a row, as `plan.rows()` shows them; then the names by which those are read where the district is not, one line
of JSON a row of its tables (:mod:`coursepush.plan.saved_names`). It holds setup, no students.
:mod:`coursepush.plan.saved_file` reads it: the hash before anything else, so that a damaged file is told from a
stale plan.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursepush.errors import RequestError
from coursepush.files import Kind, new_file
from coursepush.plan.request import request_fields
from coursepush.plan.saved_names import names_of_plan
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.state import STATE_VERSION

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan

MOST_IN_NAMES = 200
"""So many characters has a person's name at most."""

SEAL = "seal"
"""The part of the first line that holds the hash over all others."""


def save_plan(plan: Plan, path: str | os.PathLike[str], *, by: str | None = None) -> Path:
    """Write the plan to `path` and return where it is."""
    if by is not None:
        plan.author = name_of_person(by, "who made the plan")
    rows = plan.rows()
    with plan.store.reading() as session:
        with as_hop_0_leaves(session, plan):
            names = names_of_plan(session, plan.request, rows)
        loaded_at = session.value("last load", "select max(loaded_at) from push.given_table where is_given")
    about = {
        "id": plan.id,
        "request": request_fields(plan.request),
        "district_id": plan.district_id,
        "rules_version": plan.rules_version,
        "digest": plan.digest,
        "state": plan.state,
        "state_version": STATE_VERSION,
        # What was true then and the rows do not say: how many were the same already, and the last refresh.
        "same": plan.counts().filter(verdict="same").select("hop", "element", "rows", "reason", "link").rows(),
        "refresh_id": plan.refresh_id,
        "loaded_at": None if loaded_at is None else f"{loaded_at:%Y-%m-%dT%H:%M:%S}",
        "made_at": f"{plan.made_at:%Y-%m-%dT%H:%M:%S}",
        "made_by": plan.made_by,
        "author": plan.author,
        "warnings": [[one.code, str(one)] for one in plan.warnings if one.code not in _OF_THE_READER],
        "notes": list(plan.notes),
        "names": {table: frame.height for table, frame in names.items()},
    }
    text = b"".join(frame.write_ndjson().encode() for frame in (rows, *names.values()))
    target = Path(path).expanduser()
    seal = seal_of(about, text)
    with new_file(target, Kind.PLAN) as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
        packed.write(json.dumps({**about, SEAL: seal}).encode() + b"\n" + text)
    plan.seals.add(seal)
    return target.resolve()


_OF_THE_READER = ("asks_for",)
"""Warnings that are about the file a plan came from, and not part of what it says."""


def name_of_person(given: object, what: str) -> str:
    """A person's name as given, on one line.

    Raises:
        RequestError: it is none.
    """
    if isinstance(given, str) and given.strip() and len(given) <= MOST_IN_NAMES and given.isprintable():
        return " ".join(given.split())
    raise RequestError(
        f'Say {what}: by="Name", at most {MOST_IN_NAMES} characters on one line, not {given!r:.60}.'
    )


def seal_of(about: dict[str, Any], rows: bytes) -> str:
    """A hash over all that the file says: against damage, not against somebody who makes it anew."""
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    total.update(rows)
    return total.hexdigest()
