"""The command that prints the rules, the model, the calculation of grades and the glossary."""

from __future__ import annotations

import click

from coursepush.cli.group import cli
from coursepush.contract import documents


@cli.command("rules")
@click.argument("section", nargs=-1)
def rules(section: tuple[str, ...]) -> None:
    """The rules of a push by section, the model of a district, how grades are made, and the glossary.

    \b
    coursepush rules             what there is
    coursepush rules 4.2         a section of the rules: the one that "why" names
    coursepush rules model 5     a section of the model
    coursepush rules grades 4    a section of how in-progress grades are made
    coursepush rules orphan      a word of the glossary
    """
    click.echo(str(documents.rules(" ".join(section))))
