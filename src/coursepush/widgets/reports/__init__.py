"""The reports panel: which report and of what (choices), its rows (told), what a click on them does (state)."""
