"""A folder with the notebooks and a sample district, and JupyterLab on it: what ``coursepush lab`` runs."""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from coursepush.errors import CoursepushError, RequestError
from coursepush.files import Kind, new_file

HOST = "127.0.0.1"
"""The one address the server listens on: this computer's own, which no other computer can reach."""

SAMPLE = "sample-district.duckdb"

_PACKAGE = Path(__file__).resolve().parent
_COPIED = (("notebooks", "*.ipynb"), ("data/tiny", "*.csv"))
"""Folders that are copied, and what of them: from the notebooks ``../data/tiny`` is an extract to try."""

Say = Callable[[str], None]


def run_lab(folder: Path, *, browser: bool, port: int | None, allow_root: bool, say: Say) -> None:
    """Fill `folder` and become JupyterLab on it: this returns only where a process cannot turn into another.

    Raises:
        RequestError: the port is taken, or `folder` cannot be written.
        CoursepushError: JupyterLab or the notebooks are missing, or it is started by the administrator unasked.
    """
    check_server(port, allow_root)
    for line in fill(folder, wait=False):
        say(line)
    say(f"JupyterLab starts, on this computer only ({HOST}). Stop it with Ctrl-C.")
    command = server_command(folder, browser=browser, port=port, allow_root=allow_root)
    if os.name == "nt":  # a process there cannot turn into another and keep its console
        sys.exit(subprocess.run(command, env=server_environment()).returncode)
    os.execve(command[0], command, server_environment())


def check_server(port: int | None, allow_root: bool) -> None:
    """Look before anything is written whether JupyterLab could start."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise CoursepushError(
            f"JupyterLab is not installed for {sys.executable}. Install it with: "
            f"{sys.executable} -m pip install jupyterlab"
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not allow_root:
        raise CoursepushError(
            "You are the administrator (root), and so would be every notebook. Start it as another user, or, in a "
            "container of your own, with --allow-root."
        )
    if port is not None:
        _check_port(port)


def fill(folder: Path, *, wait: bool = True) -> list[str]:
    """Put notebooks, their data and the sample district into `folder`, where they are not there yet.

    Without `wait` the district is made beside, while the server starts.

    Returns:
        What was done and what was left, a line each. A file that is there is never written over.

    Raises:
        RequestError: `folder` cannot be written.
        CoursepushError: the notebooks did not come along with the installation.
    """
    source = samples()
    folder = folder.resolve()
    try:
        lines = [_copy_notebooks(source, folder)]
        sample = folder / SAMPLE
        if sample.exists():
            lines.append(f"The sample district is there already: {sample}")
        else:
            lines.append(_make_sample(sample, wait=wait))
    except CoursepushError:
        raise
    except OSError as error:
        raise RequestError(
            f"{error.filename or folder} cannot be written: {error.strerror}. Name another folder: "
            "coursepush lab FOLDER."
        ) from error
    changed = [path.name for path, shipped in _pairs(source, folder) if path.read_bytes() != shipped.read_bytes()]
    if changed:
        lines.append(
            f"Left as you have them: {', '.join(changed)}. They are not as this version of coursepush brings "
            "them; to get those, rename or remove yours first, or name another folder."
        )
    return lines


_SAMPLE_IN = "import sys; from coursepush.district import sample_district; sample_district(sys.argv[1]).close()"


def _make_sample(sample: Path, *, wait: bool) -> str:
    """Make the district here, or have another process make it, which nobody waits for; what is said of that."""
    if wait:
        from coursepush.district import sample_district  # dear to import, and not needed to start a server

        sample_district(sample).close()
        return f"A made-up district to try pushes on: {sample}"
    command = [sys.executable, "-c", _SAMPLE_IN, str(sample)]
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    if os.name == "nt":
        subprocess.Popen(command, **quiet)
    else:  # by way of a shell, which is gone at once: the server is to have no child that it does not know
        subprocess.run(["/bin/sh", "-c", '"$@" &', "sh", *command], check=False, **quiet)
    return f"A made-up district to try pushes on, in a moment: {sample}"


def server_command(folder: Path, *, browser: bool, port: int | None, allow_root: bool) -> list[str]:
    """The command that starts JupyterLab on `folder` with this Python; nothing in it touches the token."""
    first = min(path.name for path in (folder / "notebooks").glob("*.ipynb"))
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/notebooks/{first}",
        # Nothing leaves the machine: no news, no look for updates, no list of extensions to install.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if not browser:
        command.append("--ServerApp.open_browser=False")
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if allow_root:
        command.append("--ServerApp.allow_root=True")
    return command


def server_environment() -> dict[str, str]:
    """The environment, in which JupyterLab finds defaults of ours: it does not ask whether to fetch news.

    Whoever has chosen otherwise in JupyterLab's settings keeps that.
    """
    places = [os.environ.get("JUPYTER_CONFIG_PATH", ""), str(_PACKAGE / "lab_settings")]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(one for one in places if one)}


def samples() -> Path:
    """Where ``notebooks`` and ``data/tiny`` are: inside an installed package, or beside it in a checkout.

    Raises:
        CoursepushError: in neither place.
    """
    for place in (_PACKAGE / "samples", _PACKAGE.parents[1]):
        if (place / "notebooks").is_dir() and (place / "data" / "tiny").is_dir():
            return place
    raise CoursepushError(f"The notebooks did not come along with {_PACKAGE}. Install coursepush again.")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        if os.name != "nt":  # as the server does: a port that was left a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = {errno.EADDRINUSE: "is taken by another program", errno.EACCES: "needs an administrator"}
            raise RequestError(
                f"Port {port} {why.get(error.errno or 0, f'cannot be used: {error.strerror}')}. Name another one, "
                "or leave --port out and a free one is taken."
            ) from error


def _pairs(source: Path, folder: Path) -> list[tuple[Path, Path]]:
    """A file's place in `folder`, and where it comes from."""
    return [
        (folder / place / path.name, path)
        for place, names in _COPIED
        for path in sorted((source / place).glob(names))
    ]


def _copy_notebooks(source: Path, folder: Path) -> str:
    copied = 0
    for path, shipped in _pairs(source, folder):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with new_file(path, Kind.KEPT) as file:
                file.write(shipped.read_bytes())
            copied += path.suffix == ".ipynb"
    where = folder / "notebooks"
    return f"{copied} notebooks copied to {where}" if copied else f"The notebooks are there already: {where}"
