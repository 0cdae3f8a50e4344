"""Refresh: next week's extract in the place of this week's, what changed since and by whom, and what stays."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from carried_out import SETUP_BELOW, carried_out, frames
from engine import Tables, store_of, tables_of
from good_extract import GOOD, add, put, write_good
from random_districts import make_district
from rounds import first

import coursepush as cp
from coursepush.district import District
from coursepush.errors import LoadError, RequestError
from coursepush.load import load_tables
from coursepush.load.findings import FINDING_SCHEMA
from coursepush.load.reading import ACCOUNT_SCHEMA, KEY_SCHEMA, SourceTables
from coursepush.model.tables import TABLES
from coursepush.refresh.compare import OUTCOMES
from coursepush.store import Store


def moved(changes: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Table → what became of how many rows, where that is not nothing."""
    told = {
        row["table"]: {what: row[what] for what in OUTCOMES if row[what]} for row in changes.iter_rows(named=True)
    }
    return {table: counts for table, counts in told.items() if counts}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_good(tmp_path / "extract")


@pytest.fixture
def district(tmp_path: Path, good_file: Path) -> Any:
    with cp.open_district(shutil.copy(good_file, tmp_path / "district.duckdb")) as opened:
        yield opened


def contents(district: District) -> Tables:
    return tables_of(district.store)


# -- what stays, what goes ---------------------------------------------------------------------------


def test_the_same_files_change_nothing(district: District, folder: Path) -> None:
    before = contents(district)
    refreshed = district.refresh(folder)
    assert contents(district) == before
    assert moved(refreshed.changes) == {}
    assert refreshed.summary == "Nothing has changed since the last load."
    assert "Nothing has changed" in refreshed._repr_html_()
    assert set(refreshed.changes["table"]) == set(GOOD)


def test_the_district_becomes_what_the_extract_says(district: District, folder: Path) -> None:
    add(folder, "course", "3,1,1,0103,Chess")
    put(folder, "teacher", "teacher_id,name\n1,Nguyen\n2,Ode\n")
    put(folder, "score", "assignment_id,student_id,points\n1,7,9.5\n")
    refreshed = district.refresh(folder)
    assert moved(refreshed.changes) == {
        "course": {"added": 1},
        "teacher": {"added": 1, "changed": 1},
        "score": {"removed": 1},
    }
    with cp.load_district(folder) as fresh:
        assert contents(district) == contents(fresh)
    assert "4 rows changed by others (2 added, 1 removed, 1 changed)" in refreshed.summary
    assert "Teacher" in refreshed._repr_html_()
    assert district.refreshes().select("refresh_id", "table", "added").rows() == [
        (1, "course", 1),
        (1, "score", 0),
        (1, "teacher", 1),
    ]


def test_history_plans_and_the_districts_name_stay(district: District, folder: Path, tmp_path: Path) -> None:
    receipt = district.apply(district.plan_master_push("High School", year=2027, mode="overwrite"))
    named = district.sql("select district_id from push.district")
    plan = district.plan_course_push("North 26-27")
    plan.save(tmp_path / "kept.plan")
    put(folder, "teacher", "teacher_id,name\n1,Nguyen\n")
    district.refresh(folder)
    assert district.sql("select district_id from push.district").equals(named)
    assert district.history()["push_id"].to_list() == [receipt.push_id]
    reports = district.reports.push_result(receipt.push_id)
    assert reports is not None


def test_a_refused_extract_changes_nothing(district: District, folder: Path) -> None:
    before = contents(district)
    add(folder, "course", "3,77,,0103,Chess")
    add(folder, "master_category", "3,1,Labs ,0,")
    with pytest.raises(LoadError) as caught:
        district.refresh(folder)
    assert caught.value.findings is not None
    assert set(caught.value.findings["rule"]) == {"unknown_reference", "outer_blanks"}
    assert contents(district) == before
    assert district.refreshes().is_empty()


