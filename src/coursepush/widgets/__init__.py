"""Panels for notebooks: ipywidgets over the public functions. State is plain Python; views only show it."""
