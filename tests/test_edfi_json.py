"""Ed-Fi resources as the API gives them, in JSON: the same district as CSV and XML, and what only JSON can do wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from edfi_district import JsonForm, Rows, resource, section, staffed, tiny, write_csv, write_json, write_xml
from hypothesis import HealthCheck, given, settings
from test_edfi_xml import adds_up, districts, outcome, refused, rules, same

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.edfi.resources import RESOURCES, kind_of_file
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store

EXAMPLES = 15 * int(os.environ.get("COURSEPUSH_EXAMPLES", "1"))


@pytest.mark.parametrize("form", get_args(JsonForm))
def test_csv_xml_and_json_read_as_the_same_tables(form: JsonForm, tmp_path: Path) -> None:
    of_csv = read_edfi(write_csv(tmp_path / "csv", staffed()))
    of_xml = read_edfi(write_xml(tmp_path / "xml", staffed()))
    of_json = read_edfi(write_json(tmp_path / "json", staffed(), form))
    assert of_json.format == "Ed-Fi JSON"
    same(of_csv, of_json)
    same(of_xml, of_json)
    assert rules(of_json) - {"columns_not_read"} == rules(of_csv) - {"columns_not_read"}
    adds_up(of_json)
    load_tables(Store(None), of_json)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=districts())
def test_whatever_the_district_json_reads_as_csv(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("both")
    one, other = outcome(write_csv(folder / "csv", rows)), outcome(write_json(folder / "json", rows))
    if isinstance(one, SourceTables) and isinstance(other, SourceTables):
        same(one, other)
        return
    assert one == other
