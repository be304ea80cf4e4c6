"""Reading camera paths (our JSON, TUM, COLMAP and RealEstate10K text) and writing the first three.

TUM          a line a frame: ``timestamp tx ty tz qx qy qz qw``, world from camera, w LAST.
COLMAP       ``images.txt``: ``ID qw qx qy qz tx ty tz CAMERA_ID NAME``, camera from world, w FIRST;
             ``cameras.txt`` beside it gives the lens (its distortion is left out).
RealEstate10K  a line a frame below the film's address: ``time_us fx fy cx cy 0 0`` and the rows of the 3x4
             matrix camera from world; the lens in shares of the picture's sides.
Our JSON     ``world_from_camera`` as rows of a 4x4 matrix, or ``position`` and ``rotation_wxyz``.

All with OpenCV axes: x right, y down, z forward.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data_contracts.camera_path import CameraPath, Floats, invert_rigid
from data_contracts.errors import ContractError, InputError
from data_contracts.quaternions import matrix_from_wxyz, wxyz_from_matrix

FORMAT = "bunraku-camera"
_CAMERA_MODELS = {
    "SIMPLE_PINHOLE": 1,
    "SIMPLE_RADIAL": 1,
    "RADIAL": 1,
    "PINHOLE": 2,
    "OPENCV": 2,
    "FULL_OPENCV": 2,
}
"""COLMAP's camera models by how many focal lengths stand before cx, cy."""


_FORMS = (
    "TUM text (t tx ty tz qx qy qz qw in each line), COLMAP's images.txt, RealEstate10K text (19 numbers in "
    "each line), or the JSON of a run's camera.json"
)
_REALESTATE_WIDTH_PX = 1920
"""RealEstate10K tells no size, only (where pixels are square) its shape: any width says the same lens."""


def read_camera(path: Path, *, fps: float = 30.0) -> CameraPath:
    """Read a camera path, whichever of the known forms the file (or COLMAP folder) has.

    `fps` gives times to formats without any (COLMAP, JSON without ``time_s``). Raises InputError.
    """
    if path.is_dir():
        path = path / "images.txt"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "the camera file is not readable text", where=path, expected=_FORMS, got=error
        ) from error
    try:
        if text.lstrip().startswith("{"):
            return _parse_json(text, str(path), fps)
        rows = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        rows = [(n, words) for n, words in rows if not words[0].startswith("#")]
        if not rows:
            raise InputError("the camera file has no poses", where=path, expected=_FORMS)
        if len(rows) > 1 and len(rows[0][1]) == 1 and len(rows[1][1]) == 19:
            rows = rows[1:]  # RealEstate10K names its film first
        if len(rows[0][1]) == 8:
            return _parse_tum(rows, str(path))
        if len(rows[0][1]) == 19:
            return _parse_realestate(rows, str(path), fps)
        if len(rows[0][1]) >= 10:
            return _parse_colmap(rows, path, fps)
    except ContractError as error:
        raise InputError.of(error.at(path)) from error
    raise InputError(
        "not a known camera format",
        where=f"{path}, line {rows[0][0]}",
        expected=_FORMS,
        got=f"{len(rows[0][1])} fields",
    )


def _floats(words: Sequence[str], where: str) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError as error:
        raise InputError("not a number", where=where, got=error) from error
    if not all(map(math.isfinite, values)):
        raise InputError("numbers must be finite", where=where, got=" ".join(words))
    return values


def _rotation(wxyz: Sequence[float], where: str) -> Floats:
    length = math.sqrt(sum(v * v for v in wxyz))
    if abs(length - 1) > 1e-2:
        raise InputError(
            "the quaternion is not of unit length", where=where, expected="1", got=f"{length:.4g}"
        )
    return matrix_from_wxyz(np.array(wxyz))


def _parse_tum(rows: list[tuple[int, list[str]]], path: str) -> CameraPath:
    poses = np.tile(np.eye(4), (len(rows), 1, 1))
    times: list[float] = []
    for pose, (number, words) in zip(poses, rows, strict=True):
        where = f"{path}, line {number}"
        if len(words) != 8:
            raise InputError(
                "a TUM line has 8 numbers", where=where, expected="t tx ty tz qx qy qz qw", got=len(words)
            )
        time, *position, x, y, z, w = _floats(words, where)
        if times and time <= times[-1]:
            raise InputError("timestamps must increase", where=where, expected=f"> {times[-1]}", got=time)
        times.append(time)
        pose[:3, :3], pose[:3, 3] = _rotation((w, x, y, z), where), position
    return CameraPath.of(poses, time_s=np.array(times))


