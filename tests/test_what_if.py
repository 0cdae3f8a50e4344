"""What a scenario refuses, keeps and says, in small named cases (SCENARIO.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import coursepush as cp
from coursepush.district.what_if import WhatIf
from coursepush.errors import QueryError, RequestError, ScenarioError, ScenarioMovedError
from coursepush.scenario.edits import edit
from coursepush.scenario.text import read_text, text_of

MASTER: dict[str, Any] = {"catalog": "High School", "masters": "04101-1"}
COURSE = "04101-1"


@pytest.fixture(scope="module")
def district() -> Iterator[cp.District]:
    with cp.simulate_district("small", seed=7) as one:
        yield one


@pytest.fixture
def w(district: cp.District) -> Iterator[WhatIf]:
    with district.what_if("tried") as one:
        yield one


def weight(of: cp.District, table: str = "master_category") -> list[Any]:
    owner = {"master_category": "master_id", "course_category": "course_id"}[table]
    of_owner = {"master_category": "course_master", "course_category": "course"}[table]
    return of.sql(
        f"select distinct r.weight from {table} as r join {of_owner} as o on o.{owner} = r.owner_id "
        f"where o.number = '{COURSE}' and r.name = 'Tests' order by 1"
    )["weight"].to_list()


def test_two_scenarios_set_one_weight_to_two_values_and_the_district_keeps_its_own(district: cp.District) -> None:
    before = weight(district)
    with district.what_if("one") as one, district.what_if("two") as two:
        one.category("Tests", weight=45, **MASTER)
        two.category("Tests", weight="12.5", **MASTER)
        plans = [
            each.plan_master_push("High School", year=2027, courses=COURSE, data="categories")
            for each in (one, two, district)
        ]
        assert [weight(each)[0] for each in (one, two)] == [45, 12.5]
        assert weight(district) == before
        assert len({plan.digest for plan in plans}) == 3
        assert plans[0].rows(verdict="update").height == plans[1].rows(verdict="update").height == 1


def test_the_same_edits_give_the_same_digest_whatever_the_scenario_is_called(district: cp.District) -> None:
    digests: set[str] = set()
    for title in ("one", "two"):
        with district.what_if(title) as one:
            one.category("Tests", weight=45, **MASTER)
            digests.add(one.plan_master_push("High School", year=2027, courses=COURSE).digest)
    assert len(digests) == 1


@pytest.mark.parametrize("done", ["apply", "approve", "save", "apply there", "approve there"])
def test_a_plan_of_a_scenario_is_only_looked_at(
    district: cp.District, w: WhatIf, tmp_path: Path, done: str
) -> None:
    w.category("Tests", weight=45, **MASTER)
    plan = w.plan_master_push("High School", year=2027, courses=COURSE)
    act = {
        "apply": lambda: district.apply(plan),
        "approve": lambda: district.approve(plan, by="Director"),
        "save": lambda: plan.save(tmp_path / "plan.cpush"),
        "apply there": lambda: w.apply(plan),
        "approve there": lambda: w.approve(plan, by="Director"),
    }[done]
    with pytest.raises(ScenarioError, match="made in a scenario"):
        act()
    assert not list(tmp_path.iterdir())
    assert len(district.history()) == 0


def test_a_plan_of_the_district_is_not_applied_to_a_scenario(district: cp.District, w: WhatIf) -> None:
    plan = district.plan_master_push("High School", year=2027, courses=COURSE)
    with pytest.raises(ScenarioError, match="never written"):
        w.apply(plan)
    with pytest.raises(ScenarioError, match="never written"):
        w.set_policy(by="Director")


# -- locks and links -----------------------------------------------------------------------------------------


def test_a_locked_row_of_a_course_refuses_an_edit_and_names_the_lock(w: WhatIf) -> None:
    with pytest.raises(ScenarioError, match=r"the lock 'categories' of the catalog High School .*04101-1 in"):
        w.category("Tests", weight=3, courses=COURSE)
    assert w.edits().is_empty()
    w.unlock("High School", "categories").category("Tests", weight=3, courses=COURSE)
    broken = w.sql(
        "select distinct is_link_broken from course_category as r join course as c on c.course_id = r.owner_id "
        f"where c.number = '{COURSE}' and r.name = 'Tests' and r.weight = 3"
    )["is_link_broken"].to_list()
    assert broken == [True]


def test_a_locked_attribute_refuses_an_edit_and_names_the_lock(w: WhatIf) -> None:
    locked = w.sql(
        "select l.lock from catalog_lock as l join catalog as k using (catalog_id) where k.name = 'High School' "
        "and l.lock = 'course_info.name'"
    )
    assert len(locked) == 1
    with pytest.raises(ScenarioError, match=r"the lock 'course_info\.name' .* another name on 04101-1 in"):
        w.info(name="Robotics", courses=COURSE)


def test_a_linked_row_of_a_section_is_read_only(w: WhatIf) -> None:
    section, name = w.sql(
        "select r.owner_id, r.name from section_category as r join course_category as u "
        "on u.row_id = r.parent_row_id "
        "join section as s on s.section_id = r.owner_id and s.course_id = u.owner_id "
        "order by 1, 2 limit 1"
    ).row(0)
    with pytest.raises(ScenarioError, match=r"linked to the course's, and so read-only for teachers"):
        w.category(name, weight=1, sections=section)
    w.unlink("categories", name=name, sections=section).category(name, weight=1, sections=section)
    assert w.edits()["rows"].to_list() == [1, 1]


def test_a_new_id_stays_clear_of_what_a_changed_row_pointed_to(district: cp.District, w: WhatIf) -> None:
    """An orphan that is edited forgets its parent; the row that the same edit adds does not get that id."""
    w.edit_sql("update course_assessment set parent_row_id = 900000001 where row_id = "
               "(select min(row_id) from course_assessment)")  # fmt: skip
    test, owner = w.sql(
        "select t.name, r.owner_id from course_assessment as r join assessment_test as t using (test_id) "
        "order by r.row_id limit 1"
    ).row(0)
    other = w.sql(
        "select min(course_id) from course where course_id not in (select owner_id from course_assessment)"
    ).item()
    w.assessment(test, start_date="2026-09-09", courses=[owner, other])
    assert w.sql("select max(row_id) from course_assessment").item() == 900000002


def test_a_category_with_assignments_is_emptied_before_it_is_removed(w: WhatIf) -> None:
    section, first, second = w.sql(
        "select r.owner_id, min(r.name), max(r.name) from section_category as r join assignment as a "
        "on a.category_row_id = r.row_id group by 1 having count(distinct r.row_id) > 1 order by 1 limit 1"
    ).row(0)
    w.unlink("categories", sections=section)
    with pytest.raises(ScenarioError, match=r"has assignments .*realign"):
        w.remove("categories", name=first, sections=section)
    w.realign(section, category=first, to=second).remove("categories", name=first, sections=section)
    assert w.edits()["missed"].null_count() == 3


def test_an_edit_is_whole_or_not_at_all(w: WhatIf) -> None:
    w.unlock("High School", "categories")
    before = w.sql("select * from course_category order by row_id")
    with pytest.raises(ScenarioError, match="already have a category 'Homework'"):
        w.category("Tests", rename="Homework", courses=COURSE)
    assert w.sql("select * from course_category order by row_id").equals(before)


# -- what cannot be asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "Tests", "weight": 40}, "Say on whom"),
        ({"name": "Tests", "weight": 40, "masters": "04101-1"}, "named within a catalog"),
        ({"name": "Tests", "weight": 40, "courses": COURSE, "sections": 1}, "in one way"),
        ({"name": "Tests", "weight": "heavy", **MASTER}, "at most 4 digits after the point"),
        ({"name": "Tests", "weight": float("nan"), **MASTER}, "at most 4 digits after the point"),
        ({"name": "Tests", "weight": -1, **MASTER}, "cannot be below 0"),
        ({"name": "Tests", "weight": None, **MASTER}, "cannot be empty"),
        ({"name": "Tests", "drop_lowest": 10**6, **MASTER}, "from 0 to 9,999"),
        ({"name": "Tests", "is_excluded": "yes", **MASTER}, "must be yes or no"),
        ({"name": " Tests", **MASTER}, "without blanks around it"),
        ({"name": "x" * 51, **MASTER}, "1 to 50 characters"),
        ({"name": "Tests", "tasks": "Nothing", **MASTER}, "There is no task 'Nothing'"),
        ({"name": "Tests", "wait": 40, **MASTER}, "There is no value 'wait' of categories. Did you mean 'weight'"),
        ({"weight": 40, **MASTER}, "categories are told by name; name is missing"),
        ({"name": "Tests", "weight": 40, "catalog": "Hihg School"}, "Did you mean 'High School'"),
        ({"name": "Tests", "weight": 40, "sections": "no such"}, "There is no section"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(w: WhatIf, asked: dict[str, Any], said: str) -> None:
    with pytest.raises((ScenarioError, RequestError), match=said):
        w._scenario.do("set", {"element": "categories", **asked})  # pyright: ignore[reportPrivateUsage]
    assert w.edits().is_empty()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select 1", "begins with UPDATE, INSERT INTO or DELETE FROM"),
        ("update district.main.master_category set weight = 1", "without a schema"),
        ("update score set points = 1", "There is no table 'score' that an edit may change"),
        ("delete from assignment", "There is no table 'assignment' that an edit may change"),
        (
            "update master_category set weight = 1; drop table score",
            "one UPDATE, INSERT or DELETE and nothing else",
        ),
        ("update master_category set weigth = 1", "weigth"),
    ],
)
def test_sql_that_is_no_edit_is_refused(w: WhatIf, text: str, said: str) -> None:
    with pytest.raises((ScenarioError, RequestError, QueryError, cp.CoursepushError), match=said):
        w.edit_sql(text)
    assert w.edits().is_empty()
    assert w.category("Tests", weight=45, **MASTER).edits()["rows"].item() == 1, "the scenario goes on"


def test_sql_edits_the_overlay_and_the_text_has_it(district: cp.District, w: WhatIf) -> None:
    before = weight(district)
    w.edit_sql("update master_category set weight = 33 where name = 'Tests'")
    assert weight(w) == [33]
    assert weight(district) == before
    with district.what_if("again") as again:
        again._scenario._make_all(read_text(w.text, "the text")[1])  # pyright: ignore[reportPrivateUsage]
        assert weight(again) == [33]


def test_a_scenario_on_a_scenario_has_its_edits_and_its_own(district: cp.District, w: WhatIf) -> None:
    w.category("Tests", weight=45, **MASTER)
    with w.what_if("and heavier") as more:
        more.category("Tests", weight=50, **MASTER)
        assert (weight(w), weight(more)) == ([45], [50])
        assert more.edits()["rows"].to_list() == [1, 1]
    found = w.sweep(
        "weight of Quizzes",
        [10, 20],
        lambda one, value: one.category("Quizzes", weight=value, **MASTER),
        lambda one: one.plan_master_push("High School", year=2027, courses=COURSE, data="categories"),
    )
    assert found.frame["other_values"].min() >= 1, "the heavier tests are in each"
    assert w.edits().height == 1


# -- as text ---------------------------------------------------------------------------------------------------


def test_a_scenario_is_kept_as_text_and_made_again(district: cp.District, w: WhatIf, tmp_path: Path) -> None:
    w.category('Tests "hard"\\', weight=45.5, tasks=["Quarter Grade"], **MASTER)
    w.option("Quarter Grade", 1, scale=None, use_percent=True, **MASTER)
    w.assessment(district.sql("select min(name) from assessment_test").item(), start_date="2026-09-01", **MASTER)
    file = w.save(tmp_path / "tried.toml")
    with district.what_if(edits=file) as again:
        assert again.title == "tried"
        assert again.text == w.text
        assert again.edits().equals(w.edits())
        plans = [one.plan_master_push("High School", year=2027, courses=COURSE) for one in (w, again)]
        assert plans[0].digest == plans[1].digest
    assert w.save(file) == file, "a scenario that was saved may be replaced"
    (tmp_path / "mine.toml").write_text("title = 'mine'\n")
    with pytest.raises(RequestError):
        w.save(tmp_path / "mine.toml")


def test_what_is_wrong_with_a_text_is_told_at_once(tmp_path: Path) -> None:
    text = """
