"""What is asked of every district of a state: one request, in names that each district has for itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from coursepush.errors import RequestError
from coursepush.model.elements import MASTER_PUSH_DATA
from coursepush.plan.request import (
    BLANKS,
    MODES,
    as_list,
    check_choice,
    check_data,
    check_release,
    day_of,
    year_of,
)

Catalogs = str | Mapping[str, str]
"""One catalog's name for all districts, or district (or a pattern, ``D0*``) → its catalog's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """*Push All Course Masters* in many districts, every choice made where it was asked for.

    Attributes:
        catalog: (pattern of a district's id, name of its catalog), the first that fits.
        year, mode, to_sections, calendars, masters, data, blanks, release, assume_unused: as in
            :meth:`coursepush.District.plan_master_push`.
        today: for the warnings about classes in session: the same day everywhere.
        rows: whether rows are kept, or counts alone.
        grades: whether it is said whose grades would move.
        versions: of what plans (:func:`versions_here`).
    """

    catalog: tuple[tuple[str, str], ...]
    year: int
    mode: str
    to_sections: bool
    calendars: tuple[str, ...] | None
    masters: tuple[str, ...] | None
    data: tuple[str, ...] | None
    blanks: str
    release: str
    assume_unused: bool
    today: dt.date
    rows: bool
    grades: bool
    versions: tuple[tuple[str, str], ...]

    def catalog_of(self, district: str) -> str | None:
        """The name of a district's catalog; None where none was named."""
        fits = (name for one, name in self.catalog if one == district or fnmatchcase(district, one))
        return next(fits, None)

    def arguments(self) -> dict[str, Any]:
        """Of :meth:`coursepush.District.plan_master_push`, but for the catalog."""
        names = ("year", "mode", "to_sections", "calendars", "masters", "data", "blanks", "release", "today")
        return {name: getattr(self, name) for name in (*names, "assume_unused")}

    def text(self) -> str:
        """As JSON text in one form; :func:`read_asked` reads it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        kept["today"] = self.today.isoformat()
        return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def read_asked(text: str) -> Asked:
    """From :meth:`Asked.text`."""
    kept: dict[str, Any] = json.loads(text)
    pairs = {name: tuple((str(a), str(b)) for a, b in kept[name]) for name in ("catalog", "versions")}
    lists = {name: None if kept[name] is None else tuple(kept[name]) for name in ("calendars", "masters", "data")}
    read: dict[str, Any] = {**kept, **pairs, **lists, "today": dt.date.fromisoformat(kept["today"])}
    return Asked(**read)


def asked_of(
    catalog: Catalogs,
    *,
    year: Any,
    mode: str,
    to_sections: bool,
    calendars: Any,
    masters: Any,
    data: Any,
    blanks: str,
    release: str,
    assume_unused: bool,
    today: Any,
    rows: bool,
    grades: bool,
) -> Asked:
    """What a user asked for, every choice checked that can be without a district.

    Raises:
        RequestError: a choice that there is not, or a name that is an id.
    """
    check_choice("mode", mode, MODES)
    check_choice("blanks", blanks, BLANKS)
    check_release(release, mode=mode, calendars=calendars, data=data)
    ticked = None if data is None else check_data(data, MASTER_PUSH_DATA, "Push All Course Masters")
    by_district = dict(catalog) if isinstance(catalog, Mapping) else {"*": catalog}
    given = {
        "catalog": list(by_district.values()),
        "calendars": None if calendars is None else as_list(calendars),
        "masters": None if masters is None else as_list(masters),
    }
    for what, names in given.items():
        for name in names or ():
            if not isinstance(name, str) or not name.strip():
                raise RequestError(
                    f"Across districts, {what} go by names or numbers as text, not by {name!r}: each district has "
                    "ids of its own."
                )
    if not by_district:
        raise RequestError("No catalog is named. Name one for all districts, or {district: catalog}.")
    ordered = sorted(by_district.items(), key=lambda one: _how_wide(one[0]))
    return Asked(
        catalog=tuple((str(pattern), name) for pattern, name in ordered),
        year=year_of(year),
        mode=mode,
        to_sections=bool(to_sections),
        calendars=None if given["calendars"] is None else tuple(given["calendars"]),
        masters=None if given["masters"] is None else tuple(given["masters"]),
        data=ticked,
        blanks=blanks,
        release=release,
        assume_unused=bool(assume_unused),
        today=day_of(today) or dt.date.today(),
        rows=bool(rows),
        grades=bool(grades),
        versions=versions_here(),
    )


def _how_wide(pattern: str) -> int:
    """A district goes before patterns, and what fits every district comes last."""
    return 2 if pattern == "*" else int(any(sign in pattern for sign in "*?["))


@cache
def versions_here() -> tuple[tuple[str, str], ...]:
    """What plans here: (name, version) of coursepush, its build, its rules, DuckDB and polars.

    The build is a fingerprint of the package's code, so that two of one version are told apart.
    """
    from importlib.metadata import version

    import coursepush
    from coursepush.plan.rules import RULES_VERSION

    place = Path(coursepush.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(one for ending in ("py", "sql") for one in place.rglob(f"*.{ending}")):
        digest.update(file.relative_to(place).as_posix().encode())
        digest.update(file.read_bytes())
    return (
        ("coursepush", coursepush.__version__),
        ("build", digest.hexdigest()[:12]),
        ("rules", RULES_VERSION),
        ("duckdb", version("duckdb")),
        ("polars", version("polars")),
    )
