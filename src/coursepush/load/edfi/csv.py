"""Ed-Fi CSV files as frames of text: one file a kind, columns headed by dotted paths."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import polars as pl

from coursepush.errors import counted
from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE, CsvFault, CsvFile, looks_like_data, odd_ends
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.findings import all_rows, each_row, finding
from coursepush.load.edfi.versions import of_old_version, old_names
from coursepush.load.findings import close_matches
from coursepush.load.listing import NO_LINE_END
from coursepush.load.near import near_message, near_names
from coursepush.load.quoting import columns_told, quotes
from coursepush.load.source import READ_ERRORS
from coursepush.store.temporary import temporary_folder

_BLOCK = 1 << 20
_MOST_EXTRA = 200
"""Fields beyond the header that are looked into; a row with more is refused as it stands."""


@dataclass
class RawFiles:
    """What files hold, before anything is understood.

    `frames`: kind → text columns of its fields (those that are given), with `file`, `line` (Int64) and `row`
    (Int64: the entity's number within its kind; one entity may have several lines here, one for each of its
    repeated values). `rows`: what an account is called (``Section.csv``, ``Schedule.xml: Section``) → entities
    in it; `kinds`: the same → the kind, None where it is not read. `old`: file → names in it that only an old
    version of the Data Standard has.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])
    rows: dict[str, int] = field(default_factory=dict[str, int])
    kinds: dict[str, str | None] = field(default_factory=dict[str, str | None])
    findings: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    old: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def refuse_old(self) -> None:
        """Let the one refusal stand that says the files are of an old version, where some are."""
        if self.old:
            self.findings = [of_old_version({"1 or 2": list(self.old)}, next(iter(self.old.values())))]

    @property
    def is_damaged(self) -> bool:
        """Whether a finding refuses a whole file, so that comparing it with others would only mislead."""
        return any((found["severity"] == "refusal").any() for found in self.findings)


def kind_of(path: Path) -> str | None:
    """The kind whose CSV file this is, whatever the case of its name."""
    known = {kind.lower(): kind for kind in KINDS}
    return known.get(path.stem.strip().lower()) if path.suffix.lower() == ".csv" else None


def read_csv_files(paths: list[Path]) -> RawFiles:
    """The files among `paths` that are a kind's, as text; the rest are counted.

    Nothing is raised: what is missing, repeated or cannot be read is a refusal among the findings.
    """
    raw = RawFiles()
    here: dict[str, Path] = {}
    for path in paths:
        kind = kind_of(path)
        if kind is None:
            _count(raw, path)
        elif kind in here:
            message = f"{here[kind].name} and {path.name} are both {kind}.csv. Keep one of them."
            raw.findings.append(
                finding("refusal", "two_files", KINDS[kind].table, f"{kind}.csv", message, value=path.name)
            )
        else:
            here[kind] = path
    missing = [f"{kind}.csv" for kind, what in KINDS.items() if what.must and kind not in here]
    inside = ", ".join(path.name for path in paths) or "no CSV files"
    for name in missing:
        message = f"{name} is missing; the files given are {inside}."
        raw.findings.append(finding("refusal", "missing_file", KINDS[name[:-4]].table, name, message))
    for path in odd_ends(paths):
        raw.findings.append(finding("warning", "no_line_end", None, path.name, f"{path.name}: {NO_LINE_END}"))
    with temporary_folder() as scratch:
        for kind in (kind for kind in KINDS if kind in here):
            _read(raw, kind, here[kind], scratch)
    raw.refuse_old()
    return raw


def _count(raw: RawFiles, path: Path) -> None:
    """The rows of a file that is not read; a note says so."""
    try:
        rows = sum(batch.height for batch in CsvFile(path).batches({}))
    except READ_ERRORS as error:
        reason = _reason(error, is_quoted=False)
        message = f"{path.name} is not read, and its rows were not counted: {reason}"
        raw.findings.append(finding("warning", "file_not_read", None, path.name, message))
        return
    raw.rows[path.name], raw.kinds[path.name] = rows, None
    hint = close_matches(path.stem.lower(), KINDS)
    message = f"{path.name} is not read ({counted(rows, 'row')}): the model has no table for it.{hint}"
    raw.findings.append(finding("note", "file_not_read", None, path.name, message))


