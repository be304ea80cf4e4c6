"""Ingest: bring a picture, clip, skeleton clip or motion from outside into its one normal form."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.bvh import read_bvh
from data_contracts.errors import InputError
from data_contracts.frames import SUFFIXES as PICTURE_SUFFIXES
from data_contracts.frames import frame_paths, iterate_frames, scale_down
from data_contracts.image import MIN_SIDE_PX, read_image, write_png
from data_contracts.media import STANDARD_SIDE_PX, Media, MotionFormat
from data_contracts.plausible_poses import require_plausible
from data_contracts.pose_formats import read_poses, write_poses
from data_contracts.record import FileRef
from data_contracts.source import Source, digest_of_source
from data_contracts.video import iterate_clip, probe, write_lossless
from models.skeleton_video import is_skeleton_clip
from tasks.stage import StageConfig, stage

_SAMPLES = 24
"""Frames that are looked at to tell a drawn skeleton from footage."""
_LARGEST_HOLES = 0.25
"""Share of a scene that may be transparent, such as rounded corners: they are filled as holes are."""


class IngestConfig(StageConfig):
    """Settings of ingest."""

    frames_folder_fps: float = Field(24.0, gt=0, le=240)
    """Rate of a folder of frames whose job names none."""
    motion_fps: float = Field(30.0, gt=0, le=240)
    """Highest rate of a motion whose job names none: motion capture at 120 frames a second is common."""
    max_frames: int = Field(20_000, ge=1)
    """Longest clip that is taken in; a job's num_frames cuts a longer one."""


@stage(version=2, timeout_s=900)
def ingest(source: Source, config: IngestConfig, out_dir: Path) -> Media:
    """Check an input from outside and write it in the form that all later stages read.

    References and scenes become a PNG. Driving clips, GIFs and folders of frames become lossless video at
    the source's rate, length and size. A BVH is copied byte for byte and poses become our own JSON, both at
    their own rate; there ``fps`` and ``num_frames`` of the result say what the reader is to resample to.

    Raises:
        InputError: the input is missing, broken, of another kind than its role needs, or has changed.
    """
    path = Path(source.location)
    if digest_of_source(path) != source.sha256:
        raise InputError(
            "the input has changed since the run was planned",
            where=path,
            expected=f"SHA-256 {source.sha256[:12]}...",
            hint="Start the run again; it will use the new content.",
        )
    if source.role != "driving":
        return _still(path, source, out_dir)
    if path.is_dir():
        return _folder(path, source, config, out_dir)
    if source.suffix == ".bvh":
        return _bvh(path, source, config, out_dir)
    if source.suffix == ".json":
        return _poses(path, source, config, out_dir)
    return _video(path, source, config, out_dir)


def _still(path: Path, source: Source, out_dir: Path) -> Media:
    if path.is_dir():
        raise InputError(
            f"a folder cannot be a {source.role}", where=path, expected="one picture", hint="Name one file."
        )
    read = read_image(path)
    image = scale_down(read, source.long_side_px)
    notes = _scaled_note(read.shape[1], read.shape[0], image.shape[1], image.shape[0])
    if min(image.shape[:2]) < MIN_SIDE_PX:
        raise InputError(
            "the picture is too narrow",
            where=path,
            expected=f"a short side of at least {MIN_SIDE_PX} px at a long side of {source.long_side_px} px",
            got=f"{image.shape[1]}x{image.shape[0]}",
            hint="Crop it.",
        )
    has_alpha = image.shape[2] == 4 and int(image[..., 3].min()) < 255
    if has_alpha and int(image[..., 3].max()) == 0:
        raise InputError("the picture is wholly transparent", where=path, hint="Export it with its content.")
    if has_alpha and source.role == "scene":
        _require_whole(path, image)
    if image.shape[2] == 4 and not has_alpha:
        image = np.ascontiguousarray(image[..., :3])
    if int(np.ptp(image.reshape(-1, image.shape[2]), axis=0).max()) == 0:
        raise InputError(
            "the picture is one plain colour",
            where=path,
            expected="something in it",
            got=image[0, 0].tolist(),
            hint="Check that it was exported with its content.",
        )
    content = write_png(out_dir / "still.png", image)
    return Media(
        kind="still",
        content=FileRef.of(content, out_dir),
        standard=_standard(read, image, out_dir) if source.role == "reference" else None,
        name=path.name,
        width_px=image.shape[1],
        height_px=image.shape[0],
        num_frames=1,
        has_alpha=has_alpha,
        notes=notes,
    )


def _standard(read: NDArray[np.uint8], image: NDArray[np.uint8], out_dir: Path) -> FileRef | None:
    """The picture at standard size, so that what is found in it does not hang on the job's size."""
    standard = scale_down(read, STANDARD_SIDE_PX)
    if standard.shape[:2] == image.shape[:2]:
        return None
    return FileRef.of(write_png(out_dir / "standard.png", np.ascontiguousarray(standard[..., :3])), out_dir)


def _require_whole(path: Path, scene: NDArray[np.uint8]) -> None:
    holes = float((scene[..., 3] < 128).mean())
    if holes > _LARGEST_HOLES:
        raise InputError(
            "too much of the scene is transparent",
            where=path,
            expected=f"holes in at most {_LARGEST_HOLES:.0%} of it",
            got=f"{holes:.0%}",
            hint="Give a whole picture; a cut-out figure is a reference.",
        )


