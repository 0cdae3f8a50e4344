"""The files of a OneRoster bundle as frames: found, read, counted, with a finding for all that is odd.

What is read of which file stands in :mod:`coursepush.load.oneroster.fields`, the cleaning of values in
:mod:`coursepush.load.oneroster.values`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from coursepush.load.csv_text import FIELD_COUNT, SOURCE_LINE, CsvFault, CsvFile, looks_like_data, odd_ends
from coursepush.load.findings import close_matches
from coursepush.load.listing import NO_LINE_END
from coursepush.load.near import near_message, near_names
from coursepush.load.oneroster.fields import FILES, OTHER_WORDS, Version, plain
from coursepush.load.oneroster.findings import all_rows, each_row, finding, quotes_of, refuse
from coursepush.load.oneroster.manifest import MANIFEST, Manifest, check_claims, choose_version, read_manifest
from coursepush.load.oneroster.values import LINE, typed
from coursepush.load.quoting import columns_told
from coursepush.load.source import READ_ERRORS

Frames = dict[str, pl.DataFrame]

_MOST_EXTRA = 200
"""Fields beyond the header that are looked into; a row with more is refused as it stands."""

_OF_VALUES = ("missing_value", "wrong_value", "two_values", "ragged_row")
"""Refusals of single rows, with which the files can still be compared with one another."""


@dataclass
class Bundle:
    """The files of one export.

    `frames`: file (``users``) → its fields and `line`; files that are not there have none. `headers`: file →
    field → header as written. `rows`: file with its suffix → data rows, of all files that could be counted.
    """

    source: str
    version: Version
    manifest: Manifest
    frames: Frames
    headers: dict[str, dict[str, str]]
    rows: dict[str, int]
    findings: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def column(self, file: str, name: str) -> str:
        """What a field is called in its file, or would be."""
        written = self.headers.get(file, {}).get(name)
        return written or next(each.headers[0] for each in FILES[file].fields if each.name == name)


def read_bundle(folder: Path, source: str, *, repair: bool = False) -> Bundle:
    """Everything in `folder` that OneRoster knows; `source` is what to call it.

    With `repair`, text in doubtful encodings is read (:mod:`coursepush.load.csv_encoding`).

    Findings may be refusals of single values, which the caller raises together with its own.

    Raises:
        LoadError: no folder, a file is missing, repeated or cannot be read, columns are missing or repeated,
            or a file is a delta; with all findings.
    """
    if not folder.is_dir():
        what = "is no folder and no zip file" if folder.exists() else "does not exist"
        message = f"{source} {what}. Name the folder or the zip that holds orgs.csv."
        refuse(source, [finding("refusal", "no_folder", None, message)])
    try:
        here, findings = _find(folder)
    except OSError as error:
        message = f"{source} cannot be read: {error.strerror or error}. Check who may open the folder."
        here, findings = {}, [finding("refusal", "unreadable_file", None, message)]
    opened, faults = _open(here, repair)
    ends = {path.name: name for name, path in here.items()}
    faults += [
        finding("warning", "no_line_end", ends[path.name], f"{ends[path.name]}: {NO_LINE_END}")
        for path in odd_ends(here.values())
    ]
    manifest, said = _manifest(opened.pop(MANIFEST, None))
    headers = {
        file: [plain(name) for name in opened[f"{file}.csv"].header] for file in FILES if f"{file}.csv" in opened
    }
    version, guessed = choose_version(manifest if MANIFEST in here else None, headers)
    missing = _missing(here, manifest)
    bundle = Bundle(source, version, manifest, {}, {}, {}, [*findings, *faults, *said, *guessed, *missing])
    if MANIFEST in here:
        bundle.rows[MANIFEST] = manifest.rows
    for name, csv in opened.items():
        kind = FILES.get(name.removesuffix(".csv"))
        if kind is not None and kind.fields:
            _read(bundle, name.removesuffix(".csv"), csv)
        else:
            _count(bundle, name, csv)
    if _is_structural(pl.concat(bundle.findings)):
        refuse(source, bundle.findings)
    return bundle


def _is_structural(findings: pl.DataFrame) -> bool:
    """Whether these are refusals after which comparing the files with one another would only mislead."""
    return not findings.filter((pl.col("severity") == "refusal") & ~pl.col("rule").is_in(_OF_VALUES)).is_empty()


# -- which files -------------------------------------------------------------------------------------------


def _find(folder: Path) -> tuple[dict[str, Path], list[pl.DataFrame]]:
    """Name as OneRoster writes it (``orgs.csv``) → path, of the CSV files in `folder`, others under their own."""
    known = {f"{file}.csv".lower(): f"{file}.csv" for file in FILES} | {MANIFEST: MANIFEST}
    here: dict[str, Path] = {}
    findings: list[pl.DataFrame] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        plain_name = path.stem.strip().lower() + path.suffix.lower()
        name = known.get(plain_name, path.name)
        if name in here:
            message = f"{here[name].name} and {path.name} are both {name}. Keep one of them."
            findings.append(finding("refusal", "two_files", name, message, value=path.name))
            continue
        if plain_name not in known:
            is_table = path.suffix.lower() == ".csv"
            names = [each.removesuffix(".csv") for each in known] if is_table else []
            hint = close_matches(path.stem.lower(), names)
            message = f"{path.name} is not read: OneRoster knows no such file.{hint}"
            severity = "warning" if is_table else "note"
            findings.append(finding(severity, "unknown_file", path.name, message, value=path.name))
        if path.suffix.lower() == ".csv":
            here[name] = path
    return here, findings


def _open(here: dict[str, Path], repair: bool) -> tuple[dict[str, CsvFile], list[pl.DataFrame]]:
    """The files with their headers; findings about those that cannot be opened."""
    opened: dict[str, CsvFile] = {}
    findings: list[pl.DataFrame] = []
    for name, path in here.items():
        try:
            opened[name] = CsvFile(path, repair=repair, quotes=quotes_of(name))
        except READ_ERRORS as error:
            findings.append(_unreadable(name, error))
    return opened, findings


def _unreadable(name: str, error: BaseException) -> pl.DataFrame:
    """The finding for one of READ_ERRORS: a refusal, but a warning where the file would only be counted."""
    kind = FILES.get(name.removesuffix(".csv"))
    needed = name == MANIFEST or (kind is not None and bool(kind.fields))
    severity = "refusal" if needed else "warning"
    more = "" if needed else " Nothing of it is needed: it was left out, and its rows were not counted."
    if isinstance(error, CsvFault):
        where = name if error.line is None else f"{name}, line {error.line:,}"
        message = f"{where}: {error.message}{more}"
        return finding(severity, error.rule, name, message, line=error.line, value=error.value)
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    reason = reason if quotes_of(name) else type(error).__name__
    message = f"{name} cannot be read; it may be damaged. Export it again. The reader says: {reason}.{more}"
    return finding(severity, "unreadable_file", name, message)


def _manifest(csv: CsvFile | None) -> tuple[Manifest, list[pl.DataFrame]]:
    if csv is None:
        return Manifest(), []
    try:
        return read_manifest(csv)
    except READ_ERRORS as error:
        return Manifest(), [_unreadable(MANIFEST, error)]


def _missing(here: dict[str, Path], manifest: Manifest) -> list[pl.DataFrame]:
    """Refusals for files that must be there, and what the manifest's claims come to."""
    found = check_claims(manifest, {name.removesuffix(".csv") for name in here})
    inside = ", ".join(here) or "no CSV files"
    claimed = {file for file, mode in manifest.modes.items() if mode in ("bulk", "delta")}
    for file, kind in FILES.items():
        if kind.must and f"{file}.csv" not in here and file not in claimed:
            message = f"{file}.csv is missing. A district needs orgs, academicSessions, courses and classes.csv; "
            found.append(finding("refusal", "missing_file", f"{file}.csv", f"{message}there are {inside}."))
    return found


