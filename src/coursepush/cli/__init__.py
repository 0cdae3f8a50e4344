"""The command line: the calls of the Python package, one command each."""
