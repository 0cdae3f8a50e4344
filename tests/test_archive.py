"""Zips of data files: unpacked into a private folder that is gone afterwards, or refused with what to do."""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursepush.errors import LoadError
from coursepush.load.archive import Limits, unpacked


@pytest.fixture(autouse=True)
def own_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, so that a test can see what is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def zip_of(path: Path, *members: tuple[str | zipfile.ZipInfo, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that repeat
        for name, text in members:
            archive.writestr(name, text)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refused(path: Path, limits: Limits | None = None) -> list[tuple[str, str | None]]:
    with pytest.raises(LoadError) as caught, unpacked(path, limits=limits):
        pytest.fail("it was unpacked")
    assert caught.value.findings is not None
    assert list(Path(tempfile.gettempdir()).iterdir()) == [], "something was left behind"
    assert all(message.count(" ") > 5 for message in caught.value.findings["message"])
    return caught.value.findings.select("rule", "value").rows()


def test_files_are_there_for_as_long_as_they_are_read(tmp_path: Path, own_temporary: Path) -> None:
    path = zip_of(tmp_path / "a.zip", ("orgs.csv", "a,b\n1,2\n"), ("more/x.xml", "<x/>"), ("read me.txt", ""))
    with unpacked(path) as folder:
        assert names_in(folder) == ["more/x.xml", "orgs.csv", "read me.txt"]
        assert (folder / "orgs.csv").read_text("utf-8") == "a,b\n1,2\n"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert own_temporary in folder.parents
    assert list(own_temporary.iterdir()) == []


def test_they_are_gone_after_an_error_too(tmp_path: Path, own_temporary: Path) -> None:
    path = zip_of(tmp_path / "a.zip", ("orgs.csv", "a"))
    with pytest.raises(KeyError), unpacked(path):
        raise KeyError
    assert list(own_temporary.iterdir()) == []


def test_one_folder_around_all_is_stepped_into(tmp_path: Path) -> None:
    junk = [("__MACOSX/export/._orgs.csv", "x"), ("export/.DS_Store", "x"), ("Thumbs.db", "x")]
    path = zip_of(tmp_path / "a.zip", ("export/", ""), ("export/2027/orgs.csv", "a"), *junk)
    with unpacked(path) as folder:
        assert names_in(folder) == ["orgs.csv"]
    with unpacked(zip_of(tmp_path / "b.zip", ("export\\orgs.csv", "a"), ("./export/b.csv", "b"))) as folder:
        assert names_in(folder) == ["b.csv", "orgs.csv"]
    with unpacked(zip_of(tmp_path / "c.zip", ("one/a.csv", "a"), ("two/b.csv", "b"))) as folder:
        assert names_in(folder) == ["one/a.csv", "two/b.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "../orgs.csv",
        "a/../../b.csv",
        "/etc/orgs.csv",
        "..\\orgs.csv",
        "C:\\orgs.csv",
        "c:orgs.csv",
        "a\nb.csv",
        "\\\\x\\a.csv",
    ],
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "a.zip", ("good.csv", "a"), (name, "a"))
    assert refused(path) == [("unsafe_path", name)]
    assert names_in(tmp_path) == ["a.zip"]


def test_a_name_behind_a_nul(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", ("a.csvXexe", "a"))
    path.write_bytes(path.read_bytes().replace(b"a.csvXexe", b"a.csv\0exe"))
    assert [rule for rule, _ in refused(path)] == ["unsafe_path"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices(tmp_path: Path, kind: int) -> None:
    link = zipfile.ZipInfo("orgs.csv")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    assert refused(zip_of(tmp_path / "a.zip", (link, "/etc/passwd"))) == [("unsafe_path", "orgs.csv")]


def test_names_that_are_one(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "a.zip",
        ("a/orgs.csv", "1"),
        ("A/Orgs.CSV", "2"),
        ("caf\u00e9.csv", "3"),
        ("cafe\u0301.csv", "4"),
    )
    assert refused(path) == [("two_files", "A/Orgs.CSV"), ("two_files", "cafe\u0301.csv")]
    path = zip_of(tmp_path / "b.zip", ("orgs.csv", "1"), ("orgs.csv", "2"))
    assert refused(path) == [("two_files", "orgs.csv")]
    path = zip_of(tmp_path / "c.zip", ("orgs.csv", "1"), ("orgs.csv/a.csv", "2"))
    assert refused(path) == [("two_files", "orgs.csv")]


def test_encrypted_files_are_all_named(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", ("a.csv", "a"), ("b.csv", "b"))
    data = bytearray(path.read_bytes())
    for place in (_all(data, b"PK\x03\x04", 6), _all(data, b"PK\x01\x02", 8)):
        for start in place:
            data[start] |= 1
    path.write_bytes(data)
    assert refused(path) == [("encrypted_file", "a.csv"), ("encrypted_file", "b.csv")]


def _all(data: bytearray, mark: bytes, offset: int) -> list[int]:
    """Where a field of each record that starts with `mark` is."""
    found = [start for start in range(len(data)) if data.startswith(mark, start)]
    return [start + offset for start in found]


def test_what_is_no_zip(tmp_path: Path) -> None:
    for text in (b"", b"orgs.csv", b"PK\x03\x04", b"PK\x05\x06" + bytes(18) + b"more"):
        (tmp_path / "a.zip").write_bytes(text)
        assert refused(tmp_path / "a.zip")[0][0] in ("bad_zip", "no_data_file")
    assert refused(tmp_path / "nowhere.zip") == [("unreadable_file", None)]
    assert refused(tmp_path) == [("unreadable_file", None)]


def test_nothing_to_read_in_it(tmp_path: Path) -> None:
    assert refused(zip_of(tmp_path / "a.zip", ("a.txt", "a"), ("b.csv/", ""))) == [("no_data_file", None)]
    assert refused(zip_of(tmp_path / "b.zip")) == [("no_data_file", None)]


def test_a_cut_zip_and_damaged_bytes(tmp_path: Path) -> None:
    text = "".join(f"{number},{number * 7919 % 1000}\n" for number in range(2000))
    data = zip_of(tmp_path / "a.zip", ("a.csv", text), ("b.csv", "b")).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    assert refused(tmp_path / "a.zip") == [("bad_zip", None)]
    middle = len(data) // 2
    (tmp_path / "a.zip").write_bytes(data[:middle] + bytes(50) + data[middle + 50 :])
    assert refused(tmp_path / "a.zip") == [("bad_zip", "a.csv")]


def test_an_unknown_way_of_packing(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", ("a.csv", "a"))
    data = bytearray(path.read_bytes())
    for place in (_all(data, b"PK\x03\x04", 8), _all(data, b"PK\x01\x02", 10)):
        for start in place:
            data[start : start + 2] = struct.pack("<H", 97)
    path.write_bytes(data)
    assert refused(path) == [("unknown_packing", None)]


class TestTooMuch:
    def test_files(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.zip", *((f"{number}.csv", "a") for number in range(5)))
        assert refused(path, Limits(files=4)) == [("too_many_files", None)]

    def test_bytes_in_all(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.zip", ("a.csv", "a" * 600), ("b.csv", "b" * 600))
        assert refused(path, Limits(total_bytes=1_000)) == [("zip_too_large", None)]
        with unpacked(path, limits=Limits(total_bytes=1_200)) as folder:
            assert names_in(folder) == ["a.csv", "b.csv"]

    def test_a_file_that_claims_too_much(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.zip", ("a.csv", "a" * 1_000_000), ("b.csv", "1,2,3\n"))
        assert refused(path, Limits(ratio=200, ratio_from=1_000)) == [("zip_bomb", "a.csv")]

    def test_a_file_that_is_more_than_it_claims(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.zip", ("a.csv", "a" * 5_000_000))
        data = path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10))
        path.write_bytes(data)
        assert refused(path) == [("bad_zip", "a.csv")]

    def test_a_file_that_is_less_than_it_claims(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.zip", ("a.csv", "a" * 500))
        data = path.read_bytes().replace(struct.pack("<L", 500), struct.pack("<L", 5_000))
        path.write_bytes(data)
        assert refused(path) == [("bad_zip", "a.csv")]

    def test_files_that_lie_over_one_another(self, tmp_path: Path) -> None:
        """One packed text under many names: each name's entry points to the same bytes."""
        path = zip_of(tmp_path / "a.zip", ("a.csv", "a" * 100_000))
        data = path.read_bytes()
        start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
        entry = data[start:end]
        directory = entry + entry.replace(b"a.csv", b"b.csv") + entry.replace(b"a.csv", b"c.csv")
        tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(directory), start, 0)
        path.write_bytes(data[:start] + directory + tail)
        assert refused(path)[0][0] in ("zip_bomb", "bad_zip")

    def test_the_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from coursepush.load import archive

        free = type("Usage", (), {"free": 10})
        monkeypatch.setattr(archive.shutil, "disk_usage", lambda _: free)
        assert refused(zip_of(tmp_path / "a.zip", ("a.csv", "a" * 100))) == [("disk_full", None)]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_damaged_nothing_else_is_raised(tmp_path: Path, data: st.DataObject) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orgs.csv", "sourcedId,name\n" + "1,x\n" * 50)
        archive.writestr("é/users.csv", "sourcedId\n")
    content = bytearray(packed.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path / "a.zip"
    path.write_bytes(content[:cut] if data.draw(st.booleans()) else content)
    refusal = None
    try:
        with unpacked(path) as folder:
            assert names_in(folder)
    except LoadError as error:
        refusal = error
    if refusal is not None:
        assert refusal.findings is not None
        assert refusal.findings.height > 0
    assert list(Path(tempfile.gettempdir()).iterdir()) == []
