"""A PostgreSQL server of the benchmark's own: Debian's package, a fresh cluster, a private socket, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

SETTINGS = {
    # sized for a machine that has no other work
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "random_page_cost": "1.1",
    # the defaults keep a second core out of most of a push
    "parallel_setup_cost": "100",
    "parallel_tuple_cost": "0.01",
    # a push is a few large statements: compiling each takes longer than it saves
    "jit": "off",
    # the result need not survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    # statistics are gathered where the push asks for them, not while it is measured
    "autovacuum": "off",
    "listen_addresses": "",
}

_SECONDS_TO_START = 60

# The server lives as long as the pipe to this process: when it closes, at the end or because the process was
# killed, the server stops and its folder goes.
_WATCH = 'folder="$1"; shift; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$folder"'


class Server:
    """A running server and one connection to it; `close` stops it and removes its files.

    Raises ImportError where PostgreSQL's programs are not installed.
    """

    def __init__(self) -> None:
        programs = _programs()
        # PostgreSQL refuses to run as root; its package made a user for it.
        user = "postgres" if os.geteuid() == 0 else None
        # Not in the benchmark's folder: a socket's path is short, and the server's user must be able to reach it.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        if user is not None:
            shutil.chown(self._folder, user, user)
        data = self._folder / "data"
        # Names are ordered by their bytes, and lower-cased character by character.
        collation = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
        initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", *collation]
        subprocess.run(initdb, check=True, capture_output=True, user=user, group=user, cwd=self._folder)
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        postgres = [programs / "postgres", "-D", data, "-k", self._folder, *options]
        with (self._folder / "log").open("wb") as log:
            self._watcher = subprocess.Popen(
                ["sh", "-c", _WATCH, "sh", self._folder, *postgres],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                user=user,
                group=user,
                cwd=self._folder,
                start_new_session=True,
            )
        self.connection = self._connect()

    def _connect(self) -> psycopg.Connection:
        give_up = time.monotonic() + _SECONDS_TO_START
        while True:
            try:
                return psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    log = (self._folder / "log").read_text()
                    self._stop()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)

    def _stop(self) -> None:
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait()

    def close(self) -> None:
        self.connection.close()
        self._stop()


def _programs() -> Path:
    """The folder of the newest PostgreSQL installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise ImportError("PostgreSQL is not installed (Debian's package is called postgresql)")
    return max(found, key=lambda path: float(path.parent.name))
