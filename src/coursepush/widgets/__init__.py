"""Panels for notebooks: ipywidgets over the public functions. State is plain Python; views only show it."""

from coursepush.optional import module

for _name in ("ipywidgets", "anywidget", "itables"):
    module(_name, "Panels")
