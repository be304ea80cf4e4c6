"""Eyes that shut and a mouth that opens: bands of the head's picture pressed flat or drawn apart.

Nothing is painted: every pixel comes from the picture, so that a drawing stays in its own hand.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.puppet.face_features import Face, Feature

Picture = NDArray[np.float32]

_SHUT_TO = 0.14
"""Height of a shut eye over that of an open one."""
_EYE_REACH, _MOUTH_REACH = 2.2, 4.0
"""Where the skin round a feature comes to rest, in half-heights."""
_SIDE_REACH = 1.6
_OPEN_TO, _MOST_STRETCH = 0.5, 2.4
"""Half-height of a wide open mouth over its half-width, and how much at most its picture is stretched."""
_RIM_PX = 1.0
_LEAST = 0.02


class Expression:
    """The head's picture with its eyes and mouth as they are told.

    Args:
        texture: premultiplied float32 [H, W, 4] of the head's layer.
        face: where its eyes and mouth are.
    """

    def __init__(self, texture: Picture, face: Face) -> None:
        self._texture = texture
        self._face = face

    def picture(self, shut: float, opened: float) -> Picture:
        """The texture with eyes shut and the mouth open, each by a share of 0..1."""
        mouth = self._face.mouth
        opens = mouth is not None and opened > _LEAST
        if shut <= _LEAST and not opens:
            return self._texture
        drawn = self._texture.copy()
        if shut > _LEAST:
            for eye in self._face.eyes:
                self._stretch(drawn, eye, 1 - (1 - _SHUT_TO) * min(shut, 1), _EYE_REACH)
        if mouth is not None and opens:
            widest = np.clip(_OPEN_TO * mouth.half_width / mouth.half_height, 1, _MOST_STRETCH)
            self._stretch(drawn, mouth, 1 + (float(widest) - 1) * min(opened, 1), _MOUTH_REACH)
        return drawn

    def _stretch(self, drawn: Picture, feature: Feature, factor: float, reach: float) -> None:
        """Make a feature taller by a factor, in place; the skin above and below gives way."""
        tall, wide = feature.half_height + _RIM_PX, feature.half_width + _RIM_PX
        c, s = np.cos(self._face.angle), np.sin(self._face.angle)
        centre = np.array([[c, -s], [s, c]]) @ [feature.x, feature.y]
        around = int(np.ceil(np.hypot(_SIDE_REACH * wide, reach * tall))) + 1
        height, width = drawn.shape[:2]
        top, bottom = (int(np.clip(centre[1] + d, 0, height)) for d in (-around, around))
        left, right = (int(np.clip(centre[0] + d, 0, width)) for d in (-around, around))
        ys, xs = np.mgrid[top:bottom, left:right] + 0.5
        x, y = xs - centre[0], ys - centre[1]
        across, along = c * x + s * y, np.abs(c * y - s * x)
        share = np.clip((_SIDE_REACH * wide - np.abs(across)) / ((_SIDE_REACH - 1) * wide), 0, 1)
        factors = 1 + (factor - 1) * share * share * (3 - 2 * share)
        edge, end = tall * factors, reach * tall
        skin = tall + (along - edge) * (end - tall) / np.maximum(end - edge, 1e-6)
        source = np.where(along <= edge, along / factors, np.where(along < end, skin, along))
        moved = (source - along) * np.sign(c * y - s * x)
        from_x, from_y = (xs - s * moved - 0.5, ys + c * moved - 0.5)
        drawn[top:bottom, left:right] = cv2.remap(
            drawn.copy(),
            from_x.astype(np.float32),
            from_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
