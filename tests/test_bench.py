"""The benchmark measures what it says: its SQL counts what is there, its aims and its table add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from bench import aims, clicks, floor, grades, ours, panels, rival
from bench.__main__ import PARTS, RESULTS, arguments, report
from bench.machine import described
from bench.process import Failed, in_process
from bench.run import SIZES, Run
from bench.sections import FLOOR, GRADES, REPORTS, bound, group, read_sections
from bench.table import HEADINGS, Row, gib, rendered, seconds, times
from bench.timing import repeated

import coursepush as cp
from coursepush.model.tables import SETUP_KEYS, TABLES


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("bench") / "small.duckdb")
    ours.make("small", path)
    return path


@pytest.fixture(scope="module")
def counts(district: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    work = str(tmp_path_factory.mktemp("work"))
    return {reach: floor.compare(district, reach, work, 1)["counts"] for reach in ("whole", "reached")}


# -- SQL files ---------------------------------------------------------------------------------------------


def test_sections_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "some.sql"
    path.write_text("-- for the reader\n\n-- name: a/one\n-- one row\nselect $x\n;\n\n-- name: b\nselect '$'\n")
    sections = read_sections(path)
    assert sections == {"a/one": "-- one row\nselect $x", "b": "select '$'"}
    assert group(sections, "a") == {"one": "-- one row\nselect $x"}
    assert bound(sections["a/one"], {"x": 1, "y": 2}) == {"x": 1}
    assert bound(sections["b"], {"x": 1}) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-- name: a\nselect 1\n-- name: a\nselect 2\n", "two sections called a"),
        ("-- name: a\n-- nothing\n-- name: b\nselect 2\n", "no statement under a"),
    ],
)
def test_a_wrong_file_of_sections_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "some.sql"
    path.write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_sections(path)


@pytest.mark.parametrize(
    "path", [path for path in (FLOOR, GRADES, REPORTS) if path.exists()], ids=lambda path: path.name
)
def test_every_section_is_one_statement(path: Path) -> None:
    for name, sql in read_sections(path).items():
        assert len(duckdb.extract_statements(sql)) == 1, name


def test_the_floor_compares_every_value_of_every_element() -> None:
    sections = read_sections(FLOOR)
    for reach in ("whole", "reached"):
        for hop, level in ((1, "course"), (2, "section")):
            for family in SETUP_KEYS:
                if f"{level}_{family}" in TABLES:
                    sql = sections[f"{reach}/hop_{hop}_{family}"]
                    for column in TABLES[f"master_{family}"].names[2:]:
                        assert f"l.{column} is distinct from u.{column}" in sql


# -- the floor ---------------------------------------------------------------------------------------------


def frames(path: str, *names: str) -> dict[str, pl.DataFrame]:
    with cp.open_district(path) as district:
        return {name: district.sql(f"select * from {name}") for name in names}


def test_the_floor_counts_what_is_there(district: str, counts: dict[str, dict[str, int]]) -> None:
    found = frames(
        district, "assignment", "assignment_task", "posted_grade", "course", "course_task", "master_task"
    )
    whole = counts["whole"]
    worked = found["assignment"].join(found["assignment_task"], on="assignment_id")
    place = ["section_id", "task_id", "term_seq"]
    assert whole["work_assignment"] == worked.select(place).unique().height
    assert whole["work_posted_grade"] == found["posted_grade"].select(place).unique().height
    assert whole["work_category"] == found["assignment"]["category_row_id"].n_unique()
    values = TABLES["master_task"].names[2:]
    lower = set(found["course_task"].select("owner_id", *values).rows())
    upper = set(
        found["course"]
        .join(found["master_task"], left_on="master_id", right_on="owner_id")
        .select("course_id", *values)
        .rows()
    )
    assert whole["hop_1_task"] == len({row[:2] for row in lower ^ upper}) > 0


def test_a_push_reaches_no_more_than_there_is(counts: dict[str, dict[str, int]]) -> None:
    whole, reached = counts["whole"], counts["reached"]
    assert reached.keys() - whole.keys() == {"scope_course", "scope_section"}
    assert all(0 <= reached[name] <= whole[name] for name in whole)
    assert 0 < reached["work_category"] < whole["work_category"]


def test_the_floor_reaches_the_courses_of_the_plan(district: str, counts: dict[str, dict[str, int]]) -> None:
    with cp.open_district(district) as opened:
        plan = ours.plan_of(opened)
        fields = plan.counts().filter(element="course_info")["rows"].sum()
        locked = opened.sql(
            "select count(*) as locks from catalog_lock join catalog using (catalog_id) "
            "where name = $name and starts_with(lock, 'course_info.')",
            {"name": ours.CATALOG},
        )["locks"][0]
    assert counts["reached"]["scope_course"] * locked == fields


def test_the_bare_writes_leave_what_apply_leaves(district: str, tmp_path: Path) -> None:
    applied = str(tmp_path / "applied.duckdb")
    push_id = ours.apply_once(district, applied)["push_id"]
    told = floor.write(district, applied, push_id, str(tmp_path), 1)
    assert told["rows"] > 200
    emptied = {**read_sections(FLOOR), "writes/update_section": "select 1"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(floor, "read_sections", lambda _: emptied)
        with pytest.raises(AssertionError, match="in section"):
            floor.write(district, applied, push_id, str(tmp_path), 1)


def test_a_fresh_process_tells_figures_or_why_not(district: str, tmp_path: Path) -> None:
    told = in_process("compare", path=district, reach="whole", work=str(tmp_path), times=1)
    assert told["seconds"] > 0
    assert told["peak"] > 10 * 1024**2
    with pytest.raises(Failed, match="StoreError"):
        in_process("open_file", path=str(tmp_path / "none.duckdb"))


def test_courses_to_preview_are_two_of_each_kind(district: str) -> None:
    chosen = ours.choose(district)
    for kind in ("courses", "masters"):
        for pair in chosen[kind].values():
            assert len(set(pair)) == 2


def test_a_click_is_timed_in_the_panel_that_a_person_has(district: str) -> None:
    told = panels.preview(district, 1)
    assert {"All rows", "By school", "By teacher"} < told["lists"].keys()
    assert 0 < told["plan"] < told["shown"] + sum(told["lists"].values())
    row = clicks._against("Preview", "small", 3.0, "the plan alone", 2.0, aims.PREVIEW, told)
    assert (row.ratio, row.held, row.best_of) == ("1.50 ×", "met", "1")


# -- aims and the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aim", "figure", "held"),
    [
        (aims.PLAN, 1.5, "met"),
        (aims.PLAN, 1.503, "missed by under 1%"),
        (aims.PLAN, 1.8, "missed by 20%"),
        (aims.PLAN, 4.5, "missed, 3.0 × the aim"),
        (aims.SQLITE, 100, "met"),
        (aims.SQLITE, 75, "missed by 25%"),
        (aims.SQLITE, 0.2, "missed, 0.2% of the aim"),
        (aims.PEAK, 3 * 1024**3, "met"),
    ],
)
def test_an_aim_is_met_or_missed_by_so_much(aim: aims.Aim, figure: float, held: str) -> None:
    assert aim.held(figure) == held


def test_an_apply_may_take_a_plan_and_twice_the_writes() -> None:
    assert aims.apply_allowance(10, 2) == pytest.approx(15)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (seconds(0.0123), "12.3 ms"),
        (seconds(0.9994), "999 ms"),
        (seconds(1.0), "1.00 s"),
        (seconds(59.96), "60.0 s"),
        (seconds(1203.4), "1,203 s"),
        (times(0.5), "0.50 ×"),
        (times(12.34), "12.3 ×"),
        (times(1234), "1,234 ×"),
        (gib(2**29), "0.50 GiB"),
    ],
)
def test_figures_have_three_digits(text: str, wanted: str) -> None:
    assert text == wanted


def test_the_table_is_markdown_with_every_row() -> None:
    lines = rendered([Row("a | b", "small", "1.00 s"), Row("c", "large", "2.00 s", best_of="5")]).splitlines()
    assert len(lines) == 4
    assert [cell.strip() for cell in lines[0].strip("|").split("|")] == list(HEADINGS)
    assert "a \\| b" in lines[2]
    assert len({len(line) for line in lines}) == 1


def test_statements_that_depend_on_the_size_are_told(tmp_path: Path) -> None:
    run = Run(("small", "medium"), tmp_path, tmp_path, 1)
    run.statements = {
        "plan": {"small": 10, "medium": 10},
        "apply": {"small": 5, "medium": 6},
        "page": {"small": 1},
    }
    run.peaks = {"small": {"plan": 2**28, "apply": 2**29}}
    run.tell_of_all()
    memory, statements = run.rows
    assert (memory.figure, memory.against) == ("0.50 GiB", "it was apply")
    assert (statements.figure, statements.against, statements.held) == ("1 differ", "apply: 5, 6", "missed")


def test_the_page_names_what_ran_and_what_did_not(tmp_path: Path) -> None:
    run = Run(("small",), tmp_path, tmp_path, 1, rows=[Row("plan", "small", "1.00 s")])
    run.untold.append("postgres was left out: PostgreSQL is not installed.")
    page = report(run, "python -m tests.bench small")
    assert all(line in page for line in described())
    assert "\n- postgres was left out" in page


def test_work_is_done_so_often() -> None:
    told = iter([3.0, 1.0, 2.0])
    timed = repeated(3, lambda: next(told))
    assert (timed.best, timed.seconds) == (1.0, [3.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], {"sizes": SIZES, "only": PARTS, "out": RESULTS}),
        (["small"], {"sizes": ("small",), "only": PARTS, "out": None}),
        (["large", "small", "--only", "floor"], {"sizes": ("small", "large"), "only": ("floor",), "out": None}),
        (["--only", "floor", "--out", "t.md"], {"sizes": SIZES, "out": Path("t.md")}),
    ],
)
def test_only_a_whole_run_writes_the_results(given: list[str], wanted: dict[str, Any]) -> None:
    found = vars(arguments(given))
    assert {name: found[name] for name in wanted} == wanted


# -- grades ------------------------------------------------------------------------------------------------


def test_polars_and_a_loop_over_students_give_the_percents_of_the_forecast(district: str, tmp_path: Path) -> None:
    path, applied, percents = (str(tmp_path / name) for name in ("weights.duckdb", "applied.duckdb", "percents"))
    assert grades.change_weights(district, path)["masters"] > 0
    told = grades.forecast(path, 1, percents)
    ours.apply_once(path, applied)
    for folder, source, names in (("before", path, None), ("after", applied, list(grades.SETUP))):
        (tmp_path / folder).mkdir()
        rival.export_tables(source, str(tmp_path / folder), names)
    folders = [str(tmp_path / folder) for folder in ("before", "after")]
    polars = grades.by_polars(*folders, percents, 1)
    assert polars["rows"] >= told["rows"] > 1000
    assert "differs" not in polars
    loop = grades.by_student(path, applied, percents, 3)
    assert loop["rows"] > 50
    assert "differs" not in loop
    wrong = pl.read_parquet(percents).with_columns(after=pl.col("after") + 1)
    wrong.write_parquet(percents)
    assert "are not the forecast's" in grades.by_polars(*folders, percents, 1)["differs"]
    assert "are not the forecast's" in grades.by_student(path, applied, percents, 1)["differs"]


def test_as_many_groups_are_summed_as_grades_need(district: str, tmp_path: Path) -> None:
    groups = {
        name: grades.group_scores(district, name, str(tmp_path), 1)["groups"] for name in read_sections(GRADES)
    }
    assert groups["reached/bare"] < groups["whole/bare"] < groups["whole/needed"]
    assert groups["reached/bare"] < groups["reached/needed"] < groups["whole/needed"]
    found = frames(district, "score", "assignment")
    scored = found["score"].join(found["assignment"], on="assignment_id")
    assert groups["whole/bare"] == scored.select("student_id", "category_row_id").unique().height


# -- the alternatives --------------------------------------------------------------------------------------


def test_tables_are_compared_row_for_row(district: str, tmp_path: Path) -> None:
    rival.export_tables(district, str(tmp_path))
    assert {path.stem for path in tmp_path.glob("*.parquet")} == TABLES.keys()
    found = {name: pl.read_parquet(tmp_path / f"{name}.parquet") for name in rival.COMPARED}
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=1) for name, frame in found.items()}
    rival.compare_tables(shuffled, tmp_path)
    row = pl.col("row_id")
    other = found["section_category"].with_columns(row.replace(found["section_category"]["row_id"][0], 10**9))
    with pytest.raises(AssertionError, match="section_category: 1 of "):
        rival.compare_tables({**found, "section_category": other}, tmp_path)
    changed = found["course"].with_columns(terms=pl.when(pl.col("course_id") == 1).then(99).otherwise("terms"))
    with pytest.raises(AssertionError, match=r"expected and found: \{'terms'"):
        rival.compare_tables({**found, "course": changed}, tmp_path)
