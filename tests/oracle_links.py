"""Proposing links by key once more, row at a time.

A second reading of how links are proposed, in plain Python, against which the engine is judged like the
pushes against `oracle.py`; it shares no code with the package. The text it is written from:

Many extracts say of no row below the course masters where it came from. A plan of links proposes it, by
business key, hop by hop. It writes `parent_row_id` and `is_link_broken` and nothing else.

Scope. Courses of the catalog's masters in the year's calendars, as Push All Course Masters chooses them
(RULES.md 1, release current). A course of an inactive master: one verdict, `skip / master_inactive`. Courses
marked Ignore Master Push are in, and cross-site ones with all their sections: a link says where a row came
from and pushes nothing. So locks do not matter either: every setup element takes part, or those of `data`.
Attributes and the advisory flag have no links.

Hop 1, per course and element. Wanted are the master's rows, present the course's; links and pairing are
those of RULES.md 2 and 3. A present row has one verdict:

| present row | verdict |
|---|---|
| linked | `same`, whatever its values; the wanted row is taken |
| broken | `keep / desynced`: a break is a fact that somebody made, and a push in overwrite mode mends it |
| local or orphan, its key that of a wanted row that nothing has taken | `relink / key_match`; its values stay |
| local, without such a row | `keep / course_managed` |
| orphan, without such a row | `keep`, no reason: whether it is residual is for a push to find out |

A wanted row that nothing pairs with has no verdict: linking adds nothing.

Hop 2, per section and element: the same between the rows of the course and those of the section; local
without a counterpart is `keep / teacher_managed`, and there is no broken link. All the course's rows are
wanted by all its sections, in every term, what is left over on the course too: also of that it is worth
knowing whose rows came from it.

Counted, per hop and element: of the rows that would be linked those with the values that a push would write
(`equal`) and the others (`differing`); and those that have no counterpart (`unmatched`: kept, not desynced).
"""

from collections import defaultdict

from oracle import (
    ELEMENTS,
    SECTION_ELEMENTS,
    District,
    Outcome,
    Wanted,
    fold,
    key_of,
    row_verdict,
    values_of,
    verdict_of,
)

# The sentences above that leave something open, and how they are read here.
LINK_NOTES = [
    (
        "Scope, 'as Push All Course Masters chooses them': by default the calendars of the year at schools "
        "that have the catalog, without summer; a named summer calendar is in."
    ),
    (
        "'taken': a broken row takes the wanted row that it hangs on, or whose key it has, as in the "
        "pairing of a push, so that nothing is linked beside it."
    ),
    (
        "'linked', of several categories with one parent: the one that pairs is linked; the others are local, "
        "as in RULES.md 3, flagged or not, and may be linked to another row of their name."
    ),
    (
        "'linked', another key than the parent's (no category): broken on a course, so left alone; orphan on "
        "a section, so linked where the key is found."
    ),
    "A local row that is flagged broken (it has no parent that it could break with) is local.",
    (
        "'the values that a push would write': of a task that is post-only on the course, as it stands, the "
        "calculation is none (RULES.md 4.3); all other values are the upper row's, a composite's weight too."
    ),
    "A name that differs in case alone has the same key and is a differing value.",
]


def plan_links(tables, *, catalog_id, year, calendars=None, courses=None, data=None):
    """One verdict for everything in scope, in the form of `oracle.plan_master_push`; `_differs` beside."""
    d = District(tables)
    elements = [element for element in ELEMENTS if data is None or element in data]
    reached = _calendars(tables, catalog_id, year) if calendars is None else set(calendars)
    verdicts = []
    for course_id, course in sorted(d.courses.items()):
        master = d.masters.get(course["master_id"])
        if (
            course["calendar_id"] not in reached
            or master is None
            or master["catalog_id"] != catalog_id
            or (courses is not None and course_id not in courses)
        ):
            continue
        if not master["is_active"]:
            verdicts.append(verdict_of(1, "*", "skip", "master_inactive", course_id))
            continue
        for element in elements:
            verdicts += _course_rows(d, course, element)
        for section in d.sections_of[course_id]:
            for element in elements:
                if element in SECTION_ELEMENTS:
                    verdicts += _section_rows(d, course, section["section_id"], element)
    return verdicts


