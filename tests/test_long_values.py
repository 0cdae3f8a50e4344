"""A cell of a hundred thousand characters that is refused: what is said of it stays short, whatever the format."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from edfi_district import staffed, write_csv
from good_extract import write_good
from oneroster_tiny import tiny, write

import coursepush as cp
from coursepush.errors import LoadError
from coursepush.load.mapping.notes import Notes

LONG = "10" + "x" * 100_000


def edfi(folder: Path) -> Path:
    """A grading period of a school that is not there."""
    rows = staffed()
    rows["GradingPeriod"][0]["school"] = LONG
    return write_csv(folder / "edfi", rows)


def oneroster_reference(folder: Path) -> Path:
    """A class of a course that is not there."""
    files = tiny()
    files["classes"][0]["courseSourcedId"] = LONG
    return write(files, folder / "bundle")


def oneroster_key(folder: Path) -> Path:
    """Two rows with one such id."""
    files = tiny()
    files["orgs"] += [{**files["orgs"][1], "sourcedId": LONG}, {**files["orgs"][2], "sourcedId": LONG}]
    return write(files, folder / "bundle")


def own_csv(folder: Path) -> Path:
    """A school whose number is none."""
    write_good(folder / "own")
    school = folder / "own" / "school.csv"
    header, first, *rest = school.read_text("utf-8").splitlines()
    school.write_text("\n".join([header, LONG + first[first.index(",") :], *rest, ""]), "utf-8")
    return folder / "own"


@pytest.mark.parametrize("source", [edfi, oneroster_reference, oneroster_key, own_csv])
def test_what_is_said_of_a_long_value_is_short(tmp_path: Path, source: object) -> None:
    assert callable(source)
    with pytest.raises(LoadError) as refused:
        cp.load_district(source(tmp_path))
    said, found = str(refused.value), refused.value.findings
    assert found is not None
    assert "xxx" in said
    assert len(said) < 3_000
    assert found.select(pl.all().cast(pl.String).str.len_chars().max()).transpose().max().item() < 1_000


def test_a_mapping_s_notes_are_short() -> None:
    notes = Notes()
    rows = pl.DataFrame({"line": [7, 8], "value": [LONG, "x"]})
    notes.each("refusal", "wrong_value", rows, "{value} is no year.", table="course", file="courses.csv")
    notes.counted("refusal", "wrong_value", rows, "{rows}: {examples}.", table="course", file="courses.csv")
    assert notes.frame().select(pl.col("message", "value").str.len_chars().max()).transpose().max().item() < 500
