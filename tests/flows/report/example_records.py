"""The records of `example_run`: each noun with small drawings for its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.animation import Animation, RefinedVideo
from data_contracts.background import Background
from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import format_json
from data_contracts.camera_path import CameraPath
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.depth import Depth
from data_contracts.image import write_png
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pair import Pair
from data_contracts.pose import PoseTrack
from data_contracts.record import FileRef, Record
from data_contracts.rig import Rig
from data_contracts.scene import Scene
from data_contracts.scores import Scores
from data_contracts.splats_record import SplatField
from data_contracts.video import write_lossless, write_mp4
from models.camera.presets import preset_path

R = TypeVar("R", bound=Record)
Frames = NDArray[np.uint8]
WIDTH, HEIGHT, FRAMES, FPS = 96, 128, 16, 8.0


@dataclass
class Drawings:
    """Frames of what the run is about; the tests' are drawn here, and others may be put in their place."""

    reference: Frames
    driving: Frames
    result: Frames
    background: Frames


def drawings() -> Drawings:
    """A figure before a hill, a driver that sways, and the figure swaying."""
    plain = np.full((HEIGHT, WIDTH, 3), (214, 226, 232), np.uint8)
    plain[HEIGHT * 2 // 3 :] = (150, 176, 132)
    sway = np.sin(np.arange(FRAMES) * 2 * np.pi / FRAMES)
    black = np.zeros_like(plain)
    return Drawings(
        reference=figure(plain, 0.0, (196, 104, 58)),
        driving=np.stack([figure(black, x, (90, 150, 210)) for x in sway]),
        result=np.stack([figure(plain, x, (196, 104, 58)) for x in sway]),
        background=plain,
    )


def figure(background: Frames, sway: float, colour: tuple[int, int, int]) -> Frames:
    """A stick figure whose arms and body lean with ``sway`` (-1..1)."""
    image = background.copy()
    height, width = image.shape[:2]

    def at(x: float, y: float) -> tuple[int, int]:
        return round((0.5 + x + 0.12 * sway * (0.9 - y)) * width), round(y * height)

    limbs = [((0, 0.35), (0, 0.62)), ((0, 0.62), (-0.12, 0.9)), ((0, 0.62), (0.12, 0.9))]
    limbs += [((0, 0.4), (-0.25, 0.5 - 0.15 * sway)), ((0, 0.4), (0.25, 0.5 + 0.15 * sway))]
    for start, end in limbs:
        cv2.line(image, at(*start), at(*end), colour, max(2, width // 14), cv2.LINE_AA)
    cv2.circle(image, at(0, 0.24), width // 9, colour, -1, cv2.LINE_AA)
    return image


def _filled(record_type: type[R], out: Path, **known: Any) -> R:
    """A record with the fields that the report shows; the others get a small value of their type."""
    hints = get_type_hints(record_type)
    for name, field in record_type.model_fields.items():
        if name not in known and field.is_required():
            known[name] = _small(hints[name], name, out)
    return record_type(**known)


def _small(hint: Any, name: str, out: Path) -> Any:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if hint is FileRef:
        (out / name).write_text("{}", encoding="utf-8")
        return FileRef.of(out / name, out)
    return {int: 1, float: 1.0, bool: False, str: "0" * 64}.get(hint, [])


def _picture(out: Path, name: str, pixels: Frames) -> FileRef:
    return FileRef.of(write_png(out / name, pixels), out)


def _lossless(out: Path, name: str, frames: Frames) -> FileRef:
    return FileRef.of(write_lossless(out / name, frames, FPS), out)


def _mp4(out: Path, name: str, frames: Frames) -> FileRef:
    write_mp4(out / name, frames, FPS)
    return FileRef.of(out / name, out)


def _plane(frames: Frames) -> dict[str, int]:
    return {"width_px": frames.shape[-2], "height_px": frames.shape[-3]}


def _timed(frames: Frames) -> dict[str, Any]:
    return {**_plane(frames), "num_frames": len(frames), "fps": FPS}


def make_still(out: Path, picture: Frames, name: str) -> Media:
    content = _picture(out, "content.png", picture)
    return _filled(Media, out, kind="still", content=content, name=name, num_frames=1, **_plane(picture))


def make_clip(out: Path, frames: Frames) -> Media:
    return _filled(
        Media,
        out,
        kind="clip",
        content=_lossless(out, "content.mkv", frames),
        name="waltz.mp4",
        **_timed(frames),
    )


def make_motion(out: Path) -> Media:
    return _filled(
        Media, out, kind="motion", name="walk.bvh", num_frames=FRAMES, fps=FPS, motion_format="bvh"
    )


def make_matte(out: Path, picture: Frames) -> Matte:
    alpha: Frames = np.zeros_like(picture[..., 0])
    height, width = alpha.shape
    cv2.ellipse(alpha, (width // 2, height // 2), (width // 4, height * 2 // 5), 0, 0, 360, 255, -1)
    return _filled(
        Matte,
        out,
        kind="still",
        alpha=_picture(out, "alpha.png", alpha),
        cutout=_picture(out, "cutout.png", np.dstack([picture, alpha])),
        num_frames=1,
        **_plane(picture),
    )


def make_pose(out: Path, frames: Frames) -> PoseTrack:
    sheet = np.concatenate(list(frames[:: max(1, len(frames) // 4)][:4]), axis=1)
    return _filled(PoseTrack, out, overlay=_picture(out, "overlay.png", sheet), **_timed(frames))


def make_rig(out: Path, picture: Frames) -> Rig:
    overlay = _picture(out, "overlay.png", picture)
    return _filled(Rig, out, overlay=overlay, **_plane(picture))


def make_camera(out: Path) -> CameraTrack:
    track = out / "camera.json"
    path = CameraPath.of(preset_path("orbit", FRAMES), time_s=np.arange(FRAMES) / FPS)
    track.write_text(format_json(path), encoding="utf-8")
    return _filled(CameraTrack, out, kind="preset", num_frames=FRAMES, track=FileRef.of(track, out))


def make_background(out: Path, plain: Frames) -> Background:
    hole = _picture(out, "hole.png", np.zeros(plain.shape[:2], np.uint8))
    image = _picture(out, "image.png", plain)
    return _filled(Background, out, image=image, hole=hole, **_plane(plain))


def make_depth(out: Path, plain: Frames) -> Depth:
    ramp = np.tile(np.linspace(40, 255, plain.shape[0]).astype(np.uint8)[:, None], (1, plain.shape[1]))
    return _filled(
        Depth,
        out,
        preview=_picture(out, "preview.png", ramp),
        **_plane(plain),
    )


def make_scene(out: Path, plain: Frames) -> Scene:
    return _filled(
        Scene, out, sheet=_picture(out, "sheet.png", np.concatenate([plain] * 6, axis=1)), **_plane(plain)
    )


def make_splats(out: Path) -> SplatField:
    return _filled(
        SplatField,
        out,
    )


def make_coarse(out: Path, art: Drawings) -> CoarseVideo:
    frames = np.stack([np.roll(art.background, t, axis=1) for t in range(len(art.result))])
    return _filled(
        CoarseVideo,
        out,
        video=_lossless(out, "video.mkv", frames),
        void=_lossless(out, "void.mkv", np.zeros(frames.shape[:3], np.uint8)),
        **_timed(frames),
    )


def make_conditions(out: Path, art: Drawings) -> Conditions:
    body = np.stack([np.where(frame > 120, frame, 0).astype(np.uint8) for frame in art.driving])
    mask: Frames = np.zeros_like(art.result[..., 0])
    mask[:, mask.shape[1] // 8 :, mask.shape[2] // 6 : -mask.shape[2] // 6] = 255
    return _filled(
        Conditions,
        out,
        body=_lossless(out, "body.mkv", body),
        hands=_lossless(out, "hands.mkv", np.zeros_like(body)),
        face=_lossless(out, "face.mkv", np.zeros_like(body)),
        mask=_lossless(out, "mask.mkv", mask),
        **_timed(body),
    )


def make_animation(out: Path, art: Drawings) -> Animation:
    alpha = (np.abs(art.result.astype(int) - art.background).sum(3) > 30).astype(np.uint8) * 255
    video = _lossless(out, "video.mkv", art.result)
    return _filled(
        Animation, out, video=video, alpha=_lossless(out, "alpha.mkv", alpha), **_timed(art.result)
    )


def make_result(out: Path, art: Drawings) -> RefinedVideo:
    return _filled(
        RefinedVideo,
        out,
        video=_mp4(out, "video.mp4", art.result),
        lossless=_lossless(out, "video.mkv", art.result),
        poster=_picture(out, "poster.png", art.result[0]),
        **_timed(art.result),
    )


def make_pair(out: Path, art: Drawings) -> Pair:
    return _filled(
        Pair,
        out,
        synthesized=_mp4(out, "synthesized.mp4", art.result),
        source=_mp4(out, "source.mp4", art.driving),
        reference=_picture(out, "reference.png", art.driving[0]),
        **_timed(art.result),
    )


def make_scores(out: Path, mean: float) -> Scores:
    values = dict.fromkeys([name for name in Scores.model_fields if name.startswith("proxy_")], mean)
    values["proxy_motion_smoothness"] = 4.9
    return _filled(Scores, out, **values, mean=mean)
