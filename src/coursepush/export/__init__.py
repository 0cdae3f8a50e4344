"""What leaves the district as files: its tables, a plan's changes to key in, rows of a report."""
