"""A reference carried to the stage once, and drawn doing one motion after another."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.image import flatten
from data_contracts.rig import INDEX, Skeleton
from models.matting import ClassicalMatting, load_still
from models.matting.matte import StillMatte
from models.puppet import PuppetConfig
from models.puppet.anchor import PlacementConfig, anchor_figure
from models.puppet.compose import ComposeConfig, compose
from models.puppet.draw_order import draw_orders
from models.puppet.driver import DriverMotion
from models.puppet.face_motion import FaceConfig, face_motion
from models.puppet.placement import Placement, kept_in_frame, on_canvas, place_figure
from models.puppet.puppet import Puppet
from models.puppet.raster import draw_mesh
from models.puppet.retarget import FigureMotion, RetargetConfig, retarget
from models.rig import load as load_rig
from models.rig.capsules import CapsulesConfig
from tasks.rig import RigConfig

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

CANVAS_PX = 384
_DEPTH = 3.0
BACKDROPS = ((255, 255, 255), (0, 0, 0), (255, 0, 255), (0, 170, 60), (40, 80, 220))
"""The one that is least like the figure is put behind it: what does not belong to the figure shows."""


class Character(NamedTuple):
    """A reference that can move."""

    picture: Picture
    """uint8 [H, W, 3], as it was given, over white."""
    matte: StillMatte
    skeleton: Skeleton


@dataclass(frozen=True)
class Drawn:
    """A character doing a motion.

    ``frames`` uint8 [T, C, C, 3] over one colour, ``backdrop``; ``alpha`` uint8 [T, C, C]; ``source_xy_px``
    float32 [T, C, C, 2]: which pixel of the picture is seen, NaN where none is; ``joints_xy_px`` [T, 16, 2]
    as intended, on the canvas; ``scale`` [T] canvas pixels a picture pixel; ``height_px`` the standing
    height on the canvas; ``frames_per_s`` of drawing, in processor time.
    """

    frames: Picture
    alpha: Picture
    source_xy_px: NDArray[np.float32]
    joints_xy_px: Floats
    placement: Placement
    height_px: float
    backdrop: Colour
    frames_per_s: float


def matte_of(picture: Picture) -> StillMatte:
    """The figure of a picture, uint8 [H, W, 3 or 4], as a job cuts it out.

    Raises:
        NoFigureError: no figure is found, or none that can be trusted.
    """
    return load_still(ClassicalMatting())(picture, 0)


def find_joints(picture: Picture, matte: StillMatte) -> Character:
    """A picture's figure with its joints, as a job finds them.

    Raises:
        EstimationError: no joints fit.
    """
    flat = flatten(picture)
    sure = matte.confidence >= RigConfig().sure_outline
    return Character(flat, matte, load_rig(CapsulesConfig())(flat, matte.alpha, 0, sure))


def draw(character: Character, driver: DriverMotion, backdrop: Colour | None = None) -> Drawn:
    """Draw a character doing what a driver does, before a camera at rest.

    Over ``backdrop`` it throws its shadow; without one, over a colour unlike it, it throws none.

    Raises:
        EstimationError: the driver was hardly seen.
    """
    skeleton = character.skeleton
    depth = np.full((CANVAS_PX, CANVAS_PX), _DEPTH, np.float32)
    anchor = anchor_figure(skeleton, depth, CANVAS_PX, False, PlacementConfig())
    count = len(driver.xy)
    lens = np.tile([CANVAS_PX, CANVAS_PX, CANVAS_PX / 2, CANVAS_PX / 2], (count, 1)).astype(np.float64)
    still = np.tile(np.eye(4), (count, 1, 1))
    placement = place_figure(anchor, still, lens, CANVAS_PX, CANVAS_PX, skeleton.cropped)
    motion = retarget(skeleton, driver, RetargetConfig())
    motion = kept_in_frame(motion, placement, CANVAS_PX, PlacementConfig(), skeleton.body)
    up = motion.joints_xy_px[:, INDEX["head"]] - motion.joints_xy_px[:, INDEX["neck"]]
    seen = motion.keypoints_xy_px, motion.keypoint_confidence
    motion = replace(motion, face=face_motion(*seen, up, motion.fps, FaceConfig()))
    colours, alpha = character.matte.foreground_rgb, character.matte.alpha
    scale = float(placement.scale.max())
    puppet = Puppet(colours, alpha, skeleton, scale, PuppetConfig().cells)
    ground = backdrop or _least_like(colours[alpha > 0.5])
    behind = np.broadcast_to(np.array(ground, np.uint8), (count, CANVAS_PX, CANVAS_PX, 3))
    puppet.draw(
        np.zeros((8, 8, 4), np.float32), motion.joints_xy_px[0], puppet.parts, 1, np.zeros(2)
    )  # compiles
    begun = time.thread_time()
    options = ComposeConfig(shadow=0 if backdrop is None else 1)
    drawn = list(compose(puppet, motion, placement, behind, None, not skeleton.cropped, options))
    spent = time.thread_time() - begun
    return Drawn(
        np.stack([frame for frame, _ in drawn]),
        np.stack([cover for _, cover in drawn]),
        sources(puppet, motion, placement),
        on_canvas(motion.joints_xy_px, placement),
        placement,
        motion.height_px * float(placement.scale.mean()),
        ground,
        count / spent,
    )


def drawn_from(character: Character, drawn: Drawn) -> tuple[Picture, NDArray[np.float32], Floats]:
    """The picture and its matte at the size the figure is drawn from, and what places in it are times."""
    factor = min(1.0, float(drawn.placement.scale.max()))
    old = np.array(character.picture.shape[1::-1])
    size = np.maximum(1, np.rint(factor * old)).astype(int)
    small, alpha = (
        cv2.resize(whole, size.tolist(), interpolation=cv2.INTER_AREA)
        for whole in (character.picture, character.matte.alpha)
    )
    return np.asarray(small, np.uint8), np.asarray(alpha, np.float32), size / old


def cut_out_as_it_is(character: Character, drawn: Drawn) -> tuple[Picture, Picture]:
    """The reference's figure, scaled and not moved, over the same colour: the composite and its alpha."""
    scale = float(drawn.placement.scale.mean())
    alpha = character.matte.alpha
    premultiplied = np.dstack([character.matte.foreground_rgb * alpha[..., None], 255 * alpha])
    size = max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    margin = ((2, 2), (2, 2), (0, 0))
    cut = np.pad(cv2.resize(premultiplied.astype(np.float32), size, interpolation=how), margin)
    share = cut[..., 3:] / 255
    mixed = cut[..., :3] + (1 - share) * np.array(drawn.backdrop, np.float32)
    return np.rint(mixed).clip(0, 255).astype(np.uint8), np.rint(cut[..., 3]).clip(0, 255).astype(np.uint8)


