"""Two plans compared: against plain Python, by its laws, against the districts that applying both leaves."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import oracle_compare
import polars as pl
import pytest
from carried_out import frames
from engine import Tables, plan_of, store_of, tables_of
from laws import ABOVE, SETUP_TABLES, Request, all_verdicts, filled, key_of, on_random_districts, push_for
from query_plans import joins_of_all_with_all
from random_districts import make_district, make_request
from small_district import GONE, SmallDistrict

import coursepush as cp
from coursepush.apply.apply import apply_plan
from coursepush.district import District
from coursepush.errors import ForeignPlanError, RequestError
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS
from coursepush.model.verdicts import VERDICT_LABELS
from coursepush.plan.plan import Plan
from coursepush.reports.compare.page import DIFFERENCES
from coursepush.reports.compare.report import COMPARE_COLUMNS, INSTEAD
from coursepush.reports.report import Report
from coursepush.store import Store

Row = dict[str, Any]
MIRRORED = {"only_first": "only_second", "only_second": "only_first", "differs": "differs"}


def two_requests(seed: int, tables: Tables) -> list[tuple[str, Request]]:
    """Two pushes of one district: now and then the same one in another mode, else any two."""
    kind, request = push_for(seed, tables)
    if kind == "master" and seed % 3 and request.get("release", "current") == "current":
        other = {**request, "mode": "locked" if request.get("mode") == "overwrite" else "overwrite"}
        if seed % 3 == 2:
            request, other = ({**one, "to_sections": True} for one in (request, other))
        return [(kind, request), (kind, other)]
    return [(kind, request), push_for(seed + 17, tables)]


def verdicts_of(store: Store, plan: Plan) -> list[Row]:
    """Every verdict in the columns of `plan.rows()`; of what is `same` only what tells it apart."""
    rows = plan.rows().to_dicts()
    blank = dict.fromkeys(("key", "before", "after", "parent_row_id"))
    for row in all_verdicts(store, plan):
        if row["verdict"] == "same":
            rows.append({**blank, **row, "section_id": row["owner_id"] if row["hop"] == 2 else None})
    return rows


Line = tuple[Any, ...]
"""Data type, hop, owner, id of the row that is there, name of a category, field; the difference; each plan's
verdict and reason, as the report has them."""


def expected_line(place: oracle_compare.Place, told: tuple[str, Row | None, Row | None]) -> Line:
    element, hop, owner, kind, what = place
    written = next(row for row in told[1:] if row is not None and oracle_compare.is_written(row))
    named = written["key"] if kind == "key" else written["before"]
    name = json.loads(named)["name"] if element == "categories" else None
    labels = {str(verdict): label for verdict, label in VERDICT_LABELS.items()}
    sides = [(row and labels[row["verdict"]], row and row["reason"]) for row in told[1:]]
    row_id, field = (what if kind == one else None for one in ("row", "field"))
    return (ELEMENT_LABELS[element], hop, owner, row_id, name, field, told[0], *sides)


def listed_line(row: Row) -> Line:
    hop, owner = (1, row["course_id"]) if row["level"] == "course" else (2, row["section_id"])
    name = row["what"] if row["element"] == "Categories" else None
    sides = [(row[f"{side}_verdict"], row[f"{side}_reason"]) for side in ("first", "second")]
    return (row["element"], hop, owner, row["row_id"], name, row["field"], row["difference"], *sides)


def check_pair(store: Store, first: Plan, second: Plan, report: Report) -> Counter[str]:
    """The report beside the oracle; returns how often each difference came up."""
    expected = oracle_compare.compare(verdicts_of(store, first), verdicts_of(store, second))
    counts = oracle_compare.counts(expected)
    assert int(report.facts["same"]["rows"].sum()) == counts["same"]
    wanted = Counter(expected_line(place, told) for place, told in expected.items() if told[0] != "same")
    assert Counter(map(listed_line, report.frame.to_dicts())) == wanted
    return counts


seen: Counter[str] = Counter()


@on_random_districts(times=5)
def test_the_report_says_what_plain_python_says(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    with filled(tables) as store:
        first, second = (plan_of(store, *one) for one in two_requests(seed, tables))
        district = District(store)
        report = district.reports.compare(first, second)
        assert report.columns == list(COMPARE_COLUMNS)
        seen.update(check_pair(store, first, second, report))
        seen["districts"] += 1


def test_each_difference_came_up() -> None:
    if seen["districts"]:
        assert all(seen[one] > 20 for one in (*DIFFERENCES, "same")), seen


# -- laws ------------------------------------------------------------------------------------------------------


@on_random_districts(times=1)
def test_a_plan_is_like_itself_and_two_are_each_others_mirror(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    with filled(tables) as store:
        district = District(store)
        first, second = (plan_of(store, *one) for one in two_requests(seed, tables))
        itself = district.reports.compare(first, plan_of(store, *two_requests(seed, tables)[0]))
        assert itself.frame.is_empty()
        assert int(itself.facts["same"]["rows"].sum()) == first.writes
        one, other = district.reports.compare(first, second), district.reports.compare(second, first)
        turned = {
            name: f"{'second' if name.startswith('first') else 'first'}_{name.partition('_')[2]}"
            for name in COMPARE_COLUMNS
            if name.startswith(("first_", "second_"))
        }
        mirror = other.frame.rename(turned).with_columns(pl.col("difference").replace(MIRRORED))
        assert one.frame.equals(mirror.select(COMPARE_COLUMNS))
        assert one.facts["same"].equals(other.facts["same"])
        kinds = Counter(one["difference"])
        same = int(one.facts["same"]["rows"].sum())
        assert first.writes == same + kinds["differs"] + kinds["only_first"]
        assert second.writes == same + kinds["differs"] + kinds["only_second"]


def standing(tables: Tables, original: Tables) -> dict[tuple[Any, ...], Any]:
    """What stands at each place: (table, owner, id or key of a new row, or field) -> values and link.

    Ids of new rows differ from one push to the other, so that a link to one is told by its owner and key.
    """
    found: dict[tuple[Any, ...], Any] = {}
    there = {name: {row["row_id"] for row in original[name]} for name in SETUP_TABLES}
    new = {name: {row["row_id"]: row for row in tables[name] if row["row_id"] not in there[name]}
           for name in SETUP_TABLES}  # fmt: skip
    for name in SETUP_TABLES:
        level, _, family = name.partition("_")
        upper = new.get(f"{ABOVE.get(level)}_{family}", {})
        for row in tables[name]:
            values = {column: value for column, value in row.items() if column != "row_id"}
            above = upper.get(row.get("parent_row_id"))
            if above is not None:
                values["parent_row_id"] = (above["owner_id"], key_of(name, above))
            is_new = row["row_id"] in new[name]
            place = ("key", key_of(name, row)) if is_new else ("row", row["row_id"])
            found[name, row["owner_id"], *place] = values
    for row in tables["course"]:
        for field, value in row.items():
            found["course", row["course_id"], "field", field] = value
    for row in tables["custom_field"]:
        if row["level"] == "course":
            found["course", row["owner_id"], "field", f"custom.{row['field']}"] = row["value"]
    for row in tables["section"]:
        found["section", row["section_id"], "field", "is_advisory"] = row["is_advisory"]
    return found


def listed_place(row: Row) -> tuple[Any, ...]:
    owner = row["course_id"] if row["level"] == "course" else row["section_id"]
    if row["field"] is not None:
        return (row["level"], owner, "field", row["field"])
    element = next(one for one in SETUP_ELEMENTS if ELEMENT_LABELS[one.name] == row["element"])
    is_new = row["row_id"] is None
    return (element.table(row["level"]), owner, "key" if is_new else "row", None if is_new else row["row_id"])


@on_random_districts(times=2, few=1)
def test_the_districts_that_both_leave_differ_exactly_where_it_says(seed: int, size: int) -> None:
    tables = make_district(seed, size)
    after: list[dict[tuple[Any, ...], Any]] = []
    for request in two_requests(seed, tables):
        with filled(tables) as copy:
            apply_plan(copy, plan_of(copy, *request))
            after.append(standing(tables_of(copy), tables))
    with filled(tables) as store:
        first, second = (plan_of(store, *one) for one in two_requests(seed, tables))
        report = District(store).reports.compare(first, second)
    one, other = after
    differing = [place for place in one | other if one.get(place) != other.get(place)]
    said = Counter(map(listed_place, report.frame.to_dicts()))
    assert said == Counter((*place[:3], None if place[2] == "key" else place[3]) for place in differing)


# -- named cases -------------------------------------------------------------------------------------------------


def small_pair() -> SmallDistrict:
    """A teacher's own Quizzes in the section, and one that the course master has and the course has not."""
    d = SmallDistrict("categories", "grading_tasks")
    upper = d.course.category("Quizzes", parent=d.master.category("Quizzes", weight=20), weight=20)
    assert upper
    d.section.category("Quizzes", weight=5)
    d.section.category("My own")
    return d


