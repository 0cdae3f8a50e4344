"""CSV files as spreadsheets and broken transfers leave them: read where it is certain, and told; else refused."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from edfi_district import tiny as edfi_tiny
from edfi_district import write_csv
from good_extract import GOOD, put, write_good
from oneroster_tiny import text_of, tiny, write
from rounds import few

from coursepush.errors import LoadError
from coursepush.load import csv_encoding, csv_text, load_tables
from coursepush.load.csv_text import CsvFault, CsvFile
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.mapping.campus import read_mapped
from coursepush.load.oneroster.reader import read_oneroster
from coursepush.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(None, threads=1)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_good(tmp_path / "extract")


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.reading() as session:
        return session.rows("look", sql)


def refusal(store: Store, source: Any, **options: Any) -> dict[str, Any]:
    with pytest.raises(LoadError) as caught:
        load_tables(store, source, **options)
    assert caught.value.findings is not None
    found = caught.value.findings.filter(severity="refusal")
    assert found.height == 1, found["message"].to_list()
    return found.row(0, named=True)


def told(findings: pl.DataFrame) -> list[tuple[Any, ...]]:
    return findings.select("severity", "rule", "file", "line").rows()


# -- as spreadsheets save them -----------------------------------------------------------------------------

NAMES = "teacher_id,name\n1,Ng\n2,Renée Peña\n3,O’Brien\n"


@few(2)
@pytest.mark.parametrize(
    ("first", "mark", "end"),
    [
        ("", b"\xef\xbb\xbf", "\r\n"),
        ("sep=;\n", b"\xef\xbb\xbf", "\n"),
        ('"sep=;"\n', b"", "\r\n"),
        ("SEP=;;\n", b"", "\n"),
    ],
)
def test_semicolons(store: Store, folder: Path, first: str, mark: bytes, end: str) -> None:
    text = first + NAMES.replace(",", ";")
    (folder / "teacher.csv").write_bytes(mark + text.replace("\n", end).encode())
    findings = load_tables(store, folder)
    assert rows(store, "select name from teacher order by teacher_id") == [("Ng",), ("Renée Peña",), ("O’Brien",)]
    line = 2 if first else 1
    assert told(findings) == [
        *([("warning", "separator_line", "teacher.csv", 1)] if first else []),
        ("warning", "delimiter", "teacher.csv", line),
    ]
    assert "semicolons" in findings["message"][-1]


@few(1)
@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_other_delimiters(store: Store, folder: Path, delimiter: str) -> None:
    put(folder, "teacher", NAMES.replace(",", delimiter) + f'4{delimiter}"a{delimiter}b"\n{delimiter}\n')
    assert told(load_tables(store, folder)) == [("warning", "delimiter", "teacher.csv", 1)]
    assert rows(store, "select name from teacher where teacher_id = 4") == [(f"a{delimiter}b",)]


def test_a_separator_line_may_say_comma(store: Store, folder: Path) -> None:
    put(folder, "teacher", "sep=,\n" + NAMES)
    assert told(load_tables(store, folder)) == [("warning", "separator_line", "teacher.csv", 1)]
    put(folder, "teacher", "sep=,\n" + NAMES + "x,Li\n")
    assert refusal(Store(None), folder)["line"] == 6  # counted in the file


def test_the_delimiter_is_what_stands_between_most_names(store: Store, folder: Path) -> None:
    put(folder, "teacher", 'teacher_id;name;"a,b";c, d\n1;Ng;;\n')
    load_tables(store, folder)
    assert rows(store, "select name from teacher") == [("Ng",)]


@few(2)
@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1252", "Windows"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("mac_roman", "Mac")],
)
def test_encodings(store: Store, folder: Path, encoding: str, name: str) -> None:
    text = NAMES.replace("\n", "\r") if encoding == "mac_roman" else NAMES
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    (folder / "teacher.csv").write_bytes(mark + text.encode(encoding))
    findings = load_tables(store, folder)
    assert rows(store, "select name from teacher order by teacher_id") == [("Ng",), ("Renée Peña",), ("O’Brien",)]
    assert told(findings) == [("warning", "encoding", "teacher.csv", 1 if "utf" in encoding else 3)]
    assert name in findings["message"][0]
    assert "Renée" in findings["message"][0] or "utf" in encoding


@few(1)
@pytest.mark.parametrize(("encoding", "block"), [("cp1252", 5), ("cp1252", 40), ("utf-16", 5)])
def test_encodings_in_small_blocks(
    store: Store, folder: Path, encoding: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", block)
    (folder / "teacher.csv").write_bytes(NAMES.encode(encoding))
    assert load_tables(store, folder)["rule"].to_list() == ["encoding"]
    assert rows(store, "select name from teacher where teacher_id = 2") == [("Renée Peña",)]


MIXED = "teacher_id,name\n1,Renée\n".encode() + "2,Peña\n".encode("cp1252")


@few(1)
@pytest.mark.parametrize(
    ("content", "block"),
    [(MIXED, 5), (MIXED, 1000), ("teacher_id,name\n1,Peña\n".encode("cp1252") + "2,Renée\n".encode(), 5)],
)
def test_two_encodings_in_one_file_are_refused_or_mended(
    store: Store, folder: Path, content: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", block)
    (folder / "teacher.csv").write_bytes(content)
    found = refusal(store, folder)
    assert (found["rule"], found["table"]) == ("bad_encoding", "teacher")
    assert "--repair" in found["message"]
    findings = load_tables(store, folder, repair=True)
    assert findings["rule"].to_list() == ["encoding"]
    assert sorted(row[0] for row in rows(store, "select name from teacher")) == ["Peña", "Renée"]


@few(2)
@pytest.mark.parametrize(
    ("content", "line", "mended"),
    [
        (b"teacher_id,name\n1,Ng\n2,Andr\x8e\n", 3, "AndrŽ"),  # an é of an old Macintosh
        (b"teacher_id,name\n1,Ng\n2,Pe\x96a\n", 3, "Pe–a"),
        (b"teacher_id,name\n1,Ng\n2,a\xffb\n", 3, "aÿb"),
        (b"teacher_id,name\n1,Ng\n2,a\x81b\n", 3, None),
    ],
)
def test_text_in_doubt_is_refused_with_how_it_would_read(
    store: Store, folder: Path, content: bytes, line: int, mended: str | None
) -> None:
    (folder / "teacher.csv").write_bytes(content)
    found = refusal(store, folder)
    assert (found["rule"], found["line"]) == ("bad_encoding", line)
    if mended is None:
        assert refusal(Store(None), folder, repair=True)["rule"] == "bad_encoding"
        return
    assert repr(mended) in found["message"]
    load_tables(store, folder, repair=True)
    assert rows(store, "select name from teacher where teacher_id = 2") == [(mended,)]


def test_utf_16_that_was_cut_is_refused(store: Store, folder: Path) -> None:
    (folder / "teacher.csv").write_bytes(NAMES.encode("utf-16")[:-1])
    assert refusal(store, folder)["rule"] == "bad_encoding"


# -- numbers and dates of spreadsheets ---------------------------------------------------------------------


def test_decimal_commas_where_semicolons_separate(store: Store, folder: Path) -> None:
    text = GOOD["course_category"].replace(",", ";").replace(";60", ";59,5").replace(";40", ";1.040,5")
    put(folder, "course_category", text)
    findings = load_tables(store, folder)
    assert rows(store, "select weight from course_category order by row_id") == [
        (Decimal("59.5"),),
        (Decimal("1040.5"),),
    ]
    assert told(findings) == [
        ("warning", "delimiter", "course_category.csv", 1),
        ("warning", "decimal_comma", "course_category.csv", 2),
        ("warning", "decimal_comma", "course_category.csv", 3),
    ]
    assert "'59,5' was read as '59.5'" in findings["message"][1]


@few(1)
@pytest.mark.parametrize(("given", "weight"), [('"59,5"', "59.5"), ('"1,040.5"', "1040.5"), ('"1,040"', "1040")])
def test_commas_in_numbers_of_comma_files_are_mended_when_asked(
    store: Store, folder: Path, given: str, weight: str
) -> None:
    put(folder, "course_category", GOOD["course_category"].replace(",60\n", f",{given}\n"))
    assert refusal(store, folder)["rule"] == "bad_decimal"
    findings = load_tables(store, folder, repair=True)
    assert findings["severity"].to_list() == ["repair"]
    assert rows(store, "select weight from course_category where row_id = 1") == [(Decimal(weight),)]


def calendars(folder: Path, *dates: str, delimiter: str = ";") -> None:
    lines = "".join(f"{nth},1,2027,{nth},{text}\n" for nth, text in enumerate(dates, 1))
    text = "calendar_id,school_id,end_year,name,start_date\n" + lines
    put(folder, "calendar", text.replace(",", delimiter))
    for name in ("term", "section_term"):
        (folder / f"{name}.csv").unlink()


def starts(store: Store) -> list[Any]:
    return [row[0] for row in rows(store, "select start_date from calendar order by calendar_id")]


@few(1)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_dates_with_points_have_the_day_first(store: Store, folder: Path, delimiter: str) -> None:
    calendars(folder, "17.08.2026", "5.8.2026 00:00", delimiter=delimiter)
    findings = load_tables(store, folder)
    assert starts(store) == [date(2026, 8, 17), date(2026, 8, 5)]
    assert "day_first" in findings["rule"]


@few(1)
@pytest.mark.parametrize(
    ("dates", "found"),
    [
        (("5/8/2026", "17/08/26"), [date(2026, 8, 5), date(2026, 8, 17)]),
        (("5/8/2026", "08/17/2026"), [date(2026, 5, 8), date(2026, 8, 17)]),
    ],
)
def test_dates_tell_each_other_which_part_is_the_day(
    store: Store, folder: Path, dates: tuple[str, ...], found: list[date]
) -> None:
    calendars(folder, *dates)
    load_tables(store, folder)
    assert starts(store) == found


def test_dates_that_do_not_tell_are_refused_or_mended(store: Store, folder: Path) -> None:
    calendars(folder, "5/8/2026")
    assert "day or the month first" in refusal(store, folder)["message"]
    findings = load_tables(store, folder, repair=True)
    assert findings.filter(severity="repair")["rule"].to_list() == ["day_first"]
    assert starts(store) == [date(2026, 8, 5)]


def test_dates_that_contradict_each_other_stay_refused(store: Store, folder: Path) -> None:
    calendars(folder, "17/08/2026", "08/17/2026")
    for repair in (False, True):
        with pytest.raises(LoadError) as caught:
            load_tables(store, folder, repair=repair)
        assert caught.value.findings is not None
        assert set(caught.value.findings.filter(severity="refusal")["rule"]) == {"bad_date"}


# -- cut, endless, without header --------------------------------------------------------------------------


@few(2)
@pytest.mark.parametrize("ending", ["3,1,Labs", '3,1,"Labs"', "3", "3,"])
def test_a_last_record_cut_short_is_refused(store: Store, folder: Path, ending: str) -> None:
    with (folder / "master_category.csv").open("a") as file:
        file.write(ending)
    found = refusal(store, folder)
    assert (found["rule"], found["table"], found["line"]) == ("cut_record", "master_category", 4)
    assert "was cut" in found["message"]


def test_with_its_line_end_a_short_record_is_warned_of(store: Store, folder: Path) -> None:
    with (folder / "master_category.csv").open("a") as file:
        file.write("3,1,Labs\n")
    assert load_tables(store, folder)["rule"].to_list() == ["short_row"]


def test_a_cut_within_the_last_value_is_told_by_the_files_beside_it(store: Store, folder: Path) -> None:
    path = folder / "section_category.csv"
    path.write_text(path.read_text()[:-2])  # the weight 60 became 6
    findings = load_tables(store, folder)
    assert told(findings) == [("warning", "no_line_end", "section_category.csv", None)]


def test_programs_that_never_write_the_last_line_end_are_not_warned_of(store: Store, folder: Path) -> None:
    for path in folder.iterdir():
        path.write_text(path.read_text().rstrip("\n"))
    assert load_tables(store, folder).is_empty()


def test_the_end_mark_of_old_systems_is_no_record(store: Store, folder: Path) -> None:
    with (folder / "teacher.csv").open("a") as file:
        file.write("\x1a")
    load_tables(store, folder)
    assert rows(store, "select count(*) from teacher") == [(1,)]


def test_of_a_record_without_end_no_more_is_read_than_a_record_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "teacher.csv"
    path.write_bytes(b'teacher_id,name\n1,"Ng' + b"x\n" * 20_000_000)
    taken: list[int] = []
    lines = csv_encoding.Encoding.lines

    def counting(self: Any, block: bytes, *, is_last: bool) -> bytes:
        taken.append(len(block))
        return lines(self, block, is_last=is_last)

    monkeypatch.setattr(csv_encoding.Encoding, "lines", counting)
    with pytest.raises(CsvFault) as caught:
        list(CsvFile(path).batches({"teacher_id": 0}))
    assert (caught.value.rule, caught.value.line) == ("bad_quotes", 2)
    assert sum(taken) <= csv_text.LONGEST_RECORD + csv_text.BLOCK_BYTES + csv_text.HEADER_BYTES


def test_records_have_a_longest_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", 100)
    path = tmp_path / "teacher.csv"
    path.write_text("teacher_id,name\n1," + "x" * 900 + '\n2,"' + "x\n" * 400 + '"\n')
    assert sum(batch.height for batch in CsvFile(path).batches({"name": 1})) == 2
    for fault, line, text in (
        ("endless_record", 2, "teacher_id,name\n1," + "x" * 2000),
        ("endless_record", 1, "x" * 70_000),
        ("bad_quotes", 3, 'teacher_id,name\n1,Ng\n2,"' + "x\n" * 2000 + '"'),
    ):
        path.write_text(text)
        with pytest.raises(CsvFault) as caught:
            list(CsvFile(path).batches({"name": 1}))
        assert (caught.value.rule, caught.value.line) == (fault, line)


@pytest.mark.parametrize("lines_back", [0, 1_000])
def test_the_blocks_of_a_file_end_with_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines_back: int
) -> None:
    """Whatever the size of blocks, and both ways in which the end of the last record is looked for."""
    chance = random.Random(lines_back)
    monkeypatch.setattr(csv_text, "_LINES_BACK", lines_back)
    parts = ["x", "\n", '""', '"', "\r\n", ",", "\n\n", "é"]
    path = tmp_path / "teacher.csv"
    for _ in range(200):
        cells = ["".join(chance.choices(parts, k=chance.randrange(9))) for _ in range(chance.randrange(8))]
        quoted = [cell.replace('"', '""') for cell in cells]
        path.write_bytes(("a,b\n" + "".join(f'{at},"{cell}"\n' for at, cell in enumerate(quoted))).encode())
        size = chance.choice([1, 2, 3, 7, 20, 64])
        monkeypatch.setattr(csv_text, "BLOCK_BYTES", size)
        monkeypatch.setattr(csv_text, "HEADER_BYTES", size)
        read = pl.concat(CsvFile(path).batches({"a": 0, "b": 1}))
        assert read["a"].to_list() == [str(at) for at in range(len(cells))]
        assert [text.replace("\r\n", "\n") for text in read["b"]] == [c.replace("\r\n", "\n") for c in cells]


@pytest.mark.parametrize("cut", [False, True])
def test_records_are_the_same_however_many_are_taken_apart_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    path = tmp_path / "school.csv"
    path.write_text('a,b\n1,"x,\n""y"""\n\n2,,z\n3\n4,w' + ("\n5" if cut else ""), "utf-8")

    def read() -> pl.DataFrame | str:
        try:
            return pl.concat(list(CsvFile(path, repair=False).batches({"a": 0, "b": 1}))).sort("source_line")
        except CsvFault as fault:
            return str(fault)

    whole = read()
    monkeypatch.setattr(csv_text, "BLOCK_RECORDS", 1)
    parts = read()
    assert isinstance(whole, str) == cut
    assert whole.equals(parts) if isinstance(whole, pl.DataFrame) else whole == parts
    if not cut:
        assert len(list(CsvFile(path, repair=False).batches({}))) == len(whole) == 4


