"""What is read of OneRoster CSV files, versions 1.0, 1.1 and 1.2: which files, which columns, what they hold.

The versions name some columns differently (``grade`` became ``grades``, ``gradingPeriodSourcedId`` became
``academicSessionSourcedId``) and vendors mix them, so each field lists every name it goes by, the newest
first. Source: 1EdTech OneRoster CSV Tables 1.0, 1.1 and the CSV Binding 1.2.1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from coursepush.load.quoting import quotes_source

FieldKind = Literal["text", "list", "date", "year", "flag", "points", "weight"]

Version = Literal["1.0", "1.1", "1.2"]
VERSIONS: tuple[Version, ...] = ("1.0", "1.1", "1.2")


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is read: its name here, its headers in the files, and what its text is.

    `must` fields need a header and a value in every row. A list is written ``a,b`` in one quoted field; a year
    is the one in which a school year ends; points and weights are decimal numbers, never floating point.
    """

    name: str
    headers: tuple[str, ...]
    must: bool = False
    kind: FieldKind = "text"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One file of a bundle: the model's table it feeds first, whether it must be there, and its fields.

    A file without fields is counted, not read; `why` says why.
    """

    table: str | None
    fields: tuple[Field, ...] = ()
    must: bool = False
    why: str = ""

    @property
    def quotes(self) -> bool:
        """Whether values of it may be told."""
        return bool(self.fields) and quotes_source(self.table)


def _field(name: str, *headers: str, must: bool = False, kind: FieldKind = "text") -> Field:
    return Field(name, headers, must, kind)


GONE = ("tobedeleted", "inactive")
"""Statuses of rows that are no more. A bulk file leaves the status blank, or writes ``active``."""

_KEY = _field("key", "sourcedId", must=True)
_ROW = (_field("status", "status"), _field("changed", "dateLastModified"))

FILES: dict[str, FileKind] = {
    "orgs": FileKind(
        "school",
        (
            _KEY,
            *_ROW,
            _field("name", "name", must=True),
            _field("type", "type", must=True),
            _field("number", "identifier"),
            _field("parent", "parentSourcedId"),
        ),
        must=True,
    ),
    "academicSessions": FileKind(
        "term",
        (
            _KEY,
            *_ROW,
            _field("title", "title"),
            _field("type", "type", must=True),
            _field("start_date", "startDate", must=True, kind="date"),
            _field("end_date", "endDate", must=True, kind="date"),
            _field("parent", "parentSourcedId"),
            _field("end_year", "schoolYear", kind="year"),
        ),
        must=True,
    ),
    "courses": FileKind(
        "course_master",
        (
            _KEY,
            *_ROW,
            _field("school_year", "schoolYearSourcedId", "schoolYearId"),
            _field("name", "title", must=True),
            _field("code", "courseCode"),
            _field("grades", "grades", "grade", kind="list"),
            _field("org", "orgSourcedId", must=True),
            _field("subjects", "subjects", kind="list"),
            _field("subject_codes", "subjectCodes", kind="list"),
        ),
        must=True,
    ),
    "classes": FileKind(
        "section",
        (
            _KEY,
            *_ROW,
            _field("title", "title"),
            _field("code", "classCode"),
            _field("course", "courseSourcedId", must=True),
            _field("school", "schoolSourcedId", must=True),
            _field("sessions", "termSourcedIds", "termSourcedId", kind="list"),
        ),
        must=True,
    ),
    "users": FileKind(
        "teacher",
        (_KEY, *_ROW, _field("given", "givenName"), _field("family", "familyName")),
    ),
    "enrollments": FileKind(
        "enrollment",
        (
            _field("key", "sourcedId"),
            *_ROW,
            _field("class", "classSourcedId", must=True),
            _field("user", "userSourcedId", must=True),
            _field("role", "role", must=True),
            _field("primary", "primary", kind="flag"),
            _field("end_date", "endDate", kind="date"),
        ),
    ),
    "categories": FileKind(
        "section_category",
        (_KEY, *_ROW, _field("title", "title", must=True), _field("weight", "weight", kind="weight")),
    ),
    "lineItems": FileKind(
        "assignment",
        (
            _KEY,
            *_ROW,
            _field("title", "title"),
            _field("due_date", "dueDate", kind="date"),
            _field("class", "classSourcedId", must=True),
            _field("category", "categorySourcedId"),
            _field("session", "academicSessionSourcedId", "gradingPeriodSourcedId"),
            _field("least", "resultValueMin", kind="points"),
            _field("points", "resultValueMax", kind="points"),
        ),
    ),
    "results": FileKind(
        "score",
        (
            _field("key", "sourcedId"),
            *_ROW,
            _field("line_item", "lineItemSourcedId", must=True),
            _field("student", "studentSourcedId", must=True),
            _field("score_status", "scoreStatus"),
            _field("points", "score", kind="points"),
            _field("text_score", "textScore"),
            _field("score_date", "scoreDate", kind="date"),
            _field("comment", "comment"),
            _field("is_missing", "missing", "metadata.missing", kind="flag"),
            _field("is_late", "late", "metadata.late", kind="flag"),
            _field("is_incomplete", "incomplete", "metadata.incomplete", kind="flag"),
        ),
    ),
    "lineItemLearningObjectiveIds": FileKind(
        "grading_task",
        (
            _field("key", "sourcedId"),
            *_ROW,
            _field("line_item", "lineItemSourcedId", must=True),
            _field("source", "source"),
            _field("objective", "learningObjectiveId", must=True),
        ),
    ),
    "demographics": FileKind(None, why="the model keeps nothing of who students are"),
    "roles": FileKind(None, why="who teaches and who attends a class is taken from enrollments.csv"),
    "userProfiles": FileKind(None, why="the model keeps no accounts"),
    "scoreScales": FileKind(None, why="its scales belong to single classes, which the model has no place for"),
    "lineItemScoreScales": FileKind(None, why="scales of single line items find no place in the model"),
    "resultScoreScales": FileKind(None, why="scales of single results find no place in the model"),
    "resultLearningObjectiveIds": FileKind(
        None, why="the model keeps one score an assignment and student, not one a learning objective"
    ),
    "resources": FileKind(None, why="the model keeps no learning resources"),
    "classResources": FileKind(None, why="the model keeps no learning resources"),
    "courseResources": FileKind(None, why="the model keeps no learning resources"),
    "userResources": FileKind(None, why="the model keeps no learning resources"),
}
"""The files of a bundle by name without ``.csv``, those that others point to first. The manifest is apart."""

_ONLY = {
    "1.0": {
        "users": ("userId", "agents"),
        "courses": ("schoolYearId", "grade"),
        "classes": ("grade", "termSourcedId"),
        "demographics": ("userSourcedId",),
    },
    "1.0 1.1": {"users": ("role", "orgSourcedIds")},
    "1.1": {"lineItems": ("gradingPeriodSourcedId",)},
    "1.1 1.2": {
        "academicSessions": ("schoolYear",),
        "courses": ("schoolYearSourcedId", "grades", "subjectCodes"),
        "classes": ("grades", "termSourcedIds", "subjectCodes", "periods"),
        "users": ("enabledUser", "userIds", "agentSourcedIds", "grades"),
        "enrollments": ("beginDate", "endDate"),
        "categories": ("sourcedId",),
        "lineItems": ("sourcedId",),
        "results": ("sourcedId",),
        "resources": ("sourcedId",),
    },
    "1.2": {
        "users": ("userMasterIdentifier", "primaryOrgSourcedId", "preferredGivenName"),
        "categories": ("weight",),
        "lineItems": ("academicSessionSourcedId", "schoolSourcedId"),
        "results": ("textScore", "inProgress", "late", "missing"),
        "roles": ("sourcedId",),
        "scoreScales": ("sourcedId",),
        "userProfiles": ("sourcedId",),
        "userResources": ("sourcedId",),
        "lineItemScoreScales": ("sourcedId",),
        "lineItemLearningObjectiveIds": ("sourcedId",),
        "resultScoreScales": ("sourcedId",),
        "resultLearningObjectiveIds": ("sourcedId",),
    },
}
"""Headers by which versions are told apart: the versions that have them → file → headers."""


OTHER_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "academicSessions": {"schoolYear": ("year",), "title": ("name",)},
    "classes": {
        "schoolSourcedId": ("orgSourcedId", "schoolId"),
        "termSourcedIds": ("sessionSourcedIds", "sessionSourcedId", "academicSessionSourcedIds"),
        "classCode": ("code", "sectionNumber", "number"),
        "title": ("name",),
    },
    "courses": {
        "courseCode": ("code", "courseNumber", "number"),
        "orgSourcedId": ("schoolSourcedId",),
        "schoolYearSourcedId": ("schoolYear", "sessionSourcedId"),
        "title": ("name",),
    },
    "enrollments": {"primary": ("isPrimary",)},
    "lineItems": {"academicSessionSourcedId": ("sessionSourcedId", "termSourcedId")},
    "orgs": {"identifier": ("number", "code"), "parentSourcedId": ("parentOrgSourcedId",)},
}
"""File → header → what neighbouring formats (School Data Sync and others) call that column. They are not read,
since they may hold something else; whoever has them is told."""


def plain(header: str) -> str:
    """A header as it is compared: outer blanks and case do not count."""
    return header.strip().casefold()


def votes(headers: Mapping[str, Collection[str]]) -> dict[Version, int]:
    """For how many telling headers (file → plain headers) each version has a place."""
    return {
        version: sum(
            plain(header) in headers.get(file, ())
            for versions, files in _ONLY.items()
            if version in versions.split()
            for file, named in files.items()
            for header in named
        )
        for version in VERSIONS
    }
