"""Role ``rig``: the joints of a character in a still."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import Skeleton
from models.rig.capsules import CapsulesConfig, fit_capsules
from models.rig.eyes import find_eyes
from models.rig.hidden_arms import arms_that_are_seen, whole_where_nothing_tells
from models.rig.part_colours import PartColours
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
        colours = PartColours(rgb, alpha) if (alpha > 0.5).any() else None
        eyes = find_eyes(rgb, alpha)
        skeleton = fit_capsules(alpha, config, seed, sure_outline=sure_outline, colours=colours, eyes=eyes)
        if not config.hands_on_skin or colours is None:
            return arms_that_are_seen(skeleton, alpha, ())
        hands = pair_of_hands(rgb, alpha, skeleton)
        if hands is not None and far_from_hands(skeleton, hands, alpha):
            # The outline may have misled the fit (long hair, wide sleeves), or what was seen is no hand:
            # colours tell.
            other = fit_capsules(
                alpha, config, seed, hands, sure_outline=sure_outline, colours=colours, eyes=eyes
            )
            told = [colours.told_by(figure.joints_xy_px) for figure in (skeleton, other)]
            if told[1] >= told[0]:
                return other
            hands = None
        if hands is not None:
            return with_hands_at(skeleton, hands)
        moved, seen = hands_on_skin(rgb, alpha, skeleton)
        return whole_where_nothing_tells(arms_that_are_seen(moved, alpha, seen), colours)

    return find
