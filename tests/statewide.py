"""A state of fifty districts on an engine, held to one process: `python -m tests.statewide here sail`.

Digests, counts and rows of each district are those of a plain loop, whatever else is in the lake; on Spark
standalone an executor is killed in the middle, and nothing is lost and nothing is there twice. Sail needs an
environment with `coursepush[sail]`; `spark`, `connect` and `standalone` need one with `coursepush[spark]` and
Java 17.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import polars as pl
from lakes import renamed_catalog, tiny_tables

import coursepush as cp
from coursepush.errors import CoursepushError
from coursepush.model.tables import TABLES, WORK_TABLES

PUSH = {"catalog": "High School", "year": 2027, "mode": "overwrite", "to_sections": True, "today": "2026-09-01"}
_SEEDS = 5
_WITHOUT = ("D901", "D902")
"""The district that is refused, and the one without the catalog."""

Alone = dict[str, tuple[str, pl.DataFrame, pl.DataFrame]]
"""District → digest, rows and counts of one process."""


def make_lake(lake: Path, small: int, medium: int) -> None:
    """District files: small ones of five kinds, medium ones; one refused, two without catalog or work."""
    lake.mkdir()
    for number in range(small):
        first = lake / f"D{number % _SEEDS:03}.duckdb"
        if number < _SEEDS:
            cp.simulate_district("small", seed=number, into=first).close()
        else:
            shutil.copy(first, lake / f"D{number:03}.duckdb")
    for number in range(medium):
        cp.simulate_district("medium", seed=number, into=lake / f"M{number:03}.duckdb").close()
    (lake / "D901.duckdb").write_text("no district")
    cp.load_district(renamed_catalog(tiny_tables(), "Secondary"), into=lake / "D902.duckdb").close()
    with cp.open_district(lake / "D000.duckdb") as district:
        names = [name for name in TABLES if name not in WORK_TABLES]
        tables = {name: district.sql(f"select * from {name}") for name in names}
    cp.load_district({name: one for name, one in tables.items() if one.height}, into=lake / "D903.duckdb").close()


def one_process(lake: Path) -> Alone:
    """A plain loop over the districts, with how long each took at most told on stderr."""
    found: Alone = {}
    begun = time.process_time()
    for file in sorted(lake.glob("*.duckdb")):
        try:
            with cp.open_district(file, threads=1) as district:
                plan = district.plan_master_push(**PUSH)  # type: ignore[arg-type]
                found[file.stem] = (plan.digest, plan.rows(), plan.counts())
        except CoursepushError:
            assert file.stem in _WITHOUT, file.stem
    print(f"one process: {len(found)} plans in {time.process_time() - begun:.1f} CPU-s", file=sys.stderr)
    return found


def check(run: cp.statewide.run.Run, alone: Alone) -> None:
    """Nothing is lost, nothing is there twice, nothing is otherwise."""
    told = {row["district"]: row for row in run.districts().to_dicts()}
    assert run.districts().height == len(told) == len(alone) + len(_WITHOUT)
    assert {one: told[one]["status"] for one in _WITHOUT} == {"D901": "refused", "D902": "not_there"}
    for district, (digest, _, _) in alone.items():
        assert told[district]["digest"] == digest, district
    for name, place in (("rows", 1), ("counts", 2)):
        wanted = pl.concat(
            one[place].select(pl.lit(key).alias("district"), pl.all()) for key, one in alone.items()
        )
        found = run.rows() if name == "rows" else run.counts()
        assert found.equals(wanted.sort("district", maintain_order=True)), name


def planned(engine: Any, lake: Path, into: Path, wave: int | None = None) -> cp.statewide.run.Run:
    state = cp.statewide(lake, engine=engine, wave=wave)
    arguments: dict[str, Any] = dict(PUSH)
    begun = time.monotonic()
    run = state.plan_master_push(arguments.pop("catalog"), into=into, **arguments)
    print(f"{state.engine.name}: {run.told}; {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return run


# -- engines ---------------------------------------------------------------------------------------------------


@contextmanager
def sail() -> Generator[Any]:
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    session = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
    try:
        yield session
    finally:
        session.stop()
        server.stop()


@contextmanager
def spark(master: str, memory: str = "700m", packed: Path | None = None) -> Generator[Any]:
    """A session; with `packed`, its workers run the Python of that archive, as on a cluster."""
    from pyspark.sql import SparkSession

    python = sys.executable if packed is None else "./environment/bin/python"
    os.environ.update(PYSPARK_PYTHON=python, PYSPARK_DRIVER_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    settings = {
        "spark.driver.memory": memory,
        "spark.executor.memory": "512m",
        "spark.executor.cores": "1",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        **({} if packed is None else {"spark.archives": f"{packed}#environment"}),
    }
    builder = SparkSession.builder.master(master).appName("coursepush")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def standalone(folder: Path, packed: Path | None = None) -> Generator[tuple[Any, list[int]]]:
    """A master and two workers on loopback: a session of theirs, and the workers' process ids."""
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    environment = {**os.environ, **place, "PYSPARK_PYTHON": sys.executable}
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    deploy = "org.apache.spark.deploy"
    commands = [[f"{deploy}.master.Master", *common, "--port", str(port)]]
    for number in range(2):
        work = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"worker {number}")]
        commands.append([f"{deploy}.worker.Worker", *common, *work, f"spark://127.0.0.1:{port}"])
    with (folder / "spark.log").open("wb") as log:
        begun = [
            subprocess.Popen([home / "bin" / "spark-class", *one], env=environment, stdout=log, stderr=log)
            for one in commands
        ]
        try:
            with spark(f"spark://127.0.0.1:{port}", packed=packed) as session:
                yield session, [one.pid for one in begun[1:]]
        finally:
            for one in begun:
                one.terminate()
            for one in begun:
                one.wait()


