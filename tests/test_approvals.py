"""Who agreed to a plan, what a district asks for, what it does not let through, and that apply holds to it."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from approvals_oracle import asked, facts_of, who_counts
from click.testing import CliRunner
from district_files import HIGH, everything, file_of, plan_all, worn_district
from layouts import make_file
from rounds import rounds

import coursepush as cp
from coursepush.apply.approval import calls
from coursepush.apply.approval.approvals import Approval, called, people
from coursepush.apply.approval.facts import OF_THE_DAY, Facts, read_facts
from coursepush.apply.approval.file import seal_of
from coursepush.apply.approval.given import policy_of
from coursepush.apply.approval.judge import judge
from coursepush.apply.approval.policy import CONDITIONS, GUARDS, Policy
from coursepush.cli.main import cli
from coursepush.errors import ApprovalNeededError, CoursepushError, ForeignPlanError, RequestError, StalePlanError
from coursepush.plan.plan import Plan
from coursepush.reports.plan.page import plan_page
from coursepush.store.migrations import OLDEST

DAY = dt.date(2026, 11, 28)
NOTHING = Facts(DAY, writes=1, students_moved=0)
"""A plan of which nothing is true that a policy asks about, but that it writes a row."""


def approval(by: str, user: str, *overrides: str) -> Approval:
    return Approval(1, f"{by}{user}", "d", "p", "t", by, user, "", overrides, dt.datetime(2026, 11, 1))


# -- the tables of conditions and guards ---------------------------------------------------------------------

CONDITION_ROWS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "every_plan": (2, {}, {"writes": 0}),
    "warnings": (2, {"warnings": frozenset({"no_setup"})}, {}),
    "overwrite": (2, {"overwrites": True}, {}),
    "in_session": (2, {"in_session": ("Lincoln",)}, {}),
    "over_sections": ((10, 2), {"sections": 11}, {"sections": 10}),
    "disappears": (2, {"disappears": 1}, {}),
    "schools_setup_lost": (2, {"schools_lost": 1}, {"teachers_lost": 1}),
    "teachers_setup_lost": (2, {"teachers_lost": 1}, {"schools_lost": 1}),
    "grades_move": ((10, 2), {"students_moved": 11}, {"students_moved": 10}),
    "unattended": (2, {"is_unattended": True}, {}),
}
"""Condition → what is wanted, facts with which it applies, and facts with which it does not."""


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_asks_where_it_applies(name: str) -> None:
    wanted, true, false = CONDITION_ROWS[name]
    policy = policy_of({name: wanted}, {})
    standing = judge(policy, replace(NOTHING, **true), [], [])
    assert (standing.needed, standing.missing, standing.is_enough) == (2, 2, False)
    assert name in standing.because[0]
    with pytest.raises(ApprovalNeededError, match=name) as refused:
        standing.check()
    assert (refused.value.needed, refused.value.approved_by, refused.value.guards) == (2, (), ())
    assert judge(policy, replace(NOTHING, **false), [], []).needed == 0
    both = [approval("Ana", "ana"), approval("Bo", "bo")]
    assert judge(policy, replace(NOTHING, **true), both, ["cy"]).is_enough


GUARD_ROWS: dict[str, tuple[Any, dict[str, Any], dict[str, Any], str]] = {
    "only_future_years": (True, {"not_future": ("Lincoln",)}, {}, "Lincoln"),
    "no_open_term": (True, {"open_terms": ("Lincoln, Q1",)}, {}, "Q1"),
    "most_sections": (10, {"sections": 11}, {"sections": 10}, "11 sections"),
    "nothing_disappears": (True, {"disappears": 3}, {}, "3 rows"),
    "most_grades": (10, {"students_moved": 11}, {"students_moved": 10}, "more than 10 students"),
    "nothing_unlinked": (
        True,
        {"warnings": frozenset({"nothing_linked"})},
        {"warnings": frozenset({"x"})},
        "names",
    ),
    "freeze_dates": ([(DAY, DAY, "report cards")], {}, {"today": DAY + dt.timedelta(1)}, "report cards"),
}
"""Guard → what is set, facts that it blocks, facts that it lets through, and a word of what is said."""


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_blocks_unless_an_approval_names_it(name: str) -> None:
    value, true, false, word = GUARD_ROWS[name]
    policy = policy_of({}, {name: value})
    standing = judge(policy, replace(NOTHING, **true), [approval("Ana", "ana")], [])
    with pytest.raises(ApprovalNeededError, match=name) as refused:
        standing.check()
    assert refused.value.guards == (name,)
    assert word in str(refused.value)
    assert GUARDS[name].cure in str(refused.value)
    assert judge(policy, replace(NOTHING, **false), [], []).is_enough
    over = approval("Ana", "ana", name)
    assert judge(policy, replace(NOTHING, **true), [over], ["bo"]).overridden == ((name, "Ana"),)
    assert not judge(policy, replace(NOTHING, **true), [over], ["A N A"]).is_enough
    other = approval("Ana", "ana", *(one for one in GUARDS if one != name))
    assert not judge(policy, replace(NOTHING, **true), [other], []).is_enough


def test_what_is_not_known_of_grades_counts_as_moving_and_no_small_number_is_told() -> None:
    policy = policy_of({"grades_move": (1000, 1)}, {"most_grades": 1000})
    unknown = judge(policy, replace(NOTHING, students_moved=None), [], [])
    assert unknown.needed == 1
    assert "students' work was not loaded" in unknown.blocked[0].fact
    small = policy_of({"grades_move": (3, 1)}, {"most_grades": 3})
    told = judge(small, replace(NOTHING, students_moved=7), [], []).told
    assert "grades_move" in told
    assert not set("37") & set(told)
    undecided = judge(policy, NOTHING, [], [], are_grades_looked_at=False)
    assert undecided.needed == 0
    assert len(undecided.undecided) == 2


def test_the_largest_number_that_applies_counts() -> None:
    policy = policy_of({"every_plan": 1, "overwrite": 3, "disappears": 2}, {})
    assert judge(policy, replace(NOTHING, overwrites=True, disappears=1), [], []).needed == 3
    assert judge(policy, replace(NOTHING, disappears=1), [], []).needed == 2
    assert judge(policy, NOTHING, [], []).needed == 1


def test_the_contract_has_a_row_for_each_and_no_other() -> None:
    told = cp.rules("9.1").text
    names = [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")]
    assert names == [*CONDITIONS, *GUARDS]
    assert CONDITION_ROWS.keys() == CONDITIONS.keys()
    assert GUARD_ROWS.keys() == GUARDS.keys()


# -- whose approvals count -------------------------------------------------------------------------------------


def test_whoever_made_the_plan_does_not_count_and_a_person_counts_once() -> None:
    made = ["alee", "Ana  Lee"]
    assert people([approval("ANALEE", "other"), approval("Bo", "ALee")], made) == []
    one, two, three = approval("Bo", "bo"), approval("Bo", "desk"), approval("Cy", "desk")
    assert people([one, two, three], made) == [[one, two, three]]
    assert people([one, three], made) == [[one], [three]]
    assert people([one, three, two], made) == [[one, three, two]]
    assert called(" Ａna\tLEE ") == called("analee")


def test_people_are_counted_as_a_second_reading_counts_them() -> None:
    chance = random.Random(3)
    words = ["Ana", " a na", "Bo", "BO", "Cy Day", "cyday", "root", "desk"]
    for _ in range(rounds(300, 3000)):
        pairs = [(chance.choice(words), chance.choice(words)) for _ in range(chance.randrange(6))]
        made = chance.sample(words, chance.randrange(3))
        given = [replace(approval(*pair), approval_id=n) for n, pair in enumerate(pairs)]
        found = [sorted(one.approval_id or 0 for one in person) for person in people(given, made)]
        assert sorted(found) == sorted(sorted(person) for person in who_counts(pairs, made))


def test_random_policies_are_judged_as_a_second_reading_judges_them() -> None:
    chance = random.Random(5)

    def some(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(chance.sample(names, chance.randrange(len(names) + 1)))

    for _ in range(rounds(500, 5000)):
        facts = Facts(
            today=DAY + dt.timedelta(chance.randrange(4)),
            writes=chance.choice((0, 1, 9)),
            warnings=frozenset(some(("nothing_linked", "no_setup"))),
            overwrites=chance.random() < 0.5,
            in_session=some(("a",)),
            open_terms=some(("a, q",)),
            not_future=some(("a", "b")),
            sections=chance.randrange(4),
            disappears=chance.randrange(2),
            schools_lost=chance.randrange(2),
            teachers_lost=chance.randrange(2),
            students_moved=chance.choice((None, 0, 1, 2, 3)),
            is_unattended=chance.random() < 0.3,
        )
        wanted: dict[str, Any] = {}
        for name in some(tuple(CONDITIONS)):
            number = chance.randrange(0 if CONDITIONS[name].usual else 1, 4)
            wanted[name] = (chance.randrange(4), number) if CONDITIONS[name].has_limit else number
        span = (DAY, DAY + dt.timedelta(chance.randrange(3)), "why")
        values: dict[str, Any] = {"flag": True, "number": chance.randrange(4), "dates": [span]}
        guards = {name: values[GUARDS[name].kind] for name in some(tuple(GUARDS))}
        given = [approval(chance.choice("ABCD"), chance.choice("wxyz"), *some(tuple(GUARDS))) for _ in range(3)]
        given = [replace(one, approval_id=n) for n, one in enumerate(given)]
        makers = some(("w", "A"))
        counts = who_counts([(one.by, one.user) for one in given], makers)
        over = [name for person in counts for n in person for name in given[n].overrides]
        standing = judge(policy_of(wanted, guards), facts, given, makers)
        needed, blocking, may = asked(wanted, guards, asdict(facts), over, len(counts))
        assert (standing.needed, {one.guard for one in standing.blocked}, standing.is_enough) == (
            needed,
            blocking,
            may,
        )


# -- what is true of a plan --------------------------------------------------------------------------------------


def tables_of(district: cp.District) -> dict[str, list[dict[str, Any]]]:
    return {name: district.sql(f"select * from {name}").to_dicts() for name in ("course", "calendar", "term")}


def test_facts_are_those_of_the_rows_and_the_calendars() -> None:
    district = cp.District(worn_district().store())
    district.apply(district.plan_links(HIGH, year=2027, data=["categories"]))
    pushed = district.apply(plan_all(district, data=["assessments"]))
    plans = [
        plan_all(district),
        plan_all(district, mode="locked", to_sections=False),
        district.plan_course_push("Lincoln High 26-27"),
        district.plan_links(HIGH, year=2027),
        district.plan_undo(pushed.push_id),
    ]
    edits = ("", "update calendar set end_date = null", "update term set start_date = null", "delete from term",
             "update calendar set start_date = null, end_date = null")  # fmt: skip
    for edit in edits:
        if edit:
            with district.store.writing() as session:
                session.run("edit", edit)
        tables = tables_of(district)
        for plan in plans:
            for today in (dt.date(2026, 7, 1), dt.date(2026, 10, 5), dt.date(2027, 2, 1), dt.date(2030, 1, 1)):
                with district.store.reading() as session:
                    found = read_facts(session, plan, plan, today, with_grades=False)
                expected = facts_of(plan.rows().to_dicts(), tables, today)
                told = asdict(found)
                told["open_terms"] = tuple(sorted(told["open_terms"]))
                assert {name: told[name] for name in expected} == expected, (edit, plan, today)
    assert OF_THE_DAY[0] == "in_session"


def test_grades_that_would_move_are_those_of_the_forecast() -> None:
    district = cp.District(worn_district().store())
    plan = plan_all(district)
    with district.store.reading() as session:
        found = read_facts(session, plan, plan, DAY, with_grades=True)
    assert found.students_moved == plan.forecast().counts()["moves"].item()
    unknown = cp.District(worn_district().store(unknown=frozenset({"score"})))
    other = plan_all(unknown, assume_unused=True)
    with unknown.store.reading() as session:
        assert read_facts(session, other, other, DAY, with_grades=True).students_moved is None


# -- in a district -------------------------------------------------------------------------------------------


@pytest.fixture
def district() -> cp.District:
    return cp.District(worn_district().store())


def drawn(plan: Plan) -> str:
    data, _ = plan._repr_mimebundle_()  # pyright: ignore[reportPrivateUsage]
    return data["text/html"]


def made_by_another(plan: Plan) -> Plan:
    plan.made_by = "analyst"
    return plan


def test_without_a_policy_nothing_changes_and_what_was_approved_is_kept(district: cp.District) -> None:
    assert district.policy() == Policy()
    plan = made_by_another(plan_all(district))
    assert plan.approvals.is_enough
    assert "Approvals" not in drawn(plan)
    district.approve(plan, by="Dana Director")
    assert "Approvals: Dana Director." in drawn(plan)
    receipt = district.apply(plan)
    assert district.history()["approved_by"].to_list() == ["Dana Director"]
    given = district.approvals(plan)
    assert given.select("push_id", "is_counted").rows() == [(receipt.push_id, True)]
    district.apply(district.plan_undo(receipt.push_id))
    again = plan_all(district)
    assert again.digest == plan.digest
    assert again.approvals.counted == ()  # one push uses an approval up


def test_apply_is_refused_until_enough_have_approved(district: cp.District) -> None:
    district.set_policy(approvals={"overwrite": 1}, by="Pat", comment="from now on")
    plan = made_by_another(plan_all(district))
    before = everything(district.store)
    with pytest.raises(
        ApprovalNeededError, match=r"needs 1 approval and has none: .*Nothing was written"
    ) as refused:
        district.apply(plan)
    assert refused.value.written is False
    refusals = district.refusals()
    assert refusals.select("plan_id", "digest", "title").row(0) == (plan.id, plan.digest, plan.title)
    assert "1 approval for a plan that overwrites" in refusals["missing"][0]
    assert {k: v for k, v in everything(district.store).items() if k != "push.refusal"} == before
    assert "Still needed: 1 more" in drawn(plan)
    page = plan_page(plan)
    assert "Still needed: 1 more" in page
    assert "not a lock" in page
    first = district.approve(plan, by="Ana", comment="fine")
    district.withdraw_approval(first, by="Ana", comment="not so fine")
    with pytest.raises(ApprovalNeededError):
        district.apply(plan)
    for number, words in ((1, "withdrawn before"), (9, "no approval 9")):
        with pytest.raises(RequestError, match=words):
            district.withdraw_approval(number, by="Ana")
    district.approve(plan, by="Bo")
    district.apply(plan)
    assert district.history()["approved_by"][0] == "Bo"
    with pytest.raises(RequestError, match="Push 1 was applied with"):
        district.withdraw_approval(2, by="Bo")
    undo = made_by_another(district.plan_undo(1))
    assert undo.approvals.is_enough
    district.set_policy(approvals={"every_plan": 1})
    with pytest.raises(ApprovalNeededError):  # an undo goes the same way
        district.apply(undo)
    assert district.refusals().height == 3


def test_a_changed_plan_needs_new_approvals_and_a_moved_district_is_told_first(district: cp.District) -> None:
    district.set_policy(approvals={"every_plan": 1})
    plan = made_by_another(plan_all(district))
    district.approve(plan, by="Ana")
    less = made_by_another(plan_all(district, data=["categories"]))
    with pytest.raises(ApprovalNeededError):
        district.apply(less)
    with district.store.writing() as session:
        session.run("edit", "update master_category set weight = weight + 1")
    with pytest.raises(StalePlanError):
        district.apply(plan)
    anew = made_by_another(plan_all(district))
    assert anew.digest != plan.digest
    with pytest.raises(ApprovalNeededError):
        district.apply(anew)


def test_guards_are_judged_on_the_day_of_the_apply(district: cp.District, monkeypatch: pytest.MonkeyPatch) -> None:
    district.set_policy(guards={"freeze_dates": [("2027-01-10", dt.date(2027, 1, 20), "report cards")]})
    plan = made_by_another(plan_all(district))
    assert plan.approvals.is_enough
    monkeypatch.setattr(calls, "today_here", lambda: dt.date(2027, 1, 20))
    with pytest.raises(ApprovalNeededError, match="report cards") as refused:
        district.apply(plan)
    assert refused.value.guards == ("freeze_dates",)
    district.approve(plan, by="Ana", overrides=["freeze_dates"])
    assert "freeze_dates is overridden by Ana" in plan.approvals.told
    district.apply(plan)


def test_approvals_stay_through_a_file_a_reader_and_a_plan_of_elsewhere(tmp_path: Path) -> None:
    path = file_of(worn_district(), tmp_path / "district.duckdb")
    with cp.open_district(path) as district:
        district.set_policy(approvals={"every_plan": 1}, guards={"most_sections": 100})
        plan = made_by_another(plan_all(district))
        district.approve(plan, by="Ana")
    with cp.open_district(path) as district:
        assert district.policy().approvals == {"every_plan": 1}
        again = made_by_another(plan_all(district))
        assert [one.by for one in again.approvals.counted] == ["Ana"]
        district.apply(again)
    other = worn_district()
    elsewhere = cp.District(other.store())
    with elsewhere.store.writing() as session:
        session.run("another", "update push.district set district_id = 'elsewhere'")
    foreign = plan_all(elsewhere)
    with cp.open_district(path) as district, pytest.raises(ForeignPlanError):
        district.approve(foreign, by="Ana")


def test_a_file_of_before_is_read_as_one_that_asks_for_nothing_and_brought_up_by_a_policy(tmp_path: Path) -> None:
    path = make_file(OLDEST, "weekly", tmp_path / "district.duckdb")
    before = path.read_bytes()
    with cp.open_district(path) as district:
        assert district.policy().is_empty
        assert district.approvals().is_empty()
        assert district.refusals().is_empty()
        assert district.history()["approved_by"].null_count() == district.history().height > 0
        assert path.read_bytes() == before
        assert district.set_policy(approvals={"every_plan": 1}).approvals == {"every_plan": 1}


@pytest.mark.parametrize(
    ("approvals", "guards", "words"),
    [
        ({"overwrites": 1}, {}, "Did you mean 'overwrite'"),
        ({"overwrite": True}, {}, "how many approvals"),
        ({"overwrite": -1}, {}, "how many approvals"),
        ({"over_sections": 3}, {}, "such as \\(100, 2\\)"),
        ({"over_sections": (1, 2, 3)}, {}, "such as"),
        ({}, {"no_term": True}, "no guard"),
        ({}, {"most_sections": "many"}, "largest number"),
        ({}, {"nothing_disappears": 3}, "True or False"),
        ({}, {"freeze_dates": [("2027-02-01", "2027-01-01", "x")]}, "first and a last day"),
        ({}, {"freeze_dates": [("2027-02-01", "2027-03-01", "")]}, "from, to, why"),
        ({}, {"freeze_dates": [("soon", "2027-03-01", "x")]}, "A day is a date"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(approvals: Any, guards: Any, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        policy_of(approvals, guards)


def test_a_policy_is_what_was_set(district: cp.District) -> None:
    wanted = {name: row[0] for name, row in CONDITION_ROWS.items()}
    guards = {name: row[0] for name, row in GUARD_ROWS.items()}
    made = district.set_policy(approvals=wanted, guards=guards)
    assert made == district.policy() == policy_of(wanted, guards)
    assert len(made.sentences) == len(CONDITIONS) + len(GUARDS)
    assert district.set_policy() == Policy()
    with pytest.raises(RequestError, match="Say who"):
        district.approve(plan_all(district))
    with pytest.raises(RequestError, match="no guard"):
        district.approve(plan_all(district), by="Ana", overrides=["everything"])


# -- from the file alone -----------------------------------------------------------------------------------------


Kept = tuple[cp.District, Plan, Path, Path]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A district, a plan on it, its file, and an approval of that file."""
    folder = tmp_path_factory.mktemp("approved")
    made = cp.District(worn_district().store())
    plan = made_by_another(plan_all(made))
    file = plan.save(folder / "plan.cpush", by="Ana Analyst")
    return made, plan, file, cp.approve(file, by="Dana  Director", comment="As agreed.", overrides="freeze_dates")


