"""Who agreed to a plan, what a district asks for, and what it does not let through (RULES.md 9.1).

A record of who agreed to what; not a lock against somebody who can write the district's file.

- ``policy.py``: the conditions and guards that there are, one row each, and what a district has set.
- ``facts.py``: what is true of a plan, on the day on which it is judged.
- ``judge.py``: the one place that decides: policy, facts, approvals → what is missing.
- ``approvals.py``: what an approval is, and whose counts; ``file.py``: one as a small file.
- ``kept.py``: the tables of the district's file; ``calls.py``: what a district's methods do.
"""
