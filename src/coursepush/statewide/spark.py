"""The door to Spark: a district is a task of ``mapInArrow``, on a session of classic Spark or Spark Connect.

Whatever speaks Spark Connect will do: Spark, and Sail, which needs no Java. The answers leave the tasks through
the engine alone and are collected wave by wave, so that a task that the engine tries twice counts once.
"""

from __future__ import annotations

import gc
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any

from coursepush.errors import StoreError
from coursepush.optional import module
from coursepush.statewide.here import crashed
from coursepush.statewide.task import Answer, Piece, Status, Task, answer, answered, packed, read_task, unpacked

_COLUMNS = "task long, frame string, place long, pieces long, body binary"
"""What comes back: a piece of an answer each."""

_USUAL_FAILURES = 4
"""So often Spark tries a task before it gives up the job (spark.task.maxFailures)."""


def answer_batches(texts: Sequence[bytes], tries: int, batches: Iterator[Any]) -> Iterator[Any]:
    """What a worker does: answer the tasks whose places come in, a piece of an answer a row.

    Args:
        texts: of all tasks of the job, compressed.
        tries: how often the engine tries a task; what has ended its worker each time is not begun a last time,
            since that would end the job, and all answers with it.
    """
    pa = module("pyarrow", "Runs on Spark")

    attempt = _attempt()
    for batch in batches:
        for place in batch.column(0).to_pylist():
            task = read_task(zlib.decompress(texts[int(place)]).decode())
            if attempt and attempt + 1 >= tries:
                found = answered(task, Status.CRASHED, crashed(attempt), tries=attempt)
            else:
                found = answer(task, attempt + 1)
            for frame, number, pieces, body in packed(found):
                columns = ([place], [frame], [number], [pieces], [body])
                types = (pa.int64(), pa.string(), pa.int64(), pa.int64(), pa.binary())
                arrays = [pa.array(one, of) for one, of in zip(columns, types, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, names=["task", "frame", "place", "pieces", "body"])
    _spare_collections()


@cache
def _spare_collections() -> None:
    """Keep what stays in a worker of Spark's from being looked at for garbage again.

    Its daemon collects garbage after each task, and in a process with all that coursepush has loaded that took
    65 ms, a twelfth of a medium district's plan. Sail's tasks are threads of a process that is not ours to change.
    """
    started_as = getattr(sys.modules["__main__"], "__spec__", None)
    if getattr(started_as, "name", "") == "pyspark.daemon":
        gc.collect()
        gc.freeze()


def _attempt() -> int:
    """How often this task was tried before, where the engine tells."""
    try:
        from pyspark import TaskContext  # pyright: ignore[reportMissingImports]

        context = TaskContext.get()
        return int(context.attemptNumber()) if context is not None else 0
    except Exception:
        return 0


def _collected(rows: Any) -> list[tuple[Any, ...]]:
    """All rows of a frame of Spark's; before Spark 4 it gives no Arrow table."""
    if not hasattr(rows, "toArrow"):
        return [tuple(row) for row in rows.collect()]
    table = rows.toArrow()
    return list(zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True))


class SparkEngine:
    """A Spark session.

    Args:
        session: the user's; it is left open.
    """

    wave = 200
    _answers = staticmethod(answer_batches)

    def __init__(self, session: Any) -> None:
        self._session = session
        self.name = f"Spark {session.version}"

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Answer]]:
        """Each task's district and its answer: all of them in one job.

        A job that fails as a whole, because the engine gives up on one task, is run again in halves, so that the
        district alone has no answer that ends its worker each time.

        Raises:
            StoreError: no worker can run coursepush, or the engine is gone.
        """
        if not tasks:
            return
        try:
            found = self._job(tasks)
        except Exception as error:
            self._check(error)
            if len(tasks) == 1:
                tries = self._tries()
                yield tasks[0].source.district, answered(tasks[0], Status.CRASHED, crashed(tries), tries=tries)
                return
            found = None
        if found is None:
            middle = len(tasks) // 2
            yield from self.run(tasks[:middle])
            yield from self.run(tasks[middle:])
            return
        yield from ((task.source.district, found[place]) for place, task in enumerate(tasks))

    def close(self) -> None:
        """Nothing was started here."""

    def _job(self, tasks: Sequence[Task]) -> dict[int, Answer]:
        """Place of a task → its answer."""
        texts = [zlib.compress(task.text().encode(), 1) for task in tasks]  # each goes along with every task
        rows = self._session.range(0, len(tasks), 1, len(tasks)).mapInArrow(
            partial(self._answers, texts, self._tries()), _COLUMNS
        )
        pieces: dict[int, list[Piece]] = {}
        for task, *piece in _collected(rows):
            pieces.setdefault(task, []).append((piece[0], piece[1], piece[2], bytes(piece[3])))
        found = {task: unpacked(some) for task, some in pieces.items()}
        lost = [place for place in range(len(tasks)) if found.get(place) is None]
        if lost:
            raise StoreError(f"The engine brought back {len(lost)} of {len(tasks)} answers other than whole.")
        return {task: whole for task, whole in found.items() if whole is not None}

    def _tries(self) -> int:
        """How often a task is tried before the engine gives up, as far as it tells."""
        try:
            return int(self._session.conf.get("spark.task.maxFailures", str(_USUAL_FAILURES)))
        except Exception:  # an engine that has no such setting
            return 1

    def _check(self, error: Exception) -> None:
        """Raise what is the matter with the engine or its workers rather than with a district.

        Raises:
            StoreError: it is the engine, or no worker can plan anything.
        """
        try:
            self._session.range(1).count()
        except Exception:
            said = str(error)
            raise StoreError(
                f"{self.name} is gone: {said.splitlines()[0] if said else type(error).__name__}. Start it again, "
                "then make the same call: the run goes on where it was."
            ) from error
        try:
            _collected(self._session.range(0, 1, 1, 1).mapInArrow(look_at_batches, "id long"))
        except Exception as fault:
            raise StoreError(
                f"The workers of {self.name} cannot run coursepush: {_why_no_worker(str(fault))}. The Python that "
                "they run (PYSPARK_PYTHON) must be of the driver's version, and have coursepush-core, pandas and "
                "pyarrow; STATEWIDE.md says how to bring it there. Then make the same call again."
            ) from fault


_SAID = (
    r"No module named [^\n]+",
    r"Python in worker has different version[^\n]+",
    r"Cannot run program [^\n]+",
    r"(?m)^[\w.]*(?:Error|Exception): [^\n]+",
)
"""Which of all that an engine says of a worker that failed is the reason, the first that is found."""


def _why_no_worker(said: str) -> str:
    found = next(filter(None, (re.search(one, said) for one in _SAID)), None)
    return found[0].rstrip(" .") if found else (said.splitlines() or ["it did not say why"])[0]


def look_at_batches(batches: Iterator[Any]) -> Iterator[Any]:
    """What a worker can do that has coursepush and all that it needs; loading this module needs most of it."""
    module("pyarrow", "Runs on Spark")
    yield from batches
