"""A few of the fuzzed extracts of `python -m tests.fuzz_extracts`, and that it tells a fault."""

from __future__ import annotations

from pathlib import Path

import fuzz_extracts
import pytest
from fuzz_extracts import MOST_MEMORY, MOST_SECONDS, Came, main, try_many, try_one
from rounds import rounds

import coursepush as cp

KNOWN = (9, 12, 21)
"""Numbers of a zip, of one that loads, and of one with something very long."""


@pytest.mark.parametrize("number", [*KNOWN, *range(3_000_000, 3_000_000 + rounds(3, 100))])
def test_an_extract_is_refused_in_words_or_works_to_the_end(number: int) -> None:
    came = try_one(number)
    assert came.what in ("refused", "loaded"), came.said
    assert came.seconds < MOST_SECONDS
    assert came.memory < MOST_MEMORY


def test_a_foreign_error_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp, "load_district", lambda source, repair: {}["gone"])
    came = try_one(0)
    assert came.what == "fault"
    assert "KeyError: 'gone'" in came.said


def test_a_process_that_dies_is_a_fault_and_the_rest_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys\n"
        "for number in sys.argv[2:]:\n"
        "    if number == '1':\n"
        "        os.abort()\n"
        "    print('came', number, 'refused', '0.5', '1024', 'tables', sep='\\t', flush=True)\n"
    )
    monkeypatch.setattr(fuzz_extracts, "__file__", str(program))
    came = list(try_many(range(3)))
    assert came[0] == Came(0, "refused", 0.5, 1024, "tables")
    assert [(one.number, one.what) for one in came] == [(0, "refused"), (1, "fault"), (2, "refused")]
    assert main(3, 0, 1) == 1
    assert "faults: 1 in 3 extracts" in capsys.readouterr().out
