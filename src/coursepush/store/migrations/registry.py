"""All migrations, in their order."""

from __future__ import annotations

from coursepush.store.migrations import m0003, m0004
from coursepush.store.migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (m0003.MIGRATION, m0004.MIGRATION)

OLDEST = MIGRATIONS[0].to - 1
"""The earliest layout that is read and brought up."""

SCHEMA_VERSION = MIGRATIONS[-1].to
"""The layout of files that are made now."""


def newest() -> int:
    """The latest layout that is read."""
    return MIGRATIONS[-1].to


def migrations_after(layout: int) -> list[Migration]:
    """What a file of `layout` has yet to go through; nothing if it is of the newest."""
    return [migration for migration in MIGRATIONS if migration.to > layout]
