"""What is read of Ed-Fi data: which kinds of entities, which of their fields, and what those hold.

The same registry serves all forms. In CSV a kind is a file (``Section.csv``) and a field a column, headed by
its path with dots; in XML a kind is an element below the interchange and a field an element inside, at the same
path; in JSON a resource, as :mod:`coursepush.load.edfi.resources` says. Names are those of the Ed-Fi Data Standard
3 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["csv", "xml", "json"]
FieldKind = Literal["text", "descriptor", "date", "year", "int", "points", "percent"]


ENTRY = "entry"
"""What tells entries of gradebooks apart, made of other fields: namespace and identifier, and before Data
Standard 4, which has no such identifier, title, date and section."""

SECTION = ("school", "end_year", "session", "local_code", "number")
"""What tells sections apart: the identifier alone does not."""


@dataclass(frozen=True, slots=True)
class Field:
    """A value that is read: its name here, its column's header in CSV, and what its text is.

    `must` fields need a value in every row, and in CSV a header. A descriptor is what follows ``#`` in its URI;
    a year is the one in which a school year ends; points and percents are exact decimal numbers. `repeats`:
    header of what an entity may have several of, each with this field in it (the field itself where it has no
    others); in CSV the row is repeated for them. `xml`: the path in XML where it is not the header's; `others`:
    where else the value may stand in XML, in the order in which they are looked at. Paths are written with dots.
    """

    name: str
    header: str
    must: bool = False
    kind: FieldKind = "text"
    repeats: str | None = None
    xml: str | None = None
    others: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the value stands in XML, below the entity's element."""
        return tuple(path.replace(".", "/") for path in (self.xml or self.header, *self.others))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entities: the table it feeds first, its fields, and by which of them rows are told apart.

    `usual`: the interchange in which it stands, for messages.
    """

    table: str
    usual: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    must: bool = False

    @property
    def many(self) -> tuple[str, ...]:
        """Fields of which one entity may have several values."""
        return tuple(field.name for field in self.fields if field.repeats is not None)

    def field(self, name: str) -> Field:
        """The field of this name; of an entry's key, the identifier."""
        wanted = "identifier" if name == ENTRY else name
        return next(each for each in self.fields if each.name == wanted)


_SCHOOL = "SchoolReference.SchoolIdentity.SchoolId"
_ORGANIZATION = "EducationOrganizationReference.EducationOrganizationIdentity.EducationOrganizationId"
_STUDENT = "StudentReference.StudentIdentity.StudentUniqueId"
_STAFF = "StaffReference.StaffIdentity.StaffUniqueId"
_STANDARD = "LearningStandardReference.LearningStandardIdentity.LearningStandardId"
_ENTRY = "GradebookEntryReference.GradebookEntryIdentity."
_ATTENDED = "StudentSectionAssociationReference.StudentSectionAssociationIdentity."


def _session(before: str = "SessionReference.SessionIdentity.", must: bool = True) -> tuple[Field, ...]:
    return (
        Field("end_year", before + "SchoolYear", must=must, kind="year"),
        Field("session", before + "SessionName", must=must),
    )


def _offering(before: str, must: bool = True) -> tuple[Field, ...]:
    offering = before + "CourseOfferingReference.CourseOfferingIdentity."
    return (
        Field("school", offering + _SCHOOL, must=must),
        *_session(offering + "SessionReference.SessionIdentity.", must),
        Field("local_code", offering + "LocalCourseCode", must=must),
    )


def _section(before: str = "") -> tuple[Field, ...]:
    """A reference to a section. None of it must be there: what names no section is set aside."""
    section = before + "SectionReference.SectionIdentity."
    return (Field("number", section + "SectionIdentifier"), *_offering(section, must=False))


def _period(repeats: bool = False) -> tuple[Field, ...]:
    """A reference to a grading period: by sequence up to Data Standard 4, by name since 5."""
    period = "GradingPeriodReference.GradingPeriodIdentity."
    each = "GradingPeriodReference" if repeats else None
    return (
        Field("period", period + "GradingPeriod", kind="descriptor", repeats=each),
        Field("period_name", period + "GradingPeriodName", repeats=each),
        Field("period_seq", period + "PeriodSequence", kind="int", repeats=each),
    )


