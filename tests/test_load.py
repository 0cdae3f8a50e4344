"""Loading: every refusal and warning, every format, and that a refused load leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from good_extract import GOOD, add, keep_only, put, write_good
from random_districts import make_district
from rounds import few, first

from coursepush.errors import LoadError, RequestError, StoreError
from coursepush.load import FINDING_SCHEMA, csv_text, load_tables
from coursepush.load.reading import ACCOUNT_SCHEMA, SourceTables
from coursepush.model.tables import TABLES, WORK_TABLES
from coursepush.store import Store
from coursepush.store.migrations import SCHEMA_VERSION


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(None, threads=1)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The good district as CSV files."""
    return write_good(tmp_path / "extract")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with one table, for what does not depend on the others."""
    made = tmp_path / "extract"
    made.mkdir()
    put(made, "teacher", GOOD["teacher"])
    return made


def refused(store: Store, source: Any, **options: Any) -> pl.DataFrame:
    """The refusals of a load, after making sure that it wrote nothing."""
    with pytest.raises(LoadError) as caught:
        load_tables(store, source, **options)
    findings = caught.value.findings
    assert findings is not None
    assert dict(findings.schema) == FINDING_SCHEMA
    if store.path is None:
        count = "select count(*) from duckdb_tables()"
        with store.reading() as session:
            assert session.value("count tables", count) == 0
    else:
        assert not store.path.exists()
    return findings.filter(pl.col("severity") == "refusal")


def only(findings: pl.DataFrame) -> dict[str, Any]:
    assert findings.height == 1, findings["message"].to_list()
    return findings.row(0, named=True)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.reading() as session:
        return session.rows("look", sql)


def test_good_district_loads_without_a_finding(store: Store, folder: Path) -> None:
    warnings = load_tables(store, folder)
    assert warnings.rows() == []
    assert dict(warnings.schema) == FINDING_SCHEMA
    assert rows(store, "select points from score order by student_id") == [
        (Decimal("9.500"),),
        (Decimal("3.000"),),
    ]
    assert rows(store, "select task_ids from master_category order by row_id") == [([1, 2],), ([],)]
    assert rows(store, "select number, missing_percent, missing_counts from school") == [("010", 0, True)]
    assert rows(store, "select calc_type, use_percent from course_grade_calc") == [("none", False)]
    assert rows(store, "select is_advisory from section where section_id = 1") == [(None,)]


def test_every_table_is_made_and_remembered(tmp_path: Path, folder: Path) -> None:
    (folder / "score.csv").unlink()
    (folder / "teacher.csv").unlink()
    put(folder, "section", "section_id,course_id\n1,1\n2,1\n")
    store = Store(tmp_path / "new.duckdb")
    load_tables(store, folder, made_by="somebody")
    given = {
        row[0]: row[1:]
        for row in rows(store, "select table_name, is_given, source, row_count from push.given_table")
    }
    assert list(given) == list(TABLES)
    assert given["school"] == (True, str(folder / "school.csv"), 1)
    assert given["teacher"] == (False, None, 0)
    assert given["score"] == (False, None, None)
    assert "score" in WORK_TABLES
    layout, district_id, made_by = rows(store, "select layout_version, district_id, made_by from push.district")[0]
    assert (layout, len(district_id), made_by) == (SCHEMA_VERSION, 36, "somebody")
    assert rows(store, "select count(*) from push.scenario") == [(0,)]
    store.close()


def test_warnings_are_kept(store: Store, folder: Path) -> None:
    put(folder, "courses", "course_id\n1\n")
    warnings = load_tables(store, folder)
    kept = "select severity, rule, table_name, file, line, column_name, value, message from push.finding"
    assert rows(store, kept) == warnings.rows()


def test_loading_twice_gives_the_same_content_in_the_order_of_the_key(tmp_path: Path, small: Path) -> None:
    put(small, "teacher", "teacher_id,name\n9,Z\n1,Ng\n5,B\n")
    for name in ("a", "b"):
        store = Store(tmp_path / name)
        load_tables(store, small)
        assert rows(store, "select teacher_id from teacher") == [(1,), (5,), (9,)]
        store.close()


@pytest.mark.parametrize("seed", first(range(6)))
def test_a_worn_district_is_accepted_whole(store: Store, seed: int) -> None:
    tables = make_district(seed)
    load_tables(store, {name: pl.DataFrame(made, infer_schema_length=None) for name, made in tables.items()})
    for name, made in tables.items():
        assert rows(store, f"select count(*) from {name}") == [(len(made),)]


def test_a_second_district_is_refused(tmp_path: Path, folder: Path) -> None:
    store = Store(tmp_path / "one.duckdb")
    load_tables(store, folder)
    with pytest.raises(LoadError, match=r"one\.duckdb already holds a district.*refresh.*another file"):
        load_tables(store, folder)
    assert rows(store, "select count(*) from course") == [(2,)]
    store.close()


def test_a_file_that_was_there_is_never_deleted(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "other.duckdb"
    path.write_text("not a database, but somebody's")
    store = Store(path)
    with pytest.raises(StoreError):
        load_tables(store, folder)
    assert path.read_text().startswith("not a database")
    store.close()


def test_a_refused_load_leaves_no_file(tmp_path: Path, folder: Path) -> None:
    add(folder, "course", "3,77,,0103,Chess")
    store = Store(tmp_path / "new.duckdb")
    refused(store, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["extract"]
    (folder / "course.csv").write_text(GOOD["course"])
    load_tables(store, folder)  # the same store can be used again
    store.close()


def test_all_findings_at_once(store: Store, folder: Path) -> None:
    add(folder, "course", "3,77,,0103,Chess")
    add(folder, "master_category", "3,1,Labs,-1,")
    add(folder, "term", "1,x,S3")
    assert sorted(refused(store, folder)["rule"]) == ["bad_integer", "negative_weight", "unknown_reference"]


def test_only_the_first_rows_of_a_rule_are_listed(store: Store, small: Path) -> None:
    add(small, "teacher", "\n".join("x,Nobody" for _ in range(30)))
    findings = refused(store, small)
    assert findings.height == 21
    assert findings["line"].to_list() == [*range(3, 23), None]
    assert "10 more rows" in findings["message"][-1]


# -- refusals in rows --------------------------------------------------------------------------------

ROW_REFUSALS = [
    # rule, table, added line, column, value
    ("duplicate_id", "school", "1,011,South", "school_id", "1"),
    ("duplicate_id", "term", "1,2,Again", None, "1, 2"),
    ("duplicate_key", "catalog", "3,High School", "name", "High School"),
    ("duplicate_key", "calendar", "3,1,2029,North 26-27", "name", "North 26-27"),
    ("duplicate_key", "course_master", "3,1,0101,Algebra", "number", "1, 0101"),
    ("duplicate_key", "course", "3,1,,0101,Algebra", "number", "1, 0101"),
    ("duplicate_key", "master_category", "3,1,TESTS,0,", "name", "1, TESTS"),
    ("duplicate_key", "master_task", "3,1,1", "task_id", "1, 1"),
    ("same_min_percent", "grading_scale_mark", "1,A+,90.0,1", "min_percent", "1, 90.0000"),
    ("unknown_reference", "course", "3,77,,0103,Chess", "calendar_id", "77"),
    ("unknown_reference", "course", "3,1,77,0103,Chess", "master_id", "77"),
    ("unknown_reference", "section", "3,77,03,", "course_id", "77"),
    ("unknown_reference", "master_category", "3,1,Labs,0,1;77", "task_ids", "77"),
    ("unknown_reference", "assignment", "2,1,77,Quiz,,", "category_row_id", "77"),
    ("unknown_reference", "score", "77,7,1", "assignment_id", None),
    ("unknown_reference", "custom_field", "master,77,Color,red", "owner_id", "77"),
    ("unknown_reference", "custom_field", "course,77,Color,red", "owner_id", "77"),
    ("unknown_level", "custom_field", "section,1,Color,red", "level", "section"),
    ("unknown_lock", "catalog_lock", "1,category", "lock", "category"),
    ("unknown_lock", "catalog_lock", "1,course_info.custom.Size", "lock", "course_info.custom.Size"),
    ("negative_weight", "master_category", "3,1,Labs,-0.5,", "weight", "-0.5000"),
    ("negative_weight", "course_composite", "2,1,1,1,2,1,-1", "weight", "-1.0000"),
    ("category_of_other_section", "assignment", "2,1,2,Quiz,,", "category_row_id", "2"),
    ("outer_blanks", "master_category", "3,1,Labs\u00a0,0,", "name", "Labs\u00a0"),
    ("outer_blanks", "master_category", '3,1,"\tLabs",0,', "name", "\tLabs"),
    ("name_too_long", "master_category", f"3,1,{'x' * 51},0,", "name", "x" * 51),
    ("unsorted_task_ids", "master_category", "3,1,Labs,0,2;1", "task_ids", "2;1"),
    ("unsorted_task_ids", "master_category", "3,1,Labs,0,1;1", "task_ids", "1;1"),
    ("missing_value", "course", "3,1,,0103,", "name", None),
    ("missing_value", "course", '3,1,,0103,"  "', "name", None),
    ("bad_integer", "course", "3,1,1.5,0103,Chess", "master_id", "1.5"),
    ("bad_integer", "calendar", "3,1,3000000000,Far", "end_year", "3000000000"),
    ("bad_integer", "calendar", "3,1,2_027,Far", "end_year", "2_027"),
    ("bad_decimal", "master_category", "3,1,Labs,0.00001,", "weight", "0.00001"),
    ("bad_decimal", "master_category", "3,1,Labs,100000,", "weight", "100000"),
    ("bad_decimal", "master_category", "3,1,Labs,1e2,", "weight", "1e2"),
    ("bad_decimal", "score", "1,9,1.2345", "points", None),
    ("bad_boolean", "grading_task", "5,Odd,maybe", "is_standard", "maybe"),
    ("bad_date", "assignment", "2,1,1,Quiz,2026-02-30,", "due_date", "2026-02-30"),
    ("bad_date", "assignment", "2,1,1,Quiz,13/1/2026,", "due_date", "13/1/2026"),
    ("bad_id_list", "master_category", "3,1,Labs,0,1|2", "task_ids", "1|2"),
]


@pytest.mark.parametrize(("rule", "table", "line", "column", "value"), ROW_REFUSALS)
def test_a_row_is_refused(
    store: Store, folder: Path, rule: str, table: str, line: str, column: str | None, value: str | None
) -> None:
    keep_only(folder, table)
    add(folder, table, line)
    finding = only(refused(store, folder))
    number = GOOD[table].count("\n") + 1
    assert (finding["rule"], finding["table"], finding["file"], finding["line"]) == (
        rule,
        table,
        f"{table}.csv",
        number,
    )
    assert (finding["column"], finding["value"]) == (column, value)
    assert finding["message"].startswith(f"{table}.csv, line {number}: ")


def test_a_message_says_where_the_first_of_two_rows_is(store: Store, small: Path) -> None:
    add(small, "teacher", "2,Li\n1,Ng")
    assert "was already given in line 2" in only(refused(store, small))["message"]


def test_a_table_that_is_not_given_is_named_in_the_refusal(store: Store, folder: Path) -> None:
    (folder / "teacher.csv").unlink()
    assert "Table teacher was not given." in only(refused(store, folder))["message"]


def test_a_bad_key_is_not_refused_again_where_it_is_referred_to(store: Store, folder: Path) -> None:
    put(folder, "teacher", "teacher_id,name\none,Ng\n")
    assert only(refused(store, folder))["rule"] == "bad_integer"


# -- what text may look like -------------------------------------------------------------------------


def test_text_is_normalised_once(store: Store, small: Path) -> None:
    add(small, "teacher", '2," \u3000Rene\u0301\u00a0"\n3,\u2003')
    load_tables(store, small)
    assert rows(store, "select name from teacher order by teacher_id") == [("Ng",), ("René",), (None,)]


def test_dates(store: Store, folder: Path) -> None:
    texts = {
        "2026-09-01": date(2026, 9, 1),
        "2026-09-01T23:59:00Z": date(2026, 9, 1),
        "9/1/2026": date(2026, 9, 1),
        "09/01/26": date(2026, 9, 1),
        "9/1/99": date(1999, 9, 1),
        "9/1/2026 11:59 PM": date(2026, 9, 1),
        "": None,
    }
    keep_only(folder, "calendar")
    lines = "".join(f"{nth},1,2027,{nth},{text}\n" for nth, text in enumerate(texts))
    put(folder, "calendar", "calendar_id,school_id,end_year,name,start_date\n" + lines)
    load_tables(store, folder)
    found = rows(store, "select start_date from calendar order by calendar_id")
    assert [row[0] for row in found] == list(texts.values())


def test_decimals(store: Store, small: Path) -> None:
    texts = {"25": "25", "25.10000": "25.1", ".5": "0.5", "+1.": "1", "-.0": "0", "": "0"}
    lines = "".join(f"{nth},{text}\n" for nth, text in enumerate(texts))
    put(small, "school", "school_id,missing_percent\n" + lines)
    load_tables(store, small)
    found = rows(store, "select missing_percent from school order by school_id")
    assert [row[0] for row in found] == [Decimal(value) for value in texts.values()]


def test_booleans(store: Store, small: Path) -> None:
    texts = {
        **dict.fromkeys(("true", "T", "YES", "y", "1"), True),
        **dict.fromkeys(("False", "f", "no", "N", "0", ""), False),
    }
    lines = "".join(f"{nth},{text}\n" for nth, text in enumerate(texts))
    put(small, "grading_task", "task_id,is_standard\n" + lines)
    load_tables(store, small)
    found = rows(store, "select is_standard from grading_task order by task_id")
    assert [row[0] for row in found] == list(texts.values())


def test_whole_numbers_may_end_in_point_zero(store: Store, small: Path) -> None:
    add(small, "teacher", "2.0,Li")
    load_tables(store, small)
    assert rows(store, "select max(teacher_id) from teacher") == [(2,)]


# -- CSV files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(store: Store, small: Path, end: str, mark: str) -> None:
    put(small, "teacher", mark + end.join(["teacher_id,name", "1,Ng", "", "2,Li"]))
    load_tables(store, small)
    assert rows(store, "select teacher_id, name from teacher") == [(1, "Ng"), (2, "Li")]


@pytest.mark.parametrize("block", [7, 40, 10_000])
def test_quoted_fields_and_physical_lines(
    store: Store, small: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", block)
    text = 'teacher_id,name\n1,"Ng, ""Al"""\n2,"two\nlines"\n3,\n\nx,Odd\n4,"a\r\nb"\n"y","c\n\nd"\n'
    put(small, "teacher", text)
    findings = refused(store, small)
    assert findings.select("line", "value").rows() == [(7, "x"), (10, "y")]
    put(small, "teacher", text.replace("x", "5").replace("y", "6"))
    load_tables(store, small)
    names = ['Ng, "Al"', "two\nlines", None, "a\r\nb", "Odd", "c\n\nd"]
    assert [row[0] for row in rows(store, "select name from teacher order by teacher_id")] == names


