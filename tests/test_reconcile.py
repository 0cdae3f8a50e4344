"""Did the real push do it? Small cases: what the extract after a push shows, and what is said of it."""

from __future__ import annotations

import copy
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from carried_out import frames
from page_reading import complete_in_itself
from rounds import few, slow
from small_district import GONE, TERM, SmallDistrict, number

from coursepush.district import District
from coursepush.errors import ForeignPlanError, PlanError, RequestError, StalePlanError
from coursepush.plan.plan import Plan
from coursepush.reports.reconcile.report import Reconciliation

Row = dict[str, Any]
Edit = Callable[[dict[str, list[Row]]], None]


class Case:
    """A district, a plan on it, and what the next extract shows: the tables as they were, edited."""

    def __init__(self, d: SmallDistrict, push: str = "master", **request: Any) -> None:
        self.tables = d.tables()
        self.district = District(d.store())
        self.plan: Plan = d.plan(push, **request)

    def shows(self, edit: Edit | None = None, only: tuple[str, ...] = ()) -> Reconciliation:
        """Refresh from the edited tables (some of them, if named) and ask."""
        tables = copy.deepcopy(self.tables)
        if edit is not None:
            edit(tables)
        given = frames(tables)
        self.district.refresh({name: given[name] for name in only or given}, allow_removals=True)
        return self.district.reconcile(self.plan)


def outcomes(found: Reconciliation, *columns: str) -> list[tuple[Any, ...]]:
    return found.rows().select("verdict", "outcome", *columns).rows()


def row_of(tables: dict[str, list[Row]], table: str, row_id: int) -> Row:
    return next(row for row in tables[table] if row["row_id"] == row_id)


def category(row_id: int, owner: int, name: str, **more: Any) -> Row:
    """A course category as the source may give it."""
    plain: Row = {
        "row_id": row_id,
        "owner_id": owner,
        "parent_row_id": None,
        "is_link_broken": False,
        "name": name,
        "weight": number(0),
        "sequence": None,
        "is_excluded": False,
        "drop_lowest": 0,
        "task_ids": [],
    }
    return plain | more


# -- what is added, changed, renamed, removed --------------------------------------------------------


def added() -> Case:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=20)
    return Case(d)


@few(2)
@pytest.mark.parametrize(
    ("name", "weight", "outcome"),
    [
        ("quizzes", 20, "differs"),
        ("Quizzes", 20, "came_true"),
        ("Quizzes", 25, "differs"),
        ("Tests", 20, "not_done"),
    ],
)
def test_an_added_row_is_known_by_its_key_whatever_its_id(name: str, weight: int, outcome: str) -> None:
    case = added()
    course = case.tables["course"][0]["course_id"]
    row = category(987_654, course, name, weight=number(weight))
    found = case.shows(lambda tables: tables["course_category"].append(row))
    (verdict,) = [one for one in outcomes(found, "now") if one[0] == "insert"]
    assert verdict[1] == outcome
    assert (verdict[2] is None) == (outcome == "not_done")


@few(2)
@pytest.mark.parametrize(
    ("weight", "outcome"), [(20, "came_true"), (10, "not_done"), (15, "differs"), (None, "gone")]
)
def test_a_changed_row(weight: int | None, outcome: str) -> None:
    d = SmallDistrict("categories")
    row_id = d.course.category("Quizzes", weight=10, parent=d.master.category("Quizzes", weight=20))

    def edit(tables: dict[str, list[Row]]) -> None:
        if weight is None:
            tables["course_category"] = []
        else:
            row_of(tables, "course_category", row_id)["weight"] = number(weight)

    found = Case(d).shows(edit)
    assert [one for one in outcomes(found) if one[0] == "update"] == [("update", outcome)]


@few(1)
@pytest.mark.parametrize(("stands", "outcome"), [(None, "came_true"), (10, "not_done"), (15, "differs")])
def test_a_removed_row(stands: int | None, outcome: str) -> None:
    d = SmallDistrict("categories")
    row_id = d.course.category("Labs", weight=10)

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["course_category"] = (
            [] if stands is None else [category(row_id + 7, d.course.id, "Labs", weight=number(stands))]
        )

    found = Case(d, mode="overwrite").shows(edit)
    assert [one for one in outcomes(found) if one[0] == "delete"] == [("delete", outcome)]


