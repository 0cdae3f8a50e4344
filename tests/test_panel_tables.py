"""The long tables of panels: filters and the search look at all rows, the browser gets the first of them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import coursepush as cp
from coursepush.errors import RequestError
from coursepush.widgets import taking
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.tables import MOST_ROWS, RowsTable

SCHOOLS = ("Cedar", "Maple", None)


@pytest.fixture
def table() -> RowsTable:
    rows = pl.DataFrame(
        {
            "school": [SCHOOLS[place % 3] for place in range(9_000)],
            "what": [f"Item {place}" for place in range(9_000)],
            "number": list(range(9_000)),
            "hidden": ["secret"] * 9_000,
        }
    )
    return RowsTable(rows, {"school": "School", "what": "What", "number": "Number"}, {"school": "School"})


def shown(table: RowsTable) -> list[list[object]]:
    return json.loads(table.table._dt_args["data_json"])


def test_the_browser_gets_the_first_rows_and_the_reader_is_told(table: RowsTable) -> None:
    assert len(shown(table)) == MOST_ROWS
    assert "9,000 rows; the first 2,000 are listed. Narrow them down to see the others." in table.count.value


def test_a_filter_says_how_many_rows_each_choice_leaves(table: RowsTable) -> None:
    assert [text for text, _ in table.filters["school"].options] == ["All", "Cedar (3,000)", "Maple (3,000)"]
    table.search.value = "item 8999"
    assert [text for text, _ in table.filters["school"].options] == ["All"], "it is of no school"
    table.search.value = "item 8997"
    assert [text for text, _ in table.filters["school"].options] == ["All", "Cedar (1)"]


def test_every_word_has_to_be_in_a_row_in_any_column_that_is_shown(table: RowsTable) -> None:
    table.search.value = "  MAPLE   tem "
    assert table.matching["school"].unique().to_list() == ["Maple"]
    assert table.matching.height == 3_000
    table.search.value = "1717"
    assert table.matching["number"].to_list() == [1717]
    table.search.value = "maple 16"
    assert table.matching["number"].to_list() == [16], "a short number is a word of its own: section 16"
    table.search.value = "secret"
    assert table.matching.is_empty()
    table.search.value = "item (1"
    assert table.matching.is_empty(), "signs are only signs"


def test_narrowed_down_to_one_row_that_row_is_chosen(table: RowsTable) -> None:
    told: list[object] = []
    table.on_choose(told.append)
    table.search.value = "item 8998"
    assert table.chosen == {"school": "Maple", "what": "Item 8998", "number": 8998, "hidden": "secret"}
    assert table.table.selected_rows == [0]
    table.search.value = "item"
    assert table.chosen is None
    table.table.selected_rows = [2]
    assert told[-1] == table.matching.row(2, named=True)
    assert [one is None for one in told] == [False, True, False]


def test_a_value_that_the_search_leaves_nothing_of_stays_chosen(table: RowsTable) -> None:
    table.filters["school"].value = "Cedar"
    table.search.value = "item 8998"
    assert table.matching.is_empty()
    assert table.filters["school"].value == "Cedar"
    assert ("Cedar (0)", "Cedar") in table.filters["school"].options
    table.narrow(school="")
    assert table.matching.height == 1


def test_cells_are_text_and_nothing_for_null(table: RowsTable) -> None:
    evil = pl.DataFrame({"what": ["<img src=x onerror=alert(1)>", None]})
    made = RowsTable(evil, {"what": "What"}, {})
    assert "<img" not in made.table._dt_args["data_json"]
    assert shown(made)[1] == [""]


# -- sorted ------------------------------------------------------------------------------------------------


def test_a_header_sorts_every_row_up_then_down_then_not(table: RowsTable) -> None:
    table._sort(2)
    table._sort(2)
    assert shown(table)[0][2] == 8_999, "not the largest of the first rows alone"
    assert table.table._dt_args["order"] == [[2, "desc"]]
    table._sort(2)
    assert shown(table)[0][2] == 0
    assert table.table._dt_args["order"] == []
    for place in (-1, 3, "2", None):
        table._sort(place)
        assert table.table._dt_args["order"] == [], "what a browser sends is not believed"


@pytest.mark.parametrize(
    ("texts", "ordered"),
    [
        (["10", "9", None, "01"], [None, "01", "9", "10"]),
        (["b", "A", None, "a"], [None, "A", "a", "b"]),
        (["10", "9", "x", None], [None, "10", "9", "x"]),
    ],
    ids=["numbers", "text", "both"],
)
def test_text_is_sorted_as_the_browser_sorts_it(texts: list[str | None], ordered: list[str | None]) -> None:
    made = RowsTable(pl.DataFrame({"text": texts}), {"text": "Text"}, {})
    made.sort("text")
    assert made.matching["text"].to_list() == ordered
    made.sort("text", descending=True)
    assert made.matching["text"].to_list()[-1] is None


# -- remembered --------------------------------------------------------------------------------------------


def lists(remembered: Remembered) -> list[RowsTable]:
    frames = [
        {"school": ["Cedar", "Maple"], "fate": ["a", "b"]},
        {"school": ["Maple", "Oak"], "fate": ["b", "a"]},
        {"school": ["Oak"], "fate": ["a"]},
    ]
    filters = {"school": "School", "fate": "What becomes of it"}
    return [RowsTable(pl.DataFrame(one), filters, filters, remembered=remembered) for one in frames]


def test_a_choice_is_made_in_every_list_that_has_it_and_in_those_to_come(simulated_file: Path) -> None:
    with cp.open_district(simulated_file) as district:
        remembered = Remembered(district.store)
        first, second, third = lists(remembered)
        assert len(remembered.scope) > 8
    first.filters["school"].value = "Maple"
    assert [one.matching["school"].to_list() for one in (second, third)] == [["Maple"], ["Oak"]]
    assert first.takeaway.remembered == {"school": "Maple"}
    later = lists(remembered)[1]
    assert later.matching["school"].to_list() == ["Maple"]
    second.filters["fate"].value = "b"
    assert first.filters["fate"].value == "", "what became of a row is asked in each list for itself"
    second.show_all.click()
    assert first.filters["school"].value == ""
    assert remembered.values == {}


def test_what_the_browser_kept_is_taken_once_and_checked(simulated_file: Path) -> None:
    with cp.open_district(simulated_file) as district:
        remembered = Remembered(district.store)
        first, second, _ = lists(remembered)
    first.takeaway._asked(None, {"remembered": {"school": "Maple", "teacher": 7, "fate": "a", "x": "y"}}, [])
    assert remembered.values == {"school": "Maple"}
    assert second.matching["school"].to_list() == ["Maple"]
    second.takeaway._asked(None, {"remembered": {"school": "Oak"}}, [])
    assert remembered.values == {"school": "Maple"}, "an answer that comes late changes nothing"
    first.takeaway._asked(None, {"remembered": ["Oak"]}, [])


# -- taken along -------------------------------------------------------------------------------------------

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a\n=1+1", 'say "x"', "<b>&</b>", "01", None]


def evil_list() -> RowsTable:
    rows = pl.DataFrame({"what": EVIL, "number": range(10), "why": ["=2"] * 10, "hidden": ["secret"] * 10})
    return RowsTable(rows, {"what": "What", "number": "Number"}, {}, title="What is there")


def test_a_copy_is_defused_and_stays_in_its_cells() -> None:
    taken = evil_list().takeaway.take("copy")
    assert taken.told == "10 rows copied. Paste into a spreadsheet."
    lines = [line.split("\t") for line in taken.text.splitlines()]
    assert lines[0] == ["What", "Number", "Why"], "and what is told of a chosen row"
    cells = [line[0] for line in lines[1:]]
    assert cells[:4] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert cells[4:6] == [" =1", "a =1+1"], "no tab and no end of a line makes a cell of its own"
    assert cells[6:] == ['"say ""x"""', "<b>&</b>", "01", ""]
    assert {line[2] for line in lines[1:]} == {"'=2"}
    assert "secret" not in taken.text + taken.html
    assert "<b>" not in taken.html
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in taken.html
    assert taken.html.count("<tr>") == 11
    assert "<td>7</td>" in taken.html, "a number is a number"
    assert "mso-number-format" in taken.html.split("01</td>")[0].rsplit("<td", 1)[1], "and text stays text"