def planned(district: District, **chosen: Any) -> Plan:
    return district.plan_master_push("High School", year=2027, **{"to_sections": True, **chosen})


def told(report: Report) -> list[tuple[Any, ...]]:
    columns = ("difference", "level", "what", "first_verdict", "first_change", "second_verdict", "second_change")
    return report.frame.select(columns).rows()


def test_beside_the_teachers_own_or_in_its_place() -> None:
    """One plan adds the category and renames the teacher's, the other takes the teacher's over: two rows."""
    district = District(small_pair().store())
    report = district.reports.compare(planned(district), planned(district, mode="overwrite"))
    kept = ("only_second", "section", "My own", "Kept as it is", None, "Removed", "weight 0")
    added = ("only_first", "section", "Quizzes", "Added", "weight 20", None, None)
    taken = (
        "differs",
        "section",
        "Quizzes",
        "Renamed",
        "name Quizzes → Quizzes(1)",
        "Taken over and relinked",
        "weight 5 → 20",
    )
    assert told(report) == [kept, added, taken]
    assert report.select("first_fate", "second_fate").rows() == [
        ("Stays", "Disappears"),
        ("Added", None),
        ("Renamed", "Gets other values"),
    ]
    assert report["second_why"].to_list() == [None, INSTEAD["row_there"], None]
    assert report["first_why"].to_list()[0] == "The teacher set this up in the section."
    assert report.answer == (
        "The second plan would write 1 row that the first does not; the first plan would write 1 row that the "
        "second does not. 1 row would be written by both, with a different outcome. Nothing would come out the "
        "same."
    )
    assert report.facts["asked"] == [
        ("Push mode", "Push locked data", "Overwrite existing course and section level data")
    ]


