"""What loading takes, with all checks, and what it takes to read the same files once they were checked."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import coursepush as cp
from coursepush.model.tables import TABLES

from .ours import plan_of

Told = dict[str, Any]


def export_lake(path: str, into: str) -> Told:
    """All tables of a district as a lake of one district, in files an hour old."""
    then = time.time() - 3600
    with cp.open_district(path) as district:
        scores = district.sql("select count(*) from score").item()
        for name in TABLES:
            place = Path(into) / name / "district_id=D001" / "part-0.parquet"
            place.parent.mkdir(parents=True)
            rows = district.sql(f"select * from {name}")
            if rows.height:  # a table without rows is not given
                rows.write_parquet(place)
                os.utime(place, (then, then))
            del rows
    return {"scores": scores}


def load(lake: str, times: int) -> Told:
    """CPU seconds of loading into memory by one thread, the best of some, each in a warm process."""
    from coursepush.statewide.reading import open_source
    from coursepush.store.limits import Limits

    source = cp.statewide(lake).lake.sources["D001"]
    seconds: list[float] = []
    for _ in range(times):
        began = time.process_time()
        open_source(source, Limits(threads=1)).close()
        seconds.append(time.process_time() - began)
    return {"seconds": min(seconds), "all": seconds, "best_of": times}


def plan_of_lake(lake: str, into: str, times: int) -> Told:
    """CPU seconds of opening and planning the district of a lake: loaded, and as it was checked by a first run."""
    from coursepush.statewide.checked import Proofs
    from coursepush.statewide.reading import open_source
    from coursepush.store.limits import Limits

    state = cp.statewide(lake, workers=1)
    run = state.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True, into=into)
    loaded = state.lake.sources["D001"]
    [checked] = Proofs(into, state.lake.path, state.column).of([loaded], tuple(run.versions.items()))
    assert checked.checked is not None
    found: Told = {"best_of": times}
    for name, source in (("loaded", loaded), ("checked", checked)):
        seconds: list[float] = []
        for _ in range(times):
            began = time.process_time()
            with open_source(source, Limits(threads=1)) as district:
                assert plan_of(district).digest == run.districts()["digest"][0]
            seconds.append(time.process_time() - began)
        found[name] = min(seconds)
    return found
