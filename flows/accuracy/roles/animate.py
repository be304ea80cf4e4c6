"""Animate: a still that does what a driver does, held against the same figure really doing it.

Rig, poses, background, camera and the spot where the figure stands are given, so that what is measured is the
retargeting and the puppet. Two numbers are of the figure as it was placed; pictures and silhouettes are
compared after the one best shift and scale of the clip, as a shift of two pixels would drown all else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from data_contracts.rig import INDEX, Skeleton
from flows.accuracy.puppet_pairs import LoadedPair, PuppetPair, load_pair, puppet_pairs, true_placement
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from flows.accuracy.true_rigs import true_joints_px
from flows.world.read import read_alpha, read_figure_truths, read_frames
from models.matting.figure_colour import decontaminate
from models.measures.bones import bone_unrest
from models.measures.masks import iou
from models.measures.pictures import masked_psnr, masked_ssim
from models.puppet import PuppetConfig
from models.puppet.anchor import PlacementConfig
from models.puppet.compose import compose
from models.puppet.placement import Placement, kept_in_frame, on_canvas
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion, RetargetConfig, retarget
from models.puppet.steadied import steadied
from models.rig import load as load_rig
from models.rig.capsules import CapsulesConfig

Floats = NDArray[np.float64]
Pictures = NDArray[np.uint8]

PLACED = Measure(
    "joint error, placed %",
    "lower",
    "Mean distance of the sixteen joints to where they truly are, in % of the figure's height: placement, "
    "root motion and pose.",
)
ERROR = Measure(
    "joint error %", "lower", "The same after the one best shift and scale of the clip: pose and root motion."
)
POSE = Measure("pose error %", "lower", "The same with the hips on the true ones in every frame: pose alone.")
SLIDING = Measure(
    "foot sliding %",
    "lower",
    "Mean way that a foot goes over the ground a frame while it truly stands, beyond the truth's, in % of "
    "the figure's height.",
)
UNREST = Measure(
    "bone unrest %", "lower", "How much more limbs swell and shrink over time than they truly do, in %."
)
IOU = Measure("silhouette IoU", "higher", "Intersection over union with the true silhouette.")
PSNR = Measure(
    "figure PSNR dB",
    "higher",
    "PSNR inside of the true silhouette, after the one best gain and offset of each colour: the still is "
    "drawn in another style and light.",
)
SSIM = Measure("figure SSIM", "higher", "Mean local SSIM inside of the true silhouette, after the same.")
GROUND = Measure(
    "background PSNR dB", "higher", "PSNR outside of both silhouettes: the shadow, and what was left alone."
)

_BONES = [
    (INDEX[f"{side}_{a}"], INDEX[f"{side}_{b}"])
    for side in ("right", "left")
    for chain in (("shoulder", "elbow", "hand"), ("hip", "knee", "foot"))
    for a, b in pairwise(chain)
]
_FEET = [INDEX["right_foot"], INDEX["left_foot"]]
_STANDS = 0.002
"""A foot truly stands where its own picture moves by less than this share of the height a frame."""
_SILHOUETTE = 0.5


class DriverCopied(BaseModel):
    """A yardstick, no backend: the driver cut out of its own clip, in perfect motion but somebody else."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1
    kind: Literal["driver copied"] = "driver copied"


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Animate one pair's still as the pipeline would."""
    pair: PuppetPair = case.content
    loaded = load_pair(pair)
    if isinstance(backend, DriverCopied):
        if (pair.rig, pair.poses) != ("true", "2D"):
            return {}
        return _seen(*_driver_copied(pair, loaded), loaded)
    skeleton = _skeleton(pair, loaded)
    placement = true_placement(loaded, skeleton)
    driver = steadied(loaded.driver, loaded.world_from_camera, loaded.intrinsics_px, float(loaded.foot_m[2]))
    motion = retarget(skeleton, driver, RetargetConfig())
    motion = kept_in_frame(motion, placement, loaded.alpha.shape[2], PlacementConfig())
    joints = on_canvas(motion.joints_xy_px, placement)
    values = {PLACED.name: _error(joints, loaded)}
    scale, shift = _best_fit(joints, loaded.joints_px)
    joints = scale * joints + shift
    moved = Placement(
        scale * placement.scale,
        scale * placement.offset + shift,
        placement.depth_m,
        scale * placement.foot_xy_px + shift,
    )
    values |= {ERROR.name: _error(joints, loaded)} | _motion_values(joints, loaded)
    return values | _seen(*_drawn(loaded, skeleton, motion, moved, backend), loaded)


