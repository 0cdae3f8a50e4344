"""Which version of the Ed-Fi Data Standard files are of: by what they state, or by names only an old one has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from coursepush.errors import examples
from coursepush.load.edfi.findings import finding

KNOWN_VERSIONS = ("3", "4", "5", "6")
"""Major versions of the Data Standard whose names this reader knows."""

_OLD_NAMES = re.compile(
    r"(^|[/.])(UniqueSectionCode|EducationalOrg(Identity|Reference)|TermType|GradingPeriodType|AcademicSubjectType"
    r"|ClassroomPositionType)([/.]|$)",
    re.IGNORECASE,
)
"""Names in paths that versions 1 and 2 have, and none since 3, where descriptors took the place of types."""


def version_of(namespace: str) -> str | None:
    """The Data Standard's version that a namespace states: ``http://ed-fi.org/5.2.0`` and ``…/0520`` are 5.2."""
    plain = re.search(r"ed-fi(?:\.org)?/(\d+)\.(\d+)", namespace)
    if plain is not None:
        return f"{plain[1]}.{plain[2]}"
    short = re.search(r"ed-fi(?:\.org)?/0(\d)(\d)", namespace)
    return None if short is None else f"{short[1]}.{short[2]}"


def is_old(version: str) -> bool:
    """Whether it is a version before those that are read.

    >>> [version for version in ("1.0", "2.2", "3.0", "6.0", "7.0") if is_old(version)]
    ['1.0', '2.2']
    """
    return int(version.split(".")[0]) < int(KNOWN_VERSIONS[0])


def old_names(paths: Iterable[str]) -> list[str]:
    """Those of the paths (or headers, or names) that only versions before 3 have.

    >>> old_names(["CourseOfferingReference/LocalCourseCode", "UniqueSectionCode"])
    ['UniqueSectionCode']
    """
    return sorted(path for path in paths if _OLD_NAMES.search(path))


def of_old_version(versions: Mapping[str, Iterable[str]], by: Iterable[str] = ()) -> pl.DataFrame:
    """The one refusal of files of old versions: nothing else that could be said of them would help.

    Args:
        versions: version, or ``1 or 2`` where no more is known → the files that are of it.
        by: the names that told it, where no file states its version.
    """
    stated = "; ".join(
        f"{examples(list(files), 3)} {'is' if len(list(files)) == 1 else 'are'} of Data Standard {version}"
        for version, files in versions.items()
    )
    told = f" (told by {examples(list(by), 3)})" if by else ""
    message = (
        f"{stated}{told}; coursepush reads Ed-Fi Data Standard {KNOWN_VERSIONS[0]} to {KNOWN_VERSIONS[-1]}. "
        "Before 3 most things had other names and keys, so nothing was read of it. Export the data as version "
        f"{KNOWN_VERSIONS[0]} or later, or draft a mapping of a CSV export with: coursepush map FOLDER."
    )
    return finding("refusal", "old_version", None, None, message, value=", ".join(versions))
