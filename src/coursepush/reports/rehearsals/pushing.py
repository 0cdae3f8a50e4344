"""The situations that are about what to push, and how."""

from __future__ import annotations

from coursepush.errors import counted
from coursepush.reports.rehearsals.setting_up import lock_first
from coursepush.reports.rehearsals.situation import Places, Step, advised, instead, push_of, situation
from coursepush.scenario.edits import Edit


@situation(
    1,
    "state codes changed",
    "State codes changed on several course masters",
    "How do courses get new state codes from their course masters, and nothing else?",
    "Push locked data, and tick Course Info alone.",
    "courses with another state code than their course master",
    "No course that a push reaches has another state code than its course master.",
)
def state_codes(places: Places) -> list[Step]:
    asked = push_of(places, masters=places.masters())
    unlocked = places.details()
    first = lock_first(places, unlocked)
    before = "The state code is not locked in the catalog, so it is locked first. " if unlocked else ""
    return [
        advised(
            "Course Info alone",
            f"{before}Push locked data of these course masters, and tick Course Info alone.",
            {**asked, "data": ["course_info"]},
            first,
        ),
        instead(
            "everything ticked", "The same push with all data types ticked: what would come along.", asked, first
        ),
    ]


@situation(
    2,
    "one course master changed",
    "Several changes on one course master",
    "How are several changes to one course master pushed, without the rest of its catalog?",
    "Use the button Push to Courses of that course master.",
    "courses whose course master has several changes for them",
    "No course master has more than one change that its courses would get.",
)
def one_master(places: Places) -> list[Step]:
    most = places.frame.sort("detail", "master_number", descending=[True, False])["master_number"][0]
    number = places.frame["master_number"].n_unique()
    if number > 1:
        places.notes.append(f"{number:,} course masters have several changes; the steps take the one with most.")
    return [
        advised(
            "Push to Courses",
            f"Push the course master {most} alone, with its own button Push to Courses.",
            push_of(places, masters=[most]),
        ),
        instead(
            "the whole catalog",
            "Push All Course Masters instead: everything else of the catalog goes, too.",
            push_of(places),
        ),
    ]


@situation(
    3,
    "all courses but one",
    "One course is managed by its school, the others are pushed to",
    "How do all courses of a course master get its changes, but for one that its school manages?",
    "Mark Ignore Master Push on that course, then push.",
    "courses that their schools manage, beside others of the same course master that would get something",
    "No course is managed by its school while others of the same course master would get something.",
)
def all_but_one(places: Places) -> list[Step]:
    frame = places.first_courses()
    courses = places.courses(frame)
    asked = push_of(places, masters=places.masters(frame))
    return [
        advised(
            "marked Ignore Master Push",
            f"Mark Ignore Master Push on {counted(len(courses), 'course')} that the school manages; then push "
            "locked data of these course masters.",
            asked,
            (Edit("ignore", {"courses": courses, "on": True}),),
        ),
        instead("without the mark", "The same push as the courses are marked now.", asked),
    ]


@situation(
    4,
    "next year from scratch",
    "Next year starts from the course masters as they are",
    "How does next year start from the course masters, with nothing left of this year's changes?",
    "Roll the calendar forward, then push everything to it in overwrite mode.",
    "courses of calendars that have not begun",
    "No calendar of a later year has courses of a course master: roll the calendars forward first.",
)
def next_year(places: Places) -> list[Step]:
    calendars = places.frame["calendar_id"].unique().sort().to_list()
    asked = push_of(places, calendars=calendars, to_sections=True)
    return [
        advised(
            "overwrite next year",
            "Push everything in overwrite mode to the calendars that have not begun, and on to their sections.",
            {**asked, "mode": "overwrite"},
        ),
        instead(
            "locked data only",
            "The same in locked mode: what schools and teachers made, and what was rolled forward, stays.",
            asked,
        ),
    ]


@situation(
    5,
    "schools keep their setup",
    "Schools and teachers keep the setup that they made",
    "Which push leaves alone what schools and teachers set up themselves?",
    "Push locked data. Do not use overwrite mode, which replaces what they made.",
    "courses and sections with setup of their own",
    "No course or section has setup of its own.",
)
def schools_keep_theirs(places: Places) -> list[Step]:
    asked = {**push_of(places, masters=places.masters()), "to_sections": True}
    return [
        advised(
            "locked mode",
            "Push locked data, never in overwrite mode: what schools and teachers made is kept.",
            asked,
        ),
        instead("overwrite mode", "What overwrite mode would take from them.", {**asked, "mode": "overwrite"}),
    ]


@situation(
    6,
    "the push fails",
    "A push of a course master does not get through",
    "Why does a push to some courses fail, and what gets them back?",
    "Look for desynced courses in Course Audit; an overwrite push links them again.",
    "courses that are desynced",
    "No course that a push reaches is desynced.",
)
def push_fails(places: Places) -> list[Step]:
    asked = push_of(places, courses=places.courses())
    return [
        instead(
            "the push that fails",
            "Push locked data to these courses: rows whose links are broken fail, and Course Audit lists them.",
            asked,
        ),
        advised(
            "relinked",
            "Once it is agreed with the schools, link them again: an overwrite push of these courses alone.",
            {**asked, "mode": "overwrite"},
        ),
    ]
