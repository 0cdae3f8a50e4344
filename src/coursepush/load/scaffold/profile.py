"""The scaffold's profile: a TOML file that a person edits, read with all its mistakes found at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast

from coursepush.load.scaffold.parts import THE_WHOLE, ProfilePart
from coursepush.load.toml import refuse, toml_of, toml_text
from coursepush.model.elements import CUSTOM_FIELD_LOCK, KNOWN_LOCKS
from coursepush.model.tables import LAST_TERM, MOST_COUNTED

DEFAULT_PROFILE = Path(__file__).with_name("profile.toml")

Terms = Literal["every", "semester_end"]


@dataclass(frozen=True, slots=True)
class Calculation:
    """How a task's grade is calculated in a term; `scale` names a scale of the profile or of the district."""

    calc_type: str
    scale: str | None
    weight_categories: bool
    use_percent: bool
    last_n: int | None

    @property
    def values(self) -> tuple[str | bool | int | None, ...]:
        return (self.calc_type, self.scale, self.weight_categories, self.use_percent, self.last_n)


@dataclass(frozen=True, slots=True)
class ProfileTask:
    name: str
    code: str | None
    credit_type: str | None
    credit: Decimal | None
    is_post_only: bool
    sequence: int | None
    terms: Terms
    calculation: Calculation | None