def test_a_file_that_cannot_be_read_is_refused_once(district: District, folder: Path) -> None:
    before = contents(district)
    text = GOOD["section_category"].encode() + b"3,1,,Caf\x81,0\n"
    (folder / "section_category.csv").write_bytes(text)
    with pytest.raises(LoadError) as caught:
        district.refresh(folder)
    assert caught.value.findings is not None
    refusals = caught.value.findings.filter(pl.col("severity") == "refusal")
    assert refusals.select("rule", "table").rows() == [("bad_encoding", "section_category")]
    assert "section_category" not in caught.value.findings.filter(pl.col("rule") == "table_kept")["table"]
    assert contents(district) == before


def test_repair_is_offered_here_too(district: District, folder: Path) -> None:
    add(folder, "master_category", "3,1,Labs ,0,")
    district.refresh(folder, repair=True)
    assert district.repairs().select("row_id", "before", "after").rows() == [(3, "Labs ", "Labs")]
    put(folder, "master_category", GOOD["master_category"])
    district.refresh(folder)
    assert district.repairs().is_empty()


def test_findings_are_those_of_the_last_extract(district: District, folder: Path) -> None:
    put(folder, "courses", "course_id\n1\n")
    district.refresh(folder)
    assert district.findings()["rule"].to_list() == ["unknown_file"]
    (folder / "courses.csv").unlink()
    district.refresh(folder)
    assert district.findings().is_empty()


# -- extracts that give less -------------------------------------------------------------------------


def only_files(folder: Path, *tables: str) -> None:
    for path in folder.iterdir():
        if path.stem not in tables:
            path.unlink()


def test_tables_that_are_not_given_stay(district: District, folder: Path) -> None:
    before = contents(district)
    only_files(folder, "score")
    put(folder, "score", GOOD["score"] + "1,9,4\n")
    refreshed = district.refresh(folder)
    assert moved(refreshed.changes) == {"score": {"added": 1}}
    after = contents(district)
    assert {name: after[name] for name in after if name != "score"} == {
        name: before[name] for name in before if name != "score"
    }
    kept = refreshed.warnings.filter(pl.col("rule") == "table_kept")
    assert set(kept["table"]) == set(GOOD) - {"score"}
    assert "as loaded on 20" in kept["message"][0]


def test_scores_come_after_the_setup(tmp_path: Path, folder: Path) -> None:
    """Setup today; scores when the privacy request is through: what was unknown becomes known."""
    later = tmp_path / "later"
    later.mkdir()
    for name in ("assignment", "assignment_task", "score", "posted_grade"):
        (folder / f"{name}.csv").rename(later / f"{name}.csv")
    with cp.load_district(folder) as district:
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        assert "use_unknown" in {warning.code for warning in plan.warnings}
        district.refresh(later)
        plan = district.plan_master_push("High School", year=2027, mode="overwrite", to_sections=True)
        assert "use_unknown" not in {warning.code for warning in plan.warnings}


def test_what_hung_on_a_row_that_is_gone_goes_with_it(district: District, folder: Path) -> None:
    only_files(folder, "section")
    put(folder, "section", "section_id,course_id,number,teacher_id\n2,1,02,\n")
    refreshed = district.refresh(folder, allow_removals=True)
    assert contents(district)["enrollment"] == []
    assert [row["owner_id"] for row in contents(district)["section_category"]] == [2]
    said = refreshed.warnings.filter(pl.col("table") == "section_category")["message"][0]
    assert "1 row kept" in said
    assert "1 row went with what they belonged to" in said


def test_tables_can_be_let_go(district: District, folder: Path) -> None:
    only_files(folder, "school", "calendar", "catalog", "catalog_school", "course_master", "course")
    refreshed = district.refresh(folder, not_given="forget")
    assert contents(district)["section"] == []
    assert contents(district)["score"] == []
    assert moved(refreshed.changes)["score"] == {"removed": 2}
    known = dict(district.sql("select table_name, is_given from push.given_table").rows())
    assert (known["course"], known["score"]) == (True, False)
    with pytest.raises(RequestError, match="keep, forget"):
        district.refresh(folder, not_given="drop")


def test_a_kept_table_that_no_longer_fits_is_named(district: District, folder: Path) -> None:
    only_files(folder, "section_category")
    put(folder, "section_category", "row_id,owner_id,parent_row_id,name,weight\n2,2,1,Tests,60\n")
    with pytest.raises(LoadError, match=r"does not give assignment.*not_given='forget'"):
        district.refresh(folder)


