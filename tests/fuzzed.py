"""Extracts with something wrong in them: bytes, cells, structure and sizes, of every format that is read."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
from edfi_district import staffed, write_csv, write_json, write_xml
from good_extract import write_good
from oneroster_tiny import tiny, write
from test_load_fuzz import damaged

from coursepush.model.tables import TABLES


def make_extract(number: int, folder: Path) -> tuple[Path, str]:
    """The fuzzed extract of that number, and what it is: its format and what was done to it."""
    chance = random.Random(number)
    form = chance.choice(sorted(FORMATS))
    made = FORMATS[form](folder / "extract")
    done = [form]
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        files = sorted(path for path in made.iterdir() if path.is_file())
        path, what = chance.choice(files), chance.choice(sorted(CHANGES))
        if CHANGES[what](chance, path):
            done.append(f"{what} of {path.name}")
    return (
        (_zipped(chance, made), ", ".join([*done, "zipped"])) if chance.random() < 0.2 else (made, ", ".join(done))
    )


# -- good ones -----------------------------------------------------------------------------------------


def _parquet(folder: Path) -> Path:
    for path in write_good(folder).iterdir():
        pl.read_csv(path).write_parquet(path.with_suffix(".parquet"))
        path.unlink()
    return folder


FORMATS: dict[str, Callable[[Path], Path]] = {
    "tables": write_good,
    "tables again": write_good,
    "tables in parquet": _parquet,
    "oneroster": lambda folder: write(tiny(), folder),
    "edfi csv": lambda folder: write_csv(folder, staffed()),
    "edfi xml": lambda folder: write_xml(folder, staffed(), refs=True),
    "edfi json": lambda folder: write_json(folder, staffed()),
}


# -- what is done to them ------------------------------------------------------------------------------

_VALUES = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775808",
        "1e400",
        "nan",
        "1_0",
    ),
    *("4611686018427387904", "-4611686018427387904", "99999.9999", "100000", "0.00001", "0x10", "٣", "½", "1,5"),
    *("0001-01-01", "9999-12-31", "0000-00-00", "2027-02-29", "1/1/70", "13/13/2027", "infinity", "true", "maybe"),
    *(
        "NULL",
        "null",
        "\\N",
        "None",
        "#REF!",
        "=1+1",
        "'; drop table course; --",
        "<script>",
        "{}",
        "[1]",
        "1;1;0",
    ),
    *(
        "x" * 60,
        "é" * 5_000,
        "\u200b",
        "\ufeff",
        "a\u0301",
        "İ",
        "ß",
        "😀" * 20,
        "\u202etxt",
        "a\tb",
        "a\nb",
        'a"b',
    ),
)


def _bytes(chance: random.Random, path: Path) -> bool:
    path.write_bytes(damaged(chance, path.read_bytes()))
    return True


def _cut(chance: random.Random, path: Path) -> bool:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data) + 1)])
    return True


def _noise(chance: random.Random, path: Path) -> bool:
    path.write_bytes(chance.randbytes(chance.choice([1, 100, 100_000])))
    return True


def _rows(path: Path) -> list[list[str]]:
    csv.field_size_limit(10**9)  # a change before this one may have left a quote open
    return list(csv.reader(io.StringIO(path.read_text("utf-8", "replace"), newline="")))


def _put(path: Path, rows: list[list[str]]) -> bool:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return True


def _cells(chance: random.Random, path: Path) -> bool:
    """Some values are others; in XML and JSON wherever a value stands."""
    if path.suffix == ".csv":
        rows = _rows(path)
        places = [(at, place) for at, row in enumerate(rows[1:], 1) for place in range(len(row))]
        for at, place in chance.sample(places, min(len(places), chance.choice([1, 1, 3, 20]))):
            rows[at][place] = chance.choice(_VALUES)
        return _put(path, rows)
    if path.suffix == ".parquet":
        try:
            frame = pl.read_parquet(path)
        except pl.exceptions.PolarsError:  # a change before this one broke it
            return False
        name = chance.choice(frame.columns)
        kind = chance.choice([pl.String(), pl.Float64(), pl.List(pl.Int64), pl.Boolean(), pl.Int128(), pl.Date()])
        values = pl.Series(name, [chance.choice(_VALUES) for _ in range(frame.height)])
        column = values if chance.random() < 0.5 else pl.Series(name, [None] * frame.height, dtype=kind)
        frame.with_columns(column).write_parquet(path)
        return True
    text = path.read_text("utf-8", "replace")
    ends = [at for at, sign in enumerate(text) if sign in '>"0123456789']
    if not ends:
        return False
    at = chance.choice(ends)
    path.write_text(text[:at] + chance.choice(_VALUES) + text[at + chance.choice([0, 1]) :], "utf-8")
    return True


def _columns(chance: random.Random, path: Path) -> bool:
    """A column is gone, there twice, called otherwise, in another place, or there are thousands."""
    if path.suffix != ".csv":
        return False
    rows = _rows(path)
    if not rows or not rows[0]:
        return False
    place = chance.randrange(len(rows[0]))
    match chance.randrange(5):
        case 0:
            rows = [row[:place] + row[place + 1 :] for row in rows]
        case 1:
            rows = [[*row, *row[place : place + 1]] for row in rows]
        case 2:
            rows[0][place] = chance.choice(["", "id", rows[0][place].upper(), " " + rows[0][place], "x" * 10_000])
        case 3:
            order = chance.sample(range(len(rows[0])), len(rows[0]))
            rows = [[row[at] for at in order if at < len(row)] for row in rows]
        case _:
            rows = [[*row, *(f"more {at}" for at in range(5_000))] for row in rows]
    return _put(path, rows)


def _files(chance: random.Random, path: Path) -> bool:
    """A file is gone, empty, there twice, called otherwise, or a folder."""
    match chance.randrange(5):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(b"")
        case 2:
            path.with_name(f"{path.stem} (1){path.suffix}").write_bytes(path.read_bytes())
        case 3:
            other = chance.choice([*TABLES, "x" * 100, "Ünïcode", "a b"])
            path.rename(path.with_name(f"{other}{path.suffix}"))
        case _:
            path.unlink()
            path.mkdir()
    return True


def _long(chance: random.Random, path: Path) -> bool:
    """Something has no end, or is very long: lines, quotes, cells, tags, lists, blank lines, the same row."""
    header, _, rest = path.read_bytes().partition(b"\n")
    size = chance.choice([100_000, 3_000_000, 30_000_000])
    row = rest.partition(b"\n")[0] + b"\n"
    grown = {
        "row": header + b"\n" + row * (size // len(row)),
        "open quote": header + b'\n"' + row * (size // len(row)),
        "open header": b'"' + header + b"\n" + rest + b'1,"x y",2\n' * (size // 10),
        "cell": header + b'\n"' + b"x" * size + b'"' + row,
        "line": header + b"\n" + rest + b"x" * size,
        "blank lines": chance.choice([b"\n", b",,\n", b"\r\n"]) * (size // 4) + header + b"\n" + rest,
        "commas": header + b"\n" + b"," * size + b"\n",
        "quotes": header + b"\n" + b'""' * (size // 2) + b"\n",
        "tags": header + b"\n" + b"<a>" * (size // 30) + rest,
        "brackets": header + b"\n" + b"[" * (size // 10) + rest,
        "tag": header + b'\n<a b="' + b"x" * size,
        "comment": header + b"\n<!--" + b"x" * size + rest,
    }
    path.write_bytes(grown[chance.choice(sorted(grown))])
    return True


CHANGES: dict[str, Callable[[random.Random, Path], bool]] = {
    "bytes": _bytes,
    "cells": _cells,
    "cells again": _cells,
    "columns": _columns,
    "cut": _cut,
    "files": _files,
    "length": _long,
    "noise": _noise,
}


def _zipped(chance: random.Random, folder: Path) -> Path:
    """The folder in a zip, sometimes with a member more, or damaged."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                archive.write(each, each.relative_to(folder).as_posix())
        if chance.random() < 0.2:
            archive.writestr(chance.choice(["../x.csv", "notes.txt", "a/b/c.csv", "x" * 300 + ".csv"]), "id\n1\n")
    if chance.random() < 0.2:
        path.write_bytes(damaged(chance, path.read_bytes()))
    return path
