"""What ``manifest.csv`` says of a OneRoster bundle, and which version of the format its files are in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from coursepush.load.csv_text import SOURCE_LINE, CsvFile
from coursepush.load.oneroster.fields import FILES, VERSIONS, Version, plain, votes
from coursepush.load.oneroster.findings import all_rows, each_row, finding

MANIFEST = "manifest.csv"

_NAME, _VALUE = "propertyname", "value"
_KNOWN = re.compile(r"(manifest\.version|oneroster\.version|source\..*|file\..*)")


@dataclass(frozen=True)
class Manifest:
    """`version`: as it is written there. `modes`: file → ``bulk``, ``delta`` or ``absent``.

    `rows`, `used`: how many properties it has, and how many of them are known.
    """

    version: str | None = None
    modes: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    used: int = 0


def read_manifest(csv: CsvFile) -> tuple[Manifest, list[pl.DataFrame]]:
    """The properties of a manifest, and findings.

    Raises:
        CsvFault, OSError: it cannot be read.
    """
    header = [plain(name) for name in csv.header]
    if _NAME not in header or _VALUE not in header:
        rows = sum(batch.height for batch in csv.batches({}))
        message = f"{MANIFEST} was left out: it lacks the columns propertyName and value. The headers decide."
        return Manifest(rows=rows), [finding("warning", "bad_manifest", MANIFEST, message, line=1)]
    wanted = {"name": header.index(_NAME), "value": header.index(_VALUE)}
    given = pl.concat(list(csv.batches(wanted))).sort(SOURCE_LINE)
    rows = given.select(
        line=pl.col(SOURCE_LINE),
        name=pl.col("name").fill_null("").str.strip_chars().str.strip_chars_end("*").str.to_lowercase(),
        value=pl.col("value").str.strip_chars().replace("", None),
    )
    differing = rows.filter(pl.col("value").n_unique().over("name") > 1)
    said = pl.format("property {} is given twice, with different values. Keep the right one.", "name")
    findings = [each_row(differing, "two_values", MANIFEST, "propertyName", pl.col("name"), said)]
    unknown = rows.filter(~pl.col("name").str.contains(f"^{_KNOWN.pattern}$"))
    said_all = "the property is none of OneRoster's; it was left out."
    findings.append(
        all_rows(unknown, "note", "unknown_property", MANIFEST, "propertyName", pl.col("name"), said_all)
    )
    properties: dict[str, str | None] = dict(rows.select("name", "value").rows())
    modes = {
        file: (properties.get(f"file.{file.lower()}") or "").lower()
        for file in FILES
        if properties.get(f"file.{file.lower()}")
    }
    used = rows.height - unknown.height
    return Manifest(properties.get("oneroster.version"), modes, rows.height, used), findings


def check_claims(manifest: Manifest, here: Collection[str]) -> list[pl.DataFrame]:
    """Findings about each file's mode: a delta is refused; and what is said must be there, and the reverse."""
    findings: list[pl.DataFrame] = []
    for file, mode in manifest.modes.items():
        name = f"{file}.csv"
        if mode == "delta" and FILES[file].fields:
            message = (
                f"{name} is a delta file ({MANIFEST}): it holds only what changed since an export before, so a "
                "district cannot be made of it. Ask the vendor for a bulk export of all files."
            )
            findings.append(finding("refusal", "delta_file", name, message, value=mode))
        elif mode == "bulk" and file not in here:
            message = f"{name} is missing, though {MANIFEST} lists it. Export all files again."
            severity = "refusal" if FILES[file].fields else "warning"
            findings.append(finding(severity, "missing_file", name, message))
        elif mode == "absent" and file in here:
            message = f"{MANIFEST} says there is no {name}, but there is; it was read. Is it of an older export?"
            findings.append(finding("warning", "not_in_manifest", name, message, value=mode))
        elif mode not in ("bulk", "delta", "absent"):
            message = (
                f"{MANIFEST} calls {name} {mode!r}; only bulk, delta and absent are known. It counts as bulk."
            )
            findings.append(finding("warning", "unknown_mode", MANIFEST, message, value=mode))
    return findings


def choose_version(
    manifest: Manifest | None, headers: Mapping[str, Collection[str]]
) -> tuple[Version, list[pl.DataFrame]]:
    """The version that most headers (file → plain headers) speak for; among equals the manifest's, else the first.

    Without a manifest a bundle is 1.0, the one version that has none, unless its headers say otherwise.
    """
    tally = votes(headers)
    likely: list[Version] = [version for version in VERSIONS if tally[version] == max(tally.values())]
    written = None if manifest is None else manifest.version
    digits = re.search(r"(\d)[._p](\d)", written or "")
    known: dict[str, Version] = {version: version for version in VERSIONS}
    said = known.get(f"{digits[1]}.{digits[2]}") if digits else None
    version = said if said is not None and said in likely else likely[0]
    if manifest is None:
        severity = "note" if version == "1.0" else "warning"
        message = f"There is no {MANIFEST}; by its headers the bundle is OneRoster {version}."
        return version, [finding(severity, "no_manifest", MANIFEST, message, value=version)]
    if said is None:
        what = f"the version {written!r}, which is not known" if written else "no oneroster.version"
        message = f"{MANIFEST} names {what}; by its headers the bundle is OneRoster {version}."
        return version, [finding("warning", "unknown_version", MANIFEST, message, value=written)]
    if said != version:
        message = f"{MANIFEST} says OneRoster {said}, but the headers are those of {version}; they decide."
        return version, [finding("warning", "version_differs", MANIFEST, message, value=said)]
    return version, []
