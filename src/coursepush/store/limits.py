"""What the work on a district may take: threads, memory, and where it spills; given, or of the environment."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursepush.errors import StoreError

THREADS = "COURSEPUSH_THREADS"
SPILL = "COURSEPUSH_SPILL"
"""The environment's variables; that of memory is in :mod:`coursepush.store.memory`."""

_MOST_THREADS = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What was given where a district was opened, loaded or simulated; None: what the environment says.

    Attributes:
        wait: seconds for which others who use the file are waited for.
        threads: how many threads queries may take.
        memory: bytes, or text such as "8GB", that work may take before it spills.
        spill: the folder in which it does.
    """

    wait: float | None = None
    threads: int | None = None
    memory: str | int | None = None
    spill: str | os.PathLike[str] | None = None

    @property
    def given(self) -> dict[str, Any]:
        """As a store takes them."""
        return asdict(self)


USUAL = Limits()
"""Nothing was given."""


def threads_given(threads: int | None) -> int | None:
    """How many threads, if that was given or is said; None: as many as there are cores.

    Raises:
        StoreError: it is no number of threads.
    """
    said = os.environ.get(THREADS, "").strip()
    if threads is None and not said:
        return None
    wanted = threads if threads is not None else int(said) if said.isdecimal() and len(said) < 5 else said
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= _MOST_THREADS:
        where = "The number of threads is" if threads is not None else f"The environment variable {THREADS} is"
        raise StoreError(f"{where} {wanted!r}; it must be a whole number from 1 to {_MOST_THREADS:,}.")
    return wanted


def spill_given(spill: str | os.PathLike[str] | None) -> Path | None:
    """The folder to spill in, if that was given or is said; None: the system's temporary folder.

    Raises:
        StoreError: it is no folder that can be written to.
    """
    said = os.environ.get(SPILL, "").strip()
    if spill is None and not said:
        return None
    folder = Path(said if spill is None else spill).expanduser()
    try:
        is_good = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except ValueError:
        is_good = False
    if not is_good:
        where = "The folder to spill in is" if spill is not None else f"The environment variable {SPILL} is"
        raise StoreError(
            f"{where} {str(folder)!r}; it must be a folder that there is, and that can be written to."
        )
    return folder.resolve()