def _read(raw: RawFiles, kind: str, path: Path, scratch: Path) -> None:
    name, table = f"{kind}.csv", KINDS[kind].table
    try:
        csv = CsvFile(_as_utf8(raw, name, path, scratch, table), quotes=quotes(table))
        header = [each.strip().lower() for each in csv.header]
        faults = _headers_at_fault(kind, header, is_quoted=csv.quotes)
        signs = old_names(csv.header)
        if faults and signs:
            raw.old[name] = signs
        if faults:
            raw.findings += faults
            return
        fields = [each for each in KINDS[kind].fields if each.header.lower() in header]
        places = {each.name: header.index(each.header.lower()) for each in fields}
        others = {
            place: each.strip() or f"(column {place + 1})"
            for place, each in enumerate(csv.header)
            if place not in places.values()
        }
        rows = pl.concat(list(csv.batches(places | {f"other {place}": place for place in others}))).sort(
            SOURCE_LINE
        )
        frame = rows.select(
            *places,
            FIELD_COUNT,
            file=pl.lit(name),
            line=pl.col(SOURCE_LINE),
            row=pl.int_range(pl.len(), dtype=pl.Int64),
        )
        raw.findings += [
            *_ragged(csv, frame, table),
            *(
                finding("warning", told.rule, table, name, f"{name}: {told.message}", line=told.line)
                for told in csv.told
            ),
        ]
    except READ_ERRORS as error:
        rule = error.rule if isinstance(error, CsvFault) else "unreadable_file"
        line = error.line if isinstance(error, CsvFault) else None
        where = name if line is None else f"{name}, line {line:,}"
        reason = _reason(error, is_quoted=quotes(table))
        raw.findings.append(finding("refusal", rule, table, name, f"{where}: {reason}", line=line))
        return
    raw.frames[kind] = frame.drop(FIELD_COUNT)
    raw.rows[name], raw.kinds[name] = frame.height, kind
    if frame.is_empty() and KINDS[kind].must:
        message = f"{name} has a header and no rows. Is the file whole? Export it again."
        raw.findings.append(finding("refusal", "no_rows", table, name, message))
    filled = rows.select(pl.col("^other .*$").str.strip_chars().str.len_bytes().fill_null(0).max() > 0)
    unread = [others[int(each.split()[1])] for each in filled.columns if filled[each].any()]
    unread = columns_told(csv.header, unread, is_quoted=csv.quotes)
    absent = {each.header: () for each in KINDS[kind].fields if each.name not in places}
    raw.findings += near_headers(name, table, unread, absent)
    if unread:
        message = f"{name}: columns that are not taken over: {', '.join(unread)}."
        raw.findings.append(finding("note", "columns_not_read", table, name, message, line=1))


def near_headers(
    name: str, table: str, unread: Iterable[str], absent: Mapping[str, Collection[str]]
) -> list[pl.DataFrame]:
    """Warnings of columns whose name is nearly one that is read."""
    return [
        finding("warning", "near_header", table, name, near_message(name, each, meant), column=meant, value=each)
        for each, meant in near_names(unread, absent).items()
    ]


def _as_utf8(raw: RawFiles, name: str, path: Path, scratch: Path, table: str) -> Path:
    """`path`, or a copy of it in UTF-8 where it is Windows text (cp1252), with a note.

    Raises:
        CsvFault: it is neither.
    """
    line = _first_that_is_not(path, "utf-8")
    if line is None:
        return path
    if _holds_nul(path):
        raise CsvFault("bad_encoding", "It holds NUL bytes; it may be UTF-16. Save it as CSV in UTF-8.", line)
    wrong = _first_that_is_not(path, "cp1252")
    if wrong is not None:
        message = "The text is neither UTF-8 nor Windows text (cp1252). Save it as CSV in UTF-8."
        raise CsvFault("bad_encoding", message, wrong)
    message = f"{name} is not UTF-8 (from line {line}); it was read as Windows text (cp1252)."
    raw.findings.append(finding("note", "encoding", table, name, message, line=line))
    copy = scratch / name
    with path.open(encoding="cp1252", newline="") as given, copy.open("w", encoding="utf-8", newline="") as file:
        shutil.copyfileobj(given, file, _BLOCK)
    return copy


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _holds_nul(path: Path) -> bool:
    return any(b"\0" in block for block in _blocks(path))


