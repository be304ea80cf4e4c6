"""Ground outdoors: a height field that is flat where figures and cameras are, and rolls farther off."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.world.places.site import Site
from models.world.places.skies import DOME_M
from models.world.solids import BACKGROUND

Heights = NDArray[np.float64]


class Ground(NamedTuple):
    """Rolling ground: waves that grow from `flat_m` metres from the stage's middle outwards."""

    waves: NDArray[np.float64]
    """[N, 4]: wave vector x, z (radians a metre), phase, height in metres."""
    flat_m: float
    slope: float = 0.0
    """Metres that the ground rises for each metre to -z, beyond the flat part."""

    def height(self, x: NDArray[np.float64] | float, z: NDArray[np.float64] | float) -> Heights:
        """Height in metres over (x, z)."""
        px, pz = np.asarray(x, np.float64)[..., None], np.asarray(z, np.float64)[..., None]
        kx, kz, phase, tall = self.waves.T
        rolling = (tall * np.sin(kx * px + kz * pz + phase)).sum(-1)
        # The middle of stage and camera box is about 1.5 m before the origin.
        away = np.hypot(px[..., 0], pz[..., 0] - 1.5)
        share = np.clip((away - self.flat_m) / 12, 0, 1)
        far = np.clip((away - 45) / 25, 0, 1)
        rise = self.slope * np.maximum(-pz[..., 0] - self.flat_m + 1.5, 0)
        # Land comes back to the dome's foot; a sea floor stays below.
        rise = np.where(rise > 0, rise * (1 - far), rise)
        return np.asarray((rolling * (1 - far) + rise) * share**2 * (3 - 2 * share))


def rolling(rng: np.random.Generator, height_m: float, flat_m: float = 5.2, slope: float = 0.0) -> Ground:
    """Ground of five waves, up to about `height_m` high."""
    turn, wave = rng.uniform(0, 2 * np.pi, 5), np.array([30.0, 22, 15, 10, 7])
    k = 2 * np.pi / wave
    tall = height_m * np.array([0.5, 0.32, 0.2, 0.1, 0.05])
    return Ground(
        np.stack([k * np.cos(turn), k * np.sin(turn), rng.uniform(0, 6.28, 5), tall], -1), flat_m, slope
    )


def add_ground(site: Site, ground: Ground, picture: int, repeat_m: float, part: int = BACKGROUND) -> None:
    """Lay the ground out to the sky's dome, in cells that grow with the distance."""
    rings = np.concatenate([[0.0], np.geomspace(1.2, DOME_M + 1, 23)])
    turns = np.linspace(0, 2 * np.pi, 37)
    r, t = np.meshgrid(rings, turns, indexing="ij")
    x, z = r * np.sin(t), r * np.cos(t) + 1.5 * (1 - np.clip(r / 40, 0, 1))
    site.grid(
        np.stack([x, ground.height(x, z), z], -1),
        np.stack([x / repeat_m, z / repeat_m], -1),
        picture,
        part,
    )
