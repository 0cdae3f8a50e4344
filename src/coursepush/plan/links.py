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
from coursepush.plan.fragments import LINK, compared, differs, present_values, value_columns
from coursepush.plan.plan import Plan
from coursepush.plan.planner import drop_working_tables, next_prefix
from coursepush.plan.request import LinkRequest
from coursepush.plan.rules import Rule, conditions
from coursepush.plan.steps import element_tables, kept_tables
from coursepush.plan.text import counts_sql
from coursepush.plan.warnings import PlanWarning, unreached_warning
from coursepush.store.database import Session, Statement, Store
from coursepush.store.layout import last_refresh
from coursepush.store.templates import template

_V, _R, _L = Verdict, Reason, Link

LINK_RULES: tuple[Rule, ...] = (
    Rule("linked", None, None, "paired", _V.SAME, link=_L.LINKED),
    # A break is a fact that somebody made; a push in overwrite mode mends it.
    Rule("broken, paired", 1, None, "paired", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("broken, extra", 1, None, "extra", _V.KEEP, _R.DESYNCED, link=_L.BROKEN),
    Rule("local or orphan, paired by key", None, None, "paired", _V.RELINK, _R.KEY_MATCH),
    Rule("extra, local", 1, None, "extra", _V.KEEP, _R.COURSE_MANAGED, link=_L.LOCAL),
    Rule("extra, local", 2, None, "extra", _V.KEEP, _R.TEACHER_MANAGED, link=_L.LOCAL),
    # Whether it is residual depends on use, which is for a push to find out.
    Rule("extra, orphan", None, None, "extra", _V.KEEP),
)
"""From a pair of rows (rules.md sections 2 and 3) to a verdict; the first that matches decides. A row above that
nothing pairs with has no verdict: linking adds nothing."""

_PAIRING = """case
        when m.upper_row_id is null then 'extra'
        when m.row_id is not null then 'paired'
        else 'missing'
    end"""
"""What a matched row (alias m) is to the rules. What cannot be pushed (4.3) can be linked all the same."""

_LINKS = f"v.verdict = '{_V.RELINK}'"

_NOTHING: dict[str, str] = {
    "verdict_1_course_info": "null::bigint as course_id, null::varchar as field, null::varchar as verdict, "
    "null::varchar as reason, null::varchar as before_value, null::varchar as after_value, false as removes_row",
    "verdict_2_advisory": "null::bigint as course_id, null::bigint as section_id, null::varchar as verdict, "
    "null::varchar as reason, null::boolean as before_value, null::boolean as after_value",
    **dict.fromkeys(
        ("work_1", "work_2"), "null::bigint as owner_id, null::bigint as task_id, null::integer as term_seq"
    ),
    **dict.fromkeys(
        (f"new_id_{hop}_{e.family}" for hop in (1, 2) for e in SETUP_ELEMENTS if hop == 1 or e.has_sections),
        "null::bigint as owner_id, null::bigint as upper_row_id, null::bigint as row_id",
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
            "calendars": list(request.calendars),
            "masters": None,
            "courses": None if request.courses is None else list(request.courses),
        },
    )
    session.run_all(steps.build())
    counts = session.frame("counts", counts_sql(prefix))
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
    )
    kept = kept_tables(prefix) | {f"{prefix}work_1", f"{prefix}work_2"}
    drop_working_tables(session, steps.made, kept)
    weakref.finalize(plan, store.forget, sorted(kept))
    return plan