# -- links -------------------------------------------------------------------------------------------


def test_links_that_the_extract_does_not_give_are_kept(district: District, folder: Path) -> None:
    for table in ("course_category", "section_category"):
        rows = [line.split(",") for line in GOOD[table].splitlines()]
        put(folder, table, "".join(",".join(row[:2] + row[3:]) + "\n" for row in rows))
    refreshed = district.refresh(folder)
    assert [row["parent_row_id"] for row in contents(district)["section_category"]] == [1, 1]
    assert moved(refreshed.changes) == {}
    assert refreshed.warnings.filter(pl.col("rule") == "links_kept")["value"].to_list() == ["2", "2"]


def test_a_row_made_again_under_another_id_keeps_what_links_to_it(district: District, folder: Path) -> None:
    put(folder, "course_category", GOOD["course_category"].replace("1,1,1,Tests", "31,1,1,Tests"))
    (folder / "section_category.csv").unlink()
    refreshed = district.refresh(folder)
    assert [row["parent_row_id"] for row in contents(district)["section_category"]] == [31, 31]
    assert moved(refreshed.changes) == {}
    assert [row["row_id"] for row in contents(district)["course_category"]] == [2, 31]


# -- pushes: carried out, not carried out, undone ----------------------------------------------------


def pushed_district(seed: int) -> tuple[District, Tables, Tables] | None:
    """A random district that was pushed to in overwrite; its tables before and after."""
    before = make_district(seed)
    district = District(store_of(before))
    plan = None
    for year in sorted({row["end_year"] for row in before["catalog_school"]}):
        for catalog in before["catalog"]:
            try:
                plan = district.plan_master_push(
                    catalog["catalog_id"], year=year, mode="overwrite", to_sections=True
                )
            except RequestError:
                continue
            if plan.writes:
                break
        if plan is not None and plan.writes:
            break
    if plan is None or not plan.writes:
        return None
    before = tables_of(district.store)
    district.apply(plan)
    return district, before, tables_of(district.store)


SEEDS = first(range(6))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_carried_out_is_told_from_what_was_not(seed: int) -> None:
    made = pushed_district(seed)
    if made is None:
        pytest.skip("nothing to push in this district")
    district, before, after = made
    chance = random.Random(seed)
    courses = {row["course_id"] for row in before["course"]}
    half = {course for course in courses if chance.random() < 0.5}
    for name, number_of in (("none", set()), ("half", half), ("all", courses)):
        extract = carried_out(before, after, number_of, chance)
        refreshed = district.refresh(frames(extract))
        counts = {what: int(refreshed.changes[what].sum()) for what in OUTCOMES}
        assert (counts["added"], counts["removed"], counts["changed"]) == (0, 0, 0), (name, refreshed.changes)
        assert tables_of(district.store) == extract
        if name == "none":
            assert counts["by_our_push"] == 0
            assert counts["not_carried_out"] > 0
        if name == "all":
            assert counts["not_carried_out"] == 0
    district.close()


