"""Places: rooms and outdoor layouts to film in, built from a seed."""