# -- what is in them ---------------------------------------------------------------------------------------


def _read(bundle: Bundle, file: str, csv: CsvFile) -> None:
    """The fields of one file into `bundle`; what is wrong with it goes to the findings."""
    name, kind = f"{file}.csv", FILES[file]
    header = [plain(each) for each in csv.header]
    found = _headers_at_fault(file, header, csv)
    if found:
        bundle.findings += found
        return
    wanted = {
        field.name: next(header.index(plain(each)) for each in field.headers if plain(each) in header)
        for field in kind.fields
        if any(plain(each) in header for each in field.headers)
    }
    try:
        raw = pl.concat(list(csv.batches(wanted))).sort(SOURCE_LINE).rename({SOURCE_LINE: LINE})
        bundle.findings += [*_ragged(name, csv, raw), *_told(name, csv)]
    except READ_ERRORS as error:
        bundle.findings.append(_unreadable(name, error))
        return
    written = {each: csv.header[position].strip() for each, position in wanted.items()}
    bundle.headers[file] = written
    bundle.frames[file], odd = typed(file, raw.drop(FIELD_COUNT), written)
    bundle.rows[name] = raw.height
    bundle.findings += odd
    others = [
        each.strip() for place, each in enumerate(csv.header) if each.strip() and place not in wanted.values()
    ]
    others = columns_told(csv.header, others, is_quoted=csv.quotes)
    near = near_names(others, _absent(file, header))
    bundle.findings += [
        finding("warning", "near_header", name, near_message(name, each, meant), line=1, column=meant, value=each)
        for each, meant in near.items()
    ]
    others = [each for each in others if each not in near]
    if others:
        message = f"{name}: columns that are not taken over: {', '.join(others)}."
        bundle.findings.append(finding("note", "columns_not_read", name, message, line=1))


