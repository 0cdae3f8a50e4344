"""What was last chosen in the filters of a panel's lists, so that the next tab and the next preview begin with it.

The browser keeps it too, under the district's id, for the next session of the notebook: each of Voilà's visitors
has their own.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Protocol

from coursepush.errors import CoursepushError
from coursepush.store.database import Store

COLUMNS = ("school", "teacher", "element", "data")
"""Filters that say whom and what a list is about. What became of a row is another question in each list."""


class Follower(Protocol):
    """A list whose filters follow what is chosen in another."""

    def follow(self, column: str, value: str) -> None: ...


class Remembered:
    """Column → value, of :data:`COLUMNS`; nothing for a column of which all is shown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_begun = False
        self._followers: weakref.WeakSet[Follower] = weakref.WeakSet()
        self.values: dict[str, str] = {}

    @cached_property
    def scope(self) -> str:
        """Under which name the browser keeps the choices: the district's id; empty where it cannot be read now."""
        try:
            with self._store.reading() as session:
                return str(session.value("district", "select district_id from push.district"))
        except CoursepushError:
            return ""

    def join(self, follower: Follower) -> None:
        """Let a list follow what is chosen in the others from now on."""
        self._followers.add(follower)

    def choose(self, column: str, value: str, by: Follower) -> None:
        """A value of a filter was chosen in a list; empty for all."""
        if column not in COLUMNS:
            return
        self._is_begun = True
        if value:
            self.values[column] = value
        else:
            self.values.pop(column, None)
        for one in list(self._followers):
            if one is not by:
                one.follow(column, value)

    def take(self, kept: Mapping[str, Any]) -> None:
        """What the browser kept of an earlier session, unless something was chosen in this one."""
        if self._is_begun:
            return
        self._is_begun = True
        for column, value in kept.items():
            if column in COLUMNS and isinstance(value, str) and value:
                self.values[column] = value
                for one in list(self._followers):
                    one.follow(column, value)