FILE_REFUSALS: list[tuple[str, bytes, int | None]] = [
    ("nul_byte", b"teacher_id,name\n1,N\0g\n", 2),
    ("empty_file", b"", None),
    ("no_column", b"id,teacher\n1,Ng\n", None),
    ("empty_file", b"\n\n", None),
    ("duplicate_header", b"teacher_id,name,Name \n1,Ng,Ng\n", None),
    ("ragged_row", b"teacher_id,name\n1,Ng\n2,Li,Ms\n", 3),
    ("ragged_row", b'teacher_id,name\n1,"Ng\nA",\n', 2),
    ("bad_quotes", b'teacher_id,name\n1,Ng\n2,"Li\n3,Wu\n', 3),
    ("bad_quotes", b'teacher_id,name\n1,Ng\n2,Li "B" Wu\n', 3),
    ("missing_column", b"name\nNg\n", None),
]


@pytest.mark.parametrize(("rule", "content", "line"), FILE_REFUSALS)
def test_a_file_is_refused(store: Store, small: Path, rule: str, content: bytes, line: int | None) -> None:
    (small / "teacher.csv").write_bytes(content)
    finding = only(refused(store, small))
    assert (finding["rule"], finding["table"], finding["file"]) == (rule, "teacher", "teacher.csv")
    assert finding["line"] == line


