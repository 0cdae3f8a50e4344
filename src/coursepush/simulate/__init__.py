"""Districts made up by seed, to try pushes on: believable, with everything that can happen planted in them."""

from coursepush.simulate.district import simulate_tables, write_simulated
from coursepush.simulate.fill import fill_simulated
from coursepush.simulate.profiles import PROFILES, Profile
from coursepush.simulate.scenarios import SCENARIOS, Scenario, scenarios

__all__ = [
    "PROFILES",
    "SCENARIOS",
    "Profile",
    "Scenario",
    "fill_simulated",
    "scenarios",
    "simulate_tables",
    "write_simulated",
]
