"""Which row of a target is which row above it (RULES.md 3), for all owners of one element at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NAME_LENGTH = 50

Mask = NDArray[np.bool_]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """Positions of rows that belong together in `wanted` and `present`, and of those that have no counterpart."""

    wanted: Positions
    present: Positions
    by_link: Mask
    missing: Positions
    extra: Positions


def fold(names: pd.Series[str]) -> pd.Series[str]:
    """Names of categories, case ignored: lower-cased character by character; each different name once."""
    codes, different = pd.factorize(names)
    folded = pd.Series([folded_name(name) for name in different], dtype="str")
    return folded.take(codes).set_axis(names.index)


def folded_name(name: str) -> str:
    return name.lower() if name.isascii() else "".join(character.lower()[0] for character in name)


def is_in(frame: pd.DataFrame, columns: Sequence[str], other: pd.DataFrame, others: Sequence[str]) -> Mask:
    """Which rows of `frame` have, in `columns`, what some row of `other` has in `others`; null matches nothing."""
    asked = frame[list(columns)].reset_index(drop=True).dropna().astype("int64")
    known = other[list(others)].set_axis(columns, axis=1)
    found = asked.reset_index(names="at").merge(known, on=list(columns))
    present = np.zeros(len(frame), dtype=bool)
    present[found["at"].to_numpy()] = True
    return present


def differ(left: pd.Series[Any], right: pd.Series[Any]) -> Mask:
    """Where two columns of one length differ; null equals null."""
    unequal = left.array != right.array
    nulls = left.isna().to_numpy(), right.isna().to_numpy()
    if nulls[0].any() or nulls[1].any():
        unequal = np.where(nulls[0] | nulls[1], nulls[0] != nulls[1], np.asarray(unequal, dtype=object))
    return np.asarray(unequal, dtype=bool)


def pair(wanted: pd.DataFrame, present: pd.DataFrame, key: Sequence[str], *, by_parent_alone: bool) -> Pairs:
    """Pair first by link, then by business key.

    `wanted`: owner_id, upper_row_id, spreads and `key`; `present`: owner_id, parent_row_id and `key`.
    `by_parent_alone` (categories): a linked row pairs even if its key is another's; of several linked to one
    row the one with its key does, else the first by key.
    """
    key = list(key)
    upper = wanted[["owner_id", "upper_row_id", *key]].assign(wanted_at=np.arange(len(wanted)))
    row = present[["owner_id", *key]].assign(present_at=np.arange(len(present)))
    has_parent = present["parent_row_id"].notna().to_numpy()
    child = row[has_parent].assign(upper_row_id=present["parent_row_id"].to_numpy()[has_parent].astype("int64"))

    if by_parent_alone:
        linked = upper.merge(child, on=["owner_id", "upper_row_id"], suffixes=("", "_present"))
        (name,) = key
        linked["is_renamed"] = linked[name] != linked[f"{name}_present"]
        linked = linked.sort_values(["wanted_at", "is_renamed", f"{name}_present"]).drop_duplicates("wanted_at")
    else:
        linked = upper.merge(child, on=["owner_id", "upper_row_id", *key])

    is_open = wanted["spreads"].to_numpy().copy()
    is_open[linked["wanted_at"]] = False
    is_left = np.ones(len(row), dtype=bool)
    is_left[linked["present_at"]] = False
    keyed = upper[is_open].merge(row[is_left], on=["owner_id", *key])

    wanted_at = np.concatenate([linked["wanted_at"], keyed["wanted_at"]]).astype(np.intp)
    present_at = np.concatenate([linked["present_at"], keyed["present_at"]]).astype(np.intp)
    return Pairs(
        wanted_at,
        present_at,
        np.arange(len(wanted_at)) < len(linked),
        np.setdiff1d(np.arange(len(wanted)), wanted_at, assume_unique=True),
        np.setdiff1d(np.arange(len(present)), present_at, assume_unique=True),
    )


def free_names(written: pd.DataFrame, kept: pd.DataFrame) -> pd.Series[str]:
    """New names for the kept categories whose name a push gives to another (RULES.md 3), by index of `kept`.

    `written` and `kept`: owner_id, name, name_key. Few owners have any, and each new name depends on those
    before it: these owners are gone through one by one.
    """
    taken_away = kept.merge(written[["owner_id", "name_key"]].drop_duplicates(), on=["owner_id", "name_key"])
    losers = kept[kept["owner_id"].isin(taken_away["owner_id"])].reset_index(names="at")
    losers = losers.merge(taken_away[["owner_id", "name_key"]], on=["owner_id", "name_key"])
    both = pd.concat([written[["owner_id", "name_key"]], kept[["owner_id", "name_key"]]])
    both = both[both["owner_id"].isin(losers["owner_id"])]
    taken = {owner: set(names) for owner, names in both.groupby("owner_id")["name_key"]}
    renamed: dict[int, str] = {}
    in_order = losers.sort_values(["owner_id", "name_key"])
    for at, owner, name in zip(in_order["at"], in_order["owner_id"], in_order["name"], strict=True):
        number = 1
        while folded_name(new := _numbered(name, number)) in taken[owner]:
            number += 1
        taken[owner].add(folded_name(new))
        renamed[at] = new
    return pd.Series(renamed, dtype="str")


def _numbered(name: str, number: int) -> str:
    suffix = f"({number})"
    return name[: NAME_LENGTH - len(suffix)] + suffix
