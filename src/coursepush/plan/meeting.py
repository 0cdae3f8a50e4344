"""How the rows of an element meet on a hop: wanted against present, to pairs and whether their values differ.

The statement is written once (``sql/met.sql``) and filled in from the element registry. What differs by hop is
what is wanted and what is present; by element, how rows meet. What comes of a pair is decided by
:mod:`coursepush.plan.judging`.
"""

from __future__ import annotations

from dataclasses import dataclass

from coursepush.model.elements import SetupElement, Use
from coursepush.plan.fragments import bank_join, compared, differs, pushable
from coursepush.plan.rules import Mode
from coursepush.plan.step import Step
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import value_columns
from coursepush.store.templates import template

_NOT_SAME = """where p.row_id is null
        or w.upper_row_id is null
        or w.blocked is not null
        or p.is_link_broken
        or p.parent_row_id is distinct from w.upper_row_id
        or {differs}"""
"""Leaves out what is linked and equal before anything else is asked of it: most rows of most districts."""

_UNSOUND = """where p.row_id is not null
        and (
            w.upper_row_id is null
            or p.is_link_broken
            or p.parent_row_id is distinct from w.upper_row_id
        )"""
"""Leaves out what is linked, whatever its values, and what is wanted and not there."""

_LINKED_PAIR = "row_id is not null and not is_link_broken and parent_row_id = upper_row_id"

_SPREADS = "not u.is_residual and (u.parent_row_id is null or u.is_link_broken or m.row_id is not null)"
"""Whether a course's row (alias u) spreads to sections; what is left over on the course does not (5.1)."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How the rows of one element are met and judged on one hop.

    Attributes:
        mode: of the rules, for this element; None where they know no mode.
        takes_values: whether a verdict that links a row to the wanted one writes the wanted row's values too.
        blocks: whether what RULES.md 4.3 names is held against wanted rows.
        keeps_weight: a present composite row keeps its weight, whatever is wanted (4.4).
        only_linked: nothing but linked pairs has a verdict (4.4).
        only_present: nothing but what is there has a verdict.
        residual_tasks: whether an option may stand on a residual task (4.2).
        asks_use: whether anything rests on use.
        spreads: everything on a course is for all of its sections, what is left over too.
        narrowed: options and composites are not wanted in terms in which a section does not meet (5.1).
        where: which verdicts there are, by the pair (alias m) and what was decided (alias j); all by default.
        also: what else of a judged row the table keeps, by column.
        leaves_same: what is linked and equal is left to the step `same`; otherwise it is in the table too.
        only_unsound: there is nothing but present rows that are not soundly linked, and values are not compared.
        only_used: of present options those without any work on their task are left out early.
        unused: what a row without a known use is called.
        keeps_work: the district keeps where students work.
    """

    mode: Mode | None = None
    takes_values: bool = True
    blocks: bool = True
    keeps_weight: bool = False
    only_linked: bool = False
    only_present: bool = False
    residual_tasks: bool = False
    asks_use: bool = True
    spreads: bool = False
    narrowed: bool = True
    where: str | None = None
    also: tuple[str, ...] = ()
    leaves_same: bool = True
    only_unsound: bool = False
    only_used: bool = False
    unused: str = "unused"
    keeps_work: bool = False


def met_step(tables: PlanTables, hop: int, element: SetupElement, how: Judging, *, as_they_stand: bool) -> Step:
    """The step that makes ``met_<hop>_<element>``: one row a pair, but what is linked and equal.

    `as_they_stand`: of hop 2, that hop 1 leaves the courses' rows so.
    """
    prefix = tables.prefix
    handed = ""
    if hop == 2:
        handed = _handed(prefix, element, how, as_they_stand=as_they_stand)
    elif element.is_category and how.blocks:
        handed = f"gap as (\n    {_template('category_gap').format_map({'p': prefix})}\n), "
    conditions = [_LINKED_PAIR] if how.only_linked else []
    conditions += ["row_id is not null"] if how.only_present else []
    sql = (
        _template("met")
        .format_map(
            {
                "element": element.name,
                "exception": "" if how.leaves_same else ", but in this plan",
                "handed": handed,
                "wanted": _wanted(prefix, hop, element, how),
                "present": _present(prefix, hop, element, only_used=how.only_used),
                "met_as": "linked" if element.is_category else "met",
                "met": _met(hop, element, how),
                "where": f"where {' and '.join(conditions)}" if conditions else "",
            }
        )
        .rstrip()
    )
    return Step(f"met.{hop}.{element.name}", tables.met(hop, element), sql)


