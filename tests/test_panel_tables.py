"""The long tables of panels: filters and the search look at all rows, the browser gets the first of them."""

from __future__ import annotations

import json

import polars as pl
import pytest

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
    assert [] == []


def test_a_filter_says_how_many_rows_each_choice_leaves(table: RowsTable) -> None:
    assert [text for text, _ in table.filters["school"].options] == ["All", "Cedar (3,000)", "Maple (3,000)"]
    table.search.value = "item 8999"
    assert [text for text, _ in table.filters["school"].options] == ["All"], "it is of no school"
    table.search.value = "item 8997"
    assert [text for text, _ in table.filters["school"].options] == ["All", "Cedar (1)"]


def test_every_word_has_to_be_in_a_row_in_any_column_that_is_shown(table: RowsTable) -> None:
    table.search.value = "  MAPLE   17 "
    assert table.matching["school"].unique().to_list() == ["Maple"]
    assert all("17" in f"{row['what']} {row['number']}" for row in table.matching.to_dicts())
    assert table.matching.height == sum("17" in str(place) for place in range(1, 9_000, 3))
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
    table.search.value = "item 899"
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
