"""The thirteen situations, in the order in which districts are told of them.

A new one is one function in a module below, marked with its words, and its places in ``sql/``, under its name.
"""

from __future__ import annotations

from coursepush.errors import RequestError
from coursepush.reports.rehearsals import pushing, staying
from coursepush.reports.rehearsals.situation import Situation, situations

_IN_ORDER = (pushing, staying)
"""The modules that have them, imported in this order."""

SITUATIONS: tuple[Situation, ...] = situations()


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
