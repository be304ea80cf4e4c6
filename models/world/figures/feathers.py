"""Feathers: the vanes of a bird's wings, which fan out as the wing spreads and lie along it as it folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.motion.wholebody import unit
from models.world.figures.body import Keypoints
from models.world.figures.layout import LaidOutBody
from models.world.figures.skeleton import Floats, Skeleton
from models.world.solids import PARTS, Numbers, Solids, Triangles, together

_OUTLINE = np.array([
    [[-0.36, 0.0], [0.36, 0.0], [-0.5, 0.6]],
    [[0.36, 0.0], [0.5, 0.6], [-0.5, 0.6]],
    [[-0.5, 0.6], [0.5, 0.6], [-0.34, 0.9]],
    [[0.5, 0.6], [0.34, 0.9], [-0.34, 0.9]],
    [[-0.34, 0.9], [0.34, 0.9], [0.0, 1.0]],
])  # fmt: skip
"""Triangles of a vane: across in widths, along in lengths."""

_ARM, _FOREARM, _HAND = "Wing1", "Wing2", "Wing3"


class Feathers(NamedTuple):
    """Vanes of both wings, N in all."""

    joint: Numbers
    """[N]: the bone that carries it."""
    hand: Numbers
    """[N]: the last bone of its wing, along which it lies when folded."""
    forearm: Numbers
    """[N]: the bone against which that one folds."""
    side: Floats
    """[N]: 1 left, -1 right."""
    root_m: Floats
    """[N, 3]: where it grows, in its bone's axes."""
    fan: Floats
    """[N]: angle from straight back towards the wing's tip when spread, radians."""
    stack: Floats
    """[N]: angle from the hand's line when folded, radians."""
    layer: Floats
    """[N]: how many vanes of the wing lie below it."""
    length_m: Floats
    """[N]."""
    width_m: Floats
    """[N]."""
    texture: Numbers
    """[N]."""
    part: Numbers
    """[N]."""

    def posed(self, positions_m: Floats, rotations: Floats) -> Triangles:
        """The vanes for joint positions [J, 3] and rotations [J, 3, 3].

        A wing is spread by as much as its hand continues its forearm, and folded as much as it turns back.
        """
        own, hand = rotations[self.joint], rotations[self.hand]
        out, forearm_out = hand[:, :, 0], rotations[self.forearm][:, :, 0]
        folded = 0.5 - 0.5 * np.sum(out * forearm_out, axis=1, keepdims=True)
        outwards = self.side[:, None] * own[:, :, 0]
        spread = np.cos(self.fan)[:, None] * -own[:, :, 2] + np.sin(self.fan)[:, None] * outwards
        along_hand = self.side[:, None] * np.cos(self.stack)[:, None] * out
        lying = along_hand - np.sin(self.stack)[:, None] * hand[:, :, 2]
        along = unit((1 - folded) * spread + folded * lying)
        up = unit((1 - folded) * own[:, :, 1] + folded * hand[:, :, 1])
        across = unit(np.cross(along, up)) * self.side[:, None]
        up = np.cross(across, along) * self.side[:, None]
        roots = positions_m[self.joint] + np.einsum("nij,nj->ni", own, self.root_m)
        # Each vane lies a little above the next one, so that they overlap in one order.
        roots = roots + up * (0.02 * self.width_m * self.layer)[:, None]
        x, y = _OUTLINE[..., 0], _OUTLINE[..., 1]
        corners = roots[:, None, None] + (
            (x * self.width_m[:, None, None])[..., None] * across[:, None, None]
            + (y * self.length_m[:, None, None])[..., None] * along[:, None, None]
        )
        uv = np.tile(np.stack([0.5 + 0.96 * x, 0.02 + 0.96 * y], axis=-1), (len(self.side), 1, 1, 1))
        return Triangles(
            corners.reshape(-1, 3, 3),
            uv.reshape(-1, 3, 2),
            np.repeat(self.texture, len(x)),
            np.repeat(self.part, len(x)),
        )


