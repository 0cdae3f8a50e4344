"""The pictures: every number of the frame is in them, bars add up, names are text, and they need nothing else."""

from __future__ import annotations

import random
import re
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from coursepush.html.bars import shares
from coursepush.model.elements import ELEMENT_LABELS, ELEMENT_ORDER
from coursepush.plan.fates import FATE_WORDS, WRITTEN_FATES
from coursepush.reports.cascade.picture import LEVELS, STATES, cascade_svg
from coursepush.reports.plan.picture import MOST_SCHOOLS, changes_svg

_SVG = "{http://www.w3.org/2000/svg}"
_EVIL = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "Science 🧪 & <b>Art</b>",
    "שלום עולם \u202e",
    "x" * 50,
    "\" onmouseover='alert(1)",
    "</style></svg><img src=x onerror=alert(1)>",
    "null\x00 and \x1b escape",
    "]]> &amp; &#x41;",
)


class Picture:
    """A picture as a browser reads it. `lines`: what is written in it, by its height (whole pixels)."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.title, self.description = (self.root.findtext(f"{_SVG}{name}") or "" for name in ("title", "desc"))
        self.texts = ["".join(one.itertext()) for one in self.root.iter(f"{_SVG}text")]

    def bars(self) -> list[list[tuple[float, float, str]]]:
        """Each bar's segments: start and width in percent, and what they say; from top to bottom."""
        found: dict[float, list[tuple[float, float, str]]] = {}
        for one in self.root.findall(f"{_SVG}svg"):
            tip = one.find(f"{_SVG}title")
            if tip is not None:
                segment = (_percent(one.get("x")), _percent(one.get("width")), tip.text or "")
                found.setdefault(float(one.get("y") or 0), []).append(segment)
        return [found[y] for y in sorted(found)]


def _percent(value: str | None) -> float:
    assert value is not None
    assert value.endswith("%")
    return float(value[:-1])


def _assert_sound(svg: str) -> Picture:
    """Well-formed, told in words, and nothing in it that runs or is fetched."""
    picture = Picture(svg)
    root = picture.root
    assert root.tag == f"{_SVG}svg"
    assert root.get("role") == "img"
    assert root.get("width") == "100%"
    assert picture.title
    assert picture.description
    tags = {one.tag.removeprefix(_SVG) for one in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "text", "rect", "line", "path"}
    for one in root.iter():
        assert not any("href" in name or name.startswith("on") or name == "src" for name in one.attrib)
    assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/2000/svg\")", svg)
    return picture


def _numbers(words: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", words)]


# -- the cascade -------------------------------------------------------------------------------------------


def _cascade(*rows: tuple[str, str, int], awaiting: int | None = None) -> pl.DataFrame:
    """`awaiting`: of each row; by default all that are pending."""
    schema = {"level": pl.String, "state": pl.String, "owners": pl.Int64}
    pending = pl.when(pl.col("state") == "pending").then("owners").otherwise(0)
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        awaiting=pending if awaiting is None else pl.lit(awaiting)
    )


def _some_cascade(seed: int) -> pl.DataFrame:
    rng = random.Random(seed)
    most = rng.choice([2, 50, 3_000, 400_000])
    rows = [(level, state, rng.choice([0, 1, rng.randrange(most)])) for level in LEVELS for state in STATES]
    rng.shuffle(rows)
    return _cascade(*rows)


@pytest.mark.parametrize("seed", range(12))
def test_the_cascade_has_each_level_with_its_total_and_a_segment_for_each_state_that_has_some(seed: int) -> None:
    frame = _some_cascade(seed)
    picture = _assert_sound(cascade_svg(frame))
    counts = {(level, state): owners for level, state, owners in frame.select("level", "state", "owners").rows()}
    bars = iter(picture.bars())
    for level, (one, several) in LEVELS.items():
        numbers = [counts[level, state] for state in STATES]
        total = sum(numbers)
        assert f"{total:,} {one if total == 1 else several}" in picture.texts
        if not total:
            continue
        segments = next(bars)
        wanted = [(state, counts[level, state]) for state in STATES if counts[level, state]]
        assert [tip.rpartition(" of ")[0] for _, _, tip in segments] == [
            f"{STATES[s].label}: {n:,}" for s, n in wanted
        ]
        _assert_fills(segments, 100, [number for _, number in wanted])
    assert next(bars, None) is None


