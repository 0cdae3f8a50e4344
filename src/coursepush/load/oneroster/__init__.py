"""OneRoster CSV bundles, 1.0 to 1.2, as tables of the model."""
