"""Proof by killing: what is killed, stopped or out of disk leaves all of its work or none, and says which.

    python -m tests.crash 1000                  # 1,000 kills of an apply, a fifth as many of each other work
    python -m tests.crash 50 --only undo        # of one work
    python -m tests.crash 0 --stops 50 --full 200

``works`` has what is killed: one entry each. ``children`` forks the processes, from one that has imported
everything and opened no DuckDB. ``places`` says where in its work a child is, by what it reports; ``kills`` places
the kills, ``stops`` sends Ctrl-C and SIGTERM and fills the disk.
"""
