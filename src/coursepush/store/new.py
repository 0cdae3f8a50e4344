"""A new district's file: made under another name, so that nobody ever sees one that is half made."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coursepush.errors import CoursepushError
from coursepush.files import new_database
from coursepush.store.commit import not_in_place_yet, note_written, too_late, warn_of
from coursepush.store.database import Store
from coursepush.store.finish import finish
from coursepush.store.limits import USUAL, Limits
from coursepush.store.proof import Proof


def new_store(
    path: str | os.PathLike[str] | None, fill: Callable[[Store], object], limits: Limits = USUAL
) -> Store:
    """The store that `fill` has filled: in memory, or in a file, which is there when it is whole.

    Where there is a file already, `fill` is given that, and sees for itself that it is empty. `limits` are its
    settings.

    Raises:
        RequestError: there is no such folder, or another program has made such a file meanwhile.
        WriteError: the file cannot be written. Nothing is left of it.
    """
    store = Store(path, **limits.given)
    place = store.path
    if place is None or os.path.lexists(place):
        try:
            fill(store)
        except BaseException:
            store.close()
            raise
        return store
    store.close()
    _make(place, fill, limits)
    return Store(place, **limits.given)


def _make(place: Path, fill: Callable[[Store], object], limits: Limits) -> None:
    """Make the file aside, and give it its place; once that has begun, nothing breaks it off."""
    with ExitStack() as making:
        aside = making.enter_context(new_database(place))
        with not_in_place_yet(), _called(aside, place):
            store = Store(aside, **limits.given)
            try:
                fill(store)
            finally:
                store.close()
        proof = Proof(f"The district in {place}")
        if finish(lambda: _put(making, proof)):
            warn_of([too_late(proof)])


def _put(making: ExitStack, proof: Proof) -> None:
    making.close()
    note_written(proof.is_written)


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
