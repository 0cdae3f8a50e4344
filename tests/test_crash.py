"""A killed apply leaves the district as before or as after; the small version of `python -m tests.crash`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from crash import Rehearsal, kill_once, rehearse
from rounds import few

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills its own process with a signal")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    return rehearse(tmp_path_factory.mktemp("crash"))


@few(2)
@pytest.mark.parametrize(
    ("from_commit", "left"),
    [
        pytest.param(0, "before", id="right-before-commit"),
        pytest.param(1, "after", id="right-after-commit"),
        pytest.param(-110, "before", id="while-planning-again"),
        pytest.param(-60, "before", id="in-the-middle-of-writing"),
        pytest.param(-1, "before", id="before-the-history"),
        pytest.param(4, "after", id="while-reading-back"),
    ],
)
def test_a_killed_apply_leaves_the_district_whole(
    from_commit: int, left: str, made: Rehearsal, tmp_path: Path
) -> None:
    assert 100 < made.commit < made.statements
    assert kill_once(made, tmp_path, statement=made.commit + from_commit) == left