titel = "x"
[[edit]]
weight = 3
[[edit]]
do = "sett"
[[edit]]
do = "lock"
catalog = "High School"
"""
    with pytest.raises(ScenarioError) as error:
        read_text(text, "The scenario x.toml")
    for said in (
        "'titel' is not known",
        "edit 1: it must say what to do",
        "edit 2: There is no edit 'sett'",
        "edit 3",
    ):
        assert said in str(error.value)
    with pytest.raises(ScenarioError, match="not valid TOML"):
        read_text("title = ", "The scenario x.toml")


def test_every_kind_of_edit_goes_through_text() -> None:
    edits = [
        edit("set", {"element": "categories", "name": "Tests", "weight": 40, "catalog": "High School"}),
        edit("set", {"element": "grade_calc_options", "task": 5, "term": 1, "scale": None, "sections": [1, 2]}),
        edit("ignore", {"courses": ["04101-1", 7], "calendar": "Riverbend High 26-27", "on": False}),
        edit("lock", {"catalog": "High School", "locks": ["categories"]}),
        edit("sql", {"text": "update course set ignore_master_push = true -- 'all'\n"}),
    ]
    assert read_text(text_of("All of them", edits), "it") == ("All of them", edits)


# -- the district under it ---------------------------------------------------------------------------------------


def test_a_district_that_was_written_to_is_told_and_the_edits_are_made_again(district_file: Path) -> None:
    with cp.open_district(district_file) as district, district.what_if() as w, district.what_if() as other:
        w.category("Tests", weight=45, **MASTER)
        plan = district.plan_master_push("High School", year=2027, courses=COURSE)
        district.approve(plan, by="Director")
        assert w.plan_master_push("High School", year=2027, courses=COURSE).writes, "an approval moves nothing"
        district.apply(plan)
        for one in (w, other):
            with pytest.raises(ScenarioMovedError, match=r"rebase\(\)"):
                one.plan_master_push("High School", year=2027)
            with pytest.raises(ScenarioMovedError, match=r"rebase\(\)"):
                one.lock("High School", "categories")
        assert w.rebase().missed.is_empty()
        assert weight(w) == [45]
        assert w.plan_master_push("High School", year=2027, courses=COURSE).rows(verdict="update").height == 1


def test_the_file_is_the_same_to_the_byte(district_file: Path) -> None:
    before = hashlib.sha256(district_file.read_bytes()).hexdigest()
    with cp.open_district(district_file) as district, district.what_if() as w:
        w.unlock("High School", "categories").category("Tests", weight=45, courses=COURSE).ignore(COURSE)
        w.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True).forecast().counts()
        _ = w.reports.residual().frame
    assert hashlib.sha256(district_file.read_bytes()).hexdigest() == before


def test_what_no_longer_applies_is_named(district: cp.District, tmp_path: Path) -> None:
    with district.what_if("summer") as w:
        w.new_catalog("Summer School").new_master("Summer School", "S1", "Reading")
        w.category("Tests", weight=50, catalog="Summer School")
        file = w.save(tmp_path / "summer.toml")
    file.write_text(
        file.read_text("utf-8").replace(
            'do = "new_catalog"\nname = "Summer School"', 'do = "new_catalog"\nname = "High School"'
        )
    )
    with district.what_if(edits=file) as again:
        assert again.missed["number"].to_list() == [1, 2, 3]
        assert "There is a catalog 'High School' already" in again.missed["missed"][0]
        assert "missed: There is no course catalog 'Summer School'" in repr(again)


def test_a_closed_scenario_says_so_and_a_closed_district_closes_its_scenarios(district_file: Path) -> None:
    district = cp.open_district(district_file)
    w, other = district.what_if(), district.what_if()
    w.close()
    with pytest.raises(cp.CoursepushError, match="closed"):
        w.catalogs()
    district.close()
    with pytest.raises(cp.CoursepushError, match="closed"):
        other.catalogs()
    other.close()


def test_a_scenario_shows_itself_escaped(w: WhatIf) -> None:
    w.category("<b>Tests</b>", weight=1, **MASTER)
    assert "&lt;b&gt;Tests" in w._repr_html_()
    assert "1. set categories: name <b>Tests</b>, weight 1" in repr(w)
    assert isinstance(w.edits(), pl.DataFrame)