def _parse_realestate(rows: list[tuple[int, list[str]]], path: str, fps: float) -> CameraPath:
    values = []
    for number, words in rows:
        where = f"{path}, line {number}"
        if len(words) != 19:
            expected = "time_us fx fy cx cy 0 0 and 12 numbers of a 3x4 matrix"
            raise InputError(
                "a RealEstate10K line has 19 numbers", where=where, expected=expected, got=len(words)
            )
        values.append(_floats(words, where))
    table = np.array(values)
    camera_from_world = np.tile(np.eye(4), (len(table), 1, 1))
    camera_from_world[:, :3] = table[:, 7:].reshape(-1, 3, 4)
    # Trajectories written for camera-controlled video models carry no times: zeros throughout.
    timed = np.ptp(table[:, 0]) > 0
    fx, fy = table[:, 1].mean(), table[:, 2].mean()
    if not (min(fx, fy) > 0 and fy / 10 < fx < fy * 10):
        expected, got = "shares of the picture's sides", f"fx {fx:g}, fy {fy:g}"
        raise InputError("the focal lengths are no lens's", where=path, expected=expected, got=got)
    width_px, height_px = _REALESTATE_WIDTH_PX, max(1, round(_REALESTATE_WIDTH_PX * fx / fy))
    return CameraPath.of(
        invert_rigid(camera_from_world),
        time_s=table[:, 0] * 1e-6 if timed else np.arange(len(table)) / fps,
        intrinsics_px=table[:, 1:5] * [width_px, height_px, width_px, height_px],
        width_px=width_px,
        height_px=height_px,
    )


def _parse_colmap(rows: list[tuple[int, list[str]]], path: Path, fps: float) -> CameraPath:
    images: list[tuple[str, int, Floats]] = []
    for number, words in rows:
        where = f"{path}, line {number}"
        if len(words) % 3 == 0 and all(re.fullmatch(r"[-+.\deE]+", word) for word in words):
            continue  # the line of 2D points below each image
        if len(words) < 10:
            expected = "ID qw qx qy qz tx ty tz CAMERA_ID NAME"
            raise InputError(
                "an image line has at least 10 fields", where=where, expected=expected, got=len(words)
            )
        values = _floats(words[1:9], where)
        camera_from_world = np.eye(4)
        camera_from_world[:3, :3], camera_from_world[:3, 3] = _rotation(values[:4], where), values[4:7]
        images.append((" ".join(words[9:]), int(values[7]), invert_rigid(camera_from_world)))
    if not images:
        raise InputError("no image has a pose", where=path)
    images.sort(key=lambda image: [int(w) if w.isdigit() else w for w in re.split(r"(\d+)", image[0])])
    poses = np.stack([pose for _, _, pose in images])
    times = np.arange(len(images)) / fps
    lens_file = path.with_name("cameras.txt")
    if not lens_file.is_file():
        return CameraPath.of(poses, time_s=times)
    lenses = _colmap_cameras(lens_file)
    unknown = {camera for _, camera, _ in images} - lenses.keys()
    if unknown:
        raise InputError("images name cameras that cameras.txt lacks", where=path, got=sorted(unknown))
    sizes = {lenses[camera][:2] for _, camera, _ in images}
    if len(sizes) > 1:
        raise InputError(
            "the images differ in size", where=lens_file, expected="one size", got=sorted(sizes)[:4]
        )
    width_px, height_px = sizes.pop()
    intrinsics = np.array([lenses[camera][2] for _, camera, _ in images])
    return CameraPath.of(
        poses, time_s=times, intrinsics_px=intrinsics, width_px=width_px, height_px=height_px
    )


def _colmap_cameras(path: Path) -> dict[int, tuple[int, int, list[float]]]:
    """Width, height and fx, fy, cx, cy of each camera in ``cameras.txt``."""
    cameras = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the lens file is not readable text", where=path, got=error) from error
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        where = f"{path}, line {number}"
        n_focal = _CAMERA_MODELS.get(words[1] if len(words) > 1 else "")
        if n_focal is None:
            expected = ", ".join(_CAMERA_MODELS)
            raise InputError("unknown camera model", where=where, expected=expected, got=" ".join(words[1:2]))
        values = _floats(words[2:], where)
        if len(values) < 4 + n_focal:
            raise InputError("too few camera parameters", where=where, expected=4 + n_focal, got=len(values))
        if min(values[:2]) < 1:
            got = f"{values[0]:g}x{values[1]:g}"
            raise InputError(
                "the picture's size must be over 0", where=where, expected="WIDTH HEIGHT", got=got
            )
        fx, fy, cx, cy = (values[2], *values[1 + n_focal : 4 + n_focal])
        cameras[int(_floats(words[:1], where)[0])] = (int(values[0]), int(values[1]), [fx, fy, cx, cy])
    return cameras


