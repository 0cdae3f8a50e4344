"""`coursepush lab`: what it puts into its folder, what it never touches, and a server that asks for its token."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import CoursepushError, RequestError
from coursepush.lab import check_server, fill, samples, server_command, server_environment

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("lab") / "made" / "by-it"
    return folder, fill(folder)


def test_the_folder_holds_all_notebooks_their_data_and_a_district(filled: tuple[Path, list[str]]) -> None:
    folder, lines = filled
    shipped = sorted((samples() / "notebooks").glob("*.ipynb"))
    assert len(shipped) >= 4
    copied = {path.name: path.read_bytes() for path in (folder / "notebooks").iterdir()}
    assert copied == {path.name: path.read_bytes() for path in shipped}
    assert (folder / "notebooks" / "../data/tiny/course.csv").is_file(), "an extract to try"
    with cp.open_district(folder / "sample-district.duckdb") as district:
        assert district.catalogs(year=2027)["name"].to_list() == ["Elementary", "High School", "Middle School"]
        assert district.scenarios().height
    assert sorted(path.name for path in folder.iterdir()) == ["data", "notebooks", "sample-district.duckdb"]
    assert lines[0] == f"{len(shipped)} notebooks copied to {folder / 'notebooks'}"
    assert lines[1].startswith("A made-up district")


def test_what_the_analyst_changed_stays_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    mine = tmp_path / "notebooks" / "01_first_push.ipynb"
    mine.write_text("mine")
    (tmp_path / "sample-district.duckdb").write_text("mine too")
    lines = fill(tmp_path)
    assert mine.read_text() == "mine"
    assert (tmp_path / "sample-district.duckdb").read_text() == "mine too"
    assert "01_first_push.ipynb" in lines[-1]
    assert "Left as you have them" in lines[-1]
    assert "02_before_next_year.ipynb" not in lines[-1]
    assert "already" in lines[1]
    again = fill(tmp_path)
    assert again[0].startswith("The notebooks are there already")


def test_a_district_half_made_is_not_taken_for_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coursepush.simulate.making._keep_scenarios", stopped)
    monkeypatch.setattr("coursepush.district.sample.ready_made", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        fill(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match=r"file.* cannot be written.*Name another folder"):
        fill(tmp_path / "file" / "lab")


def test_jupyterlab_missing_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CoursepushError, match=r"pip install jupyterlab"):
        check_server(None, allow_root=True)


def test_the_administrator_is_asked_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    with pytest.raises(CoursepushError, match="--allow-root"):
        check_server(None, allow_root=False)
    check_server(None, allow_root=True)


def test_a_taken_port_is_an_error_before_anything_is_written(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        folder = tmp_path / "lab"
        result = CliRunner().invoke(cli, ["lab", str(folder), "--allow-root", "--port", str(port)])
    assert result.exit_code == 1
    assert f"Port {port} is taken by another program" in result.output
    assert not folder.exists()


def test_it_listens_on_this_computer_and_leaves_the_token_alone(filled: tuple[Path, list[str]]) -> None:
    folder, _ = filled
    command = server_command(folder, browser=True, port=None, allow_root=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start.ipynb" in command
    for word in ("token", "password", "0.0.0.0", "allow_root", "open_browser", "port"):
        assert not any(word in part for part in command[3:]), word
    asked = server_command(folder, browser=False, port=9999, allow_root=True)
    assert {"--ServerApp.port=9999", "--ServerApp.port_retries=0", "--ServerApp.open_browser=False"} <= set(asked)


def test_jupyterlab_does_not_ask_whether_to_fetch_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    places = server_environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert places[0] == "/mine"
    (ours,) = Path(places[1]).rglob("default_setting_overrides.json")
    assert ours.parent.name == "labconfig", "where JupyterLab looks for it"
    assert json.loads(ours.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


# -- the server itself -------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """`coursepush lab` on a free port, in a folder and with a home of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        name: str(tmp_path / name) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    environment = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER")} | own
    start = "from coursepush.cli.main import main; main()"
    options = ["--no-browser", "--port", str(port), *(["--allow-root"] if AS_ROOT else [])]
    process = subprocess.Popen(
        [sys.executable, "-c", start, "lab", str(tmp_path / "lab"), *options],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, port, Path(own["JUPYTER_RUNTIME_DIR"])
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def status(port: int, token: str | None) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/status")
    if token is not None:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.skipif(os.name == "nt", reason="looks for the server by its process id, which is another one there")
def test_the_server_answers_only_those_who_have_the_token(
    server: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    process, port, runtime = server
    note = runtime / f"jpserver-{process.pid}.json"  # the command became the server: the process is the same
    until = time.monotonic() + 90
    while not note.exists() or not note.read_text():
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.1)
    said = json.loads(note.read_text())
    assert said["hostname"] == "127.0.0.1"
    assert said["port"] == port
    assert len(said["token"]) >= 32
    assert status(port, said["token"]) == 200
    assert status(port, None) == 403
    assert status(port, "wrong") == 403
