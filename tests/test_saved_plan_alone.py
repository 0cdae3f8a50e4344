"""A saved plan that somebody reads who has nothing but its file."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import oracle_fates
import pytest
from click.testing import CliRunner
from district_files import HIGH, locked_then_pushed, plan_all, worn_district

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import CoursepushError, PlanError, RequestError
from coursepush.model.tables import TABLES
from coursepush.plan.plan import Plan
from coursepush.plan.requests.registry import KINDS, request_words
from coursepush.plan.saved import SEAL, seal_of
from coursepush.plan.saved_names import NAMED
from coursepush.reports.plan.page import plan_page
from coursepush.reports.plan.saved import SavedPlan

Kept = tuple[cp.District, Plan, Path]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A district that no test writes to, a plan on it, and the plan's file."""
    district = cp.District(worn_district().store())
    district.apply(district.plan_links(HIGH, year=2027, data=["categories"]))
    plan = plan_all(district)
    return district, plan, plan.save(tmp_path_factory.mktemp("alone") / "plan.cpush", by="Ana Analyst")


def test_the_file_says_what_the_plan_says(kept: Kept) -> None:
    district, plan, path = kept
    saved = cp.read_plan(path)
    assert (saved.id, saved.digest, saved.title, saved.writes) == (plan.id, plan.digest, plan.title, plan.writes)
    assert saved.counts().equals(plan.counts())
    assert saved.rows().equals(plan.rows())
    assert saved.rows(verdict="delete", course="MATH1", names=True).equals(
        plan.rows(verdict="delete", course="MATH1", names=True).with_columns(use=None)
    )
    assert saved.warnings == plan.warnings
    assert [one.code for one in saved.warnings] == [one.code for one in plan.warnings]
    assert saved.notes == plan.notes
    assert (saved.made_at, saved.made_by, saved.author) == (plan.made_at, plan.made_by, "Ana Analyst")
    assert f"Made by Ana Analyst (user {plan.made_by})" in saved.origin
    assert plan.author == "Ana Analyst"
    with pytest.raises(RequestError, match="Say who made the plan"):
        plan.save(path, by="a\nb")
    assert district.load_plan(path).author == "Ana Analyst"


def test_its_page_is_the_plans_page(kept: Kept, tmp_path: Path) -> None:
    _, plan, path = kept
    saved = cp.read_plan(path)
    grades = r"<section id='whose-[^>]*><h2>.*?</section>\n|<li><a href='#whose-[^>]*>[^<]*</a></li>"
    theirs = re.sub(grades, "", plan_page(plan), flags=re.DOTALL)
    ours = saved.page(tmp_path / "page.html").read_text("utf-8")
    assert saved.origin in ours
    assert ours.replace(f"<p><bdi>{saved.origin}</bdi></p>", "") == theirs


def test_every_kind_of_request_is_told_in_words(kept: Kept, tmp_path: Path) -> None:
    district = kept[0]
    plans = {
        "master_push": plan_all(district, masters=["MATH1"], courses=["MATH1"], calendars=["Lincoln High 26-27"]),
        "course_push": district.plan_course_push("Lincoln High 26-27", courses=["MATH1"], data=["categories"]),
        "links": district.plan_links(HIGH, year=2027, data=["categories"]),
        "setup": locked_then_pushed(district),
        "undo": district.plan_undo(1),
    }
    assert plans.keys() == KINDS.keys()
    for name, made in plans.items():
        saved = cp.read_plan(made.save(tmp_path / name))
        with district.store.reading() as session:
            assert saved.asked == request_words(session, made.request), name
        assert saved.counts().equals(made.counts()), name
        assert saved.title in saved._repr_html_()  # pyright: ignore[reportPrivateUsage]


def test_counts_by_school_and_teacher_add_up(kept: Kept) -> None:
    _, plan, path = kept
    saved = cp.read_plan(path)
    schools, teachers = saved.by_school(), saved.by_teacher()
    assert schools["rows"].sum() == plan.rows().height
    assert teachers["rows"].sum() == plan.rows(hop=2).height
    assert {one: schools[one].sum() for one in oracle_fates.FATES} == oracle_fates.totals(plan.rows().to_dicts())
    assert schools["disappears"].sum() > 0


def test_it_is_read_when_the_district_has_moved_and_when_the_plan_is_used(tmp_path: Path) -> None:
    district = cp.District(worn_district().store())
    plan = plan_all(district)
    path = plan.save(tmp_path / "plan.cpush")
    district.apply(plan)
    with pytest.raises(PlanError):
        district.load_plan(path)
    assert cp.read_plan(path).digest == plan.digest


def test_a_file_of_before_is_read_by_its_ids(kept: Kept, tmp_path: Path) -> None:
    _, plan, path = kept
    first, *lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    about = json.loads(first)
    rows = b"".join(lines[: len(lines) - sum(about["names"].values())])
    about = {
        name: about[name]
        for name in (
            "id",
            "request",
            "district_id",
            "rules_version",
            "digest",
            "state",
            "state_version",
            "refresh_id",
        )
    } | {"same": [one[:3] for one in about["same"]]}
    earlier = tmp_path / "earlier"
    earlier.write_bytes(gzip.compress(json.dumps({**about, SEAL: seal_of(about, rows)}).encode() + b"\n" + rows))
    saved = cp.read_plan(earlier)
    assert saved.digest == plan.digest
    assert saved.rows().equals(plan.rows())
    assert saved.counts()["rows"].sum() == plan.counts()["rows"].sum()
    assert "earlier coursepush" in saved.origin
    assert kept[0].load_plan(earlier).digest == plan.digest
    saved.page(tmp_path / "earlier.html")


def test_every_region_of_the_file_changed_is_refused(kept: Kept, tmp_path: Path) -> None:
    content = kept[2].read_bytes()
    path = tmp_path / "changed"
    for at in range(10, len(content), max(1, len(content) // 60)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :])
        with pytest.raises(CoursepushError):
            cp.read_plan(path)
    for gone in (tmp_path / "nowhere", tmp_path, "a\0b"):
        with pytest.raises(CoursepushError):
            cp.read_plan(gone)


def test_no_table_of_its_names_has_a_student() -> None:
    assert [table for table in NAMED if any("student_id" in one.name for one in TABLES[table].columns)] == []


def test_show_tells_it_on_the_command_line(kept: Kept, tmp_path: Path) -> None:
    _, plan, path = kept
    page = tmp_path / "page.html"
    done = CliRunner().invoke(cli, ["show", str(path), "--page", str(page)])
    assert done.exit_code == 0, done.output
    for words in (plan.title, "Made by Ana Analyst", f"Digest: {plan.digest}", "By school", "By teacher"):
        assert words in done.output
    assert page.read_text("utf-8").startswith("<!doctype html>")
    refused = CliRunner().invoke(cli, ["show", str(page)])
    assert refused.exit_code == 1
    assert isinstance(cp.read_plan(path), SavedPlan)
