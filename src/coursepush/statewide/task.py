"""All that is to be said of one district, whatever happens in it: the task, which knows no engine.

What is wrong with a district is part of the answer and no error, so that it costs no other district its own. An
answer is a few frames; it leaves the task as bytes of Arrow's IPC format, through the engine and in no other way.
"""

from __future__ import annotations

import io
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import CoursepushError, DistrictBusyError, LoadError, RequestError, StoreError
from coursepush.load.findings import FINDING_SCHEMA
from coursepush.plan.fates import Fate
from coursepush.progress import listening_too
from coursepush.reports.side_by_side.report import GRADES, measured
from coursepush.statewide.asked import Asked, read_asked, versions_here
from coursepush.statewide.lake import Source
from coursepush.statewide.reading import AS_CHECKED, OPENED, are_the_same, open_source
from coursepush.store.limits import Limits, spill_given
from coursepush.store.memory import is_out_of_memory, out_of_memory
from coursepush.store.stoppable import TimeOverError

if TYPE_CHECKING:
    from coursepush.plan.plan import Plan


class Status(StrEnum):
    """What became of a district, in the order in which it is told."""

    PLANNED = "planned"
    REFUSED = "refused"
    NOT_THERE = "not_there"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    OTHER_VERSION = "other_version"


STATUS_WORDS: dict[str, str] = {
    Status.PLANNED: "planned",
    Status.REFUSED: "refused",
    Status.NOT_THERE: "without what was named",
    Status.FAILED: "failed",
    Status.TIMED_OUT: "not done in time",
    Status.CRASHED: "crashed",
    Status.OTHER_VERSION: "on another version",
}

MEASURES = ("courses", "sections", "teachers", *(str(one) for one in Fate), "teachers_setup", "schools_setup",
            "residual")  # fmt: skip
"""What :func:`coursepush.compare` counts of a plan."""

DISTRICT_SCHEMA: dict[str, pl.DataType] = {
    "status": pl.String(),
    "why": pl.String(),
    "catalog": pl.String(),
    "writes": pl.Int64(),
    **dict.fromkeys(MEASURES, pl.Int64()),
    "use_unknown": pl.Int64(),
    "warnings": pl.Int64(),
    "in_session": pl.Boolean(),
    "findings": pl.Int64(),
    "grades": pl.String(),
    **{f"sections_{one}": pl.Int64() for one in GRADES},
    "digest": pl.String(),
    **dict.fromkeys(("coursepush", "build", "rules", "duckdb", "polars"), pl.String()),
    **dict.fromkeys(("read", "checked_by", "tables_given", "tables_as_given", "stamp"), pl.String()),
    "bytes": pl.Int64(),
    "tries": pl.Int64(),
    "load_seconds": pl.Float64(),
    "plan_seconds": pl.Float64(),
    "process_memory": pl.Int64(),
}
"""The one row on a district. `process_memory`: the most bytes its process ever had, for others too."""

MOST_FINDINGS = 1_000
"""So many findings of a refused district are kept; all are counted."""

_BLOCK = 50_000
"""Rows in one piece of an answer."""

Answer = dict[str, pl.DataFrame]
"""`districts`: one row (:data:`DISTRICT_SCHEMA`); `counts`, `fates`, `rows`, `warnings`, `findings`."""


@dataclass(frozen=True, slots=True)
class Task:
    """One district and what is asked of it; as text it goes wherever an engine takes it.

    Attributes:
        source: where the district lies.
        asked: of every district alike.
        limits: what the work may take.
        timeout: seconds that it may take; it ends with the statement that is over them.
    """

    source: Source
    asked: Asked
    limits: Limits = field(default_factory=Limits)
    timeout: float | None = None

    def text(self) -> str:
        """As JSON; :func:`read_task` reads it."""
        limits = {name: None if one is None else (one if isinstance(one, int | float) else str(one))
                  for name, one in asdict(self.limits).items()}  # fmt: skip
        kept = {"source": self.source.fields, "asked": self.asked.text(), "limits": limits}
        return json.dumps({**kept, "timeout": self.timeout})


def read_task(text: str) -> Task:
    """From :meth:`Task.text`."""
    kept = json.loads(text)
    return Task(Source.of(kept["source"]), read_asked(kept["asked"]), Limits(**kept["limits"]), kept["timeout"])


def answer(task: Task, tries: int = 1) -> Answer:
    """Plan what is asked in one district, and tell all of it. Never raises for what is wrong with the district.

    Args:
        tries: the how manieth try this is.
    """
    told: dict[str, Any] = {"tries": tries}
    found: Answer = {}
    other = _other_version(task.asked)
    if other:
        return answered(task, Status.OTHER_VERSION, other, tries=tries)
    try:
        spill_given(task.limits.spill)
        with listening_too(_until(task.timeout)):
            found = _planned(task, told)
        told["status"] = Status.PLANNED
    except LoadError as error:
        told |= {"status": Status.REFUSED, "why": str(error)}
        if error.findings is not None:
            told["findings"] = error.findings.filter(severity="refusal").height
            found = {"findings": error.findings.head(MOST_FINDINGS).select(list(FINDING_SCHEMA))}
    except RequestError as error:
        told |= {"status": Status.NOT_THERE if "load_seconds" in told else Status.REFUSED, "why": str(error)}
    except TimeOverError as error:
        told |= {"status": Status.TIMED_OUT, "why": str(error)}
    except (Exception, pl.exceptions.PanicException) as error:
        told |= {"status": _status_of(error, told), "why": _why_failed(error, task.limits)}
    return {**found, "districts": _row(task, told)}