def _present(prefix: str, hop: int, element: SetupElement, *, only_used: bool = False) -> str:
    """A query of the rows of courses, or sections, that are worked on, as they stand."""
    joins = bank_join("r", element) if element.is_standard is not None else ""
    if only_used and element.use is Use.OPTION:  # keys pair these one by one, whatever else there is
        joins = f"semi join {prefix}work_{hop} as u on u.owner_id = r.owner_id and u.task_id = r.task_id"
    return _template("present_on_course" if hop == 1 else "present_on_section").format_map(
        {
            "p": prefix,
            "table": element.table("course" if hop == 1 else "section"),
            "values": value_columns("r", element, stored=True),
            "joins": joins,
        }
    )


def _template(name: str) -> str:
    return template("coursepush.plan", name)


# -- what is wanted ------------------------------------------------------------------------------------------


def _wanted(prefix: str, hop: int, element: SetupElement, how: Judging) -> str:
    if hop == 1:
        joins, blocked, values = pushable(prefix, element, hop=1)
        if not how.blocks:
            joins, values = compared(prefix, element, hop=1)
            blocked = "null::varchar"
        return _template("wanted_of_master").format_map(
            {
                "p": prefix,
                "upper_table": element.table("master"),
                "blocked": blocked,
                "values": values,
                "joins": joins,
            }
        )
    values = value_columns("h", element, stored=False)
    narrowed = ""
    if how.narrowed and not element.is_category:
        narrowed = f"anti join {prefix}not_meeting as n on n.section_id = s.section_id and n.term_seq = h.term_seq"
    return _template("wanted_of_course").format_map({"p": prefix, "values": values, "narrowed": narrowed})


def _handed(prefix: str, element: SetupElement, how: Judging, *, as_they_stand: bool) -> str:
    """The course's rows as hop 1 leaves them, as the first two parts of the statement of hop 2."""
    joins, blocked, values = pushable(prefix, element, hop=2)
    gap = ""
    if not how.blocks:
        joins, values = compared(prefix, element, hop=2)
        blocked = "null::varchar"
    elif element.is_category:
        gap = f"gap as (\n    {_template('category_gap_after').format_map({'p': prefix})}\n), "
    written = "v.verdict in ('update', 'relink', 'rename')"
    names = [column.name for column in element.values]
    after = [f"case when {written} then v.a_{name} else p.{name} end as {name}" for name in names]
    links = [
        f"case when {written} then v.a_{name} else p.{name} end as {name}"
        for name in ("parent_row_id", "is_link_broken")
    ]
    words = {
        "p": prefix,
        "element": element.name,
        "family": element.family,
        "present": _present(prefix, 1, element),
        "link_after": ",\n        ".join(links),
        "values_after": ",\n        ".join(after),
        "values_new": ",\n        ".join(f"w.a_{name}" for name in names),
        "master_table": element.table("master"),
        "spreads": "true" if how.spreads else _SPREADS,
        "blocked": blocked,
        "values": values,
        "joins": joins,
    }
    rows = "course_rows" if as_they_stand else "course_rows_after"
    after_hop_1, handed = (_template(name).format_map(words) for name in (rows, "handed"))
    return f"after as (\n    {after_hop_1}\n), {gap}handed as (\n    {handed}\n), "


# -- how the two meet ----------------------------------------------------------------------------------------


def _met(hop: int, element: SetupElement, how: Judging) -> str:
    different = differs(element, leave_out=("weight",) if how.keeps_weight else ())
    if how.only_unsound:  # of several categories with one parent, the name says which is linked
        different = "w.name is distinct from p.name" if element.is_category else "false"
    names = [column.name for column in element.values]
    both = [f"{side}.{name} as {side}_{name}" for side in "pw" for name in names]
    leaves_same, not_same = "false", ""
    if how.leaves_same:
        leaves_same = "l.is_same"
        not_same = _NOT_SAME.format(differs=different)
    if how.only_unsound:
        not_same = _UNSOUND
    words = {
        "differs": different,
        "columns": ",\n        ".join(both),
        "same_key": " and ".join(f"p.{name} = w.{name}" for name in element.key),
        "leaves_same": leaves_same,
        "join": "right join" if how.only_unsound else "full join",
        "not_same": not_same,
    }
    if element.is_category:
        return _template("met_by_link").format_map(words)
    if hop == 1 or how.spreads:
        return _template("met_by_key").format_map(words)
    halves = [
        f"case when {own} then j.{side}_{name} end as {side}_{name}"
        for side, own in (("p", "h.is_section or not j.stands_apart"), ("w", "not h.is_section"))
        for name in names
    ]
    return _template("met_or_apart").format_map(
        {**words, "met": _template("met_by_key").format_map(words), "halves": ",\n        ".join(halves)}
    )