def test_an_approval_made_from_the_plans_file_is_taken_in_once(kept: Kept) -> None:
    district, plan, file, approved = kept
    assert approved == file.with_suffix(".approval")
    taken = district.approve(plan, approved)
    assert (taken.by, taken.comment, taken.overrides, taken.digest) == (
        "Dana Director", "As agreed.", ("freeze_dates",), plan.digest,
    )  # fmt: skip
    assert district.approvals(file)["from_file"].to_list() == [True]
    assert [one.by for one in district.load_plan(file).approvals.counted] == ["Dana Director"]
    with pytest.raises(RequestError, match="taken in before, as approval 1"):
        district.approve(file, approved)
    with pytest.raises(RequestError, match="The file says who"):
        district.approve(plan, approved, by="Me")


def test_an_approval_of_another_plan_is_refused(kept: Kept, tmp_path: Path) -> None:
    district, plan, file, approved = kept
    other = plan_all(district, data=["categories"])
    with pytest.raises(CoursepushError, match="approves another plan"):
        district.approve(other, approved)
    theirs = cp.approve(other.save(tmp_path / "other"), by="Dana")
    with pytest.raises(CoursepushError, match="approves another plan"):
        district.approve(cp.read_plan(file), theirs)
    plan.notes.append("said otherwise")
    try:
        shown = plan.save(tmp_path / "shown")
    finally:
        plan.notes.pop()
    yes = cp.approve(shown, by="Dana")
    with pytest.raises(CoursepushError, match="another file of this plan"):
        district.approve(cp.read_plan(file), yes)


