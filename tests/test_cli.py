"""The command line: exit codes, errors without tracebacks, and that nothing is written unasked."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result
from rounds import slow

from coursepush.cli import signals
from coursepush.cli.main import cli
from coursepush.errors import StoppedError
from coursepush.files.names import in_shell
from coursepush.reports.files import write_frame

MASTERS = ("--catalog", "High School", "--year", "2027")


def run(*arguments: object, code: int) -> Result:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    assert "Traceback" not in result.output
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "district.duckdb"
    assert "Riverbend High 26-27" in run("simulate", "small", file, "--seed", 7, code=0).output
    return file


@pytest.fixture
def district(made: Path, tmp_path: Path) -> Path:
    file = tmp_path / "district.duckdb"
    file.write_bytes(made.read_bytes())
    return file


def digest_of(result: Result) -> str:
    return next(line.split()[1] for line in result.output.splitlines() if line.startswith("Digest: "))


# -- help --------------------------------------------------------------------------------------------------


def test_help_explains_what_it_does_in_which_order_and_its_exit_codes() -> None:
    text = run("--help", code=0).output
    for words in ("Preview, apply and undo", "The order of work", "Exit codes", "something would change", "demo"):
        assert words in text


def test_every_command_and_option_has_help() -> None:
    def walk(command: object, path: str) -> Iterator[str]:
        if getattr(command, "help", None) in (None, ""):
            yield path
        for option in getattr(command, "params", ()):
            if option.param_type_name == "option" and not option.help:
                yield f"{path} {option.name}"
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, f"{path} {name}")

    assert list(walk(cli, "coursepush")) == []


# -- exit codes of a preview -------------------------------------------------------------------------------


def test_a_preview_exits_with_2_where_something_would_change_and_writes_nothing(made: Path) -> None:
    before = made.read_bytes()
    result = run("plan", "masters", made, *MASTERS, code=2)
    assert "Would be written: " in result.output
    assert "Nothing was written by this preview." in result.output
    assert len(digest_of(result)) == 64
    assert made.read_bytes() == before


def test_a_school_year_is_given_as_people_write_it(made: Path) -> None:
    known = digest_of(run("plan", "masters", made, *MASTERS, "--today", "2026-07-01", code=2))
    written = ("--catalog", "High School", "--year", "2026-27", "--today", "2026-07-01")
    assert digest_of(run("plan", "masters", made, *written, code=2)) == known
    status = run("report", "status", made, "--year", "2025-26", "--year", "2027", code=0).output
    assert "2025-26, 2026-27" in status
    for wrong in ("2026-28", "soon"):
        result = run("plan", "masters", made, "--catalog", "High School", "--year", wrong, code=1)
        assert f"A year is a whole number such as 2027 (for 2026-27), not {wrong!r}." in result.output


def test_what_to_do_is_told_whole(made: Path) -> None:
    planned = run("plan", "masters", made, *MASTERS, code=2).output
    assert "Relink it with an overwrite push of this course, after checking what the school changed." in planned
    status = run("report", "status", made, "--catalog", "High School", "--year", "2027", code=0).output
    told = status[status.index("What to do:") :].splitlines()[1:]
    assert told
    assert all(re.match(r"- [\d,]+ rows?: \w.*\.$", line) for line in told)


def test_a_preview_exits_with_0_where_nothing_would_change(district: Path) -> None:
    options = (*MASTERS, "--master", "03051-1", "--today", "2026-07-01")
    run("apply", "masters", district, *options, "--yes", code=0)
    assert "Would be written: 0 rows" in run("plan", "masters", district, *options, code=0).output
    again = run("apply", "masters", district, *options, "--yes", code=0)
    assert "nothing was applied" in again.output


def test_push_all_courses_can_be_previewed(made: Path) -> None:
    result = CliRunner().invoke(cli, ["plan", "courses", str(made), "--calendar", "Riverbend High 25-26"])
    assert result.exit_code in (0, 2), result.output
    assert "Push All Courses" in result.output


def test_a_number_is_a_name_first_and_then_an_id(made: Path) -> None:
    by_name = run("plan", "masters", made, *MASTERS, code=2)
    by_id = run("plan", "masters", made, "--catalog", "3", "--year", "2027", code=2)
    assert digest_of(by_name) == digest_of(by_id)


# -- what a preview leaves ---------------------------------------------------------------------------------


def test_rows_pages_and_plans_are_written_where_asked(made: Path, tmp_path: Path) -> None:
    rows, page = tmp_path / "rows.csv", tmp_path / "plan.html"
    result = run("plan", "masters", made, *MASTERS, "--rows", "--out", rows, "--page", page, code=2)
    assert "more" in result.output
    assert str(page) in result.output
    with rows.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {"fate", "school", "course_number", "what", "change", "why"} <= set(lines[0])
    assert page.read_text("utf-8").startswith("<!doctype html>")
    parquet = tmp_path / "rows.parquet"
    run("plan", "masters", made, *MASTERS, "--out", parquet, code=2)
    assert pl.read_parquet(parquet).height == len(lines)
    wrong = run("plan", "masters", made, *MASTERS, "--out", tmp_path / "rows.docx", code=1)
    assert "ends in none of .csv, .xlsx, .parquet, .md" in wrong.output


def test_formulas_in_csv_are_defused(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", "", None, "'=1", "a=b"]
    write_frame(pl.DataFrame({"name": names, "n": [-1] * len(names)}), tmp_path / "x.csv")
    back = pl.read_csv(tmp_path / "x.csv", infer_schema=False)
    assert back["name"].to_list() == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "'\rx",
        "plain",
        "",
        None,
        "'=1",
        "a=b",
    ]
    assert set(back["n"]) == {"-1"}


# -- applying and undoing ----------------------------------------------------------------------------------


def test_applying_needs_a_digest_a_yes_or_somebody_to_ask(district: Path) -> None:
    before = district.read_bytes()
    refused = run("apply", "masters", district, *MASTERS, code=1)
    assert "nobody is there to confirm" in refused.output
    assert "--digest" in refused.output
    wrong = run("apply", "masters", district, *MASTERS, "--digest", "0" * 12, code=1)
    assert "not the one you looked at" in wrong.output
    short = run("apply", "masters", district, *MASTERS, "--digest", "0000", code=1)
    assert "at least the first 8" in short.output
    assert district.read_bytes() == before


def test_apply_by_digest_then_report_history_and_undo(district: Path, tmp_path: Path) -> None:
    assert "Nothing has been pushed yet" in run("history", district, code=0).output
    run("report", "result", district, code=1)
    digest = digest_of(run("plan", "masters", district, *MASTERS, code=2))
    applied = run("apply", "masters", district, *MASTERS, "--digest", digest[:12], code=0)
    assert "Push 1: Push All Course Masters" in applied.output

    out = tmp_path / "result.csv"
    told = run("report", "result", district, "--outcome", "could_not", "--out", out, code=0)
    assert "desynced" in told.output
    assert pl.read_csv(out, infer_schema=False)["outcome"].unique().to_list() == ["Could not be pushed"]
    assert (
        "Riverbend High 25-26"
        in run("report", "residual", district, "--school", "Riverbend High School", code=0).output
    )

    run("undo", district, 1, code=1)
    undone = run("undo", district, 1, "--yes", code=0)
    assert "Push 2: Undo of push 1" in undone.output
    assert "Undo of push 1" in run("history", district, code=0).output
    assert digest_of(run("plan", "masters", district, *MASTERS, code=2)) == digest


@pytest.mark.parametrize(
    ("report", "options", "says"),
    [
        ("status", ("--status", "desynced"), "Which courses follow their course master?"),
        ("audit", ("--master", "03101-1"), "Where do courses differ from their course master, and why?"),
        ("awaiting-masters", ("--no-attributes",), "What would a push change on courses"),
        (
            "awaiting-courses",
            ("--calendar", "Riverbend High 25-26"),
            "What is on courses that sections do not have",
        ),
        ("cascade", ("--school", "Riverbend High School"), "How much follows what is above it?"),
        ("residual", ("--level", "section"), "What setup stays only because students' work uses it?"),
        ("drift", (), "What did others change"),
    ],
)
def test_every_report_is_printed_and_written(
    made: Path, tmp_path: Path, report: str, options: tuple[str, ...], says: str
) -> None:
    page, out = tmp_path / "report.html", tmp_path / "report.xlsx"
    told = run("report", report, made, *options, "--page", page, "--out", out, code=0).output
    assert says in unescape(page.read_text("utf-8"))
    rows = openpyxl.load_workbook(out)["Report"].max_row - 1
    assert f"\n{rows:,} rows: --out and --page write them" in told


def test_counts_of_students_are_written_only_when_asked_for(made: Path, tmp_path: Path) -> None:
    hidden, exact = tmp_path / "hidden.csv", tmp_path / "exact.csv"
    run("report", "residual", made, "--out", hidden, code=0)
    run("report", "residual", made, "--out", exact, "--exact-counts", code=0)
    assert "10 or more" in pl.read_csv(hidden, infer_schema=False)["students"].to_list()
    assert all(text.isdigit() for text in pl.read_csv(exact, infer_schema=False)["students"])


def test_whose_grades_would_move_is_said_and_written(made: Path, tmp_path: Path) -> None:
    saved, page, out, exact = (
        tmp_path / name for name in ("push.cpush", "grades.html", "grades.csv", "exact.csv")
    )
    push = ("--catalog", "High School", "--year", "2026", "--today", "2026-03-02", "--mode", "overwrite")
    told = run("plan", "masters", made, *push, "--to-sections", "--forecast", "--save", saved, code=2).output
    said = re.search(r"Grades:\n  (Grades in progress would move in \d+ sections of \d+ teachers.*)\n", told)
    assert said is not None
    onward = run("plan", "masters", made, *push, "--forecast", code=2).output
    assert "Pushed on to sections, as this push does not: grades in progress would move in" in onward
    told = run("report", "forecast", made, saved, "--page", page, "--out", out, code=0).output
    assert said[1] in told
    assert said[1] in unescape(page.read_text("utf-8"))
    assert set(pl.read_csv(out, infer_schema=False)["mark_up"]) == {"some", "none"}
    run("report", "forecast", made, saved, "--out", exact, "--exact-counts", code=0)
    assert pl.read_csv(exact)["looked_at"].max() > 10


def test_why_is_told_step_by_step(made: Path) -> None:
    place = ("--course", "04051-1", "--calendar", "Riverbend High 25-26")
    told = run(
        "why", made, *place, "--section", "01", "--element", "categories", "--key", "Homework", code=0
    ).output
    assert [word for word in ("catalog", "master", "course", "section") if f"\n  {word}" in told] == [
        "catalog", "master", "course", "section",
    ]  # fmt: skip
    assert "its link to the course master is broken" in " ".join(told.split())
    option = run(
        "why", made, *place, "--element", "grade_calc_options", "--key", "Semester Grade", "--key", "1", code=0
    )
    assert "Semester Grade, term 1" in option.output
    assert "There are here: Classwork" in run("why", made, *place, "--element", "categories", code=1).output


def test_a_plan_is_tried_on_a_scenario_and_never_saved(made: Path, tmp_path: Path) -> None:
    edits = tmp_path / "heavier.toml"
    edits.write_text(
        'title = "heavier tests"\n[[edit]]\ndo = "set"\nelement = "categories"\nname = "Tests"\nweight = 45\n'
        'catalog = "High School"\n[[edit]]\ndo = "new_catalog"\nname = "High School"\n'
    )
    plain = run("plan", "masters", made, *MASTERS, "--course", "04101-1", code=0)
    tried = run("plan", "masters", made, *MASTERS, "--course", "04101-1", "--what-if", edits, code=2)
    assert "1. set categories: name Tests, weight 45; catalog High School (29 rows)" in tried.output
    assert "2. new catalog: name High School (missed: There is a catalog 'High School' already." in tried.output
    assert digest_of(tried) != digest_of(plain)
    saved = tmp_path / "plan.cpush"
    refused = run("plan", "masters", made, *MASTERS, "--what-if", edits, "--save", saved, code=1)
    assert "made in a scenario, so it cannot be saved" in refused.output
    assert not saved.exists()


def test_a_saved_plan_is_applied_while_the_district_is_as_it_was(district: Path, tmp_path: Path) -> None:
    saved = tmp_path / "push.plan"
    run("plan", "masters", district, *MASTERS, "--save", saved, code=2)
    assert "rows written" in run("apply", "saved", district, saved, "--yes", code=0).output
    stale = run("apply", "saved", district, saved, "--yes", code=1)
    assert stale.output.startswith("Error: ")


# -- errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--catalog", "Hgh School", "--year", "2027"), "Did you mean 'High School'"),
        (("--catalog", "High School", "--year", "2031"), "Valid choices: 2026, 2027"),
        ((*MASTERS, "--calendar", "Nowhere"), "Riverbend High 26-27"),
        ((*MASTERS, "--master", "99999"), "no course master 99999"),
        ((*MASTERS, "--data", "grades"), "categories"),
        ((*MASTERS, "--mode", "force"), "locked, overwrite"),
    ],
)
def test_what_is_unknown_is_answered_with_what_there_is(
    made: Path, options: tuple[str, ...], message: str
) -> None:
    result = run("plan", "masters", made, *options, code=1)
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr


def test_wrong_usage_exits_with_1(made: Path) -> None:
    for arguments in (("plan", "masters", made), ("plan", "masters", made, "--nonsense"), ("nonsense",)):
        assert "Usage: " in run(*arguments, code=1).stderr


def test_printed_commands_can_be_pasted_whatever_blanks_are_in_their_paths(made: Path, tmp_path: Path) -> None:
    district = tmp_path / "St. Mary's district.duckdb"
    district.write_bytes(made.read_bytes())
    shown = run("apply", "masters", district, *MASTERS, "--to-sections", "--yes", code=0).output
    typed = next(line for line in shown.splitlines() if line.startswith("To take it back: "))
    words = shlex.split(typed.removeprefix("To take it back: "))
    assert words == ["coursepush", "undo", str(district), "1"]
    extract = tmp_path / "monday morning"
    extract.mkdir()
    (extract / "School.csv").write_text("schoolID,number,name\n1,010,North\n")
    shown = run("map", extract, "--output", tmp_path / "a mapping.toml", code=0).output
    words = shlex.split(shown[shown.index("coursepush load") :])
    assert words == [
        "coursepush", "load", str(extract), "district.duckdb", "--mapping", str(tmp_path / "a mapping.toml")
    ]  # fmt: skip


def test_a_source_or_a_database_is_named(tmp_path: Path) -> None:
    for given in (
        ("load", tmp_path / "d.duckdb"),
        ("load", tmp_path, tmp_path / "d.duckdb", "--database", "sqlite:///x"),
        ("load", tmp_path / "d.duckdb", "--database", "server"),
        ("load", tmp_path / "nowhere", tmp_path / "d.duckdb"),
        ("refresh", tmp_path / "d.duckdb"),
    ):
        run(*given, code=1)
    assert not (tmp_path / "d.duckdb").exists()


def test_a_missing_file_and_a_damaged_one(tmp_path: Path) -> None:
    missing = run("plan", "masters", tmp_path / "none.duckdb", *MASTERS, code=1)
    assert "There is no district file" in missing.stderr
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"not a database" * 1000)
    assert "is not a district file that can be read" in run("history", damaged, code=1).stderr
    assert damaged.read_bytes() == b"not a database" * 1000


@contextmanager
def _held(file: Path) -> Iterator[int]:
    """Another process that has the file open for writing."""
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process.pid
    finally:
        process.communicate("")


def test_a_file_that_another_process_holds(district: Path) -> None:
    with _held(district) as pid:
        result = run("plan", "masters", district, *MASTERS, code=1)
        assert "is open in another process" in result.stderr
        assert str(pid) in result.stderr
    run("plan", "masters", district, *MASTERS, code=2)


def test_a_refused_load_lists_its_findings_and_leaves_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    folder.mkdir()
    lines = ["school_id,number,name"] + [f"1,{place},School {place}" for place in range(60)]
    (folder / "school.csv").write_text("\n".join(lines) + "\n", "utf-8")
    into = tmp_path / "district.duckdb"
    result = run("load", folder, into, code=1)
    assert result.stderr.startswith("Error: ")
    assert "school.csv" in result.stderr
    lines = result.stderr.splitlines()
    assert len(lines) < 60
    assert not into.exists()
    assert lines[0].endswith("below is each of them.")
    for number, line in enumerate(lines[1:21], 3):
        where = f"school.csv, line {number}"
        assert line == (
            f"- refusal, duplicate_id: {where}: school_id 1 was already given in line 2. Keep one of the rows."
        )
    assert not any(line.endswith("…") for line in lines), "what to do stands at the end"


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("district.duckdb", "district.duckdb"),
        (r"C:\Users\Ana\a.duckdb", r"C:\Users\Ana\a.duckdb"),
        (r"C:\My Files\a.duckdb", r"'C:\My Files\a.duckdb'"),
        ("a$b`c(1).csv", "'a$b`c(1).csv'"),
        ("O'Brien’s.csv", "'O''Brien’’s.csv'"),
        ("", "''"),
    ],
)
def test_a_command_is_told_as_powershell_takes_it(word: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursepush.files.names.is_windows", lambda: True)
    assert in_shell(word) == typed


def test_a_mistake_in_the_program_is_one_line(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("first line\nsecond line")

    monkeypatch.setattr("coursepush.cli.results.open_file", broken)
    result = run("history", made, code=1)
    assert result.stderr.startswith("Error: ZeroDivisionError: first line.")
    assert len(result.stderr.splitlines()) == 1
    monkeypatch.setenv("COURSEPUSH_DEBUG", "1")
    assert CliRunner().invoke(cli, ["history", str(made)]).exit_code == 1


# -- the demo ----------------------------------------------------------------------------------------------


@slow
def test_the_demo_leaves_its_page_and_can_be_run_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for _ in range(2):
        output = run("demo", "--folder", folder, code=0).output
        assert "exactly as they were before that push" in output
        assert output.splitlines()[-1] == str(folder / "plan.html")
    assert "Preview of a push" in (folder / "plan.html").read_text("utf-8")


def test_the_demo_replaces_no_district_of_yours(tmp_path: Path) -> None:
    (tmp_path / "district.duckdb").write_bytes(b"mine")
    assert "only a district that an earlier demo made" in run("demo", "--folder", tmp_path, code=1).stderr
    assert (tmp_path / "district.duckdb").read_bytes() == b"mine"


def test_a_step_that_a_signal_breaks_off_ends_as_the_signal_says(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB ends its statement with an error of its own, in which the signal is lost."""

    def broken_off(*_: object) -> None:
        raise StoppedError("Stopped, as you asked.")

    monkeypatch.setattr(signals, "_asked", [2])
    monkeypatch.setattr("coursepush.cli.results.open_file", broken_off)
    run("history", made, code=130)
    with pytest.raises(signals.Terminated):
        signals._end(15, None)
    run("history", made, code=143)


def test_a_situation_is_rehearsed(made: Path, tmp_path: Path) -> None:
    listed = run("rehearse", made, "--today", "2026-03-02", code=0).output
    assert "13 of the 13 situations apply here" in listed
    page, out = tmp_path / "fails.html", tmp_path / "fails.csv"
    options = ("--catalog", "High School", "--year", 2026, "--page", page, "--out", out)
    told = run("rehearse", made, "the push fails", *options, code=0).output
    assert "2. relinked (do this): Once it is agreed with the schools" in told
    assert "04051-1" in told
    assert "Do this." in page.read_text("utf-8")
    assert pl.read_csv(out, infer_schema=False)["name"].to_list() == ["the push that fails", "relinked"]
    assert "There is no rehearsal 'nothing'" in run("rehearse", made, "nothing", code=1).output
