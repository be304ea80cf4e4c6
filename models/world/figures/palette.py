"""Palette: colours that go together, chosen by hand: skin, hair, eyes and clothes."""

from __future__ import annotations

import numpy as np

from models.world.figures.skeleton import Floats

SKINS = ("ffe3d0", "fcd5b8", "f3c19d", "e2a77f", "c98a5f", "a86c45", "855233", "633b26")
HAIRS = ("1d1a1f", "2f231f", "4c3226", "754a2c", "a8713a", "d9b36a", "f0dca0", "b5482a", "8d8f98", "e6e3e0")
DREAMT_HAIRS = ("f08fb0", "5d9fd8", "6bc5b4", "9a7ad0", "d9485f", "f2b84b", "7fb069", "3d4f9f")
IRISES = ("3a2a22", "5a3b22", "7a5a2a", "3f6f8f", "4b8f6a", "6f5aa8", "2f5aa8", "a0522d")

# Top, bottom, accent, shoes.
OUTFITS = (
    ("e8574a", "2f3e5c", "fff1dc", "f4f4f0"), ("f4c95d", "3f6c8a", "fffaf0", "7a4b32"),
    ("5fa8a0", "f0e4cf", "2f4858", "c9603f"), ("fdf6ec", "3b5b92", "e0565b", "e0565b"),
    ("7b6cb5", "2b2b3d", "f6d77a", "f0f0f2"), ("ef9fae", "fff4ee", "b8475f", "b8475f"),
    ("3d7d57", "d8c49a", "f5f0dc", "5b3a29"), ("2c3e66", "c9a36b", "e9e4d8", "3a2a22"),
    ("f08a4b", "4a4e69", "ffe8d1", "22223b"), ("8ecae6", "21506b", "ffb703", "fefefe"),
    ("c44569", "474787", "f7d1ba", "2c2c54"), ("a3b18a", "588157", "f1ead8", "6b4f3a"),
    ("2d3142", "8d99ae", "ef8354", "ef8354"), ("ffffff", "222831", "00adb5", "393e46"),
    ("b08968", "ede0d4", "7f5539", "4f3422"), ("d64550", "f2efe6", "1d3557", "1d3557"),
    ("6d9dc5", "6b705c", "fdf0d5", "cb997e"), ("f2cc8f", "81b29a", "e07a5f", "3d405b"),
)  # fmt: skip


def rgb(code: str) -> Floats:
    """Colour [3] in 0..255 of a hexadecimal code."""
    return np.array([int(code[at : at + 2], 16) for at in (0, 2, 4)], np.float64)


def pick(rng: np.random.Generator, codes: tuple[str, ...]) -> Floats:
    """One of the colours."""
    return rgb(codes[int(rng.integers(len(codes)))])


def shade(colour: Floats, by: float) -> Floats:
    """Towards black below 0, towards white above it."""
    return colour * (1 + by) if by < 0 else colour + (255 - colour) * by
