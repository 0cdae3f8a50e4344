"""What the methods of ``district.reports`` share: one reading, its filters, and what was asked in words."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import polars as pl

from coursepush.errors import ForeignPlanError
from coursepush.forecast.forecast import Forecast
from coursepush.marks import Drawn
from coursepush.plan.plan import Plan
from coursepush.plan.use import unknown_work
from coursepush.reports.asked import as_of_words, asked_words
from coursepush.reports.filters import Given, resolve_filters
from coursepush.reports.registry import KINDS
from coursepush.reports.report import Layout, Report
from coursepush.store.database import Session, Store

P = ParamSpec("P")
R = TypeVar("R")
B = TypeVar("B", bound="ReportsBase")

Words = Sequence[tuple[str, str]]


def in_one_reading(method: Callable[Concatenate[B, P], R]) -> Callable[Concatenate[B, P], R]:
    """The district's file is attached once for all that a report asks of it."""

    @functools.wraps(method)
    def read(self: B, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._store.reading():  # pyright: ignore[reportPrivateUsage]
            return method(self, *args, **kwargs)

    return read


def a_report(method: Callable[Concatenate[B, P], R]) -> Callable[Concatenate[B, P], R]:
    """A report in one reading. The filters of the registry are in its signature, and others are refused, as if it
    had named each."""
    kind = KINDS[method.__name__]
    own = list(inspect.signature(method).parameters.values())[:-1]  # the last one is **filters
    filters = [inspect.Parameter(one, inspect.Parameter.KEYWORD_ONLY, default=None) for one in kind.own_filters]
    place = len([one for one in own if one.kind is not inspect.Parameter.KEYWORD_ONLY])
    signature = inspect.signature(method).replace(parameters=[*own[:place], *filters, *own[place:]])
    read = in_one_reading(method)

    @functools.wraps(method)
    def checked(self: B, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            signature.bind(self, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{method.__qualname__}() {error}") from None
        return read(self, *args, **kwargs)

    checked.__signature__ = signature  # pyright: ignore[reportAttributeAccessIssue]
    return checked


class ReportsBase(Drawn):
    """The reports of the district in a store."""

    def __init__(self, store: Store, panel: Callable[..., Any] | None = None) -> None:
        self._store = store
        self._panel = panel

    def _report(
        self,
        layout: Layout,
        given: Given,
        frame: pl.DataFrame,
        more: Callable[[Session], Words] = lambda _: (),
        *,
        notes: Sequence[str] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> Report:
        asked, as_of = self._asked(given, more)
        return Report(layout, frame, asked, as_of, notes, facts or {})

    def _check_own(self, plan: Plan | Forecast, what: str) -> None:
        if plan.store is not self._store:
            raise ForeignPlanError(f"This plan was made from another district. Ask for its {what} there.")

    def _unknown_use(self) -> list[str]:
        """That it is not known what is in use, where students' work was not loaded."""
        with self._store.reading() as session:
            unknown = unknown_work(session)
        return ["Students' work was not loaded, so it is not known which setup is in use."] if unknown else []

    def _asked(self, given: Given, more: Callable[[Session], Words]) -> tuple[Words, str]:
        """What was asked for and on which data, in words."""
        with self._store.reading() as session:
            filters = resolve_filters(session, given)
            return [*more(session), *asked_words(session, given, filters)], as_of_words(session)
