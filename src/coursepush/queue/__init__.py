"""The batch queue: pushes, links and undos that are submitted now and run later, one at a time and at most once.

It lies in a folder beside the district's file, which is locked while a push is written. RULES.md 9.2 is its
contract.
"""
