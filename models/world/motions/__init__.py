"""Motions: what figures do, made from a seed; lengths in units of the figure, so that a motion fits any body."""
