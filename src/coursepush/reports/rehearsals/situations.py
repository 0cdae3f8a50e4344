"""The thirteen situations, in the order in which districts are told of them.

A new one is a function in :mod:`pushing` or :mod:`staying`, marked with its words, its name in the list here, and
the statement of that name in ``sql/``, which finds its places.
"""

from __future__ import annotations

from coursepush.errors import RequestError
from coursepush.reports.rehearsals import pushing, staying
from coursepush.reports.rehearsals.situation import Situation

SITUATIONS: tuple[Situation, ...] = (
    pushing.state_codes,
    pushing.one_master,
    pushing.all_but_one,
    pushing.next_year,
    pushing.schools_keep_theirs,
    pushing.push_fails,
    staying.not_locked,
    staying.left_after_overwrite,
    staying.pushed_properly,
    staying.managed_mixed,
    staying.task_removed,
    staying.no_calculation,
    staying.own_categories,
)


def situation_of(name: str | int) -> Situation:
    """The situation of that name or number; case and blanks around it do not matter.

    Raises:
        RequestError: there is none.
    """
    wanted = str(name).strip().casefold()
    for one in SITUATIONS:
        if wanted in (one.name.casefold(), str(one.number), one.title.casefold()):
            return one
    raise RequestError.unknown("rehearsal", name, [one.name for one in SITUATIONS])
