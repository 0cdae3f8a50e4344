"""Whatever is wrong with an extract, nothing that is said of it tells a student's number, name or comment."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner
from rounds import rounds
from student_marks import EXTRACTS, MARKS, NUMBER, one_round, own, said, slips

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import CoursepushError, LoadError

SEEDS = range(len(EXTRACTS) * rounds(2, 30))


@pytest.mark.parametrize("part", range(2))
def test_damaged_extracts_tell_of_no_student(part: int, tmp_path: Path) -> None:
    refused = 0
    for seed in SEEDS[part::2]:
        name, found, texts = one_round(seed, tmp_path)
        assert not found, f"{name}, seed {seed}: {found[0]}"
        refused += "error" in texts
    assert refused


@pytest.mark.parametrize("name", EXTRACTS)
def test_the_extracts_have_students_that_would_be_recognised(name: str, tmp_path: Path) -> None:
    write, how = EXTRACTS[name]
    folder = write(tmp_path / "extract")
    texts = [path.read_text("utf-8") for path in folder.iterdir()]
    assert sum(len(MARKS.findall(text)) for text in texts) > 10
    assert slips(said(folder, how)) == []


# -- in the tables of the model, by name ------------------------------------------------------------------


def _with(folder: Path, table: str, before: str, after: str) -> Path:
    """The extract with one thing changed in one file."""
    path = own(folder) / f"{table}.csv"
    text = path.read_text("utf-8")
    assert before in text
    path.write_bytes(text.replace(before, after, 1).encode("latin-1"))
    return folder


FAULTS = {
    "no number": ("enrollment", f"2,{NUMBER}2\n", f"2,{NUMBER}2x\n", "bad_integer", 3),
    "given twice": ("enrollment", f"2,{NUMBER}4\n", f"2,{NUMBER}2\n", "duplicate_id", 5),
    "no such assignment": ("score", f"1,{NUMBER}3,", f"{NUMBER}7,{NUMBER}3,", "unknown_reference", 4),
    "points": ("score", f"{NUMBER}3,2.5", f"{NUMBER}3,{NUMBER}", "bad_decimal", 4),
    "comment in a flag": ("score", "2.5,f,Zebra 2", "2.5,Zebra 2,f", "bad_boolean", 4),
    "a quote": ("score", "f,Zebra 2", 'f,"Zebra 2', "bad_quotes", 4),
    "encoding": ("score", "f,Zebra 2", "f,Zebra \u0081 2", "bad_encoding", 4),
    "a field too many": ("posted_grade", "A,92.5,Zebra 2", "A,92.5,Zebra 2,Zebra", "ragged_row", 4),
    "no header": ("enrollment", "section_id,student_id\n", "", "no_header", 1),
}


@pytest.mark.parametrize(("table", "before", "after", "rule", "line"), FAULTS.values(), ids=FAULTS)
def test_file_and_line_are_named_instead(
    table: str, before: str, after: str, rule: str, line: int, tmp_path: Path
) -> None:
    folder = _with(tmp_path / "extract", table, before, after)
    with pytest.raises(LoadError) as error:
        cp.load_district(folder)
    findings = error.value.findings
    assert findings is not None
    [found] = findings.filter(rule=rule).to_dicts()
    assert (found["file"], found["line"]) == (f"{table}.csv", line)
    assert found["value"] is None
    assert f"{table}.csv" in str(error.value)
    assert slips(said(folder, {})) == []


def test_the_command_line_names_file_and_line_instead(tmp_path: Path) -> None:
    folder = _with(tmp_path / "extract", *FAULTS["no number"][:3])
    page = tmp_path / "findings.html"
    ran = CliRunner().invoke(cli, ["load", str(folder), str(tmp_path / "d.duckdb"), "--findings", str(page)])
    assert ran.exit_code == 1
    assert "enrollment.csv, line 3" in ran.output
    assert not MARKS.search(ran.output)
    assert not MARKS.search(page.read_text("utf-8"))


def test_a_refresh_tells_of_no_student_either(tmp_path: Path) -> None:
    with cp.load_district(own(tmp_path / "monday")) as district:
        for fault in ("given twice", "encoding"):
            texts = said(_with(tmp_path / fault, *FAULTS[fault][:3]), {}, district)
            assert "error" in texts
            assert slips(texts) == []


def test_a_query_that_fails_quotes_no_value(tmp_path: Path) -> None:
    with cp.load_district(own(tmp_path / "extract")) as district:
        with pytest.raises(CoursepushError, match="…") as error:
            district.sql("select cast(comment as integer) as n from score where comment <> 'Nothing'")
        assert not MARKS.search("".join(traceback.format_exception(error.value)))
        with pytest.raises(CoursepushError, match="student_number"):
            district.sql("select student_number from score")


def test_values_of_other_tables_are_told(tmp_path: Path) -> None:
    """What is not a student's is quoted, since it is found by that."""
    folder = _with(tmp_path / "extract", "section", "1,1,01,1", "1,77,01,1")
    with pytest.raises(LoadError, match="course_id 77 is not in table course"):
        cp.load_district(folder)
