"""Districts made up by seed, to try pushes on: believable, with everything that can happen planted in them."""

from coursepush.simulate.district import PROFILES, Profile, simulate_tables
from coursepush.simulate.scenarios import SCENARIOS, Scenario, scenarios

__all__ = ["PROFILES", "SCENARIOS", "Profile", "Scenario", "scenarios", "simulate_tables"]
