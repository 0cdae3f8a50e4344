"""What somebody can work out who has every page: the least and the most that each count of students can be.

The attacker knows more than pages say: which course row takes in which section row, and that everybody is in one
section of a course, so that counts add up. Bounds follow from sums, and are tightened until nothing moves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

MOST = 10**9

Count = Hashable


@dataclass
class Attacker:
    """Counts, each with the least and the most that it can be; and sums: (whole, its parts)."""

    least: dict[Count, int] = field(default_factory=dict[Count, int])
    most: dict[Count, int] = field(default_factory=dict[Count, int])
    sums: list[tuple[Count, tuple[Count, ...]]] = field(default_factory=list[tuple[Count, tuple[Count, ...]]])

    def reads(self, count: Count, cell: str) -> None:
        """What a cell says of a count: a number, a word for one, or nothing."""
        said = cell.replace(",", "").strip()
        if said.isdigit():
            self._between(count, int(said), int(said))
        elif said.startswith("<"):
            self._between(count, 0, int(said[1:]) - 1)
        elif said in ("", "none"):
            self._between(count, 0, 0)
        elif said.endswith(" or more"):
            self._between(count, int(said.split()[0]), MOST)
        elif said == "some":
            self._between(count, 1, MOST)
        else:
            assert said == "hidden", f"not a word that the rule has: {cell!r}"
            self._between(count, 0, MOST)

    def knows(self, count: Count, least: int, most: int = MOST) -> None:
        """That a count is not below `least` and not above `most`."""
        self._between(count, least, most)

    def knows_sum(self, whole: Count, parts: Iterable[Count]) -> None:
        self.sums.append((whole, tuple(parts)))
        for count in (whole, *self.sums[-1][1]):
            self._between(count, 0, MOST)

    def _between(self, count: Count, least: int, most: int) -> None:
        self.least[count] = max(self.least.get(count, 0), least)
        self.most[count] = min(self.most.get(count, MOST), most)
        assert self.least[count] <= self.most[count], f"what is told of {count} cannot be"

    def works_out(self) -> None:
        """Tighten all bounds until none moves."""
        before = None
        while before != (before := (sum(self.least.values()), sum(self.most.values()))):
            for whole, parts in self.sums:
                least = sum(self.least[part] for part in parts)
                most = sum(self.most[part] for part in parts)
                self._between(whole, least, most)
                for part in parts:
                    others_least, others_most = least - self.least[part], most - self.most[part]
                    self._between(part, self.least[whole] - others_most, self.most[whole] - others_least)
                    least, most = others_least + self.least[part], others_most + self.most[part]

    def works_out_exactly(self, fewest: int) -> dict[Count, int]:
        """Counts below `fewest`, but not none, of which only one number is left."""
        told = {count: least for count, least in self.least.items() if self.most[count] == least}
        return {count: number for count, number in told.items() if 1 <= number < fewest}

    def gives_away(self, fewest: int) -> dict[Count, tuple[int, int]]:
        """Counts that must be 1 or more and fewer than `fewest`: (least, most)."""
        return {
            count: (least, self.most[count])
            for count, least in self.least.items()
            if least >= 1 and self.most[count] < fewest
        }