def test_the_same_values_under_another_row_above_are_not_the_same() -> None:
    """The course master's row was replaced between the two plans; the course's row hangs on neither yet."""
    d = SmallDistrict("categories")
    upper = d.master.category("Quizzes", weight=20)
    d.course.category("Quizzes", parent=GONE, weight=20)
    district = District(d.store())
    first = planned(district)
    with district.store.writing() as session:
        session.run("replaced", f"update master_category set row_id = {GONE + 1} where row_id = {upper}")
    second = planned(district)
    assert first.rows(hop=1)["after"].to_list() == second.rows(hop=1)["after"].to_list()
    report = district.reports.compare(first, second, level="course")
    assert told(report) == [("differs", "course", "Quizzes", *("Taken over and relinked", None) * 2)]
    assert set(report["first_why"]) == set(report["second_why"]) == {INSTEAD["other_link"]}
    assert district.reports.compare(first, first).frame.is_empty()


def test_with_and_without_a_data_type_and_the_sections() -> None:
    d = small_pair()
    d.master["name"] = "Algebra"
    district = District(d.store())
    d.master.category("Labs")
    every, without = planned(district), planned(district, data=["grading_tasks"])
    report = district.reports.compare(every, without)
    assert set(report["difference"]) == {"only_first"}
    assert set(report["second_reason"]) == {"not_selected"}
    assert [what for what, *_ in report.facts["asked"]] == ["Data to be pushed"]
    courses_alone = district.reports.compare(planned(district, to_sections=False), every)
    assert set(courses_alone["first_why"]) == {"This plan does not push to sections."}
    assert courses_alone["first_verdict"].null_count() == courses_alone.height > 0


def test_a_master_push_with_a_course_push_and_with_an_undo() -> None:
    d = small_pair()
    d.master.category("Labs", weight=10)
    district = District(d.store())
    push = planned(district)
    below = district.plan_course_push("Lincoln High 26-27")
    report = district.reports.compare(push, below)
    on_courses = report.filter(level="course")
    assert on_courses["second_why"].to_list() == ["This plan pushes to sections only, not to courses."]
    assert report.filter(level="section", what="Labs")["second_why"].to_list() == ["Nothing is pushed here."]
    assert int(report.facts["same"]["rows"].sum()) == 2  # Quizzes is added, the teacher's renamed
    receipt = district.apply(push)
    undo = district.plan_undo(receipt.push_id)
    undone = district.reports.compare(undo, planned(district))
    assert set(undone["difference"]) == {"only_first"}
    assert set(undone["first_verdict"]) == {"Taken away again", "Named as before"}
    assert set(undone["second_verdict"]) == {"Already the same", "Kept as it is"}
    assert not undone.notes