def _until(seconds: float | None) -> Callable[[str], None]:
    """A listener that stops the work with the first step after so many seconds."""
    begun = time.monotonic()

    def heard(step: str) -> None:
        if seconds is not None and time.monotonic() - begun > seconds:
            raise TimeOverError(
                f"It was not done in {seconds:,g} seconds. Give it more (timeout=...), or plan this district "
                "alone: state.open(...)."
            )

    return heard


def _status_of(error: BaseException, told: Mapping[str, Any]) -> Status:
    """A file that cannot be opened is refused; what fails later, or in a load, is the machine's fault or ours."""
    is_file = told.get("read") == OPENED and "load_seconds" not in told
    is_busy = isinstance(error, DistrictBusyError)
    return Status.REFUSED if is_file and isinstance(error, StoreError) and not is_busy else Status.FAILED


def answered(task: Task, status: Status, why: str, *, tries: int = 1) -> Answer:
    """The answer for a district that could not be planned at all."""
    return {"districts": _row(task, {"status": status, "why": why, "tries": tries})}


def _row(task: Task, told: Mapping[str, Any]) -> pl.DataFrame:
    whole = {
        "catalog": task.asked.catalog_of(task.source.district),
        "stamp": task.source.stamp,
        "bytes": task.source.bytes,
        "process_memory": _most_memory(),
        **dict(versions_here()),
        **told,
    }
    row = {name: whole.get(name) for name in DISTRICT_SCHEMA}
    row["status"] = str(row["status"])
    return pl.DataFrame([row], schema=DISTRICT_SCHEMA)


def _planned(task: Task, told: dict[str, Any]) -> Answer:
    """The frames of a plan; what is told of it goes to `told`.

    What was read as it was checked counts only if its files are still the same afterwards.
    """
    source = task.source
    if source.checked is None:
        return _planned_once(task, told)
    tries = told["tries"]
    try:
        found = _planned_once(task, told)
        if told["read"] != AS_CHECKED or are_the_same(source.parts):
            return found
    except CoursepushError:
        if told.get("read") != AS_CHECKED or are_the_same(source.parts):
            raise
    told.clear()
    told["tries"] = tries
    return _planned_once(replace(task, source=replace(source, checked=None)), told)


def _planned_once(task: Task, told: dict[str, Any]) -> Answer:
    asked, district = task.asked, task.source.district
    begun = time.perf_counter()
    with open_source(task.source, task.limits, told) as opened:
        told["load_seconds"] = time.perf_counter() - begun
        catalog = asked.catalog_of(district)
        if catalog is None:
            raise RequestError(f"No catalog was named for the district {district!r}.")
        begun = time.perf_counter()
        plan = opened.plan_master_push(catalog, **asked.arguments())
        told |= {name: value for name, value in measured("", plan, grades=asked.grades).items()
                 if name in DISTRICT_SCHEMA}  # fmt: skip
        told |= {
            "writes": plan.writes,
            "use_unknown": plan.unknown_use_rows,
            "in_session": any(one.code == "in_session" for one in plan.warnings),
            "findings": 0,
            "digest": plan.digest,
        }
        found = _frames(plan, rows=asked.rows)
        told["plan_seconds"] = time.perf_counter() - begun
        return found


def _frames(plan: Plan, *, rows: bool) -> Answer:
    warned = {"code": [one.code for one in plan.warnings], "warning": [str(one) for one in plan.warnings]}
    found = {
        "counts": plan.counts(),
        "fates": plan.fates(reasons=True),
        "warnings": pl.DataFrame(warned, schema={"code": pl.String, "warning": pl.String}),
    }
    return {**found, "rows": plan.rows()} if rows else found


def _other_version(asked: Asked) -> str:
    here = dict(versions_here())
    others = [
        f"{name} {here.get(name)} instead of {wanted}"
        for name, wanted in asked.versions
        if here.get(name) != wanted
    ]
    if not others:
        return ""
    return (
        f"This worker has {', '.join(others)}. A run is of one version: install the same on every worker, then "
        "plan it again."
    )


def _why_failed(error: BaseException, limits: Limits) -> str:
    """What went wrong, without a value of the district's data, which another library's message may repeat."""
    if isinstance(error, CoursepushError):
        return str(error)
    if is_out_of_memory(error):
        return out_of_memory("Its task", "", limits.memory if isinstance(limits.memory, int) else None)
    places = [one for one in traceback.extract_tb(error.__traceback__) if "coursepush" in one.filename]
    where = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}{where}. A mistake in coursepush or a fault of the machine; please report it."


def _most_memory() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


Piece = tuple[str, int, int, bytes]
"""Of an answer: which frame, which piece of it, of how many in all of the answer, and its bytes."""


def packed(found: Answer) -> Iterator[Piece]:
    """An answer in pieces that an engine takes along, the district's row last."""
    blocks = [
        (name, block)
        for name, frame in sorted(found.items(), key=lambda one: one[0] == "districts")
        for block in (frame.iter_slices(_BLOCK) if frame.height else [frame])
    ]
    for place, (name, block) in enumerate(blocks):
        made = io.BytesIO()
        block.write_ipc(made, compression="zstd")
        yield name, place, len(blocks), made.getvalue()


def unpacked(pieces: list[Piece]) -> Answer | None:
    """The answer again; None where not every piece is there exactly once."""
    ordered = sorted(pieces, key=lambda one: one[1])
    if not ordered or [one[1] for one in ordered] != list(range(ordered[0][2])):
        return None
    found: dict[str, list[pl.DataFrame]] = {}
    for name, _, _, made in ordered:
        found.setdefault(name, []).append(pl.read_ipc(io.BytesIO(made)))
    return {name: pl.concat(blocks) for name, blocks in found.items()}
