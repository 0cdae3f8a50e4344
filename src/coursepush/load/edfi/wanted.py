"""What the reader of Ed-Fi XML keeps of an element: the paths of the registry, and what refs take from others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from coursepush.load.edfi.fields import KINDS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept of an element.

    `paths`: below the element → the repeated element that each lies in, or None. `repeated`: these. `before`:
    the paths on the way to them, where a `ref` may stand instead.
    """

    paths: dict[str, str | None]
    repeated: frozenset[str]
    before: frozenset[str]


def _wanted(paths: dict[str, str | None]) -> Wanted:
    ways = [path.split("/") for path in paths]
    return Wanted(
        paths,
        frozenset(each for each in paths.values() if each is not None),
        frozenset("/".join(way[:length]) for way in ways for length in range(1, len(way))),
    )


@cache
def wanted_of_kind(kind: str) -> Wanted:
    """The paths of all fields of a kind."""
    return _wanted(
        {
            path: each.repeats.replace(".", "/") if each.repeats else None
            for each in KINDS[kind].fields
            for path in each.paths
        }
    )


@cache
def wanted_of_target(name: str) -> Wanted:
    """What another element may take from one that has an id: its identity, or for a reference all it names."""
    if name.endswith("Reference"):
        return _wanted(
            {f"{entity}Identity/{path}": None for entity, paths in _identities().items() for path in paths}
        )
    return _wanted(dict.fromkeys((*_identities().get(name, ()), f"{name}Id")))


@cache
def columns_of(kind: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Paths of each field of the kind in its order, and whether there may be several of it."""
    return tuple((each.paths, each.repeats is not None) for each in KINDS[kind].fields)


@cache
def _identities() -> dict[str, frozenset[str]]:
    """Entity → the paths below ``<Entity>Identity`` that some field takes."""
    found: dict[str, set[str]] = {}
    for kind in KINDS.values():
        for path in (path for each in kind.fields for path in each.paths):
            parts = path.split("/")
            for place, part in enumerate(parts[:-1]):
                if part.endswith("Identity"):
                    found.setdefault(part.removesuffix("Identity"), set()).add("/".join(parts[place + 1 :]))
    return {name: frozenset(paths) for name, paths in found.items()}