@dataclass(frozen=True, slots=True)
class ProfileCategory:
    """`tasks` names tasks of the profile; none: the category counts for every task."""

    name: str
    weight: Decimal
    sequence: int | None
    is_excluded: bool
    drop_lowest: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileComposite:
    """The tasks that make up `task`, with their relative weights."""

    task: str
    children: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ProfileScale:
    """`marks`: mark, the percent it is given from, whether it passes."""

    name: str
    marks: tuple[tuple[str, Decimal, bool], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A starting setup: what masters that have none are given."""

    locks: tuple[str, ...]
    semesters: int
    tasks: tuple[ProfileTask, ...]
    categories: tuple[ProfileCategory, ...]
    composites: tuple[ProfileComposite, ...]
    scales: tuple[ProfileScale, ...]
    standards: Calculation | None


def load_profile(path: str | os.PathLike[str] | None = None) -> Profile:
    """The profile in the file, or the one that comes with coursepush.

    Raises:
        RequestError: the file cannot be read, is not TOML, or says what cannot be had (unknown keys, names
            twice, negative weights, weights that are no numbers, …); the message lists all problems.
    """
    file = DEFAULT_PROFILE if path is None else Path(path).expanduser()
    name = f"The profile {file}"
    raw = toml_of(toml_text(file, name), name)
    problems: list[str] = []
    profile = _profile(ProfilePart(problems, raw, THE_WHOLE))
    refuse(name, [*problems, *_contradictions(profile)])
    return profile


def _profile(part: ProfilePart) -> Profile:
    profile = Profile(
        locks=part.labels("locks"),
        semesters=part.whole("semesters", 1, least=1, most=LAST_TERM),
        tasks=tuple(_task(each) for each in part.parts("tasks")),
        categories=tuple(_category(each) for each in part.parts("categories")),
        composites=tuple(_composite(each) for each in part.parts("composites")),
        scales=tuple(_scale(each) for each in part.parts("scales")),
        standards=_calculation(part.part("standards")),
    )
    part.done()
    return profile


def _task(part: ProfilePart) -> ProfileTask:
    terms = part.label("terms") or "every"
    if terms not in ("every", "semester_end"):
        part.problem(f"terms is {terms!r}; it can be 'every' or 'semester_end'.")
    task = ProfileTask(
        name=part.label("name", must=True) or "",
        code=part.label("code"),
        credit_type=part.label("credit_type"),
        credit=part.number("credit"),
        is_post_only=part.flag("is_post_only"),
        sequence=part.whole("sequence", None),
        terms=cast(Terms, terms),
        calculation=_calculation(part.part("calculation")),
    )
    if task.is_post_only and task.calculation is not None:
        part.problem("is_post_only tasks have no calculation: their grades are typed in.")
    part.done()
    return task


def _calculation(part: ProfilePart | None) -> Calculation | None:
    if part is None:
        return None
    calculation = Calculation(
        calc_type=part.label("calc_type", must=True) or "none",
        scale=part.label("scale"),
        weight_categories=part.flag("weight_categories"),
        use_percent=part.flag("use_percent"),
        last_n=part.whole("last_n", None, least=1, most=MOST_COUNTED),
    )
    part.done()
    return calculation


def _category(part: ProfilePart) -> ProfileCategory:
    category = ProfileCategory(
        name=part.label("name", must=True) or "",
        weight=part.number("weight") or Decimal(0),
        sequence=part.whole("sequence", None),
        is_excluded=part.flag("is_excluded"),
        drop_lowest=part.whole("drop_lowest", 0, least=0, most=MOST_COUNTED),
        tasks=part.labels("tasks"),
    )
    if len(category.name) > 50:
        part.problem(f"the name has {len(category.name)} characters; 50 are the most.")
    part.done()
    return category


def _composite(part: ProfilePart) -> ProfileComposite:
    children: list[tuple[str, Decimal]] = []
    for child in part.parts("children"):
        children.append((child.label("task", must=True) or "", child.number("weight") or Decimal(0)))
        child.done()
    if not children:
        part.problem("a composite needs children.")
    composite = ProfileComposite(part.label("task", must=True) or "", tuple(children))
    part.done()
    return composite


def _scale(part: ProfilePart) -> ProfileScale:
    marks: list[tuple[str, Decimal, bool]] = []
    for mark in part.parts("marks"):
        percent = mark.number("min_percent", must=True)
        name, is_passing = mark.label("mark", must=True), mark.flag("is_passing")
        if name is not None and percent is not None:
            marks.append((name, percent, is_passing))
        mark.done()
    scale = ProfileScale(part.label("name", must=True) or "", tuple(marks))
    part.done()
    return scale


def _contradictions(profile: Profile) -> list[str]:
    """What is wrong between the parts: names twice, names of nothing, composites within themselves."""
    tasks = [task.name for task in profile.tasks]
    found = _repeats("task", tasks)
    found += _repeats("task code", [task.code for task in profile.tasks if task.code])
    found += _repeats("category", [category.name for category in profile.categories])
    found += _repeats("scale", [scale.name for scale in profile.scales])
    found += _repeats("composite", [composite.task for composite in profile.composites])
    found += _repeats("lock", profile.locks)
    for scale in profile.scales:
        found += _repeats(f"mark of scale {scale.name!r}:", [mark for mark, _, _ in scale.marks])
        percents = [f"{each:f}" for _, each, _ in scale.marks]
        found += _repeats(f"min_percent of scale {scale.name!r}:", percents)
    for lock in profile.locks:
        if lock not in KNOWN_LOCKS and not (lock.startswith(CUSTOM_FIELD_LOCK) and lock != CUSTOM_FIELD_LOCK):
            found.append(f"locks: there is no lock {lock!r}.{_hint(lock, KNOWN_LOCKS)}")
    for category in profile.categories:
        found += _unknown(f"category {category.name!r}", category.tasks, tasks)
        found += _repeats(f"task of category {category.name!r}:", category.tasks)
    for composite in profile.composites:
        children = [name for name, _ in composite.children]
        found += _unknown(f"composite {composite.task!r}", [composite.task, *children], tasks)
        found += _repeats(f"child of composite {composite.task!r}:", children)
        if composite.task in _below(profile, children):
            found.append(f"composite {composite.task!r}: it is made of itself.")
    return found


def _below(profile: Profile, names: Iterable[str]) -> set[str]:
    """These tasks and all that they are made of."""
    children = {each.task: [name for name, _ in each.children] for each in profile.composites}
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(children.get(name, ()))
    return seen


def _repeats(what: str, names: Sequence[str]) -> list[str]:
    """A problem for each name that stands there more than once, case ignored."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name.lower()] = counts.get(name.lower(), 0) + 1
    return [f"{what} {name!r} is there {count} times." for name, count in counts.items() if name and count > 1]


def _unknown(where: str, names: Iterable[str], tasks: Sequence[str]) -> list[str]:
    return [
        f"{where}: there is no task {name!r}.{_hint(name, tasks)}" for name in names if name and name not in tasks
    ]


def _hint(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
