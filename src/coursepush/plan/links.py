"""Proposing links: which rows of courses and sections come from which row one level up, told by business key.

Many extracts carry no links below the course. Such a plan pairs rows hop by hop as a push would and writes
nothing but `parent_row_id` and `is_link_broken`; every value stays as it is.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS, SetupElement
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.judging import Judging, no_verdict_statement, verdict_statement
from coursepush.plan.plan import Plan
from coursepush.plan.planner import drop_working_tables, next_prefix
from coursepush.plan.request import LinkRequest, bound_ids
from coursepush.plan.rules import Rule
from coursepush.plan.steps import kept_tables, made_by, verdict_tables
from coursepush.plan.text import counts_sql
from coursepush.plan.warnings import PlanWarning, unreached_warning
from coursepush.store.database import Session, Statement, Store
from coursepush.store.layout import last_refresh
from coursepush.store.templates import template

_V, _R, _L = Verdict, Reason, Link

LINK_RULES: tuple[Rule, ...] = (
    Rule("11", "linked", None, None, "paired", _V.SAME, link=_L.LINKED),
    # A break is a fact that somebody made; a push in overwrite mode mends it.
    Rule("11", "broken, paired", 1, None, "paired", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("11", "broken, extra", 1, None, "extra", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("11", "local or orphan, paired by key", None, None, "paired", _V.RELINK, _R.KEY_MATCH),
    Rule("11", "extra, local", 1, None, "extra", _V.KEEP, _R.COURSE_MANAGED, link=_L.LOCAL),
    Rule("11", "extra, local", 2, None, "extra", _V.KEEP, _R.TEACHER_MANAGED, link=_L.LOCAL),
    # Whether it is residual depends on use, which is for a push to find out.
    Rule("11", "extra, orphan", None, None, "extra", _V.KEEP),
)
"""From a pair of rows (RULES.md 2 and 3) to a verdict; the first that matches decides. A row above that
nothing pairs with has no verdict: linking adds nothing."""

_PAIRING = """case
            when m.upper_row_id is null then 'extra'
            when m.row_id is not null then 'paired'
            else 'missing'
        end"""
"""What a matched row (alias m) is to the rules. What cannot be pushed (4.3) can be linked all the same."""

_NOTHING: dict[str, str] = {
    "verdict_1_course_info": "null::bigint as course_id, null::varchar as field, null::varchar as verdict, "
    "null::varchar as reason, null::varchar as before_value, null::varchar as after_value, false as removes_row",
    "verdict_2_advisory": "null::bigint as course_id, null::bigint as section_id, null::varchar as verdict, "
    "null::varchar as reason, null::boolean as before_value, null::boolean as after_value",
    **dict.fromkeys(
        ("work_1", "work_2"), "null::bigint as owner_id, null::bigint as task_id, null::integer[] as terms"
    ),
    **dict.fromkeys(
        ("same_1", "same_2"),
        "null::varchar as element, null::bigint as owner_id, null::bigint as course_id, null::bigint as row_id, "
        "null::bigint as upper_row_id",
    ),
    **dict.fromkeys(
        ("new_id_1", "new_id_2"),
        "null::varchar as family, null::bigint as owner_id, null::bigint as upper_row_id, null::bigint as row_id",
    ),
}
"""Tables that every plan has and that stay empty in this one, with their columns."""


def make_links_plan(
    store: Store, session: Session, request: LinkRequest, *, unreached: Sequence[str] = ()
) -> Plan:
    """Plan the links that `request` asks for; see :meth:`coursepush.District.plan_links`.

    `unreached` is what the request named and does not reach.
    """
    prefix = next_prefix()
    steps = _LinkSteps(prefix, request)
    session.run(
        "scope_course",
        steps.scope(),
        {
            "catalog_id": request.catalog_id,
            "calendars": bound_ids(request.calendars),
            "masters": None,
            "courses": bound_ids(request.courses),
        },
    )
    session.run_all(steps.build())
    counts = session.frame("counts", counts_sql(prefix)).drop("unknown_use")
    matches = session.frame("matches", _matches_sql(prefix))
    plan = Plan(
        store=store,
        prefix=prefix,
        request=request,
        scope=None,
        district_id=str(session.value("district", "select district_id from push.district")),
        refresh_id=last_refresh(session),
        warnings=[*unreached_warning(unreached), *_warnings(matches)],
        notes=_notes(matches, counts),
        _counts=counts,
        _matches=matches,
        stamp=store.stamp(),
        _remake=lambda session: make_links_plan(store, session, request),
    )
    kept = kept_tables(prefix)
    drop_working_tables(session, [f"{prefix}scope_course", *made_by(steps.statements)], kept)
    weakref.finalize(plan, store.forget, sorted(kept))
    return plan


def _matches_sql(prefix: str) -> str:
    selects = [
        template("coursepush.plan", "links_match").format_map({"p": prefix, "hop": hop, "element": element.name})
        for hop, element, _ in verdict_tables(prefix)
    ]
    place = " ".join(f"when '{element.name}' then {place}" for place, element in enumerate(SETUP_ELEMENTS))
    every = "\nunion all\n".join(selects)
    return f"select * from (\n{every}\n) order by hop, case element {place} end"


# -- what it says --------------------------------------------------------------------------------------


def _warnings(matches: pl.DataFrame) -> list[PlanWarning]:
    rows = int(matches["differing"].sum())
    if not rows:
        return []
    have = "has" if rows == 1 else "have"
    return [
        PlanWarning(
            "values_differ",
            f"{counted(rows, 'row')} to be linked {have} other values than the row above. Linking leaves them as "
            "they are; the next push writes the values from above. Once linked, plan that push and look at what "
            "it would update before you apply it.",
        )
    ]


def _notes(matches: pl.DataFrame, counts: pl.DataFrame) -> list[str]:
    """A sentence for each level and data type of which something is to be said."""
    desynced = {
        (hop, element): rows
        for hop, element, reason, rows in counts.select("hop", "element", "reason", "rows").rows()
        if reason == Reason.DESYNCED
    }
    notes: list[str] = []
    for hop, element, equal, differing, unmatched in matches.rows():
        parts: list[str] = []
        if equal or differing:
            parts.append(
                f"{counted(equal + differing, 'row')} would be linked to the row above with the same "
                f"{'name' if element == 'categories' else 'key'} ({equal:,} with equal values, "
                f"{differing:,} differing)"
            )
        if unmatched:
            parts.append(f"{counted(unmatched, 'row')} without a counterpart above would stay unlinked")
        broken = desynced.get((hop, element), 0)
        if broken:
            parts.append(f"{counted(broken, 'row')} whose link is broken would be left alone")
        if parts:
            level = "courses" if hop == 1 else "sections"
            notes.append(f"{ELEMENT_LABELS[element]} on {level}: {'; '.join(parts)}.")
    return notes


# -- the steps -----------------------------------------------------------------------------------------


class _LinkSteps:
    """The statements of a plan of links; they end in the same tables as every plan's.

    All run whatever is asked for; an element that is not asked for has `false` for a condition.
    """

    def __init__(self, prefix: str, request: LinkRequest) -> None:
        self.prefix = prefix
        self.request = request
        self.statements: list[Statement] = []

    def scope(self) -> str:
        """The statement that makes `scope_course`; it binds catalog_id, calendars, masters and courses."""
        return self._fill("scope_course_of_masters")

    def build(self) -> list[Statement]:
        """All statements after that one, in order."""
        self._make("target_course", "links_target_course")
        self._make("scope_section", "links_scope_section")
        for name, columns in _NOTHING.items():
            self._make(name, "links_nothing", table=name, columns=columns)
        for element in (e for e in SETUP_ELEMENTS if e.family == "task"):
            self._judge(1, element)
        self._make("task_after", "task_after", writing=f"'{_V.RELINK}'")
        for element in (e for e in SETUP_ELEMENTS if e.family != "task"):
            self._judge(1, element)
        for element in (e for e in SETUP_ELEMENTS if e.has_sections):
            self._judge(2, element)
        self._make("whole", "links_whole")
        return self.statements

    def _judge(self, hop: int, element: SetupElement) -> None:
        if element.name not in self.request.data:
            self.statements.append(no_verdict_statement(self.prefix, hop, element, differs=True))
            return
        rules = [(number, rule) for number, rule in enumerate(LINK_RULES) if rule.hop in (None, hop)]
        how = Judging(
            rules=rules,
            pairing=_PAIRING,
            takes_wanted=f"v.verdict = '{_V.RELINK}'",
            takes_values=False,
            blocks=False,
            narrowed=False,
            spreads=True,
            asks_use=False,
            where="v.row_id is not null",
            differs=True,
            leaves_same=False,
        )
        self.statements.append(verdict_statement(self.prefix, hop, element, how))

    def _fill(self, name: str, **values: Any) -> str:
        element = values.get("element")
        if isinstance(element, SetupElement):
            values["element"] = element.name
        return template("coursepush.plan", name).format_map({"p": self.prefix, **values})

    def _make(self, made: str, name: str, **values: Any) -> None:
        self.statements.append((made, self._fill(name, **values)))
