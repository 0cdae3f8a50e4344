"""Where a district's queue lies, who runs its jobs now, and which workers there are."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coursepush.errors import QueueError, RequestError
from coursepush.queue.jobs import Jobs
from coursepush.store.owner import Owner, OwnerMark, if_gone, owner_of

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """The folder beside a district's file in which its queue lies."""

    district: Path

    @property
    def folder(self) -> Path:
        return self.district.with_name(self.district.name + ".queue")

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.folder / "jobs.sqlite")

    @property
    def _turn(self) -> Path:
        return self.folder / "running"

    @contextmanager
    def turn(self, doing: str) -> Generator[bool]:
        """Whether this program alone runs jobs of this district until the block ends; nobody is waited for."""
        mark = _mark(self._turn, doing)
        try:
            yield mark is not None
        finally:
            if mark is not None:
                mark.release()

    @property
    def runs_now(self) -> Owner | None:
        """The program that runs a job now, if there is one."""
        if not self._turn.exists() or if_gone(self._turn, lambda: self._turn.unlink(missing_ok=True)):
            return None
        return owner_of(self._turn)

    @contextmanager
    def as_worker(self) -> Generator[None]:
        """Inside the block it is known that a worker looks after this district."""
        self.jobs.make()
        mark = _mark(self.folder / f"worker-{os.getpid()}-{next(_numbers)}", "worker")
        try:
            yield
        finally:
            if mark is not None:
                mark.release()

    @property
    def has_worker(self) -> bool:
        """Whether a worker looks after this district; what dead ones left is removed."""
        marks = sorted(self.folder.glob("worker-*")) if self.folder.is_dir() else []
        return bool([mark for mark in marks if not _is_left(mark)])


def place_of(district: Path | None) -> Place:
    """The queue's place of a district.

    Raises:
        RequestError: it is in memory alone.
    """
    if district is None:
        raise RequestError(
            "A district in memory has no batch queue: it is gone when this program ends. Load or simulate it "
            "into a file (into=...), or apply the plan now with district.apply(plan)."
        )
    return Place(district)


def _is_left(mark: Path) -> bool:
    return if_gone(mark, lambda: mark.unlink(missing_ok=True)) or not mark.exists()


def _mark(path: Path, doing: str) -> OwnerMark | None:
    """A mark of this process at `path`; None where another one has it."""
    for _ in range(3):
        try:
            return OwnerMark(path, doing)
        except FileExistsError:
            if not if_gone(path, lambda: path.unlink(missing_ok=True)):
                return None
        except FileNotFoundError:
            continue
        except OSError as error:
            raise QueueError(
                f"The batch queue cannot be used: {path} cannot be made ({error.strerror or error}). Whoever runs "
                f"jobs must be able to write to the folder {path.parent}."
            ) from error
    return None
