"""Damaged input: an error with findings or a district with every row of it; no traceback, no half of one."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from pathlib import Path

import pytest
from good_extract import GOOD, write_good
from rounds import first, rounds

import coursepush as cp
from coursepush.errors import CoursepushError, LoadError
from coursepush.model.tables import TABLES

EACH = rounds(5, 10)


def rows_in(path: Path) -> int:
    """Records with any text, after the header; read by another reader than the loader's."""
    text = path.read_bytes().decode("utf-8-sig")
    lone_returns = "\r" in text and "\n" not in text
    records = csv.reader(io.StringIO(text.replace("\r", "\n") if lone_returns else text, newline=""), strict=True)
    return sum(any(cell.strip(' \t,"') for cell in record) for record in records) - 1


def load_whole_or_not(source: Path, into: Path, files: list[Path]) -> str:
    """Load; afterwards there is a district with every row of every file, or no file and findings."""
    refusal: CoursepushError | None = None
    try:
        district = cp.load_district(source, into=into)
    except CoursepushError as error:
        refusal = error
    if refusal is not None:
        findings = refusal.findings if isinstance(refusal, LoadError) else None
        assert findings is not None
        assert findings.height > 0
        assert findings["message"].null_count() == 0
        assert not into.exists()
        assert not into.with_name(into.name + ".wal").exists()
        return "refused"
    with district:
        left_out = " ".join(district.findings()["message"])
        for path in files:
            if path.stem.strip().lower() in TABLES and path.suffix.lower() == ".csv":
                stored = district.sql(f"select count(*) from {path.stem.strip().lower()}").item()
                assert stored == rows_in(path), path.name
            else:
                assert path.name in left_out
    into.unlink()
    return "loaded"


def damaged(chance: random.Random, data: bytes) -> bytes:
    """One or two things that happen to files on their way."""
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(len(data) + 1)
        header, _, rest = data.partition(b"\n")
        match chance.randrange(14):
            case 0:
                data = data[:at]
            case 1:
                data = data.replace(b",", chance.choice([b";", b"\t", b"|"]))
            case 2:
                data = b"\xef\xbb\xbf" + data
            case 3:
                data = data[:at] + b"\0" + data[at:]
            case 4:
                data = header.upper() + b"\n" + rest
            case 5:
                data = header + b"," + header.split(b",")[0] + b"\n" + rest
            case 6:
                data = data[:at] + b'"' + data[at:]
            case 7:
                data = data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"]))
            case 8:
                data = data[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 6))) + data[at:]
            case 9:
                data = data.decode("utf-8", "replace").encode(
                    chance.choice(["utf-16", "cp1252", "utf-32"]), "replace"
                )
            case 10:
                data = data + data[len(header) + 1 :]
            case 11:
                data = rest
            case 12:
                data = data[:at] + b"," + data[at:]
            case _:
                data = header + b"\n" + b"\n".join(b" " + line for line in rest.split(b"\n"))
    return data


@pytest.mark.parametrize("part", first(range(4)))
def test_damaged_files(tmp_path: Path, part: int) -> None:
    came_of: set[str] = set()
    for number in range(part, 4 * EACH, 4):
        chance = random.Random(number)
        folder = write_good(tmp_path / f"extract{number}")
        for name in chance.sample(sorted(GOOD), chance.choice([1, 1, 2])):
            path = folder / f"{name}.csv"
            path.write_bytes(damaged(chance, path.read_bytes()))
            if chance.random() < 0.2:
                path.rename(folder / chance.choice([f"{name.upper()}.CSV", f"old {name}.csv", f"{name}.txt"]))
        source = folder
        if chance.random() < 0.5:
            source = tmp_path / f"extract{number}.zip"
            with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(folder.iterdir()):
                    archive.write(path, path.name)
            if chance.random() < 0.3:
                data = source.read_bytes()
                source.write_bytes(data[: chance.randrange(len(data))])
        came_of.add(load_whole_or_not(source, tmp_path / f"{number}.duckdb", sorted(folder.iterdir())))
    assert came_of == {"loaded", "refused"}


def test_a_cell_of_ten_megabytes_is_taken_whole(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    long = "x" * 10_000_000
    (folder / "teacher.csv").write_text(f'teacher_id,name\n1,"{long}"\n', encoding="utf-8")
    with cp.load_district(folder) as district:
        assert district.sql("select length(name) from teacher").item() == len(long)


def test_a_name_of_ten_megabytes_is_refused_in_a_short_message(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    (folder / "master_category.csv").write_text(
        f"row_id,owner_id,name,weight\n1,1,{'x' * 10_000_000},0\n", encoding="utf-8"
    )
    with pytest.raises(LoadError) as caught:
        cp.load_district(folder)
    assert caught.value.findings is not None
    assert caught.value.findings["rule"].to_list() == ["name_too_long"]
    assert len(str(caught.value)) < 2_000
    assert max(len(text) for text in caught.value.findings["message"]) < 1_000


@pytest.mark.parametrize(
    "name", ["../course.csv", "/etc/course.csv", "C:\\course.csv", "a/../../course.csv", "x/\\..\\course.csv"]
)
def test_a_zip_that_points_outside_writes_nothing_there(tmp_path: Path, name: str) -> None:
    source = tmp_path / "in" / "extract.zip"
    source.parent.mkdir()
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("teacher.csv", GOOD["teacher"])
        archive.writestr(name, "course_id\n1\n")
    with pytest.raises(LoadError):
        cp.load_district(source, into=tmp_path / "in" / "district.duckdb")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["extract.zip"]


def test_a_zip_of_a_folder_is_that_folder(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    source = tmp_path / "extract.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"monday/{path.name}")
    with cp.load_district(source) as district, cp.load_district(folder) as plain:
        for name in TABLES:
            assert district.sql(f"from {name}").equals(plain.sql(f"from {name}"))