def _first_that_is_not(path: Path, encoding: str) -> int | None:
    """The line of the first byte that is no text in that encoding; None where all of it is. A block at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    for block in chain(_blocks(path), (b"",)):
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            # what the error counts from may begin with bytes that were left over from the block before
            return lines + error.object.count(b"\n", 0, error.start)
        lines += block.count(b"\n")
    return None


def _reason(error: BaseException, *, is_quoted: bool) -> str:
    if isinstance(error, CsvFault):
        return error.message
    said = (str(getattr(error, "strerror", None) or error).strip() or type(error).__name__).splitlines()[0]
    said = said if is_quoted or isinstance(error, OSError) else type(error).__name__
    return f"it cannot be read; it may be damaged. Export it again. The reader says: {said}."


def _headers_at_fault(kind: str, header: list[str], *, is_quoted: bool) -> list[pl.DataFrame]:
    """Refusals of columns that must be there and are not, or that are read and stand twice, whatever the case."""
    name, table = f"{kind}.csv", KINDS[kind].table
    known = [field.header for field in KINDS[kind].fields]
    if not {each.lower() for each in known} & set(header) and looks_like_data(header):
        shown = f" ({', '.join(header[:5])})" if is_quoted else ""
        message = f"{name}: the first line looks like data{shown}. Put a line with the column names above it."
        return [finding("refusal", "no_header", table, name, message, line=1)]
    twice = [each for each in known if header.count(each.lower()) > 1]
    near = header if is_quoted or not looks_like_data(header) else []
    lacking = [field.header for field in KINDS[kind].fields if field.must and field.header.lower() not in header]
    found = [
        ("duplicate_header", each, f"{name} has the column {each} twice. Remove one of them.") for each in twice
    ]
    found += [
        ("missing_column", each, f"{name} lacks the column {each}.{close_matches(each.lower(), near)}")
        for each in lacking
    ]
    return [
        finding("refusal", rule, table, name, message, line=1, column=column) for rule, column, message in found
    ]


def _ragged(csv: CsvFile, frame: pl.DataFrame, table: str) -> list[pl.DataFrame]:
    """A warning about rows with too few fields; refusals of rows with too many that are not blank."""
    width = len(csv.header)
    said = "fewer fields than the header; what is missing at the end counts as blank. Is the file whole?"
    line = pl.format("line {}", "line")
    found = [all_rows(frame.filter(pl.col(FIELD_COUNT) < width), "warning", "short_row", table, None, line, said)]
    longest = int(frame.select(pl.col(FIELD_COUNT).max().fill_null(0)).item())
    if longest <= width:
        return found
    places = {f"extra {place}": place for place in range(width, min(longest, width + _MOST_EXTRA))}
    extra = pl.concat(list(csv.batches(places))).filter(
        pl.any_horizontal(pl.col(list(places)).str.strip_chars().str.len_bytes() > 0).fill_null(False)
        | (pl.col(FIELD_COUNT) > width + _MOST_EXTRA)
    )
    ragged = frame.join(extra.select(line=pl.col(SOURCE_LINE)), on="line", how="semi")
    said_each = pl.format(
        "the row has {} fields, the header " + str(width) + ". Put fields that hold commas in double quotes.",
        FIELD_COUNT,
    )
    return [*found, each_row(ragged, "refusal", "ragged_row", table, None, pl.col(FIELD_COUNT), said_each)]
