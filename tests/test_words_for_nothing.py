r"""``NULL``, ``\N`` and the like are blank in every reader alike, told per column with counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import edfi_district
import oneroster_tiny
import polars as pl
import pytest
from good_extract import GOOD, add, put, write_good

from coursepush.errors import LoadError
from coursepush.load import load_tables
from coursepush.load.blanks import DOUBTFUL, WORDS
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.mapping.campus import read_mapped
from coursepush.store import Store

TAKEN, KEPT = "word_for_nothing", "maybe_nothing"

MASTERS = (
    "master_id,catalog_id,number,name,state_code,description,max_students,gpa_weight,takes_attendance\n"
    "1,1,0101,Algebra, NULL ,\\N,NULL,\\N,NULL\n"
    "2,2,0102,Art,NULL,The word NULL in a sentence,30,1,yes\n"
)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.reading() as session:
        return session.rows("look", sql)


def told(findings: pl.DataFrame, rule: str = TAKEN) -> list[tuple[str | None, str | None, str]]:
    """Column, words and number of cells of each finding of the rule, all of them warnings."""
    found = findings.filter(rule=rule)
    assert set(found["severity"]) <= {"warning"}
    number = pl.col("message").str.extract(r"(\d+) cells?\b")
    return found.select("column", "value", number.alias("cells")).rows()


@pytest.fixture
def store() -> Any:
    opened = Store(None, threads=1)
    yield opened
    opened.close()


@pytest.mark.parametrize("form", ["csv", "parquet", "frame", "relation"])
def test_tables_of_every_form(store: Store, tmp_path: Path, form: str) -> None:
    folder = write_good(tmp_path / "extract")
    put(folder, "course_master", MASTERS)
    source: Any = folder
    if form != "csv":
        frame = pl.read_csv(folder / "course_master.csv", infer_schema=False)
        (folder / "course_master.csv").unlink()
        if form == "parquet":
            frame.write_parquet(folder / "course_master.parquet")
        else:
            frame.write_csv(tmp_path / "masters.csv")
            csv = f"read_csv('{tmp_path / 'masters.csv'}', all_varchar = true)"
            table = frame if form == "frame" else duckdb.connect().sql(f"select * from {csv}")
            source = {path.stem: path for path in folder.iterdir()} | {"course_master": table}
    findings = load_tables(store, source)
    held = "select state_code, description, max_students, gpa_weight, takes_attendance from course_master"
    assert rows(store, f"{held} order by master_id") == [
        (None, None, None, None, None),
        (None, "The word NULL in a sentence", 30, 1, True),
    ]
    assert told(findings) == [
        ("description", "\\N", "1"),
        ("gpa_weight", "\\N", "1"),
        ("max_students", "NULL", "1"),
        ("state_code", "NULL", "2"),
        ("takes_attendance", "NULL", "1"),
    ]


@pytest.mark.parametrize("word", WORDS)
def test_each_word_is_blank_as_a_whole_cell_alone(store: Store, tmp_path: Path, word: str) -> None:
    folder = write_good(tmp_path / "extract")
    put(folder, "teacher", f"teacher_id,name\n1,{word}\n2,Ms. {word}\n")
    findings = load_tables(store, folder)
    assert rows(store, "select name from teacher order by teacher_id") == [(None,), (f"Ms. {word}",)]
    assert told(findings) == [("name", word, "1")]


@pytest.mark.parametrize("word", DOUBTFUL)
def test_what_may_be_meant_is_kept_and_told(store: Store, tmp_path: Path, word: str) -> None:
    folder = write_good(tmp_path / "extract")
    put(folder, "teacher", f"teacher_id,name\n1,{word}\n2,Null\n")
    findings = load_tables(store, folder)
    assert rows(store, "select name from teacher order by teacher_id") == [(word,), ("Null",)]
    assert told(findings, KEPT) == [("name", word, "1")]
    assert told(findings) == []


def test_counts_of_all_blocks_are_added(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursepush.load.source.BLOCK_ROWS", 2)
    teachers = pl.DataFrame({"teacher_id": range(9), "name": ["NULL", "Ng", "\\N"] * 3})
    findings = load_tables(store, {"teacher": teachers})
    [row] = findings.filter(rule=TAKEN).rows(named=True)
    assert row["value"] == "NULL; \\N"
    assert "6 cells" in row["message"]
    assert "'NULL' 3, '\\N' 3" in row["message"]


def test_what_must_be_given_is_missing(store: Store, tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    add(folder, "master_category", "3,1,NULL,0,")
    with pytest.raises(LoadError) as caught:
        load_tables(store, folder, repair=True)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list() == ["missing_value", TAKEN]


def test_oneroster(tmp_path: Path) -> None:
    files = oneroster_tiny.tiny()
    oneroster_tiny.row(files, "courses", "mus").update(courseCode="NULL", grades="NULL", subjects="\\N")
    oneroster_tiny.row(files, "courses", "art").update(subjects="NULL, Fine Arts", schoolYearSourcedId="NULL")
    oneroster_tiny.row(files, "lineItems", "i1")["dueDate"] = "\\N"
    found = oneroster_tiny.read(files, tmp_path / "roster")
    courses = found.tables["course_master"].select("number", "department").sort("number").rows()
    assert courses == [("A1", "Fine Arts"), ("mus", None)]  # as where there is no code at all
    assert found.tables["assignment"]["due_date"].null_count() == 1
    assert told(found.findings) == [
        ("schoolYearSourcedId", "NULL", "1"),
        ("courseCode", "NULL", "1"),
        ("grades", "NULL", "1"),
        ("subjects", "\\N", "1"),
        ("dueDate", "\\N", "1"),
    ]


@pytest.mark.parametrize(
    ("write", "cells"),  # a course of two standards is two lines of a CSV file
    [(edfi_district.write_csv, ("3", "2")), (edfi_district.write_xml, ("2", "1"))],
)
def test_edfi(tmp_path: Path, write: Any, cells: tuple[str, str]) -> None:
    district = edfi_district.tiny()
    for course in district["Course"]:
        course["department"] = "NULL"
    district["Course"][0]["grade"] = "\\N"
    found = read_edfi(write(tmp_path, district))
    assert found.tables["course"]["department"].to_list() == [None, None]
    assert sorted((value, number) for _, value, number in told(found.findings)) == [
        ("NULL", cells[0]),
        ("\\N", cells[1]),
    ]


def test_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'blanks = ["-"]\n[teacher]\nfrom = "T"\n[teacher.columns]\nteacher_id = "id"\nname = "who"\n', "utf-8"
    )
    frame = pl.DataFrame({"id": ["1", "2", "3", "4"], "who": ["Ng", "NULL", "-", "\\N"]})
    found = read_mapped({"T": frame}, tmp_path / "m.toml")
    assert found.tables["teacher"]["name"].to_list() == ["Ng", None, None, None]
    [row] = found.findings.filter(rule=TAKEN).rows(named=True)
    assert (row["severity"], row["column"], row["value"]) == ("warning", "who", None), "who teaches is not quoted"


def test_the_good_extract_has_no_such_words() -> None:
    assert not any(word in text.replace("\n", ",").split(",") for text in GOOD.values() for word in WORDS)
