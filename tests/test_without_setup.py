"""Course masters without setup are told: at the load, at a refresh, by a plan, and by Course Status."""

from __future__ import annotations

from pathlib import Path

import oneroster_tiny
import polars as pl
from carried_out import frames
from good_extract import GOOD, put, write_good
from small_district import SmallDistrict

import coursepush as cp
from coursepush.district import District
from coursepush.reports.status.report import SENTENCES

NEW = {"sourcedId": "dra", "title": "Drama", "courseCode": "D1", "orgSourcedId": "n"}


def said(found: pl.DataFrame, rule: str) -> list[str]:
    return found.filter(rule=rule)["message"].to_list()


def test_a_load_tells_which_course_masters_have_none(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    more = "3,2,0103,Band,true\n4,2,0104,Choir,false\n"
    put(
        folder,
        "course_master",
        "master_id,catalog_id,number,name,is_active\n1,1,0101,Algebra,\n2,2,0102,Art,\n" + more,
    )
    with cp.load_district(folder) as district:
        (told,) = said(district.findings(), "no_setup")
        assert told.startswith("1 course master has no setup: 0103. Nothing is pushed from it to its courses.")


def test_a_load_of_masters_that_all_have_some_says_nothing(good_file: Path) -> None:
    with cp.open_district(good_file) as district:
        assert said(district.findings(), "no_setup") == []


def test_a_refresh_tells_which_are_new(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    with cp.load_district(folder) as district:
        put(folder, "course_master", GOOD["course_master"] + "3,1,0103,Band\n4,1,0104,Choir\n")
        refreshed = district.refresh(folder)
        (told,) = said(refreshed.warnings, "new_without_setup")
        assert told.startswith("2 course masters are new since the last load and have no setup: 0103, 0104.")
        assert "Set them up at the source" in told
        again = district.refresh(folder)
        assert said(again.warnings, "new_without_setup") == []
        assert len(said(again.warnings, "no_setup")) == 1


def test_a_new_course_of_a_format_without_setup(tmp_path: Path) -> None:
    files = oneroster_tiny.tiny()
    for gradebook in ("manifest", "lineItems", "categories", "results", "lineItemLearningObjectiveIds"):
        files.pop(gradebook, None)
    oneroster_tiny.write(files, tmp_path / "one")
    files["courses"].append(NEW)
    files["classes"].append({**files["classes"][0], "sourcedId": "c9", "courseSourcedId": "dra", "title": "Drama"})
    oneroster_tiny.write(files, tmp_path / "two")
    with cp.load_district(tmp_path / "one", scaffold=True) as district:
        assert said(district.findings(), "no_setup") == []
        catalog, year = district.catalogs().select("name", "year").row(0)
        refreshed = district.refresh(tmp_path / "two")
        (told,) = said(refreshed.warnings, "new_without_setup")
        assert told.startswith("1 course master is new since the last load and has no setup: D1.")
        plan = district.plan_master_push(catalog, year=year)
        (warned,) = [str(one) for one in plan.warnings if one.code == "no_setup"]
        assert warned.startswith("1 course master has no setup, so that none comes to its 1 course: D1.")
        status = district.reports.course_status(catalog=catalog, year=year)
        row = status.frame.filter(course_number="D1").row(0, named=True)
        assert (row["status"], row["because"]) == ("no_setup", "no_setup")
        assert (row["why"], row["what_to_do"]) == SENTENCES["no_setup"]
        assert status.filter(status="no_setup")["course_number"].to_list() == ["D1"]
        assert "1 follows a course master that has no setup." in str(status)
        assert "No setup" in str(status.page())
        district.scaffold()
        assert said(district.findings(), "new_without_setup") == said(district.findings(), "no_setup") == []
        assert district.reports.course_status(status="no_setup").frame.is_empty()
        assert "no_setup" not in {one.code for one in district.plan_master_push(catalog, year=year).warnings}


def test_a_course_that_is_otherwise_something_stays_that() -> None:
    d = SmallDistrict("categories")
    bare = d.new_master("BARE")
    d.new_course("PLAIN", master=bare)
    d.new_course("OWN", master=bare).category("Own")
    d.new_course("BROKEN", master=bare).category("Theirs", parent=99_999, broken=True)
    d.new_course("IGNORES", master=bare, ignore_master_push=True)
    district = District(d.store())
    found = dict(district.reports.course_status().frame.select("course_number", "status").rows())
    assert found == {
        "MATH1": "linked",
        "PLAIN": "no_setup",
        "OWN": "course_controlled",
        "BROKEN": "desynced",
        "IGNORES": "course_controlled",
    }
    assert frames(d.tables())["course"].height == len(found)
    district.close()