def _parse_json(text: str, path: str, fps: float) -> CameraPath:
    try:
        value: Mapping[str, Any] = json.loads(text)
        frames = value["frames"]
        poses = np.tile(np.eye(4), (len(frames), 1, 1))
        for i, (pose, frame) in enumerate(zip(poses, frames, strict=True)):
            if "world_from_camera" in frame:
                pose[:] = np.reshape(frame["world_from_camera"], (4, 4))
            else:
                pose[:3, :3] = _rotation(frame["rotation_wxyz"], f"{path}, frame {i}")
                pose[:3, 3] = np.reshape(frame["position"], 3)
        times = [frame.get("time_s", i / fps) for i, frame in enumerate(frames)]
        lenses = [frame.get("intrinsics_px") for frame in frames]
        intrinsics = None if any(lens is None for lens in lenses) else np.array(lenses, np.float64)
        return CameraPath.of(
            poses,
            time_s=np.array(times, np.float64),
            intrinsics_px=intrinsics,
            width_px=value.get("width_px"),
            height_px=value.get("height_px"),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError(
            "the camera JSON is damaged",
            where=path,
            expected='{"frames": [{"world_from_camera": 4x4 rows, "intrinsics_px": [fx, fy, cx, cy]}, ...]}',
            got=f"{type(error).__name__}: {error}",
        ) from error


def format_json(camera: CameraPath) -> str:
    """Our JSON, a line a frame."""
    head = {
        "format": FORMAT,
        "version": 1,
        "convention": "world_from_camera, rows of a 4x4 matrix, OpenCV axes (x right, y down, z forward)",
        "width_px": camera.width_px,
        "height_px": camera.height_px,
    }
    lines = []
    for t, pose in enumerate(camera.world_from_camera):
        frame: dict[str, Any] = {"time_s": float(camera.time_s[t]), "world_from_camera": pose.tolist()}
        if camera.intrinsics_px is not None:
            frame["intrinsics_px"] = camera.intrinsics_px[t].tolist()
        lines.append(json.dumps(frame))
    return json.dumps(head)[:-1] + ', "frames": [\n' + ",\n".join(lines) + "\n]}\n"


def format_tum(camera: CameraPath) -> str:
    """TUM text: ``timestamp tx ty tz qx qy qz qw``, world from camera."""
    lines = ["# timestamp tx ty tz qx qy qz qw  (world from camera; x right, y down, z forward)"]
    wxyz = wxyz_from_matrix(camera.world_from_camera[:, :3, :3])
    for time, pose, (w, x, y, z) in zip(camera.time_s, camera.world_from_camera, wxyz, strict=True):
        values = (*pose[:3, 3], x, y, z, w)
        lines.append(f"{time:.6f} " + " ".join(f"{v:.9f}" for v in values))
    return "\n".join(lines) + "\n"


def format_colmap(camera: CameraPath) -> tuple[str, str]:
    """Text of ``images.txt`` and ``cameras.txt`` (PINHOLE). Raises ContractError without a lens or a size."""
    if camera.intrinsics_px is None or camera.width_px is None or camera.height_px is None:
        raise ContractError("COLMAP text needs a lens", expected="intrinsics_px, width_px and height_px")
    images = ["# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME  (camera from world)", "# POINTS2D[]"]
    cameras = ["# CAMERA_ID MODEL WIDTH HEIGHT fx fy cx cy"]
    camera_from_world = invert_rigid(camera.world_from_camera)
    for t, (pose, wxyz) in enumerate(
        zip(camera_from_world, wxyz_from_matrix(camera_from_world[:, :3, :3]), strict=True), start=1
    ):
        numbers = " ".join(f"{v:.9f}" for v in (*wxyz, *pose[:3, 3]))
        images += [f"{t} {numbers} {t} {t:06d}.png", ""]
        lens = " ".join(f"{v:.6f}" for v in camera.intrinsics_px[t - 1])
        cameras.append(f"{t} PINHOLE {camera.width_px} {camera.height_px} {lens}")
    return "\n".join(images) + "\n", "\n".join(cameras) + "\n"
