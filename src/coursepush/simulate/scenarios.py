"""The situations that districts ask about most, planted on named courses of every simulated district."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Scenario:
    """A question, the request that answers it, where to look, and what is seen there.

    `scenario` counts the questions. `request` is a call on a simulated district called ``district``.
    """

    scenario: int
    question: str
    request: str
    look_at: str
    expect: str


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        1,
        "State codes changed on several course masters. How do the courses get them, and nothing else?",
        'district.plan_master_push(catalog="High School", year=2027, mode="locked", data=["course_info"])',
        "Course masters 03051-1 Biology, 03151-1 Physics and 03003-1 Environmental Science",
        "The state code changes on the courses of these three course masters, and no grading setup is touched.",
    ),
    Scenario(
        2,
        "Several things changed on one course master. How are they pushed without the rest of the catalog?",
        'district.plan_master_push(catalog="High School", year=2027, mode="locked", masters=["02056-1"])',
        "Course master 02056-1 Algebra II",
        "Its course gets two changed category weights, one changed calculation option and one new standard.",
    ),
    Scenario(
        3,
        "One school manages its own course. How do all the others get what changed on the course master?",
        'district.plan_master_push(catalog="Elementary", year=2027, mode="locked", masters=["0306"])',
        "Course master 0306 Mathematics (grade 4); its course 0306-2 at Cedar Hill ignores the master's push",
        "Maple Grove's course is changed, Cedar Hill's is skipped whole as one that ignores the push.",
    ),
    Scenario(
        4,
        "How does next year start from the course masters as they are, with nothing left of last year's changes?",
        'district.plan_master_push(catalog="High School", year=2027, mode="overwrite", to_sections=True)',
        "Course 04101-1 U.S. History—Comprehensive of Riverbend High 26-27",
        "The school's own category and task are removed, its changed homework weight is taken back and relinked, "
        "and nothing is left over, since nobody has worked in that year yet.",
    ),
    Scenario(
        5,
        "Schools and teachers shall keep the setup they made. Which push leaves it alone?",
        'district.plan_master_push(catalog="High School", year=2026, mode="locked", to_sections=True, '
        'masters=["01002-1"])',
        "Course 01002-1 English/Language Arts II of Riverbend High 25-26: the school's Reading Log, a teacher's "
        "Vocabulary",
        "What the school made is kept as course managed and what the teacher made as teacher managed; nothing of "
        "it is removed or changed.",
    ),
    Scenario(
        6,
        "A push of a course master does nothing. What is wrong?",
        'district.plan_master_push(catalog="High School", year=2026, mode="locked", masters=["04051-1"])',
        "Course 04051-1 World History—Overview of Riverbend High 25-26",
        "All its categories and calculation options fail as desynced: their links upward are broken.",
    ),
    Scenario(
        7,
        "Everything was pushed, and still some data did not arrive. Why?",
        'district.plan_master_push(catalog="Middle School", year=2027, mode="locked", masters=["0613"])',
        "Course master 0613 Pre-Algebra, whose category weights changed",
        "Categories are skipped because the catalog does not lock them, so the course keeps its old weights.",
    ),
    Scenario(
        8,
        "Courses were overwritten, and setup that is not the course master's is still there. Why?",
        'district.plan_master_push(catalog="High School", year=2026, mode="overwrite", masters=["24052-1"])',
        "Course 24052-1 Spanish I of Riverbend High 25-26: the category Warm-Ups and the task Progress Grade",
        "Both stay as residual because assignments use them; the options of terms without work are removed.",
    ),
    Scenario(
        9,
        "How does one see whether the grading setup was pushed properly?",
        'district.plan_master_push(catalog="Middle School", year=2026, mode="locked", masters=["0608"])',
        "Course master 0608 Social Studies (grade 7); the push's result once it is applied",
        "A new task and a changed option arrive, and the report lists what could not be pushed: one desynced "
        "option, and the categories, which are not locked.",
    ),
    Scenario(
        10,
        "Some setup is managed on courses, some on course masters. How does all of it go back to the masters?",
        'district.plan_master_push(catalog="Elementary", year=2027, mode="overwrite")',
        "Course 0307-2 Science (grade 4) of Cedar Hill Elementary 26-27",
        "The school's own rows are relinked to the course master, and its Science Journal is removed.",
    ),
    Scenario(
        11,
        "A task that teachers use was removed from a course master by an overwrite push. How is it restored?",
        'district.plan_master_push(catalog="High School", year=2026, mode="overwrite", masters=["05156-1"], '
        "to_sections=True)",
        "Course master 05156-1 Visual Arts—Drawing, which has the task Portfolio again, as a new row",
        "What was left over of Portfolio on the course, the task and its four options, relinks by itself.",
    ),
    Scenario(
        12,
        "After an overwrite push teachers see No Calculation, greyed out. Where does it come from?",
        'district.plan_master_push(catalog="High School", year=2026, mode="overwrite", masters=["03101-1"], '
        "to_sections=True)",
        "Course 03101-1 Chemistry of Riverbend High 25-26: the course master no longer has the task Lab Grade",
        "The task stays as residual, its used options are set to No Calculation, and so are the sections'.",
    ),
    Scenario(
        13,
        "Teachers made their own categories. How is everything else relinked?",
        'district.plan_master_push(catalog="High School", year=2026, mode="overwrite", masters=["04201-1"], '
        'to_sections=True, data=["course_info", "grading_tasks", "standards", "assessments", '
        '"grade_calc_options", "composite_grades"])',
        "Course 04201-1 Economics of Riverbend High 25-26",
        "Tasks and calculation options are relinked; categories are skipped as not selected, and the teachers' "
        "stay as they are.",
    ),
)


def scenarios() -> pl.DataFrame:
    """The planted scenarios, one a row: scenario, question, request, look_at, expect."""
    return pl.DataFrame([asdict(scenario) for scenario in SCENARIOS])
