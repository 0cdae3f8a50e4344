"""The commit point: until it nothing is written, after it nothing may sound as if nothing were.

Whether COMMIT got through is not told by what it raises: a full disk may stop it before, and the checkpoint after.
What the file holds decides.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb

from coursepush.errors import ApplyError, LeftUntidyWarning, OutcomeUnknownError, StoreError, on_which_side
from coursepush.store.holding import HeldFile
from coursepush.store.proof import NOTHING_WRITTEN, Proof
from coursepush.store.session import Session, WritingSession

P = ParamSpec("P")
T = TypeVar("T")

_written: ContextVar[list[str] | None] = ContextVar("coursepush_written", default=None)


def writes(call: Callable[P, T]) -> Callable[P, T]:
    """A call that writes to a district: whatever it raises says on which side of its commit it is."""

    @functools.wraps(call)
    def told(*args: P.args, **named: P.kwargs) -> T:
        done: list[str] = []
        token = _written.set(done)
        try:
            return call(*args, **named)
        except BaseException as error:
            on_which_side(error, bool(done), " ".join(done) or NOTHING_WRITTEN)
            raise
        finally:
            _written.reset(token)

    return told


@contextmanager
def a_note_of_it() -> Generator[None]:
    """Inside the block what is written does not count: it is a note of the work, and not the work."""
    with not_in_place_yet():
        yield


@contextmanager
def not_in_place_yet() -> Generator[None]:
    """Inside the block what is written does not count: it is in a file that has no place yet."""
    token = _written.set(None)
    try:
        yield
    finally:
        _written.reset(token)


def settle(file: HeldFile, session: WritingSession) -> None:
    """Commit, look whether it was saved, let go of the file. What then could not be done goes to `session.untidy`.

    Raises:
        ApplyError: nothing was written although no step failed.
        StoreError: nothing was written; or all was, and not as it should be.
        OutcomeUnknownError: it cannot be found out.
    """
    proof = session.proof
    trouble: BaseException | None = None
    damage = ""
    is_saved: bool | None = None
    try:
        file.commit()
        with file.fresh_session() as fresh:
            is_saved = proof.found is None or proof.found(fresh)
            damage = proof.damage(fresh) if is_saved and proof.damage is not None else ""
    except BaseException as error:
        trouble = error
        file.roll_back()
    late = file.let_go_surely()
    if file.is_new:
        _settle_new(file, proof, is_saved=bool(is_saved), trouble=trouble or late, damage=damage)
    else:
        if trouble is not None or late is not None:
            # a commit that raised nothing did what it could do: where nothing else tells, that has to do
            is_saved = _look(file, proof, trouble or late) if proof.found or trouble else True
        if not is_saved:
            raise _not_saved(proof, trouble or late)
        if trouble is not None or late is not None:
            session.untidy.append(_left_untidy(file.path, trouble or late))
    note_written(proof.is_written)
    if damage:
        error = StoreError(damage)
        on_which_side(error, True, proof.is_written)
        raise error


def note_written(sentence: str) -> None:
    """Let the call under way (:func:`writes`) know what is written now."""
    done = _written.get()
    if done is not None:
        done.append(sentence)


def _settle_new(
    file: HeldFile, proof: Proof, *, is_saved: bool, trouble: BaseException | None, damage: str
) -> None:
    """A new file has all of it, and no journal beside it; or there is none."""
    if trouble is not None or not is_saved or damage:
        file.give_up_new()
        raise _nothing_written(StoreError(damage)) if damage else _not_saved(proof, trouble)
    file.is_new = False


def _look(file: HeldFile, proof: Proof, trouble: BaseException | None) -> bool:
    """Whether the file holds the work, looked up in it anew: what DuckDB has in memory may be other than that."""
    try:
        if proof.found is None:
            raise StoreError("It has nothing that tells.")
        if file.path is None:
            with file.fresh_session() as fresh:
                return proof.found(fresh)
        file.attach(read_only=True)
        try:
            return proof.found(Session(file))
        finally:
            file.let_go_surely()
    except Exception as error:
        unknown = OutcomeUnknownError(
            f"It could not be found out whether this was written: {_first(trouble)} Then the file could not be "
            f"looked into: {_first(error)} Look {proof.look} when it can be read again: what stands there is "
            "written, whole; else nothing is."
        )
        on_which_side(unknown, None, "It is not known whether it was written.")
        raise unknown from error


def _not_saved(proof: Proof, trouble: BaseException | None) -> BaseException:
    if trouble is None:
        return _nothing_written(
            ApplyError(f"{proof.what} was not saved although no step failed. Try again; please report this.")
        )
    return _nothing_written(trouble)


def _nothing_written(error: BaseException) -> BaseException:
    on_which_side(error, False, NOTHING_WRITTEN)
    return error


def _left_untidy(path: Path | None, trouble: BaseException | None) -> str:
    journal = None if path is None else path.with_name(path.name + ".wal")
    beside = ""
    if journal is not None and journal.exists():
        beside = (
            f" The file is whole together with {journal.name} beside it: keep both. The next push, undo or "
            "refresh that has room folds that into the file."
        )
    return f"The file could not be tidied up after that: {_first(trouble)}{beside}"


def too_late(proof: Proof) -> str:
    """What is said to whoever stopped the work when it was being committed."""
    return f"You stopped this when it was being saved, which is not broken off. {proof.is_written}"


def warn_of(untidy: list[str]) -> None:
    """Warn of what could not be tidied up. Where warnings are made errors, they are none after a commit."""
    for text in untidy:
        try:
            warnings.warn(text, LeftUntidyWarning, stacklevel=2)
        except LeftUntidyWarning:
            continue


def _first(error: BaseException | None) -> str:
    """An error's first line, as a sentence; DuckDB's own where it is the cause."""
    cause = (
        error.__cause__ if isinstance(error, StoreError) and isinstance(error.__cause__, duckdb.Error) else error
    )
    text = (str(cause).strip().splitlines() or [type(error).__name__])[0]
    return text if text.endswith(".") else text + "."