def kill_an_executor(workers: list[int], killed: list[int], is_time: threading.Event) -> None:
    """When it is time, kill one executor of these workers that is there."""
    is_time.wait()
    until = time.monotonic() + 300
    while not killed and time.monotonic() < until:
        for place in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                is_one = parent in workers and b"CoarseGrainedExecutorBackend" in (place / "cmdline").read_bytes()
            except (OSError, ValueError):
                continue
            if is_one:
                os.kill(int(place.name), signal.SIGKILL)
                killed.append(int(place.name))
                return
        time.sleep(0.5)


def on_standalone(lake: Path, folder: Path, packed: Path | None = None) -> cp.statewide.run.Run:
    """Planned with an executor killed as soon as the first answers are there."""
    with standalone(folder, packed) as (session, workers):
        killed: list[int] = []
        is_time = threading.Event()
        killer = threading.Thread(target=kill_an_executor, args=(workers, killed, is_time), daemon=True)
        killer.start()
        into = folder / "run standalone"

        def look() -> None:
            while not list(into.glob("wave-*")):
                time.sleep(0.2)
            time.sleep(1)  # by then the next wave is at work
            is_time.set()

        threading.Thread(target=look, daemon=True).start()
        run = planned(session, lake, into, wave=10)
        assert killed, "no executor was killed"
        print(f"killed executor {killed[0]}", file=sys.stderr)
        return run


def cpu_of_all() -> float:
    """CPU seconds of this process and of all that descend from it, the dead ones too."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.name)] = int(told[1])
        spent[int(place.name)] = sum(int(one) for one in told[11:15]) / os.sysconf("SC_CLK_TCK")

    def is_ours(process: int) -> bool:
        while process > 1:
            if process == os.getpid():
                return True
            process = parents.get(process, 0)
        return False

    return sum(seconds for process, seconds in spent.items() if is_ours(process))


def tell_cost(lake: Path, folder: Path, medium: int) -> None:
    """CPU seconds a district of medium size, warm: by a plain loop, and on local Spark beside the largest."""
    mediums = folder / "mediums"
    mediums.mkdir()
    for number in range(medium * 4):
        shutil.copy(lake / f"M{number % medium:03}.duckdb", mediums / f"M{number:03}.duckdb")
    one_process(mediums)
    before = cpu_of_all()
    one_process(mediums)
    loop = (cpu_of_all() - before) / (medium * 4)
    with spark("local[2]") as session:
        planned(session, mediums, folder / "run warming")
        before = cpu_of_all()
        planned(session, mediums, folder / "run cost")
        on_spark = (cpu_of_all() - before) / (medium * 4)
    print(f"cost: {on_spark:.3f} CPU-s a medium district on Spark, {loop:.3f} in a loop: {on_spark / loop:.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="+", choices=["here", "sail", "spark", "connect", "standalone", "cost"])
    parser.add_argument("--small", type=int, default=45)
    parser.add_argument("--medium", type=int, default=3)
    parser.add_argument(
        "--packed", type=Path, help="with standalone: what venv-pack made of the environment for its workers"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lake = folder / "lake"
        make_lake(lake, given.small, given.medium)
        alone = one_process(lake)
        for name in given.engines:
            if name == "cost":
                tell_cost(lake, folder, given.medium)
                continue
            if name == "here":
                check(planned(None, lake, folder / "run here"), alone)
            elif name == "sail":
                with sail() as session:
                    check(planned(session, lake, folder / "run sail"), alone)
            elif name == "spark":
                with spark("local[2]") as session:
                    check(planned(session, lake, folder / "run spark"), alone)
            elif name == "connect":
                check_connect(lake, folder, alone)
            else:
                check(on_standalone(lake, folder, given.packed), alone)
            print(f"{name}: as one process")


def check_connect(lake: Path, folder: Path, alone: Alone) -> None:
    """Spark's own Connect server, which the session starts itself."""
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    session = SparkSession.builder.remote("local[2]").config("spark.driver.memory", "700m").getOrCreate()
    try:
        check(planned(session, lake, folder / "run connect"), alone)
    finally:
        session.stop()


if __name__ == "__main__":
    main()
