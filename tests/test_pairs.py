"""Pairing, link and use without a request are what a push finds, and what stands is told with the same links."""

from __future__ import annotations

from typing import Any

import oracle
import pytest
from engine import Tables, store_of
from random_districts import make_district
from rounds import first
from small_district import SmallDistrict

from coursepush.district import District
from coursepush.plan.door import drop_tables
from coursepush.plan.pairs import find_links
from coursepush.plan.standing import standing_rows_sql
from coursepush.plan.tables import PlanTables
from coursepush.store import Store

Links = dict[tuple[int, str, int], str]
"""(hop, data type, row) → link."""

_COURSES = "select course_id, calendar_id, master_id, false as is_cross_site, null::varchar as whole from course"
_OWNERS = "create temp table owner_asked as select 1 as hop, course_id as owner_id from course union all "


@pytest.mark.parametrize("seed", first(range(900, 916), keep=2))
def test_links_are_what_a_walk_over_all_rows_finds(seed: int) -> None:
    tables = make_district(seed)
    expected, use = walked(tables)
    store = store_of(tables)
    assert standing(store) == expected
    loose, told_use = found(store)
    assert loose == {row: link for row, link in expected.items() if link != "linked"}
    assert told_use == use


def walked(tables: Tables) -> tuple[Links, Links]:
    """Every row's link, and the use of those that have nothing like them above; sections by the courses as they
    stand."""
    d = oracle.District(tables)
    links: Links = {}
    use: Links = {}
    for course in tables["course"]:
        for element, spec in oracle.ELEMENTS.items():
            above = d.rows("master", element, course["master_id"]) if course["master_id"] else []
            wanted = [oracle.Wanted(row["row_id"], row["owner_id"], oracle.values_of(spec, row)) for row in above]
            present = d.rows("course", element, course["course_id"])
            own = {row["row_id"]: d.course_link(spec, course, row) for row in present}
            for upper, row, link in oracle.pair(spec, wanted, present, own, "broken"):
                if row is not None:
                    links[1, element, row["row_id"]] = link
                    if upper is None:
                        used = d.used_on_course(spec, course, row)
                        use[1, element, row["row_id"]] = "used" if used else "unused"
        after = oracle.CourseAfter(d, course)
        for section in d.sections_of[course["course_id"]]:
            for element in oracle.SECTION_ELEMENTS:
                terms = d.terms_of[course["calendar_id"]]
                place = section["section_id"]
                for one in oracle.push_element_to_section(d, place, element, after.upper[element], terms, False):
                    if one.row is not None:
                        links[2, element, one.row["row_id"]] = one.link
                        if one.upper is None:
                            used = d.used_on_section(oracle.ELEMENTS[element], place, one.row)
                            use[2, element, one.row["row_id"]] = "used" if used else "unused"
    return links, use


def standing(store: Store) -> Links:
    with store.reading() as session:
        session.run("owners", f"{_OWNERS}select 2, section_id from section")
        sql = f"select hop, element, row_id, link from (\n{standing_rows_sql('owner_asked')}\n)"
        rows = session.rows("standing", f"{sql} where row_id is not null")
        session.run("drop", "drop table owner_asked")
    return {(hop, element, row): link for hop, element, row, link in rows}


def found(store: Store) -> tuple[Links, Links]:
    """What :func:`find_links` finds: links, and use where it is told."""
    tables = PlanTables.new()
    links: Links = {}
    use: Links = {}
    with store.reading() as session:
        made = find_links(session, tables, _COURSES, to_sections=True)
        for hop, element, table in tables.judged():
            if hop == 1 or element.has_sections:
                sql = f"select row_id, link, pairing, use from {table}"
                for row, link, pairing, told in session.rows("links", sql):
                    links[hop, element.name, row] = link
                    if pairing == "extra":
                        use[hop, element.name, row] = told
        drop_tables(session, made)
    return links, use


def test_a_second_category_with_one_parent_has_one_link_everywhere() -> None:
    """It counts as local, whatever its flag (RULES.md 3.1): in a plan, the audit, why, and among what stands."""
    d = SmallDistrict("categories")
    above = d.master.category("Quizzes")
    d.course.category("Quizzes", parent=above)
    second = d.course.category("Quiz", parent=above, broken=True)
    store = d.store()
    with District(store) as district:
        row: dict[str, Any] = {"row_id": second.id if hasattr(second, "id") else second}
        assert standing(store)[1, "categories", row["row_id"]] == "local"
        assert found(store)[0] == {(1, "categories", row["row_id"]): "local"}
        plan = district.plan_master_push("High School", year=2027)
        assert plan.rows(element="categories").filter(**row)["link"].to_list() == ["local"]
        assert district.reports.course_audit().filter(**row)["link"].to_list() == ["local"]
        told = district.why(element="categories", key="Quiz", course="MATH1")
        assert told.steps.filter(level="course", **row)["link"].to_list() == ["local"]
