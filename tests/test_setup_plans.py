"""A scenario that becomes real, and the year's other steps, in small named cases (RULES.md 13, SCENARIO.md 10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import coursepush as cp
from coursepush.district.what_if import WhatIf
from coursepush.errors import ApprovalNeededError, PlanError, RequestError, ScenarioError, StalePlanError
from coursepush.model.tables import TABLES
from coursepush.plan.plan import Plan
from coursepush.scenario.edits import edit
from coursepush.scenario.text import text_of

MASTER: dict[str, Any] = {"catalog": "High School", "masters": "04101-1"}
COURSE, CALENDAR = "04101-1", "Riverbend High 26-27"


@pytest.fixture(scope="module")
def district() -> Iterator[cp.District]:
    with cp.simulate_district("small", seed=7) as one:
        yield one


@pytest.fixture
def w(district: cp.District) -> Iterator[WhatIf]:
    with district.what_if("tried") as one:
        yield one


@pytest.fixture
def own() -> Iterator[cp.District]:
    """A district that a test may write to."""
    with cp.simulate_district("small", seed=7) as one:
        yield one


def everything(district: cp.District) -> dict[str, pl.DataFrame]:
    return {name: district.sql(f"select * from {name} order by all") for name in TABLES}


def differing(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    return [name for name in one if not one[name].equals(other[name])]


def heavier(w: WhatIf) -> WhatIf:
    return w.category("Tests", weight=45, **MASTER)


def push_of(w: cp.District) -> Plan:
    return w.plan_master_push("High School", year=2027, courses=COURSE, data="categories")


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("update section set number = '1'", "It changes section"),
        ("update master_category set weight = 1 where owner_id in (select student_id from score)", "to score"),
        ("update course set ignore_master_push = exists (from enrollment)", "to enrollment"),
        ("insert into catalog_lock with x as (insert into course from course) select 1, 'a'", "nothing else"),
        ("delete from course_category -- all of them", "without comments"),
    ],
)
def test_sql_that_reaches_beyond_setup_is_never_part_of_a_plan(
    district: cp.District, text: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=f"Edit 2 .*{said}"):
        district.plan_setup([edit("ignore", {"courses": COURSE}), edit("sql", {"text": text})])


def test_students_work_is_never_part_of_a_plan(district: cp.District) -> None:
    edits = [edit("realign", {"sections": 23, "category": "Bellwork", "to": "Tests"})]
    with pytest.raises(ScenarioError, match=r"Edit 1 \(realign.*is of students' work"):
        district.plan_setup(edits)
    with pytest.raises(ScenarioError, match="There is no edit"):
        district.plan_setup(text_of("", []))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("update master_category set weight = null", "no weight"),
        ("update master_category set name = 'Tests'", "the same owner_id, name twice"),
        ("update course set master_id = 987654", "a master_id that there is not"),
        ("update master_category set drop_lowest = -1 where name = 'Tests'", "drop_lowest beyond 0 to 9999"),
        ("delete from catalog where name = 'High School'", "on what is gone"),
        ("update course_category set owner_id = (select min(course_id) from course)", "another owner"),
    ],
)
def test_sql_that_leaves_no_district_is_refused(district: cp.District, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        district.plan_setup([edit("sql", {"text": text})])


def test_an_edit_that_is_refused_is_named_and_leaves_nothing_behind(district: cp.District, w: WhatIf) -> None:
    before = everything(district)
    with pytest.raises(ScenarioError, match=r"Edit 2 \(set categories.*cannot be made: Categories: the lock"):
        district.plan_setup(
            [
                edit("lock", {"catalog": "High School", "locks": ["categories"]}),
                edit("set", {"element": "categories", "name": "Tests", "weight": 3, "courses": COURSE}),
            ]
        )
    assert differing(before, everything(district)) == []
    with district.store.reading() as session:
        left = session.rows(
            "left",
            "select table_name from duckdb_tables() where database_name = 'temp' and table_name like '%lock'",
        )
    assert left == []


def test_what_follows_is_planned_in_the_same_scenario(district: cp.District, w: WhatIf) -> None:
    push = push_of(heavier(w))
    w.ignore("03101-1")
    with pytest.raises(ScenarioError, match="Plan it again in this scenario"):
        w.plan_setup(then=push)
    with pytest.raises(ScenarioError, match="Plan it again in this scenario"):
        w.plan_setup(then=push_of(district))
    with pytest.raises(RequestError, match="a push or a plan of links"):
        district.plan_setup(w.text, then=district.plan_setup(w.text))


def test_an_edit_that_was_missed_is_not_planned(district: cp.District, tmp_path: Path) -> None:
    text = text_of("", [edit("ignore", {"courses": "no such course"})])
    (tmp_path / "missed.toml").write_text(text)
    with district.what_if(edits=tmp_path / "missed.toml") as w, pytest.raises(ScenarioError, match="was not made"):
        w.plan_setup()


# -- what it says ----------------------------------------------------------------------------------------------


def test_setup_comes_first_in_rows_pages_and_change_files(
    district: cp.District, w: WhatIf, tmp_path: Path
) -> None:
    heavier(w).lock("High School", "course_info.gpa_weight").ignore("03101-1", calendar=CALENDAR)
    plan = w.plan_setup(then=push_of(w))
    assert plan.rows()["hop"].to_list() == sorted(plan.rows()["hop"])
    assert plan.fates()["rows"].sum() == plan.rows().height
    told = district.reports.push_result(plan).frame.filter(level="setup")
    assert told.select("course_number", "what", "change").row(-1) == (COURSE, "Tests", "weight 40 → 45")
    written = district.export_changes(plan, tmp_path / "changes")
    files = [Path(one).name for one in written["file"]]
    assert files[0] == "Catalogs and course masters.csv"
    school = pl.read_csv(tmp_path / "changes" / files[1])
    assert school["On"].to_list() == ["Setup", "Course"]


def test_edits_that_cancel_out_are_no_rows(district: cp.District, w: WhatIf) -> None:
    w.unlock("High School", "categories").lock("High School", "categories")
    plan = w.plan_setup()
    assert plan.rows().is_empty()
    assert plan.writes == 0


def test_the_same_edits_have_the_same_digest_whatever_the_scenario_is_called(
    district: cp.District, tmp_path: Path
) -> None:
    with district.what_if("one") as one, district.what_if("two") as two:
        digests = {heavier(each).plan_setup().digest for each in (one, two)}
        digests.add(district.plan_setup(one.save(tmp_path / "one.toml")).digest)
        digests.add(district.plan_setup(two.text).digest)
    assert len(digests) == 1


def test_the_forecast_of_the_plan_is_that_of_the_scenario(district: cp.District, w: WhatIf) -> None:
    w.category("Tests", weight=95, catalog="High School")
    push = w.plan_master_push("High School", year=2026)
    both = w.plan_setup(then=push)
    assert both.forecast().counts().equals(push.forecast().counts())
    assert both.forecast().counts()["moves"].item() > 0


# -- applying, and going back ----------------------------------------------------------------------------------


def test_it_is_approved_applied_and_taken_back_like_any_other(own: cp.District, tmp_path: Path) -> None:
    before = everything(own)
    own.set_policy(approvals={"every_plan": 1}, by="Director")
    with own.what_if() as w:
        plan = heavier(w).plan_setup(then=push_of(w))
    saved = cp.read_plan(plan.save(tmp_path / "setup.cpush", by="Ana Analyst"))
    assert saved.digest == plan.digest
    assert saved.counts().equals(plan.counts())
    with pytest.raises(ApprovalNeededError):
        own.apply(plan)
    assert differing(before, everything(own)) == []
    own.approve(plan, cp.approve(tmp_path / "setup.cpush", by="Dana Director"))
    assert own.load_plan(tmp_path / "setup.cpush").approvals.missing == 1, "who made it does not count"
    own.set_policy(approvals={"every_plan": 0}, by="Director")
    receipt = own.apply(own.load_plan(tmp_path / "setup.cpush"))
    assert receipt.kind == "setup"
    assert receipt.rows == plan.writes
    assert differing(before, everything(own)) == ["master_category", "course_category"]
    own.apply(own.plan_undo(receipt.push_id))
    assert differing(before, everything(own)) == []


def test_a_district_that_moved_is_refused(own: cp.District) -> None:
    with own.what_if() as w:
        plan = heavier(w).plan_setup()
        other = own.plan_setup([edit("set", {"element": "categories", "name": "Tests", "weight": 44, **MASTER})])
    gone = own.plan_setup([edit("set", {"element": "categories", "name": "Tests", "rename": "Exams", **MASTER})])
    own.apply(other)
    with pytest.raises(StalePlanError, match="1 of its verdicts no longer hold and 1 are new"):
        own.apply(plan)
    own.apply(own.plan_setup([edit("set", {"element": "categories", "name": "Exams", **MASTER})]))
    with pytest.raises(StalePlanError, match=r"moved since this plan was made. Edit 1 .*already has a category"):
        own.apply(gone)


def test_it_is_taken_back_though_an_extract_gives_course_masters_rows_other_ids(
    own: cp.District, tmp_path: Path
) -> None:
    values = "select owner_id, name, weight from master_category order by all"
    before = own.sql(values)
    with own.what_if() as w:
        heavier(w).category("Labs", weight=5, **MASTER)
        plan = w.plan_setup(then=push_of(w))
    receipt = own.apply(plan)
    own.export(tmp_path / "as it is")
    (tmp_path / "renumbered").mkdir()
    for file in (tmp_path / "as it is").glob("*.csv"):
        frame = pl.read_csv(file, infer_schema=False)
        column = {"master_category": "row_id", "course_category": "parent_row_id"}.get(file.stem)
        if column is not None:
            frame = frame.with_columns((pl.col(column).cast(pl.Int64) + 5000).cast(pl.String))
        frame.write_csv(tmp_path / "renumbered" / file.name)
    own.refresh(tmp_path / "renumbered")
    assert set(own.reconcile(plan).rows()["hop"]) == {1}
    undo = own.plan_undo(receipt.push_id)
    assert not undo.left_alone
    own.apply(undo)
    assert own.sql(values).equals(before)


def test_what_something_newer_rests_on_stays(own: cp.District) -> None:
    added = own.apply(
        own.plan_setup([edit("set", {"element": "categories", "name": "Labs", "weight": 5, **MASTER})])
    )
    rolled = own.apply(own.plan_roll(CALENDAR))
    own.apply(push_of(own))
    section = own.sql("select max(section_id) from section").item()
    with own.store.writing() as session:
        session.run("enroll", f"insert into district.main.enrollment values ({section}, 1)")
    undo = own.plan_undo(added.push_id)
    assert undo.rows(verdict="keep")["reason"].to_list() == ["changed_since"]
    undo = own.plan_undo(rolled.push_id)
    kept = undo.rows(verdict="keep").select("element", "reason").rows()
    assert {one for one in kept if one[0] in ("sections", "courses", "calendars")} == {
        ("sections", "used_since"),
        ("courses", "changed_since"),
        ("calendars", "changed_since"),
    }
    setup = own.sql("select * from section_category where owner_id = $section order by all", {"section": section})
    with pytest.raises(PlanError, match="cannot be taken back whole"):
        own.apply(undo)
    own.apply(own.plan_undo(rolled.push_id, partial=True))
    assert own.calendars(year=2028).select("courses", "sections").rows() == [(1, 1)]
    left = own.sql("select * from section_category where owner_id = $section order by all", {"section": section})
    assert left.equals(setup)


# -- the year's other steps ------------------------------------------------------------------------------------


def test_next_year_from_scratch_is_rehearsed_end_to_end(own: cp.District) -> None:
    before = everything(own)
    with own.what_if("next year from scratch") as w:
        w.roll(CALENDAR)
        push = w.plan_master_push("High School", year=2028, mode="overwrite", to_sections=True)
        kept = w.plan_master_push("High School", year=2028, to_sections=True)
        assert cp.compare({"from scratch": push, "as it is": kept}).frame.height == 2
        assert push.forecast().counts()["looked_at"].item() == 0, "nobody has worked there"
        plan = w.plan_setup(then=push)
        assert plan.rows().remove(hop=0).equals(push.rows())
    named = plan.rows(names=True, hop=1)
    assert named["calendar"].unique().to_list() == ["Riverbend High 27-28"]
    receipt = own.apply(plan)
    assert own.calendars(year=2028)["sections"].sum() > 0
    again = own.plan_master_push("High School", year=2028, mode="overwrite", to_sections=True)
    assert again.writes == 0, "the same push again writes nothing"
    work = ("enrollment", "assignment", "assignment_task", "score", "posted_grade")
    assert not set(work) & set(differing(before, everything(own)))
    assert own.sql(
        "select count(*) from course_assessment as a join course as c on c.course_id = a.owner_id "
        "join calendar as k on k.calendar_id = c.calendar_id where k.end_year = 2028 and not a.copies_forward"
    ).item() == 0  # fmt: skip
    own.apply(own.plan_undo(receipt.push_id))
    assert differing(before, everything(own)) == []


def test_a_calendar_is_rolled_to_a_later_year_under_a_new_name(district: cp.District) -> None:
    with pytest.raises(ScenarioError, match="to a later year, not to 2026-27"):
        district.plan_roll(CALENDAR, year=2027)
    with pytest.raises(ScenarioError, match="There is a calendar 'Riverbend High 26-27' already"):
        district.plan_roll(CALENDAR, name=CALENDAR)
    with pytest.raises(ScenarioError, match="There is no calendar 'Nowhere'"):
        district.plan_roll("Nowhere")


def test_a_copy_takes_along_what_its_rows_name(district: cp.District) -> None:
    plan = district.plan_copy_master("High School", COURSE, number="9", name="Nine", data=["grade_calc_options"])
    assert set(plan.rows()["element"]) == {"course_masters", "grading_tasks", "standards", "grade_calc_options"}
    with pytest.raises(ScenarioError, match="a number and a name"):
        district.plan_copy_master("High School", COURSE)
    with pytest.raises(ScenarioError, match="onto itself"):
        district.plan_copy_master("High School", COURSE, onto=COURSE)
    with pytest.raises(ScenarioError, match="already"):
        district.plan_copy_master("High School", COURSE, number="03101-1", name="Taken")


def test_steps_are_planned_after_the_edits_of_a_scenario(w: WhatIf) -> None:
    plan = heavier(w).plan_ignore("03101-1", calendar=CALENDAR)
    assert plan.rows().select("element", "field").rows() == [
        ("course_info", "ignore_master_push"),
        ("categories", None),
    ]