def renamed(weight: int = 10) -> tuple[Case, int, int]:
    """A teacher's own category of the course's name: it is renamed, and the course's is added beside it."""
    d = SmallDistrict("categories")
    upper = d.course.category("Quizzes", weight=20, parent=d.master.category("Quizzes", weight=20))
    own = d.section.category("Quizzes", weight=weight)
    return Case(d, to_sections=True), upper, own


def test_a_rename_that_was_not_made_nor_what_was_to_take_its_name() -> None:
    case, _, _ = renamed()
    found = case.shows()
    assert sorted(one for one in outcomes(found) if one[0] in ("insert", "rename")) == [
        ("insert", "not_done"),
        ("rename", "not_done"),
    ]


def test_equal_values_do_not_hide_that_a_rename_was_not_made() -> None:
    case, _, _ = renamed(weight=20)
    assert ("insert", "not_done") in outcomes(case.shows())


@few(1)
@pytest.mark.parametrize("weight", [10, 20])
def test_a_rename_that_was_made(weight: int) -> None:
    case, upper, own = renamed(weight)

    def edit(tables: dict[str, list[Row]]) -> None:
        row_of(tables, "section_category", own)["name"] = "Quizzes(1)"
        new = row_of(tables, "section_category", own) | {
            "row_id": own + 5,
            "name": "Quizzes",
            "parent_row_id": upper,
        }
        tables["section_category"].append(new | {"weight": number(20)})

    found = case.shows(edit)
    assert [one for one in outcomes(found) if one[0] in ("insert", "rename")] == [
        ("insert", "came_true"),
        ("rename", "came_true"),
    ]


def test_a_renamed_row_that_was_removed_instead_is_gone() -> None:
    case, upper, own = renamed()

    def edit(tables: dict[str, list[Row]]) -> None:
        row_of(tables, "section_category", own).update(weight=number(20), parent_row_id=upper)

    found = case.shows(edit)
    assert [one for one in outcomes(found, "now") if one[0] == "rename"] == [("rename", "gone", None)]
    assert ("insert", "came_true") in outcomes(found)


@slow
def test_what_takes_the_name_of_a_removed_row_does_not_bring_it_back() -> None:
    d = SmallDistrict("categories")
    linked = d.course.category("Labs", weight=20, parent=d.master.category("Quizzes", weight=20))
    own = d.course.category("Quizzes", weight=5)

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["course_category"] = [row for row in tables["course_category"] if row["row_id"] != own]
        row_of(tables, "course_category", linked)["name"] = "Quizzes"

    case = Case(d, mode="overwrite")
    assert sorted(outcomes(case.shows(edit)))[:2] == [("delete", "came_true"), ("skip", "came_true")]
    assert ("update", "came_true") in outcomes(case.shows(edit))


# -- links -------------------------------------------------------------------------------------------


def relinked() -> tuple[Case, int, int]:
    d = SmallDistrict("categories")
    upper = d.master.category("Quizzes", weight=20)
    row_id = d.course.category("Quizzes", weight=20, parent=GONE)
    d.course.category("Tests", parent=d.master.category("Tests"))
    return Case(d), upper, row_id


def test_a_relink_of_equal_values_is_told_by_its_link() -> None:
    case, upper, row_id = relinked()
    assert ("relink", "not_done") in outcomes(case.shows())
    found = case.shows(lambda tables: row_of(tables, "course_category", row_id).update(parent_row_id=upper))
    assert ("relink", "came_true") in outcomes(found)


def test_a_relink_of_equal_values_counts_as_made_where_the_extract_gives_no_links() -> None:
    case, _, _ = relinked()

    def edit(tables: dict[str, list[Row]]) -> None:
        for row in tables["course_category"]:
            row["parent_row_id"] = None

    found = case.shows(edit)
    assert "links_kept" in set(case.district.findings()["rule"])
    assert ("relink", "came_true") in outcomes(found)


# -- fields ------------------------------------------------------------------------------------------


