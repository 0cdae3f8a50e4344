"""The steps of each situation: the pushes that the documentation advises, and what another choice would do."""

from __future__ import annotations

from typing import Any

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
from coursepush.reports.rehearsals.situation import Places, Step
from coursepush.scenario.edits import Edit


def state_codes(places: Places) -> list[Step]:
    asked = _push(places, masters=places.masters())
    unlocked = places.details()
    first = lock_first(places, unlocked)
    before = "The state code is not locked in the catalog, so it is locked first. " if unlocked else ""
    return [
        Step(
            "Course Info alone",
            f"{before}Push locked data of these course masters, and tick Course Info alone.",
            "master_push",
            {**asked, "data": ["course_info"]},
            first,
        ),
        Step(
            "everything ticked",
            "The same push with all data types ticked: what would come along.",
            "master_push",
            asked,
            first,
            is_advised=False,
        ),
    ]


def one_master(places: Places) -> list[Step]:
    most = places.frame.sort("detail", "master_number", descending=[True, False])["master_number"][0]
    number = places.frame["master_number"].n_unique()
    if number > 1:
        places.notes.append(f"{number:,} course masters have several changes; the steps take the one with most.")
    return [
        Step(
            "Push to Courses",
            f"Push the course master {most} alone, with its own button Push to Courses.",
            "master_push",
            _push(places, masters=[most]),
        ),
        Step(
            "the whole catalog",
            "Push All Course Masters instead: everything else of the catalog goes, too.",
            "master_push",
            _push(places),
            is_advised=False,
        ),
    ]


def all_but_one(places: Places) -> list[Step]:
    frame = places.first_courses()
    courses = places.courses(frame)
    asked = _push(places, masters=places.masters(frame))
    return [
        Step(
            "marked Ignore Master Push",
            f"Mark Ignore Master Push on {counted(len(courses), 'course')} that the school manages; then push "
            "locked data of these course masters.",
            "master_push",
            asked,
            (Edit("ignore", {"courses": courses, "on": True}),),
        ),
        Step(
            "without the mark",
            "The same push as the courses are marked now.",
            "master_push",
            asked,
            is_advised=False,
        ),
    ]


def next_year(places: Places) -> list[Step]:
    calendars = places.frame["calendar_id"].unique().sort().to_list()
    asked = {**_push(places), "calendars": calendars, "to_sections": True}
    return [
        Step(
            "overwrite next year",
            "Push everything in overwrite mode to the calendars that have not begun, and on to their sections.",
            "master_push",
            {**asked, "mode": "overwrite"},
        ),
        Step(
            "locked data only",
            "The same in locked mode: what schools and teachers made, and what was rolled forward, stays.",
            "master_push",
            asked,
            is_advised=False,
        ),
    ]


def schools_keep_theirs(places: Places) -> list[Step]:
    asked = {**_push(places, masters=places.masters()), "to_sections": True}
    return [
        Step(
            "locked mode",
            "Push locked data, never in overwrite mode: what schools and teachers made is kept.",
            "master_push",
            asked,
        ),
        Step(
            "overwrite mode",
            "What overwrite mode would take from them.",
            "master_push",
            {**asked, "mode": "overwrite"},
            is_advised=False,
        ),
    ]


def push_fails(places: Places) -> list[Step]:
    asked = {**_push(places), "courses": places.courses()}
    return [
        Step(
            "the push that fails",
            "Push locked data to these courses: rows whose links are broken fail, and Course Audit lists them.",
            "master_push",
            asked,
            is_advised=False,
        ),
        Step(
            "relinked",
            "Once it is agreed with the schools, link them again: an overwrite push of these courses alone.",
            "master_push",
            {**asked, "mode": "overwrite"},
        ),
    ]


def not_locked(places: Places) -> list[Step]:
    locks = places.details()
    asked = {**_push(places), "courses": places.courses()}
    return [
        Step(
            "locked as now",
            "Push locked data as the catalog locks it now: what is not locked does not go.",
            "master_push",
            asked,
            is_advised=False,
        ),
        Step(
            "locked first",
            f"Lock in the catalog what is to go ({lock_words(locks)}); then push locked data.",
            "master_push",
            asked,
            lock_first(places, locks),
        ),
    ]


