"""A real JupyterLab or Voilà on a free local port: quiet, with a token, and with no home but its own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

HOST = "127.0.0.1"
_SECONDS_TO_START = 90


@dataclass(frozen=True)
class Server:
    """A running server: where it is, its token, and the folder of notebooks that it serves."""

    address: str
    token: str
    folder: Path
    settings: Path

    def write(self, name: str, cells: Sequence[str]) -> str:
        """Write a notebook with these code cells; returns its path below the folder."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        path = self.folder / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path.name

    def set_theme(self, theme: str) -> None:
        """What JupyterLab shows the next page in: `light` or `dark`."""
        self.set("themes", theme=f"JupyterLab {theme.title()}")

    def set(self, group: str, **values: object) -> None:
        """Settings of JupyterLab's own user interface, as its settings editor would write them."""
        file = self.settings / "@jupyterlab" / "apputils-extension" / f"{group}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    def end_kernels(self) -> None:
        """So that the next test has the machine to itself."""
        for session in self.ask("api/sessions"):
            self.ask(f"api/sessions/{session['id']}", "DELETE")

    def ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(f"{self.address}/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None


@contextmanager
def lab_server(folder: Path) -> Generator[Server]:
    """JupyterLab on `folder`/notebooks."""
    quiet = (
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.open_browser=False",
    )
    with _running(folder, "jupyterlab", "ServerApp", "api/status", quiet) as server:
        server.set("notification", fetchNews="false", checkForUpdates=False)
        yield server


@contextmanager
def voila_server(folder: Path) -> Generator[Server]:
    """Voilà on `folder`/notebooks; a notebook is at ``voila/render/NAME``, in the theme named by ``?theme=``."""
    with _running(folder, "voila", "Voila", "voila/static/favicon.ico", ("--Voila.open_browser=False",)) as server:
        yield server


@contextmanager
def _running(folder: Path, module: str, application: str, ready: str, options: Sequence[str]) -> Generator[Server]:
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    server = Server(f"http://{HOST}:{port}", secrets.token_hex(24), notebooks, folder / "settings")
    command = [sys.executable, "-m", module, str(notebooks), *options]
    command += [f"--{application}.ip={HOST}", f"--{application}.port={port}"]
    command += ["--Voila.token=" + server.token] if module == "voila" else ["--ServerApp.port_retries=0"]
    if module != "voila" and hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--ServerApp.allow_root=True")
    log = folder / f"{module}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=_environment(folder, server.token), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(process, f"{server.address}/{ready}?token={server.token}", log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(folder: Path, token: str) -> dict[str, str]:
    """Nothing of the person's own settings, and nothing left behind there."""
    own = {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("JUPYTER", "VOILA"))}
    for name, place in own.items():
        (folder / place).mkdir(parents=True, exist_ok=True)
        environment[name] = str(folder / place)
    return environment | {"JUPYTER_TOKEN": token, "JUPYTER_PLATFORM_DIRS": "1"}


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{address} does not answer: {error}\n{log.read_text()[-3000:]}") from error
            time.sleep(0.1)