KINDS: dict[str, Kind] = {
    "School": Kind(
        "school",
        "EducationOrganization",
        (
            Field("school", "SchoolId", must=True),
            Field("name", "NameOfInstitution", must=True),
            Field("number", "StateOrganizationId"),
            Field(
                "district",
                "LocalEducationAgencyReference.LocalEducationAgencyIdentity.LocalEducationAgencyId",
            ),
        ),
        key=("school",),
        must=True,
    ),
    "LocalEducationAgency": Kind(
        "catalog",
        "EducationOrganization",
        (
            Field("district", "LocalEducationAgencyId", must=True),
            Field("name", "NameOfInstitution", must=True),
        ),
        key=("district",),
    ),
    "Session": Kind(
        "calendar",
        "EducationOrgCalendar",
        (
            Field("school", _SCHOOL, must=True),
            *_session(""),
            Field("start_date", "BeginDate", must=True, kind="date"),
            Field("end_date", "EndDate", must=True, kind="date"),
            *_period(repeats=True),
        ),
        key=("school", "end_year", "session"),
        must=True,
    ),
    "GradingPeriod": Kind(
        "term",
        "EducationOrgCalendar",
        (
            Field("school", _SCHOOL, must=True),
            Field("end_year", "SchoolYear", must=True, kind="year"),
            Field("term_seq", "PeriodSequence", kind="int"),
            Field("name", "GradingPeriod1", kind="descriptor", xml="GradingPeriod"),
            Field("period_name", "GradingPeriodName"),
            Field("start_date", "BeginDate", must=True, kind="date"),
            Field("end_date", "EndDate", must=True, kind="date"),
        ),
        key=("school", "end_year", "name", "period_name", "term_seq"),
    ),
    "Course": Kind(
        "course_master",
        "EducationOrganization",
        (
            Field("org", _ORGANIZATION, must=True),
            Field("code", "CourseCode", must=True),
            Field("name", "CourseTitle", must=True),
            Field("description", "CourseDescription"),
            Field("department", "AcademicSubject", kind="descriptor"),
            Field("course_type", "CourseLevelCharacteristic", kind="descriptor"),
            Field("grade", "OfferedGradeLevel", kind="descriptor", repeats="OfferedGradeLevel"),
            Field("other_code", "CourseIdentificationCode.IdentificationCode", repeats="CourseIdentificationCode"),
            Field(
                "code_system",
                "CourseIdentificationCode.CourseIdentificationSystem",
                kind="descriptor",
                repeats="CourseIdentificationCode",
            ),
            Field("standard", _STANDARD, repeats="LearningStandardReference"),
        ),
        key=("org", "code"),
        must=True,
    ),
    "CourseOffering": Kind(
        "course",
        "MasterSchedule",
        (
            Field("school", _SCHOOL, must=True),
            *_session(),
            Field("local_code", "LocalCourseCode", must=True),
            Field("code", "CourseReference.CourseIdentity.CourseCode", must=True),
            Field("org", "CourseReference.CourseIdentity." + _ORGANIZATION, must=True),
        ),
        key=("school", "end_year", "session", "local_code"),
        must=True,
    ),
    "Section": Kind(
        "section",
        "MasterSchedule",
        (Field("number", "SectionIdentifier", must=True), *_offering("")),
        key=SECTION,
        must=True,
    ),
    "LearningStandard": Kind(
        "grading_task",
        "Standards",
        (
            Field("code", "LearningStandardId", must=True),
            Field("description", "Description"),
            Field("parent", "Parent" + _STANDARD),
        ),
        key=("code",),
    ),
    "Staff": Kind(
        "teacher",
        "StaffAssociation",
        (
            Field("staff", "StaffUniqueId", must=True),
            Field("given", "Name.FirstName"),
            Field("family", "Name.LastSurname"),
        ),
        key=("staff",),
    ),
    "StaffSectionAssociation": Kind(
        "section",
        "StaffAssociation",
        (
            Field("staff", _STAFF, must=True),
            *_section(),
            Field("position", "ClassroomPosition", kind="descriptor"),
            Field("start_date", "BeginDate", kind="date"),
        ),
        key=("staff", *SECTION, "start_date"),
    ),
    "StudentSectionAssociation": Kind(
        "enrollment",
        "StudentEnrollment",
        (
            Field("student", _STUDENT, must=True),
            *_section(),
            Field("start_date", "BeginDate", kind="date"),
        ),
        key=("student", *SECTION, "start_date"),
    ),
    "GradebookEntry": Kind(
        "assignment",
        "StudentGradebook",
        (
            Field("identifier", "GradebookEntryIdentifier"),
            Field("namespace", "Namespace"),
            Field("title", "Title", others=("GradebookEntryTitle",)),
            Field("assigned", "DateAssigned", kind="date"),
            *_section(),
            Field("due_date", "DueDate", kind="date"),
            Field("points", "MaxPoints", kind="points"),
            Field("category", "GradebookEntryType", kind="descriptor"),
            *_period(),
            Field("standard", _STANDARD, repeats="LearningStandardReference"),
        ),
        key=(ENTRY,),
    ),
    "StudentGradebookEntry": Kind(
        "score",
        "StudentGradebook",
        (
            Field("identifier", _ENTRY + "GradebookEntryIdentifier"),
            Field("namespace", _ENTRY + "Namespace"),
            Field("title", _ENTRY + "GradebookEntryTitle"),
            Field("assigned", _ENTRY + "DateAssigned", kind="date"),
            *_section(_ENTRY),
            Field("student", _STUDENT, must=True, others=(_ATTENDED + _STUDENT,)),
            Field("points", "PointsEarned", kind="points"),
            Field("percent", "NumericGradeEarned", kind="percent"),
            Field("mark", "LetterGradeEarned"),
            Field("status", "SubmissionStatus", kind="descriptor"),
            Field("late", "AssignmentLateStatus", kind="descriptor"),
            Field("comment", "DiagnosticStatement"),
        ),
        key=(ENTRY, "student"),
    ),
    "Grade": Kind(
        "posted_grade",
        "StudentGrade",
        (
            Field("student", _ATTENDED + _STUDENT, must=True),
            *_section(_ATTENDED),
            Field("start_date", _ATTENDED + "BeginDate", kind="date"),
            Field("type", "GradeType", kind="descriptor"),
            *_period(),
            Field("mark", "LetterGradeEarned"),
            Field("percent", "NumericGradeEarned", kind="percent"),
            Field("comment", "DiagnosticStatement"),
            Field("standard", "LearningStandardGrade." + _STANDARD, repeats="LearningStandardGrade"),
            Field("standard_mark", "LearningStandardGrade.LetterGradeEarned", repeats="LearningStandardGrade"),
            Field(
                "standard_percent",
                "LearningStandardGrade.NumericGradeEarned",
                kind="percent",
                repeats="LearningStandardGrade",
            ),
        ),
        key=("student", *SECTION, "start_date", "type", "period", "period_name", "period_seq"),
    ),
}
"""Every kind that is read, in the order in which findings list them."""
