"""The pages of rules that ship with the package: true of the code, and every citation of them is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.contract.documents import DOCUMENTS, Passage, sections_of, terms
from coursepush.contract.plain import WIDTH, plain_text
from coursepush.model.elements import ELEMENTS_BY_NAME
from coursepush.model.tables import TABLES
from coursepush.model.verdicts import WRITING, Link, Reason, Verdict
from coursepush.plan.rules import RULES, Mode, Pairing, Rule

ROOT = Path(__file__).resolve().parents[1]
READ = ("*.py", "*.sql", "*.md", "*.css", "*.toml", "*.ipynb")
FOLDERS = ("src", "tests", "notebooks", "data", ".github")
PAGES = {"RULES": "rules", "MODEL": "model", "GRADES": "grades"}

# "RULES.md 4.2", "RULES.md 4.2, 4.3 and 5.1"; a number that is followed by more of a word is none
CITATION = re.compile(
    r"\b(RULES|MODEL|GRADES)\.md ((?:\d+(?:\.\d+)?)(?:(?:, | and | to )\d+(?:\.\d+)?(?![\w.]\w))*)"
)
# words of the toolkit's early days, for pages that never were in it
NOWHERE = re.compile(r"\b(?:rules|model|grades|domain|architecture)\.md\b|\b(?:GRADE|RULE|MODELS)\.md\b")


def texts() -> Iterator[tuple[Path, str]]:
    files = [ROOT / "README.md", *(ROOT / ".github").glob("*.md")]
    for folder in FOLDERS:
        for pattern in READ:
            files += (ROOT / folder).rglob(pattern)
    for path in sorted(set(files)):
        if path.resolve() != Path(__file__).resolve():
            yield path, path.read_text("utf-8")


# -- citations ---------------------------------------------------------------------------------------------


def test_every_citation_is_of_a_section_that_is_there() -> None:
    there = {page: {one.number for one in sections_of(document)} for page, document in PAGES.items()}
    cited = [
        (path.relative_to(ROOT), page, number)
        for path, text in texts()
        for page, numbers in CITATION.findall(re.sub(r"\s+(?:--|#)?\s*", " ", text))
        for number in re.findall(r"\d+(?:\.\d+)?", numbers)
    ]
    assert [one for one in cited if one[2] not in there[one[1]]] == []
    assert len(cited) > 130, "the search still finds them"


def test_a_citation_of_a_section_that_is_not_there_would_be_found() -> None:
    told = "(RULES.md 4.2, 4.9 and 5.1), RULES.md 3, and 2 more"
    assert [re.findall(r"\d+(?:\.\d+)?", one) for _, one in CITATION.findall(told)] == [
        ["4.2", "4.9", "5.1"],
        ["3"],
    ]


def test_no_page_is_cited_that_is_nowhere() -> None:
    assert [
        (path.relative_to(ROOT), NOWHERE.findall(text)) for path, text in texts() if NOWHERE.search(text)
    ] == []


@pytest.mark.parametrize(("document", "of"), [("rules", "rules"), ("glossary", "rules"), ("grades", "grades")])
def test_numbers_within_the_pages_are_of_sections(document: str, of: str) -> None:
    """In brackets and alone, as in "(4.2, 5.1)", or as "section 3"."""
    text = cp.rules(document).text
    told = re.findall(r"\((\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)\)", text)
    told += re.findall(r"section (\d+(?:\.\d+)?)", text)
    said = {number for one in told for number in one.split(", ")} - {"1", "2"}  # name(1), name(2)
    assert said <= {one.number for one in sections_of(of)}
    assert len(said) > 6


# -- what the pages say is what the code does ---------------------------------------------------------------

CASES: dict[str, tuple[Pairing, Link | None, bool | None]] = {
    "missing": ("missing", None, None),
    "linked, equal": ("paired", Link.LINKED, False),
    "linked, differs": ("paired", Link.LINKED, True),
    "broken, paired": ("paired", Link.BROKEN, None),
    "orphan, paired by key": ("paired", Link.ORPHAN, None),
    "local, paired by key": ("paired", Link.LOCAL, None),
    "local, paired by key: options, composites": ("paired", Link.LOCAL, None),
    "local, paired by key: categories": ("paired", Link.LOCAL, None),
    "extra, local": ("extra", Link.LOCAL, None),
    "extra, orphan": ("extra", Link.ORPHAN, None),
    "extra, broken": ("extra", Link.BROKEN, None),
}
Outcome = tuple[str, str | None]


def table_of(section: str) -> dict[str, list[str]]:
    lines = [line for line in cp.rules(section).text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {row[0]: row[1:] for row in rows}


def outcomes(text: str) -> set[Outcome]:
    found = re.findall(r"`([a-z]+)(?: / ([a-z_]+))?`", text)
    return {(verdict, reason or None) for verdict, reason in found}


def decided(hop: int, mode: Mode, case: str, *, used: bool) -> set[Outcome]:
    """What the rule table says of a case; the residual task has a paragraph of its own."""
    pairing, link, differs = CASES[case]
    found: set[Outcome] = set()
    for differing in (False, True) if differs is None else (differs,):

        def holds(rule: Rule, differing: bool = differing) -> bool:
            return (
                rule.hop in (None, hop)
                and rule.mode in (None, mode)
                and rule.pairing == pairing
                and rule.link in (None, link)
                and rule.differs in (None, differing)
                and rule.used in (None, used)
                and rule.category in (None, case.endswith("categories"))
                and not rule.residual_task
            )

        rule = next(rule for rule in RULES if holds(rule))
        if rule.inserts_beside:
            found |= {("rename", str(rule.reason)), ("insert", None)}
        else:
            found.add((str(rule.verdict), rule.reason and str(rule.reason)))
    return found


@pytest.mark.parametrize(("hop", "section"), [(1, "4.2"), (2, "5.1")])
def test_the_tables_of_rows_are_the_rule_table(hop: int, section: str) -> None:
    table = table_of(section)
    assert set(table) <= set(CASES)
    modes: tuple[Mode, Mode] = ("locked", "overwrite")
    for case, cells in table.items():
        for mode, cell in zip(modes, cells, strict=True):
            unused, _, used = re.sub(r"unused: ", "", cell).partition("used:")
            assert decided(hop, mode, case, used=False) == outcomes(unused), (case, mode)
            assert decided(hop, mode, case, used=True) == outcomes(used or unused), (case, mode)


def test_every_rule_names_a_section_that_is_there() -> None:
    there = {one.number for one in sections_of("rules")}
    assert {rule.section for rule in RULES} == {"4.2", "4.3", "5.1"} <= there


def test_the_reasons_are_all_there_in_their_order_with_a_section() -> None:
    lines = re.findall(r"^\| `(\w+)` \| ([\d., ]+) \|", cp.rules("6").text, re.MULTILINE)
    told = [reason for reason, _ in lines]
    assert set(told) == set(Reason)
    pushes = [str(one) for one in Reason if one in told[: told.index("undo")]]
    assert told[: len(pushes)] == pushes, "the order in which they apply"
    there = {one.number for one in sections_of("rules")}
    assert {number for _, numbers in lines for number in numbers.split(", ")} <= there


def test_the_verdicts_are_all_there() -> None:
    text = cp.rules("6").text
    writing, _, other = text.partition("**That do not**")
    writing = writing.partition("**Verdicts that write**")[2]
    assert re.findall(r"`(\w+)`", writing) == list(WRITING)
    assert set(re.findall(r"`(\w+)`", other.split("\n\n")[0])) == set(Verdict) - set(WRITING)


def test_the_model_page_has_every_table_with_its_columns() -> None:
    rows = [line for line in cp.rules("model").text.splitlines() if line.startswith("| `")]
    attributes = cp.rules("model 4").text
    for table in TABLES.values():
        level, _, family = table.name.partition("_")
        names = {f"`{table.name}`"} | ({f"`*_{family}`"} if level in ("master", "course", "section") else set())
        told = [row for row in rows if names & set(re.findall(r"`[^`]+`", row.split("|")[1]))]
        assert len(told) == 1, table.name
        common = {"row_id", "owner_id", "parent_row_id", "is_link_broken"} if "row_id" in table.key else set()
        text = told[0] + (attributes if "*attributes*" in told[0] else "")
        words = set(re.findall(r"\w+", text)) | common
        assert set(table.names) <= words, table.name
        if not common:
            bold = set(re.findall(r"\w+", " ".join(re.findall(r"\*\*([^*]+)\*\*", told[0]))))
            assert bold == set(table.key), table.name


def test_every_element_is_in_the_model_and_in_the_glossary() -> None:
    told = cp.rules("model 1").text
    assert [name for name in ELEMENTS_BY_NAME if f"`{name}`" not in told] == []
    assert list(terms()) == sorted(terms(), key=str.lower)
    for word in ("desynced", "residual", "orphan", "hop", "local", "stale", "relink", "verdict"):
        assert cp.rules(word).title == word


# -- reading them ------------------------------------------------------------------------------------------


def every_passage() -> list[Passage]:
    return [cp.rules(), *(one for name in DOCUMENTS for one in (cp.rules(name), *sections_of(name)))]


@pytest.mark.parametrize("one", every_passage(), ids=lambda one: f"{one.document} {one.number}".strip() or "list")
def test_plain_text_fits_a_terminal_and_loses_no_word(one: Passage) -> None:
    lines = str(one).splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert "`" not in str(one)
    assert "**" not in str(one)
    assert set(re.findall(r"\w{4,}", one.text)) <= set(re.findall(r"\w+", str(one)))


def test_a_table_is_set_in_columns_that_fit() -> None:
    table = "| a | b |\n|---|---|\n| one | `two words` |\n| three | " + "long " * 20 + "|\n"
    assert plain_text(table, 30).splitlines() == [
        "a      b",
        "-----  -----------------------",
        "one    two words",
        "",
        "three  long long long long",
        *["       long long long long"] * 4,
    ]


def test_sections_are_asked_for_by_number_by_name_and_as_they_are_cited() -> None:
    assert cp.rules("4.2") == cp.rules(4.2) == cp.rules("RULES.md 4.2") == cp.rules(" rules  4.2. ")
    assert cp.rules("4").text.startswith("## 4. Hop 1")
    assert "### 4.4 " in cp.rules("4").text
    assert "## 5." not in cp.rules("4").text
    assert cp.rules("model 5") == cp.rules("MODEL.md 5")
    assert cp.rules("grades 4") == cp.rules("GRADES.md 4")
    assert cp.rules("grades 4").title == "Extra credit"
    assert cp.rules("glossary Orphan") == cp.rules("orphan")
    assert cp.rules("option").title == "calculation option"
    assert cp.rules("4.2")._repr_markdown_() == cp.rules("4.2").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("4.9", "There is no section '4.9' in the rules. There are: 1 The requests, 1.1 "),
        ("model 44", "There is no section '44' in the model. There are: 1 Where things sit, "),
        ("glossary 3", "The glossary has no numbered sections."),
        ("orfan", "There is no section or term 'orfan'. Did you mean 'orphan'?"),
    ],
)
def test_what_is_not_there_is_an_error_that_lists_what_is(asked: str, said: str) -> None:
    with pytest.raises(cp.CoursepushError, match=r"There are|Ask for|Valid choices") as raised:
        cp.rules(asked)
    assert str(raised.value).startswith(said)


def test_on_the_command_line() -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["rules", *words])
        return done.exit_code, done.output

    code, text = run("4.2")
    assert code == 0
    assert text == f"{cp.rules('4.2')}\n"
    assert run("model", "5") == (0, f"{cp.rules('model 5')}\n")
    code, text = run()
    assert code == 0
    assert "  - 4.2 Rows of the grading setup" in text
    code, text = run("9.9")
    assert code == 1
    assert "There are: 1 The requests" in text