def test_fields_of_a_course_and_a_section() -> None:
    d = SmallDistrict(*(f"course_info.{name}" for name in ("name", "state_code", "is_advisory", "custom.fee")))
    d.master["name"], d.master["state_code"], d.master["is_advisory"] = "Algebra", "A1", True
    d.course["name"], d.course["state_code"], d.course["is_advisory"] = "Maths", None, True
    d.master.custom_field("fee", "5")

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["course"][0]["name"] = "Algebra"
        tables["course"][0]["state_code"] = "B2"

    case = Case(d, to_sections=True, data=["course_info"])
    found = case.shows(edit)
    written = found.rows(verdict="update").select("field", "outcome", "now").rows()
    assert written == [
        ("custom.fee", "not_done", "null"),
        ("name", "came_true", '"Algebra"'),
        ("state_code", "differs", '"B2"'),
        ("is_advisory", "not_done", "null"),
    ]


# -- what is to stay ---------------------------------------------------------------------------------


@slow
def test_what_was_to_stay_and_did_not() -> None:
    d = SmallDistrict("categories")
    own = d.course.category("Labs", weight=10)
    case = Case(d)
    assert ("keep", "came_true") in outcomes(case.shows())
    found = case.shows(lambda tables: row_of(tables, "course_category", own).update(weight=number(11)))
    (kept,) = found.rows(verdict="keep").iter_rows(named=True)
    assert (kept["outcome"], kept["before"] != kept["now"]) == ("changed", True)
    found = case.shows(lambda tables: tables["course_category"].clear())
    assert found.rows(verdict="keep").select("outcome", "now").rows() == [("changed", None)]


def test_a_data_type_that_is_skipped_whole() -> None:
    d = SmallDistrict("categories")
    option = d.course.option(TERM, parent=d.master.option(TERM))
    case = Case(d)
    assert case.district.reconcile(case.plan).rows(reason="not_locked", outcome="not_checked").height == 6
    untouched = case.shows()
    assert set(untouched.rows(reason="not_locked")["outcome"]) == {"came_true"}
    found = case.shows(lambda tables: row_of(tables, "course_grade_calc", option).update(use_percent=True))
    assert found.rows(reason="not_locked", outcome="changed")["element"].to_list() == ["grade_calc_options"]


@slow
def test_courses_and_sections_that_are_gone() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=20)
    case = Case(d, to_sections=True)

    def edit(tables: dict[str, list[Row]]) -> None:
        tables["section"] = []

    assert [one for one in outcomes(case.shows(edit), "hop") if one[1] == "gone"] == [("insert", "gone", 2)]

    def edit_more(tables: dict[str, list[Row]]) -> None:
        for name in ("section", "course", "course_task"):
            tables[name] = []

    assert set(case.shows(edit_more).rows()["outcome"]) == {"gone"}


# -- what can be known -------------------------------------------------------------------------------


def test_a_table_that_the_extract_does_not_give_says_nothing() -> None:
    d = SmallDistrict("categories")
    d.section.category("Quizzes", weight=10)
    d.master.category("Quizzes", weight=20)
    case = Case(d, to_sections=True)
    given = tuple(name for name in case.tables if name not in ("section_category", "course_assessment"))
    found = case.shows(only=given)
    assert {one for one in outcomes(found, "hop") if one[2] == 2} == {
        ("insert", "not_checked", 2),
        ("rename", "not_checked", 2),
    }
    assert "The extracts since did not give section_category: nothing can be said" in found.summary
    assert ("insert", "not_done") in outcomes(found)


def test_scores_that_come_later_hide_nothing() -> None:
    d = SmallDistrict("categories")
    d.master.category("Quizzes", weight=20)
    d.section.assignment((TERM, 1), score=7)
    case = Case(d, data=["categories"])

    def edit(tables: dict[str, list[Row]]) -> None:
        new = category(5, d.course.id, "Quizzes", weight=number(20))
        tables["course_category"] += [new, category(6, d.course.id, "Theirs")]

    first = case.shows(edit)
    later = case.shows(lambda tables: tables["score"][0].update(points=None), only=("score",))
    assert later.rows().equals(first.rows())
    assert first.rows(outcome="unforeseen").height == 1
    assert case.district.reconcile(case.plan, since=2).rows(outcome="unforeseen").is_empty()
    assert case.district.reconcile(case.plan, since=1).rows().equals(first.rows())


