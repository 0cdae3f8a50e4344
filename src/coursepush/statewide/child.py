"""A process of this machine that answers tasks one after another: a line of text each in, a pickled answer out."""

from __future__ import annotations

import os
import pickle
import sys
from typing import BinaryIO

from coursepush.statewide.task import answer, packed, read_task


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there is no task any more. A task is how manieth try it is, a blank, and its text."""
    for line in tasks:
        tries, _, text = line.decode().partition(" ")
        pickle.dump(list(packed(answer(read_task(text), int(tries)))), answers)
        answers.flush()


def main() -> None:
    """Begin; what a library prints meanwhile goes to where errors go, not among the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
