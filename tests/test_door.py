"""The seams of planning: every kind of request through one door, and the tables that a plan keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from district_files import worn_district
from small_district import SmallDistrict

import coursepush as cp
from coursepush.model.elements import ELEMENTS_BY_NAME
from coursepush.plan.door import plan_again
from coursepush.plan.links.rules import LINK_RULES
from coursepush.plan.plan import Plan
from coursepush.plan.requests.registry import KINDS, call_of, is_still_asked, kind_of
from coursepush.plan.rules import RULES, Rule

HIGH = "High School"


@pytest.fixture(scope="module")
def plans() -> Iterator[dict[str, Plan]]:
    """One of each kind, on one district; more of a push of course masters than is usual."""
    with cp.District(worn_district().store()) as district:
        district.apply(district.plan_master_push(HIGH, year=2027, mode="overwrite", data=["grade_calc_options"]))
        yield {
            "master_push": district.plan_master_push(
                HIGH, year=2027, to_sections=True, masters=["MATH1"], blanks="keep", assume_unused=True
            ),
            "course_push": district.plan_course_push(
                "Lincoln High 26-27", data=["categories", "advisory"], overwrite_categories=True
            ),
            "links": district.plan_links(HIGH, year=2027, data=["categories"]),
            "setup": _setup(district),
            "undo": district.plan_undo(1, partial=True),
        }


def _setup(district: cp.District) -> Plan:
    with district.what_if() as w:
        w.category("Tests", weight=45, catalog=HIGH).ignore("MATH1").lock(HIGH, "categories")
        return w.plan_setup(then=w.plan_master_push(HIGH, year=2027, data=["categories"]))


def test_every_kind_is_planned(plans: dict[str, Plan]) -> None:
    assert plans.keys() == KINDS.keys()
    for name, plan in plans.items():
        kind = kind_of(plan.request)
        assert (kind.name, kind.request) == (name, type(plan.request))
        assert plan.counts()["rows"].sum() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_written_as_code_is_the_same_request(kind: str, plans: dict[str, Plan]) -> None:
    plan = plans[kind]
    method, args, given = call_of(plan.request)
    again = getattr(cp.District(plan.store), method)(*args, **given)
    assert again.request == plan.request
    assert (again.digest, again.state) == (plan.digest, plan.state)


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_planned_again(kind: str, plans: dict[str, Plan]) -> None:
    plan = plans[kind]
    with plan.store.reading() as session:
        again = plan_again(plan.store, session, plan.request)
        assert is_still_asked(session, plan.request)
    assert (again.digest, again.state, again.title) == (plan.digest, plan.state, plan.title)
    assert again.id != plan.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_keeps_the_tables_that_are_told_with_the_columns_that_are_told(
    kind: str, plans: dict[str, Plan]
) -> None:
    plan = plans[kind]
    told = plan.tables.columns()
    with plan.store.reading() as session:
        found = session.rows(
            "columns",
            "select table_name, column_name, lower(data_type) from duckdb_columns() "
            "where database_name = 'temp' order by table_name, column_index",
        )
    tables: dict[str, dict[str, str]] = {}
    for table, column, type_name in found:
        if table.startswith(plan.tables.prefix) and table != plan.tables.row_text:
            tables.setdefault(table, {})[column] = type_name
    assert tables.keys() == told.keys(), "nothing of what was made on the way is left"
    for table, columns in told.items():
        more = {"differs": "boolean"} if kind == "links" and "rule_no" in columns else {}
        assert tables[table] == {name: type_name.lower() for name, type_name in {**columns, **more}.items()}, table


@pytest.mark.parametrize("kind", ["master_push", "course_push", "links"])
def test_the_rule_that_decided_is_kept(kind: str, plans: dict[str, Plan]) -> None:
    """Its number gives the verdict and the reason, but where a category makes way or is added beside another."""
    plan, rules = plans[kind], LINK_RULES if kind == "links" else RULES
    seen: set[int] = set()
    with plan.store.reading() as session:
        for hop, element, table in plan.tables.judged():
            for number, verdict, reason, row_id in session.rows(
                "rules", f"select distinct rule_no, verdict, reason, row_id from {table} order by all"
            ):
                assert number is not None, (hop, element.name)
                rule = rules[number]
                seen.add(number)
                assert rule.hop in (None, hop)
                assert _gives(rule, verdict, reason, is_there=row_id is not None), (rule.text, verdict, reason)
    assert len(seen) > 1


def _gives(rule: Rule, verdict: str, reason: str | None, *, is_there: bool) -> bool:
    if rule.inserts_beside and not is_there:
        return (verdict, reason) == ("insert", None)
    return verdict in (rule.verdict, "rename") and (rule.reason == reason or rule.pairing == "unpushable")


def test_what_an_undo_judges_goes_by_no_rule_of_the_table(plans: dict[str, Plan]) -> None:
    tables = plans["undo"].tables
    options = tables.verdicts(1, ELEMENTS_BY_NAME["grade_calc_options"])
    with plans["undo"].store.reading() as session:
        [counts] = session.rows("rules", f"select count(*), count(rule_no) from {options}")
    assert counts[0] > 0
    assert counts[1] == 0


def test_only_what_is_in_use_meets_and_only_what_is_not_the_same_is_judged() -> None:
    equal, more = (SmallDistrict("categories", "grade_calc_options") for _ in range(2))
    for d in (equal, more):
        d.course.category("Quizzes", parent=d.master.category("Quizzes"))
    more.master.category("Tests")
    assert _looked(equal) == (["met.1.categories"], {"same": 1}), (
        "nothing else has a row, and this pair is the same"
    )
    assert _looked(more) == (["met.1.categories", "judged.1"], {"insert": 1, "same": 1})


def _looked(d: SmallDistrict) -> tuple[list[str], dict[str, int]]:
    """The steps in which rows meet and are judged, and how many rows have which verdict."""
    names: list[str] = []
    with cp.District(d.store()) as district:
        district._store.on_statement = lambda name, sql: names.append(name)
        counts = district.plan_master_push(HIGH, year=2027).counts().filter(element="categories")
    looked = [name for name in names if name.startswith(("met", "judged"))]
    return looked, dict(counts.select("verdict", "rows").rows())
