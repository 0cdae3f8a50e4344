"""The Batch Queue List, live: what waits and runs, what came of it, and what can be done about it."""
