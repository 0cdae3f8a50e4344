"""A starting setup for course masters that have none, from a profile."""
