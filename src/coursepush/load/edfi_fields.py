"""What is read of an Ed-Fi folder: which files, which of their columns, and what those hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["text", "descriptor", "date", "year", "int"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is read: its name here, its header in the file, and what its text is.

    `must` fields need a header and a value in every row. A descriptor is what follows ``#`` in its URI;
    a year is the one in which a school year ends.
    """

    name: str
    header: str
    must: bool = False
    kind: FieldKind = "text"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One file of the folder: the table it feeds first, whether it must be there, and its fields."""

    table: str
    must: bool
    fields: tuple[Field, ...]


_SCHOOL = "SchoolReference.SchoolIdentity.SchoolId"
_OFFERING = "CourseOfferingReference.CourseOfferingIdentity."
_COURSE = "CourseReference.CourseIdentity."

FILES: dict[str, FileKind] = {
    "School.csv": FileKind(
        "school",
        True,
        (
            Field("school", "SchoolId", must=True),
            Field("name", "NameOfInstitution", must=True),
            Field("number", "StateOrganizationId"),
            Field(
                "district",
                "LocalEducationAgencyReference.LocalEducationAgencyIdentity.LocalEducationAgencyId",
            ),
        ),
    ),
    "LocalEducationAgency.csv": FileKind(
        "catalog",
        False,
        (
            Field("district", "LocalEducationAgencyId", must=True),
            Field("name", "NameOfInstitution", must=True),
        ),
    ),
    "Session.csv": FileKind(
        "calendar",
        True,
        (
            Field("school", _SCHOOL, must=True),
            Field("end_year", "SchoolYear", must=True, kind="year"),
            Field("session", "SessionName", must=True),
            Field("start_date", "BeginDate", must=True, kind="date"),
            Field("end_date", "EndDate", must=True, kind="date"),
        ),
    ),
    "GradingPeriod.csv": FileKind(
        "term",
        False,
        (
            Field("school", _SCHOOL, must=True),
            Field("end_year", "SchoolYear", must=True, kind="year"),
            Field("term_seq", "PeriodSequence", must=True, kind="int"),
            Field("name", "GradingPeriod1", kind="descriptor"),
            Field("start_date", "BeginDate", must=True, kind="date"),
            Field("end_date", "EndDate", must=True, kind="date"),
        ),
    ),
    "Course.csv": FileKind(
        "course_master",
        True,
        (
            Field(
                "org",
                "EducationOrganizationReference.EducationOrganizationIdentity.EducationOrganizationId",
                must=True,
            ),
            Field("code", "CourseCode", must=True),
            Field("name", "CourseTitle", must=True),
            Field("description", "CourseDescription"),
            Field("department", "AcademicSubject", kind="descriptor"),
            Field("course_type", "CourseLevelCharacteristic", kind="descriptor"),
            Field("grade", "OfferedGradeLevel", kind="descriptor"),
            Field("other_code", "CourseIdentificationCode.IdentificationCode"),
            Field("code_system", "CourseIdentificationCode.CourseIdentificationSystem", kind="descriptor"),
            Field("standard", "LearningStandardReference.LearningStandardIdentity.LearningStandardId"),
        ),
    ),
    "CourseOffering.csv": FileKind(
        "course",
        True,
        (
            Field("school", _SCHOOL, must=True),
            Field("end_year", "SessionReference.SessionIdentity.SchoolYear", must=True, kind="year"),
            Field("session", "SessionReference.SessionIdentity.SessionName", must=True),
            Field("local_code", "LocalCourseCode", must=True),
            Field("code", _COURSE + "CourseCode", must=True),
            Field(
                "org",
                _COURSE + "EducationOrganizationReference.EducationOrganizationIdentity.EducationOrganizationId",
                must=True,
            ),
        ),
    ),
    "Section.csv": FileKind(
        "section",
        True,
        (
            Field("number", "SectionIdentifier", must=True),
            Field("school", _OFFERING + _SCHOOL, must=True),
            Field("end_year", _OFFERING + "SessionReference.SessionIdentity.SchoolYear", must=True, kind="year"),
            Field("session", _OFFERING + "SessionReference.SessionIdentity.SessionName", must=True),
            Field("local_code", _OFFERING + "LocalCourseCode", must=True),
        ),
    ),
    "LearningStandard.csv": FileKind(
        "grading_task",
        False,
        (
            Field("code", "LearningStandardId", must=True),
            Field("description", "Description"),
        ),
    ),
}


def header(file: str, field: str) -> str:
    """What a field is called in its file."""
    return next(each.header for each in FILES[file].fields if each.name == field)
