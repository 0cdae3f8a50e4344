"""Sharing: a notebook as one page that shows no student, to be read without a kernel and without a network."""

from coursepush.optional import module

for _name in ("nbformat", "nh3", "mistune", "pygments"):
    module(_name, "Shared pages")
