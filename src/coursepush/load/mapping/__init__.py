"""Extracts with names of their own, Infinite Campus first, read by a mapping of names."""
