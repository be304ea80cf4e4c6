"""Motions: what figures do, made from a seed; lengths in units of the figure, so they fit any body."""
