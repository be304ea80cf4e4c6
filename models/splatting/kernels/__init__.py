"""The compiled inner loops of the CPU rasteriser."""