def test_before_any_refresh_it_says_so() -> None:
    case = added()
    found = case.district.reconcile(case.plan)
    assert "No extract was loaded since" in found.summary
    assert ("insert", "not_done") in outcomes(found)


def test_what_was_not_foretold() -> None:
    d = SmallDistrict("categories", "course_info.name")
    equal = d.course.category("Quizzes", weight=20, parent=d.master.category("Quizzes", weight=20))
    case = Case(d, data=["categories", "course_info"])

    def edit(tables: dict[str, list[Row]]) -> None:
        row_of(tables, "course_category", equal)["weight"] = number(21)
        tables["course_category"].append(category(77, d.course.id, "Theirs"))
        tables["course_task"].pop()  # grading tasks are not what the plan is about
        tables["course"][0]["name"] = "Their name"
        tables["course"][0]["department"] = "Not locked"

    found = case.shows(edit)
    rows = found.rows(outcome="unforeseen")
    assert rows.select("element", "verdict", "key", "field").rows() == [
        ("course_info", None, None, "department"),
        ("course_info", "same", None, "name"),
        ("categories", "same", '{"name":"Quizzes"}', None),
        ("categories", None, '{"name":"Theirs"}', None),
    ]
    assert rows["before"].null_count() == 1
    assert '"weight":"21.0000"' in rows["now"][2]
    counts = found.counts()
    assert counts.filter(verdict="same", outcome="came_true").is_empty()
    assert counts.filter(outcome="unforeseen")["rows"].sum() == 4
    assert found.rows(element="grading_tasks")["outcome"].to_list() == ["changed"]


# -- the plan's three kinds, and refusals ------------------------------------------------------------


def test_a_saved_plan_and_a_push_are_read_alike(tmp_path: Path) -> None:
    case = added()
    path = case.plan.save(tmp_path / "plan")
    found = case.shows()
    for named in (path, str(path)):
        again = case.district.reconcile(named)
        assert again.rows().equals(found.rows())
        assert again.counts().equals(found.counts())
    assert "the plan saved in" in repr(again)
    with pytest.raises(RequestError, match="Nothing has been pushed"):
        case.district.reconcile(1)
    receipt = case.district.apply(case.plan)
    with pytest.raises(RequestError, match="no push 9"):
        case.district.reconcile(9)
    assert case.district.reconcile(receipt).rows(verdict="insert")["outcome"].to_list() == ["came_true"]
    case.shows()
    assert case.district.reconcile(receipt).rows(verdict="insert")["outcome"].to_list() == ["not_done"]


def test_a_plan_saved_long_ago_is_read_though_the_district_moved(tmp_path: Path) -> None:
    case = added()
    path = case.plan.save(tmp_path / "plan")
    case.shows(lambda tables: tables["master_category"].clear())
    with pytest.raises(StalePlanError):
        case.district.load_plan(path)
    assert case.district.reconcile(path).rows(verdict="insert")["outcome"].to_list() == ["not_done"]


def test_a_file_that_is_no_plan_of_this_district_is_refused(tmp_path: Path) -> None:
    case = added()
    path = case.plan.save(tmp_path / "plan")
    content = path.read_bytes()
    for name, damaged in (
        ("cut", content[:-9]),
        ("text", b"Hello"),
        ("edited", gzip.compress(gzip.decompress(content).replace(b"Quizzes", b"Puzzles"))),
    ):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(PlanError, match=r"not a plan saved by coursepush|was changed after it was saved"):
            case.district.reconcile(tmp_path / name)
    with pytest.raises(PlanError, match="nowhere"):
        case.district.reconcile(tmp_path / "nowhere")
    other = added()
    with other.district.store.writing() as session:
        session.run("another", "update push.district set district_id = 'another'")
    for plan in (path, case.plan):
        with pytest.raises(ForeignPlanError, match="another district"):
            other.district.reconcile(plan)


