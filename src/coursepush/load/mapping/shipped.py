"""The mappings that come with coursepush, by name: what a person writes where a path to a mapping may stand."""

from __future__ import annotations

import os
from pathlib import Path

from coursepush.errors import RequestError
from coursepush.load.findings import close_matches
from coursepush.load.mapping.files import Extract, ExtractFile
from coursepush.load.mapping.language import ExtractMap
from coursepush.load.mapping.parse import load_mapping, parse_mapping

SHIPPED = {
    "campus": "Infinite Campus: tables of its database, or views and ad hoc extracts named after them",
    "canvas": "Canvas: SIS CSV files, and gradebook exports beside them",
    "clever": "Clever: the CSV files of its SFTP specification",
    "moodle": "Moodle: gradebook exports, one file a course",
    "sds": "Microsoft School Data Sync: CSV files of format V2.1, V2 or V1",
}
"""The mappings by the names that ``mapping=`` takes, and what each of them reads."""

_FOLDER = Path(__file__).parent


def is_shipped(mapping: str | os.PathLike[str]) -> bool:
    """Whether `mapping` is the name of a mapping that comes along; a file of that name is ``./canvas``."""
    return str(mapping) in SHIPPED


def shipped_mapping(name: str) -> ExtractMap:
    """The mapping `name`. What it names may be missing from an extract."""
    file = _FOLDER / f"{name}.toml"
    return parse_mapping(file.read_text("utf-8"), f"The mapping {name}", file=file.name, strict=False)


def mapping_of(mapping: str | os.PathLike[str]) -> ExtractMap:
    """The mapping of that name, or in that file.

    Raises:
        RequestError: there is neither, or the file is no mapping.
    """
    if is_shipped(mapping):
        return shipped_mapping(str(mapping))
    if not Path(mapping).expanduser().exists():
        raise RequestError(
            f"There is no mapping {str(mapping)!r}: no file, and none that comes along."
            f"{close_matches(str(mapping), SHIPPED)} Those that come along are {', '.join(SHIPPED)}; "
            "coursepush map FOLDER drafts one of your own."
        )
    return based(load_mapping(mapping))


def based(mapping: ExtractMap, default: str = "") -> ExtractMap:
    """A mapping of the user's own on the one that it names as its base, else on `default`, else by itself.

    Raises:
        RequestError: no mapping of that name comes along.
    """
    base = mapping.base or default
    if not base:
        return mapping
    if base not in SHIPPED:
        raise RequestError.unknown("mapping", base, SHIPPED, f"that comes along (base in {mapping.file})")
    return shipped_mapping(base).overlaid(mapping)


def fitting(extract: Extract) -> str | None:
    """The mapping that comes along for the system that `extract` is of, told from files and headers; None: no one.

    Infinite Campus is not among the answers: its own mapping tells its tables one by one.
    """
    scores = {name: _fit(shipped_mapping(name), extract) for name in SHIPPED if name != "campus"}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else None


def _fit(mapping: ExtractMap, extract: Extract) -> int:
    """How many columns of the files that `mapping` reads are there, if of each file most are; else 0."""
    asked: dict[str, tuple[ExtractFile, set[str]]] = {}
    patterned = False
    for view in mapping.views:
        for reads in view.reads:
            files = extract.matching(reads.files, reads.having) if reads.files else extract.find((reads.name,))[:1]
            for file in files:
                asked.setdefault(file.name, (file, set()))[1].update(reads.columns)
                patterned = patterned or bool(reads.files)
    found = {
        name: sum(bool(file.positions(column)) for column in columns) for name, (file, columns) in asked.items()
    }
    fits = [number for name, number in found.items() if number >= 2 and 2 * number > len(asked[name][1])]
    return sum(fits) if len(fits) >= (1 if patterned else 2) else 0
