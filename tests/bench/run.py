"""One run: the districts it measures, the rows it has found, and what could not be measured."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import aims
from .process import Failed, in_process
from .table import Row, gib

SIZES = ("small", "medium", "large")


@dataclass
class Run:
    """`folder` holds the districts, `work` whatever is gone after the run.

    `peaks` are the most memory in bytes, `statements` the counts, of each of our measurements by district.
    `untold` are lines for the reader about what was not measured; `faults` among them make the run fail.
    """

    sizes: tuple[str, ...]
    folder: Path
    work: Path
    repeats: int
    rows: list[Row] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    peaks: dict[str, dict[str, int]] = field(default_factory=dict)
    statements: dict[str, dict[str, int]] = field(default_factory=dict)
    _applied: dict[str, tuple[str, int]] = field(default_factory=dict)

    def district(self, size: str) -> str:
        """The file of a district, made now where it is missing."""
        path = self.folder / f"{size}.duckdb"
        if not path.exists():
            self.measured(f"make {size}", "make", size=size, into=str(path))
        return str(path)

    def applied(self, size: str) -> tuple[str, int]:
        """A copy of a district to which the push was applied, and the number of the push."""
        if size not in self._applied:
            path = str(self.work / f"{size}.applied.duckdb")
            figures = self.measured(
                f"apply, {size}, for what follows", "apply_once", path=self.district(size), into=path
            )
            self._applied[size] = (path, figures["push_id"])
        return self._applied[size]

    def measured(self, words: str, task: str, **arguments: Any) -> dict[str, Any]:
        """Do a task in a fresh process, telling on stderr that it is being done."""
        print(f"{time.strftime('%H:%M:%S')} {words} ...", end=" ", file=sys.stderr, flush=True)
        began = time.perf_counter()
        try:
            return in_process(task, **arguments)
        finally:
            print(f"{time.perf_counter() - began:,.1f} s", file=sys.stderr, flush=True)

    def ours(self, what: str, size: str, task: str, **arguments: Any) -> dict[str, Any]:
        """A measurement of coursepush: its peak memory and statements are kept for the rows at the end."""
        figures = self.measured(f"{what}, {size}", task, **arguments)
        peaks = self.peaks.setdefault(size, {})
        peaks[what] = max(figures["peak"], peaks.get(what, 0))
        if "statements" in figures:
            self.statements.setdefault(what, {})[size] = figures["statements"]
        return figures

    def fault(self, words: str) -> None:
        self.faults.append(words)
        self.untold.append(words)

    def failed(self, what: str, error: Failed) -> None:
        self.fault(f"{what} was not measured: {error}.")

    def tell_of_all(self) -> None:
        """Rows over all that was measured: the most memory at each size, and whether statements depend on it."""
        for size, peaks in self.peaks.items():
            what = max(peaks, key=lambda name: peaks[name])
            aim = aims.PEAK if size == "large" else None
            self.rows.append(
                Row(
                    f"most memory of a process, of {len(peaks)}",
                    size,
                    gib(peaks[what]),
                    f"it was {what}",
                    aim=aim.words if aim else "",
                    held=aim.held(peaks[what]) if aim else "",
                )
            )
        several = {what: counts for what, counts in self.statements.items() if len(counts) > 1}
        if not several:
            return
        uneven = {what: counts for what, counts in several.items() if len(set(counts.values())) > 1}
        told = "; ".join(f"{what}: {', '.join(map(str, counts.values()))}" for what, counts in uneven.items())
        self.rows.append(
            Row(
                f"statements, of {len(several)} measurements",
                ", ".join(self.sizes),
                "the same" if not uneven else f"{len(uneven)} differ",
                told,
                aim="the same at every size",
                held="met" if not uneven else "missed",
            )
        )


def of_process(figures: dict[str, Any]) -> dict[str, str]:
    """The columns of a row that tell of the process: peak memory, statements, how often it was done."""
    return {
        "peak": gib(figures["peak"]) if "peak" in figures else "",
        "statements": f"{figures['statements']:,}" if "statements" in figures else "",
        "best_of": str(figures["best_of"]) if "best_of" in figures else "",
    }
