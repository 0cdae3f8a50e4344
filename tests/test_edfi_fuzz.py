"""Damaged Ed-Fi files: findings or tables, whatever the bytes; never another exception, never a row lost."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from edfi_district import staffed, write_csv, write_json, write_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds import rounds

from coursepush.errors import LoadError
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.findings import FINDING_SCHEMA

EXAMPLES = rounds(4, 40)

NONE = pl.DataFrame(schema=FINDING_SCHEMA)

SPLINTERS = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b"\0",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b'"',
            b"\r",
            b"\r\n",
            b",,,,",
            b";",
            b"<",
            b"&a;",
            b"<!--",
            b"<![CDATA[",
            b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
            b"<?xml version='1.0' encoding='utf-7'?>",
            b'<SchoolReference ref="x" id="x"/>',
            b"</Section>",
            b"]",
            b"}\n{",
            b"},{",
            b'"id": [1, 2], ',
            b'\\"',
            b"\\u0000",
            b"null",
            b"99999999999999999999999",
            b"2016-02-30",
            b"1e400",
            b"NaN",
            "Ł\u202e𝒳".encode(),
            b"x" * 100_000,
        ]
    ),
)


@st.composite
def damage(draw: st.DrawFn) -> tuple[float, float, bytes, bool]:
    """Where to cut, how much goes, what comes in its place, and whether the rest goes too."""
    return draw(st.floats(0, 1)), draw(st.sampled_from([0, 0, 0.01, 0.2])), draw(SPLINTERS), draw(st.booleans())


def damaged(data: bytes, where: float, share: float, splinter: bytes, is_cut: bool) -> bytes:
    start = int(len(data) * where)
    rest = b"" if is_cut else data[start + int(len(data) * share) :]
    return data[:start] + splinter + rest


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Form → file → bytes of a district that is in order."""
    folder = tmp_path_factory.mktemp("whole")
    forms = {
        "csv": write_csv(folder / "csv", staffed()),
        "xml": write_xml(folder / "xml", staffed()),
        "refs": write_xml(folder / "refs", staffed(), whole=True, refs=True),
        "lines": write_json(folder / "lines", staffed()),
        "list": write_json(folder / "list", staffed(), "list"),
        "pages": write_json(folder / "pages", staffed(), "pages"),
    }
    return {
        form: {path.name: path.read_bytes() for path in sorted(where.iterdir())} for form, where in forms.items()
    }


@pytest.mark.parametrize("form", ["csv", "xml", "refs", "lines", "list", "pages"])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_read_or_refused_with_findings(
    form: str, data: st.DataObject, whole: dict[str, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("damaged")
    hit = data.draw(st.dictionaries(st.sampled_from(sorted(whole[form])), damage(), min_size=1, max_size=2))
    for name, content in whole[form].items():
        (folder / name).write_bytes(damaged(content, *hit[name]) if name in hit else content)
    refusals: pl.DataFrame | None = None
    try:
        found = read_edfi(folder)
    except LoadError as error:
        refusals = (error.findings if error.findings is not None else NONE).filter(pl.col("severity") == "refusal")
    if refusals is not None:
        assert refusals.height
        assert refusals["message"].null_count() == 0
        return
    accounts = found.accounts
    assert accounts.filter(pl.col("used") + pl.col("set_aside") != pl.col("rows")).is_empty()
    assert accounts.filter(pl.col("set_aside") > 0).join(found.findings, on="file", how="anti").is_empty()
    assert {file.split(":")[0] for file in accounts["file"]} == set(whole[form])