@dataclass(frozen=True)
class FeatheredBody:
    """A body (see body.Body) whose wings carry feathers; their textures are among the body's."""

    body: LaidOutBody
    feathers: Feathers

    @property
    def skeleton(self) -> Skeleton:
        """The bones."""
        return self.body.skeleton

    def solids(self, positions_m: Floats, rotations: Floats) -> Solids:
        """The posed figure."""
        solids = self.body.solids(positions_m, rotations)
        vanes = self.feathers.posed(positions_m, rotations)
        return solids._replace(triangles=together([solids.triangles, vanes]))

    def keypoints(self, positions_m: Floats, rotations: Floats) -> Keypoints:
        """The posed figure's keypoints."""
        return self.body.keypoints(positions_m, rotations)


def grow_feathers(skeleton: Skeleton, chord_m: float, forearm_texture: int, hand_texture: int) -> Feathers:
    """Feathers for the wings of a bird: on the upper arm, the forearm and the hand.

    Args:
        skeleton: a bird's.
        chord_m: length of the feathers of the forearm.
        forearm_texture: number of the texture of the upper arm's and the forearm's vanes.
        hand_texture: number of that of the hand's.
    """
    rows = []
    for name, side in (("Left", 1.0), ("Right", -1.0)):
        joints = {bone: skeleton.index(name + bone) for bone in (_ARM, _FOREARM, _HAND)}
        part, layer = PARTS.index(f"{name.lower()}_wing"), 0.0
        for bone, end, count, fans, stacks, lengths in (
            (_ARM, _FOREARM, 3, (0.0, 0.0), (0.16, 0.14), (0.75, 0.9)),
            (_FOREARM, _HAND, 6, (0.0, 0.12), (0.13, 0.07), (0.95, 1.05)),
            (_HAND, f"{_HAND}_end", 7, (0.2, 1.35), (0.06, -0.04), (1.15, 1.0)),
        ):
            length = skeleton.length_m(name + end)
            # The outermost quills grow side by side from the hand's tip half.
            reach = np.linspace(0.05, 0.95 if bone != _HAND else 0.6, count) * length
            for k, place in enumerate(reach):
                share = k / (count - 1)
                layer += 1.0
                arch = 0.45 * np.sin(np.pi * share) if bone == _HAND else 0.0
                rows.append(
                    (
                        joints[bone],
                        joints[_HAND],
                        joints[_FOREARM],
                        side,
                        [side * place, 0.0, 0.0],
                        np.interp(share, (0, 1), fans),
                        np.interp(share, (0, 1), stacks),
                        layer,
                        chord_m * np.interp(share, (0, 1), lengths) * (1 + arch),
                        1.5 * max(length / count, 0.16 * chord_m),
                        hand_texture if bone == _HAND else forearm_texture,
                        part,
                    )
                )
    own, hand, forearm, sides, root, fan, stack, layers, length_m, width, textures, parts = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    return Feathers(
        joint=own.astype(np.int32),
        hand=hand.astype(np.int32),
        forearm=forearm.astype(np.int32),
        side=sides,
        root_m=root,
        fan=fan,
        stack=stack,
        layer=layers,
        length_m=length_m,
        width_m=width,
        texture=textures.astype(np.int32),
        part=parts.astype(np.int32),
    )


def vane_picture(base: Floats, tip: Floats, bar: Floats, bars: int) -> NDArray[np.uint8]:
    """A vane's picture [64, 16, 3] from colours [3], 0..1: barred, with a pale shaft and a tip of its own."""
    v, u = np.meshgrid((np.arange(64) + 0.5) / 64, (np.arange(16) + 0.5) / 16, indexing="ij")
    slant = v + 0.12 * np.abs(u - 0.5)
    colours = base + _soft(slant - 0.78)[..., None] * (tip - base)
    barred = _soft(np.sin(2 * np.pi * bars * slant) - 0.3) * (slant < 0.78) * (bars > 0)
    colours = colours + 0.7 * barred[..., None] * (bar - colours)
    edge = _soft((np.abs(u - 0.5) - 0.42) / 0.5)
    colours = colours * (1 - 0.35 * edge)[..., None]
    colours = np.where((np.abs(u - 0.5) < 0.04)[..., None], 0.6 * colours + 0.3, colours)
    picture: NDArray[np.uint8] = (np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8)
    return picture


def _soft(values: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.tanh(values / 0.03))