def _absent(file: str, header: Collection[str]) -> dict[str, Collection[str]]:
    """Headers that are read and are not there, with what else people call them."""
    return {
        field.headers[0]: OTHER_WORDS.get(file, {}).get(field.headers[0], ())
        for field in FILES[file].fields
        if not any(plain(each) in header for each in field.headers)
    }


def _told(name: str, csv: CsvFile) -> list[pl.DataFrame]:
    """Warnings of how a file was read that is not as it should be."""
    return [
        finding("warning", told.rule, name, f"{name}: {told.message}", line=told.line, value=told.value)
        for told in csv.told
    ]


def _headers_at_fault(file: str, header: Sequence[str], csv: CsvFile) -> list[pl.DataFrame]:
    """Refusals of columns that stand twice or are not there."""
    name = f"{file}.csv"
    known = {plain(each) for field in FILES[file].fields for each in field.headers}
    if not known & set(header) and looks_like_data(csv.header):
        shown = f" ({', '.join(csv.header[:5])})" if csv.quotes else ""
        message = f"{name}: the first line looks like data{shown}. Put a line with the column names above it."
        return [finding("refusal", "no_header", name, message, line=1)]
    twice = [each for each in dict.fromkeys(header) if each and header.count(each) > 1]
    found = [
        finding(
            "refusal",
            "duplicate_header",
            name,
            f"{name} has the column {each} twice. Remove or rename one of them.",
            line=1,
            column=each,
        )
        for each in columns_told(header, twice, is_quoted=csv.quotes)
    ]
    hints = header if csv.quotes or not looks_like_data(header) else ()
    lacking = [
        field
        for field in FILES[file].fields
        if field.must and not any(plain(each) in header for each in field.headers)
    ]
    return found + [
        finding(
            "refusal",
            "missing_column",
            name,
            f"{name} lacks the column {field.headers[0]}.{_hint(file, field.headers[0], hints)} "
            "The first line must hold the column names.",
            line=1,
            column=field.headers[0],
        )
        for field in lacking
    ]


def _hint(file: str, wanted: str, header: Sequence[str]) -> str:
    """Which column may be the wanted one under another name; one that is read already is none."""
    known = {plain(each) for field in FILES[file].fields for each in field.headers}
    others = [each for each in header if each not in known]
    near = near_names(others, {wanted: OTHER_WORDS.get(file, {}).get(wanted, ())})
    if near:
        return f" It has {next(iter(near))}; rename it if that is what it holds."
    return close_matches(plain(wanted), others)


def _ragged(name: str, csv: CsvFile, raw: pl.DataFrame) -> list[pl.DataFrame]:
    """A warning about rows with too few fields; refusals of rows with too many, unless those are all blank."""
    width = len(csv.header)
    short = raw.filter(pl.col(FIELD_COUNT) < width)
    said = "fewer fields than the header; what is missing at the end counts as blank. Is the file whole?"
    findings = [all_rows(short, "warning", "short_row", name, None, pl.format("line {}", LINE), said)]
    longest = int(raw.select(pl.col(FIELD_COUNT).max().fill_null(0)).item())
    if longest <= width:
        return findings
    places = {f"extra_{place}": place for place in range(width, min(longest, width + _MOST_EXTRA))}
    extra = pl.concat(list(csv.batches(places))).filter(pl.col(FIELD_COUNT) > width).rename({SOURCE_LINE: LINE})
    filled = pl.any_horizontal(pl.col(list(places)).str.strip_chars().str.len_bytes() > 0)
    too_long = extra.filter(filled.fill_null(False) | (pl.col(FIELD_COUNT) > width + _MOST_EXTRA))
    blank = extra.join(too_long, on=LINE, how="anti")
    said = "more fields than the header, all of them blank; they were left off."
    findings.append(all_rows(blank, "warning", "long_row", name, None, pl.format("line {}", LINE), said))
    count = pl.col(FIELD_COUNT)
    said_each = pl.format(
        "the row has {} fields, the header " + str(width) + ". Put fields that hold commas in double quotes.",
        count,
    )
    findings.append(each_row(too_long, "ragged_row", name, None, count, said_each))
    return findings


def _count(bundle: Bundle, name: str, csv: CsvFile) -> None:
    """How many rows a file has that is not read; a note says why it is not."""
    try:
        bundle.rows[name] = sum(batch.height for batch in csv.batches({}))
    except READ_ERRORS as error:
        bundle.findings.append(_unreadable(name, error))
        return
    kind = FILES.get(name.removesuffix(".csv"))
    if kind is not None:
        message = f"{name} is not read ({bundle.rows[name]:,} rows): {kind.why}."
        bundle.findings.append(finding("note", "file_not_read", name, message))