def _matches_sql(prefix: str) -> str:
    selects = [
        template("coursepush.plan", "links_match").format_map({"p": prefix, "hop": hop, "element": element.name})
        for hop, element, _ in element_tables(prefix, "verdict")
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
        self.made: list[tuple[str, str]] = [("table", f"{prefix}scope_course")]

    def scope(self) -> str:
        """The statement that makes `scope_course`; it binds catalog_id, calendars, masters and courses."""
        return self._fill("scope_course_of_masters")

    def build(self) -> list[Statement]:
        """All statements after that one, in order."""
        self._make("target_course", "links_target_course")
        for element in SETUP_ELEMENTS:
            self._view(f"present_1_{element.name}", "present_1", element=element, **present_values(1, element))
        for element in (e for e in SETUP_ELEMENTS if e.family == "task"):
            self._hop1(element)
        self._make("task_after", "task_after", writing=f"'{_V.RELINK}'")
        for element in (e for e in SETUP_ELEMENTS if e.family != "task"):
            self._hop1(element)
        self._make("scope_section", "links_scope_section")
        for element in (e for e in SETUP_ELEMENTS if e.has_sections):
            self._hop2(element)
        self._make("whole", "links_whole")
        for name, columns in _NOTHING.items():
            self._make(name, "links_nothing", table=name, columns=columns)
        return self.statements

    def _hop1(self, element: SetupElement) -> None:
        joins, values = compared(self.prefix, element, hop=1)
        self._view(
            f"wanted_1_{element.name}",
            "wanted_1",
            element=element,
            upper_table=element.table("master"),
            blocked="null::varchar",
            values=values,
            joins=joins,
            goes=self._goes(element),
        )
        self._pair(1, element)

    def _hop2(self, element: SetupElement) -> None:
        joins, values = compared(self.prefix, element, hop=2)
        self._view(f"handed_{element.name}", "links_handed", element=element, values=values, joins=joins)
        self._view(
            f"wanted_2_{element.name}",
            "wanted_2",
            element=element,
            values=value_columns("h", element, stored=False),
            blocked="null::varchar",
            narrowed="",
            goes=self._goes(element),
        )
        self._view(f"present_2_{element.name}", "present_2", element=element, **present_values(2, element))
        self._pair(2, element)

    def _pair(self, hop: int, element: SetupElement) -> None:
        name = f"{hop}_{element.name}"
        master = element.table("master")
        self._make(
            f"pair_{name}",
            "pair_categories" if element.is_category else "pair_by_key",
            element=element,
            hop=hop,
            goes=self._goes(element),
            differs=differs(element),
            same_key=" and ".join(f"p.{column} = w.{column}" for column in element.key),
            stand_apart="false",
            pairing=_PAIRING,
            link=LINK[hop],
            known=f"left join {master} as known on known.row_id = m.parent_row_id" if hop == 1 else "",
        )
        self._make(
            f"verdict_{name}",
            "links_verdict",
            element=element,
            hop=hop,
            verdict=_decide(hop, "verdict"),
            reason=_decide(hop, "reason"),
        )
        columns = [f"p.{column.name} as {side}_{column.name}" for side in "ba" for column in element.values]
        columns += [f"w.{column} as w_{column}" for column in element.key]
        self._make(
            f"change_{name}",
            "change",
            element=element,
            hop=hop,
            takes_wanted=_LINKS,
            columns=",\n    ".join(columns),
        )

    def _goes(self, element: SetupElement) -> str:
        return "true" if element.name in self.request.data else "false"

    def _fill(self, name: str, **values: Any) -> str:
        element = values.get("element")
        if isinstance(element, SetupElement):
            values["element"] = element.name
        return template("coursepush.plan", name).format_map({"p": self.prefix, **values})

    def _make(self, made: str, name: str, **values: Any) -> None:
        self.made.append(("table", f"{self.prefix}{made}"))
        self.statements.append((made, self._fill(name, **values)))

    def _view(self, made: str, name: str, **values: Any) -> None:
        self.made.append(("view", f"{self.prefix}{made}"))
        self.statements.append((made, self._fill(name, **values)))


def _decide(hop: int, outcome: str) -> str:
    """:data:`LINK_RULES` as one SQL expression over a pair that gives its `verdict` or `reason`."""
    whens: list[str] = []
    for rule in (rule for rule in LINK_RULES if rule.hop in (None, hop)):
        word = rule.verdict if outcome == "verdict" else rule.reason
        said = f"'{word}'" if word else "null::varchar"
        whens.append(f"when {' and '.join(conditions(rule))} then {said}")
    return "case\n        " + "\n        ".join(whens) + "\n    end"
