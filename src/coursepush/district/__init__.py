"""A district as a user holds it."""

from coursepush.district.district import District
from coursepush.district.opening import load_district, load_panel, open_district, simulate_district
from coursepush.district.sample import sample_district

__all__ = [
    "District",
    "load_district",
    "load_panel",
    "open_district",
    "sample_district",
    "simulate_district",
]
