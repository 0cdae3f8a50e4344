"""Files and frames become a district, with findings about everything that is wrong with them."""

from coursepush.load.findings import FINDING_SCHEMA
from coursepush.load.tables import load_tables

__all__ = ["FINDING_SCHEMA", "load_tables"]
