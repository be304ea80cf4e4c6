"""Stages, one a file: what is done to one item."""
