"""The thirteen situations, in the order in which districts are told of them. A new one is one entry here."""

from __future__ import annotations

from coursepush.errors import RequestError
from coursepush.reports.rehearsals import steps
from coursepush.reports.rehearsals.situation import Situation

SITUATIONS: tuple[Situation, ...] = (
    Situation(
        1,
        "state codes changed",
        "State codes changed on several course masters",
        "How do courses get new state codes from their course masters, and nothing else?",
        "Push locked data, and tick Course Info alone.",
        "state_codes",
        "courses with another state code than their course master",
        "No course that a push reaches has another state code than its course master.",
        steps.state_codes,
    ),
    Situation(
        2,
        "one course master changed",
        "Several changes on one course master",
        "How are several changes to one course master pushed, without the rest of its catalog?",
        "Use the button Push to Courses of that course master.",
        "one_master",
        "courses whose course master has several changes for them",
        "No course master has more than one change that its courses would get.",
        steps.one_master,
    ),
    Situation(
        3,
        "all courses but one",
        "One course is managed by its school, the others are pushed to",
        "How do all courses of a course master get its changes, but for one that its school manages?",
        "Mark Ignore Master Push on that course, then push.",
        "all_but_one",
        "courses that their schools manage, beside others of the same course master that would get something",
        "No course is managed by its school while others of the same course master would get something.",
        steps.all_but_one,
    ),
    Situation(
        4,
        "next year from scratch",
        "Next year starts from the course masters as they are",
        "How does next year start from the course masters, with nothing left of this year's changes?",
        "Roll the calendar forward, then push everything to it in overwrite mode.",
        "next_year",
        "courses of calendars that have not begun",
        "No calendar of a later year has courses of a course master: roll the calendars forward first.",
        steps.next_year,
    ),
    Situation(
        5,
        "schools keep their setup",
        "Schools and teachers keep the setup that they made",
        "Which push leaves alone what schools and teachers set up themselves?",
        "Push locked data. Do not use overwrite mode, which replaces what they made.",
        "schools_keep_theirs",
        "courses and sections with setup of their own",
        "No course or section has setup of its own.",
        steps.schools_keep_theirs,
    ),
    Situation(
        6,
        "the push fails",
        "A push of a course master does not get through",
        "Why does a push to some courses fail, and what gets them back?",
        "Look for desynced courses in Course Audit; an overwrite push links them again.",
        "push_fails",
        "courses that are desynced",
        "No course that a push reaches is desynced.",
        steps.push_fails,
    ),
    Situation(
        7,
        "data did not arrive",
        "Everything was pushed, and some data did not arrive",
        "Why do courses still differ from their course masters after a push?",
        "Only what the catalog locks is pushed: lock it, and push again.",
        "not_locked",
        "courses that differ in what their catalog does not lock",
        "No course differs from its course master in what its catalog does not lock.",
        steps.not_locked,
    ),
    Situation(
        8,
        "leftovers after overwriting",
        "Setup that is not the course master's is still there after an overwrite push",
        "Why does setup stay on courses after an overwrite push, and how does it go?",
        "What has assignments or grades stays. Residual Data lists it: realign or delete them, then push again.",
        "left_after_overwrite",
        "rows that stay because students' work uses them",
        "Nothing that is in use is missing on a course master.",
        steps.left_after_overwrite,
    ),
    Situation(
        9,
        "was it pushed properly",
        "How one sees whether a push got through",
        "How does one see whether the grading setup was pushed properly?",
        "Get the report of the push: it lists what could not be pushed, and why.",
        "pushed_properly",
        "courses where a push would leave something behind",
        "A locked push would get through to everything that it has to push.",
        steps.pushed_properly,
    ),
    Situation(
        10,
        "back to course masters",
        "Some courses follow their course masters, some are managed by schools",
        "How are all courses managed on the course masters again?",
        "For a future year push in overwrite mode; for the current one with care, since what is in use stays.",
        "managed_mixed",
        "courses that do not follow their course master, where others do",
        "No catalog and year has courses that follow their course masters and courses that do not.",
        steps.managed_mixed,
    ),
    Situation(
        11,
        "restore a removed task",
        "A task or standard in use was removed from a course master",
        "How is a task or standard restored that teachers use and the course master has no longer?",
        "Align it to the course master again, and push again: what was left over is linked again by itself.",
        "task_removed",
        "tasks and standards in use that the course master has no longer",
        "No task or standard that came from a course master is in use and missing there.",
        steps.task_removed,
    ),
    Situation(
        12,
        "no calculation",
        "Teachers see No Calculation, greyed out",
        "A task was removed from a course master, and its options in sections are No Calculation. What now?",
        "Set the options up on the course and push to sections, or let teachers realign to another task.",
        "no_calculation",
        "calculation options in use of a task that the course master has no longer",
        "No calculation options in use are of a task that a course master has no longer.",
        steps.no_calculation,
    ),
    Situation(
        13,
        "teachers manage their own categories",
        "Everything is linked again but Categories, which teachers made themselves",
        "How is all grading setup linked again, while teachers keep the categories that they made?",
        "Push in overwrite mode, with Categories not ticked.",
        "own_categories",
        "sections with categories of their teacher's, on courses with other setup to be linked again",
        "No section has categories of its teacher's on a course that has other setup to be linked again.",
        steps.own_categories,
    ),
)


def situation_of(name: str | int) -> Situation:
    """The situation of that name or number; case and blanks around it do not matter.

    Raises:
        RequestError: there is none.
    """
    wanted = str(name).strip().casefold()
    for one in SITUATIONS:
        if wanted in (one.name.casefold(), str(one.number), one.title.casefold()):
            return one
    raise RequestError.unknown("rehearsal", name, [one.name for one in SITUATIONS])
