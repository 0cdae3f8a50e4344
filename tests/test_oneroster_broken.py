"""Broken OneRoster bundles: always findings, or a district whose rows are all accounted for; nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oneroster_tiny import Files, check_accounts, text_of, tiny, write
from rounds import rounds

from coursepush.errors import LoadError
from coursepush.load.oneroster.reader import read_oneroster
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store


def survives(path: Path) -> SourceTables | None:
    """What is read of `path`; None where it is refused. Anything else than a LoadError with findings fails."""
    found = load = refusal = None
    store = Store(None)
    try:
        found = read_oneroster(path)
        load = load_tables(store, found.tables, notes=found.findings)
    except LoadError as error:
        refusal = error
    store.close()
    if refusal is not None:
        assert refusal.findings is not None
        refused = refusal.findings.filter(severity="refusal")
        assert refused["message"].str.len_chars().min() > 10
        # what the reader takes the loader takes too, but for the names and weights of categories
        assert found is None or set(refused["table"]) <= {"section_category"}
    if found is not None:
        check_accounts(found)
    return found if load is not None else None


VALUES = st.sampled_from(
    [
        "",
        " ",
        "f",
        "y27",
        "d",
        "n",
        "c1",
        "t1",
        "p1",
        "k1",
        "i1",
        "f,sp,,f",
        "tobedeleted",
        "2026-13-01",
        "2026-09-10",
        "2027",
        "school",
        "schoolYear",
        "teacher",
        "student",
        "-1",
        "1e400",
        "0.00005",
        "true",
        "a\nb",
        '"',
        "é" * 60,
        "x / y",
        "\u2028",
        "05154",
        "delta",
    ]
)


@st.composite
def broken(draw: st.DrawFn) -> Files:
    """The small bundle with a few values changed, rows doubled or dropped, and columns or files gone."""
    files = tiny()
    for _ in range(draw(st.integers(1, 6))):
        file = draw(st.sampled_from(sorted(files)))
        rows = files[file]
        kind = draw(st.sampled_from(["value", "value", "value", "row", "double", "column", "file"]))
        if not rows:
            continue
        place = draw(st.integers(0, len(rows) - 1))
        if kind == "value":
            rows[place][draw(st.sampled_from([*rows[place], "status"]))] = draw(VALUES)
        elif kind == "row":
            del rows[place]
        elif kind == "double":
            rows.append(rows[place] | {"sourcedId": draw(VALUES)})
        elif kind == "column":
            gone = draw(st.sampled_from(sorted(rows[place])))
            files[file] = [{name: value for name, value in each.items() if name != gone} for each in rows]
        else:
            del files[file]
        if not files:
            return tiny()
    return files


@given(files=broken())
@settings(max_examples=rounds(8, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_values_rows_and_columns(tmp_path_factory: pytest.TempPathFactory, files: Files) -> None:
    survives(write({file: rows for file, rows in files.items() if rows}, tmp_path_factory.mktemp("bundle")))


@given(data=st.data())
@settings(max_examples=rounds(6, 30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_bytes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = write(tiny(), tmp_path_factory.mktemp("bundle"))
    for file in data.draw(st.lists(st.sampled_from(sorted(tiny())), min_size=1, max_size=3)):
        path = folder / f"{file}.csv"
        content = bytearray(path.read_bytes())
        piece = data.draw(
            st.sampled_from([b"\0", b"\xff", b'"', b",", b"\n", b"\r", b";", b"\xef\xbb\xbf", b"", b"\t,"])
        )
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = piece
        path.write_bytes(content[: data.draw(st.sampled_from([len(content), len(content), place]))])
    survives(folder)


def _text(file: str) -> str:
    return text_of(tiny()[file])


BROKEN: dict[str, dict[str, bytes]] = {
    "truncated": {"classes.csv": _text("classes").encode()[:-60]},
    "cut in a quoted field": {"classes.csv": _text("classes").encode()[: _text("classes").index('"f,sp"') + 3]},
    "semicolons": {"users.csv": _text("users").replace(",", ";").encode()},
    "tabs": {"orgs.csv": _text("orgs").replace(",", "\t").encode()},
    "utf-16": {"orgs.csv": _text("orgs").encode("utf-16")},
    "windows text": {"orgs.csv": _text("orgs").replace("North", "Nörth").encode("cp1252")},
    "byte order mark": {f"{file}.csv": b"\xef\xbb\xbf" + _text(file).encode() for file in tiny()},
    "two byte order marks": {"orgs.csv": b"\xef\xbb\xbf\xef\xbb\xbf" + _text("orgs").encode()},
    "nul": {"results.csv": _text("results").replace("87", "8\0").encode()},
    "ten megabytes in a cell": {"orgs.csv": _text("orgs").replace("North", "N" * 10_000_000).encode()},
    "ten megabytes, quoted": {
        "users.csv": _text("users").replace("Teacher", '"' + "N\n" * 5_000_000 + '"').encode()
    },
    "a row of commas": {"orgs.csv": (_text("orgs") + "," * 5_000 + "\n").encode()},
    "a row of words": {"orgs.csv": (_text("orgs") + "a," * 5_000 + "\n").encode()},
    "upper case": {"orgs.csv": _text("orgs").replace("sourcedId", "SOURCEDID").encode()},
    "headers twice": {"orgs.csv": _text("orgs").replace("parentSourcedId", "Name").encode()},
    "no line end": {f"{file}.csv": _text(file).rstrip().encode() for file in tiny()},
    "old line ends": {f"{file}.csv": _text(file).replace("\n", "\r").encode() for file in tiny()},
    "only line ends": {"courses.csv": b"\n\n\r\n"},
    "only commas": {"courses.csv": b",,,\n,,,\n"},
    "another table": {"courses.csv": _text("orgs").encode()},
    "a page": {"courses.csv": b"<!DOCTYPE html><html><body>Sign in</body></html>"},
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_files(tmp_path: Path, what: str) -> None:
    files = {f"{file}.csv": text_of(rows).encode() for file, rows in tiny().items()} | BROKEN[what]
    fine = {"byte order mark", "upper case", "no line end", "old line ends", "a row of commas"}
    fine |= {"semicolons", "tabs", "utf-16", "windows text"}  # as spreadsheets save them
    may_be_fine = ("truncated", "ten megabytes in a cell", "ten megabytes, quoted")
    if "megabytes" in what:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        found = survives(tmp_path)
    else:
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        found = survives(tmp_path / "a.zip")
    if what not in may_be_fine:
        assert (found is not None) == (what in fine)


def test_a_zip_that_is_refused_says_so(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../orgs.csv", "sourcedId\n")
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    with pytest.raises(LoadError, match=r"\.\./orgs\.csv"):
        read_oneroster(tmp_path / "a.zip")


def test_a_folder_without_anything(tmp_path: Path) -> None:
    assert survives(tmp_path) is None


def test_an_empty_bundle_in_every_file(tmp_path: Path) -> None:
    for file in tiny():
        (tmp_path / f"{file}.csv").write_bytes(b"")
    assert survives(tmp_path) is None
