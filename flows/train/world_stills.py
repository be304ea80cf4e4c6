"""The stills of a puppet world, each in a drawn style of its own, as training clips (A14)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from data_contracts.take import Split, Take
from flows.accuracy.true_rigs import true_joints_px
from flows.train.stills import Cutout, Posed, ReadStill, Still
from flows.train.world_clips import MARGIN
from flows.world.read import read_still, read_takes
from models.puppet.inpainting_mask import inpainting_mask
from models.world.true_poses import HIDDEN_CONFIDENCE


def world_stills(world: Path, split: Split) -> list[ReadStill]:
    """The stills of a split's people.

    Raises:
        ConfigError: no world there.
    """
    takes = [take for take in read_takes(world) if take.split == split and take.figure_kind == "human"]
    return [partial(_still, take) for take in takes]


def _still(take: Take) -> Still:
    still = read_still(take)
    height, width = still.alpha.shape
    points = still.figure.keypoints
    within = np.isfinite(points.xy_px[0]).all(-1)
    confidence = np.where(points.visible[0], 1.0, np.where(within, HIDDEN_CONFIDENCE, 0.0))
    joints = np.nan_to_num(true_joints_px(still.figure), nan=-4.0 * width)
    # The still is its own picture at rest: its joints tell how thick limbs are.
    mask = inpainting_mask(joints, joints[0], np.ones(1), (height, width), MARGIN, legs=True)[0]
    return Still(
        Cutout(still.rgb, still.alpha),
        still.clean,
        mask,
        Posed(np.nan_to_num(points.xy_px[0]).astype(np.float32), confidence.astype(np.float32)),
        others=[],
    )
