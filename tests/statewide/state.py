"""The state that is planned, what one process says of it, and whether a run says the same."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from inspect import getsource
from pathlib import Path
from typing import Any

import polars as pl
from lakes import renamed_catalog, tiny_tables

import coursepush as cp
from coursepush.errors import CoursepushError
from coursepush.model.tables import TABLES, WORK_TABLES
from coursepush.progress import listening
from coursepush.statewide.asked import versions_here
from coursepush.statewide.run import Run
from coursepush.statewide.state import State

PUSH: dict[str, Any] = {"year": 2027, "mode": "overwrite", "to_sections": True, "today": "2026-09-01"}
CATALOG = "High School"
WITHOUT = {"D901": "refused", "D902": "not_there"}
"""The district that is refused, and the one without the catalog."""

_SEEDS = 5
_WORK = 1.0
"""CPU seconds between two lines on how far one process is."""


def tell(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Kept:
    """A folder with the state's files, what one process says of each, and runs that are not done yet.

    It is of one version of coursepush and one size of state, so that engines in environments of their own share
    it, and what was broken off goes on.
    """

    folder: Path
    small: int
    medium: int

    @classmethod
    def within(cls, parent: Path, small: int, medium: int) -> Kept:
        code = [getsource(one) for one in (cls.make, _made, _say_alone)]
        own = hashlib.sha256(repr((versions_here(), CATALOG, PUSH, code)).encode())
        folder = parent / f"{own.hexdigest()[:12]}-{small}-{medium}"
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, small, medium)

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    def make(self) -> None:
        """District files: small ones of five kinds, medium ones; one refused, two without catalog or work."""
        if self.lake.is_dir():
            return
        made = self.folder / "lake.part"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        for number in range(self.small):
            first = made / f"D{number % _SEEDS:03}.duckdb"
            if number < _SEEDS:
                _made("small", number, first)
            else:
                shutil.copy(first, made / f"D{number:03}.duckdb")
        for number in range(self.medium):
            _made("medium", number, made / f"M{number:03}.duckdb")
        (made / "D901.duckdb").write_text("no district")
        cp.load_district(renamed_catalog(tiny_tables(), "Secondary"), into=made / "D902.duckdb").close()
        with cp.open_district(made / "D000.duckdb") as district:
            names = [name for name in TABLES if name not in WORK_TABLES]
            tables = {name: district.sql(f"select * from {name}") for name in names}
        without_work = {name: one for name, one in tables.items() if one.height}
        cp.load_district(without_work, into=made / "D903.duckdb").close()
        made.rename(self.lake)

    def alone(self) -> Alone:
        """What a plain loop says; districts that it has said something of before are not planned again."""
        place = self.folder / "alone"
        place.mkdir(exist_ok=True)
        begun, files = time.process_time(), sorted(self.lake.glob("*.duckdb"))
        left = [file for file in files if not (place / f"{file.stem}.json").exists()]
        told_at = begun
        for number, file in enumerate(left, 1):
            _say_alone(file, place)
            if number == len(left) or time.process_time() - told_at > _WORK * 10:
                told_at = time.process_time()
                tell(f"one process: {number} of {len(left)} districts, {told_at - begun:.1f} CPU-s")
        return Alone(place)

    def planned(self, name: str, engine: Any, wave: int | None = None, **given: Any) -> Run:
        """The state planned on an engine, told as it goes on; what was broken off goes on where it was."""
        state = cp.statewide(self.lake, engine=engine, wave=wave, **given)
        return self.planned_by(name, state)

    def planned_by(self, name: str, state: State) -> Run:
        into = self.folder / f"run {name}"
        begun, told = time.monotonic(), [0.0]

        def heard(step: str) -> None:
            if time.monotonic() - told[0] > 10:
                told[0] = time.monotonic()
                tell(f"{name}: {step}")

        with listening(heard):
            run = state.plan_master_push(CATALOG, into=into, **PUSH)
        tell(f"{name}, {state.engine.name}: {run.told}; {time.monotonic() - begun:.0f} s")
        return run

    def hold(self, name: str, plan: Callable[[], Run]) -> Run:
        """Plan, and hold what came of it to one process; the run is gone afterwards, or kept aside as failed."""
        alone = self.alone()
        run = plan()
        try:
            alone.check(run)
        except AssertionError:
            failed = run.folder.path.with_name(f"failed {name}")
            shutil.rmtree(failed, ignore_errors=True)
            run.folder.path.rename(failed)
            raise
        shutil.rmtree(run.folder.path)
        print(f"{name}: {len(alone.digests)} plans, as one process", flush=True)
        return run


def _made(size: str, seed: int, into: Path) -> None:
    tell(f"{size} district {seed}")
    cp.simulate_district(size, seed=seed, into=into).close()


def _say_alone(file: Path, place: Path) -> None:
    """Plan one district in this process; its digest is kept last."""
    digest = None
    try:
        with cp.open_district(file, threads=1) as district:
            plan = district.plan_master_push(CATALOG, **PUSH)
            digest = plan.digest
            for name, frame in (("rows", plan.rows()), ("counts", plan.counts())):
                frame.write_parquet(place / f"{file.stem}.{name}.parquet")
    except CoursepushError:
        assert file.stem in WITHOUT, file.stem
    (place / f"{file.stem}.json").write_text(json.dumps(digest))


class Alone:
    """What one process says of each district that it can plan."""

    def __init__(self, place: Path) -> None:
        self.place = place
        found = {file.stem: json.loads(file.read_text()) for file in sorted(place.glob("*.json"))}
        self.digests: dict[str, str] = {one: digest for one, digest in found.items() if digest is not None}
        assert found.keys() - self.digests.keys() == WITHOUT.keys()

    def frame(self, name: str) -> pl.DataFrame:
        return pl.concat(
            pl.read_parquet(self.place / f"{one}.{name}.parquet").select(pl.lit(one).alias("district"), pl.all())
            for one in self.digests
        )

    def check(self, run: Run) -> None:
        """Nothing is lost, nothing is there twice, nothing is otherwise."""
        told = {row["district"]: row for row in run.districts().to_dicts()}
        assert run.districts().height == len(told) == len(self.digests) + len(WITHOUT)
        assert {one: told[one]["status"] for one in WITHOUT} == WITHOUT
        assert {one: told[one]["digest"] for one in self.digests} == self.digests
        assert {told[one]["status"] for one in self.digests} == {"planned"}
        for name, found in (("rows", run.rows()), ("counts", run.counts())):
            assert found.equals(self.frame(name)), name
