"""Backend `features`: the camera of a clip by OpenCV features and our own geometry. No weights, CPU.

The order of questions is what makes it honest. Does some frame show nothing of the one before? Then it is no
single shot, and there is no answer. Does the rim of the frame stay as it is? Then the camera is at rest,
whatever the mover does. Does turning, or a lens that changes, explain the motion about as well as a path and
a place found by structure from motion? Then it only turns. Else it travels, through one lens for all frames
unless the points speak clearly for one that changes; and where no place holds together, the answer is that
there is none.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from data_contracts.camera_path import invert_rigid
from models.camera.alignment import relative_to_first, resample_path
from models.camera.brightness import levelled
from models.camera.clip import Clip, check_frames
from models.camera.cuts import first_cut
from models.camera.estimate import CameraEstimate
from models.camera.lens import Lens
from models.camera.reconstruction import best_pair, fit, key_frames, reconstruct
from models.camera.refinement import refined
from models.camera.stillness import (
    STILL_PX,
    STILL_SHARE,
    TELLING_SHARE,
    common_motion_px,
    rim_drift_px,
    rim_still_share,
    rim_telling,
)
from models.camera.structure import Structure
from models.camera.tracks import FeatureTracks, Masks, track_features
from models.camera.turning import Turning, turning_path, zooming_path
from models.camera.zooming import zooming


class FeaturesConfig(BaseModel):
    """Settings of the `features` backend."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 6

    kind: Literal["features"] = "features"
    long_side_px: int = Field(480, ge=96, le=2048)
    """Working size; frames are reduced to it, never enlarged."""
    n_features: int = Field(500, ge=50, le=5000)
    fov_deg: float | None = Field(None, gt=5, lt=150)
    """Horizontal angle of view where it is known; else the focal length is estimated."""
    centre: tuple[float, float] = (0.5, 0.5)
    """Principal point in shares of width and height, where a calibration tells it."""
    max_keyframes: int = Field(48, ge=4, le=400)
    """Frames that take part in the joint adjustment; those between are placed by its points."""
    min_parallax_px: float = Field(0.5, gt=0)
    """Motion that no homography explains, from which structure can be told."""
    min_registered_share: float = Field(0.6, gt=0, le=1)
    max_error_px: float = Field(1.2, gt=0)
    """Reprojection error at working size, above which an answer is not believed."""

    @field_validator("centre")
    @classmethod
    def _inside(cls, centre: tuple[float, float]) -> tuple[float, float]:
        if not all(0 < share < 1 for share in centre):
            raise ValueError("the principal point lies in the picture: shares between 0 and 1")
        return centre

    def missing(self) -> str | None:
        """Nothing: OpenCV and SciPy are always there."""
        return None


LEAST_ZOOM = 0.02
"""Change of the focal length, as a share, from which a lens is said to zoom."""

PLAIN_CONFIDENCE = 0.25
"""Of a camera that is called at rest, or said to turn, because nothing speaks against it, nor for it."""

ZOOM_LOOK_RATIO, ZOOM_ERROR_RATIO, ZOOM_RANGE = 2.0, 1.5, 0.05
"""Error of a turning camera that zooms over that of a travelling one, up to which the zoom is asked about
again on points measured anew; and there, up to which it is believed, where it is of some range. Rendered
zooms, with turns or without: 1.1 to 1.5, then 0.95 to 1.3; cameras that travel: 1.5 to 9, then 1.75 and more,
or hardly any zoom."""

TURN_ERROR_RATIO = 2.5
"""Error of turning over that of a travelling camera up to which the turn is believed. Filmed pans: 1.9;
travelling cameras, real and filmed: 3.9 to 11."""


