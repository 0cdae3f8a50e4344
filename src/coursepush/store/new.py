"""A new district's file: made under another name, so that nobody ever sees one that is half made."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from coursepush.errors import CoursepushError
from coursepush.files import new_database
from coursepush.store.database import Store


def new_store(path: str | os.PathLike[str] | None, fill: Callable[[Store], object]) -> Store:
    """The store that `fill` has filled: in memory, or in a file, which is there when it is whole.

    Where there is a file already, `fill` is given that, and sees for itself that it is empty.

    Raises:
        RequestError: there is no such folder, or another program has made such a file meanwhile.
        WriteError: the file cannot be written. Nothing is left of it.
    """
    store = Store(path)
    place = store.path
    if place is None or os.path.lexists(place):
        try:
            fill(store)
        except BaseException:
            store.close()
            raise
        return store
    store.close()
    with new_database(place) as aside:
        store = Store(aside)
        try:
            with _called(aside, place):
                fill(store)
        finally:
            store.close()
    return Store(place)


@contextmanager
def _called(aside: Path, place: Path) -> Generator[None]:
    """What is said of the file inside the block is said of the one that it will be."""
    try:
        yield
    except CoursepushError as error:
        error.args = tuple(
            one.replace(str(aside), str(place)) if isinstance(one, str) else one for one in error.args
        )
        raise
