"""One code, two subjects: where a source links by course code alone, and the code means two courses.

Formats such as OneRoster and Ed-Fi have no links from courses to course masters, so a code of the district is
taken for one course. 101 may be Art at one school and English at the next; linked to one course master, a push
would write the codes of Art over those of English.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def told_apart(definitions: pl.DataFrame, code: str, subjects: Sequence[str]) -> pl.Series:
    """Which definitions of courses contradict the first of their code in what they are about.

    Args:
        definitions: one row a course that the source defines, the one that tells the course master first.
        code: the column by which they are linked.
        subjects: columns of lists (SCED codes, subjects), the one to trust most first. Two definitions agree in
            a column when they share a member. The first column that both of them fill in decides; where there is
            none they are taken to agree.

    Example:
        >>> courses = pl.DataFrame({"code": ["101", "101", "101"], "sced": [["05154"], ["01001"], []]})
        >>> told_apart(courses, "code", ["sced"]).to_list()
        [False, True, False]
    """
    rows = definitions.select(code, *subjects).with_row_index("place")
    apart = pl.lit(None, pl.Boolean)
    for column in subjects:
        filled = rows.filter(pl.col(column).list.len() > 0)
        first = filled.unique(code, keep="first", maintain_order=True).select(code, first=column)
        rows = rows.join(first, on=code, how="left", maintain_order="left")
        shared = pl.col(column).list.set_intersection("first").list.len()
        both = (pl.col(column).list.len() > 0) & pl.col("first").is_not_null()
        rows = rows.with_columns(pl.when(both).then(shared == 0).alias(f"apart {column}")).drop("first")
        apart = pl.coalesce(apart, pl.col(f"apart {column}"))
    return rows.sort("place").select(apart.fill_null(False).alias("apart")).to_series()


def no_word_shared(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether two titles have no word of three letters in common, case ignored: Art and English 9 have none."""
    words = [each.str.to_lowercase().str.extract_all(r"\p{L}{3,}") for each in (one, other)]
    return words[0].list.set_intersection(words[1]).list.len() == 0
