"""The setup rows of one element, for every course or section that a push reaches, in overwrite mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coursepush.model.tables import SETUP_KEYS, TABLES

from .pairing import Mask, Pairs, Positions, differ, fold, free_names, is_in, pair
from .work import Work

TASK_COLUMNS = {
    "assessment": ["standard_task_id"],
    "composite": ["task_id", "child_task_id"],
    "grade_calc": ["task_id"],
}
TERM_COLUMNS = {
    "composite": ["term_seq", "child_term_seq"],
    "grade_calc": ["term_seq", "cumulative_from_term_seq"],
}


def value_columns(family: str) -> list[str]:
    """The columns of a setup table that a push carries, the business key among them."""
    return list(TABLES[f"master_{family}"].names[2:])  # after row_id, owner_id


def key_columns(family: str) -> list[str]:
    """The business key as it is compared: of a category its folded name."""
    return ["name_key"] if family == "category" else list(SETUP_KEYS[family])


def with_key(family: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with what their business key is compared by."""
    return rows.assign(name_key=fold(rows["name"])) if family == "category" else rows


def pushable(family: str, upper: pd.DataFrame, tasks: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Upper rows as a course (and its sections) are to have them, with `is_unpushable` (RULES.md 4.3).

    `upper`: course_id, calendar_id and values. `tasks`: course_id, task_id, is_post_only of the tasks that a
    course has after the push; `terms`: those of the calendars.
    """
    unpushable = np.zeros(len(upper), dtype=bool)
    for column in TASK_COLUMNS.get(family, ()):
        named = upper[column].notna().to_numpy()
        unpushable |= named & ~is_in(upper, ["course_id", column], tasks, ["course_id", "task_id"])
    for column in TERM_COLUMNS.get(family, ()):
        named = upper[column].notna().to_numpy()
        unpushable |= named & ~is_in(upper, ["calendar_id", column], terms, ["calendar_id", "term_seq"])
    if family == "category":
        # one row a course, list of tasks and task in it
        lists = upper.loc[upper["task_ids"] != "", ["course_id", "task_ids"]].drop_duplicates()
        named = lists.assign(task_id=lists["task_ids"].str.split(";")).explode("task_id")
        named["task_id"] = named["task_id"].astype("int64")
        lacking = named[~is_in(named, ["course_id", "task_id"], tasks, ["course_id", "task_id"])]
        lacking = lacking[["course_id", "task_ids"]].drop_duplicates()
        with_lists = upper[["course_id", "task_ids"]].merge(
            lacking, on=["course_id", "task_ids"], how="left", indicator="lacks"
        )
        unpushable |= (with_lists["lacks"] == "both").to_numpy()
    if family == "grade_calc":
        post_only = tasks[tasks["is_post_only"]]
        is_post_only = is_in(upper, ["course_id", "task_id"], post_only, ["course_id", "task_id"])
        upper = upper.assign(calc_type=upper["calc_type"].mask(is_post_only, "none"))
    return upper.assign(is_unpushable=unpushable)


@dataclass
class Pushed:
    """One element on one level after the push.

    `rows`: the present rows of the owners reached that are left, with `spreads`; `added`: new rows with
    owner_id, parent_row_id and values, still without ids; `touched`: ids of all present rows of those owners.
    """

    rows: pd.DataFrame
    added: pd.DataFrame
    touched: pd.Series[int]

    def written_into(self, table: pd.DataFrame, next_id: int, key: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The whole table after the push, and the new rows with their ids: upward in order of owner and key."""
        added = self.added.sort_values(["owner_id", *key], ignore_index=True)
        added = added.assign(row_id=np.arange(next_id, next_id + len(added)))
        if "is_link_broken" in table.columns:
            added["is_link_broken"] = False
        columns = list(table.columns)
        others = table[~table["row_id"].isin(self.touched)]
        added_rows = added[columns].astype(table.dtypes)
        return pd.concat([others, self.rows[columns], added_rows], ignore_index=True), added


def push_to_courses(
    family: str,
    wanted: pd.DataFrame,
    present: pd.DataFrame,
    work: Work,
    known_above: pd.Series[int],
    residual_tasks: pd.DataFrame | None,
    *,
    keeps_weight: bool = False,
) -> Pushed:
    """Hop 1 of one family (RULES.md 4.2).

    `known_above`: ids of all master rows of the family. `residual_tasks`: course_id, task_id of tasks that
    are used, on the course and not on its master; given for calculation options, whose orphans are neutralised.
    """
    pairs = pair(wanted, present, key_columns(family), by_parent_alone=family == "category")
    parent, broken = present["parent_row_id"], present["is_link_broken"].to_numpy()
    orphan = parent.notna().to_numpy() & ~broken & ~parent.isin(known_above).to_numpy()

    goes = ~wanted["is_unpushable"].to_numpy()
    paired_goes = goes[pairs.wanted]
    linked = pairs.by_link & ~broken[pairs.present]
    differs = _differs(family, wanted, present, pairs, leave_out=("weight",) if keeps_weight else ())
    relinked = paired_goes & ~linked
    written = relinked | (paired_goes & differs)

    spreads = np.ones(len(present), dtype=bool)
    left_alone = pairs.present[~paired_goes]
    spreads[left_alone] = ~orphan[left_alone]
    stays = np.ones(len(present), dtype=bool)
    used = work.uses(family, present.iloc[pairs.extra], on_sections=False)
    stays[pairs.extra[~used]] = False
    spreads[pairs.extra] = False

    after = _take_values(family, wanted, present, pairs, written, leave_out=("weight",) if keeps_weight else ())
    after = _relink(after, wanted, pairs, relinked)
    if residual_tasks is not None:
        residual = pairs.extra[used & orphan[pairs.extra]]
        options = after.iloc[residual]
        neutralised = is_in(options, ["owner_id", "task_id"], residual_tasks, ["course_id", "task_id"])
        after.iloc[residual[neutralised], after.columns.get_loc("calc_type")] = "none"
    after["spreads"] = spreads
    missing = pairs.missing[goes[pairs.missing]]
    added = wanted.iloc[missing].rename(columns={"upper_row_id": "parent_row_id"})
    if family == "category":
        after = _renamed(after, stays, _mask(present, pairs.present[written]), added)
    return Pushed(after[stays], added, present["row_id"])


def push_weights_to_courses(wanted: pd.DataFrame, present: pd.DataFrame) -> Pushed:
    """Composites of which the weights alone are locked: linked rows take the weight (RULES.md 4.4)."""
    pairs = pair(wanted, present, key_columns("composite"), by_parent_alone=False)
    linked = pairs.by_link & ~present["is_link_broken"].to_numpy()[pairs.present]
    written = linked & ~wanted["is_unpushable"].to_numpy()[pairs.wanted]
    after = _take_values("composite", wanted, present, pairs, written)
    return Pushed(after, wanted.iloc[:0].rename(columns={"upper_row_id": "parent_row_id"}), present["row_id"])


def push_to_sections(family: str, wanted: pd.DataFrame, present: pd.DataFrame, work: Work) -> Pushed:
    """Hop 2 of one family (RULES.md 5.1)."""
    is_category = family == "category"
    pairs = pair(wanted, present, key_columns(family), by_parent_alone=is_category)
    goes = ~wanted["is_unpushable"].to_numpy()
    paired_goes = goes[pairs.wanted]

    local = present["parent_row_id"].isna().to_numpy()
    if is_category:
        # one of several categories with one parent counts as the teacher's own
        local = local | is_in(present, ["owner_id", "parent_row_id"], wanted, ["owner_id", "upper_row_id"])
    in_question = paired_goes & ~pairs.by_link & local[pairs.present]
    in_use = np.zeros(len(pairs.present), dtype=bool)
    in_use[in_question] = work.uses(family, present.iloc[pairs.present[in_question]], on_sections=True)
    relinked = paired_goes & ~pairs.by_link & ~in_use
    differs = _differs(family, wanted, present, pairs)
    written = relinked | (paired_goes & pairs.by_link & differs)

    stays = np.ones(len(present), dtype=bool)
    used = work.uses(family, present.iloc[pairs.extra], on_sections=True)
    stays[pairs.extra[~used]] = False

    after = _take_values(family, wanted, present, pairs, written)
    after = _relink(after, wanted, pairs, relinked)
    missing = pairs.missing[(goes & wanted["spreads"].to_numpy())[pairs.missing]]
    if is_category:  # a used one makes way for the one that is added
        missing = np.concatenate([missing, pairs.wanted[in_use]])
    added = wanted.iloc[missing].rename(columns={"upper_row_id": "parent_row_id"})
    if is_category:
        after = _renamed(after, stays, _mask(present, pairs.present[written]), added)
    return Pushed(after[stays], added, present["row_id"])


def _mask(rows: pd.DataFrame, positions: Positions) -> Mask:
    mask = np.zeros(len(rows), dtype=bool)
    mask[positions] = True
    return mask


def _differs(
    family: str, wanted: pd.DataFrame, present: pd.DataFrame, pairs: Pairs, leave_out: tuple[str, ...] = ()
) -> Mask:
    """Which pairs differ in any value."""
    differs = np.zeros(len(pairs.wanted), dtype=bool)
    for column in value_columns(family):
        if column not in leave_out:
            differs |= differ(wanted[column].iloc[pairs.wanted], present[column].iloc[pairs.present])
    return differs


def _take_values(
    family: str,
    wanted: pd.DataFrame,
    present: pd.DataFrame,
    pairs: Pairs,
    written: Mask,
    leave_out: tuple[str, ...] = (),
) -> pd.DataFrame:
    """The present rows with the wanted values in those pairs that are written."""
    after = present.copy()
    for column in [*value_columns(family), *(["name_key"] if family == "category" else [])]:
        if column not in leave_out:
            values = after[column].array.copy()
            values[pairs.present[written]] = wanted[column].array[pairs.wanted[written]]
            after[column] = values
    return after


def _relink(after: pd.DataFrame, wanted: pd.DataFrame, pairs: Pairs, relinked: Mask) -> pd.DataFrame:
    """The rows with their links set in those pairs that are relinked."""
    parents = after["parent_row_id"].array.copy()
    parents[pairs.present[relinked]] = wanted["upper_row_id"].array[pairs.wanted[relinked]]
    after = after.assign(parent_row_id=parents)
    if "is_link_broken" in after.columns:
        after["is_link_broken"] = after["is_link_broken"].to_numpy() & ~_mask(after, pairs.present[relinked])
    return after


def _renamed(after: pd.DataFrame, stays: Mask, written: Mask, added: pd.DataFrame) -> pd.DataFrame:
    """Keep category names unique: what stays unwritten makes way for what is written or added."""
    columns = ["owner_id", "name", "name_key"]
    after = after.reset_index(drop=True)
    given = pd.concat([after.loc[written, columns], added[columns]])
    names = free_names(given, after.loc[stays & ~written, columns])
    after.loc[names.index, "name"] = names
    return after
