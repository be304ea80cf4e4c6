"""Camera moves through a place, seen from a seed: poses and lenses over time."""
