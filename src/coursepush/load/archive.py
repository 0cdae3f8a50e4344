"""A zip of data files as a folder, for as long as it is read. Nothing that a zip says is trusted.

What vendors send is a zip somebody made somewhere: names may point out of the folder, a few kilobytes may
claim to be terabytes, a file may be there twice. Everything is checked before the first byte is written, and
the bytes are counted again while they are.
"""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.errors import LoadError, RemovalError, RequestError
from coursepush.load.findings import Findings, marked
from coursepush.store.temporary import temporary_folder

DATA_SUFFIXES = (".csv", ".xml", ".parquet", ".json", ".jsonl", ".ndjson")
"""What files a zip must hold at least one of."""

_GIB = 1024**3
_BLOCK = 1024 * 1024
_LEFT_BY_SYSTEMS = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,  # names that are not UTF-8, offsets before the beginning
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a zip may come to.

    `total_bytes`: all files together, unpacked. `files`: how many. `ratio`: how many times its packed size a
    file over `ratio_from` bytes may be unpacked; real tables come to 5 to 50 times.
    """

    total_bytes: int = 64 * _GIB
    files: int = 10_000
    ratio: int = 200
    ratio_from: int = 64 * 1024**2


@contextmanager
def unpacked(path: str | os.PathLike[str], *, limits: Limits | None = None) -> Generator[Path]:
    """The folder with the files of the zip `path`; private to this user, and gone when the block ends.

    Where everything lies in one folder of the zip, that folder. Other files than data are unpacked too, except
    what operating systems leave behind (``__MACOSX`` and the like).

    Raises:
        LoadError: no zip, or a damaged one; encrypted files; names that lead elsewhere, repeat (ignoring case)
            or are links; more bytes than `limits` allow or the disk has room for; or no CSV, XML, JSON or
            Parquet file in it. All findings at once, each with what to do. Nothing is left behind.
    """
    source = Path(path).expanduser()
    with temporary_folder() as folder:
        findings = Findings()
        _unpack(source, folder, limits or Limits(), findings)
        if findings.refusals:
            raise LoadError(findings.summary(), findings.frame())
        yield only_folder(folder)


def only_folder(folder: Path) -> Path:
    """`folder`, or the one below it in which everything lies, hidden files and those of systems apart."""
    while folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        inside = [each for each in folder.iterdir() if not _is_left_by_system(each.name)]
        inside = [each for each in inside if not each.name.startswith(".")]
        if len(inside) != 1 or not inside[0].is_dir():
            break
        folder = inside[0]
    return folder


@contextmanager
def called_by(folder: Path, called: str) -> Generator[None]:
    """What is said of files of `folder` inside the block is said of the zip `called`, which people know."""
    try:
        yield
    except RemovalError:  # of a refresh: it speaks of the district's rows, not of files
        raise
    except LoadError as error:
        findings = None if error.findings is None else marked(in_their_words(error.findings, folder, called))
        raise LoadError(_renamed(str(error), folder, called), findings) from error
    except RequestError as error:
        raise RequestError(_renamed(str(error), folder, called)) from error


def in_their_words(findings: pl.DataFrame, folder: Path, called: str) -> pl.DataFrame:
    """`findings` with `called` wherever they name the folder into which it was unpacked."""
    return findings.with_columns(
        pl.col("file", "value", "message").str.replace_all(str(folder), called, literal=True)
    )


def _renamed(text: str, folder: Path, called: str) -> str:
    return text.replace(str(folder), called)


def _unpack(source: Path, folder: Path, limits: Limits, findings: Findings) -> None:
    file = source.name
    try:
        with zipfile.ZipFile(source) as archive:
            wanted = _checked(archive, file, source.stat().st_size, limits, findings)
            if not findings.refusals:
                _check_room(wanted, folder, file, findings)
            if not findings.refusals:
                _write_all(archive, wanted, folder, file, limits, findings)
    except _DAMAGE as error:
        findings.refuse("bad_zip", f"{file} {_damage(error)}", file=file)
    except (NotImplementedError, RuntimeError) as error:
        message = f"{file} is packed in a way that cannot be read ({_said(error)}). Zip the files again with "
        findings.refuse("unknown_packing", message + "an ordinary zip program, without a password.", file=file)
    except OSError as error:
        reason = error.strerror or str(error)
        findings.refuse(
            "unreadable_file", f"{file} cannot be unpacked: {reason}. Check the path and the disk.", file=file
        )


def _damage(error: BaseException) -> str:
    return (
        "is no zip file, or a damaged or cut one. Fetch it again, or unpack it yourself and give the folder. "
        f"The reader says: {_said(error)}."
    )


def _said(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


# -- what the zip says of itself ---------------------------------------------------------------------------


def _checked(
    archive: zipfile.ZipFile, file: str, size: int, limits: Limits, findings: Findings
) -> dict[tuple[str, ...], zipfile.ZipInfo]:
    """The files to write, by their path in parts; whatever speaks against the zip goes to `findings`."""
    members = archive.infolist()
    if len(members) > limits.files:
        message = f"{file} holds {len(members):,} files; {limits.files:,} are allowed. Zip only the data files."
        findings.refuse("too_many_files", message, file=file)
        return {}
    wanted: dict[tuple[str, ...], zipfile.ZipInfo] = {}
    seen: dict[tuple[str, ...], str] = {}
    for member in members:
        parts = _parts(member, file, findings)
        if not parts or any(_is_left_by_system(part) for part in parts):
            continue
        if member.is_dir():
            continue
        if member.flag_bits & 0x41:
            findings.refuse(
                "encrypted_file",
                f"{file}: {member.filename!r} is encrypted. Unpack the zip with its password and give the folder.",
                file=file,
                value=member.filename,
            )
        folded = tuple(unicodedata.normalize("NFC", part).casefold() for part in parts)
        if folded in seen:
            findings.refuse(
                "two_files",
                f"{file} holds {member.filename!r} and {seen[folded]!r}, which are one name. Keep one of them.",
                file=file,
                value=member.filename,
            )
        seen.setdefault(folded, member.filename)
        if member.file_size > limits.ratio_from and member.file_size > limits.ratio * member.compress_size:
            findings.refuse(
                "zip_bomb",
                f"{file}: {member.filename!r} claims to unpack to {member.file_size:,} bytes from "
                f"{member.compress_size:,}, more than {limits.ratio} times. If it is a real table, unpack it "
                "yourself and give the folder.",
                file=file,
                value=member.filename,
            )
        wanted[parts] = member
    _check_folders(seen, file, findings)
    _check_sizes(list(wanted.values()), file, size, limits, findings)
    if not findings.refusals and not any(parts[-1].lower().endswith(DATA_SUFFIXES) for parts in wanted):
        message = f"{file} holds no CSV, XML, JSON or Parquet file. Is it the right zip?"
        findings.refuse("no_data_file", message, file=file)
    return wanted


def _parts(member: zipfile.ZipInfo, file: str, findings: Findings) -> tuple[str, ...]:
    """The path in parts; empty where it is none that may be written."""
    given = member.orig_filename
    path = given.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    strange = any(character < " " or character == "\x7f" for character in path)
    if path.startswith("/") or ".." in parts or ":" in path or strange or (not parts and not member.is_dir()):
        findings.refuse(
            "unsafe_path",
            f"{file}: the name {given!r} leads out of the folder or cannot be a file's. Zip the files again, "
            "under plain names.",
            file=file,
            value=given,
        )
        return ()
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        findings.refuse(
            "unsafe_path",
            f"{file}: {given!r} is a link or a device, no file. Zip the files themselves.",
            file=file,
            value=given,
        )
        return ()
    return parts


def _is_left_by_system(part: str) -> bool:
    return part.lower() in _LEFT_BY_SYSTEMS or part.startswith("._")


def _check_folders(seen: dict[tuple[str, ...], str], file: str, findings: Findings) -> None:
    """A name cannot be a file's and a folder's."""
    folders = {path[:depth] for path in seen for depth in range(1, len(path))}
    for path in sorted(folders & seen.keys()):
        findings.refuse(
            "two_files",
            f"{file}: {seen[path]!r} is a file and a folder. Zip the files again, under plain names.",
            file=file,
            value=seen[path],
        )


def _check_sizes(members: list[zipfile.ZipInfo], file: str, size: int, limits: Limits, findings: Findings) -> None:
    total = sum(member.file_size for member in members)
    if total > limits.total_bytes:
        findings.refuse(
            "zip_too_large",
            f"{file} would unpack to {total:,} bytes; {limits.total_bytes:,} are allowed. Unpack it yourself "
            "and give the folder.",
            file=file,
        )
    if sum(member.compress_size for member in members) > size:
        findings.refuse(
            "zip_bomb",
            f"{file}: its files lie over one another or reach beyond its end. Fetch it again.",
            file=file,
        )


def _check_room(
    wanted: dict[tuple[str, ...], zipfile.ZipInfo], folder: Path, file: str, findings: Findings
) -> None:
    total, free = sum(member.file_size for member in wanted.values()), shutil.disk_usage(folder).free
    if total > free:
        findings.refuse(
            "disk_full",
            f"{file} unpacks to {total:,} bytes, and {folder.parents[1]} has room for {free:,}. Make room there, "
            "or unpack it elsewhere and give the folder.",
            file=file,
        )


# -- what is in it -----------------------------------------------------------------------------------------


def _write_all(
    archive: zipfile.ZipFile,
    wanted: dict[tuple[str, ...], zipfile.ZipInfo],
    folder: Path,
    file: str,
    limits: Limits,
    findings: Findings,
) -> None:
    """Write the files, whatever they claim no more than was announced; damaged ones are all found."""
    left = limits.total_bytes
    for parts, member in wanted.items():
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            written = _write(archive, member, target, min(left, member.file_size))
        except _DAMAGE as error:
            message = f"{file}: {member.filename!r} is damaged ({_said(error)}). Fetch the zip again."
            findings.refuse("bad_zip", message, file=file, value=member.filename)
            continue
        if written != member.file_size:
            findings.refuse(
                "bad_zip",
                f"{file}: {member.filename!r} holds other than the {member.file_size:,} bytes it claims. The zip "
                "is damaged, or was made to do harm. Fetch it again.",
                file=file,
                value=member.filename,
            )
            continue
        left -= written


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int) -> int:
    """How many bytes the file has; writing stops after the first block that goes over `most`."""
    written = 0
    with archive.open(member) as packed, target.open("xb") as file:
        while written <= most and (block := packed.read(_BLOCK)):
            written += len(block)
            file.write(block)
    return written
