"""Film: what a camera sees of a place with figures, as a picture in a style and as exact truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.world.filming.frame import STYLES, Camera, Frame, Style, Surfaces
from models.world.filming.layers import Layers, Subject, figure_layer, place_layers, subject_of
from models.world.filming.paper import grain
from models.world.filming.truth import surfaces_of
from models.world.places.place import Light, Place
from models.world.solids import Solids

MOST_RAYS = 8
"""Greatest oversampling."""
MOST_FIGURES = 255
"""Their numbers are bytes, and 0 is the place."""


def film(
    camera: Camera,
    place: Place,
    figures: Sequence[Solids],
    style: Style,
    seed: int = 0,
    oversampling: int = 2,
) -> Frame:
    """Film one moment.

    Args:
        camera: where from.
        place: where; its light falls on the figures too.
        figures: who; the n-th, from 1, has the number n in the truth.
        style: how it is coloured; geometry and labels do not depend on it.
        seed: of the grain.
        oversampling: S x S rays a pixel give its colour and the figures' coverage; the truth is of one ray
            through each pixel's centre.

    Returns:
        The frame; its rgb is round(a x figures + (1 - a) x shadowed place) of `film_layers`, a = alpha / 255.

    Raises:
        InputError: if camera, light, style, oversampling or a solid is not usable.
    """
    _check(camera, place.light, style, oversampling, len(figures))
    ground, everyone = subject_of(camera, [place.solids], 0), subject_of(camera, figures, 1)
    lens = np.asarray(camera.intrinsics_px, np.float64)
    clean_hits = ground.cast(camera, 1)
    clean = surfaces_of(ground.packed, clean_hits, lens)
    seen = surfaces_of(everyone.packed, everyone.cast(camera, 1, clean_hits.depth), lens)
    layers = _layers(camera, ground, everyone, clean, place.light, style, seed, oversampling)
    share = layers.coverage[..., None]
    return Frame(
        rgb=_whole(share * layers.figures + (1 - share) * layers.shadowed),
        alpha=_whole(255 * layers.coverage),
        surfaces=_over(seen, clean),
        clean_rgb=_whole(layers.place),
        clean_depth_m=clean.depth_m,
    )


def film_layers(
    camera: Camera,
    place: Place,
    figures: Sequence[Solids],
    style: Style,
    seed: int = 0,
    oversampling: int = 2,
) -> Layers:
    """The parts from which `film` puts its picture together, from the same arguments."""
    _check(camera, place.light, style, oversampling, len(figures))
    ground, everyone = subject_of(camera, [place.solids], 0), subject_of(camera, figures, 1)
    clean = surfaces_of(ground.packed, ground.cast(camera, 1), np.asarray(camera.intrinsics_px, np.float64))
    return _layers(camera, ground, everyone, clean, place.light, style, seed, oversampling)


def film_alone(
    camera: Camera, figure: Solids, light: Light, style: Style, seed: int = 0, oversampling: int = 2
) -> tuple[NDArray[np.uint8], Surfaces]:
    """Film a figure before nothing.

    Args:
        camera: where from.
        figure: who.
        light: what falls on it.
        style: how it is coloured.
        seed: of the grain.
        oversampling: S x S rays a pixel.

    Returns:
        RGBA uint8 [H, W, 4] with straight alpha, and the truth, in which the figure has the number 1.

    Raises:
        InputError: if camera, light, style, oversampling or a solid is not usable.
    """
    _check(camera, light, style, oversampling, 1)
    subject = subject_of(camera, [figure], 1)
    noise = grain(style, camera.height_px, camera.width_px, seed)
    colour, coverage = figure_layer(camera, subject, None, light, style, noise, oversampling)
    rgba = np.concatenate([_whole(colour), _whole(255 * coverage)[..., None]], -1)
    lens = np.asarray(camera.intrinsics_px, np.float64)
    return rgba, surfaces_of(subject.packed, subject.cast(camera, 1), lens)


def _layers(
    camera: Camera, ground: Subject, everyone: Subject, clean: Surfaces, light: Light, style: Style,
    seed: int, oversampling: int,
) -> Layers:  # fmt: skip
    noise = grain(style, camera.height_px, camera.width_px, seed)
    hits = ground.cast(camera, oversampling)
    place, shadowed = place_layers(camera, ground, hits, clean, everyone, light, style, noise, oversampling)
    figures, coverage = figure_layer(camera, everyone, hits.depth, light, style, noise, oversampling)
    return Layers(place, shadowed, figures, coverage)


def _over(front: Surfaces, back: Surfaces) -> Surfaces:
    there = front.depth_m > 0
    return Surfaces(
        np.where(there, front.depth_m, back.depth_m),
        np.where(there[..., None], front.normal, back.normal),
        np.where(there, front.part, back.part),
        np.where(there, front.figure, back.figure),
    )


def _whole(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


def _check(camera: Camera, light: Light, style: str, oversampling: int, figures: int) -> None:
    _check_camera(camera)
    towards = np.asarray(light.towards, np.float64)
    # Written so that NaN is refused too: shadows are cast along it, and shades are its cosines.
    if towards.shape != (3,) or not abs(np.linalg.norm(towards) - 1) < 1e-6:
        raise InputError(
            "the light's direction is no unit vector",
            where="light.towards",
            expected="[3] of length 1",
            got=towards.tolist(),
            hint="Divide it by its length",
        )
    if style not in STYLES:
        raise InputError("there is no such style", where="style", expected=", ".join(STYLES), got=style)
    if not 1 <= oversampling <= MOST_RAYS:
        raise InputError(
            "oversampling is out of range",
            where="oversampling",
            expected=f"1 to {MOST_RAYS}",
            got=oversampling,
        )
    if figures > MOST_FIGURES:
        raise InputError(
            "too many figures for their labels",
            where="figures",
            expected=f"at most {MOST_FIGURES}",
            got=figures,
        )


def _check_camera(camera: Camera) -> None:
    pose, lens = np.asarray(camera.world_from_camera), np.asarray(camera.intrinsics_px)
    if pose.shape != (4, 4) or not np.isfinite(pose).all() or abs(np.linalg.det(pose[:3, :3]) - 1) > 1e-3:
        raise InputError(
            "the camera's pose is no rigid motion",
            where="camera.world_from_camera",
            expected="a finite [4, 4] whose rotation has determinant 1",
            got=pose.tolist(),
        )
    if lens.shape != (4,) or not np.isfinite(lens).all() or lens[:2].min() <= 0:
        raise InputError(
            "the camera has no usable lens",
            where="camera.intrinsics_px",
            expected="fx, fy > 0 and finite cx, cy",
            got=lens.tolist(),
        )
    if min(camera.width_px, camera.height_px) < 1:
        raise InputError(
            "the picture has no pixels",
            where="camera",
            expected="at least 1 x 1",
            got=f"{camera.width_px} x {camera.height_px}",
        )
