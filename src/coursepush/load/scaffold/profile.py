"""The scaffold's profile: a TOML file that a person edits, read with all its mistakes found at once."""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, cast

from coursepush.errors import RequestError
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
    try:
        raw = tomllib.loads(file.read_bytes().decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise RequestError(f"The profile {file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"The profile {file} is not UTF-8 text. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError; or too many digits, or brackets too deep
        raise RequestError(f"The profile {file} is not valid TOML: {error}. Correct it.") from error
    reader = _Reader()
    profile = _profile(_Part(reader, raw, "the profile"))
    reader.problems.extend(_contradictions(profile))
    if reader.problems:
        listed = "".join(f"\n  - {problem}" for problem in reader.problems)
        count = "1 problem" if len(reader.problems) == 1 else f"{len(reader.problems)} problems"
        raise RequestError(f"The profile {file} has {count}:{listed}")
    return profile


def _profile(part: _Part) -> Profile:
    profile = Profile(
        locks=part.texts("locks"),
        semesters=part.whole("semesters", 1, least=1, most=LAST_TERM),
        tasks=tuple(_task(each) for each in part.parts("tasks")),
        categories=tuple(_category(each) for each in part.parts("categories")),
        composites=tuple(_composite(each) for each in part.parts("composites")),
        scales=tuple(_scale(each) for each in part.parts("scales")),
        standards=_calculation(part.part("standards")),
    )
    part.done()
    return profile


def _task(part: _Part) -> ProfileTask:
    terms = part.text("terms") or "every"
    if terms not in ("every", "semester_end"):
        part.problem(f"terms is {terms!r}; it can be 'every' or 'semester_end'.")
    task = ProfileTask(
        name=part.text("name", must=True) or "",
        code=part.text("code"),
        credit_type=part.text("credit_type"),
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


def _calculation(part: _Part | None) -> Calculation | None:
    if part is None:
        return None
    calculation = Calculation(
        calc_type=part.text("calc_type", must=True) or "none",
        scale=part.text("scale"),
        weight_categories=part.flag("weight_categories"),
        use_percent=part.flag("use_percent"),
        last_n=part.whole("last_n", None, least=1, most=MOST_COUNTED),
    )
    part.done()
    return calculation


def _category(part: _Part) -> ProfileCategory:
    category = ProfileCategory(
        name=part.text("name", must=True) or "",
        weight=part.number("weight") or Decimal(0),
        sequence=part.whole("sequence", None),
        is_excluded=part.flag("is_excluded"),
        drop_lowest=part.whole("drop_lowest", 0, least=0, most=MOST_COUNTED),
        tasks=part.texts("tasks"),
    )
    if len(category.name) > 50:
        part.problem(f"the name has {len(category.name)} characters; 50 are the most.")
    part.done()
    return category


def _composite(part: _Part) -> ProfileComposite:
    children: list[tuple[str, Decimal]] = []
    for child in part.parts("children"):
        children.append((child.text("task", must=True) or "", child.number("weight") or Decimal(0)))
        child.done()
    if not children:
        part.problem("a composite needs children.")
    composite = ProfileComposite(part.text("task", must=True) or "", tuple(children))
    part.done()
    return composite


def _scale(part: _Part) -> ProfileScale:
    marks: list[tuple[str, Decimal, bool]] = []
    for mark in part.parts("marks"):
        percent = mark.number("min_percent", must=True)
        name, is_passing = mark.text("mark", must=True), mark.flag("is_passing")
        if name is not None and percent is not None:
            marks.append((name, percent, is_passing))
        mark.done()
    scale = ProfileScale(part.text("name", must=True) or "", tuple(marks))
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


class _Reader:
    """Where problems are collected."""

    def __init__(self) -> None:
        self.problems: list[str] = []


class _Part:
    """One table of the file: its values are taken out by kind; :meth:`done` names what nobody took."""

    def __init__(self, reader: _Reader, raw: Mapping[str, Any], where: str) -> None:
        self._reader = reader
        self._raw = dict(raw)
        self._asked: list[str] = []
        self._where = where

    def problem(self, text: str) -> None:
        self._reader.problems.append(f"{self._where}: {text}")

    def done(self) -> None:
        for key in self._raw:
            if key not in self._asked:
                self.problem(f"unknown key {key!r}.{_hint(key, self._asked)}")

    def _take(self, key: str, must: bool = False) -> Any:
        self._asked.append(key)
        if must and key not in self._raw:
            self.problem(f"{key} is missing.")
        return self._raw.get(key)

    def text(self, key: str, must: bool = False) -> str | None:
        value = self._take(key, must)
        if value is None:
            return None
        text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
        if not text:
            self.problem(f"{key} is {value!r}; it must be text.")
        return text or None

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self.problem(f"{key} is {value!r}; it must be true or false.")
        return value is True

    def whole(self, key: str, default: Any, least: int = -(2**31), most: int = 2**31 - 1) -> Any:
        """A whole number, or `default` (a number or None)."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(f"{key} is {_shown(value)}; it must be a whole number.")
            return default
        if not least <= value <= most:
            self.problem(f"{key} is {value}; it must be {max(least, 0)} or more and not beyond {most}.")
            return default
        return value

    def number(self, key: str, must: bool = False) -> Decimal | None:
        """A number as the model keeps it: not negative, at most 4 decimals, under 100,000."""
        value = self._take(key, must)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self.problem(f"{key} is {_shown(value)}; it must be a number.")
            return None
        number = Decimal(value)
        if number < 0:
            self.problem(f"{key} is {number}; it cannot be negative.")
        elif number >= 100_000 or number != round(number, 4):
            self.problem(f"{key} is {number}; it must be under 100,000 with at most 4 decimals.")
        else:
            return round(number, 4)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key)
        if value is None:
            return ()
        items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [None]
        if not all(isinstance(each, str) and each.strip() for each in items):
            self.problem(f"{key} is {_shown(value)}; it must be a list of texts.")
            return ()
        return tuple(unicodedata.normalize("NFC", each).strip() for each in items)

    def part(self, key: str) -> _Part | None:
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.problem(f"{key} is {_shown(value)}; it must be a table such as {{ … }}.")
            return None
        return _Part(self._reader, cast(dict[str, Any], value), f"{self._where}, {key}")

    def parts(self, key: str) -> list[_Part]:
        value = self._take(key)
        if value is None:
            return []
        items: list[Any] = cast(list[Any], value) if isinstance(value, list) else [None]
        if not all(isinstance(each, dict) for each in items):
            self.problem(f"{key} must be a list of tables.")
            return []
        within = "" if self._where == "the profile" else f"{self._where}, "
        return [
            _Part(self._reader, each, f"{within}{key} {_called(each, place)}")
            for place, each in enumerate(items, 1)
        ]


def _called(raw: Mapping[str, Any], place: int) -> str:
    """How a table is called in messages: its name, or its place in the list."""
    name = raw.get("name") or raw.get("task") or raw.get("mark")
    return repr(name) if isinstance(name, str) else f"no. {place}"


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)