def left_after_overwrite(places: Places) -> list[Step]:
    frame = places.first_courses()
    asked = {**_push(places), "mode": "overwrite", "to_sections": True, "courses": places.courses(frame)}
    edits = realign(places, frame)
    return [
        Step(
            "as it is used now",
            "Push these courses in overwrite mode: what is in use and not the course master's stays as residual.",
            "master_push",
            asked,
            is_advised=False,
        ),
        Step(
            "realigned first",
            f"Teachers realign what uses it ({counted(len(edits), 'realignment')}); then the same push. What has "
            "posted grades stays until these are deleted.",
            "master_push",
            asked,
            edits,
        ),
    ]


def pushed_properly(places: Places) -> list[Step]:
    asked = {**_push(places), "courses": places.courses()}
    return [
        Step(
            "what could not be pushed",
            "Push locked data, then Get the report: it lists each row that could not be pushed, and why.",
            "master_push",
            asked,
        ),
        Step(
            "overwrite mode",
            "What the same push would get through to in overwrite mode, which links desynced rows again.",
            "master_push",
            {**asked, "mode": "overwrite"},
            is_advised=False,
        ),
    ]


def managed_mixed(places: Places) -> list[Step]:
    asked = {**_push(places), "to_sections": True, "courses": places.courses()}
    begun = places.in_session()
    caution = (
        "Classes have begun: setup with grades or scores stays, and has to be moved by hand. Better do it for "
        "next year's calendars."
        if begun
        else "Nobody works in that year yet, so that nothing has to stay."
    )
    return [
        Step(
            "back to the course masters",
            f"Push these courses in overwrite mode, and on to their sections. {caution}",
            "master_push",
            {**asked, "mode": "overwrite"},
        ),
        Step(
            "locked mode",
            "The same in locked mode leaves the schools' own setup, and what is desynced, as it is.",
            "master_push",
            asked,
            is_advised=False,
        ),
    ]


def task_removed(places: Places) -> list[Step]:
    frame = places.first_courses()
    asked = {**_push(places), "mode": "overwrite", "to_sections": True, "courses": places.courses(frame)}
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
        Step(
            "not restored",
            "Push these courses as the course masters are: what is in use of the task stays as residual data.",
            "master_push",
            asked,
            is_advised=False,
        ),
        Step(
            "restored",
            "Align the task or standard to the course master again; then push again. What was left over is linked "
            "again by itself.",
            "master_push",
            asked,
            edits,
        ),
    ]


def no_calculation(places: Places) -> list[Step]:
    frame = places.first_courses()
    courses = places.courses(frame)
    overwrite = {**_push(places), "mode": "overwrite", "to_sections": True, "courses": courses}
    set_up = set_up_on_courses(places, frame)
    return [
        Step(
            "the overwrite push",
            "Push these courses in overwrite mode: options of the removed task are set to No Calculation, "
            "greyed out for teachers.",
            "master_push",
            overwrite,
            is_advised=False,
        ),
        Step(
            "options set up on the course",
            "Set the calculation options up on the course, as its own; then push, and on to the sections: they "
            "are in use, so that they stay.",
            "master_push",
            overwrite,
            set_up,
        ),
        Step(
            "realigned first",
            "Or teachers realign their assignments to another task or standard; then the overwrite push.",
            "master_push",
            overwrite,
            realign_tasks(places, rows_of_tasks(places, frame)),
        ),
    ]


def own_categories(places: Places) -> list[Step]:
    asked = {**_push(places), "mode": "overwrite", "to_sections": True, "courses": places.courses()}
    data = [name for name in MASTER_PUSH_DATA if name != "categories"]
    return [
        Step(
            "all but Categories",
            "Push these courses in overwrite mode, with Categories not ticked.",
            "master_push",
            {**asked, "data": data},
        ),
        Step(
            "with Categories",
            "What the same push would take if Categories were ticked.",
            "master_push",
            asked,
            is_advised=False,
        ),
    ]


# -- what several have in common ------------------------------------------------------------------------------


def _push(places: Places, **more: Any) -> dict[str, Any]:
    return {"catalog": places.catalog, "year": places.year, **more}
