from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.video import iterate_clip
from models.matting import MotionMatting, load_clip
from models.matting.stabilise import corner_shift, stabilise

Clip = NDArray[np.uint8]


def wall(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """A papered wall: soft blotches with fine grain that corners can be tracked on."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(
        rng.integers(90, 200, (12, 16, 3)).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
    )
    fine = cv2.resize(rng.integers(-25, 25, (height // 6, width // 6, 1)).astype(np.float32), (width, height))
    return np.clip(coarse + fine[..., None], 0, 255).astype(np.uint8)


def walker(
    count: int, *, shake: float = 0.0, height: int = 180, width: int = 260
) -> tuple[Clip, NDArray[np.bool_]]:
    """A textured figure that crosses a wall, before a camera that trembles by ``shake`` pixels."""
    rng = np.random.default_rng(1)
    margin = 20
    back = wall(height + 2 * margin, width + 2 * margin)
    cloth = cv2.resize(
        rng.integers(0, 90, (16, 12, 3)).astype(np.uint8), (60, 130), interpolation=cv2.INTER_CUBIC
    )
    cloth[..., 0] += 130
    frames, masks = [], []
    for t in range(count):
        scene, mask = back.copy(), np.zeros(back.shape[:2], np.uint8)
        x = margin + 60 + round(100 * t / count)
        cv2.ellipse(mask, (x + 30, margin + 90), (26, 62), 0, 0, 360, 1, -1)
        patch = mask[margin + 25 : margin + 155, x : x + 60] > 0
        scene[margin + 25 : margin + 155, x : x + 60][patch] = cloth[patch]
        dx, dy = shake * np.sin(0.9 * t), shake * np.cos(0.7 * t)
        move = np.array([[1, 0, dx - margin], [0, 1, dy - margin]], np.float32)
        frames.append(cv2.warpAffine(scene, move, (width, height)))
        masks.append(cv2.warpAffine(mask, move, (width, height)) > 0)
    return np.stack(frames).astype(np.uint8), np.stack(masks)


def overlap(alpha: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    found = alpha > 0.5
    return float(np.mean([(a & b).sum() / (a | b).sum() for a, b in zip(found, truth, strict=True)]))


@pytest.mark.slow
@pytest.mark.parametrize(("shake", "camera"), [(0.0, "locked"), (3.0, "steadied")])
def test_walker_is_cut_from_the_wall(shake: float, camera: str) -> None:
    frames, truth = walker(10, shake=shake)
    matte = load_clip(MotionMatting())(frames)
    assert matte.method == f"motion, {camera} camera"
    assert matte.alpha.shape == truth.shape and matte.alpha.dtype == np.float32
    assert overlap(matte.alpha, truth) > 0.85
    assert matte.confidence.min() > 0.4


def test_steadied_frames_lie_on_the_reference() -> None:
    frames, _ = walker(8, shake=3.0)
    clip = stabilise(frames)
    assert clip.camera == "steadied"
    # The tremble is known exactly: frame t is the wall moved by (3 sin 0.9 t, 3 cos 0.7 t).
    t = np.arange(8)
    moved = np.stack([3 * np.sin(0.9 * t), 3 * np.cos(0.7 * t)], 1)
    for found, expected in zip(clip.reference_from_frame, moved[4] - moved, strict=True):
        truth = np.eye(3)
        truth[:2, 2] = expected
        assert corner_shift(found @ np.linalg.inv(truth), 180, 260) < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("shake", [0.0, 3.0])
def test_a_wall_alone_has_no_mover(shake: float) -> None:
    back = wall(200, 280)
    rng = np.random.default_rng(0)
    frames = []
    for t in range(8):
        x, y = round(10 + shake * np.sin(t)), round(10 + shake * np.cos(t))
        noise = rng.normal(0, 2, (180, 260, 3))
        frames.append(np.clip(back[y : y + 180, x : x + 260] + noise, 0, 255).astype(np.uint8))
    with pytest.raises(NoFigureError, match="nothing moves on its own"):
        load_clip(MotionMatting())(np.stack(frames))


def test_fine_stripes_at_rest_do_not_move() -> None:
    stripes = np.full((96, 96, 3), 200, np.uint8)
    stripes[30:70:4, 30:60] = 20
    stripes[31:70:4, 30:60] = 20
    noise = np.random.default_rng(2).integers(-2, 3, (4, 96, 96, 3))
    clip = np.clip(stripes + noise, 0, 255).astype(np.uint8)
    with pytest.raises(NoFigureError, match="nothing moves"):
        load_clip(MotionMatting())(clip)


def test_one_frame_has_no_mover_and_no_frame_is_refused() -> None:
    frames, _ = walker(2)
    with pytest.raises(NoFigureError, match="1 frames"):
        load_clip(MotionMatting())(frames[:1])
    with pytest.raises(InputError, match="at least one frame"):
        load_clip(MotionMatting())(frames[:0])


@pytest.mark.slow
def test_same_clip_gives_the_same_matte() -> None:
    frames, _ = walker(4)
    matting = load_clip(MotionMatting())
    np.testing.assert_array_equal(matting(frames).alpha, matting(frames).alpha)


@pytest.mark.slow
def test_a_man_who_only_breathes_is_refused_rather_than_taken_for_his_trousers(assets: Path) -> None:
    clip = assets / "videos" / "taichi_fullbody_static.mp4"
    frames = np.stack(list(iterate_clip(clip, 16.0, 24, 0.0, 256)))
    with pytest.raises(NoFigureError, match="no figure could be told"):
        load_clip(MotionMatting())(frames)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("davis_dog", 0.86), ("davis_dance-twirl", 0.8)])
def test_a_dog_and_a_dancer_before_a_moving_camera(assets: Path, name: str, least: float) -> None:
    folder = assets / "seg" / name
    frames = np.stack([cv2.imread(str(p))[..., ::-1] for p in sorted((folder / "images").iterdir())])
    truth = np.stack([cv2.imread(str(p), 0) > 127 for p in sorted((folder / "masks").iterdir())])
    matte = load_clip(MotionMatting())(np.ascontiguousarray(frames, np.uint8))
    assert matte.method == "motion, moving camera"
    assert overlap(matte.alpha, truth) > least


def signer(count: int) -> tuple[Clip, NDArray[np.bool_]]:
    """A figure whose arm swings while its trunk, head and legs never move."""
    rng = np.random.default_rng(4)
    back = wall(200, 280, seed=2)
    still = np.zeros(back.shape[:2], np.uint8)
    cv2.circle(still, (140, 48), 20, 1, -1)
    cv2.rectangle(still, (112, 66), (168, 199), 1, -1)
    frames, masks = [], []
    for t in range(count):
        arm = np.zeros_like(still)
        angle = 0.4 + 1.1 * abs(np.sin(0.45 * t))
        hand = (round(164 + 44 * np.sin(angle)), round(84 + 44 * np.cos(angle)))
        cv2.line(arm, (160, 84), hand, 1, 15)
        frame = back.copy()
        frame[still > 0] = (150, 40, 50)
        frame[arm > 0] = (170, 55, 40)
        frames.append(np.clip(frame + rng.normal(0, 1.5, frame.shape), 0, 255).astype(np.uint8))
        masks.append((still | arm) > 0)
    return np.stack(frames), np.stack(masks)


@pytest.mark.slow
def test_trunk_and_head_that_never_move_belong_to_the_moving_arm() -> None:
    frames, truth = signer(12)
    matte = load_clip(MotionMatting())(frames)
    assert overlap(matte.alpha, truth) > 0.85
    assert (matte.alpha[:, 48, 140] > 0.5).all() and (matte.alpha[:, 190, 140] > 0.5).all(), "head and hips"


@pytest.mark.slow
def test_somebody_who_enters_later_is_not_there_before_and_scenery_never_is() -> None:
    frames, truth = walker(10)
    empty = np.repeat(np.median(frames, axis=0).astype(np.uint8)[None], 8, axis=0)
    noise = np.random.default_rng(0).normal(0, 1.5, empty.shape)
    entering = np.concatenate([np.clip(empty + noise, 0, 255).astype(np.uint8), frames])
    matte = load_clip(MotionMatting())(entering)
    assert (matte.alpha[:7] < 0.5).all() and (matte.confidence[:7] == 0).all()
    assert overlap(matte.alpha[8:], truth) > 0.8
