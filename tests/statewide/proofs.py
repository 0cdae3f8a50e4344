"""The state on each engine, and what a cluster of one machine can prove of others."""

from __future__ import annotations

from pathlib import Path

from coursepush.statewide.run import Run

from .engines import cluster, connect, sail, spark
from .harm import EXECUTOR, check_swept, crash, harming
from .state import Kept

_WAVE = 10
"""Districts kept at a time: what is told of, and what goes on where it was; an executor is lost in the first."""

_LOST_AT = "D007"
"""The district at which it is."""


def on_here(kept: Kept) -> None:
    kept.hold("here", lambda: kept.planned("here", None))


def on_sail(kept: Kept) -> None:
    with sail() as session:
        kept.hold("sail", lambda: kept.planned("sail", session, _WAVE))


def on_spark(kept: Kept) -> None:
    with spark("local[2]") as session:
        kept.hold("spark", lambda: kept.planned("spark", session, _WAVE))


def on_connect(kept: Kept) -> None:
    with connect() as session:
        kept.hold("connect", lambda: kept.planned("connect", session, _WAVE))


def on_standalone(kept: Kept) -> None:
    """With an executor killed in the midst of a district, and a district that ends its worker each time."""
    with cluster(kept.folder / "cluster") as made, spark(made.master) as session:
        kept.hold("standalone", lambda: _with_a_loss(kept, session, made.folder))
        crash(session, made.folder / "crash")
        print("standalone: a district that ends its worker each time costs no other its answer", flush=True)


def _with_a_loss(kept: Kept, session: object, folder: Path) -> Run:
    state, engine = harming(kept.lake, session, {_LOST_AT: EXECUTOR}, folder, _WAVE)
    run = kept.planned_by("standalone", state)
    check_swept(engine, 1)
    return run


PROOFS = {
    "here": on_here,
    "sail": on_sail,
    "spark": on_spark,
    "connect": on_connect,
    "standalone": on_standalone,
}