def test_plans_of_other_data_say_so() -> None:
    tables = make_district(4)
    kind, request = make_request(4, tables)
    district = District(store_of(tables))
    first, again = (plan_of(district.store, kind, request) for _ in range(2))
    assert not district.reports.compare(first, again).notes
    district.apply(again)
    later = plan_of(district.store, kind, request)
    report = district.reports.compare(first, later)
    stale = "What the {} plan would write has changed since it was made. Plan it again to compare both as things "
    assert report.notes == [f"{stale.format('first')}stand now."]
    assert not district.reports.compare(later, plan_of(district.store, kind, request)).notes
    assert set(report["difference"]) == {"only_first"}
    district.refresh(frames(tables))
    refreshed = plan_of(district.store, kind, request)
    notes = district.reports.compare(later, refreshed).notes
    assert notes[0].startswith("The first plan was made before any refresh, the second after refresh 1:")
    assert notes[0] in str(district.reports.compare(later, refreshed).page())


def test_filters_keep_their_rows_and_their_counts(district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        chosen: dict[str, Any] = {"year": 2026, "to_sections": True}
        first = district.plan_master_push("High School", **chosen)
        second = district.plan_master_push("High School", mode="overwrite", **chosen)
        whole = district.reports.compare(first, second)
        part = district.reports.compare(first, second, element="categories", level="section")
        assert part.frame.equals(whole.filter(element="Categories", level="section"))
        same = whole.facts["same"]
        assert part.facts["same"].equals(same.filter(element="categories", level="section"))
        assert ("Level", "Sections") in part.asked
        with pytest.raises(RequestError, match="no data type 'homework'"):
            district.reports.compare(first, second, element="homework")


def test_what_cannot_be_compared_is_refused() -> None:
    district = District(small_pair().store())
    plan = planned(district)
    other = District(small_pair().store())
    with pytest.raises(ForeignPlanError, match="The second plan was made from another district"):
        district.reports.compare(plan, planned(other))
    with pytest.raises(RequestError, match="The first of the two to be compared is no plan but 1"):
        district.reports.compare(1, plan)  # type: ignore[arg-type]


def test_the_page_and_the_files_have_every_row(tmp_path: Path) -> None:
    district = District(small_pair().store())
    report = district.reports.compare(planned(district), planned(district, mode="overwrite"))
    page = str(report.page())
    assert "What was asked differently" in page
    for text in ("Push locked data", "Overwrite existing course and section level data", "Second only"):
        assert text in page
    assert report.save(tmp_path / "two.xlsx").exists()
    assert pl.read_parquet(report.save(tmp_path / "two.parquet")).equals(report.frame)
    alike = district.reports.compare(planned(district), planned(district))
    assert alike.answer == "The two plans would write the same: 2 rows, and no difference."
    assert "<svg" in report.picture
    assert "Categories, sections\u2069: 1 first only, 1 second only, 1 both, differently." in report.picture
    assert not alike.picture
    assert "Release" not in page
    assert "Nothing: both plans were asked for in the same words." in str(alike.page())


def test_no_step_compares_all_rows_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of the steps of a push: see test_joins.py."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    district = District(store_of(make_district(4, 4)))
    kind, request = make_request(4, make_district(4, 4))
    first = plan_of(district.store, kind, request)
    district.apply(plan_of(district.store, kind, request))
    second = plan_of(district.store, kind, request)

    def explained(name: str, sql: str) -> None:
        seen[name] += 1
        is_made = re.match(r"\s*(--[^\n]*\n\s*)*create temp table compare", sql) and "$" not in sql
        if is_made and joins_of_all_with_all(district.store, sql):
            found.append(name)

    monkeypatch.setattr(district.store, "on_statement", explained)
    district.reports.compare(first, second)
    assert seen["compare/write"] == seen["compare/unwritten"] == seen["moved since"] == 2
    assert not found