def test_an_unknown_refresh_or_filter_lists_the_valid_ones() -> None:
    case = added()
    found = case.shows()
    with pytest.raises(RequestError, match=r"no refresh 2.*Valid choices: 1"):
        case.district.reconcile(case.plan, since=2)
    with pytest.raises(RequestError, match=r"no outcome 'done'.*came_true, not_done"):
        found.rows(outcome="done")
    for named in (None, True, 1.0):
        with pytest.raises(RequestError, match=r"the path of a saved plan, or the number of a push"):
            case.district.reconcile(named)  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="no hop 3"):
        found.rows(hop=3)


# -- how it is told ----------------------------------------------------------------------------------


def test_the_summary_and_the_page(tmp_path: Path) -> None:
    d = SmallDistrict("categories")
    for name in ("<b>Labs</b>", "Quizzes", "Tests"):
        d.master.category(name, weight=20)
    d.course.category("Own", weight=5)
    case = Case(d, data=["categories"])
    found = case.shows(
        lambda tables: tables["course_category"].append(category(5, d.course.id, "Quizzes", weight=number(20)))
    )
    assert found.summary == (
        "1 of 3 changes came true; 2 were not made (all of them Categories on courses, to be added). "
        "Of 7 to be left alone, none changed."
    )
    assert repr(found).startswith(
        "<Reconciliation of Push All Course Masters, 2026-27, locked mode, to courses: 1 of"
    )
    html = found._repr_html_()
    assert "&lt;b&gt;Labs&lt;/b&gt;" in html
    assert "<b>Labs" not in html
    page = found.page()
    read = complete_in_itself(str(page))
    assert page == found.page()
    assert found.summary in read.text
    assert "Did the push do what the plan said?" in read.text
    assert "Lincoln High, MATH1, <b>Labs</b>: weight 20" in read.text
    assert found.page(tmp_path / "page.html").read_text("utf-8") == page
    shown = found.examples().filter(outcome="not_done")
    assert shown.select("what", "change", "stands").row(1) == ("Tests", "weight 20", None)
    assert found.rows(names=True, limit=1, verdict="insert")["school"].to_list() == ["Lincoln High"]
    assert found.rows(course="MATH1").height == found.rows().height
    with pytest.raises(RequestError, match="no course 'MATH9'"):
        found.rows(course="MATH9")


def test_examples_are_three_at_most_and_say_how_it_stands() -> None:
    d = SmallDistrict("categories")
    for name in ("A", "B", "C", "D", "E"):
        d.course.category(name, weight=10, parent=d.master.category(name, weight=20))

    def edit(tables: dict[str, list[Row]]) -> None:
        for row in tables["course_category"]:
            row["weight"] = number(15)

    found = Case(d).shows(edit)
    shown = found.examples().filter(outcome="differs")
    assert shown.select("what", "change", "stands").rows() == [
        (name, "weight 10 → 20", "weight 20 → 15") for name in ("A", "B", "C")
    ]


def test_reading_leaves_no_table_behind() -> None:
    case = added()

    def temporary() -> int:
        with case.district.store.reading() as session:
            return int(session.value("count", "select count(*) from duckdb_tables() where temporary"))

    case.shows()
    before = temporary()
    found = case.district.reconcile(case.plan)
    found.examples()
    del found
    with pytest.raises(RequestError):
        case.district.reconcile(case.plan, since=99)
    assert temporary() <= before


@slow
def test_links_and_undo_are_reconciled_too() -> None:
    d = SmallDistrict("categories")
    upper = d.master.category("Quizzes", weight=20)
    own = d.course.category("Quizzes", weight=10)
    d.course.category("Tests", parent=d.master.category("Tests"))
    case = Case(d)
    case.plan = case.district.plan_links("High School", year=2027, data=["categories"])
    assert ("relink", "not_done") in outcomes(case.shows())
    found = case.shows(lambda tables: row_of(tables, "course_category", own).update(parent_row_id=upper))
    assert ("relink", "came_true") in outcomes(found)
    receipt = case.district.apply(case.district.plan_master_push("High School", year=2027, data=["categories"]))
    undo = case.district.plan_undo(receipt.push_id)
    assert set(case.district.reconcile(undo).rows()["outcome"]) == {"not_done"}
    case.district.apply(undo)
    assert set(case.district.reconcile(undo).rows()["outcome"]) == {"came_true"}
