"""Values at the ends of what a column may hold: what is beyond is refused, all that loads works to the end."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from carried_out import frames
from district_files import worn_district
from engine import Tables, tables_of
from good_extract import GOOD, write_good
from small_district import TERM
from whole_way import there_and_back

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.model.tables import LARGEST_ID, TABLES, Column

MASTERS = {"course_master", *(name for name in TABLES if name.startswith("master_"))}
NUMBERED = ("term_seq", "end_year")
"""Values by which rows find one another, and so stay apart."""

ENDS: dict[str, tuple[Any, Any]] = {
    "int": (-(2**31), 2**31 - 1),
    "decimal4": (Decimal("-99999.9999"), Decimal("99999.9999")),
    "decimal3": (Decimal("-999999.999"), Decimal("999999.999")),
    "date": (dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    "bool": (False, True),
}
DECIDING = ("is_active", "ignore_master_push", "is_cross_site", "is_summer")
"""What takes a course out of a push altogether."""

ROOM = 10**7
"""Between the largest id and those given, so that what is exported can be loaded again."""


def at_an_end(tables: Tables, *, high: bool) -> Tables:
    """The district with every value at one end, of course masters' rows and of all others at the other end.

    Ids, terms and years go to that end all together, so that rows find one another as before.
    """
    made = copy.deepcopy(tables)
    spans = {
        end: [
            row[name]
            for rows in tables.values()
            for row in rows
            for name in row
            if name.endswith(end) and row[name]
        ]
        for end in NUMBERED
    }
    for name, rows in made.items():
        is_high = high == (name in MASTERS)
        for row in rows:
            for column in TABLES[name].columns:
                if row.get(column.name) is not None and column.name not in DECIDING:
                    row[column.name] = _moved(column, row[column.name], spans, high=high, is_high=is_high)
    return made


def _moved(column: Column, value: Any, spans: dict[str, list[int]], *, high: bool, is_high: bool) -> Any:
    if column.kind == "id":
        return value + LARGEST_ID - ROOM if high else value - LARGEST_ID
    if column.kind == "ids":
        return [one + LARGEST_ID - ROOM if high else one - LARGEST_ID for one in value]
    numbered = next((end for end in NUMBERED if column.name.endswith(end)), None)
    if numbered is not None:
        assert column.bounds is not None
        low, most = column.bounds
        return most - max(spans[numbered]) + value if high else low + value - min(spans[numbered])
    if column.name == "weight":
        return ENDS["decimal4"][1] if is_high else Decimal(0)
    if column.bounds is not None:
        return column.bounds[is_high]
    if column.name == "name" and not column.required:
        return value + "é" * 10_000 if is_high else value
    return ENDS[column.kind][is_high] if column.kind in ENDS else value


@pytest.mark.parametrize("high", [False, True])
def test_a_district_at_the_ends_works_to_the_end(high: bool, tmp_path: Path) -> None:
    district = worn_district()
    district.master.option(task=TERM, term=2, calc_type="in_progress", last_n=3, cumulative_from_term_seq=1)
    district.section.assignment((TERM, 1), score=3)
    tables = at_an_end(district.tables(), high=high)
    with cp.load_district(frames(tables)) as loaded:
        before = tables_of(loaded._store)
        assert there_and_back(loaded) > 10
        assert tables_of(loaded._store) == before
        loaded.export(tmp_path / "tables", students=True)
        with cp.load_district(tmp_path / "tables") as again:
            assert tables_of(again._store) == before


BOUNDED = [(table, column) for table in TABLES.values() for column in table.columns if column.bounds]


@pytest.mark.parametrize("beyond", [-1, 1], ids=["below", "above"])
def test_what_is_beyond_is_refused_with_table_column_and_line(beyond: int, tmp_path: Path) -> None:
    """All at once, each once, of text and of numbers alike."""
    folder = write_good(tmp_path / "extract")
    expected: set[tuple[str, str]] = set()
    given: dict[str, Any] = {name: folder / f"{name}.csv" for name in GOOD}
    for table, column in BOUNDED:
        if table.name not in GOOD:
            continue
        assert column.bounds is not None
        value = column.bounds[0] - 1 if beyond < 0 else column.bounds[1] + 1
        header, *lines = (folder / f"{table.name}.csv").read_text().splitlines()
        names = header.split(",")
        if column.name in names:
            cells = lines[0].split(",")
            cells[names.index(column.name)] = str(value)
            lines[0] = ",".join(cells)
        else:
            header, lines = f"{header},{column.name}", [f"{lines[0]},{value}", *lines[1:]]
        (folder / f"{table.name}.csv").write_text("\n".join([header, *lines]) + "\n")
        expected.add((table.name, column.name))
    assert len(expected) > 12
    for source in (folder, given):
        with pytest.raises(LoadError) as caught:
            cp.load_district(source)
        assert caught.value.findings is not None
        found = caught.value.findings.filter(severity="refusal")
        out = found.filter(line=2).select("table", "column").unique().rows()
        assert expected <= set(out)
        said = found.filter(table="course_category" if "course_category" in GOOD else "term", column="drop_lowest")
        assert "must be a whole number from 0 to 9999" in said["message"][0]


def test_bounds_are_within_what_the_column_can_hold() -> None:
    for table, column in BOUNDED:
        assert column.bounds is not None
        low, high = column.bounds
        least, most = ENDS[column.kind]
        assert least <= low < high <= most, (table.name, column.name)
        assert column.default is None or low <= float(column.default) <= high