def _assert_fills(segments: list[tuple[float, float, str]], width: float, numbers: list[int]) -> None:
    """They stand one after the other, add up to the width, and of two the larger is no thinner."""
    place = 0.0
    for start, share, _ in segments:
        assert start == pytest.approx(place, abs=0.01)
        assert share > 0
        place = start + share
    assert place == pytest.approx(width, abs=0.01)
    by_number = sorted(zip(numbers, (share for _, share, _ in segments), strict=True))
    assert [share for _, share in by_number] == sorted(share for _, share in by_number)


@pytest.mark.parametrize("seed", range(12))
def test_the_cascades_table_and_words_have_every_number(seed: int) -> None:
    frame = _some_cascade(seed)
    picture = _assert_sound(cascade_svg(frame))
    counts = {(level, state): owners for level, state, owners in frame.select("level", "state", "owners").rows()}
    used = [state for state in STATES if any(counts[level, state] for level in LEVELS)]
    table = picture.texts[picture.texts.index("Catalogs") + len(LEVELS) :]
    assert [line for line in table if line in {look.label for look in STATES.values()}] == [
        STATES[state].label for state in used
    ]
    for state in used:
        at = table.index(STATES[state].label)
        shown = [0 if one == "–" else _numbers(one)[0] for one in table[at + 1 : at + 1 + len(LEVELS)]]
        assert shown == [counts[level, state] for level in LEVELS]
    told = [_numbers(sentence) for sentence in picture.description.split(".")[: len(LEVELS)]]
    for level, numbers in zip(LEVELS, told, strict=True):
        owners = [counts[level, state] for state in STATES if counts[level, state]]
        assert numbers == [sum(owners), *owners]


def test_a_level_with_none_says_so_and_states_with_none_are_left_out() -> None:
    picture = _assert_sound(cascade_svg(_cascade(("master", "in_sync", 31), ("course", "pending", 1))))
    assert picture.texts.count("none") == 2
    assert picture.description == (
        "0 course catalogs: none. 31 course masters: 31 in sync. 1 course: 1 awaiting push. 0 sections: none."
    )
    assert "Push All Course Masters: 1 course awaits it" in picture.texts
    assert "Push All Courses" in picture.texts
    assert "Desynced" not in picture.texts


def test_the_arrows_count_who_awaits_a_push_whatever_else_is_worse() -> None:
    """A desynced course to which a push would write all the same awaits it too."""
    rows = (
        ("course", "desynced", 5),
        ("course", "in_sync", 9),
        ("section", "residual", 4),
        ("master", "pending", 3),
    )
    picture = _assert_sound(cascade_svg(_cascade(*rows, awaiting=2)))
    assert "Push All Course Masters: 4 courses await it" in picture.texts
    assert "Push All Courses: 2 sections await it" in picture.texts
    assert "what the catalog locks" in picture.texts
    without = _assert_sound(cascade_svg(_cascade(*rows, awaiting=0)))
    assert {"Push All Course Masters", "Push All Courses"} <= set(without.texts)


def test_a_difference_that_no_push_changes_is_told_in_words() -> None:
    picture = _assert_sound(cascade_svg(_cascade(("course", "differs", 2), ("course", "in_sync", 1))))
    assert "3 courses: 1 in sync, 2 with differences that no push changes." in picture.description
    assert {"Differs", "Differs, no push changes it"} <= set(picture.texts)  # on a phone, on a wider screen


