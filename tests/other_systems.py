"""Small extracts in the public forms of other systems, made up: two schools, their courses and sections.

Headers are those of the systems' public documentation; the data are this toolkit's own. All of them tell of the
same district, so that what is read can be held against :data:`TRUTH`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

SCHOOLS = {"N": "North High", "S": "South High"}
COURSES = {"BIO1": "Biology 1", "ALG1": "Algebra 1", "ART1": "Art 1"}
TERMS = {"F26": ("Fall 2025", "2025-08-18", "2025-12-19"), "W26": ("Spring 2026", "2026-01-05", "2026-06-05")}
SECTIONS = [
    (f"{school}-{course}-{term}", school, course, term, f"T{school}{place}")
    for school in SCHOOLS
    for place, course in enumerate(COURSES)
    for term in TERMS
    if (school, course) != ("S", "ART1")
]
"""section, school, course, term, teacher: North has three courses, South two, each in both terms."""

STUDENTS = [f"P{number}" for number in range(1, 13)]
ENROLLED = [
    (section, STUDENTS[(place * 5 + seat) % 12])
    for place, (section, *_) in enumerate(SECTIONS)
    for seat in range(4)
]
TEACHERS = sorted({teacher for *_, teacher in SECTIONS})

TRUTH = {
    "school": 2,
    "calendar": 2,
    "term": 4,
    "catalog": 1,
    "catalog_school": 2,
    "course_master": 3,
    "course": 5,
    "teacher": 5,
    "section": 10,
    "section_term": 10,
    "enrollment": 40,
}
"""Table → rows of the district that all of these tell of."""


def write(folder: Path, files: dict[str, tuple[str, Iterable[Sequence[object]]]]) -> Path:
    """Write CSV files: name → header and rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in files.items():
        lines = [header, *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _american(day: str) -> str:
    year, month, date = day.split("-")
    return f"{int(month)}/{int(date)}/{year}"


def clever(folder: Path) -> Path:
    """Clever SFTP Instructions v2.1.1. Two teachers work at both schools' lists."""
    return write(
        folder,
        {
            "schools.csv": (
                "School_id,School_name,School_number,State_id,Low_grade,High_grade,Principal,School_address",
                [
                    (key, name, f"00{place}", "", 9, 12, "", "")
                    for place, (key, name) in enumerate(SCHOOLS.items())
                ],
            ),
            "students.csv": (
                "School_id,Student_id,Student_number,State_id,Last_name,Middle_name,First_name,Grade,Gender,DOB",
                [("N", student, student[1:], "", student, "", "Student", 9, "", "") for student in STUDENTS],
            ),
            "teachers.csv": (
                "School_id,Teacher_id,Teacher_number,State_teacher_id,Teacher_email,First_name,Middle_name,Last_name,Title",
                [
                    (school, teacher, teacher[1:], "", "", "Teacher", "", teacher, "")
                    for teacher in TEACHERS
                    for school in (SCHOOLS if teacher == "TN0" else teacher[1])
                ],
            ),
            "sections.csv": (
                "School_id,Section_id,Teacher_id,Teacher_2_id,Teacher_3_id,Name,Section_number,Grade,Course_name,"
                "Course_number,Course_description,Period,Subject,Term_name,Term_start,Term_end",
                [
                    (
                        school,
                        key,
                        teacher,
                        "",
                        "",
                        COURSES[course],
                        place,
                        9,
                        COURSES[course],
                        course,
                        "",
                        1,
                        "",
                        TERMS[term][0],
                        _american(TERMS[term][1]),
                        _american(TERMS[term][2]),
                    )
                    for place, (key, school, course, term, teacher) in enumerate(SECTIONS)
                ],
            ),
            "enrollments.csv": (
                "School_id,Section_id,Student_id",
                [(section[0], section, student) for section, student in ENROLLED],
            ),
            "staff.csv": (
                "School_id,Staff_id,Staff_email,First_name,Last_name,Department,Title",
                [("N", "A1", "", "Staff", "A1", "", "")],
            ),
        },
    )


def canvas(folder: Path) -> Path:
    """Canvas SIS import CSV: a district account above the schools, a department below one of them."""
    places = {(school, course, term): f"{school}-{course}-{term}-C" for _, school, course, term, _ in SECTIONS}
    return write(
        folder,
        {
            "accounts.csv": (
                "account_id,parent_account_id,name,status",
                [("D", "", "District", "active"), *((key, "D", name, "active") for key, name in SCHOOLS.items())],
            ),
            "terms.csv": (
                "term_id,name,status,start_date,end_date",
                [
                    (key, name, "active", f"{start}T06:00:00Z", f"{end}T06:00:00Z")
                    for key, (name, start, end) in TERMS.items()
                ],
            ),
            "users.csv": (
                "user_id,login_id,first_name,last_name,full_name,sortable_name,short_name,email,status",
                [(key, key.lower(), "Person", key, "", "", "", "", "active") for key in (*TEACHERS, *STUDENTS)],
            ),
            "courses.csv": (
                "course_id,short_name,long_name,account_id,term_id,status,start_date,end_date",
                [
                    (key, course, COURSES[course], school, term, "active", "", "")
                    for (school, course, term), key in places.items()
                ],
            ),
            "sections.csv": (
                "section_id,course_id,name,status,start_date,end_date",
                [
                    (key, places[school, course, term], f"Section {place}", "active", "", "")
                    for place, (key, school, course, term, _) in enumerate(SECTIONS)
                ],
            ),
            "enrollments.csv": (
                "course_id,user_id,role,section_id,status",
                [
                    *(("", student, "student", section, "active") for section, student in ENROLLED),
                    *(("", teacher, "teacher", key, "active") for key, *_, teacher in SECTIONS),
                ],
            ),
        },
    )


def sds_v1(folder: Path) -> Path:
    """Microsoft School Data Sync, V1: ids are whole numbers, as in Microsoft's samples."""
    numbers = {
        key: 10001 + place
        for place, key in enumerate((*SCHOOLS, *STUDENTS, *TEACHERS, *(each[0] for each in SECTIONS)))
    }
    return write(
        folder,
        {
            "School.csv": (
                "SIS ID,Name,School Number,State ID,Grade Low,Grade High,Principal SIS ID,Address",
                [
                    (numbers[key], name, f"00{place}", "WA", 9, 12, "", "")
                    for place, (key, name) in enumerate(SCHOOLS.items())
                ],
            ),
            "Section.csv": (
                "SIS ID,School SIS ID,Section Name,Section Number,Term SIS ID,Term Name,Term StartDate,"
                "Term EndDate,Course SIS ID,Course Name,Course Number,Course Description,Course Subject,"
                "Periods,Status",
                [
                    (
                        numbers[key],
                        numbers[school],
                        f"{COURSES[course]} {place}",
                        place,
                        term,
                        TERMS[term][0],
                        _american(TERMS[term][1]),
                        _american(TERMS[term][2]),
                        course,
                        COURSES[course],
                        course,
                        "",
                        "",
                        1,
                        "Active",
                    )
                    for place, (key, school, course, term, _) in enumerate(SECTIONS)
                ],
            ),
            "Student.csv": (
                "SIS ID,School SIS ID,First Name,Last Name,Username,Password,Grade",
                [(numbers[key], numbers["N"], "Student", key, key, "", 9) for key in STUDENTS],
            ),
            "Teacher.csv": (
                "SIS ID,School SIS ID,First Name,Last Name,Username,Password,Teacher Number,Status",
                [(numbers[key], numbers[key[1]], "Teacher", key, key, "", key[1:], "Active") for key in TEACHERS],
            ),
            "TeacherRoster.csv": (
                "Section SIS ID,SIS ID",
                [(numbers[key], numbers[teacher]) for key, *_, teacher in SECTIONS],
            ),
            "StudentEnrollment.csv": (
                "Section SIS ID,SIS ID",
                [(numbers[section], numbers[student]) for section, student in ENROLLED],
            ),
        },
    )


def sds_v21(folder: Path) -> Path:
    """Microsoft School Data Sync, V2.1: a course is a school's, its code is the same at both."""
    return write(
        folder,
        {
            "orgs.csv": (
                "sourcedId,name,type,parentSourcedId",
                [
                    ("D", "District", "district", ""),
                    *((key, name, "school", "D") for key, name in SCHOOLS.items()),
                ],
            ),
            "users.csv": (
                "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms",
                [(key, key, "Person", key, "", "", "", "", "") for key in (*TEACHERS, *STUDENTS)],
            ),
            "roles.csv": (
                "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate",
                [(key, "N", "student", "F26", 9, "TRUE", "", "") for key in STUDENTS],
            ),
            "academicSessions.csv": (
                "sourcedId,title,type,schoolYear,startDate,endDate",
                [(key, name, "semester", 2025, start, end) for key, (name, start, end) in TERMS.items()],
            ),
            "courses.csv": (
                "sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade",
                [
                    (f"{school}{course}", school, COURSES[course], course, "", "", 9)
                    for school, course in sorted({(each[1], each[2]) for each in SECTIONS})
                ],
            ),
            "classes.csv": (
                "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId",
                [
                    (key, school, f"{COURSES[course]} {place}", term, f"{school}{course}")
                    for place, (key, school, course, term, _) in enumerate(SECTIONS)
                ],
            ),
            "enrollments.csv": (
                "classSourcedId,userSourcedId,role",
                [
                    *((section, student, "student") for section, student in ENROLLED),
                    *((key, teacher, "teacher") for key, *_, teacher in SECTIONS),
                ],
            ),
        },
    )


def lms_toolkit(folder: Path) -> Path:
    """The Ed-Fi LMS Toolkit's files, one of each kind: sections have a title and a term, no school, no course."""
    ids = {key: 101 + place for place, key in enumerate((*(each[0] for each in SECTIONS), *TEACHERS, *STUDENTS))}
    own, dates = (
        "SourceSystemIdentifier,SourceSystem",
        "CreateDate,LastModifiedDate,SourceCreateDate,SourceLastModifiedDate",
    )
    day, late = "2025-08-20 00:00:00", ("2025-08-20 00:00:00", "2025-08-20 00:00:00", "", "")
    return write(
        folder,
        {
            "sections.csv": (
                f"{own},SISSectionIdentifier,Title,SectionDescription,Term,LMSSectionStatus,{dates}",
                [
                    (
                        ids[key],
                        "LMS",
                        key,
                        course,
                        COURSES[course],
                        "2025-2026 " + TERMS[term][0].split()[0],
                        "Active",
                        *late,
                    )
                    for key, _, course, term, _ in SECTIONS
                ],
            ),
            "users.csv": (
                f"{own},UserRole,LocalUserIdentifier,SISUserIdentifier,Name,EmailAddress,{dates}",
                [
                    *((ids[key], "LMS", "student", key, key, f"Student {key}", "", *late) for key in STUDENTS),
                    *((ids[key], "LMS", "teacher", key, key, f"Teacher {key}", "", *late) for key in TEACHERS),
                ],
            ),
            "section-associations.csv": (
                f"{own},EnrollmentStatus,LMSUserSourceSystemIdentifier,LMSSectionSourceSystemIdentifier,{dates}",
                [
                    (place, "LMS", "Active", ids[student], ids[section], *late)
                    for place, (section, student) in enumerate(ENROLLED)
                ],
            ),
            "assignments.csv": (
                f"{own},Title,AssignmentCategory,AssignmentDescription,StartDateTime,EndDateTime,DueDateTime,"
                f"SubmissionType,MaxPoints,LMSSectionSourceSystemIdentifier,{dates}",
                [
                    (
                        9000 + place * 2 + nth,
                        "LMS",
                        f"Work {nth}",
                        ("Quiz", "Homework")[nth],
                        "",
                        day,
                        day,
                        day,
                        "",
                        10,
                        ids[key],
                        *late,
                    )
                    for place, (key, *_) in enumerate(SECTIONS)
                    for nth in range(2)
                ],
            ),
            "submissions.csv": (
                f"{own},SubmissionStatus,SubmissionDateTime,EarnedPoints,Grade,AssignmentSourceSystemIdentifier,"
                f"LMSUserSourceSystemIdentifier,{dates}",
                [
                    (place, "LMS", "Graded", day, 7, "C", 9000 + 2 * (place // 4), ids[student], *late)
                    for place, (section, student) in enumerate(ENROLLED)
                ],
            ),
        },
    )


def moodle_tables(folder: Path) -> Path:
    """Tables of Moodle's database with their prefix: a course is one section; grade items and grades."""
    courses = dict(enumerate(COURSES, 2))
    return write(
        folder,
        {
            "mdl_course.csv": (
                "id,category,sortorder,fullname,shortname,idnumber,summary,format,startdate,enddate,visible",
                [
                    (key, 1, key, COURSES[course], course, "", "", "topics", 1755500000, 1780600000, 1)
                    for key, course in courses.items()
                ],
            ),
            "mdl_grade_categories.csv": (
                "id,courseid,parent,depth,path,fullname,aggregation,keephigh,droplow",
                [
                    (10 * key + nth, key, "", 1, "", name, 13, 0, 0)
                    for key in courses
                    for nth, name in enumerate(("Quizzes", "Homework"))
                ],
            ),
            "mdl_grade_items.csv": (
                "id,courseid,categoryid,itemname,itemtype,itemmodule,iteminstance,grademax,aggregationcoef",
                [
                    *(
                        (100 * key + nth, key, 10 * key + nth, f"Work {nth}", "mod", "quiz", 1, 20, 0)
                        for key in courses
                        for nth in range(2)
                    ),
                    *((100 * key + 9, key, "", "", "course", "", 1, 100, 0) for key in courses),
                ],
            ),
            "mdl_grade_grades.csv": (
                "id,itemid,userid,rawgrade,finalgrade",
                [(1000 * key + seat, 100 * key, 500 + seat, 9, 9) for key in courses for seat in range(4)],
            ),
            "mdl_user.csv": (
                "id,username,firstname,lastname,email,idnumber",
                [(500 + seat, f"u{seat}", "Student", seat, "", "") for seat in range(4)],
            ),
        },
    )


def moodle(folder: Path) -> Path:
    """Moodle gradebook exports, one file a course: the first with percentages and feedback, the others plain."""
    end = "Last downloaded from this course"
    people = "First name,Last name,ID number,Institution,Department,Email address"
    rows = [("S", key, "" if key == "P3" else key, "North High", "", f"{key}@example.org") for key in STUDENTS[:4]]
    stamp = 1762300000  # in November 2025
    return write(
        folder,
        {
            "BIO1 Grades-20251105_0100-comma_separated.csv": (
                f"{people},Assignment: Essay (Real),Assignment: Essay (Percentage),Assignment: Essay (Feedback),"
                f"Homework total (Real),Quiz: Cells (Real),Course total (Real),{end}",
                [(*row, "8.50", "85.00 %", "good", "8.50", "-", "8.50", stamp) for row in rows],
            ),
            "ALG1 Grades.csv": (
                f"{people},Quiz: Lines,Course total,{end}",
                [(*row, 7, 7, stamp) for row in rows[:3]],
            ),
        },
    )
