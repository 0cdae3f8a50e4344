"""The one place that decides whether a plan may be applied: policy, facts and approvals → what is missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from coursepush.apply.approval.approvals import Approval, people
from coursepush.apply.approval.facts import Facts
from coursepush.apply.approval.policy import CONDITIONS, GUARDS, Policy, parts, told_of, words_of
from coursepush.errors import ApprovalNeededError, counted, examples
from coursepush.marks import Drawn


@dataclass(frozen=True, slots=True)
class Blocked:
    """A guard that does not let a plan through: its name, the fact, and what to do."""

    guard: str
    fact: str
    cure: str


@dataclass(frozen=True, repr=False)
class Standing(Drawn):
    """Who approved a plan so far, and what is missing before it can be applied.

    Attributes:
        needed: how many approvals it needs.
        because: the conditions that ask for them, a sentence each; the largest number counts.
        counted: the approvals that count, one a person.
        not_counted: the others in force: of whoever made the plan, or of somebody who approved already.
        blocked: the guards that stand in its way; overridden: those that an approval overrides, and whose.
        undecided: what was not looked at, in words: whose grades would move is found out when it is applied.
        is_asked: whether the district has a policy, and the plan writes anything.
    """

    needed: int
    because: tuple[str, ...]
    counted: tuple[Approval, ...]
    not_counted: tuple[Approval, ...]
    blocked: tuple[Blocked, ...]
    overridden: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...] = ()
    is_asked: bool = True

    @property
    def missing(self) -> int:
        """How many more approvals it needs."""
        return max(0, self.needed - len(self.counted))

    @property
    def is_enough(self) -> bool:
        """Whether it may be applied."""
        return not self.missing and not self.blocked

    @property
    def told(self) -> str:
        """ "Approvals: Maria Lopez. Still needed: 1 more: 2 for a plan that overwrites." """
        names = ", ".join(one.by for one in self.counted) or "none"
        text = [f"Approvals: {names}."]
        if self.not_counted:
            text.append(f"Not counted: {', '.join(one.by for one in self.not_counted)}.")
        if self.missing:
            text.append(f"Still needed: {self.missing} more. {' '.join(self.because)}")
        text += [f"Blocked by {one.guard}: {one.fact} {one.cure}" for one in self.blocked]
        text += [f"{guard} is overridden by {who}." for guard, who in self.overridden]
        text += self.undecided
        if self.is_enough and self.is_asked and not self.undecided:
            text.append("Nothing more is needed.")
        return " ".join(text)

    def __repr__(self) -> str:
        return f"<{self.told}>"

    def _repr_html_(self) -> str:
        return f"<div>{escape(self.told)}</div>"

    def check(self) -> None:
        """Raise unless the plan may be applied.

        Raises:
            ApprovalNeededError: says which condition asks for how many, who approved, and what to do.
        """
        if self.is_enough:
            return
        names = tuple(one.by for one in self.counted)
        missing: list[str] = []
        if self.missing:
            has = f"has {len(names)} ({examples(names)})" if names else "has none"
            missing.append(f"It needs {counted(self.needed, 'approval')} and {has}: {' '.join(self.because)}")
        missing += [
            f"The guard {one.guard} blocks it: {one.fact} {one.cure} Or have an approval override it: "
            f"overrides=['{one.guard}']."
            for one in self.blocked
        ]
        own = ""
        if self.not_counted:
            own = (
                f" {examples([one.by for one in self.not_counted])} made the plan, or approved before as the same "
                "person, and does not count."
            )
        raise ApprovalNeededError(
            f"This plan may not be applied yet. {' '.join(missing)}{own} An approval comes from somebody who did "
            "not make the plan: district.approve(plan, by=...), or from the plan's file alone, "
            "cp.approve(file, by=...).",
            needed=self.needed,
            approved_by=names,
            missing=tuple(missing),
            guards=tuple(one.guard for one in self.blocked),
        )


def judge(
    policy: Policy,
    facts: Facts,
    approvals: Sequence[Approval],
    makers: Collection[str],
    *,
    are_grades_looked_at: bool = True,
) -> Standing:
    """What `policy` says of a plan of which `facts` are true, and that has these approvals in force.

    Args:
        makers: what whoever made the plan is called: the operating system's user, and the name where it is known.
        are_grades_looked_at: otherwise what rests on grades is told as undecided, and counts for nothing.
    """
    each = people(approvals, makers)
    persons = tuple(one[0] for one in each)
    rest = tuple(one for one in approvals if one not in persons)
    if not facts.writes:  # there is nothing to agree to
        return Standing(0, (), persons, rest, (), (), (), is_asked=False)
    needed = 0
    because: list[str] = []
    undecided: list[str] = []
    for name, wanted in policy.all_approvals.items():
        limit, number = parts(wanted)
        words = f"a plan that {words_of(name, limit)} ({name})"
        if CONDITIONS[name].needs_grades and not are_grades_looked_at:
            undecided.append(f"Looked at when it is applied: {counted(number, 'approval')} for {words}.")
        elif CONDITIONS[name].applies(facts, limit):
            needed = max(needed, number)
            if number:
                because.append(f"{counted(number, 'approval')} for a plan that {told_of(name, limit)} ({name}).")
    blocked: list[Blocked] = []
    overridden: list[tuple[str, str]] = []
    for name, value in policy.guards.items():
        guard = GUARDS[name]
        if guard.needs_grades and not are_grades_looked_at:
            undecided.append(f"Looked at when it is applied: the guard {name}.")
            continue
        fact = guard.fact(facts, value)
        by = next((one.by for person in each for one in person if name in one.overrides), None)
        if fact and by is None:
            blocked.append(Blocked(name, fact, guard.cure))
        elif fact and by is not None:
            overridden.append((name, by))
    return Standing(
        needed,
        tuple(because),
        persons,
        rest,
        tuple(blocked),
        tuple(overridden),
        tuple(undecided),
        is_asked=not policy.is_empty or facts.is_unattended,
    )
