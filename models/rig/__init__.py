"""Role ``rig``: the joints of a character in a still."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import Skeleton
from models.rig.capsules import CapsulesConfig, fit_capsules
from models.rig.skin import far_from_hands, hands_on_skin, pair_of_hands, with_hands_at

RigConfig = CapsulesConfig
"""Union of the role's backends; a second one makes it an ``Annotated`` union on ``kind``."""


class FindRig(Protocol):
    """What a rig backend does."""

    def __call__(
        self, rgb: NDArray[np.uint8], alpha: NDArray[np.float32], seed: int, sure_outline: bool = True
    ) -> Skeleton:
        """Joints of the figure in ``rgb`` uint8 [H, W, 3] with matte ``alpha`` float32 [H, W].

        ``sure_outline``: whether the matte may be trusted; if not, the figure is to move as a whole.
        """
        ...


def load(config: RigConfig) -> FindRig:
    """The backend that a config names, ready to be called."""

    def find(
        rgb: NDArray[np.uint8], alpha: NDArray[np.float32], seed: int, sure_outline: bool = True
    ) -> Skeleton:
        skeleton = fit_capsules(alpha, config, seed, sure_outline=sure_outline)
        if not config.hands_on_skin:
            return skeleton
        hands = pair_of_hands(rgb, alpha, skeleton)
        if hands is not None and far_from_hands(skeleton, hands, alpha):
            # The outline misled the fit (long hair, wide sleeves): what the picture shows puts it right.
            return fit_capsules(alpha, config, seed, hands, sure_outline=sure_outline)
        if hands is not None:
            return with_hands_at(skeleton, hands)
        return hands_on_skin(rgb, alpha, skeleton)

    return find
