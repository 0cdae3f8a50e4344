"""How much there is of everything in a simulated district of each size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LevelSize:
    """One level of schooling: how many schools, how large, and how large its catalog is.

    Attributes:
        schools: schools of the level.
        rolled: of these, how many have set up next year already (courses and sections, no students' work).
        masters: course masters of the level's catalog.
        offered: how many in a thousand of them a school offers, beyond the plain courses, which all schools do.
        sections: of a course; a high school's courses vary around it.
        teachers, students: of a school.
        aligned: how many in a hundred assignments count for any one standard of their course.
    """

    schools: int
    rolled: int
    masters: int
    offered: int
    sections: int
    teachers: int
    students: int
    aligned: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A size.

    Attributes:
        elementary, middle, high: the levels.
        one_more: how many in a hundred courses of elementary and middle schools have one more section.
        class_size: students of a section, on average.
        assignments: of a section, about.
        left_over: how many in a thousand options course masters and schools gave up although sections work with
            them; of the children of composites half as many, of categories a quarter.
        has_more_setup: whether there are calculation options for every task and term, more standards, and grades
            posted for them in elementary schools.
        has_quick_scores: whether the luck of a score is reckoned from its student's and its assignment's, where
            an md5 of its own would take long.
        batches: how many parts students' work is made in, so that no part outgrows the memory.
    """

    elementary: LevelSize
    middle: LevelSize
    high: LevelSize
    one_more: int
    class_size: int
    assignments: int
    left_over: int
    has_more_setup: bool
    has_quick_scores: bool
    batches: int

    @property
    def fits_frames(self) -> bool:
        """Whether all tables together can be held in memory as frames."""
        return self.batches <= 2

    @property
    def levels(self) -> dict[str, LevelSize]:
        return {"elementary": self.elementary, "middle": self.middle, "high": self.high}


PROFILES: dict[str, Profile] = {
    "small": Profile(
        elementary=LevelSize(
            schools=2, rolled=2, masters=14, offered=1000, sections=2, teachers=16, students=160, aligned=35
        ),
        middle=LevelSize(
            schools=1, rolled=1, masters=18, offered=1000, sections=3, teachers=16, students=160, aligned=15
        ),
        high=LevelSize(
            schools=1, rolled=1, masters=30, offered=1000, sections=2, teachers=16, students=160, aligned=15
        ),
        one_more=0,
        class_size=18,
        assignments=15,
        left_over=0,
        has_more_setup=False,
        has_quick_scores=False,
        batches=1,
    ),
    "medium": Profile(
        elementary=LevelSize(
            schools=10, rolled=2, masters=60, offered=550, sections=1, teachers=15, students=280, aligned=5
        ),
        middle=LevelSize(
            schools=4, rolled=1, masters=80, offered=700, sections=1, teachers=22, students=410, aligned=2
        ),
        high=LevelSize(
            schools=4, rolled=1, masters=220, offered=450, sections=2, teachers=60, students=1100, aligned=2
        ),
        one_more=70,
        class_size=26,
        assignments=41,
        left_over=250,
        has_more_setup=True,
        has_quick_scores=True,
        batches=2,
    ),
    "large": Profile(
        elementary=LevelSize(
            schools=258, rolled=12, masters=300, offered=185, sections=1, teachers=28, students=540, aligned=4
        ),
        middle=LevelSize(
            schools=61, rolled=3, masters=500, offered=210, sections=1, teachers=45, students=850, aligned=2
        ),
        high=LevelSize(
            schools=54, rolled=3, masters=1800, offered=100, sections=2, teachers=98, students=2100, aligned=2
        ),
        one_more=90,
        class_size=28,
        assignments=58,
        left_over=155,
        has_more_setup=True,
        has_quick_scores=True,
        batches=24,
    ),
}
"""The sizes on offer. Medium is a town's district, large about that of Clark County, Nevada, of 373 schools."""