def _calendars(tables, catalog_id, year):
    schools = {
        row["school_id"]
        for row in tables["catalog_school"]
        if row["end_year"] == year and row["catalog_id"] == catalog_id
    }
    return {
        row["calendar_id"]
        for row in tables["calendar"]
        if row["end_year"] == year and row["school_id"] in schools and not row["is_summer"]
    }


def _course_rows(d, course, element):
    spec, course_id = ELEMENTS[element], course["course_id"]
    present = d.rows("course", element, course_id)
    links = {row["row_id"]: d.course_link(spec, course, row) for row in present}
    wanted = _wanted(d, course_id, spec, d.rows("master", element, course["master_id"]))
    for verdict in _verdicts(spec, wanted, present, links, "broken", "course_managed"):
        yield _row(1, element, course_id, None, *verdict)


def _section_rows(d, course, section_id, element):
    spec, course_id = ELEMENTS[element], course["course_id"]
    upper = d.rows("course", element, course_id)
    ids = {row["row_id"] for row in upper}
    present = d.rows("section", element, section_id)
    links = {}
    for row in present:
        parent = row["parent_row_id"]
        links[row["row_id"]] = "local" if parent is None else "linked" if parent in ids else "orphan"
    for verdict in _verdicts(
        spec, _wanted(d, course_id, spec, upper), present, links, "orphan", "teacher_managed"
    ):
        yield _row(2, element, course_id, section_id, *verdict)


def _wanted(d, course_id, spec, rows):
    """The upper rows, with the values that a push would write."""
    post_only = {row["task_id"] for row in d.by_owner["course_task"].get(course_id, ()) if row["is_post_only"]}
    wanted = []
    for row in rows:
        values = values_of(spec, row)
        if spec.stem == "grade_calc" and row["task_id"] in post_only:
            values["calc_type"] = "none"
        wanted.append(Wanted(row["row_id"], row["owner_id"], values))
    return wanted


def _verdicts(spec, wanted, present, links, mismatch, own):
    """(wanted row or None, present row, link, verdict, reason) of each present row.

    `mismatch`: what a row counts as whose key is not its parent's. `own`: who keeps what is local.
    """
    links = dict(links)
    taken = {}  # row_id of a wanted row → row_id of the present row that has it
    children = defaultdict(list)
    for row in present:
        children[row["parent_row_id"]].append(row)
    for upper in wanted:  # by link
        hanging = children[upper.row_id]
        keyed = [row for row in hanging if key_of(spec, row) == key_of(spec, upper.values)]
        if spec.stem == "category":
            first = (keyed or sorted(hanging, key=lambda row: fold(row["name"])))[:1]
        else:
            first = keyed
        for row in hanging:
            if row in first:
                taken[upper.row_id] = row["row_id"]
            else:
                links[row["row_id"]] = "local" if spec.stem == "category" else mismatch
    holding = {row_id: upper_id for upper_id, row_id in taken.items()}
    open_keys = {key_of(spec, upper.values): upper for upper in wanted if upper.row_id not in taken}
    by_id = {upper.row_id: upper for upper in wanted}
    for row in present:
        link = links[row["row_id"]]
        by_link = by_id.get(holding.get(row["row_id"]))
        upper = by_link or open_keys.get(key_of(spec, row))
        if link == "linked":
            yield upper, row, link, "same", None
        elif link == "broken":
            yield upper, row, link, "keep", "desynced"
        elif upper is not None:
            yield upper, row, link, "relink", "key_match"
        else:
            yield upper, row, link, "keep", own if link == "local" else None


def _row(hop, element, course_id, section_id, upper, row, link, verdict, reason):
    stands = values_of(ELEMENTS[element], row)
    outcome = Outcome(upper, row, link, verdict, reason, stands, stands)
    made = row_verdict(hop, element, course_id, section_id, outcome)
    made["_differs"] = verdict == "relink" and upper.values != stands
    return made


def matches(verdicts):
    """(hop, element) → (equal, differing, unmatched), for whatever has a row."""
    counts = {}
    for row in verdicts:
        if row["element"] == "*":
            continue
        equal, differing, unmatched = counts.get((row["hop"], row["element"]), (0, 0, 0))
        if row["verdict"] == "relink":
            equal, differing = equal + (not row["_differs"]), differing + row["_differs"]
        elif row["verdict"] == "keep" and row["reason"] != "desynced":
            unmatched += 1
        counts[row["hop"], row["element"]] = (equal, differing, unmatched)
    return counts
