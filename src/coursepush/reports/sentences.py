"""Why something is so and what to do about it, by a code: two sentences, said once in a table of each report."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Sentences = Mapping[str, tuple[str, str]]
"""Code → why it is so, and what to do about it."""


def why_and_what(code: pl.Expr, sentences: Sentences) -> tuple[pl.Expr, pl.Expr]:
    """Both sentences of a code; null where there is none."""
    why, what = (
        code.replace_strict(
            {str(one): said[place] for one, said in sentences.items()}, default=None, return_dtype=pl.String
        )
        for place in (0, 1)
    )
    return why, what