def test_short_rows_are_warned_of(store: Store, small: Path) -> None:
    put(small, "teacher", "teacher_id,name\n1,Ng\n2\n")
    finding = only(load_tables(store, small))
    assert (finding["rule"], finding["value"]) == ("short_row", "3")
    assert rows(store, "select name from teacher where teacher_id = 2") == [(None,)]


def test_headers_match_ignoring_case_and_blanks(store: Store, small: Path) -> None:
    put(small, "teacher", " Teacher_ID ,NAME\n1,Ng\n")
    (small / "teacher.csv").rename(small / "Teacher.CSV")
    assert load_tables(store, small).is_empty()
    assert rows(store, "select teacher_id, name from teacher") == [(1, "Ng")]


def test_unknown_files_and_columns_are_left_out_with_a_warning(store: Store, small: Path) -> None:
    put(small, "grading_tasks", "task_id\n1\n")
    (small / "readme.txt").write_text("hello")
    (small / ".hidden").write_text("hello")
    put(small, "teacher", "teacher_id,name,naem,\n1,Ng,x,\n")
    warnings = load_tables(store, small)
    assert warnings.select("rule", "value").rows() == [
        ("unknown_file", "grading_tasks.csv"),
        ("unknown_file", "readme.txt"),
        ("unknown_column", "naem"),
        ("unknown_column", ""),
    ]
    assert "Did you mean grading_task " in warnings["message"][0]
    assert "Did you mean name" in warnings["message"][2]


