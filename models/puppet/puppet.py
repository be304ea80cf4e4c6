"""A picture of a figure that moves with its skeleton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError
from data_contracts.rig import BLOBS, INDEX, Skeleton
from models.puppet.body_parts import LEGS, NAMES
from models.puppet.draw_order import Passing, swapped
from models.puppet.expression import Expression
from models.puppet.face_features import CONFIDENT, find_face
from models.puppet.face_motion import FacePose
from models.puppet.head import Head
from models.puppet.layers import cut_layers
from models.puppet.raster import draw_mesh
from models.puppet.sheet import Sheet

Placed = tuple[NDArray[np.float32], NDArray[np.float64]]
"""A layer's picture and where its vertices come to lie on the canvas."""

_MARGIN_PX = 8
_PAD_PX = 12
_MIN_HEIGHT_PX, _MAX_HEIGHT_PX = 96, 1024


class Puppet:
    """Layers cut from one picture on one elastic sheet.

    Args:
        rgb: uint8 [H, W, 3], with the background's colour taken out of the edge pixels.
        alpha: float32 [H, W].
        skeleton: joints in pixels of the picture.
        scale: pixels of the output a pixel of the picture, roughly: textures are reduced to it.
        cells: lattice cells over the figure's height.
    """

    def __init__(
        self,
        rgb: NDArray[np.uint8],
        alpha: NDArray[np.float32],
        skeleton: Skeleton,
        scale: float = 1.0,
        cells: int = 36,
    ) -> None:
        ys, xs = np.nonzero(alpha > 0.5)
        if len(ys) == 0:
            raise NoFigureError("the matte is empty", hint="Give a mask of the character")
        top, left = max(0, int(ys.min()) - _MARGIN_PX), max(0, int(xs.min()) - _MARGIN_PX)
        bottom, right = int(ys.max()) + 1 + _MARGIN_PX, int(xs.max()) + 1 + _MARGIN_PX
        height = float(np.ptp(ys)) + 1
        # Reduced textures do not alias; enlarging them would gain nothing.
        self._scale = float(np.clip(min(scale, 1.0), _MIN_HEIGHT_PX / height, _MAX_HEIGHT_PX / height))
        colour = _resized(np.float32(1 / 255) * rgb[top:bottom, left:right].astype(np.float32), self._scale)
        matte = _resized(alpha[top:bottom, left:right], self._scale)
        pad = ((_PAD_PX, _PAD_PX), (_PAD_PX, _PAD_PX))
        colour = np.pad(colour, (*pad, (0, 0)), mode="edge")
        matte = np.pad(matte, pad).astype(np.float32)
        self._origin = np.array([left, top], np.float64)
        joints = self._to_texture(skeleton.joints_xy_px)
        cell_px = max(4, round(height * self._scale / cells))
        legs = "right_leg" in _moving(skeleton)
        layers = cut_layers(colour, matte, joints, _moving(skeleton), skeleton.body)
        self._sheet = Sheet(layers, joints, cell_px, legs)
        self._layers = {layer.name: layer for layer in self._sheet.layers}
        self._head, self._expression = None, None
        self._footless = skeleton.body == "other"
        if skeleton.limbs and not skeleton.animal and (layer := self._layers.get("head")):
            self._head = Head(joints, layer.texture_xy)
            found = find_face(layer.texture, joints[INDEX["head"]], joints[INDEX["neck"]])
            if found is not None and found.confidence >= CONFIDENT:
                self._expression = Expression(layer.texture, found)

    @property
    def parts(self) -> list[str]:
        """Names of the layers."""
        return [layer.name for layer in self._sheet.layers]

    @property
    def ankle_px(self) -> float | None:
        """How far the soles lie below the ankles, in pixels of the picture; None: not seen.

        Of what has no limbs the rig has no ankles: its feet are where the outline ends.
        """
        if self._footless:
            return 0.0
        depths = list(self._sheet.soles.depths.values())
        return float(np.mean(depths)) / self._scale if depths else None

    def draw(
        self,
        canvas: NDArray[np.float32],
        joints: NDArray[np.float64],
        order: Sequence[str],
        scale: float,
        offset: NDArray[np.float64],
        face: FacePose | None = None,
        passing: Passing | None = None,
    ) -> None:
        """Composite the figure over ``canvas``, premultiplied float32 RGBA [H, W, 4].

        Args:
            canvas: is drawn upon.
            joints: [16, 2] in pixels of the picture that the puppet was cut from.
            order: parts from back to front.
            scale: canvas pixels a picture pixel.
            offset: where the picture's origin comes to lie on the canvas, xy [2].
            face: what the face does; None: it stays as in the picture.
            passing: another order that is mixed in where parts of which another is in front meet.
        """
        moved = self._to_texture(joints)
        vertices = self._sheet.move(moved)
        placed: dict[str, Placed] = {}
        for name, layer in self._layers.items():
            texture, own = layer.texture, vertices[layer.vertices]
            if face is not None and name == "head":
                texture, own = self._faced(texture, own, moved, face)
            placed[name] = texture, ((own - _PAD_PX) / self._scale + self._origin) * scale + offset
        here = None if passing is None else _meeting(placed, swapped(order, passing.order), canvas.shape[:2])
        other = None if here is None else canvas[here].copy()
        self._draw(canvas, placed, order, np.zeros(2))
        if passing is not None and here is not None and other is not None:
            self._draw(other, placed, passing.order, np.array([here[1].start, here[0].start], np.float64))
            canvas[here] += np.float32(passing.share) * (other - canvas[here])

    def _draw(
        self,
        canvas: NDArray[np.float32],
        placed: Mapping[str, Placed],
        order: Sequence[str],
        corner: NDArray[np.float64],
    ) -> None:
        """Draw the layers on a canvas whose upper left corner lies at ``corner``."""
        for name in order:
            if name in placed:
                layer, (texture, places) = self._layers[name], placed[name]
                draw_mesh(canvas, texture, layer.texture_xy, places - corner, layer.triangles)

    def _faced(
        self,
        texture: NDArray[np.float32],
        vertices: NDArray[np.float64],
        joints: NDArray[np.float64],
        face: FacePose,
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """The head's picture and vertices as the face is told; where the art is not sure, as they are."""
        if self._expression is not None:
            texture = self._expression.picture(face.shut, face.open)
        if self._head is not None:
            vertices = self._head.pulled(vertices, joints, face)
        return texture, vertices

    def _to_texture(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return (xy - self._origin) * self._scale + _PAD_PX


def _meeting(
    placed: Mapping[str, Placed], pairs: Sequence[tuple[str, str]], shape: tuple[int, ...]
) -> tuple[slice, slice] | None:
    """Rows and columns of the canvas in which any of the pairs may lie on each other; None: nowhere."""
    boxes = []
    for pair in pairs:
        if all(name in placed for name in pair):
            low = np.max([placed[name][1].min(0) for name in pair], axis=0)
            high = np.min([placed[name][1].max(0) for name in pair], axis=0)
            low, high = np.maximum(np.floor(low), 0), np.minimum(np.ceil(high), shape[1::-1])
            if (low < high).all():
                boxes.append((low, high))
    if not boxes:
        return None
    left, top = np.min([low for low, _ in boxes], axis=0).astype(int).tolist()
    right, bottom = np.max([high for _, high in boxes], axis=0).astype(int).tolist()
    return slice(top, bottom), slice(left, right)


def _moving(skeleton: Skeleton) -> tuple[str, ...]:
    """Parts that move by themselves, as `models.puppet.retarget.retarget` moves such a skeleton."""
    if not skeleton.limbs:
        return ("torso",) if skeleton.in_one_piece else ("torso", "head")
    still = {
        *(f"{side}_arm" for side in skeleton.still_arms),
        *(() if skeleton.legs and not skeleton.cropped else LEGS),
        *(("head",) if skeleton.body in BLOBS else ()),
    }
    return tuple(name for name in NAMES if name not in still)


def _resized(picture: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.float32)