def _folder(path: Path, source: Source, config: IngestConfig, out_dir: Path) -> Media:
    members = [member for member in path.iterdir() if not member.name.startswith(".")]
    pictures = any(member.suffix.lower() in PICTURE_SUFFIXES for member in members)
    if not pictures and any(member.suffix.lower() == ".json" for member in members):
        return _poses(path, source, config, out_dir)
    count = len(frame_paths(path))
    fps = source.fps or config.frames_folder_fps
    notes = [f"folder of {count} frames shown at {fps:g} fps"]
    frames = iterate_frames(path, source.num_frames, source.long_side_px)
    return _clip(path, frames, fps, notes, source, config, out_dir)


def _video(path: Path, source: Source, config: IngestConfig, out_dir: Path) -> Media:
    if source.suffix in PICTURE_SUFFIXES and not _is_animated(path):
        raise InputError(
            "a still picture cannot drive",
            where=path,
            expected="a video, GIF, BVH, pose JSON, or a folder of frames",
            got=f"a {source.suffix} picture",
            hint="Swap reference and driving, if they are in each other's place.",
        )
    info = probe(path)
    fps = source.fps or info.fps
    notes = [f"turned by {info.rotation_deg} degrees as the file says"] if info.rotation_deg else []
    if info.variable_frame_rate:
        notes.append(f"variable frame rate resampled to {fps:.6g} fps")
    elif abs(fps - info.fps) > 1e-6:
        notes.append(f"resampled from {info.fps:.6g} to {fps:.6g} fps")
    frames = iterate_clip(path, source.fps, source.num_frames, 0.0, source.long_side_px)
    media = _clip(path, frames, fps, notes, source, config, out_dir)
    assert media.width_px is not None and media.height_px is not None
    scaled = _scaled_note(info.width, info.height, media.width_px, media.height_px)
    return media.model_copy(update={"notes": [*media.notes, *scaled]})


def _clip(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    fps: float,
    notes: list[str],
    source: Source,
    config: IngestConfig,
    out_dir: Path,
) -> Media:
    watched = _Watched(frames, config.max_frames, path)
    content = write_lossless(out_dir / "clip.mkv", watched, fps)
    samples = np.stack(watched.samples)
    if source.num_frames and watched.count < source.num_frames:
        notes = [*notes, f"{source.num_frames} frames asked for, {watched.count} there"]
    return Media(
        kind="skeleton" if is_skeleton_clip(samples, samples=_SAMPLES) else "clip",
        content=FileRef.of(content, out_dir),
        name=path.name,
        width_px=samples.shape[2],
        height_px=samples.shape[1],
        num_frames=watched.count,
        fps=fps,
        notes=notes,
    )


class _Watched:
    """Frames on their way to a file: counted, limited, and an even sample of them kept."""

    def __init__(self, frames: Iterable[NDArray[np.uint8]], limit: int, path: Path) -> None:
        self._frames, self._limit, self._path = frames, limit, path
        self.samples: list[NDArray[np.uint8]] = []
        self.count = 0

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        step = 1
        for frame in self._frames:
            if self.count == self._limit:
                raise InputError(
                    "the clip is too long",
                    where=self._path,
                    expected=f"at most {self._limit} frames",
                    got="more",
                    hint="Set the job's num_frames, or cut the clip.",
                )
            if self.count % step == 0:
                self.samples.append(frame)
            if len(self.samples) > _SAMPLES:
                self.samples, step = self.samples[::2], step * 2
            self.count += 1
            yield frame


def _bvh(path: Path, source: Source, config: IngestConfig, out_dir: Path) -> Media:
    motion = read_bvh(path)
    content = Path(shutil.copyfile(path, out_dir / "motion.bvh"))
    return _motion(path, content, "bvh", motion.fps, motion.n_frames, None, source, config, out_dir)


def _poses(path: Path, source: Source, config: IngestConfig, out_dir: Path) -> Media:
    poses = read_poses(path, fps=source.fps)
    require_plausible(poses, path)
    write_poses(poses, out_dir / "poses.json")
    size = (poses.width_px, poses.height_px)
    content = out_dir / "poses.json"
    return _motion(path, content, "pose_json", poses.fps, poses.n_frames, size, source, config, out_dir)


def _motion(
    path: Path,
    content: Path,
    motion_format: MotionFormat,
    own_fps: float,
    own_frames: int,
    size: tuple[int, int] | None,
    source: Source,
    config: IngestConfig,
    out_dir: Path,
) -> Media:
    fps = source.fps or min(own_fps, config.motion_fps)
    # Frames that fit between the first and the last one, both included; BVH rounds its frame time.
    count = int((own_frames - 1) / own_fps * fps + 1e-3) + 1
    notes = [f"to be resampled from {own_fps:.6g} to {fps:.6g} fps"] if abs(fps - own_fps) > 1e-6 else []
    length = min(count, source.num_frames or count)
    if length > config.max_frames:
        raise InputError(
            "the motion is too long",
            where=path,
            expected=f"at most {config.max_frames} frames",
            got=f"{length} at {fps:g} fps",
            hint="Set the job's num_frames, or a lower fps.",
        )
    if source.num_frames and count < source.num_frames:
        notes.append(f"{source.num_frames} frames asked for, {count} there")
    return Media(
        kind="motion",
        content=FileRef.of(content, out_dir),
        name=path.name,
        width_px=size[0] if size else None,
        height_px=size[1] if size else None,
        num_frames=length,
        fps=fps,
        motion_format=motion_format,
        notes=notes,
    )


def _is_animated(path: Path) -> bool:
    try:
        read_image(path)
    except InputError as error:
        return "animated" in error.what
    return False


def _scaled_note(width: int, height: int, new_width: int, new_height: int) -> list[str]:
    if (width, height) == (new_width, new_height):
        return []
    return [f"scaled from {width}x{height} to {new_width}x{new_height}"]