class FeaturesCamera:
    """Estimates camera paths."""

    def __init__(self, config: FeaturesConfig) -> None:
        self.config = config

    def __call__(self, frames: NDArray[np.uint8], movers: Masks | None = None) -> CameraEstimate:
        """The camera of `frames` uint8 [T, H, W, 3]; `movers` bool [T, H, W] is True on whoever moves.

        Raises:
            ContractError: frames or movers are of another type or shape.
        """
        check_frames(frames, movers)
        clip = Clip(frames, movers, self.config.long_side_px, self.config.fov_deg, self.config.centre)
        still = rim_still_share(clip.grays, clip.movers)
        if len(frames) == 1:
            return clip.static(still, "a single frame")
        tracks = track_features(clip.grays, clip.movers, self.config.n_features)
        if first_cut(tracks) is not None:
            # A lamp that flickers hides points as a cut does.
            tracks = track_features(levelled(clip.grays, clip.movers), clip.movers, self.config.n_features)
        cut = first_cut(tracks)
        if cut is not None:
            return clip.failed(
                f"frame {cut} shows nothing of frame {cut - 1}: a cut, a flash, or too fast a move"
            )
        size = (clip.height, clip.width)
        drift = rim_drift_px(tracks, *size)
        if still > STILL_SHARE and common_motion_px(tracks, *size) < STILL_PX:
            reason = f"{still:.0%} of the frame's rim keeps its brightness"
            telling = rim_telling(clip.grays, clip.movers)
            if drift is None or telling.share < TELLING_SHARE:
                return clip.static(PLAIN_CONFIDENCE, f"{reason}, but it is too plain to tell motion by")
            return clip.static(min(still, telling.still), reason)
        if drift is not None and drift < max(0.5, 0.0012 * clip.width):
            # Brightness changes (flicker, a lamp) but nothing moves.
            return clip.static(0.8, f"background points drift by {drift:.2f} px only")
        return self._moving(clip, tracks)

    def _moving(self, clip: Clip, tracks: FeatureTracks) -> CameraEstimate:
        pair, parallax = best_pair(tracks)
        turning = self._turning(clip, tracks)
        # Where depth was at play and yet no structure holds, a rotation must fit really well to be believed.
        limit = self.config.max_error_px * (1.0 if parallax < self.config.min_parallax_px else 0.5)
        believed = turning if turning is not None and turning.error_px <= limit else None
        if pair is not None and parallax >= self.config.min_parallax_px:
            held = self._structure(clip, tracks, pair)
            if held is not None and not (believed and _simpler(believed, held.error_px)):
                return self._travelling(clip, held, turning)
        if turning is None:
            return clip.failed("too few points can be followed from frame to frame")
        if believed is None:
            reason = (
                f"no structure holds and turning alone leaves {turning.error_px:.2f} px (limit {limit:.2f})"
            )
            return clip.failed(reason)
        if pair is None:
            reason = "too few points are shared by frames apart to tell whether the camera travels"
            return self._rotating(clip, turning, reason, PLAIN_CONFIDENCE)
        return self._rotating(clip, turning, f"homographies explain the motion (parallax {parallax:.2f} px)")

    def _rotating(self, clip: Clip, turning: Turning, reason: str, most: float = 1.0) -> CameraEstimate:
        camera_from_world = np.tile(np.eye(4), (clip.n_frames, 1, 1))
        camera_from_world[:, :3, :3] = turning.rotation
        return clip.result(
            "rotation",
            invert_rigid(camera_from_world),
            turning.lens.focal,
            turning.error_px,
            np.ones(clip.n_frames, bool),
            min(most, float(np.exp(-0.5 * (turning.error_px / self.config.max_error_px) ** 2))),
            reason,
        )

    def _turning(self, clip: Clip, tracks: FeatureTracks) -> Turning | None:
        """A camera that only turns, with a lens that changes where that is visible and fits much better."""
        steady = turning_path(tracks, clip.centre, clip.focals(), self._free_lens)
        changing = zooming_path(tracks, clip.centre, clip.focals(), self._free_lens)
        if changing is None or changing.lens.range < LEAST_ZOOM:
            return steady
        return changing if steady is None or changing.error_px < 0.7 * steady.error_px else steady

    def _structure(self, clip: Clip, tracks: FeatureTracks, pair: tuple[int, int]) -> _Held | None:
        lenses = [Lens.steady(focal, clip.n_frames) for focal in clip.focals()]
        structure = reconstruct(tracks, clip.centre, pair, lenses, self._free_lens, self.config.max_keyframes)
        if structure is None:
            return None
        held = _Held(structure, *fit(structure))
        share = float(structure.registered.mean())
        if share < self.config.min_registered_share or held.error_px > self.config.max_error_px:
            return None
        return held if held.inliers >= 0.75 else None

    def _travelling(self, clip: Clip, held: _Held, turning: Turning | None) -> CameraEstimate:
        """The path, from points measured anew. How well followed points hold is what it is trusted by."""
        seen = (clip.grays, clip.movers, clip.centre, key_frames(clip.n_frames, self.config.max_keyframes))
        structure = refined(held.structure, *seen, self._free_lens)
        changing = zooming(structure, self._free_lens)
        structure = structure if changing is None else refined(changing, *seen, self._free_lens)
        if turning is not None and turning.lens.zooms and turning.error_px <= ZOOM_LOOK_RATIO * held.error_px:
            again = zooming_path(structure.tracks(clip.centre), clip.centre, clip.focals(), self._free_lens)
            if again is not None and _only_zooms(again, fit(structure)[0]):
                return self._rotating(clip, again, f"a zoom of {again.lens.range:.0%} explains the motion")
        path = np.tile(np.eye(4), (clip.n_frames, 1, 1))
        path[:, :3, :3], path[:, :3, 3] = structure.rotation, structure.translation
        path = invert_rigid(path)
        placed = np.flatnonzero(structure.registered)
        path = resample_path(path[placed], placed.astype(float), np.arange(clip.n_frames, dtype=float))
        path = relative_to_first(path)
        path[:, :3, 3] /= _median_depth(structure, int(placed[0]))
        share = float(structure.registered.mean())
        lens = f", through a lens that zooms by {structure.lens.range:.0%}" if structure.lens.zooms else ""
        fitting = float(np.exp(-0.5 * (held.error_px / self.config.max_error_px) ** 2))
        return clip.result(
            "full",
            path,
            structure.focal,
            fit(structure)[0],
            structure.registered,
            share * held.inliers * fitting,
            f"{len(placed)} of {clip.n_frames} frames placed by {structure.has_point.sum()} points{lens}",
        )

    @property
    def _free_lens(self) -> bool:
        return self.config.fov_deg is None


class _Held(NamedTuple):
    """A structure that holds together, its error in pixels and the share of points that fit it."""

    structure: Structure
    error_px: float
    inliers: float


def _simpler(turning: Turning, travelling_px: float) -> bool:
    """Whether turning explains what a travelling camera explains, about as well.

    A camera that travels has more freedom and so always fits better: lines that are not drawn to the pixel,
    a lens that is not known, become a little depth. Where there truly is depth, turning leaves four times the
    error of a path and more. Zooms are asked about on better points (`_only_zooms`).
    """
    return not turning.lens.zooms and turning.error_px <= TURN_ERROR_RATIO * travelling_px


def _only_zooms(turning: Turning, travelling_px: float) -> bool:
    """The same question for a lens that changes: a zoom is a dolly before a flat world."""
    return turning.lens.range >= ZOOM_RANGE and turning.error_px <= ZOOM_ERROR_RATIO * travelling_px


def _median_depth(structure: Structure, frame: int) -> float:
    points = structure.points[structure.has_point]
    depth = points @ structure.rotation[frame, 2] + structure.translation[frame, 2]
    return float(np.median(depth[depth > 0])) if (depth > 0).any() else 1.0
