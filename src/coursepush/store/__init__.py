"""The only place that talks to DuckDB.

From the ground up: ``connection`` opens an instance, ``engine`` runs statements on it, ``session`` is what work
sees of them; ``owner``, ``temporary`` and ``turns`` say whose a folder or file is; ``holding`` takes hold of a
district's file and lets go of it, ``commit`` decides what was written, ``database`` puts reading and writing
together.
"""

from coursepush.store.database import Session, Store

__all__ = ["Session", "Store"]
