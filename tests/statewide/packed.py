"""Shipped to workers that have no coursepush: an environment packed by venv-pack, as on a real cluster.

On a cluster of one machine whose workers know nothing of this environment: first without the archive, which must
be refused in words; then with `spark.archives`, where the workers say themselves what they run; then by the
command, as somebody would type it, with `--archives`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from lakes import CATALOG, PUSH, as_partitions, tiny_tables

import coursepush as cp
from coursepush.errors import StoreError
from coursepush.statewide.asked import versions_here

from .engines import LOOPBACK, Cluster, cluster, spark
from .state import tell

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = "./environment/bin/python"
"""Of the workers: in the folder into which each executor unpacks the archive."""

_EXACT = ("duckdb", "polars", "pandas", "pyarrow")
"""In the versions of this environment."""


def pack(folder: Path) -> Path:
    """An environment with coursepush-core, pandas and pyarrow, packed; pip and venv-pack do it."""
    archive = folder / f"coursepush-{dict(versions_here())['build']}.tar.gz"
    if archive.exists():
        return archive
    import venv_pack

    slim = folder / "slim"
    shutil.rmtree(slim, ignore_errors=True)
    tell("an environment for workers")
    exact = [f"{name}=={version(name)}" for name in _EXACT]
    core = REPOSITORY / "src" / "coursepush-core"
    for command in (["-m", "venv", slim], [slim / "bin" / "python", "-m", "pip", "install", "-q", core, *exact]):
        told = [str(one) for one in ([sys.executable, *command] if command[0] == "-m" else command)]
        subprocess.run(told, check=True, env=_without_paths())
    venv_pack.pack(prefix=str(slim), output=str(archive))
    shutil.rmtree(slim)
    tell(f"packed, {archive.stat().st_size / 1024**2:.0f} MiB")
    return archive


def _without_paths() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def looked(batches: Any) -> Any:
    """What a worker runs: its Python, and where that has coursepush from."""
    import sys

    import pyarrow as pa

    import coursepush

    for _ in batches:
        told = pa.array([f"{sys.executable} {coursepush.__file__}"])
        yield pa.RecordBatch.from_arrays([told], names=["told"])


def prove(folder: Path, archive: Path | None = None) -> None:
    """All that is said above."""
    folder.mkdir(parents=True, exist_ok=True)
    lake = folder / "lake"
    shutil.rmtree(lake, ignore_errors=True)
    as_partitions(lake, dict.fromkeys(("D001", "D002", "D003"), tiny_tables()))
    with cp.load_district(tiny_tables()) as district:
        digest = district.plan_master_push(CATALOG, **PUSH).digest
    archive = archive or pack(folder)
    shutil.rmtree(folder / "cluster", ignore_errors=True)
    with cluster(folder / "cluster") as made:
        _refused_without(made, lake, folder)
        _by_session(made, lake, folder, archive, digest)
        _by_command(made, lake, folder, archive, digest)


def _refused_without(made: Cluster, lake: Path, folder: Path) -> None:
    """The Python that this environment was made with has none of it."""
    base = str(Path(sys.base_prefix) / "bin" / f"python{sysconfig.get_python_version()}")
    shutil.rmtree(folder / "refused", ignore_errors=True)
    with spark(made.master, python=base) as session:
        state = cp.statewide(lake, engine=session)
        with pytest.raises(StoreError, match="cannot run coursepush: No module named"):
            state.plan_master_push(CATALOG, into=folder / "refused", **PUSH)
    print("packed: without the archive the workers are told to have no coursepush", flush=True)


def _by_session(made: Cluster, lake: Path, folder: Path, archive: Path, digest: str) -> None:
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    shutil.rmtree(folder / "run session", ignore_errors=True)
    with spark(made.master, python=PYTHON, spark__archives=f"{archive}#environment") as session:
        rows = session.range(0, 4, 1, 4).mapInArrow(looked, "told string").toArrow()
        told = sorted(set(rows.column("told").to_pylist()))
        for one in told:
            python, place = one.split(" ")
            assert Path(python).is_relative_to(made.folder), one
            assert "/environment/" in python, one
            assert Path(place).is_relative_to(Path(python).parents[1]), one
        tell("; ".join(told))
        state = cp.statewide(lake, engine=session)
        run = state.plan_master_push(CATALOG, into=folder / "run session", **PUSH)
    assert run.districts().select("status", "digest").rows() == [("planned", digest)] * 3
    print(f"packed: by spark.archives, {run.told}; on {len(told)} executors", flush=True)


def _by_command(made: Cluster, lake: Path, folder: Path, archive: Path, digest: str) -> None:
    """`coursepush statewide plan --engine spark`, told of the cluster as spark-submit is."""
    into = folder / "run command"
    shutil.rmtree(into, ignore_errors=True)
    settings = [f"--conf {name}={value}" for name, value in {**LOOPBACK, "spark.executor.memory": "512m"}.items()]
    submit = ["--master", made.master, "--archives", f"{archive}#environment", *settings, "pyspark-shell"]
    told = {"PYSPARK_SUBMIT_ARGS": " ".join(submit), "PYSPARK_PYTHON": PYTHON, "SPARK_LOCAL_IP": "127.0.0.1"}
    year, flag = str(PUSH["year"]), "--to-sections"
    push = ["--catalog", CATALOG, "--year", year, "--mode", PUSH["mode"], flag, "--engine", "spark"]
    coursepush = Path(sys.executable).with_name("coursepush")
    command = [coursepush, "statewide", "plan", str(lake), "--into", str(into)]
    done = subprocess.run(
        [*command, *push],
        env={**os.environ, **told, "PYSPARK_DRIVER_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    run = cp.statewide(lake).open_run(into)
    assert run.districts().select("status", "digest").rows() == [("planned", digest)] * 3
    print(f"packed: by the command with --archives, {run.told}", flush=True)
