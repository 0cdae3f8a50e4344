r"""Words for nothing: what database tools and spreadsheets write into a cell that has no value.

``NULL`` comes from SQL clients, ``\N`` from MySQL and PostgreSQL dumps, the bracketed ones from DBeaver, HeidiSQL,
SQL*Plus and pandas, ``#N/A`` from a spreadsheet's lookup that found nothing. Read as text, such a word would
become a state code or a teacher's name, and a push would write it over real ones. So a cell that is exactly one of
them is blank, in every format alike, and a finding says how many there were in which column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from coursepush.errors import counted

WORDS = ("NULL", "\\N", "(null)", "(NULL)", "[NULL]", "<NULL>", "<null>", "<NA>", "#N/A")
"""What means nothing, and nothing else: case counts."""

DOUBTFUL = ("null", "nan", "NaN", "NaT", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
"""What may be a word for nothing, or a formula that failed, and may be meant: kept, and told."""

TAKEN, KEPT = "word_for_nothing", "maybe_nothing"
"""The rules of the two findings."""

Counts = dict[str, dict[str, int]]
"""Column → word → in how many cells it stands."""


def count_words(cells: pl.DataFrame, columns: Iterable[str], more: Collection[str] = ()) -> Counts:
    """How often :data:`WORDS`, :data:`DOUBTFUL` and `more` stand in text columns, which have no outer blanks.

    Example:
        >>> count_words(pl.DataFrame({"state_code": ["NULL", "2037", None, "NULL"]}), ["state_code"])
        {'state_code': {'NULL': 2}}
    """
    names, known = list(columns), [*dict.fromkeys((*WORDS, *DOUBTFUL, *more))]
    if not names:
        return {}
    is_there = cells.select(pl.col(names).is_in(known).any())
    return {
        name: dict(cells.filter(pl.col(name).is_in(known)).group_by(name).len().sort(name).rows())
        for name in names
        if is_there[name][0]
    }


def without_words(text: pl.Expr) -> pl.Expr:
    """A text column, null where it is one of :data:`WORDS`."""
    return pl.when(text.is_in(list(WORDS)).not_()).then(text)


def add_counts(total: Counts, more: Counts) -> None:
    """Add the counts of another block of the same table to `total`."""
    for column, words in more.items():
        held = total.setdefault(column, {})
        for word, number in words.items():
            held[word] = held.get(word, 0) + number


def word_findings(
    where: str, counts: Counts, called: Mapping[str, str] | None = None, *, more: Collection[str] = ()
) -> list[tuple[str, str, str, str]]:
    """What to say of the words in a table: rule, column, value and message, one a column and rule.

    Args:
        where: what the table or file is called.
        called: column → what the source calls it, if it is known by another name there.
        more: further words that were taken as blank.
    """
    found: list[tuple[str, str, str, str]] = []
    for column, words in counts.items():
        name = (called or {}).get(column, column)
        for rule, meant, said in (
            (TAKEN, (*WORDS, *more), "a word that means nothing ({}): taken as blank."),
            (
                KEPT,
                [word for word in DOUBTFUL if word not in more],
                "{}: kept as text. If it means nothing, leave it out.",
            ),
        ):
            told = {word: number for word, number in words.items() if word in meant}
            if told:
                shown = ", ".join(
                    f"'{word}'" + (f" {number:,}" if len(told) > 1 else "") for word, number in told.items()
                )
                cells = counted(sum(told.values()), "cell")
                holds = "hold" if sum(told.values()) > 1 else "holds"
                message = f"{where}, column {name}: {cells} {holds} {said.format(shown)}"
                found.append((rule, name, "; ".join(told), message))
    return found
