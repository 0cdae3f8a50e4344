"""Export: the district's tables as files, from which a load makes the same district, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from engine import store_of, tables_of
from random_districts import make_district
from rounds import first

import coursepush as cp
from coursepush.district import District
from coursepush.errors import RequestError, WriteError
from coursepush.export import tables as export_tables
from coursepush.load import load_tables
from coursepush.model.tables import TABLES
from coursepush.store import Store

NASTY = [
    'He said "no", twice',
    "=cmd|' /C calc'!A0",
    "a,b;c\td|e",
    "line one\nline two\r\nline three\rline four",
    "0012",
    "true",
    "null",
    "Ünïcödé 東京 🎓",
    "\u202eright to left",
    "x" * 400,
    '"',
    "'",
]


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("seed", first(range(3)))
def test_the_import_of_the_export_is_the_same_district(tmp_path: Path, seed: int, format: str) -> None:
    made = make_district(seed)
    for place, text in enumerate(NASTY):
        made["teacher"].append({"teacher_id": 900 + place, "name": text})
    store = store_of(made)
    written = District(store).export(tmp_path / "out", format=format, students=True)
    assert written["table"].to_list() == list(TABLES)
    again = Store(None, threads=1)
    load_tables(again, tmp_path / "out")
    assert tables_of(again) == tables_of(store)
    assert dict(zip(written["table"], written["rows"], strict=True)) == {
        name: len(rows) for name, rows in tables_of(store).items()
    }
    for one in (store, again):
        one.close()


def test_the_second_export_is_the_first_to_the_byte(tmp_path: Path, district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        district.export(tmp_path / "one", students=True)
    with cp.load_district(tmp_path / "one") as district:
        district.export(tmp_path / "two", students=True)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert len(one) == len(TABLES) + 1, "and the manifest"


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_blocks_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr(export_tables, "ROWS_AT_A_TIME", 7)
    made = make_district(1)
    store = store_of(made)
    District(store).export(tmp_path / "out", format=format, students=True)
    again = Store(None, threads=1)
    load_tables(again, tmp_path / "out")
    assert tables_of(again) == tables_of(store)


def test_students_stay_unless_asked_for(tmp_path: Path, district_file: Path) -> None:
    with cp.open_district(district_file) as district:
        written = district.export(tmp_path / "out")
    assert not set(written["table"]) & {"enrollment", "score", "posted_grade"}
    assert not list((tmp_path / "out").glob("score.*"))
    with cp.load_district(tmp_path / "out") as district:
        unknown = district.sql("select table_name from push.given_table where not is_given")
    assert set(unknown["table_name"]) == {"enrollment", "score", "posted_grade"}


def test_what_was_unknown_stays_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "teacher.csv").write_text("teacher_id,name\n1,Ng\n")
    with cp.load_district(folder) as district:
        assert district.export(tmp_path / "out", students=True)["table"].to_list() == ["teacher"]


def test_what_coursepush_did_not_write_is_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "teacher.csv").write_text("teacher_id,name\n1,Ng\n")
    with cp.load_district(folder) as district:
        with pytest.raises(RequestError, match=r"not an empty folder: it holds teacher\.csv"):
            district.export(folder)
        with pytest.raises(RequestError, match="csv, parquet"):
            district.export(tmp_path / "out", format="xlsx")
    assert (folder / "teacher.csv").read_text() == "teacher_id,name\n1,Ng\n"


def test_a_write_that_fails_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("No space left on device")

    store = store_of(make_district(0))
    monkeypatch.setattr(pl.DataFrame, "write_csv", broken)
    with pytest.raises(WriteError, match="The disk is full"):
        District(store).export(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
