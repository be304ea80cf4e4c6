"""Camera moves by name, as functions of time.

The world is the first camera's frame (OpenCV axes: y down, z forward). The unit of length is the scene's
depth: the point that is looked at lies at (0, 0, 1). A scene multiplies positions by its own depth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy.spatial.transform import Rotation

from data_contracts.camera_path import Floats
from data_contracts.errors import InputError
from models.camera.alignment import relative_to_first

CENTRE = np.array([0.0, 0.0, 1.0])
UP = np.array([0.0, -1.0, 0.0])


def look_at(positions: ArrayLike, target: ArrayLike = CENTRE, up: ArrayLike = UP) -> Floats:
    """Poses [..., 4, 4] at `positions` [..., 3] that look at `target` [3], `up` [3] upwards in the picture.

    The rows of DreamDance's (character art) eq. 5 are not orthogonal as printed; here the up vector is
    orthogonalised, so that the rotation is one.

    Raises InputError where a camera stands on its target or looks along `up`.
    """
    stand = np.asarray(positions, np.float64)
    ahead = np.asarray(target, np.float64) - stand
    across = np.cross(ahead, np.asarray(up, np.float64))
    if np.linalg.norm(ahead, axis=-1).min() < 1e-9 or np.linalg.norm(across, axis=-1).min() < 1e-9:
        raise InputError(
            "the camera cannot look at its target", expected="a target ahead, not above or below"
        )
    z = ahead / np.linalg.norm(ahead, axis=-1, keepdims=True)
    x = across / np.linalg.norm(across, axis=-1, keepdims=True)
    poses = np.tile(np.eye(4), (*stand.shape[:-1], 1, 1))
    poses[..., :3, :3] = np.stack([x, np.cross(z, x), z], axis=-1)
    poses[..., :3, 3] = stand
    return poses


def spiral_positions(t: Floats, radius: float, depth: float, height_ratio: float = 1.0) -> Floats:
    """DreamDance (character art) eq. 5: P(t) = [r·sin 2πt·cos 2πt, r·sin 2πt·sin 2πt, −sin 2πt], t in 0..1.

    Args:
        t: shares of one turn [T]; the path begins and ends at the reference camera.
        radius: r, in any unit of length.
        depth: factor of the third coordinate; 1 in the paper, whose scenes have a unit of their own.
        height_ratio: factor of the second coordinate; 1 in the paper, less keeps the camera above the floor.

    Returns:
        Positions [T, 3].
    """
    angle = 2 * np.pi * t
    reach = radius * np.sin(angle)
    return np.stack(
        [reach * np.cos(angle), height_ratio * reach * np.sin(angle), -depth * np.sin(angle)], axis=-1
    )


def ease(t: Floats) -> Floats:
    """Smooth start and stop: 3t^2 - 2t^3."""
    return t * t * (3 - 2 * t)


def _shifted(positions: Floats) -> Floats:
    poses = np.tile(np.eye(4), (len(positions), 1, 1))
    poses[:, :3, 3] = positions
    return poses


def _turned(yaw_deg: Floats, pitch_deg: Floats) -> Floats:
    """Cameras at the origin that turn right by yaw and then up by pitch."""
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    ahead = np.stack([np.sin(yaw) * np.cos(pitch), -np.sin(pitch), np.cos(yaw) * np.cos(pitch)], axis=-1)
    poses = look_at(-ahead, np.zeros(3))
    poses[:, :3, 3] = 0
    return poses


class Move(BaseModel, ABC):
    """A camera move, and what the lens does meanwhile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """World-from-camera [T, 4, 4] at shares `t` [T] in 0..1 of the clip."""

    def zoom(self, t: Floats) -> Floats:
        """Focal length over the first frame's [T]: of most moves 1."""
        return np.ones_like(t)


class Static(Move):
    """The camera does not move."""

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Identities."""
        return np.tile(np.eye(4), (len(t), 1, 1))


class Pan(Move):
    """The camera turns in its place: to the right and up for positive angles."""

    yaw_deg: float = Field(15.0, ge=-80, le=80)
    pitch_deg: float = Field(0.0, ge=-60, le=60)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Rotations only."""
        return _turned(self.yaw_deg * ease(t), self.pitch_deg * ease(t))