def test_the_files_hold_what_matches_in_the_order_that_is_shown(table: RowsTable) -> None:
    table.filters["school"].value = "Cedar"
    table.search.value = "item"
    table.sort("number", descending=True)
    taken = table.takeaway.take("csv")
    assert taken.name == "rows.csv"
    read = pl.read_csv(io.BytesIO(taken.content))
    assert read.rows() == table.matching.select("school", "what", "number").rows()
    book = openpyxl.load_workbook(io.BytesIO(table.takeaway.take("xlsx").content))
    sheet, about = book["Report"], book["About this report"]
    assert [cell.value for cell in sheet[2]] == list(read.row(0))
    assert ("School", "Cedar") in [(row[0].value, row[1].value) for row in about]
    assert ("Search", "item") in [(row[0].value, row[1].value) for row in about]
    formulas = openpyxl.load_workbook(io.BytesIO(evil_list().takeaway.take("xlsx").content))["Report"]
    assert {cell.data_type for cell in formulas["A"][1:]} <= {"s", "n"}, "none is a formula"


def test_too_many_rows_to_copy_are_told_and_nothing_else_is_answered(
    table: RowsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_COPIED", 8_999)
    with pytest.raises(RequestError, match="9,000 rows are too many to copy; 8,999 can be"):
        table.takeaway.take("copy")
    answers: list[dict[str, object]] = []
    monkeypatch.setattr(table.takeaway, "send", lambda content, buffers=None: answers.append(content))
    table.takeaway._asked(None, {"take": "copy", "id": "1"}, [])
    assert answers[0]["id"] == "1"
    assert "too many to copy" in str(answers[0]["error"])
    table.takeaway._asked(None, {"take": "no such button", "id": "2"}, [])
    assert "error" in answers[1]
    table.takeaway._asked(None, "nonsense", [])
    table.takeaway._asked(None, {"take": "csv", "id": "3"}, [])
    assert answers[2]["name"] == "rows.csv"
    assert len(answers) == 3