def test_an_empty_cascade_is_four_levels_of_none() -> None:
    picture = _assert_sound(cascade_svg(_cascade()))
    assert picture.texts.count("none") == 4
    assert picture.bars() == []


def test_more_columns_and_several_rows_of_a_kind_are_added_up() -> None:
    frame = _cascade(("course", "in_sync", 2), ("course", "in_sync", 3)).with_columns(school=pl.lit("A"))
    assert "5 courses" in _assert_sound(cascade_svg(frame)).texts


def test_numbers_stand_in_a_segment_only_where_there_is_room() -> None:
    svg = cascade_svg(_cascade(("course", "in_sync", 930), ("course", "pending", 60), ("course", "desynced", 10)))
    assert 'class="cp-inside cp-number" x="50%"' in svg  # 930: even on a phone
    assert 'class="cp-inside cp-number cp-wide"' in svg  # 60: on a wider screen
    assert svg.count("cp-inside cp-number") == 2  # 10: in the table alone


def test_an_unknown_state_is_a_mistake_and_not_a_gap() -> None:
    with pytest.raises(ValueError, match="no level 'course' with the state 'lost'"):
        cascade_svg(_cascade(("course", "lost", 1)))


# -- changes -----------------------------------------------------------------------------------------------


def _changes(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = {"school": pl.String, "element": pl.String, "fate": pl.String, "rows": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _some_changes(seed: int, schools: int) -> pl.DataFrame:
    rng = random.Random(seed)
    rows = [
        (f"School {school:03}", element, str(fate), rng.choice([0, 0, 1, rng.randrange(1, 5_000)]))
        for school in range(schools)
        for element in rng.sample(ELEMENT_ORDER, 4)
        for fate in WRITTEN_FATES
    ]
    rng.shuffle(rows)
    return _changes(rows)


def _totals(frame: pl.DataFrame, *by: str) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for row in frame.iter_rows(named=True):
        name = tuple(row[one] for one in by) if len(by) > 1 else row[by[0]]
        found[name] = found.get(name, 0) + row["rows"]
    return {name: rows for name, rows in found.items() if rows}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("by", ["school", "element"])
def test_changes_have_a_bar_for_each_with_its_number_and_its_share_of_the_longest(by: str, seed: int) -> None:
    frame = _some_changes(seed, schools=5 + seed)
    picture = _assert_sound(changes_svg(frame, by))
    totals, parts = _totals(frame, by), _totals(frame, by, "fate")
    if by == "school":
        order = sorted(totals, key=lambda name: (-totals[name], name))
    else:
        order = [name for name in ELEMENT_ORDER if name in totals]
    assert len(picture.bars()) == len(order)
    for name, segments in zip(order, picture.bars(), strict=True):
        label = name if by == "school" else ELEMENT_LABELS[name]
        at = picture.texts.index(label)
        assert _numbers(picture.texts[at + 1]) == [totals[name]]
        numbers = [parts[name, fate] for fate in WRITTEN_FATES if (name, fate) in parts]
        assert [_numbers(tip.split("\u2069")[1])[0] for _, _, tip in segments] == numbers
        assert sum(numbers) == totals[name]
        _assert_fills(segments, max(1.0, 100 * totals[name] / max(totals.values())), numbers)


def test_the_legend_has_each_fate_that_comes_up_with_its_number() -> None:
    frame = _some_changes(3, schools=40)
    picture = _assert_sound(changes_svg(frame))
    totals = _totals(frame, "fate")
    labels = {fate: told.label for fate, told in FATE_WORDS.items()}
    for fate in WRITTEN_FATES:
        assert f"{FATE_WORDS[fate].label} {totals[fate]:,}" in picture.texts
    linked = _assert_sound(changes_svg(frame, labels={**labels, "linked_again": "Linked"}))
    assert f"Linked {totals['linked_again']:,}" in linked.texts
    only = _assert_sound(changes_svg(frame.filter(fate="added")))
    assert [one for one in only.texts if one.startswith(tuple(labels.values()))] == [f"Added {totals['added']:,}"]


def test_thirty_schools_have_a_bar_and_the_rest_are_counted() -> None:
    frame = _changes([(f"School {place:03}", "standards", "added", 1_000 - place) for place in range(244)])
    picture = _assert_sound(changes_svg(frame))
    assert len(picture.bars()) == MOST_SCHOOLS == 30
    assert "School 029" in picture.texts
    assert "School 030" not in picture.texts
    at = picture.texts.index("and 214 more schools")
    assert _numbers(picture.texts[at + 1]) == [sum(1_000 - place for place in range(30, 244))]
    assert picture.description.endswith("And 214 more schools.")
    one_more = _assert_sound(changes_svg(frame.filter(pl.col("rows") > 970)))
    assert len(one_more.bars()) == 30
    assert not any(one.startswith("and ") for one in one_more.texts)
    assert "and 1 more school" in _assert_sound(changes_svg(frame.filter(pl.col("rows") > 969))).texts


def test_no_change_is_said() -> None:
    for by in ("school", "element"):
        picture = _assert_sound(changes_svg(_changes([("A", "standards", "added", 0)]), by))
        assert (picture.texts, picture.description) == (["none"], "No row is written.")
        assert changes_svg(_changes([]), by) == changes_svg(_changes([("A", "standards", "added", 0)]), by)


def test_what_writes_nothing_and_another_grouping_are_refused() -> None:
    with pytest.raises(ValueError, match="'keep' writes nothing"):
        changes_svg(_changes([("A", "standards", "keep", 1)]))
    with pytest.raises(ValueError, match="school or element, not by 'teacher'"):
        changes_svg(_changes([]), by="teacher")


# -- both --------------------------------------------------------------------------------------------------


def test_any_name_is_shown_as_text() -> None:
    frame = _changes([(name, "standards", "added", place + 1) for place, name in enumerate(_EVIL)])
    picture = _assert_sound(changes_svg(frame))
    for name in _EVIL:
        readable = re.sub("[\x00-\x1f]", "\ufffd", name)
        assert any(readable[:30] in one for one in picture.texts)
        assert f"\u2068{readable}\u2069: 1 added" in picture.description or f"\u2068{readable}\u2069:" in (
            picture.description
        )


def test_a_long_name_is_cut_on_a_phone_and_whole_on_a_wider_screen() -> None:
    name = "Northside Academy of the Performing and Visual Arts"
    svg = changes_svg(_changes([(name, "standards", "added", 1)]))
    assert f'class="cp-wide">{name}</text>' in svg
    assert re.search(r'class="cp-narrow">Northside Academy of the Perfor[^<]{1,10}…</text>', svg)


@pytest.mark.parametrize("seed", range(4))
def test_a_picture_is_the_same_whatever_the_order_of_the_rows(seed: int) -> None:
    cascade, changes = _some_cascade(seed), _some_changes(seed, 12)
    for frame, draw in ((cascade, cascade_svg), (changes, changes_svg)):
        drawn = draw(frame)  # type: ignore[operator]
        assert drawn == draw(frame.sample(fraction=1, shuffle=True, seed=seed))  # type: ignore[operator]
        assert len(drawn) < 70_000


@pytest.mark.parametrize("numbers", [[1], [0, 5], [1, 100_000], [1, 1, 1, 1, 1_000_000], [7] * 9, [0, 0]])
@pytest.mark.parametrize("width", [100.0, 1.0, 37.5])
def test_shares_add_up_and_what_is_there_can_be_seen(numbers: list[int], width: float) -> None:
    found = shares(numbers, width)
    assert sum(found) == pytest.approx(width if sum(numbers) else 0)
    for number, share in zip(numbers, found, strict=True):
        assert share >= 0
        if number:
            assert share >= min(0.3, width / len(numbers)) * 0.999
