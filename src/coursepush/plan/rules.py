"""The rule table: from a pair of rows to a verdict, to be read next to RULES.md 4.2, 4.3 and 5.1.

The first rule that matches decides. A condition left out (None) matches everything. Nothing else in the
package decides a verdict of a setup row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coursepush.model.verdicts import Link, Reason, Verdict

Pairing = Literal["missing", "paired", "extra", "unpushable", "not_spread"]
"""missing: wanted, not there; paired: there and wanted; extra: there, not wanted; unpushable: wanted, but it
names a task or term the target lacks; not_spread: left over on the course, not handed to this section."""

Mode = Literal["locked", "overwrite"]

RULES_VERSION = "2026-11"
"""Part of every plan's digest: a plan made under other rules is refused."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table.

    `category`: only categories (True) or only other elements (False). `inserts_beside`: the wanted row is
    added beside the present one, which then has to give up its name (RULES.md 3.3). `section`: of RULES.md, where
    the rule stands.
    """

    section: str
    text: str
    hop: int | None
    mode: Mode | None
    pairing: Pairing
    verdict: Verdict
    reason: Reason | None = None
    link: Link | None = None
    differs: bool | None = None
    used: bool | None = None
    category: bool | None = None
    residual_task: bool | None = None
    inserts_beside: bool = False


_V, _R, _L = Verdict, Reason, Link

RULES: tuple[Rule, ...] = (
    # 4.3, both hops: goes before the tables. The reason is the pair's own (missing_dependency, no_such_term).
    Rule("4.3", "unpushable", None, None, "unpushable", _V.SKIP),
    # 4.2, hop 1: course master to course
    Rule("4.2", "missing", 1, None, "missing", _V.INSERT),
    Rule("4.2", "linked, equal", 1, None, "paired", _V.SAME, link=_L.LINKED, differs=False),
    Rule("4.2", "linked, differs", 1, None, "paired", _V.UPDATE, link=_L.LINKED),
    Rule("4.2", "broken, paired", 1, "locked", "paired", _V.FAIL, _R.DESYNCED, link=_L.BROKEN),
    Rule("4.2", "broken, paired", 1, "overwrite", "paired", _V.RELINK, link=_L.BROKEN),
    Rule("4.2", "orphan, paired by key", 1, None, "paired", _V.RELINK, link=_L.ORPHAN),
    Rule("4.2", "local, paired, equal", 1, "locked", "paired", _V.SAME, link=_L.LOCAL, differs=False),
    Rule("4.2", "local, paired, differs", 1, "locked", "paired", _V.SKIP, _R.COURSE_MANAGED, link=_L.LOCAL),
    Rule("4.2", "local, paired", 1, "overwrite", "paired", _V.RELINK, link=_L.LOCAL),
    Rule("4.2", "extra, local", 1, "locked", "extra", _V.KEEP, _R.COURSE_MANAGED, link=_L.LOCAL),
    Rule("4.2", "extra, broken", 1, "locked", "extra", _V.FAIL, _R.DESYNCED, link=_L.BROKEN),
    Rule(
        "4.2",
        "extra, orphan, on a residual task",
        1,
        "overwrite",
        "extra",
        _V.UPDATE,
        _R.RESIDUAL_TASK,
        link=_L.ORPHAN,
        used=True,
        residual_task=True,
    ),
    Rule("4.2", "extra, used", 1, None, "extra", _V.KEEP, _R.RESIDUAL, used=True),
    Rule("4.2", "extra", 1, None, "extra", _V.DELETE),
    # 5.1, hop 2: course to section. Overwrite is the master push's mode, or Overwrite Categories.
    Rule("5.1", "left over on the course", 2, None, "not_spread", _V.SKIP, _R.NOT_SPREAD),
    Rule("5.1", "missing", 2, None, "missing", _V.INSERT),
    Rule("5.1", "linked, equal", 2, None, "paired", _V.SAME, link=_L.LINKED, differs=False),
    Rule("5.1", "linked, differs", 2, None, "paired", _V.UPDATE, link=_L.LINKED),
    Rule("5.1", "orphan, paired by key", 2, None, "paired", _V.RELINK, link=_L.ORPHAN),
    Rule(
        "5.1",
        "local category of the same name",
        2,
        "locked",
        "paired",
        _V.KEEP,
        _R.TEACHER_MANAGED,
        link=_L.LOCAL,
        category=True,
        inserts_beside=True,
    ),
    Rule("5.1", "local, paired, equal", 2, "locked", "paired", _V.SAME, link=_L.LOCAL, differs=False),
    Rule("5.1", "local, paired, differs", 2, "locked", "paired", _V.SKIP, _R.TEACHER_MANAGED, link=_L.LOCAL),
    Rule(
        "5.1",
        "local category of the same name, used",
        2,
        "overwrite",
        "paired",
        _V.KEEP,
        _R.IN_USE,
        link=_L.LOCAL,
        used=True,
        category=True,
        inserts_beside=True,
    ),
    Rule("5.1", "local, paired, used", 2, "overwrite", "paired", _V.SKIP, _R.IN_USE, link=_L.LOCAL, used=True),
    Rule("5.1", "local, paired, unused", 2, "overwrite", "paired", _V.RELINK, link=_L.LOCAL),
    Rule("5.1", "extra, local", 2, "locked", "extra", _V.KEEP, _R.TEACHER_MANAGED, link=_L.LOCAL),
    Rule("5.1", "extra, used", 2, None, "extra", _V.KEEP, _R.RESIDUAL, used=True),
    Rule("5.1", "extra", 2, None, "extra", _V.DELETE),
)
"""Where a category's name is taken by what this push writes, its verdict becomes `rename` and keeps the reason
it has here (RULES.md 3.3); that is the one thing decided after this table."""


Numbered = Sequence[tuple[int, Rule]]
"""Rules in order, each with its number in its table."""


def rules_for(hop: int, modes: Collection[Mode]) -> Numbered:
    """The rules that can apply on one hop in these modes, in order."""
    return [
        (number, rule)
        for number, rule in enumerate(RULES)
        if rule.hop in (None, hop) and (rule.mode is None or rule.mode in modes)
    ]


def conditions(rule: Rule) -> Iterable[str]:
    """The rule's conditions as SQL over a pair's columns, but for its pairing.

    These are: element, mode, link, differs, is_used, on_residual_task.
    """
    if rule.mode is not None:
        yield f"mode = '{rule.mode}'"
    if rule.category is not None:
        yield f"element {'=' if rule.category else '<>'} 'categories'"
    if rule.link is not None:
        yield f"link = '{rule.link}'"
    if rule.differs is not None:
        yield "differs" if rule.differs else "not differs"
    if rule.used is not None:
        yield "is_used" if rule.used else "not is_used"
    if rule.residual_task is not None:
        yield "on_residual_task" if rule.residual_task else "not on_residual_task"


def decide_sql(rules: Numbered) -> str:
    """The rules as one SQL expression over a pair's columns: the number of the first that matches.

    Those of each pairing stand together, as in RULES.md, each with its text. Null where there are no rules.
    """
    if not rules:
        return "null::integer"
    lines: list[str] = []
    for pairing in dict.fromkeys(rule.pairing for _, rule in rules):
        lines.append(f"when '{pairing}' then case")
        for number, rule in rules:
            if rule.pairing == pairing:
                every = " and ".join(conditions(rule)) or "true"
                lines.append(f"    when {every} then {number}  -- {rule.section}, {rule.text}")
        lines.append("end")
    return "case pairing\n            " + "\n            ".join(lines) + "\n        end"


def outcome_sql(rules: Numbered, outcome: Literal["verdict", "reason"]) -> str:
    """What comes of each rule, as an SQL expression over `rule_no`."""
    numbers: dict[str, list[str]] = {}
    for number, rule in rules:
        said = rule.verdict if outcome == "verdict" else rule.reason
        if said is not None:
            numbers.setdefault(str(said), []).append(str(number))
    lines = [f"when rule_no in ({', '.join(which)}) then '{said}'" for said, which in numbers.items()]
    return f"case {' '.join(lines)} end" if lines else "null::varchar"


def inserts_beside_sql(rules: Numbered) -> str | None:
    """When the wanted row is added beside the present one, as SQL over `rule_no`; None where never."""
    numbers = [str(number) for number, rule in rules if rule.inserts_beside]
    return f"rule_no in ({', '.join(numbers)})" if numbers else None
