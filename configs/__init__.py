"""Profiles: which backend and which settings each stage uses."""
