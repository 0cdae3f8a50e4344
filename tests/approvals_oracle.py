"""What a policy asks of a plan, read off RULES.md 9.1 a row at a time: no code is shared with the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]


def facts_of(rows: Iterable[Row], tables: Mapping[str, Sequence[Row]], today: dt.date) -> dict[str, Any]:
    """The facts of a plan's rows on a day, on the tables as they stand before it is applied."""
    written = [row for row in rows if row["verdict"] in ("insert", "update", "relink", "rename", "delete")]
    calendar_of = {row["course_id"]: row["calendar_id"] for row in tables["course"]}
    reached = {calendar_of[row["course_id"]] for row in written if row["course_id"] in calendar_of}
    calendars = [one for one in tables["calendar"] if one["calendar_id"] in reached]
    school_year = today.year + (1 if today.month >= 7 else 0)

    def may_be_open(begin: dt.date | None, end: dt.date | None) -> bool:
        return (begin is None or begin <= today) and (end is None or today <= end)

    in_session = [one["name"] for one in calendars if may_be_open(one["start_date"], one["end_date"])]
    open_terms: list[str] = []
    not_future: list[str] = []
    for one in calendars:
        terms = [term for term in tables["term"] if term["calendar_id"] == one["calendar_id"]]
        spans = [(t["name"] or f"term {t['term_seq']}", t["start_date"], t["end_date"]) for t in terms]
        for name, begin, end in spans or [(None, None, None)]:
            if may_be_open(begin or one["start_date"], end or one["end_date"]):
                open_terms.append(one["name"] if name is None else f"{one['name']}, {name}")
        begin = one["start_date"]
        is_future = one["end_year"] > school_year if begin is None else begin > today
        if not is_future:
            not_future.append(one["name"])

    def lost(hop: int) -> int:
        return sum(
            row["hop"] == hop
            and row["verdict"] in ("delete", "relink")
            and row["link"] == "local"
            and row["reason"] != "key_match"
            for row in written
        )

    return {
        "writes": len(written),
        "in_session": tuple(sorted(in_session)),
        "open_terms": tuple(sorted(open_terms)),
        "not_future": tuple(sorted(not_future)),
        "sections": len({row["section_id"] for row in written if row["hop"] == 2}),
        "disappears": sum(row["verdict"] == "delete" for row in written),
        "schools_lost": lost(1),
        "teachers_lost": lost(2),
    }


def who_counts(approvals: Sequence[tuple[str, str]], makers: Sequence[str]) -> list[set[int]]:
    """The places of the approvals (name, user) that count, a set a person."""

    def plain(text: str) -> str:
        return "".join(sign for sign in text.lower() if not sign.isspace())

    made = [plain(one) for one in makers]
    left = [n for n, pair in enumerate(approvals) if not any(plain(one) in made for one in pair)]
    persons: list[set[int]] = []
    while left:
        person = {left.pop(0)}
        grown = True
        while grown:
            known = {plain(one) for n in person for one in approvals[n]}
            more = {n for n in left if any(plain(one) in known for one in approvals[n])}
            grown = bool(more)
            person |= more
            left = [n for n in left if n not in more]
        persons.append(person)
    return persons


def asked(
    wanted: Mapping[str, Any],
    guards: Mapping[str, Any],
    facts: Mapping[str, Any],
    overrides: Sequence[str],
    approved: int,
) -> tuple[int, set[str], bool]:
    """How many approvals are needed, which guards block, and whether the plan may be applied."""
    if facts["writes"] == 0:
        return 0, set(), True
    moved = facts["students_moved"]
    needs = [0]
    for name, given in {"unattended": 1, **wanted}.items():
        limit, number = (0, given) if isinstance(given, int) else given
        if name == "every_plan":
            applies = True
        elif name == "warnings":
            applies = len(facts["warnings"]) > 0
        elif name == "overwrite":
            applies = facts["overwrites"]
        elif name == "in_session":
            applies = len(facts["in_session"]) > 0
        elif name == "over_sections":
            applies = facts["sections"] > limit
        elif name == "disappears":
            applies = facts["disappears"] != 0
        elif name == "schools_setup_lost":
            applies = facts["schools_lost"] != 0
        elif name == "teachers_setup_lost":
            applies = facts["teachers_lost"] != 0
        elif name == "unattended":
            applies = facts["is_unattended"]
        else:
            assert name == "grades_move"
            applies = moved is None or moved > limit
        if applies:
            needs.append(number)
    blocking: set[str] = set()
    for name, given in guards.items():
        breaks = {
            "only_future_years": bool(facts["not_future"]),
            "no_open_term": bool(facts["open_terms"]),
            "most_sections": facts["sections"] > (given if name == "most_sections" else 0),
            "nothing_disappears": facts["disappears"] > 0,
            "most_grades": moved is None or moved > (given if name == "most_grades" else 0),
            "nothing_unlinked": "nothing_linked" in facts["warnings"],
            "freeze_dates": name == "freeze_dates" and any(b <= facts["today"] <= e for b, e, _ in given),
        }[name]
        if breaks and name not in overrides:
            blocking.add(name)
    return max(needs), blocking, approved >= max(needs) and not blocking
