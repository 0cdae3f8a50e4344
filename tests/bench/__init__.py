"""The benchmark: what a push costs, held against the least it could cost and what people would use instead.

    python -m tests.bench [small medium large]

See ``__main__`` for the options, ``floor.sql`` and ``reports.sql`` for what the figures are held against, and
``alternatives/`` for the other programs.
"""