def without_ids(tables: Tables) -> dict[str, list[Any]]:
    """The tables below the masters by owner and key alone: links by the key of the row above."""
    keys: dict[tuple[str, int], Any] = {}
    told: dict[str, list[Any]] = {}
    for name in [name for name in TABLES if name in SETUP_BELOW or name.startswith("master_")]:
        rows: list[Any] = []
        for row in tables[name]:
            values = tuple(
                str(value) for column, value in row.items() if column not in ("row_id", "parent_row_id")
            )
            keys[name, row["row_id"]] = values
        for row in tables[name]:
            if name.startswith("master_"):
                continue
            upper = name.replace("course_", "master_").replace("section_", "course_")
            parent = row["parent_row_id"]
            rows.append((keys[name, row["row_id"]], str(keys.get((upper, parent), parent))))
        told[name] = sorted(rows)
    told["course"] = tables["course"]
    told["custom_field"] = tables["custom_field"]
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_push_that_the_source_carried_out_can_still_be_undone(seed: int) -> None:
    made = pushed_district(seed)
    if made is None:
        pytest.skip("nothing to push in this district")
    district, before, after = made
    courses = {row["course_id"] for row in before["course"]}
    refreshed = district.refresh(frames(carried_out(before, after, courses, random.Random(seed))))
    assert int(refreshed.changes["by_our_push"].sum()) > 0
    undo = district.plan_undo(1)
    assert undo.counts().filter(pl.col("verdict") == "keep").is_empty(), undo.rows(verdict="keep")
    district.apply(undo)
    assert without_ids(tables_of(district.store)) == without_ids(before)
    district.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_others_changed_is_theirs(seed: int) -> None:
    made = pushed_district(seed)
    if made is None:
        pytest.skip("nothing to push in this district")
    district, before, after = made
    chance = random.Random(seed)
    courses = {row["course_id"] for row in before["course"]}
    extract = carried_out(before, after, courses, chance)
    untouched = [row for row in extract["section_category"] if row in before["section_category"]]
    edited = chance.sample(untouched, min(3, len(untouched)))
    for row in edited:
        row["weight"] += 7
    taken_away = [row for row in extract["course_grade_calc"] if row in before["course_grade_calc"]][:1]
    extract["course_grade_calc"] = [row for row in extract["course_grade_calc"] if row not in taken_away]
    refreshed = district.refresh(frames(extract))
    told = moved(refreshed.changes)
    assert told.get("section_category", {}).get("changed", 0) == len(edited)
    assert told.get("course_grade_calc", {}).get("removed", 0) == len(taken_away)
    drift = district.sql("select element, hop, change, before, now from push.drift order by all")
    assert drift.filter(pl.col("element") == "categories").height == len(edited)
    assert drift.filter(pl.col("change") == "removed")["now"].null_count() == len(taken_away)
    district.close()


# -- ids that a reader made up -----------------------------------------------------------------------


def read_as(schools: dict[str, str], numbers: list[str]) -> SourceTables:
    """A source whose schools and calendars have names for ids; `numbers` is the order the reader met them in."""
    ids = {key: place for place, key in enumerate(numbers, start=1)}
    school = pl.DataFrame({"school_id": [ids[key] for key in numbers], "name": [schools[key] for key in numbers]})
    calendar = pl.DataFrame(
        {
            "calendar_id": [ids[key] for key in numbers],
            "school_id": [ids[key] for key in numbers],
            "end_year": [2027] * len(numbers),
            "name": [f"{schools[key]} 26-27" for key in numbers],
        }
    )
    keys = pl.DataFrame({"id": list(ids.values()), "source_key": list(ids)}, schema=KEY_SCHEMA)
    return SourceTables(
        "A format",
        {"school": school, "calendar": calendar},
        pl.DataFrame(schema=FINDING_SCHEMA),
        pl.DataFrame(schema=ACCOUNT_SCHEMA),
        {"school": keys, "calendar": keys.with_columns(pl.col("source_key") + "/2027")},
    )


def test_a_name_keeps_its_id_from_week_to_week() -> None:
    schools = {"guid-b": "North", "guid-d": "South"}
    store = Store(None, threads=1)
    load_tables(store, read_as(schools, ["guid-b", "guid-d"]))
    district = District(store)
    refreshed = district.refresh(read_as({**schools, "guid-a": "East"}, ["guid-a", "guid-b", "guid-d"]))
    assert district.sql("select school_id, name from school order by 1").rows() == [
        (1, "North"),
        (2, "South"),
        (3, "East"),
    ]
    assert district.sql("select calendar_id, school_id from calendar order by 1").rows() == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]
    assert moved(refreshed.changes) == {"school": {"added": 1}, "calendar": {"added": 1}}
    refreshed = district.refresh(read_as(schools, ["guid-d", "guid-b"]), allow_removals=True)
    assert district.sql("select school_id, name from school order by 1").rows() == [(1, "North"), (2, "South")]
    district.refresh(read_as({**schools, "guid-a": "East"}, ["guid-a", "guid-b", "guid-d"]))
    assert district.sql("select school_id from school where name = 'East'").rows() == [(3,)]
    district.close()
