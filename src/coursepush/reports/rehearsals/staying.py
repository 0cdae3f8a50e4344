"""The situations that are about what did not arrive, and about what stays."""

from __future__ import annotations

import polars as pl

from coursepush.errors import counted
from coursepush.model.elements import MASTER_PUSH_DATA
from coursepush.reports.rehearsals.setting_up import (
    lock_first,
    lock_words,
    realign,
    realign_tasks,
    rows_of_tasks,
    set_up_on_courses,
)
from coursepush.reports.rehearsals.situation import Places, Step, advised, instead, push_of, situation
from coursepush.scenario.edits import Edit


@situation(
    7,
    "data did not arrive",
    "Everything was pushed, and some data did not arrive",
    "Why do courses still differ from their course masters after a push?",
    "Only what the catalog locks is pushed: lock it, and push again.",
    "courses that differ in what their catalog does not lock",
    "No course differs from its course master in what its catalog does not lock.",
)
def not_locked(places: Places) -> list[Step]:
    locks = places.details()
    asked = push_of(places, courses=places.courses())
    return [
        instead(
            "locked as now", "Push locked data as the catalog locks it now: what is not locked does not go.", asked
        ),
        advised(
            "locked first",
            f"Lock in the catalog what is to go ({lock_words(locks)}); then push locked data.",
            asked,
            lock_first(places, locks),
        ),
    ]


@situation(
    8,
    "leftovers after overwriting",
    "Setup that is not the course master's is still there after an overwrite push",
    "Why does setup stay on courses after an overwrite push, and how does it go?",
    "What has assignments or grades stays. Residual Data lists it: realign or delete them, then push again.",
    "rows that stay because students' work uses them",
    "Nothing that is in use is missing on a course master.",
)
def left_after_overwrite(places: Places) -> list[Step]:
    frame = places.first_courses()
    asked = push_of(places, mode="overwrite", to_sections=True, courses=places.courses(frame))
    edits = realign(places, frame)
    return [
        instead(
            "as it is used now",
            "Push these courses in overwrite mode: what is in use and not the course master's stays as residual.",
            asked,
        ),
        advised(
            "realigned first",
            f"Teachers realign what uses it ({counted(len(edits), 'realignment')}); then the same push. What has "
            "posted grades stays until these are deleted.",
            asked,
            edits,
        ),
    ]


@situation(
    9,
    "was it pushed properly",
    "How one sees whether a push got through",
    "How does one see whether the grading setup was pushed properly?",
    "Get the report of the push: it lists what could not be pushed, and why.",
    "courses where a push would leave something behind",
    "A locked push would get through to everything that it has to push.",
)
def pushed_properly(places: Places) -> list[Step]:
    asked = push_of(places, courses=places.courses())
    return [
        advised(
            "what could not be pushed",
            "Push locked data, then Get the report: it lists each row that could not be pushed, and why.",
            asked,
        ),
        instead(
            "overwrite mode",
            "What the same push would get through to in overwrite mode, which links desynced rows again.",
            {**asked, "mode": "overwrite"},
        ),
    ]


@situation(
    10,
    "back to course masters",
    "Some courses follow their course masters, some are managed by schools",
    "How are all courses managed on the course masters again?",
    "For a future year push in overwrite mode; for the current one with care, since what is in use stays.",
    "courses that do not follow their course master, where others do",
    "No catalog and year has courses that follow their course masters and courses that do not.",
)
def managed_mixed(places: Places) -> list[Step]:
    asked = push_of(places, to_sections=True, courses=places.courses())
    begun = places.in_session()
    caution = (
        "Classes have begun: setup with grades or scores stays, and has to be moved by hand. Better do it for "
        "next year's calendars."
        if begun
        else "Nobody works in that year yet, so that nothing has to stay."
    )
    return [
        advised(
            "back to the course masters",
            f"Push these courses in overwrite mode, and on to their sections. {caution}",
            {**asked, "mode": "overwrite"},
        ),
        instead(
            "locked mode",
            "The same in locked mode leaves the schools' own setup, and what is desynced, as it is.",
            asked,
        ),
    ]


@situation(
    11,
    "restore a removed task",
    "A task or standard in use was removed from a course master",
    "How is a task or standard restored that teachers use and the course master has no longer?",
    "Align it to the course master again, and push again: what was left over is linked again by itself.",
    "tasks and standards in use that the course master has no longer",
    "No task or standard that came from a course master is in use and missing there.",
)
def task_removed(places: Places) -> list[Step]:
    frame = places.first_courses()
    asked = push_of(places, mode="overwrite", to_sections=True, courses=places.courses(frame))
    rows = (
        frame.select("master_number", pl.col("detail").str.split_exact(":", 1).struct.unnest())
        .unique()
        .sort(pl.all())
    )
    edits = tuple(
        Edit("set", {"element": element, "task": int(task), "catalog": places.catalog, "masters": master})
        for master, element, task in rows.rows()
    )
    return [
        instead(
            "not restored",
            "Push these courses as the course masters are: what is in use of the task stays as residual data.",
            asked,
        ),
        advised(
            "restored",
            "Align the task or standard to the course master again; then push again. What was left over is linked "
            "again by itself.",
            asked,
            edits,
        ),
    ]


@situation(
    12,
    "no calculation",
    "Teachers see No Calculation, greyed out",
    "A task was removed from a course master, and its options in sections are No Calculation. What now?",
    "Set the options up on the course and push to sections, or let teachers realign to another task.",
    "calculation options in use of a task that the course master has no longer",
    "No calculation options in use are of a task that a course master has no longer.",
)
def no_calculation(places: Places) -> list[Step]:
    frame = places.first_courses()
    courses = places.courses(frame)
    overwrite = push_of(places, mode="overwrite", to_sections=True, courses=courses)
    set_up = set_up_on_courses(places, frame)
    return [
        instead(
            "the overwrite push",
            "Push these courses in overwrite mode: options of the removed task are set to No Calculation, "
            "greyed out for teachers.",
            overwrite,
        ),
        advised(
            "options set up on the course",
            "Set the calculation options up on the course, as its own; then push, and on to the sections: they "
            "are in use, so that they stay.",
            overwrite,
            set_up,
        ),
        advised(
            "realigned first",
            "Or teachers realign their assignments to another task or standard; then the overwrite push.",
            overwrite,
            realign_tasks(places, rows_of_tasks(places, frame)),
        ),
    ]


@situation(
    13,
    "teachers manage their own categories",
    "Everything is linked again but Categories, which teachers made themselves",
    "How is all grading setup linked again, while teachers keep the categories that they made?",
    "Push in overwrite mode, with Categories not ticked.",
    "sections with categories of their teacher's, on courses with other setup to be linked again",
    "No section has categories of its teacher's on a course that has other setup to be linked again.",
)
def own_categories(places: Places) -> list[Step]:
    asked = push_of(places, mode="overwrite", to_sections=True, courses=places.courses())
    data = [name for name in MASTER_PUSH_DATA if name != "categories"]
    return [
        advised(
            "all but Categories",
            "Push these courses in overwrite mode, with Categories not ticked.",
            {**asked, "data": data},
        ),
        instead("with Categories", "What the same push would take if Categories were ticked.", asked),
    ]
