"""The answer in one to three sentences, put together from the steps and from what pushes and others did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from coursepush.errors import examples
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.reports.why.steps import Case

_UP = {"course": "the course master", "section": "the course"}
_PUSHED = {Verdict.INSERT: "added it", Verdict.DELETE: "removed it", Verdict.RENAME: "renamed it"}
_DRIFTED = {
    "added": "added it",
    "removed": "removed it",
    "changed": "changed it",
    "renamed": "renamed it",
    "link": "changed its link",
}


def answer(
    case: Case,
    steps: pl.DataFrame,
    noun: str,
    use: str,
    pushes: pl.DataFrame,
    drifted: pl.DataFrame,
    known: Sequence[str] | None,
) -> str:
    """The answer; `known` lists what could be meant where nobody has what was asked about, else it is None."""
    level = case.levels[-1]
    place = case.place
    who = place.section_label if level == "section" else place.course_label
    told = [f"A section uses its course's {ELEMENT_LABELS[case.element]}."] if _is_raised(case) else []
    happened = _happened(pushes, drifted, case.levels[:0:-1])
    if known is not None:
        return " ".join([*told, _nobody(case, who, noun, known), *happened])
    main = steps.filter(pl.col("level") == level).row(0, named=True)
    course = steps.filter(pl.col("level") == "course").row(0, named=True)
    if case.is_field:
        told.append(f"{_first(who)} has {noun} “{main['stands']}”: {_lower(main['why'])}")
    elif case.asked_on(level).height:
        told.append(_has(case, main, _first(who), noun, use))
    elif main["row_id"] is not None:
        told.append(f"{_first(who)} has {noun} as {main['stands']}: {_lower(main['why'])}")
    elif level == "section" and main["verdict"] is None and course["row_id"] is None:
        told.append(f"{_first(who)} lacks {noun} because its course lacks it: {_lower(course['why'])}")
        return " ".join([*told, *_master_too(case, course), *happened])
    else:
        told.append(f"{_first(who)} lacks {noun}: {_lower(main['why'])}")
        if level == "course":
            told += _master_too(case, main)
    if level == "section" and course["verdict"] not in (None, Verdict.SAME):
        told.append(f"On the course: {_lower(course['why'])}")
    return " ".join([*told, *happened][: 3 + _is_raised(case)])


def _is_raised(case: Case) -> bool:
    """Asked of a section, answered of its course: there is no such data on sections."""
    return case.place.section_id is not None and case.levels[-1] != "section"


def _has(case: Case, main: Mapping[str, Any], who: str, noun: str, use: str) -> str:
    if main["verdict"] == Verdict.KEEP and main["reason"] == Reason.RESIDUAL:
        up = _UP[main["level"]]
        because = f"{up} has none like it" if main["link"] == Link.LOCAL else f"{up} no longer has it"
        if main["level"] == "section" and case.is_idle and main["link"] != Link.LOCAL:
            because = "it does not meet in that term"
        return f"{who} keeps {noun} although {because}: {use or 'assignments or grades use it'}."
    still = "still has" if main["verdict"] == Verdict.DELETE else "has"
    return f"{who} {still} {noun}: {_lower(main['why'])}"


def _master_too(case: Case, course: Mapping[str, Any]) -> list[str]:
    """That the course master has none either, where the course's sentence does not say so."""
    if case.place.master_id is None or case.asked_on("master").height or course["verdict"] is None:
        return []
    return ["The course master has none like it either."]


def _nobody(case: Case, who: str, noun: str, known: Sequence[str]) -> str:
    """Nobody has what was asked about; with the names that may be meant, or those that there are."""
    above = ["the course master"] if case.place.master_id is not None else []
    above += ["the course"] if case.levels[-1] == "section" else []
    nots = [f"not {one}" for one in (*above, who)]
    levels = nots[0] if len(nots) == 1 else f"{', '.join(nots[:-1])} and {nots[-1]}"
    asked = case.key.given
    close = get_close_matches(asked, known, n=3, cutoff=0.5)
    if not close:
        folded = {one.casefold(): one for one in reversed(known)}
        close = [folded[one] for one in get_close_matches(asked.casefold(), folded, n=3, cutoff=0.5)]
    quoted = [f"'{one}'" for one in close]
    if len(quoted) == 1:
        return f"Nobody has {noun}: {levels}. Is {quoted[0]} meant?"
    if quoted:
        return f"Nobody has {noun}: {levels}. Is one of these meant: {', '.join(quoted)}?"
    there = f"There are: {examples(known, 8)}." if known else "They have nothing of the kind."
    return f"Nobody has {noun}: {levels}. {there}"


def _happened(pushes: pl.DataFrame, drifted: pl.DataFrame, levels: Sequence[str]) -> list[str]:
    """What was done to it last, on the lowest level on which anything was."""
    for level in levels:
        at = "" if level == levels[0] else f" on the {level}"
        events: list[tuple[Any, str]] = []
        for row in pushes.filter(pl.col("level") == level).head(1).to_dicts():
            back = f", and push {row['undone_by']} took that back" if row["undone_by"] is not None else ""
            done = _PUSHED.get(row["verdict"], "changed it")
            events.append(
                (row["applied_at"], f"Push {row['push_id']} {done}{at} on {row['applied_at']:%Y-%m-%d}{back}.")
            )
        for row in drifted.filter(pl.col("level") == level).head(1).to_dicts():
            done = _DRIFTED[row["change"]]
            events.append(
                (
                    row["when"],
                    f"Others {done}{at}: refresh {row['refresh_id']} found it on {row['when']:%Y-%m-%d}.",
                )
            )
        if events:
            return [max(events, key=lambda event: event[0])[1]]
    return []


def _first(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
