"""The file of a saved plan, of which nothing is trusted: whole, no larger than a plan, every part as it should be.

What it says is not yet known to be true: the rows are held to its digest where they are read
(:mod:`coursepush.apply.saved_rows`), and all of it to the district where it is planned again
(:mod:`coursepush.apply.saved`). Nothing is said here that a person could not act on.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursepush.errors import PlanError
from coursepush.model.elements import ELEMENT_ORDER
from coursepush.model.verdicts import Link, Reason
from coursepush.plan.requests.form import Unfit, is_whole, shown
from coursepush.plan.saved import MOST_IN_NAMES, SEAL, seal_of
from coursepush.plan.saved_names import NAMED
from coursepush.plan.state import STATE_VERSION

MOST_BYTES = 2 * 1024**3
"""Of the text in the file: some seven million rows."""

MOST_BYTES_ABOUT = 16 * 1024**2
"""Of its first line: a request that names every section of the largest districts takes two."""

_BLOCK = 1024**2
_MOST_TIMES = 200
"""How many times its packed size the text may have, once it is over :data:`_FROM`. Rows come to 20 to 50 times."""
_FROM = 64 * 1024**2

_MOST_IN_SENTENCES = 200_000

_AGAIN = "Plan again and save the new plan."


Same = tuple[int, str, int] | tuple[int, str, int, str | None, str | None]
"""Hop, element, how many rows of it were the same; in newer files their reason and link too."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What a plan's file says of itself, in the right types, and its rows and names as lines of JSON.

    `state_version` is None in files of before there was one. `same`: hop, element, rows, reason, link; without the
    last two in files of before they were kept. Those have no `names` either, nor what stands below `refresh_id`.

    Attributes:
        seal: the hash over all of it, which has been found right.
        rows: one line a row of the plan.
        names: table → its lines.
    """

    path: Path
    id: str
    request: dict[str, Any]
    district_id: str
    rules_version: str
    digest: str
    state: str
    state_version: int | None
    same: tuple[Same, ...]
    refresh_id: int
    loaded_at: dt.datetime | None
    made_at: dt.datetime | None
    made_by: str | None
    author: str
    warnings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    seal: str
    rows: str
    names: Mapping[str, str]


def read_saved(path: Path) -> SavedFile:
    """The plan saved in `path`.

    Raises:
        PlanError: the file is no saved plan, is not as it was saved, or holds what no plan has.
    """
    try:
        first, rows = _unpacked(path)
        about = strict_json(first.decode())
        if not isinstance(about, dict) or not isinstance(sealed := about.pop(SEAL, None), str):
            raise ValueError("its first line does not begin a plan")
        lines, seal = rows.decode(), seal_of(about, rows)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PlanError(f"{path} is not a plan saved by coursepush: {said}. Save the plan again.") from error
    if sealed != seal:
        raise PlanError(f"{path} was changed after it was saved. {_AGAIN}")
    try:
        parts = _parts(about)
        own, names = _split(lines, parts["names"])
        whole: dict[str, Any] = {**parts, "names": names}
        return SavedFile(path=path, seal=seal, rows=own, **whole)
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


def strict_json(text: str) -> Any:
    """JSON in which nothing is said twice and every number is whole; raises ValueError for any other."""

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
    unknown = sorted(about.keys() - _PARTS.keys() - _LATER.keys())
    if unknown:
        raise Unfit(f"it says {shown(unknown[0])}, which is not known here")
    found: dict[str, Any] = {}
    is_earlier = "names" not in about
    for name, (words, is_right) in (_PARTS | _LATER).items():
        if name in _LATER and is_earlier:
            if name in about:
                raise Unfit(f"it says {name} and has no names")
            found[name] = _NONE.get(name)
            continue
        value = about.get(name)
        if name not in about and name != "state_version":
            raise Unfit(f"its {name} is missing")
        if not is_right(value):
            raise Unfit(f"its {name} is {shown(value)}, not {words}")
        found[name] = value
    hashed = found["state_version"] == STATE_VERSION
    if hashed and not _is_sha256(found["state"]):
        raise Unfit(f"its state is {shown(found['state'])}, not 64 hexadecimal digits")
    for name in ("same", "warnings"):
        found[name] = tuple(tuple(one) for one in found[name])
    for name in ("loaded_at", "made_at"):
        found[name] = None if found[name] is None else dt.datetime.fromisoformat(found[name])
    found["notes"] = tuple(found["notes"])
    return found


def _split(lines: str, counts: Mapping[str, int]) -> tuple[str, dict[str, str]]:
    """The lines of the rows, and those of each table of names, which stand behind them.

    Raises:
        Unfit: there are fewer lines than the file says.
    """
    total = sum(counts.values())
    if not total:
        return lines, dict.fromkeys(counts, "")
    every = lines.removesuffix("\n").split("\n")
    if len(every) < total:
        raise Unfit(f"it says that it has {total:,} lines of names, and has {len(every):,} lines")
    at = len(every) - total
    own = "".join(f"{line}\n" for line in every[:at])
    names: dict[str, str] = {}
    for table, number in counts.items():
        names[table] = "".join(f"{line}\n" for line in every[at : at + number])
        at += number
    return own, names


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_same(value: object) -> bool:
    """Counts of rows that were the same, several of one element, by reason and link."""
    return (
        isinstance(value, list)
        and len(value) <= 1_000
        and all(
            isinstance(one, list)
            and len(one) in (3, 5)
            and is_whole(one[0], 1, 2)
            and one[1] in ELEMENT_ORDER
            and is_whole(one[2], 1, 2**62)
            and (len(one) == 3 or (_is_one_of(one[3], tuple(Reason)) and _is_one_of(one[4], tuple(Link))))
            for one in value
        )
    )


def _is_one_of(value: object, words: tuple[str, ...]) -> bool:
    return value is None or (isinstance(value, str) and value in words)


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value, re.ASCII):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_name(value: object) -> bool:
    """As people are called, on one line; may be empty."""
    return isinstance(value, str) and len(value) <= MOST_IN_NAMES and (value == "" or value.isprintable())


def _is_sentence(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_IN_SENTENCES and _is_unicode(value)


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_warnings(value: object) -> bool:
    return _is_list(value, lambda one: _is_list(one, _is_sentence) and len(one) == 2 and _is_text(one[0]))


def _is_list(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and len(value) <= 1_000 and all(map(is_right, value))


def _is_counts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and list(value) == list(NAMED)
        and all(is_whole(one, 0, 2**40) for one in value.values())
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

_LATER: dict[str, tuple[str, Callable[[object], bool]]] = {
    "loaded_at": ("a time", lambda v: v is None or _is_time(v)),
    "made_at": ("a time", _is_time),
    "made_by": ("a user's name", _is_name),
    "author": ("a person's name", _is_name),
    "warnings": ("warnings, each with its code", _is_warnings),
    "notes": ("sentences", lambda v: _is_list(v, _is_sentence)),
    "names": ("numbers of lines by table", _is_counts),
}
"""The same of parts that files have from when they could be read without the district; earlier ones have none."""

_NONE: dict[str, Any] = {"author": "", "warnings": (), "notes": (), "names": {}}
"""What stands for those in an earlier file; None for the others."""
