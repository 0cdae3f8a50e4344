"""The push in polars alone: the district is a set of frames in memory, and the push makes new ones from them.

Loading is not part of the measured time. Of a score only its assignment is kept: the rules ask nothing else of it.
Each element is one lazy query over the whole district; what comes out of it, the rows that change, is small. Hop 2
reads the frames that hop 1 made. At its end the push writes the tables that it may change as Parquet files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from coursepush.model.tables import SETUP

from .attributes import push_advisory, push_attributes
from .categories import push_course_categories, push_section_categories
from .scope import Frames, find_scope
from .setup_rows import (
    push_assessments,
    push_course_composites,
    push_course_options,
    push_section_composites,
    push_section_options,
    push_tasks,
)

NAME = "polars"

WRITTEN = ("course", "section", "custom_field", *(t.name for t in SETUP if not t.name.startswith("master_")))
"""The tables a push may write."""


@dataclass(frozen=True, slots=True)
class State:
    frames: Frames
    work: Path


def prepare(tables: Path, work: Path) -> State:
    """Read every `<table>.parquet` of the folder `tables`."""
    frames = {path.stem: _read(path) for path in sorted(tables.glob("*.parquet"))}
    return State(frames, work)


def push(state: State, *, catalog: str, year: int) -> None:
    """Push All Course Masters of `catalog` in `year`: overwrite, to sections, all data.

    Raises ValueError where there is no such catalog.
    """
    frames = dict(state.frames)
    scope = find_scope(frames, catalog, year)
    push_attributes(frames, scope)
    push_tasks(frames, scope)
    push_assessments(frames, scope)
    residual_categories = push_course_categories(frames, scope)
    residual_composites = push_course_composites(frames, scope)
    residual_options = push_course_options(frames, scope)
    push_section_categories(frames, scope, residual_categories)
    push_section_composites(frames, scope, residual_composites)
    push_section_options(frames, scope, residual_options)
    push_advisory(frames, scope)
    for name in WRITTEN:
        frames[name].write_parquet(state.work / f"{name}.parquet", compression="lz4")


def setup(state: State) -> dict[str, pl.DataFrame]:
    """The tables a push may write, as it wrote them."""
    return {name: pl.read_parquet(state.work / f"{name}.parquet") for name in WRITTEN}


def close(state: State) -> None:
    state.frames.clear()


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path, columns=["assignment_id"] if path.stem == "score" else None)
