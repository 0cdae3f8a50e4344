"""The one writer: whole or not at all, never over what is not its own, and in words where it cannot."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from coursepush.errors import RequestError, WriteError
from coursepush.files import FolderKind, Kind, aside, file_name, file_names, new_database, new_file, new_folder
from coursepush.files.kinds import BOM, PAGE_MARK
from coursepush.files.manifest import NAME

PAGE = f"<!doctype html><head>{PAGE_MARK}".encode()
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def write(path: Path, content: bytes = PAGE, kind: Kind = Kind.PAGE) -> None:
    with new_file(path, kind) as file:
        file.write(content)


def fill(folder: Path, files: dict[str, bytes], kind: FolderKind = FolderKind.TABLES) -> None:
    with new_folder(folder, kind) as new:
        for name, content in files.items():
            with new.new_file(name) as file:
                file.write(content)
            new.rows[name] = content.count(b"\n")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- files -------------------------------------------------------------------------------------------------


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with new_file(path, Kind.PAGE) as file:
        file.write(PAGE)
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == PAGE
    with pytest.raises(TypeError), new_file(path, Kind.PAGE) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert path.read_bytes() == PAGE
    assert names(tmp_path) == ["page.html"]


def test_new_files_have_the_permissions_of_new_files_and_replaced_ones_keep_theirs(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write(tmp_path / "page.html")
        assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o640
        (tmp_path / "page.html").chmod(0o604)
        with new_file(tmp_path / "page.html", Kind.PAGE) as file:
            file.write(PAGE)
            [part] = [path for path in tmp_path.iterdir() if path.name.startswith(aside.ASIDE)]
            assert not stat.S_IMODE(part.stat().st_mode) & ~0o604, "nobody reads it who may not read the other"
        assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o604
    finally:
        os.umask(umask)


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "page.html"
    link.symlink_to("there/real.html")
    write(link)
    write(link, PAGE + b"again")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.html").read_bytes() == PAGE + b"again"
    (tmp_path / "there" / "real.html").write_bytes(b"mine")
    with pytest.raises(RequestError, match=r"page\.html \(a link to .*real\.html\)"):
        write(link)
    assert (tmp_path / "there" / "real.html").read_bytes() == b"mine"


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "round.html").symlink_to("round.html")
    (tmp_path / "locked.html").write_bytes(PAGE)
    (tmp_path / "locked.html").chmod(0o444)
    for name, message in (
        ("pipe.html", "a device or the like"),
        ("round.html", "a link that leads nowhere"),
        ("locked.html", "write-protected"),
        (".", "is a folder"),
        ("none/page.html", "There is no folder"),
        ("a\0b.html", "cannot be the name of a file"),
    ):
        with pytest.raises(RequestError, match=message):
            write(tmp_path / name)
    assert names(tmp_path) == ["locked.html", "pipe.html", "round.html"]


def test_a_name_of_any_length_that_the_disk_takes(tmp_path: Path) -> None:
    write(tmp_path / ("x" * 250 + ".html"))
    write(tmp_path / ("x" * 250 + ".html"))
    with pytest.raises(WriteError, match=r"The name has 261 bytes, and most disks take 255"):
        write(tmp_path / ("🎓" * 64 + ".html"))


def test_what_a_killed_writer_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    page, other = tmp_path / "page.html", tmp_path / "other.html"
    left, others = aside.aside_of(page), aside.aside_of(other)
    left.write_bytes(b"half")
    others.write_bytes(b"half")
    left_folder = aside.aside_of(page)
    (left_folder / "inside").mkdir(parents=True)
    alike = tmp_path / f"{left.name}x"
    alike.write_bytes(b"mine")
    with new_file(page, Kind.PAGE) as file:  # while another one writes the same file
        [held] = aside.asides(page, aside.NEW)
        write(page, PAGE + b"1")
        assert names(tmp_path) == sorted([held.name, others.name, alike.name, "page.html"])
        file.write(PAGE + b"2")
    assert page.read_bytes() == PAGE + b"2"
    assert names(tmp_path) == sorted([others.name, alike.name, "page.html"])


# -- folders -----------------------------------------------------------------------------------------------


def test_a_folder_is_there_when_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "new" / "out"
    with new_folder(place, FolderKind.TABLES) as new:
        with new.new_file("a.csv") as file:
            file.write(b"1\n")
        new.rows["a.csv"] = 0
        assert not place.exists()
    assert names(place) == ["a.csv", NAME]
    with pytest.raises(KeyError), new_folder(place, FolderKind.TABLES) as new:
        raise KeyError
    assert names(place.parent) == ["out"]


def test_a_former_folder_is_replaced_if_nobody_has_touched_it(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir(0o750)
    fill(place, {"a.csv": b"1\n", "b.csv": b"2\n"})
    (place / ".DS_Store").write_bytes(b"")
    fill(place, {"a.csv": b"3\n", "b.csv": b"2\n", "c.csv": b"4\n"})
    assert (place / "a.csv").read_bytes() == b"3\n"
    assert stat.S_IMODE(place.stat().st_mode) == 0o750
    with pytest.raises(RequestError, match=r"1 file that would not be there any more: c\.csv"):
        fill(place, {"a.csv": b"1\n", "b.csv": b"2\n"})
    with pytest.raises(RequestError, match="holds tables, not change files"):
        fill(place, {"a.csv": b"1\n"}, FolderKind.CHANGES)
    (place / "a.csv").write_bytes(b"5\n")
    (place / "notes.txt").write_bytes(b"mine")
    with pytest.raises(RequestError, match=r"\(changed: a\.csv; added: notes\.txt\)"):
        fill(place, {"a.csv": b"1\n", "b.csv": b"2\n", "c.csv": b"4\n"})
    assert names(tmp_path) == ["out"]
    assert names(place) == ["a.csv", "b.csv", "c.csv", NAME, "notes.txt"]


def test_a_file_of_a_folder_is_not_replaced_on_its_own(tmp_path: Path) -> None:
    fill(tmp_path / "out", {"a.csv": BOM + b"1\n"})
    with pytest.raises(RequestError, match="belongs to the tables or files"):
        write(tmp_path / "out" / "a.csv", BOM, Kind.CSV)
    write(tmp_path / "out" / "report.csv", BOM, Kind.CSV)


def test_a_folder_that_made_room_gets_its_name_back(tmp_path: Path) -> None:
    place = tmp_path / "out"
    fill(place, {"a.csv": b"1\n"})
    place.rename(aside.aside_of(place, aside.OLD))
    with pytest.raises(RequestError, match="not change files"):
        fill(place, {}, FolderKind.CHANGES)
    assert names(place) == ["a.csv", NAME]
    place.rename(aside.aside_of(place, aside.OLD))
    fill(place, {"a.csv": b"2\n"})
    assert names(tmp_path) == ["out"]


def test_a_folder_that_cannot_be_replaced_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    for name, message in (
        (".", "the folder that you are in"),
        ("file", "is a file"),
        ("a\0", "cannot be the name"),
    ):
        with pytest.raises(RequestError, match=message):
            fill(tmp_path / name, {})
    assert names(tmp_path) == ["file"]


# -- names -------------------------------------------------------------------------------------------------


def test_names_of_files_are_ones_that_any_system_takes() -> None:
    for text, name in (
        ("../../etc/passwd", "etc passwd.csv"),
        ("A/B\\C:D", "A B C D.csv"),
        ("con", "_con.csv"),
        ("COM1.2", "_COM1.2.csv"),
        ("Conway", "Conway.csv"),
        (" St. Mary. ", "St. Mary.csv"),
        ("a\u202eb\nc\0", "a b c.csv"),
        ("e\u0301", "\u00e9.csv"),
        ("हिन्दी", "हिन्दी.csv"),
    ):
        assert file_name(text, ".csv") == name


@pytest.mark.parametrize("letter", ["x", "é", "東", "🎓", "q\u0323", "द\u0940"])
def test_long_names_are_cut_between_letters_and_stay_apart(letter: str) -> None:
    made = file_names({1: letter * 200 + "1", 2: letter * 200 + "2", 3: letter * 200}, ".csv", "school")
    assert len(set(made.values())) == 3
    for key, name in made.items():
        assert len(name.encode()) <= 130
        kept = name.removesuffix(".csv").removesuffix(f" ({key})")
        assert kept == letter * (len(kept) // len(letter)), "no letter is cut"


def test_names_that_differ_in_case_alone_are_kept_apart() -> None:
    made = file_names({1: "North", 2: "NORTH", 3: "?", 4: "north (2)", 5: "school 3"}, ".csv", "school")
    assert list(made.values()) == [
        "North.csv",
        "NORTH (2).csv",
        "school 3.csv",
        "north (2) (4).csv",
        "school 3 (5).csv",
    ]


# -- systems of other kinds --------------------------------------------------------------------------------


def test_where_there_are_no_locks_what_is_old_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "fcntl", None)
    page = tmp_path / "page.html"
    old, young = aside.aside_of(page), aside.aside_of(page)
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    write(page)
    fill(tmp_path / "out", {"a.csv": b"1\n"})
    fill(tmp_path / "out", {"a.csv": b"2\n"})
    assert names(tmp_path) == sorted([young.name, "out", "page.html"])


def test_where_a_file_has_one_name_only_new_ones_are_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no second names here")

    monkeypatch.setattr(os, "link", refused)
    write(tmp_path / "mine.toml", b"a = 1\n", Kind.KEPT)
    with pytest.raises(RequestError, match="is there already, perhaps with your edits"):
        write(tmp_path / "mine.toml", b"a = 2\n", Kind.KEPT)
    assert (tmp_path / "mine.toml").read_bytes() == b"a = 1\n"
    assert names(tmp_path) == ["mine.toml"]


def test_a_new_file_never_takes_the_place_of_one_that_came_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"

    def make() -> None:
        with new_database(path) as made:
            made.write_bytes(b"new")
            path.write_bytes(b"other")

    with pytest.raises(RequestError, match="made by another program meanwhile"):
        make()
    assert path.read_bytes() == b"other"
    assert names(tmp_path) == ["new.duckdb"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x"), "The disk is full. Free some space on the disk of"),
        (OSError("No space left on device (os error 28)"), "The disk is full"),
        (ValueError("underlying IO error: File too large (os error 27)"), "It would be larger than a file may be"),
        (RuntimeError("[Errno 122] Disk quota exceeded"), "Your share of the disk is used up"),
        (PermissionError(errno.EACCES, "x"), "You may not write to"),
        (OSError(errno.EROFS, "x"), "is on a disk that can only be read. Name another folder"),
        (OSError(errno.EIO, "x"), "reports a fault"),
        (OSError(errno.ENOTCONN, "x"), "The system says: Transport endpoint is not connected"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(error: Exception, said: str, tmp_path: Path) -> None:
    write(tmp_path / "page.html")
    with pytest.raises(WriteError, match=re.escape(said)) as caught, new_file(tmp_path / "page.html", Kind.PAGE):
        raise error
    assert str(caught.value).endswith("What was there before is as it was.")
    assert "{" not in str(caught.value)
    assert (tmp_path / "page.html").read_bytes() == PAGE


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "page.html", Kind.PAGE) as file:
        file.write(bytes(1 // 0))
    assert names(tmp_path) == []
