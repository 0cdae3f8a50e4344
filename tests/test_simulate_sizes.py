"""Larger simulated districts: as large as they promise, written in order, with the same situations planted."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rounds import slow
from simulated import HIGH_26, HIGH_27, frames
from size import BROKEN, RESIDUAL, TARGETS, opened, residual_on_courses, row_counts, shares

import coursepush as cp
from coursepush.errors import RequestError, StoreError
from coursepush.model.tables import TABLES
from coursepush.progress import listening
from coursepush.simulate import PROFILES, SCENARIOS, fill_simulated, simulate_tables, write_simulated
from coursepush.store import Session, Store
from coursepush.store.making import MakingStore

MEDIUM_SEED = 7


@pytest.fixture(scope="module")
def making(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of a medium district, and the names of the steps that made it."""
    folder = tmp_path_factory.mktemp("medium")
    steps: list[str] = []
    with listening(steps.append):
        write_simulated(folder, "medium", MEDIUM_SEED)
    return folder, steps


@pytest.fixture(scope="module")
def medium(making: tuple[Path, list[str]]) -> Path:
    return making[0]


# -- small is what it was --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (7, "267ba45fad7144242bd687222afa4ef4e37dcf783a52958d0c2b8a348a097976"),
        (2027, "2370bf54556c8018d69d85713b0144fd5003d9481bf9183b12759b2008c32a36"),
    ],
)
def test_small_stays_as_it_is(seed: int, expected: str) -> None:
    """Notebooks and written answers name rows of small: whatever grows for the larger sizes leaves it alone."""
    rows = hashlib.sha256()
    for name, frame in frames(seed).items():
        rows.update(f"{name}{frame.columns}{frame.rows()}".encode())
    assert rows.hexdigest() == expected


# -- files -----------------------------------------------------------------------------------------------


def test_files_hold_the_same_rows_as_frames(tmp_path: Path) -> None:
    files = write_simulated(tmp_path / "new" / "folder", "small", 7)
    assert [path.name for path in files] == [f"{name}.parquet" for name in TABLES]
    for path in files:
        frame = pl.read_parquet(path)
        assert frame.schema == frames(7)[path.stem].schema
        assert frame.equals(frames(7)[path.stem]), path.stem


def test_a_folder_with_tables_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "Course.csv"
    mine.write_text("course_id\n1\n")
    with pytest.raises(RequestError, match=r"it holds Course\.csv\. Name another folder"):
        write_simulated(tmp_path, "small", 7)
    assert list(tmp_path.iterdir()) == [mine]


def test_nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    write_simulated(tmp_path / "made", "small", 7)
    assert list(private.iterdir()) == []

    written: list[str] = []

    def write_two(store: MakingStore, session: Session, table: Any) -> tuple[str, int]:
        if len(written) == 2:
            raise StoreError("the disk is full")
        written.append(table.name)
        return real(store, session, table)

    real = MakingStore.write_parquet
    monkeypatch.setattr(MakingStore, "write_parquet", write_two)
    with pytest.raises(StoreError, match="the disk is full"):
        write_simulated(tmp_path / "half", "small", 7)
    assert len(written) == 2
    assert list(private.iterdir()) == []
    assert not (tmp_path / "half").exists()


def test_files_outside_the_folder_are_out_of_reach(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    store = MakingStore(folder)
    try:
        with pytest.raises(StoreError, match="disabled by configuration"):
            store.execute("look", f"copy (select 1) to '{tmp_path / 'outside.parquet'}' (format parquet)")
        with pytest.raises(StoreError, match="Cannot enable external access"):
            store.execute("open", "set enable_external_access = true")
    finally:
        store.close()


def test_an_unknown_size_is_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"There is no size 'larg'.*Did you mean 'large'"):
        write_simulated(tmp_path / "new", "larg", 7)
    assert not (tmp_path / "new").exists()


def test_large_does_not_come_as_frames() -> None:
    with pytest.raises(RequestError, match=r"Make it in a file: coursepush\.simulate_district\('large', into="):
        simulate_tables("large", 7)


# -- in place --------------------------------------------------------------------------------------------


def test_a_district_is_filled_in_place_in_the_order_of_its_keys(tmp_path: Path) -> None:
    store = Store(tmp_path / "district.duckdb")
    try:
        with store.writing(create=True) as session:
            session.run("kept", "create temp table kept as select 1 as one")
            fill_simulated(session, "small", 7)
            left = session.rows("left", "select table_name from duckdb_tables() where temporary")
            assert left == [("kept",)]
            macros = "select count(*) from duckdb_functions() where function_name in ('draw', 'luck_of_a_score')"
            assert session.value("macros", macros) == 0
        with store.reading() as session:
            for name, table in TABLES.items():
                stored = session.frame("stored", f"select {', '.join(table.names)} from {name} order by rowid")
                assert stored.equals(frames(7)[name]), name
    finally:
        store.close()


def test_the_number_of_statements_grows_with_batches_only(making: tuple[Path, list[str]], tmp_path: Path) -> None:
    for_small: list[str] = []
    with listening(for_small.append):
        write_simulated(tmp_path, "small", 7)
    more = Counter(making[1]) - Counter(for_small)
    assert not Counter(for_small) - Counter(making[1])
    assert {"sections of the batch", "assignment", "score"} < set(more)
    assert set(more.values()) == {PROFILES["medium"].batches - 1}


# -- medium ----------------------------------------------------------------------------------------------