class Roll(Move):
    """The camera tilts sideways about its axis: to its right (clockwise) for positive angles."""

    angle_deg: float = Field(10.0, ge=-90, le=90)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Rotations about z only."""
        turn = self.angle_deg * ease(t)[:, None]
        poses = np.tile(np.eye(4), (len(t), 1, 1))
        poses[:, :3, :3] = Rotation.from_rotvec(turn * [0, 0, 1], degrees=True).as_matrix()
        return poses


class DollyIn(Move):
    """The camera moves straight ahead by a share of the scene's depth."""

    distance: float = Field(0.25, gt=0, lt=0.9)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Translations along z."""
        return _shifted(np.stack([0 * t, 0 * t, self.distance * ease(t)], axis=-1))


class DollyOut(Move):
    """The camera moves straight back by a share of the scene's depth."""

    distance: float = Field(0.25, gt=0, le=3)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Translations along z."""
        return _shifted(np.stack([0 * t, 0 * t, -self.distance * ease(t)], axis=-1))


class Orbit(Move):
    """The camera circles the looked-at point, to the right for positive angles."""

    angle_deg: float = Field(20.0, ge=-170, le=170)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """On a circle of radius 1 around the centre."""
        angle = np.radians(self.angle_deg) * ease(t)
        return look_at(CENTRE + np.stack([np.sin(angle), 0 * t, -np.cos(angle)], axis=-1))


class Spiral(Move):
    """One turn of DreamDance (character art), eq. 5, with the depth sway as a parameter of its own."""

    radius: float = Field(0.15, gt=0, le=1)
    depth: float = Field(0.1, ge=0, lt=0.9)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Starts and ends at the origin."""
        return look_at(spiral_positions(t, self.radius, self.depth))


class Crane(Move):
    """The camera rises (sinks for negative values) and keeps looking at the centre."""

    rise: float = Field(0.2, ge=-1, le=1)

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Along -y, up in the picture."""
        return look_at(np.stack([0 * t, -self.rise * ease(t), 0 * t], axis=-1))


class Shake(Move):
    """A hand-held camera: smooth noise of a few random waves, the same for the same seed."""

    angle_deg: float = Field(0.6, ge=0, le=10)
    shift: float = Field(0.006, ge=0, le=0.2)
    cycles: float = Field(5.0, gt=0, le=60)
    """Turns of the main wave over the clip."""

    def poses(self, t: Floats, rng: np.random.Generator) -> Floats:
        """Rotations and translations of the given standard deviation, from the identity on."""
        waves = 4
        frequency = self.cycles * rng.uniform(0.4, 1.8, (5, waves, 1))
        phase = rng.uniform(0, 2 * np.pi, (5, waves, 1))
        noise = np.sin(2 * np.pi * frequency * t + phase).sum(axis=1) / np.sqrt(waves / 2)
        poses = _turned(self.angle_deg * noise[0], self.angle_deg * noise[1])
        poses[:, :3, 3] = self.shift * noise[2:].T
        return relative_to_first(poses)


class Zoom(Static):
    """The lens changes and the camera rests: to a longer one for factors over 1, to a wider one below."""

    factor: float = Field(1.4, ge=0.5, le=4)

    def zoom(self, t: Floats) -> Floats:
        """By equal shares in equal times, as the eye takes for even."""
        return np.asarray(self.factor ** ease(t), np.float64)


PRESETS: dict[str, type[Move]] = {
    "static": Static,
    "pan": Pan,
    "roll": Roll,
    "dolly_in": DollyIn,
    "dolly_out": DollyOut,
    "orbit": Orbit,
    "spiral": Spiral,
    "crane": Crane,
    "shake": Shake,
    "zoom": Zoom,
}


def check_preset(name: str, parameters: Mapping[str, float]) -> None:
    """Raise InputError for an unknown preset or parameter, or a value out of its bounds."""
    _move(name, parameters)


def preset_path(
    name: str, n_frames: int, parameters: Mapping[str, float] | None = None, seed: int = 0
) -> Floats:
    """World-from-camera [T, 4, 4] of a preset; frame 0 is the identity.

    Raises InputError for an unknown preset or parameter, or a value out of its bounds.
    """
    return _move(name, parameters).poses(np.linspace(0.0, 1.0, n_frames), np.random.default_rng(seed))


def preset_zoom(name: str, n_frames: int, parameters: Mapping[str, float] | None = None) -> Floats:
    """Focal length of a preset [T] over its first one; all 1 where the lens stays. Raises InputError."""
    return _move(name, parameters).zoom(np.linspace(0.0, 1.0, n_frames))


def _move(name: str, parameters: Mapping[str, float] | None) -> Move:
    if name not in PRESETS:
        raise InputError("there is no such camera preset", expected=", ".join(PRESETS), got=repr(name))
    try:
        return PRESETS[name].model_validate(dict(parameters or {}))
    except ValidationError as error:
        fact = error.errors()[0]
        parameter = ".".join(map(str, fact["loc"]))
        if fact["type"] == "extra_forbidden":
            allowed = ", ".join(PRESETS[name].model_fields) or "no parameters"
            raise InputError(
                "the camera preset has no such parameter", where=name, expected=allowed, got=parameter
            ) from error
        raise InputError(
            f"{parameter} of the camera preset is wrong",
            where=name,
            expected=fact["msg"].removeprefix("Input should be "),
            got=fact["input"],
        ) from error
