"""What the push panel says: a sentence of what was done, or of what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from coursepush.errors import CoursepushError, StalePlanError, StoppedError

Kind = Literal["note", "caution", "error", "done"]


@dataclass(frozen=True)
class Said:
    """What the panel last said: a sentence, and, where verdicts moved, which."""

    kind: Kind
    text: str
    moved: pl.DataFrame | None = None


def explained(error: BaseException) -> Said:
    """What went wrong, and of a district that has moved, what moved."""
    if isinstance(error, StalePlanError):
        was, now = (error.moved.filter(change=one).height for one in ("was", "now"))
        text = (
            f"The district has moved since this plan was made: {was:,} of its verdicts no longer hold and "
            f"{now:,} are new. Nothing was written. Look at what moved, and preview again."
        )
        return Said("error", text, moved=error.moved)
    if isinstance(error, StoppedError):
        return Said("note", str(error))
    if isinstance(error, CoursepushError):
        return Said("error", str(error))
    return Said(
        "error",
        f"Something went wrong that coursepush did not foresee: {type(error).__name__}: {error}. "
        + (
            " ".join(getattr(error, "__notes__", []))
            or "If a push was under way, district.history() tells whether it was written."
        ),
    )
