"""Temporary folders: private, gone when their work is done, and swept when their owner was killed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from district_files import file_of, worn_district

import coursepush as cp
from coursepush.store.owner import Owner, OwnerMark, if_gone
from coursepush.store.temporary import PrivateFolder, private_name, remove_all, sweep, temporary_folder

OWNS = """
import sys
from pathlib import Path
from coursepush.store.temporary import PrivateFolder
folder = PrivateFolder(Path(sys.argv[1]))
(folder.path / "students").write_text("in clear")
print(folder.path, flush=True)
sys.stdin.readline()
"""


@contextmanager
def owner_in(place: Path) -> Generator[tuple[subprocess.Popen[str], Path]]:
    """Another process with a private folder in `place`."""
    command = [sys.executable, "-c", OWNS, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_folder_is_swept_when_its_owner_is_gone_and_not_before(tmp_path: Path) -> None:
    with owner_in(tmp_path) as (process, folder):
        assert (folder / "students").exists()
        for place in (folder, folder.parent):
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
        sweep(tmp_path)
        assert (folder / "students").exists()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (folder / "students").exists()
    mine = PrivateFolder(tmp_path)
    assert [each for each in tmp_path.iterdir() if each != mine.path.parent] == []
    mine.close()


def test_what_is_not_ours_is_never_swept(tmp_path: Path) -> None:
    """Names that are nearly ours, links to what is, and a folder that has just been begun."""
    kept = tmp_path / "kept"
    (kept / "files").mkdir(parents=True)
    (kept / "files" / "thesis").write_text("years of work")
    shutil.copytree(kept, tmp_path / "coursepush-notes")
    shutil.copytree(kept, tmp_path / "coursepush-0123456789AB")
    shutil.copytree(kept, tmp_path / "coursepush-0123456789ab")
    os.utime(tmp_path / "coursepush-0123456789ab", (0, 0))
    if os.name == "posix":
        (tmp_path / private_name()).symlink_to(kept)
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_a_maker_had_begun_when_it_was_killed_is_swept_at_once(tmp_path: Path) -> None:
    """Killed after the folder, and after its mark was made and before it was locked and written."""
    for number in range(2):
        begun = tmp_path / private_name()
        begun.mkdir()
        if number:
            (begun / "owner").touch()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no file that is open")
@pytest.mark.parametrize("step", ["open", "_lock"])
def test_a_maker_that_stood_still_meanwhile_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Swept by another process right before its mark is made, or locked."""
    from coursepush.store import owner

    sweeps = [True]
    module = os if step == "open" else owner
    do = getattr(module, step)

    def stands_still(*given: Any, **more: Any) -> Any:
        mine = step == "_lock" or given[1] & os.O_EXCL
        if mine and sweeps:
            sweeps.clear()
            sweep(tmp_path)
        return do(*given, **more)

    monkeypatch.setattr(module, step, stands_still)
    folder = PrivateFolder(tmp_path)
    assert not sweeps
    assert folder.path.is_dir()
    assert not if_gone(folder.path.parent / "owner", folder.close), "it is there, whole and locked"
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_where_there_are_no_locks_process_and_start_time_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coursepush.store import owner

    monkeypatch.setattr(owner, "_lock", lambda file: None)
    mark = OwnerMark(tmp_path / "mark")
    assert not if_gone(mark.path, mark.release)
    me = Owner.this_process("")
    if not me.started:
        pytest.skip("the system does not tell when a process began")
    earlier = mark.path.read_text().replace(f'"started": "{me.started}"', '"started": "1"')
    mark.path.write_text(earlier)
    gone: list[bool] = []
    assert if_gone(mark.path, lambda: gone.append(True))
    assert gone == [True]
    mark.path.write_text(earlier.replace(me.machine, "another machine"))
    assert not if_gone(mark.path, mark.release), "of another machine's processes nothing is known here"
    mark.path.write_text(earlier[: len(earlier) // 2])
    assert not if_gone(mark.path, mark.release), "it may be being written just now"
    mark.release()


def test_folders_go_when_their_block_ends_and_at_once_when_all_have_to(tmp_path: Path) -> None:
    with temporary_folder() as folder:
        (folder / "a").mkdir()
    assert not folder.parent.exists()
    mine = PrivateFolder(tmp_path)
    remove_all()
    assert list(tmp_path.iterdir()) == []
    mine.close()


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_a_process_that_is_forked_off_removes_nothing(tmp_path: Path) -> None:
    mine = PrivateFolder(tmp_path)
    pid = os.fork()
    if not pid:
        mine.close()
        os._exit(0)
    os.waitpid(pid, 0)
    assert mine.path.exists()
    mine.close()


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_what_a_killed_load_left_beside_a_district_is_swept_by_opening_another(tmp_path: Path) -> None:
    """It holds students' work, and whoever opens any district in that folder removes it."""
    district = file_of(worn_district(), tmp_path / "district.duckdb")
    with cp.open_district(district) as opened:
        opened.export(tmp_path / "extract", students=True)
    killed = """
import os, signal, sys
import coursepush as cp
from coursepush.files import aside
aside.on_step = lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == "written" else None
cp.load_district(sys.argv[1] + "/extract", into=sys.argv[1] + "/new.duckdb")
"""
    ran = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert ran.returncode == -signal.SIGKILL
    [left] = [each for each in tmp_path.iterdir() if each.name.startswith(".coursepush-")]
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    cp.open_district(district).close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["district.duckdb", "extract"]


@pytest.mark.skipif(os.name != "posix", reason="sends SIGTERM")
def test_a_kernel_that_is_told_to_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = pytest.importorskip("jupyter_client.manager")
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setenv("TMPDIR", str(spill))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kernel, client = manager.start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(
            "import coursepush as cp\n"
            f"district = cp.open_district({str(file_of(worn_district(), tmp_path / 'district.duckdb'))!r})",
            timeout=120,
        )
        assert any(each.name.startswith("coursepush-") for each in spill.iterdir())
        kernel.signal_kernel(signal.SIGTERM)
        until = time.monotonic() + 60
        while kernel.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        assert not kernel.is_alive()
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert not any(each.name.startswith("coursepush-") for each in spill.iterdir())
