"""The warning of category weights that would no longer fit: by hand, and against plain Python."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from engine import Tables, plan_of, store_of, tables_of
from random_districts import make_district, make_request
from rounds import rounds
from small_district import CATALOG, PROGRESS, TERM, YEAR, SmallDistrict

from coursepush.apply.apply import apply_plan
from coursepush.plan.plan import Plan

BEFORE = dt.date(2026, 8, 14)


def weighted(*locks: str) -> SmallDistrict:
    """Term Grade is calculated by weighted categories on every level: Homework 40, Tests 60."""
    d = SmallDistrict("categories", "grade_calc_options", *locks)
    option = category = None
    for owner in (d.master, d.course, d.section):
        link = {} if owner is d.master else {"parent": option}
        option = owner.option(weight_categories=True, **link)
        link = {} if owner is d.master else {"parent": category}
        category = owner.category("Homework", weight=40, **link)
    return d


def plan(d: SmallDistrict, push: str = "master", **request: Any) -> Plan:
    named = {"catalog_id": CATALOG, "year": YEAR, "to_sections": True} if push == "master" else {"calendar_id": 31}
    return plan_of(d.store(), push, {**named, **request}, BEFORE)


def said(made: Plan) -> str | None:
    texts = [str(warning) for warning in made.warnings if warning.code == "category_weights"]
    assert len(texts) <= 1
    return texts[0] if texts else None


def test_forty_and_sixty_get_another_sixty() -> None:
    d = weighted()
    parent = d.master.category("Tests", weight=60)
    d.course.category("Tests", weight=60, parent=parent)
    d.section.category("Own", weight=60)
    assert said(plan(d)) == (
        "Category weights would no longer fit together in 1 section graded by them. section 1 of MATH1 (Lincoln "
        "High 26-27) would weigh 160 (100 now, 100 above). Grades there would be computed by shares that nobody "
        "chose: change or exclude categories, or agree on them first."
    )


def test_a_course_and_its_sections_are_counted_and_named() -> None:
    d = weighted()
    d.master.category("Tests", weight=60)
    d.course.category("Labs", weight="30.5")
    for place in range(4):
        section = d.new_section(d.course, str(place + 2))
        section.option(weight_categories=True)
        section.category("Own", weight=1)
    text = said(plan(d)) or ""
    # section 1 takes what the course will have, labs and all, and weighs as much
    assert "in 1 course and 4 sections graded" in text
    assert "MATH1 (Lincoln High 26-27) would weigh 130.5 (70.5 now, 100 above)" in text
    assert "section 2 of MATH1 (Lincoln High 26-27) would weigh 131.5 (1 now, 130.5 above)" in text
    assert "and 1 more" in text


def test_what_fits_the_level_above_fits() -> None:
    d = weighted()
    d.master.category("Tests", weight=60)
    assert said(plan(d)) is None  # 40 becomes 100 on each level


def test_what_does_not_change_is_not_warned_of() -> None:
    d = weighted()
    d.section.category("Own", weight=20)
    d.course.category("Other", weight=5)
    assert said(plan(d, data=["grade_calc_options"])) is None


def test_weights_that_nothing_is_graded_by_do_not_matter() -> None:
    d = SmallDistrict("categories")
    d.master.category("Tests", weight=60)
    d.section.category("Own", weight=60)
    d.section.option(PROGRESS, calc_type="none", weight_categories=True)
    assert said(plan(d)) is None


def test_categories_that_do_not_count_do_not_weigh() -> None:
    d = weighted()
    d.master.category("Tests", weight=60)
    d.section.category("Own", weight=60, is_excluded=True)
    d.section.category("For progress", weight=60, task_ids=[PROGRESS])
    d.course.task(PROGRESS)
    assert said(plan(d)) is None


def test_an_option_that_begins_to_weigh() -> None:
    d = SmallDistrict("grade_calc_options")
    d.master.option(weight_categories=True)
    d.master.category("Tests", weight=100)
    d.course.category("Tests", weight=80)
    text = said(plan(d, to_sections=False)) or ""
    assert "MATH1 (Lincoln High 26-27) would weigh 80 (80 now, 100 above)" in text


def test_a_hundred_that_becomes_the_levels_above_is_told_too() -> None:
    d = weighted()
    d.master.category("Tests", weight=80)
    d.course.category("Labs", weight=60)
    text = said(plan(d, mode="overwrite", to_sections=False)) or ""
    assert "MATH1 (Lincoln High 26-27) would weigh 120 (100 now, 120 above)" in text


def test_push_all_courses() -> None:
    d = weighted()
    d.course.category("Tests", weight=60)
    d.section.category("Own", weight=60)
    assert "section 1 of MATH1" in (said(plan(d, "course")) or "")


# -- plain Python ------------------------------------------------------------------------------------


def total(tables: Tables, level: str, owner: int | None, task: int) -> Decimal | None:
    """What the categories of an owner that count for a task weigh; None where there are none."""
    found = [
        row["weight"]
        for row in tables[f"{level}_category"]
        if row["owner_id"] == owner and not row["is_excluded"] and (not row["task_ids"] or task in row["task_ids"])
    ]
    return sum(found, Decimal(0)) if found else None


def weighs(tables: Tables, level: str, owner: int) -> set[int]:
    """The tasks that an owner grades by weights."""
    return {
        row["task_id"]
        for row in tables[f"{level}_grade_calc"]
        if row["owner_id"] == owner and row["weight_categories"] and row["calc_type"] != "none"
    }


def unfit(before: Tables, after: Tables, level: str, owner: int, upper: tuple[str, int | None]) -> bool:
    """Whether a push leaves the weights of an owner unfit, for a task at least."""
    for task in weighs(after, level, owner):
        was, now = total(before, level, owner, task) or 0, total(after, level, owner, task) or 0
        above = total(after, *upper, task)
        held = task in weighs(before, level, owner)
        if was == now and held:
            continue
        if (above is not None and now != above) or (held and was == 100 and now != 100):
            return True
    return False


def expected(before: Tables, after: Tables) -> dict[str, int]:
    """Level → how many owners are left unfit."""
    found = {
        "course": [
            row["course_id"]
            for row in before["course"]
            if unfit(before, after, "course", row["course_id"], ("master", row["master_id"]))
        ],
        "section": [
            row["section_id"]
            for row in before["section"]
            if unfit(before, after, "section", row["section_id"], ("course", row["course_id"]))
        ],
    }
    return {level: len(owners) for level, owners in found.items() if owners}


def counts(text: str | None) -> dict[str, int]:
    found = re.search(r"together in (.*?) graded by them", text or "")
    numbers = re.findall(r"([\d,]+) (course|section)", found[1]) if found else []
    return {level: int(number.replace(",", "")) for number, level in numbers}


def test_on_random_districts_it_says_what_plain_python_says() -> None:
    seen = {"course": 0, "section": 0, "none": 0}
    for seed in range(2, 2 + rounds(2, 20)):
        for level in as_plain_python_says(seed) or {"none": 0}:
            seen[level] += 1
    assert all(seen.values()), seen


def as_plain_python_says(seed: int) -> dict[str, int]:
    """In how many courses and sections weights would not fit, as the engine and plain Python both say."""
    tables = make_district(seed)
    for level in ("master", "course", "section"):
        for place, row in enumerate(tables[f"{level}_grade_calc"]):
            row["weight_categories"] = (place + seed) % 3 > 0
    # weights that often come to 100, as districts have them
    for place, row in enumerate(row for level in ("course", "section") for row in tables[f"{level}_category"]):
        row["weight"] = Decimal([100, 50, 40, 60][(place + seed) % 4])
    kind, request = make_request(seed, tables)
    store = store_of(tables)
    before = tables_of(store)
    made = plan_of(store, kind, request, BEFORE)
    text = said(made)
    apply_plan(store, made)
    want = expected(before, tables_of(store))
    assert counts(text) == want
    store.close()
    return want


def test_the_task_that_is_most_apart_is_named() -> None:
    d = weighted("grading_tasks")
    for owner in (d.master, d.course, d.section):
        owner.option(PROGRESS, weight_categories=True)
        if owner is not d.section:
            owner.task(PROGRESS)
    d.master.category("Tests", weight=60, task_ids=[TERM])
    d.course.category("Own", weight=7, task_ids=[PROGRESS])
    text = said(plan(d, to_sections=False))
    assert text is None  # Tests brings the course's Term Grade to 100, and Progress does not change