def _least_like(colours: Picture) -> Colour:
    away = [np.abs(colours.astype(np.float32) - backdrop).sum(1).mean() for backdrop in BACKDROPS]
    return BACKDROPS[int(np.argmax(away))]


def sources(puppet: Puppet, motion: FigureMotion, placement: Placement) -> NDArray[np.float32]:
    """The place in the picture that each pixel of the canvas shows, float32 [T, C, C, 2], NaN where none.

    The puppet's own meshes are drawn once more, with places in the picture for colours. The layer on top
    counts from half of its alpha on.
    """
    layers = {layer.name: (layer, _places(puppet, layer.texture)) for layer in puppet._sheet.layers}
    frames = np.full((len(motion.joints_xy_px), CANVAS_PX, CANVAS_PX, 2), np.nan, np.float32)
    for t, order in enumerate(draw_orders(motion.depth, motion.fps)):
        joints = puppet._to_texture(motion.joints_xy_px[t])
        vertices = puppet._sheet.move(joints)
        for name in order:
            if name in layers:
                layer, places = layers[name]
                own = vertices[layer.vertices]
                if name == "head" and motion.face is not None:
                    own = puppet._faced(layer.texture, own, joints, motion.face.at(t))[1]
                at = _from_texture(puppet, own) * placement.scale[t] + placement.offset[t]
                canvas = np.zeros((CANVAS_PX, CANVAS_PX, 4), np.float32)
                draw_mesh(canvas, places, layer.texture_xy, at, layer.triangles)
                seen = canvas[..., 3] > 0.5
                frames[t][seen] = canvas[seen][:, :2] / canvas[seen][:, 3:]
    return frames


def _places(puppet: Puppet, texture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A layer's texture with the place in the picture in its first two channels, premultiplied."""
    ys, xs = np.mgrid[: texture.shape[0], : texture.shape[1]] + 0.5
    xy = _from_texture(puppet, np.stack([xs, ys], axis=-1))
    cover = texture[..., 3:]
    return np.ascontiguousarray(np.dstack([xy * cover, cover * 0, cover]), np.float32)


def _from_texture(puppet: Puppet, xy: Floats) -> Floats:
    """The inverse of the puppet's own way from its picture to its textures."""
    zero, one = puppet._to_texture(np.zeros(2)), puppet._to_texture(np.ones(2))
    return np.asarray((xy - zero) / (one - zero))
