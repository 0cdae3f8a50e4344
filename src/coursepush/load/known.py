"""Files of other systems, told by their headers: named for what they are, with the mapping that reads them.

Names of files say little: Canvas, Clever, OneRoster and School Data Sync all have a ``courses.csv`` or an
``enrollments.csv``. Headers are as in Canvas's "SIS Import Format", Microsoft's pages on the CSV formats of School
Data Sync, Clever's SFTP specification, Moodle's gradebook export and course upload, and the file specifications of
the Ed-Fi LMS Toolkit.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import LoadError, RemovalError, examples
from coursepush.files.names import in_shell
from coursepush.load.csv_text import CsvFault, CsvFile
from coursepush.load.findings import Findings
from coursepush.model.tables import TABLES

_MAPPINGS = Path(__file__).parent / "mapping"
_DEEPEST = 3
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Known:
    """A format of another system.

    `mapping`: the mapping that reads it, where one may come along. `marks`: sets of column names, lowered, of
    which a file of the format has one whole; `never`: names that no file of the format has, by which it is told
    from its neighbours. `needs`: how many files must have a mark. `more`: what else to do.
    """

    name: str
    mapping: str | None
    marks: tuple[frozenset[str], ...]
    never: frozenset[str] = frozenset()
    needs: int = 1
    more: str = ""


def _marks(*lines: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(name.strip() for name in line.split(",")) for line in lines)


_OF_ONEROSTER = frozenset({"datelastmodified", "schoolsourcedid", "termsourcedids", "coursecode", "enableduser"})

KNOWN = (
    Known(
        "Canvas SIS CSV",
        "canvas",
        _marks(
            "course_id, short_name, long_name",
            "section_id, course_id, name, status",
            "user_id, login_id",
            "section_id, user_id, role, status",
            "course_id, user_id, role, status",
            "account_id, parent_account_id",
        ),
        needs=2,
    ),
    Known(
        "Canvas gradebook exports",
        "canvas",
        _marks("student, id, sis user id, section", "student, id, sis login id, section"),
    ),
    Known(
        "Microsoft School Data Sync V2.1",
        "sds",
        _marks(
            "sourcedid, orgsourcedid, title, sessionsourcedids",
            "sourcedid, orgsourcedid, title, coursesourcedid",
            "sourcedid, orgsourcedid, title, code",
            "usersourcedid, orgsourcedid, role, sessionsourcedid",
        ),
        never=_OF_ONEROSTER,
    ),
    Known(
        "Microsoft School Data Sync V2",
        "sds",
        _marks("sourcedid, orgsourcedid, title", "sourcedid, orgsourcedids, username, role"),
        never=_OF_ONEROSTER,
    ),
    Known(
        "Microsoft School Data Sync V1",
        "sds",
        _marks(
            "sis id, school sis id",
            "sis id, name",
            "section sis id, sis id",
            "id, school dfe number",
            "dfe number, name",
            "section id, id",
        ),
        needs=2,
    ),
    Known(
        "Clever CSV",
        "clever",
        _marks(
            "school_id, section_id, teacher_id",
            "school_id, section_id, student_id",
            "school_id, school_name",
            "school_id, teacher_id, last_name",
            "school_id, teacher_id, teacher_email",
            "school_id, student_id, last_name",
        ),
        needs=2,
    ),
    Known(
        "Moodle gradebook exports",
        "moodle",
        _marks(
            "email address, last downloaded from this course",
            "first name, last name, email address, course total (real)",
            "first name, surname, email address, course total (real)",
        ),
    ),
    Known(
        "Moodle course lists",
        "moodle",
        _marks("shortname, fullname, category", "shortname, fullname, category_path"),
        more="A gradebook export of each course belongs beside it.",
    ),
    Known(
        "tables of Moodle's database",
        None,
        _marks(
            "id, courseid, itemname, itemtype, grademax",
            "id, category, fullname, shortname",
            "itemid, userid, rawgrade",
        ),
    ),
    Known(
        "the Ed-Fi LMS Toolkit's files",
        None,
        _marks("sourcesystemidentifier, sourcesystem"),
        more="Put the newest file of each into one folder first, named after what it holds (sections.csv, …).",
    ),
)
"""In the order in which they are looked for: the first with the most files is the one."""


def recognised(headers: Mapping[str, Collection[str]]) -> tuple[Known, list[str]] | None:
    """The format of another system that these files are of, and which of them tell it; None where none is known.

    Args:
        headers: file → its column names, in any case. A file that is a table of the model speaks for no other.

    >>> known, files = recognised({"courses.csv": ["course_id", "short_name", "long_name", "status"],
    ...                            "sections.csv": ["section_id", "course_id", "name", "status"]})
    >>> known.name, files
    ('Canvas SIS CSV', ['courses.csv', 'sections.csv'])
    """
    plain = {
        file: names
        for file, header in headers.items()
        if not _is_ours(file, names := {name.strip().lower() for name in header})
    }
    every = {name for header in plain.values() for name in header}
    found: tuple[Known, list[str]] | None = None
    for known in KNOWN:
        if known.never & every:
            continue
        files = [file for file, header in plain.items() if any(mark <= header for mark in known.marks)]
        enough = min(known.needs, len(plain))
        if len(files) >= enough and files and (found is None or len(files) > len(found[1])):
            found = known, files
    return found


def _is_ours(file: str, names: Collection[str]) -> bool:
    table = TABLES.get(Path(file).stem.strip().lower())
    return table is not None and set(table.key) <= set(names)


def refuse_known(source: Path) -> None:
    """Refuse a folder whose files are another system's, by name and with the mapping that reads them.

    Raises:
        LoadError: they are, with that one finding.
    """
    found = recognised(headers_below(source))
    if found is not None:
        findings = Findings()
        message = said_of(source, *found)
        findings.refuse("other_format", message, value=found[0].name)
        raise LoadError(f"{message} Nothing was written.", findings.frame())


@contextmanager
def named_if_refused(source: Any) -> Generator[None]:
    """Where what is done in the block refuses `source`, and it is another system's, that is told first.

    A format that was named by hand is tried all the same: headers may mislead.
    """
    try:
        yield
    except RemovalError:  # of a refresh: the extract was read
        raise
    except LoadError as error:
        found = recognised(headers_below(source)) if isinstance(source, Path) and source.is_dir() else None
        if found is None or error.findings is None:
            raise
        message = said_of(source, *found)
        cause = Findings()
        cause.refuse("other_format", message, value=found[0].name)
        raise LoadError(f"{message} {error}", pl.concat([cause.frame(), error.findings])) from error


def said_of(source: Path, known: Known, files: Collection[str]) -> str:
    """What the files are, and what to do with them."""
    folder = in_shell(str(source))
    cure = (
        f'A mapping for them comes with coursepush: load them with mapping="{known.mapping}" '
        f"(coursepush load {folder} ... --mapping {known.mapping})."
        if known.mapping is not None and (_MAPPINGS / f"{known.mapping}.toml").is_file()
        else f"Draft a mapping for them with: coursepush map {folder}; edit it, and load with it (--mapping)."
    )
    more = f" {known.more}" if known.more else ""
    otherwise = "If they are something else, name the format: format=... (--format)."
    return f"By their headers these are {known.name} ({examples(sorted(files), 3)}).{more} {cure} {otherwise}"


def headers_below(folder: Path) -> dict[str, list[str]]:
    """CSV file → its column names, of a folder; where it has no CSV files itself, of the folders in it.

    Files that cannot be read are left out: their readers say why.
    """
    paths = sorted(each for each in folder.iterdir() if _is_table(each))
    level = [folder]
    for _ in range(_DEEPEST):
        if paths:
            break
        level = sorted(each for one in level for each in one.iterdir() if each.is_dir())[:_MOST_FILES]
        paths = sorted(each for one in level for each in one.iterdir() if _is_table(each))
    headers: dict[str, list[str]] = {}
    for path in paths[:_MOST_FILES]:
        try:
            headers[path.relative_to(folder).as_posix()] = CsvFile(path).header
        except (CsvFault, OSError):
            continue
    return headers


def _is_table(path: Path) -> bool:
    return path.suffix.lower() == ".csv" and not path.name.startswith(".") and path.is_file()
