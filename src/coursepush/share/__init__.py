"""Sharing: a notebook as one page that shows no student, to be read without a kernel and without a network."""
