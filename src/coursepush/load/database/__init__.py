"""A database as a source: its tables by name, read once, in batches, at one moment where the database can."""