def baseline(case: Case) -> Values:
    """The still's figure as it is, pasted into the true figure's box in every frame."""
    loaded = load_pair(case.content)
    size = loaded.alpha.shape[2], loaded.alpha.shape[1]
    source = _box(loaded.still.alpha)
    figure = np.dstack([loaded.still.rgb / 255.0 * loaded.still.alpha[..., None], loaded.still.alpha])
    frames, alphas, joints = [], [], []
    for t, alpha in enumerate(loaded.alpha):
        target = _box(alpha)
        scale = (target[3] - target[1]) / (source[3] - source[1])
        middles = 0.5 * (target[0] + target[2]), 0.5 * (source[0] + source[2])
        shift = np.array([middles[0] - scale * middles[1], target[1] - scale * source[1]])
        joints.append(scale * loaded.skeleton.joints_xy_px + shift)
        pasted = cv2.warpAffine(figure.astype(np.float32), _affine(scale, shift), size, flags=cv2.INTER_AREA)
        alphas.append(pasted[..., 3])
        behind = loaded.clean[t].astype(np.float32) * (1 - pasted[..., 3:])
        frames.append(np.clip(np.rint(255 * pasted[..., :3] + behind), 0, 255).astype(np.uint8))
    pasted_joints = np.stack(joints)
    error = _error(pasted_joints, loaded)
    values = {PLACED.name: error, ERROR.name: error} | _motion_values(pasted_joints, loaded)
    return values | _seen(np.stack(frames), np.stack(alphas), loaded)


def oracle(case: Case) -> Values:
    """The still's own parts, moved by the puppet to the true joints: what is wrong now, one flat picture of
    the figure in another pose cannot show, or the puppet cannot draw."""
    loaded = load_pair(case.content)
    count = len(loaded.joints_px)
    first = true_placement(loaded, loaded.skeleton)
    scale = first.scale[0] * loaded.height_px / loaded.height_px[0]
    placement = Placement(scale, np.zeros((count, 2)), first.depth_m, first.foot_xy_px)
    joints = loaded.joints_px / scale[:, None, None]
    motion = FigureMotion(
        joints,
        loaded.joints_depth,
        np.zeros((count, 2), bool),
        np.ones((count, len(INDEX))),
        np.zeros((count, 133, 2)),
        np.zeros((count, 133)),
        float(joints[:, _FEET, 1].max()),
        float(np.median(loaded.height_px / scale)),
        loaded.driver.fps,
    )
    frames, alpha = _drawn(loaded, loaded.skeleton, motion, placement, PuppetConfig())
    values = {PLACED.name: 0.0, ERROR.name: 0.0} | _motion_values(loaded.joints_px, loaded)
    return values | _seen(frames, alpha, loaded)


def _driver_copied(pair: PuppetPair, loaded: LoadedPair) -> tuple[Pictures, NDArray[np.float32]]:
    frames, alpha = read_frames(pair.driving), read_alpha(pair.driving)
    scale, shift = _best_fit(true_joints_px(read_figure_truths(pair.driving)[0]), loaded.joints_px)
    matrix = _affine(scale, shift)
    size = alpha.shape[2], alpha.shape[1]
    moved = np.stack([cv2.warpAffine(frame, matrix, size) for frame in frames])
    share = np.stack([cv2.warpAffine(cover, matrix, size) for cover in alpha])
    mixed = share[..., None] * moved.astype(np.float32) + (1 - share[..., None]) * loaded.clean
    return np.rint(mixed).astype(np.uint8), share


def _affine(scale: float, shift: Floats) -> Floats:
    """For OpenCV, which has pixel centres at integers."""
    x, y = shift + 0.5 * scale - 0.5
    return np.array([[scale, 0, x], [0, scale, y]])


def _skeleton(pair: PuppetPair, loaded: LoadedPair) -> Skeleton:
    if pair.rig == "true":
        return loaded.skeleton
    return load_rig(CapsulesConfig())(loaded.still.rgb, loaded.still.alpha, 0)