def test_an_open_quote_in_the_header_takes_no_longer_than_the_longest_record(tmp_path: Path) -> None:
    """Block by block it took forty times as long, and once more for each part that looks at headers."""
    path = tmp_path / "score.csv"
    path.write_bytes(b'assignment_id,"student_id,points\n' + b'1,"x y",3\n' * 2_000_000)
    begun = time.process_time()
    with pytest.raises(CsvFault, match="not closed within 16 MB") as caught:
        CsvFile(path)
    assert (caught.value.rule, caught.value.line) == ("bad_quotes", 1)
    assert time.process_time() - begun < 4


def test_a_record_over_the_longest_is_refused_where_it_came_whole_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "LONGEST_RECORD", 1000)
    path = tmp_path / "teacher.csv"
    for text, rule in (("x" * 2000, "endless_record"), ('"' + "x\n" * 600 + '"', "bad_quotes")):
        path.write_text(f"teacher_id,name\n1,Ng\n2,{text}\n3,Li\n")
        with pytest.raises(CsvFault) as caught:
            list(CsvFile(path).batches({"name": 1}))
        assert (caught.value.rule, caught.value.line) == (rule, 3)


@pytest.mark.parametrize("blanks", ["\n", ",,,\n"])
def test_a_header_is_looked_for_no_further_than_a_record_may_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blanks: str
) -> None:
    monkeypatch.setattr(csv_text, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(csv_text, "HEADER_BYTES", 100)
    path = tmp_path / "teacher.csv"
    path.write_text(blanks * 100 + "teacher_id,name\n")
    assert CsvFile(path).header == ["teacher_id", "name"]
    path.write_text(blanks * 2000 + "teacher_id,name\n")
    with pytest.raises(CsvFault, match="nothing but blank lines"):
        CsvFile(path)


@few(2)
@pytest.mark.parametrize(
    "text", ["601,1,1,1\n602,1,2,1\n", "601;1;1;1\n602;1;2;1\n", "x,true\ny,false\n", "a@b.org,Ng\n"]
)
def test_a_first_line_of_data_is_told_as_that(store: Store, folder: Path, text: str) -> None:
    put(folder, "section", text)
    with pytest.raises(LoadError) as caught:
        load_tables(store, folder)
    assert caught.value.findings is not None
    found = caught.value.findings.filter(table="section", severity="refusal").row(0, named=True)
    assert (found["rule"], found["line"]) == ("no_header", 1)
    assert "the first line looks like data" in found["message"]
    assert caught.value.findings.filter(rule="unknown_column").is_empty()


def test_unknown_names_are_no_data(store: Store, folder: Path) -> None:
    put(folder, "section", "id,of,course\n1,1,1\n")
    with pytest.raises(LoadError) as caught:
        load_tables(store, folder)
    assert caught.value.findings is not None
    assert "no_column" in caught.value.findings["rule"]


# -- the same in every reader ------------------------------------------------------------------------------


def spoilt_oneroster(place: Path, content: bytes) -> pl.DataFrame:
    folder = write(tiny(), place)
    (folder / "orgs.csv").write_bytes(content)
    return _found(lambda: read_oneroster(folder).findings)


def spoilt_mapped(place: Path, content: bytes) -> pl.DataFrame:
    (place / "T.csv").write_bytes(content)
    mapping = place / "m.toml"
    mapping.write_text("[grading_task]\nfrom = 'T'\ncolumns = { task_id = 'id', name = 'n' }\n", "utf-8")
    return _found(lambda: read_mapped(place, mapping).findings)


def spoilt_edfi(place: Path, content: bytes) -> pl.DataFrame:
    folder = write_csv(place, edfi_tiny())
    (folder / "LearningStandard.csv").write_bytes(content)
    return _found(lambda: read_edfi(folder).findings)


def _found(read: Any) -> pl.DataFrame:
    try:
        return read()
    except LoadError as error:
        return pl.DataFrame() if error.findings is None else error.findings


def _oneroster_text() -> str:
    return text_of(tiny()["orgs"]).replace("North", "Peña")


def test_oneroster(tmp_path: Path) -> None:
    text = _oneroster_text()
    found = spoilt_oneroster(tmp_path / "a", ("sep=;\n" + text.replace(",", ";")).encode("cp1252"))
    assert {"separator_line", "delimiter", "encoding"} <= set(found.filter(severity="warning")["rule"])
    cut = spoilt_oneroster(tmp_path / "b", text.rstrip("\n").rpartition(",")[0].encode())
    assert "cut_record" in cut.filter(severity="refusal")["rule"]
    open_ended = spoilt_oneroster(tmp_path / "c", text.rstrip("\n").encode())
    assert "no_line_end" in open_ended.filter(severity="warning")["rule"]


def test_mappings(tmp_path: Path) -> None:
    found = spoilt_mapped(tmp_path, "sep=;\nid;n\n1;Peña\n".encode("cp1252"))
    assert {"separator_line", "delimiter", "encoding"} <= set(found.filter(severity="warning")["rule"])
    assert "cut_record" in spoilt_mapped(tmp_path, b"id,n\n1,x\n2")["rule"]
    mixed = "id,n\n1,Renée\n".encode() + "2,Peña\n".encode("cp1252")
    assert "bad_encoding" in spoilt_mapped(tmp_path, mixed)["rule"]
    names = read_mapped(tmp_path, tmp_path / "m.toml", repair=True).tables["grading_task"]["name"]
    assert names.to_list() == ["Renée", "Peña"]


def test_edfi(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
    text = (write_csv(tmp_path / "a", edfi_tiny()) / "LearningStandard.csv").read_text("utf-8")
    found = spoilt_edfi(tmp_path / "a", text.replace(",", ";").encode())
    assert "delimiter" in found.filter(severity="warning")["rule"]
    cut = spoilt_edfi(tmp_path / "b", text.rstrip("\n").rpartition(",")[0].encode())
    assert "cut_record" in cut.filter(severity="refusal")["rule"]
    bare = spoilt_edfi(tmp_path / "c", b"S.1,draw a line,2026\n")
    assert "no_header" in bare.filter(severity="refusal")["rule"]
