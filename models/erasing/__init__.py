"""Erasing: a clip without its figure, for another character to stand in its place (A17)."""

from models.erasing.plate import PlateErasing, erase

ErasingConfig = PlateErasing

__all__ = ["ErasingConfig", "PlateErasing", "erase"]