def _drawn(
    loaded: LoadedPair, skeleton: Skeleton, motion: FigureMotion, placement: Placement, config: PuppetConfig
) -> tuple[Pictures, NDArray[np.float32]]:
    rgb = decontaminate(loaded.still.rgb, loaded.still.alpha)
    puppet = Puppet(rgb, loaded.still.alpha, skeleton, float(placement.scale.max()), config.cells)
    drawn = list(
        compose(
            puppet,
            motion,
            placement,
            loaded.clean,
            loaded.clean_depth_m,
            not skeleton.cropped,
            config.compose,
        )
    )
    frames, alpha = np.stack([frame for frame, _ in drawn]), np.stack([cover for _, cover in drawn])
    return frames, (alpha / 255).astype(np.float32)


def _best_fit(joints: Floats, true: Floats) -> tuple[float, Floats]:
    """Scale and shift [2] that bring all joints of the clip nearest to the true ones."""
    ours, theirs = joints.reshape(-1, 2), true.reshape(-1, 2)
    from_middle, to_middle = ours - ours.mean(0), theirs - theirs.mean(0)
    scale = float((from_middle * to_middle).sum() / max(float((from_middle**2).sum()), 1e-9))
    return scale, theirs.mean(0) - scale * ours.mean(0)


def _error(joints: Floats, loaded: LoadedPair) -> float:
    away = np.linalg.norm(joints - loaded.joints_px, axis=-1) / loaded.height_px[:, None]
    return 100 * float(away.mean())


def _motion_values(joints: Floats, loaded: LoadedPair) -> dict[str, float]:
    root = INDEX["root"]
    pose = joints - joints[:, root, None] + loaded.joints_px[:, root, None]
    true_steps, steps = (
        np.linalg.norm(np.diff(xy[:, _FEET], axis=0), axis=-1) / loaded.height_px[1:, None]
        for xy in (loaded.joints_px, joints)
    )
    values = {
        POSE.name: _error(pose, loaded),
        UNREST.name: 100 * bone_unrest(joints, loaded.joints_px, _BONES),
    }
    standing = true_steps < _STANDS
    if standing.any():
        values[SLIDING.name] = 100 * max(0.0, float((steps - true_steps)[standing].mean()))
    return values


def _seen(frames: Pictures, alpha: NDArray[np.float32], loaded: LoadedPair) -> dict[str, float]:
    """Pictures and silhouettes against the truth, means over frames."""
    ours, true = alpha > _SILHOUETTE, loaded.alpha > _SILHOUETTE
    rows: dict[str, list[float]] = {measure.name: [] for measure in (IOU, PSNR, SSIM, GROUND)}
    kernel = np.ones((5, 5), np.uint8)
    matched = _colours_matched(frames, loaded.frames, ours & true)
    for t in np.flatnonzero(true.any(axis=(1, 2))):
        rows[IOU.name].append(iou(ours[t], true[t]))
        rows[PSNR.name].append(masked_psnr(matched[t], loaded.frames[t], true[t]))
        rows[SSIM.name].append(masked_ssim(matched[t], loaded.frames[t], true[t]))
        both = cv2.dilate((ours[t] | true[t]).astype(np.uint8), kernel) > 0
        if not both.all():
            rows[GROUND.name].append(masked_psnr(frames[t], loaded.frames[t], ~both))
    return {name: float(np.mean(values)) for name, values in rows.items() if values}


def _colours_matched(frames: Pictures, true: Pictures, where: NDArray[np.bool_]) -> Pictures:
    """The frames with each colour's gain and offset as it fits best where both figures are."""
    if where.sum() < 2:
        return frames
    ours, theirs = frames[where].astype(np.float64), true[where].astype(np.float64)
    away = ours - ours.mean(0)
    gain = (away * (theirs - theirs.mean(0))).sum(0) / np.maximum((away**2).sum(0), 1e-9)
    matched = gain * (frames - ours.mean(0)) + theirs.mean(0)
    return np.asarray(np.clip(np.rint(matched), 0, 255), np.uint8)


def _box(alpha: NDArray[np.float32]) -> tuple[float, float, float, float]:
    mask = alpha > _SILHOUETTE
    if not mask.any():
        return 0.0, 0.0, 1.0, 1.0
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return float(columns[0]), float(rows[0]), float(columns[-1]) + 1, float(rows[-1]) + 1


def cases(sources: Sources) -> Sequence[Case]:
    """True pairs of the puppet world with one whole human."""
    return puppet_pairs(sources)


ROLE = Role(
    name="animate",
    measures=(PLACED, ERROR, POSE, SLIDING, UNREST, IOU, PSNR, SSIM, GROUND),
    backends=(PuppetConfig(), DriverCopied()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
