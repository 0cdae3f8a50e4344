"""Sessions of the engines, started for one proof and on loopback alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coursepush


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
def connect() -> Generator[Any]:
    """Spark's own Connect server, which the session starts itself."""
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    session = SparkSession.builder.remote("local[2]").config("spark.driver.memory", "700m").getOrCreate()
    try:
        yield session
    finally:
        session.stop()


LOOPBACK = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


OF_THE_DRIVER = {"spark.executorEnv.PYTHONPATH": str(Path(coursepush.__file__).parents[1])}
"""Executors of a cluster that have the driver's environment: its Python, and its coursepush."""


@contextmanager
def spark(master: str, python: str = sys.executable, **settings: str) -> Generator[Any]:
    """A session whose workers run `python`; of settings, dots are written as ``__``."""
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=python, PYSPARK_DRIVER_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    memory = {"spark.driver.memory": "700m", "spark.executor.memory": "512m", "spark.executor.cores": "1"}
    given = {name.replace("__", "."): value for name, value in settings.items()}
    builder = SparkSession.builder.master(master).appName("coursepush")
    shared = OF_THE_DRIVER if python == sys.executable else {}
    for name, value in {**LOOPBACK, **memory, **shared, **given}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@dataclass(frozen=True)
class Cluster:
    """A master and two workers on loopback.

    Attributes:
        master: its address.
        folder: the workers' own, where executors run.
    """

    master: str
    folder: Path


@contextmanager
def cluster(folder: Path) -> Generator[Cluster]:
    """A cluster that knows nothing of coursepush: it runs without any of this environment's Python paths."""
    import pyspark

    folder.mkdir(parents=True, exist_ok=True)
    home = Path(pyspark.__file__).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    deploy = "org.apache.spark.deploy"
    commands = [[f"{deploy}.master.Master", *common, "--port", str(port)]]
    for number in range(2):
        work = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"worker-{number}")]
        commands.append([f"{deploy}.worker.Worker", *common, *work, master])
    with (folder / "spark.log").open("wb") as log:
        begun = [
            subprocess.Popen(
                [home / "bin" / "spark-class", *one], env=_bare(home, folder), cwd=folder, stdout=log, stderr=log
            )
            for one in commands
        ]
        try:
            yield Cluster(master, folder)
        finally:
            for one in begun:
                one.terminate()
            for one in begun:
                one.wait()


def _bare(home: Path, folder: Path) -> Mapping[str, str]:
    """What a machine of a cluster has: a PATH, Java, and Spark."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME", "LANG") if name in os.environ}
    of_spark = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    return {**kept, **of_spark, "TMPDIR": str(temporary), "SPARK_LOCAL_DIRS": str(temporary)}
