"""The ready-made sample district: made once, copied each time, and made anew where it cannot be trusted."""

from __future__ import annotations

import gc
import os
import shutil
import stat
from pathlib import Path

import pytest

import coursepush as cp
from coursepush.district import sample
from coursepush.errors import RequestError
from coursepush.files.aside import aside_of


@pytest.fixture
def cache(tmp_path: Path, simulated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for caches that holds the ready-made district."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "cache" / "coursepush"
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy(simulated_file, folder / f"sample-{sample._fingerprint()}.duckdb")
    return folder


@pytest.fixture
def never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: object, **__: object) -> None:
        raise AssertionError("it was made though it is there")

    monkeypatch.setattr(sample, "simulate_district", made)


def test_each_copy_is_its_own_and_gone_when_nothing_needs_it(cache: Path, never_made: None) -> None:
    kept = {path.name: path.read_bytes() for path in cache.iterdir()}
    aside_of(cache / "sample-earlier.duckdb").mkdir()  # a process of an earlier version was killed when it made it
    one, other = cp.sample_district(), cp.sample_district()
    place = one.store.path
    assert place is not None
    assert place != other.store.path
    one.apply(one.plan_master_push("High School", year=2027))
    assert one.history().height == 1
    assert other.history().is_empty()
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == kept
    if os.name != "nt":
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    plan = one.plan_master_push("Middle School", year=2027)
    del one
    assert plan.rows().height, "a plan holds on to its district"
    del plan
    gc.collect()
    assert not place.exists()
    other.close()


def test_it_is_made_where_it_is_asked_for_and_never_over_anything(
    cache: Path, never_made: None, tmp_path: Path
) -> None:
    place = tmp_path / "mine.duckdb"
    with cp.sample_district(place) as district:
        assert district.catalogs(year=2027)["name"].to_list() == ["Elementary", "High School", "Middle School"]
        assert district.scenarios().height
    assert place.is_file()
    place.write_text("mine")
    with pytest.raises(RequestError, match=r"There is a file .*mine\.duckdb already"):
        cp.sample_district(place)
    assert place.read_text() == "mine"
    with pytest.raises(RequestError, match="There is no folder"):
        cp.sample_district(tmp_path / "no such folder" / "a.duckdb")


def test_what_was_kept_is_not_believed_unlooked_at(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def simulate(size: str, *, seed: int, into: Path) -> cp.District:
        made.append(into)
        return cp.simulate_district(size, seed=seed, into=into)

    monkeypatch.setattr(sample, "simulate_district", simulate)
    (kept,) = cache.iterdir()
    kept.write_bytes(b"no district")
    place = tmp_path / "one.duckdb"
    with cp.sample_district(place) as district:
        assert district.catalogs().height
    assert made == [place]
    assert not kept.exists()


@pytest.mark.skipif(os.name == "nt", reason="folders there are this user's by their place")
def test_a_folder_that_others_can_write_to_is_not_used(cache: Path, never_made: None) -> None:
    assert sample.ready_made() is not None
    cache.chmod(0o777)
    assert sample.ready_made() is None
    cache.chmod(0o700)
    (kept,) = cache.iterdir()
    aside = cache.with_name("other.duckdb")
    kept.rename(aside)
    kept.symlink_to(aside)
    assert sample.ready_made() is None
