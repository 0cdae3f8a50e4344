"""A root cause is told once, above its consequences: in the error, on the command line, on the page."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from edfi_district import NAMESPACE, Rows, tiny, write_csv, write_json, write_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from coursepush.cli.main import cli
from coursepush.errors import LoadError
from coursepush.load.causes import CAUSE, CAUSES, by_cause, refused_by
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.findings import FINDING_SCHEMA
from coursepush.reports.findings.page import findings_page


def findings(*rows: tuple[str, str, str | None, str | None]) -> pl.DataFrame:
    """Findings of severity, rule, file and value, each with a message of its own."""
    return pl.DataFrame(
        [
            (severity, rule, None, file, None, None, value, f"message {place}")
            for place, (severity, rule, file, value) in enumerate(rows)
        ],
        schema=FINDING_SCHEMA,
        orient="row",
    )


def order(frame: pl.DataFrame) -> list[tuple[str, int | None]]:
    return by_cause(frame).select("message", CAUSE).rows()


def test_a_cause_stands_before_what_follows_from_it() -> None:
    frame = findings(
        ("note", "columns_not_read", "a.csv", None),
        ("refusal", "missing_value", "a.csv", None),
        ("refusal", "duplicate_id", "b.csv", None),
        ("warning", "unknown_version", None, "9.0"),
    )
    assert order(frame) == [("message 3", None), ("message 1", 0), ("message 0", 0), ("message 2", None)]
    told = refused_by(frame)
    assert (told.things, told.following, told.rules) == (2, 2, "unknown_version, duplicate_id")
    assert told.first[0] == "message 3 (2 more findings come with it; correct it first.)"
    assert told.first[1] == "message 2"


def test_rows_that_name_one_missing_thing_follow_from_the_first() -> None:
    missing = [
        ("refusal", "unknown_reference", f"{file}.csv", value) for file in "ab" for value in ("9", "8", "9")
    ]
    ordered = by_cause(findings(*missing))
    roots = ordered.filter(pl.col(CAUSE).is_null())
    assert roots["value"].to_list() == ["9", "8"]
    assert refused_by(findings(*missing)).things == 2


def test_what_is_in_another_file_does_not_follow() -> None:
    frame = findings(("warning", "short_row", "a.csv", None), ("refusal", "missing_value", "b.csv", None))
    assert order(frame) == [("message 1", None), ("message 0", None)]


RULES = sorted(
    {cause.rule for cause in CAUSES} | {"missing_value", "unknown_reference", "columns_not_read", "odd"}
)
ROWS = st.tuples(
    st.sampled_from(["refusal", "repair", "warning", "note"]),
    st.sampled_from(RULES),
    st.sampled_from([None, "a.csv", "b.csv"]),
    st.sampled_from([None, "1", "2"]),
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROWS, max_size=12))
def test_every_finding_stays_once_and_causes_are_roots_above(rows: list[tuple[str, str, str, str]]) -> None:
    frame = findings(*rows)
    ordered = by_cause(frame)
    assert sorted(ordered["message"]) == sorted(frame["message"])
    causes = ordered[CAUSE].to_list()
    for place, cause in enumerate(causes):
        assert cause is None or (cause < place and causes[cause] is None)
        assert cause is None or all(each == cause for each in causes[cause + 1 : place + 1])
    refusals = frame.filter(pl.col("severity") == "refusal").height
    told = refused_by(frame)
    assert (told.things == 0) == (refusals == 0)
    assert told.things <= refusals
    assert told.things + told.following >= refusals


# -- an old version of the Data Standard ---------------------------------------------------------------------


def many(rows: Rows, number: int = 300) -> Rows:
    return rows | {"Section": [{**rows["Section"][0], "number": str(each)} for each in range(number)]}


@pytest.mark.parametrize(
    ("namespace", "version"),
    [
        ("http://ed-fi.org/0100", "1.0"),
        ("http://ed-fi.org/0100RFC062811", "1.0"),
        ("http://slc-sli/ed-fi/0100", "1.0"),
        ("http://ed-fi.org/0200", "2.0"),
        ("http://ed-fi.org/0220", "2.2"),
        ("http://ed-fi.org/2.2.0", "2.2"),
    ],
)
def test_an_old_version_is_one_refusal_that_names_it_and_ours(
    namespace: str, version: str, tmp_path: Path
) -> None:
    folder = write_xml(tmp_path / "old", many(tiny()))
    for path in folder.iterdir():
        text = (
            path.read_text("utf-8").replace(NAMESPACE, namespace).replace("SectionIdentifier", "UniqueSectionCode")
        )
        path.write_text(text, "utf-8")
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    assert caught.value.findings is not None
    assert caught.value.findings.select("rule", "value").rows() == [("old_version", version)]
    assert f"Data Standard {version}" in str(caught.value)
    assert "3 to 6" in str(caught.value)


def test_one_old_file_among_new_ones_is_named(tmp_path: Path) -> None:
    folder = write_xml(tmp_path, tiny())
    path = folder / "MasterSchedule.xml"
    path.write_text(path.read_text("utf-8").replace(NAMESPACE, "http://ed-fi.org/0220"), "utf-8")
    with pytest.raises(LoadError, match=r"MasterSchedule\.xml is of Data Standard 2\.2") as caught:
        read_edfi(folder)
    assert "EducationOrganization.xml" not in str(caught.value)


@pytest.mark.parametrize("form", ["xml", "csv", "json"])
def test_an_old_version_that_is_not_stated_is_told_by_its_names(form: str, tmp_path: Path) -> None:
    rows = many(tiny())
    match form:
        case "xml":
            folder = write_xml(tmp_path, rows)
            path, before, after = folder / "MasterSchedule.xml", "SectionIdentifier", "UniqueSectionCode"
            path.write_text(path.read_text("utf-8").replace(NAMESPACE, "urn:state"), "utf-8")
        case "csv":
            folder = write_csv(tmp_path, rows)
            path, before, after = folder / "Section.csv", "SectionIdentifier", "UniqueSectionCode"
        case _:
            folder = write_json(tmp_path, rows)
            path, before, after = folder / "sections.jsonl", "sectionIdentifier", "uniqueSectionCode"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list() == ["old_version"]
    assert f"told by {after}" in str(caught.value)


def test_what_is_wrong_in_every_row_is_told_once(tmp_path: Path) -> None:
    folder = write_json(tmp_path, many(tiny()))
    path = folder / "sections.jsonl"
    path.write_text(path.read_text("utf-8").replace('"sessionName"', '"session"'), "utf-8")
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    assert caught.value.findings is not None
    missing = caught.value.findings.filter(pl.col("rule") == "missing_value")
    assert missing["message"].to_list() == [
        "sections.jsonl, 300 rows: courseOfferingReference.sessionName is empty in all of them; it must be given. "
        "Is it there under another name?"
    ]


def newer(folder: Path) -> Path:
    """A district of a version to come, which names its sessions otherwise."""
    write_xml(folder, many(tiny()))
    for path in folder.iterdir():
        text = path.read_text("utf-8").replace(NAMESPACE, "http://ed-fi.org/7.0.0")
        path.write_text(text.replace("SessionName>", "SessionTitle>"), "utf-8")
    return folder


def test_the_cause_of_many_refusals_is_told_first_everywhere(tmp_path: Path) -> None:
    folder, page = newer(tmp_path / "newer"), tmp_path / "page.html"
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    said = str(caught.value)
    assert "1 thing stands in the way" in said
    assert "Data Standard 7.0" in said
    assert "more findings come with it; correct it first" in said
    command = ["load", str(folder), str(tmp_path / "d.duckdb"), "--findings", str(page)]
    printed = CliRunner().invoke(cli, command)
    assert printed.exit_code == 1
    listed = [line for line in printed.output.splitlines() if line.startswith("- ")]
    assert "unknown_version" in listed[0]
    assert "more follow from it" in listed[0]
    assert "missing_value" not in printed.output
    text = page.read_text("utf-8")
    assert text.count("<details>") == 1
    assert text.index("Data Standard 7.0") < text.index("<details>") < text.index("SessionName is empty")
    assert "1 thing has to be corrected first" in text


def test_a_page_without_causes_has_nothing_folded_away() -> None:
    frame = findings(("refusal", "missing_value", "a.csv", None), ("warning", "odd", "b.csv", None))
    text = findings_page(frame)
    assert "<details>" not in text
    assert "message 0" in text
    assert "message 1" in text


def test_an_empty_page() -> None:
    assert "nothing to say" in findings_page(findings())
    assert json.loads(by_cause(findings()).write_json()) == []
