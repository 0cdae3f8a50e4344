"""The file of a saved plan, of which nothing is trusted: whole, no larger than a plan, every part as it should be.

What it says is not yet known to be true: the rows are held to its digest where they are read
(:mod:`coursepush.apply.saved_rows`), and all of it to the district where it is planned again
(:mod:`coursepush.apply.saved`). Nothing is said here that a person could not act on.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.errors import PlanError
from coursepush.model.elements import ELEMENT_ORDER
from coursepush.plan.requests.form import Unfit, is_whole, shown
from coursepush.plan.saved import SEAL, seal_of
from coursepush.plan.state import STATE_VERSION

MOST_BYTES = 2 * 1024**3
"""Of the text in the file: some seven million rows."""

MOST_BYTES_ABOUT = 16 * 1024**2
"""Of its first line: a request that names every section of the largest districts takes two."""

_BLOCK = 1024**2
_MOST_TIMES = 200
"""How many times its packed size the text may have, once it is over :data:`_FROM`. Rows come to 20 to 50 times."""
_FROM = 64 * 1024**2

_AGAIN = "Plan again and save the new plan."


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What a plan's file says of itself, in the right types, and its rows as lines of JSON.

    `state_version` is None in files of before there was one. `same`: hop, element, rows.
    """

    path: Path
    id: str
    request: dict[str, Any]
    district_id: str
    rules_version: str
    digest: str
    state: str
    state_version: int | None
    same: tuple[tuple[int, str, int], ...]
    refresh_id: int
    rows: str


def read_saved(path: Path) -> SavedFile:
    """The plan saved in `path`.

    Raises:
        PlanError: the file is no saved plan, is not as it was saved, or holds what no plan has.
    """
    try:
        first, rows = _unpacked(path)
        about = _strict_json(first.decode())
        if not isinstance(about, dict) or not isinstance(sealed := about.pop(SEAL, None), str):
            raise ValueError("its first line does not begin a plan")
        lines, seal = rows.decode(), seal_of(about, rows)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PlanError(f"{path} is not a plan saved by coursepush: {said}. Save the plan again.") from error
    if sealed != seal:
        raise PlanError(f"{path} was changed after it was saved. {_AGAIN}")
    try:
        return SavedFile(path=path, rows=lines, **_parts(about))
    except Unfit as error:
        raise unfit(path, error) from error


def unfit(path: Path, error: Unfit) -> PlanError:
    return PlanError(
        f"{path} is not as this version of coursepush saves a plan: {error}. Another version saved it, or "
        f"somebody changed it. {_AGAIN}"
    )


def _unpacked(path: Path) -> tuple[bytes, bytes]:
    """The first line and the rest of the gzip file, which never becomes larger than a plan's can be."""
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as file:
        first = file.readline(MOST_BYTES_ABOUT)
        if not first.endswith(b"\n"):
            raise ValueError("its first line does not end")
        rows = bytearray()
        while block := file.read(_BLOCK):
            rows += block
            if len(rows) > MOST_BYTES or (len(rows) > _FROM and len(rows) > _MOST_TIMES * packed.tell()):
                raise ValueError(f"it unpacks to more than {len(rows):,} bytes, which no plan has")
    return first[:-1], bytes(rows)


def _strict_json(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = Counter(name for name, _ in pairs)
            raise ValueError(f"it says {shown(names.most_common(1)[0][0])} twice")
        return found

    def refuse(number: str) -> Any:
        raise ValueError(f"it holds the number {number[:20]}, and plans hold whole numbers")

    return json.loads(text, object_pairs_hook=once, parse_constant=refuse, parse_float=refuse)


# -- the parts of the first line -----------------------------------------------------------------------


def _parts(about: dict[str, Any]) -> dict[str, Any]:
    """The first line's parts by name, each of its type.

    Raises:
        Unfit: one is missing, another thing than it should be, or unknown.
    """
    unknown = sorted(about.keys() - _PARTS.keys())
    if unknown:
        raise Unfit(f"it says {shown(unknown[0])}, which is not known here")
    found: dict[str, Any] = {}
    for name, (words, is_right) in _PARTS.items():
        value = about.get(name)
        if name not in about and name != "state_version":
            raise Unfit(f"its {name} is missing")
        if not is_right(value):
            raise Unfit(f"its {name} is {shown(value)}, not {words}")
        found[name] = value
    hashed = found["state_version"] == STATE_VERSION
    if hashed and not _is_sha256(found["state"]):
        raise Unfit(f"its state is {shown(found['state'])}, not 64 hexadecimal digits")
    found["same"] = tuple((hop, element, rows) for hop, element, rows in found["same"])
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_same(value: object) -> bool:
    """Counts of rows that were the same: hop, element, rows; several of one element, by reason and link."""
    return (
        isinstance(value, list)
        and len(value) <= 1_000
        and all(
            isinstance(one, list)
            and len(one) == 3
            and is_whole(one[0], 1, 2)
            and one[1] in ELEMENT_ORDER
            and is_whole(one[2], 1, 2**62)
            for one in value
        )
    )


_PARTS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "id": ("12 hexadecimal digits", lambda v: isinstance(v, str) and bool(re.fullmatch("[0-9a-f]{12}", v))),
    "request": ("a request", lambda v: isinstance(v, dict)),
    "district_id": ("a district's id", _is_text),
    "rules_version": ("the version of some rules", _is_text),
    "digest": ("64 hexadecimal digits", _is_sha256),
    "state": ("the state of a plan", _is_text),
    "state_version": ("a version, 1 or more", lambda v: v is None or is_whole(v, 1, 10**6)),
    "same": ("counts of rows by hop and element", _is_same),
    "refresh_id": ("a refresh's number, 0 or more", lambda v: is_whole(v, 0, 2**62)),
}
"""Part → what it should be, in words, and whether a value is that."""