def test_medium_is_of_the_size_it_promises(medium: Path) -> None:
    counts = row_counts(medium)
    for name, target in TARGETS["medium"].items():
        assert counts[name] == pytest.approx(target, rel=0.1), name
    # In proportion as a large district is.
    large = TARGETS["large"]
    for part, whole in (
        ("course_task", "course"),
        ("course_grade_calc", "course"),
        ("section_grade_calc", "section"),
        ("section_category", "section"),
    ):
        assert counts[part] / counts[whole] == pytest.approx(large[part] / large[whole], rel=0.15), part


def test_shares_of_residual_and_broken_rows(medium: Path) -> None:
    with opened(medium) as connection:
        residual, broken = shares(connection)
    assert residual == pytest.approx(RESIDUAL, abs=0.01)
    assert broken == pytest.approx(BROKEN, abs=0.005)


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_medium_are_in_order_with_exact_types(medium: Path, name: str) -> None:
    table = TABLES[name]
    frame = pl.read_parquet(medium / f"{name}.parquet", columns=list(table.key))
    assert frame.height > 0
    assert not frame.is_duplicated().any()
    assert frame.equals(frame.sort(table.key))
    assert pl.read_parquet_schema(medium / f"{name}.parquet") == frames(7)[name].schema


def test_luck_is_spread_as_in_small(medium: Path) -> None:
    """Reckoned luck looks like drawn luck, over all scores and for the students of one assignment."""

    def shares_of(score: pl.LazyFrame) -> dict[str, float]:
        flags = ("is_missing", "is_late", "is_exempt", "is_incomplete", "is_turned_in")
        mean = score.select(pl.col(*flags).mean(), commented=pl.col("comment").is_not_null().mean())
        return mean.collect().row(0, named=True)

    scores = pl.scan_parquet(medium / "score.parquet")
    drawn = shares_of(frames(7)["score"].lazy())
    for what, share in shares_of(scores).items():
        assert share == pytest.approx(drawn[what], abs=0.005), what
    by_assignment = scores.group_by("assignment_id").agg(pl.col("is_missing").mean(), students=pl.len()).collect()
    spread = (0.04 * 0.96 / by_assignment["students"].mean()) ** 0.5  # type: ignore[operator]
    assert by_assignment["is_missing"].std() == pytest.approx(spread, rel=0.1)


@slow
def test_the_same_seed_makes_the_same_medium_on_one_thread(medium: Path, tmp_path: Path) -> None:
    write_simulated(tmp_path, "medium", MEDIUM_SEED, threads=1)
    for name in TABLES:
        one, more = (pl.read_parquet(folder / f"{name}.parquet") for folder in (tmp_path, medium))
        assert one.equals(more), name


# -- the situations planted in medium ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def district(medium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[cp.District]:
    """Medium, loaded through all checks of a load: none refuses it."""
    with cp.load_district(medium, into=tmp_path_factory.mktemp("loaded") / "medium.duckdb") as loaded:
        yield loaded


@pytest.fixture(scope="module")
def plans(district: cp.District) -> list[cp.Plan]:
    """The plans that the scenarios ask for, in their order."""
    return [eval(scenario.request, {"district": district}) for scenario in SCENARIOS]


def verdicts(plan: cp.Plan) -> set[tuple[Any, ...]]:
    return set(plan.counts().select("hop", "element", "verdict", "reason", "link").rows())


@slow
def test_every_scenario_is_planted_in_medium_too(plans: list[cp.Plan]) -> None:
    with cp.simulate_district("small", seed=7) as small:
        for scenario, plan in zip(SCENARIOS, plans, strict=True):
            in_small = verdicts(eval(scenario.request, {"district": small}))
            assert in_small <= verdicts(plan), scenario.scenario


def test_scenarios_say_what_they_expect_in_medium(district: cp.District, plans: list[cp.Plan]) -> None:
    def course_id(calendar: str, number: str) -> int:
        found = district.sql(
            "select c.course_id from course as c join calendar as k on k.calendar_id = c.calendar_id "
            "where k.name = $1 and c.number = $2",
            [calendar, number],
        )
        return int(found.item())

    def rows(scenario: int, **wanted: Any) -> list[dict[str, Any]]:
        return plans[scenario - 1].rows(**wanted).to_dicts()

    changed = [row["course_id"] for row in rows(1, verdict="update") if row["field"] == "state_code"]
    assert sorted(changed) == sorted(course_id(HIGH_27, number) for number in ("03051-1", "03151-1", "03003-1"))

    ignoring = [row["course_id"] for row in rows(3, verdict="skip") if row["reason"] == "ignore_master_push"]
    assert ignoring == [course_id("Cedar Hill Elementary 26-27", "0306-2")]

    desynced = [row for row in rows(6) if row["element"] in ("categories", "grade_calc_options")]
    assert {(row["verdict"], row["reason"]) for row in desynced} == {("fail", "desynced")}
    assert course_id(HIGH_26, "04051-1") in {row["course_id"] for row in desynced}

    spanish = course_id(HIGH_26, "24052-1")
    kept = [row for row in rows(8, verdict="keep") if row["course_id"] == spanish and row["link"] == "local"]
    assert {'{"name":"Warm-Ups"}', '{"task_id":108}'} <= {row["key"] for row in kept}
    assert {row["reason"] for row in kept} == {"residual"}


def test_the_report_of_residual_data_agrees(medium: Path, district: cp.District) -> None:
    """On courses, which are judged by the masters as they stand; sections by the courses as a push leaves them."""
    with opened(medium) as connection:
        expected = residual_on_courses(connection)
    assert district.reports.residual(level="course").height == pytest.approx(expected, rel=0.05)
    assert district.reports.residual(level="section").height > 0.1 * expected
