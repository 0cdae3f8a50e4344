"""District files of earlier layouts: read as they are, and brought up by the first piece of work that writes.

A *layout* is what a district's file is made of: the tables of schemas ``main`` and ``push``, their columns and
types. Each has a number, kept in ``push.district``. One module here takes a file from one layout to the next:
``m0003.py`` makes layout 3 of layout 2. What happens to an earlier file:

- **Work that reads** never writes to it. Views stand in for tables and columns that it does not have yet
  (:attr:`Migration.stand_ins`), so one statement reads files of all layouts. It names ``push.finding`` or
  ``course``; ``district.push.finding`` is the file's own table.
- **Work that writes** first brings it up (:func:`bring_up`): all migrations, in one transaction of their own. It
  is of the newest layout afterwards, or as it was. ``push.migration`` remembers when and by which versions.
- **A newer layout**, and one from before layout 2, is refused with what to do.

To change the layout:

1. Keep cases of the layout as it was, unless ``tests/layout_cases/`` has it already: on the commit before your
   change, ``python tests/layouts.py``.
2. Change the tables where they are made: :mod:`coursepush.model.tables`, :mod:`coursepush.store.layout`,
   :mod:`coursepush.store.work`, or the history in :mod:`coursepush.apply.history`. New columns stand last.
3. Write ``m0005.py`` like its neighbour, and add it to ``MIGRATIONS`` in ``registry.py``. As long as no release
   has made files of the newest layout, a further change belongs into the migration that makes it: add to its
   steps and stand-ins.
4. ``python -m pytest tests/test_migrations.py``. A case that was brought up must be laid out as a new file is,
   column by column, have the rows it had, and give the plans, reports and undo that it gave. A case that is only
   read must give the same: what fails there lacks a stand-in.

Rules for a migration:

- It says what its layout is word for word, and imports nothing that says what the newest one is: that will change,
  and the migration must not.
- Steps give names in full (``district.push.history``). The history's tables are there only after a first push or
  refresh: what is about them says so (``where_there_is``).
- A column is added without a default and filled by an update after that. DuckDB 1.5.6 takes no ``default`` in a
  transaction once the configuration is locked, and no ``alter`` of a table whose rows the same transaction has
  changed. A column that is never null needs its table made anew (``create or replace table``), from rows held in a
  temporary table meanwhile.
- Tables whose number of rows changes, or that go, are named in :attr:`Migration.changes_rows`; all others are
  counted before and after.
"""

from coursepush.store.migrations.bring_up import COMMIT_LAYOUT, bring_up
from coursepush.store.migrations.layouts import check_layout, layout_of
from coursepush.store.migrations.migration import Migration, StandIn, Step
from coursepush.store.migrations.registry import OLDEST, SCHEMA_VERSION, migrations_after
from coursepush.store.migrations.stand_in import stand_in

__all__ = [
    "COMMIT_LAYOUT",
    "OLDEST",
    "SCHEMA_VERSION",
    "Migration",
    "StandIn",
    "Step",
    "bring_up",
    "check_layout",
    "layout_of",
    "migrations_after",
    "stand_in",
]
