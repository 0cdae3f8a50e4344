"""Ed-Fi as its API gives it: what the resource of each kind is called, and where in it a field stands.

The paths follow from those of the registry (:mod:`coursepush.load.edfi.fields`): names begin small, a reference
holds what it names without the identities between, a descriptor says so in its name. What is called otherwise
stands here. Source: the Ed-Fi Alliance's OpenAPI documents of the Data Standard 3.3, 4.0, 5.0 and 6.0.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from coursepush.load.edfi.fields import KINDS, Field

SUFFIXES = (".json", ".jsonl", ".ndjson")

BOOKKEEPING = frozenset({"id", "_etag", "_lastModifiedDate", "link", "changeVersion"})
"""What the API adds to every resource, and nobody misses."""

RESOURCES = {
    "School": "schools",
    "LocalEducationAgency": "localEducationAgencies",
    "Session": "sessions",
    "GradingPeriod": "gradingPeriods",
    "Course": "courses",
    "CourseOffering": "courseOfferings",
    "Section": "sections",
    "LearningStandard": "learningStandards",
    "Staff": "staffs",
    "StaffSectionAssociation": "staffSectionAssociations",
    "StudentSectionAssociation": "studentSectionAssociations",
    "GradebookEntry": "gradebookEntries",
    "StudentGradebookEntry": "studentGradebookEntries",
    "Grade": "grades",
}
"""Kind → the resource that gives it: the last part of its address, and the name of the files made of it."""

_YEAR = ("schoolYearTypeReference.schoolYear",)
_STANDARD = ("learningStandards[].learningStandardReference.learningStandardId",)
_PERIOD = "gradingPeriods[].gradingPeriodReference."
_GRADED = "learningStandardGrades[]."

_OTHERWISE: dict[tuple[str, str], tuple[str, ...]] = {
    ("Session", "end_year"): _YEAR,
    ("Session", "period"): (_PERIOD + "gradingPeriodDescriptor",),
    ("Session", "period_name"): (_PERIOD + "gradingPeriodName",),
    ("Session", "period_seq"): (_PERIOD + "periodSequence",),
    ("GradingPeriod", "end_year"): _YEAR,
    ("Course", "department"): (
        "academicSubjectDescriptor",
        "academicSubjects[0].academicSubjectDescriptor",  # since Data Standard 5
    ),
    ("Course", "course_type"): ("levelCharacteristics[0].courseLevelCharacteristicDescriptor",),
    ("Course", "grade"): ("offeredGradeLevels[].gradeLevelDescriptor",),
    ("Course", "other_code"): ("identificationCodes[].identificationCode",),
    ("Course", "code_system"): ("identificationCodes[].courseIdentificationSystemDescriptor",),
    ("Course", "standard"): _STANDARD,
    ("Staff", "given"): ("firstName",),
    ("Staff", "family"): ("lastSurname",),
    ("GradebookEntry", "standard"): _STANDARD,
    ("Grade", "standard"): (_GRADED + "learningStandardReference.learningStandardId",),
    ("Grade", "standard_mark"): (_GRADED + "letterGradeEarned",),
    ("Grade", "standard_percent"): (_GRADED + "numericGradeEarned",),
}
"""Kind and field → paths that do not follow from the registry's. ``[]``: in each element of that list."""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """Where a value stands: `path` below `repeats`, a list of which there is a row each, or below the resource.

    >>> JsonPath.of("learningStandardGrades[].letterGradeEarned")
    JsonPath(repeats='learningStandardGrades', path='letterGradeEarned')
    """

    repeats: str | None
    path: str

    @classmethod
    def of(cls, written: str) -> JsonPath:
        before, between, after = written.rpartition("[].")
        return cls(before if between else None, after)

    @property
    def written(self) -> str:
        """For people: ``learningStandardGrades.letterGradeEarned``."""
        return self.path if self.repeats is None else f"{self.repeats}.{self.path}"

    @property
    def begins(self) -> str:
        """The name in the resource itself under which the value lies."""
        return re.split(r"[.\[]", self.repeats or self.path, maxsplit=1)[0]


@cache
def json_paths(kind: str, name: str) -> tuple[JsonPath, ...]:
    """Where a field stands in the resource of its kind, in the order in which one looks.

    >>> [each.path for each in json_paths("Section", "session")]
    ['courseOfferingReference.sessionName']
    """
    field = KINDS[kind].field(name)
    written = _OTHERWISE.get((kind, name)) or tuple(_derived(path, field) for path in field.paths)
    return tuple(JsonPath.of(each) for each in written)


def _derived(path: str, field: Field) -> str:
    parts = path.split("/")
    named = [place for place, part in enumerate(parts) if part.endswith("Reference")]
    kept = parts if not named else [*parts[: named[0] + 1], parts[-1]]
    if field.kind == "descriptor":
        kept = [*kept[:-1], f"{kept[-1]}Descriptor"]
    return ".".join(part[0].lower() + part[1:] for part in kept)


_MARKS: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "School": "schoolId nameOfInstitution",
        "LocalEducationAgency": "localEducationAgencyId nameOfInstitution",
        "Session": "sessionName schoolReference schoolYearTypeReference",
        "GradingPeriod": "gradingPeriodDescriptor schoolReference schoolYearTypeReference",
        "Course": "courseCode courseTitle educationOrganizationReference",
        "CourseOffering": "localCourseCode courseReference sessionReference",
        "Section": "sectionIdentifier courseOfferingReference",
        "LearningStandard": "learningStandardId description",
        "Staff": "staffUniqueId lastSurname",
        "StaffSectionAssociation": "staffReference sectionReference",
        "StudentSectionAssociation": "studentReference sectionReference beginDate",
        "GradebookEntry": "dateAssigned",
        "StudentGradebookEntry": "gradebookEntryReference",
        "Grade": "gradeTypeDescriptor studentSectionAssociationReference",
    }.items()
}
"""Names by which a resource of each kind is told from others."""


def kind_of_names(names: Collection[str]) -> str | None:
    """The kind whose resources have these names, by the most that tell it; None where none fits."""
    fitting = [kind for kind, marks in _MARKS.items() if marks <= set(names)]
    return max(fitting, key=lambda kind: len(_MARKS[kind]), default=None)


_COUNTED = re.compile(r"[ _.\-]*(?:page|part|offset)?[ _.\-]*\d[\dTZ _.:\-]*$", re.IGNORECASE)
"""What tells the pages of one resource apart: ``sections_0003``, ``sections.page2``, ``sections-2026-11-02``."""

_BY_NAME = {name.lower(): kind for kind, resource in RESOURCES.items() for name in (kind, resource)}


def kind_of_name(name: str) -> str | None:
    """The kind that a file or folder of this name (without suffix) holds, however it is written.

    >>> [kind_of_name(name) for name in ("courseOfferings", "course_offerings_0001", "edfi-Sections", "students")]
    ['CourseOffering', 'CourseOffering', 'Section', None]
    """
    plain = re.sub(r"[^a-z]", "", _COUNTED.sub("", name.strip()).lower())
    return _BY_NAME.get(plain) or _BY_NAME.get(plain.removeprefix("edfi"))


def kind_of_file(path: PurePath) -> str | None:
    """The kind of a file of resources by its name, or by that of the folder it lies in; None where neither tells.

    >>> kind_of_file(PurePath("fetched/sections/0001.jsonl"))
    'Section'
    """
    if path.suffix.lower() not in SUFFIXES:
        return None
    return kind_of_name(path.stem) or (kind_of_name(path.parent.name) if is_page(path) else None)


def is_page(path: PurePath) -> bool:
    """Whether the file's name counts it among others of its resource.

    >>> [is_page(PurePath(name)) for name in ("sections.json", "sections_0003.json", "sections/12.json")]
    [False, True, True]
    """
    return _COUNTED.search(path.stem) is not None