# -- folders, Parquet, frames, relations -------------------------------------------------------------


def test_folders_that_hold_nothing(store: Store, tmp_path: Path) -> None:
    assert only(refused(store, tmp_path))["rule"] == "no_table"
    assert only(refused(store, str(tmp_path / "nowhere")))["rule"] == "no_folder"
    file = tmp_path / "course.csv"
    file.write_text("x")
    assert "give the folder" in only(refused(store, file))["message"]
    assert only(refused(store, {}))["rule"] == "no_table"


def test_two_files_of_one_table_are_refused(store: Store, small: Path) -> None:
    pl.DataFrame({"teacher_id": [1]}).write_parquet(small / "teacher.parquet")
    assert only(refused(store, small))["rule"] == "two_files"


def test_parquet(store: Store, small: Path) -> None:
    (small / "teacher.csv").unlink()
    file = small / "teacher.parquet"
    pl.DataFrame({"teacher_id": [1, 2], "Name": ["Ng", " "]}).write_parquet(file)
    load_tables(store, small)
    assert rows(store, "select teacher_id, name from teacher") == [(1, "Ng"), (2, None)]


@pytest.mark.parametrize("content", [b"PAR1 and then nothing", b"", "half"])
def test_damaged_parquet_is_refused(store: Store, small: Path, content: bytes | str) -> None:
    (small / "teacher.csv").unlink()
    file = small / "teacher.parquet"
    if isinstance(content, str):
        pl.DataFrame({"teacher_id": range(1, 5000), "name": ["Ng"] * 4999}).write_parquet(file)
        whole = file.read_bytes()
        content = b"PAR1" + b"\xff" * (len(whole) // 2) + whole[len(whole) // 2 + 4 :]
    file.write_bytes(content)
    finding = only(refused(store, small))
    assert (finding["rule"], finding["file"]) == ("unreadable_file", "teacher.parquet")


SMALL = {"school": pl.DataFrame({"school_id": [1]})}


def test_frames_relations_and_paths(store: Store, folder: Path) -> None:
    connection = duckdb.connect()
    relation = connection.sql("select 1 as calendar_id, 1 as school_id, 2027::smallint as end_year, 'C' as name")
    source = {
        "school": folder / "school.csv",
        "catalog": str(folder / "catalog.csv"),
        "Calendar": relation,
        "teacher": pl.LazyFrame({"teacher_id": [1]}),
        "grading_task": pl.DataFrame(),
        "posted_grade": pl.DataFrame(),
    }
    load_tables(store, source)
    assert rows(store, "select calendar_id, end_year, name from calendar") == [(1, 2027, "C")]
    given = dict(rows(store, "select table_name, source from push.given_table where is_given"))
    assert given == {
        "school": str(folder / "school.csv"),
        "catalog": str(folder / "catalog.csv"),
        "calendar": "a relation",
        "teacher": "a frame",
        "grading_task": "a frame",
        "posted_grade": "a frame",
    }


def test_typed_frames(store: Store) -> None:
    source = {
        "grading_task": pl.DataFrame({"task_id": [3, 5], "is_standard": [None, True]}),
        "catalog": pl.DataFrame({"catalog_id": [1.0], "name": pl.Series(["HS"], dtype=pl.Categorical)}),
        "course_master": pl.DataFrame(
            {"master_id": ["1"], "catalog_id": [1], "number": [101], "name": ["A"], "gpa_weight": [0.1]}
        ),
        "master_category": pl.DataFrame(
            {
                "row_id": [1, 2, 3],
                "owner_id": [1, 1, 1],
                "name": ["a", "b", "c"],
                "weight": [Decimal("1.50000"), None, Decimal("2")],
                "task_ids": [[3, 5], [], None],
                "is_excluded": [1, 0, None],
            }
        ),
        "assessment_test": pl.DataFrame({"test_id": [1]}),
        "master_assessment": pl.DataFrame(
            {
                "row_id": [1],
                "owner_id": [1],
                "test_id": [1],
                "start_date": [datetime(2026, 9, 1, 8, 30)],
                "end_date": [date(2026, 9, 2)],
            }
        ),
    }
    load_tables(store, source)
    assert rows(store, "select weight, task_ids, is_excluded from master_category order by row_id") == [
        (Decimal("1.5"), [3, 5], True),
        (Decimal(0), [], False),
        (Decimal(2), [], False),
    ]
    assert rows(store, "select number, gpa_weight from course_master") == [("101", Decimal("0.1"))]
    assert rows(store, "select start_date, end_date from master_assessment") == [
        (date(2026, 9, 1), date(2026, 9, 2))
    ]


@pytest.mark.parametrize(
    ("column", "values", "rule", "value"),
    [
        ("missing_percent", [0.00001], "bad_decimal", "0.00001"),
        ("missing_percent", [1 / 3], "bad_decimal", "0.3333333333333333"),
        ("missing_percent", [float("nan")], "bad_decimal", "NaN"),
        ("missing_percent", [Decimal("0.00001")], "bad_decimal", "0.00001"),
        ("missing_percent", [100_000], "bad_decimal", "100000"),
        ("missing_percent", [True], "wrong_type", "Boolean"),
        ("missing_counts", [2], "bad_boolean", "2"),
        ("missing_counts", [date(2026, 1, 1)], "wrong_type", "Date"),
        ("name", [1.5], "wrong_type", "Float64"),
        ("name", [[1]], "wrong_type", "List(Int64)"),
        ("name", ["a\0b"], "nul_byte", "ab"),
        ("name", [b"a"], "wrong_type", "Binary"),
    ],
)
def test_typed_values_are_cast_strictly(
    store: Store, column: str, values: list[Any], rule: str, value: str
) -> None:
    finding = only(refused(store, {"school": pl.DataFrame({"school_id": [1], column: values})}))
    assert (finding["rule"], finding["column"], finding["file"]) == (rule, column, None)
    assert finding["value"] == value
    assert finding["line"] == (None if rule == "wrong_type" else 1)


def test_rows_of_frames_count_from_one(store: Store) -> None:
    finding = only(refused(store, {"school": pl.DataFrame({"school_id": [1, 2, 2]})}))
    assert (finding["line"], finding["file"]) == (3, None)
    assert finding["message"].startswith("row 3 of school: school_id 2 was already given in row 2")


def test_other_sources_are_refused(store: Store, tmp_path: Path) -> None:
    assert only(refused(store, {"school": [1]}))["rule"] == "unknown_format"
    assert only(refused(store, {"school": tmp_path / "school.xlsx"}))["rule"] == "unknown_format"
    assert only(refused(store, {"school": tmp_path / "school.csv"}))["rule"] == "unreadable_file"
    with pytest.raises(RequestError, match="folder or a dict"):
        load_tables(store, 5)
    warning = only(load_tables(store, {**SMALL, "schools": pl.DataFrame({"school_id": [1]})}))
    assert (warning["rule"], warning["value"]) == ("unknown_table", "schools")


def test_columns_are_renamed(store: Store) -> None:
    frame = pl.DataFrame({"SchoolKey": [1], "Title": ["North"]})
    columns = {"school": {"schoolkey": "school_id", "Title": "name"}}
    assert load_tables(store, {"school": frame}, columns=columns).is_empty()
    assert rows(store, "select school_id, name from school") == [(1, "North")]


def test_renames_that_cannot_be_are_refused(store: Store) -> None:
    missing = only(refused(store, SMALL, columns={"school": {"Titel": "name"}}))
    assert (missing["rule"], missing["value"]) == ("mapped_column_missing", "titel")
    with pytest.raises(RequestError, match="no column 'title' of school"):
        load_tables(store, SMALL, columns={"school": {"x": "title"}})
    with pytest.raises(RequestError, match="no table 'schools'"):
        load_tables(store, SMALL, columns={"schools": {}})
    frame = pl.DataFrame({"school_id": [1], "key": [2]})
    twice = refused(store, {"school": frame}, columns={"school": {"key": "school_id"}})
    assert only(twice)["rule"] == "duplicate_header"


# -- warnings ----------------------------------------------------------------------------------------

WARNINGS = [
    # rule, table, added line, value
    ("catalog_not_assigned", "course", "3,1,2,0103,Art", "course_id 3"),
    ("catalog_not_assigned", "course", "3,2,1,0101,Algebra", "course_id 3"),
    ("parent_missing", "course_category", "3,1,77,Labs,0", "row_id 3"),
    ("parent_of_other_owner", "course_category", "3,2,1,Labs,0", "row_id 3"),
    ("shared_parent", "course_category", "3,1,1,Labs,0", "row_id 1; row_id 3"),
    ("task_not_aligned", "master_category", "3,1,Labs,0,4", "row_id 3"),
    ("task_not_aligned", "course_composite", "2,1,1,1,4,1,0", "row_id 2"),
    ("task_not_aligned", "assignment_task", "1,4,1", "assignment_id 1, task_id 4, term_seq 1"),
    ("task_not_aligned", "posted_grade", "1,8,4,1,", None),
    ("term_not_in_calendar", "course_composite", "2,1,1,1,2,9,0", "row_id 2"),
    ("term_not_in_calendar", "course_grade_calc", "2,1,,1,9,no", "row_id 2"),
    ("term_not_in_calendar", "section_term", "1,9", "section_id 1, term_seq 9"),
    ("term_not_in_calendar", "assignment_task", "1,1,9", "assignment_id 1, task_id 1, term_seq 9"),
]


@few(4)
@pytest.mark.parametrize(("rule", "table", "line", "value"), WARNINGS)
def test_a_row_is_warned_of(
    store: Store, folder: Path, rule: str, table: str, line: str, value: str | None
) -> None:
    add(folder, table, line)
    finding = only(load_tables(store, folder))
    assert (finding["severity"], finding["rule"], finding["table"]) == ("warning", rule, table)
    assert (finding["value"], finding["file"]) == (value, f"{table}.csv")


def test_weighted_categories_that_weigh_nothing(store: Store, folder: Path) -> None:
    put(folder, "course_category", GOOD["course_category"].replace(",60", ",0").replace(",40", ","))
    finding = only(load_tables(store, folder))
    assert (finding["rule"], finding["value"]) == ("no_category_weight", "owner_id 1")


def test_a_level_without_links(store: Store, folder: Path) -> None:
    put(folder, "section_category", "row_id,owner_id,name,weight\n1,1,Tests,60\n2,2,Tests,60\n")
    finding = only(load_tables(store, folder))
    assert (finding["rule"], finding["value"]) == ("no_links", "section")


def test_many_rows_make_one_warning(store: Store, folder: Path) -> None:
    add(folder, "section_term", "\n".join(f"1,{term}" for term in range(11, 18)))
    finding = only(load_tables(store, folder))
    assert "7 rows" in finding["message"]
    assert "and 2 more" in finding["message"]
    assert finding["value"].count(";") == 4


def test_a_large_table_that_is_not_in_order_is_sorted_and_looked_through(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursepush.load.checks.MANY_ROWS", 3)
    ids = {"sorted": [1, 2, 5, 9], "unsorted": [5, 1, 9, 2], "equal": [1, 2, 2, 9]}
    for name, given in ids.items():
        opened = Store(None, threads=1)
        frame = pl.DataFrame({"teacher_id": given, "name": [f"T{one}" for one in given]})
        if name == "equal":
            assert refused(opened, {"teacher": frame})["rule"].to_list() == ["duplicate_id"]
        else:
            load_tables(opened, {"teacher": frame})
            assert [row[0] for row in rows(opened, "select teacher_id from teacher")] == [1, 2, 5, 9]
        opened.close()
    pairs = pl.DataFrame({"section_id": [1, 1, 2, 1], "student_id": [7, 8, 7, 8]})
    section = pl.DataFrame({"section_id": [1, 2], "course_id": [1, 1]})
    found = refused(store, {"section": section, "enrollment": pairs})
    assert set(found["rule"]) == {"unknown_reference", "duplicate_id"}


def test_a_refusal_names_the_line_of_the_source_that_a_reader_knows(store: Store) -> None:
    tables = {"section": pl.DataFrame({"section_id": [1], "course_id": [9]})}
    places = {"section": pl.DataFrame({"file": ["Section.csv"], "line": [41]})}
    nothing = pl.DataFrame(schema=FINDING_SCHEMA)
    source = SourceTables("A format", tables, nothing, pl.DataFrame(schema=ACCOUNT_SCHEMA), places=places)
    with pytest.raises(LoadError, match=r"Section\.csv, line 41: course_id 9 is not in table course") as caught:
        load_tables(store, source)
    assert caught.value.findings is not None
    assert caught.value.findings.select("file", "line").rows() == [("Section.csv", 41)]


# -- what a frame, a Parquet file or a relation can hold and a table cannot ----------------------------------

NO_DATES = ["'infinity'::date", "'-infinity'::date", "'infinity'::timestamp", "'-infinity'::timestamptz"]


@pytest.mark.parametrize("value", [*NO_DATES, "date '20266-08-17'", "'0044-03-15 (BC)'::date"])
def test_dates_that_are_none_are_refused_in_relations_and_frames(store: Store, tmp_path: Path, value: str) -> None:
    with duckdb.connect() as connection:
        relation = connection.sql(
            f"select 1 as calendar_id, 1 as school_id, 2027 as end_year, 'a' as name, {value} as start_date"
        )
        school = pl.DataFrame({"school_id": [1]})
        for given in (relation, pl.DataFrame(relation)):
            finding = only(refused(store, {"school": school, "calendar": given}))
            assert (finding["rule"], finding["table"], finding["column"]) == ("bad_date", "calendar", "start_date")
        path = tmp_path / "calendar.parquet"
        pl.DataFrame(relation).write_parquet(path)
        finding = only(refused(store, {"school": school, "calendar": path}))
        assert (finding["rule"], finding["line"]) == ("bad_date", 1)


def test_the_first_and_the_last_date_are_taken(store: Store) -> None:
    days = [date(1, 1, 1), date(9999, 12, 31)]
    times = [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)]
    for values in (days, times):
        calendar = pl.DataFrame(
            {
                "calendar_id": [1, 2],
                "school_id": [1, 1],
                "end_year": [2027, 2028],
                "name": ["a", "b"],
                "start_date": values,
            }
        )
        fresh = Store(None, threads=1)
        load_tables(fresh, {"school": pl.DataFrame({"school_id": [1]}), "calendar": calendar})
        assert [row[0] for row in rows(fresh, "select start_date from calendar order by calendar_id")] == days
        fresh.close()


@pytest.mark.parametrize("value", ["interval 1 day", "union_value(a := 1)", "[1, 2]", "{'a': 1}", "'x'::blob"])
def test_a_relation_s_type_that_no_column_takes_is_named(store: Store, value: str) -> None:
    with duckdb.connect() as connection:
        given = connection.sql(f"select 1 as school_id, {value} as name, {value} as other")
        finding = only(refused(store, {"school": given}))
    assert (finding["rule"], finding["table"], finding["column"]) == ("wrong_type", "school", "name")
    assert "school: column name is of type" in finding["message"]


def test_a_relation_s_column_that_is_not_read_may_be_of_any_type(store: Store) -> None:
    with duckdb.connect() as connection:
        given = connection.sql(
            'select 1 as school_id, \'x\' as name, interval 1 day as other, 5::hugeint as "a""b"'
        )
        assert set(load_tables(store, {"school": given})["rule"]) == {"unknown_column"}
    assert rows(store, "select school_id, name from school") == [(1, "x")]


def test_a_relation_whose_connection_is_closed_is_a_finding(store: Store) -> None:
    connection = duckdb.connect()
    given = connection.sql("select 1 as school_id")
    connection.close()
    assert only(refused(store, {"school": given}))["rule"] == "unreadable_file"


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128])
def test_whole_numbers_of_any_width_are_taken(store: Store, kind: pl.DataType) -> None:
    given = pl.DataFrame({"school_id": [5], "missing_percent": [40]}, schema_overrides={"school_id": kind})
    load_tables(store, {"school": given.with_columns(pl.col("missing_percent").cast(kind))})
    assert rows(store, "select school_id, missing_percent from school") == [(5, Decimal(40))]


@pytest.mark.parametrize(
    "kind", [pl.Object, pl.Duration, pl.Time, pl.Array(pl.Int64, 1), pl.Struct({"a": pl.Int8})]
)
def test_a_frame_s_type_that_no_column_takes_is_named(store: Store, kind: Any) -> None:
    values = pl.Series("name", [object()] if kind is pl.Object else [None], dtype=kind)
    finding = only(refused(store, {"school": pl.DataFrame({"school_id": [1]}).with_columns(values)}))
    assert (finding["rule"], finding["table"], finding["column"]) == ("wrong_type", "school", "name")
