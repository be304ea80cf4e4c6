"""Reading a world: its takes and their truth as arrays, for whoever wants to measure or to train."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_formats import read_camera
from data_contracts.camera_path import CameraPath
from data_contracts.errors import ConfigError
from data_contracts.image import read_image
from data_contracts.lossless_video import read_lossless
from data_contracts.manifest import Manifest, read_manifest
from data_contracts.npz import read_npz
from data_contracts.pose_formats import read_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.take import Take
from data_contracts.true_pair import TruePair
from flows.world.joints_file import read_joints
from models.world.normals import unpacked
from models.world.truth import FigureTruth

Bytes = NDArray[np.uint8]
Singles = NDArray[np.float32]


class Geometry(NamedTuple):
    """Surfaces of a take along its camera; 0 where a ray hits nothing. A place's sky is a painted dome."""

    depth_m: Singles
    """[T, H, W] along the camera's z."""
    normal: Singles
    """[T, H, W, 3] in camera axes, towards the camera; zeros where nothing was hit."""
    clean_depth_m: Singles
    """[T, H, W]: of the place without figures."""


class Still(NamedTuple):
    """The first figure's still, with its truth."""

    rgb: Bytes
    """[H, W, 3]."""
    alpha: Singles
    """[H, W]: coverage by the figure, 0..1."""
    clean: Bytes
    """[H, W, 3]: the same place without the figure and its shadow."""
    parts: Bytes
    """[H, W]: part labels."""
    figure: FigureTruth
    """One frame."""


class Views(NamedTuple):
    """The first figure of the middle frame, seen from all round."""

    rgba: Bytes
    """[M, H, W, 4]."""
    depth_m: Singles
    """[M, H, W]."""
    normal: Singles
    """[M, H, W, 3]."""
    world_from_camera: NDArray[np.float64]
    """[M, 4, 4]."""
    intrinsics_px: NDArray[np.float64]
    """[M, 4]."""


def read_takes(folder: Path) -> list[Take]:
    """All takes of a world that came out well, knowing where their files lie.

    Raises:
        ConfigError: the folder holds no world.
        ContractError: its manifest is damaged.
    """
    path = folder / "manifests" / "takes.parquet"
    _require(path, folder)
    manifest: Manifest[Take] = read_manifest(path, "takes", Take, lambda _: folder / "takes")
    return [row.record.placed(folder / "takes" / row.item) for row in manifest.rows if row.record]


def first_of_shots(takes: Iterable[Take]) -> list[Take]:
    """The first take of each shot, in their order: the others differ from it only in who is seen."""
    return list({take.shot: take for take in reversed(list(takes))}.values())[::-1]


def read_pairs(folder: Path) -> list[TruePair]:
    """Which take is the truth of which job of the world's job table. Raises as `read_takes`."""
    path = folder / "manifests" / "pairs.parquet"
    _require(path, folder)
    manifest: Manifest[TruePair] = read_manifest(path, "pairs", TruePair, lambda _: folder)
    return [row.record for row in manifest.rows if row.record]


def read_frames(take: Take) -> Bytes:
    """RGB [T, H, W, 3] as filmed, before any compression."""
    return read_lossless(take.path(take.frames))


def read_clean(take: Take) -> Bytes:
    """RGB [T, H, W, 3] of the place without figures and their shadows."""
    return read_lossless(take.path(take.clean))


def read_alpha(take: Take) -> Singles:
    """Coverage by all figures [T, H, W], 0..1."""
    return _share(read_lossless(take.path(take.alpha)))


def read_figures(take: Take) -> Bytes:
    """Number of the figure at each pixel's centre [T, H, W], 0 for none."""
    return read_lossless(take.path(take.figures))


def read_parts(take: Take) -> Bytes:
    """Part label at each pixel's centre [T, H, W], an index of models.world.solids.PARTS."""
    return read_lossless(take.path(take.parts))


def read_geometry(take: Take) -> Geometry:
    """Depth and normals of all frames."""
    depth, normal, clean = read_npz(take.path(take.geometry), "depth_m", "normal", "clean_depth_m")
    return Geometry(depth.astype(np.float32), unpacked(normal), clean.astype(np.float32))


def read_camera_path(take: Take) -> CameraPath:
    """The camera of all frames, with its lens; metres."""
    return read_camera(take.path(take.camera_path), fps=take.fps)


def read_figure_truths(take: Take) -> list[FigureTruth]:
    """Joints and keypoints of all figures; figure n of the masks is number n - 1 of the list."""
    return read_joints(take.path(take.joints))


def read_true_poses(take: Take) -> PoseSequence | None:
    """COCO-WholeBody poses of all people, in the figures' order; None where a figure is no human."""
    return read_poses(take.path(take.poses)) if take.poses else None


def read_still(take: Take) -> Still:
    """The first figure's still and its truth."""
    rgb, clean = (read_image(take.path(ref))[..., :3] for ref in (take.still, take.still_clean))
    alpha, parts = (read_image(take.path(ref))[..., 0] for ref in (take.still_alpha, take.still_parts))
    return Still(rgb, _share(alpha), clean, parts, read_joints(take.path(take.still_joints))[0])


def read_views(take: Take) -> Views | None:
    """The first figure from all round; None where a world was made without views."""
    if take.views_truth is None:
        return None
    depth, normal, poses, lens = read_npz(
        take.path(take.views_truth), "depth_m", "normal", "world_from_camera", "intrinsics_px"
    )
    rgba = np.stack([read_image(take.path(ref)) for ref in take.views])
    return Views(rgba, depth.astype(np.float32), unpacked(normal), poses, lens)


def _require(path: Path, folder: Path) -> None:
    if not path.is_file():
        raise ConfigError(
            "there is no world in this folder",
            where=folder,
            expected=f"{path.relative_to(folder)}",
            hint=f"Make one: bunraku world --count 4 --out {folder}",
        )


def _share(coverage: Bytes) -> Singles:
    return np.asarray(coverage, np.float32) / np.float32(255)