def regions(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), max(1, len(content) // 150)):
        yield content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    yield from (content[:-40], b"", b"{}", b"[]", content + content, b"\xff" + content)


def test_every_region_of_an_approval_changed_is_refused(kept: Kept, tmp_path: Path) -> None:
    district, plan, _, approved = kept
    before = everything(district.store)
    path = tmp_path / "changed"
    for content in regions(approved.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(CoursepushError):
            district.approve(plan, path)
    assert everything(district.store) == before


def test_an_approval_with_its_hash_made_right_again_is_of_that_digest_or_refused(
    kept: Kept, tmp_path: Path
) -> None:
    district, plan, _, approved = kept
    about = json.loads(approved.read_text("utf-8"))
    about.pop("seal")
    odd: tuple[Any, ...] = (None, "", 7, True, [], {}, ["x"], "x\u0000", "\ud800", "f" * 64, "x" * 3000, 10**30)
    path = tmp_path / "changed"
    taken = 0
    before = district.approvals().height
    for name in about:
        for value in odd:
            told = {**about, name: value}
            path.write_text(json.dumps({**told, "seal": seal_of(told)}), "utf-8")
            try:
                made = district.approve(plan, path)
            except CoursepushError:
                continue
            taken += 1
            assert made.digest == plan.digest
            assert name in ("by", "user", "comment", "overrides", "title", "at", "key")
    assert district.approvals().height == before + taken


# -- on the command line ------------------------------------------------------------------------------------


def test_it_goes_the_same_way_on_the_command_line(tmp_path: Path) -> None:
    path = str(file_of(worn_district(), tmp_path / "district.duckdb"))
    plan_file, yes = str(tmp_path / "plan.cpush"), str(tmp_path / "yes.approval")

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == code, done.output
        return done.output

    assert "Nothing is asked for" in run("policy", path)
    wanted = ("--approvals", "overwrite=1", "--approvals", "over_sections=0:1")
    guards = ("--guard", "nothing_disappears", "--guard", "most_sections=99")
    said = run("policy", path, *wanted, *guards, "--freeze", "2020-01-01", "2020-01-02", "cards")
    assert "more than 0 sections" in said
    with cp.open_district(path) as district:
        made_by_another(plan_all(district)).save(plan_file)
    apply = ("apply", "saved", path, plan_file, "--yes")
    refused = run(*apply, code=1)
    assert "needs 1 approval and has none" in refused
    assert "--override nothing_disappears" in refused
    assert "coursepush approve PLANFILE" in refused
    assert "nothing_disappears" in run("refusals", path)
    approved = run("approve", plan_file, "--by", "Dana", "--override", "nothing_disappears", "--out", yes)
    assert "Dana approves: Push All Course Masters" in approved
    taken = run("approvals", path, plan_file, "--take", yes)
    assert "Nothing more is needed." in taken
    assert "rows written" in run(*apply)
    assert "moved" in run("approvals", path, plan_file)
    assert "Dana" in run("history", path)
    assert "Nothing is asked for" in run("policy", path, "--none")
