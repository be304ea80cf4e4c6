"""Wings that fold against the body, spread and beat."""

from __future__ import annotations

import numpy as np

from models.motion.forward_kinematics import axis_rotation
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.turning import blended

ELBOW_DEG, WRIST_DEG = 156.0, 164.0
"""How far elbow and wrist of a folded wing are bent."""

_MIRROR = np.diag([-1.0, 1.0, 1.0])


def wing_bends(
    skeleton: Skeleton, folded: Floats, raised_deg: Floats, swept_deg: Floats
) -> dict[str, Floats]:
    """Local rotations of both wings' joints.

    Args:
        skeleton: a bird's.
        folded: [T], 0 spread to 1 against the body.
        raised_deg: [T] above the horizontal, of a spread wing.
        swept_deg: [T] towards the tail.
    """
    rest = skeleton.rest_m()
    ahead = unit(rest[skeleton.index("Chest")] - rest[0])
    at_side = _folded_arm(ahead)
    frames = len(folded)
    spread = axis_rotation("Z", raised_deg) @ axis_rotation("Y", swept_deg)
    arm = blended(spread, np.tile(at_side, (frames, 1, 1)), folded)
    left = {
        "Wing1": arm,
        "Wing2": axis_rotation("Y", -ELBOW_DEG * folded),
        "Wing3": axis_rotation("Y", WRIST_DEG * folded),
    }
    bends = {}
    for joint, rotation in left.items():
        bends[f"Left{joint}"] = rotation
        bends[f"Right{joint}"] = _MIRROR @ rotation @ _MIRROR
    return bends


def _folded_arm(ahead: Floats) -> Floats:
    """Rotation of a folded left upper arm: it points back and a little in, the wing's top faces outwards."""
    back = unit(-ahead + np.array([0.04, 0.0, 0.0]))
    out = np.array([1.0, 0.25, 0.0])
    out = unit(out - back * (back @ out))
    return np.asarray(np.stack([back, out, np.cross(back, out)], axis=1))
