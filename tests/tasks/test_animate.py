"""draw_conditions, animate and refine, each on what the one before wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_contracts.camera import CameraKind, CameraTrack
from data_contracts.camera_formats import format_json
from data_contracts.camera_path import CameraPath
from data_contracts.conditions import Conditions
from data_contracts.errors import BackendUnavailable
from data_contracts.media import Media
from data_contracts.placement import read_placement
from data_contracts.pose_formats import read_poses
from data_contracts.pose_sequence import FACE, PoseSequence
from data_contracts.prompt import Prompt
from data_contracts.record import FileRef
from data_contracts.rig import Rig, write_skeleton
from data_contracts.video import probe, read_lossless, write_lossless
from models.puppet import ComposeConfig, PuppetConfig
from models.video.folder import save_gated
from models.video.gated_animation import GatedConfig
from models.video.sampling import SamplingConfig
from models.video.small_model import SmallModelConfig, small_model
from models.wan_animate.animation import WanAnimateConfig, WanAnimation
from models.wan_animate.conditions import WanConditions
from tasks.animate import AnimateConfig, animate
from tasks.draw_conditions import DrawConditionsConfig, draw_conditions
from tasks.refine import RefineConfig, refine
from tests.models.wan_animate.tiny_wan import save_wan
from tests.tasks import character_scene as drawn


def rig_record(folder: Path, **changes: object) -> Rig:
    write_skeleton(folder / "rig.json", drawn.skeleton(**changes))
    (folder / "overlay.png").write_bytes(b"-")
    return Rig(
        rig=FileRef.of(folder / "rig.json", folder),
        overlay=FileRef.of(folder / "overlay.png", folder),
        method="given",
        body="human",
        cropped=False,
        width_px=drawn.WIDTH,
        height_px=drawn.HEIGHT,
        confidence=1,
    ).placed(folder)


def conditions_of(folder: Path, step_m: float = 0.0) -> Conditions:
    out = folder / f"conditions{step_m}"
    out.mkdir()
    return draw_conditions(
        drawn.pose_track(folder, drawn.waving()),
        rig_record(folder),
        drawn.coarse_video(folder, step_m),
        drawn.depth_record(folder),
        DrawConditionsConfig(),
        out,
        0,
    ).placed(out)


@pytest.fixture
def conditions(tmp_path: Path) -> Conditions:
    return conditions_of(tmp_path)


def test_conditions_hold_the_reference_in_its_place(conditions: Conditions) -> None:
    poses = read_poses(conditions.path(conditions.poses))
    shoulder = poses.keypoints_xy_px[0, 0, 6]
    np.testing.assert_allclose(shoulder, drawn.JOINT_XY[4], atol=4)
    ankles = poses.keypoints_xy_px[:, 0, 15:17]
    assert np.abs(np.diff(ankles, axis=0)).max() < 0.5, "standing feet do not slide"
    assert poses.keypoints_xy_px[-1, 0, 10, 1] < poses.keypoints_xy_px[0, 0, 10, 1] - 40, "the arm goes up"
    body = read_lossless(conditions.path(conditions.body))
    mask = read_lossless(conditions.path(conditions.mask))
    assert body.shape == (drawn.FRAMES, drawn.HEIGHT, drawn.WIDTH, 3) and body.any()
    assert set(np.unique(mask)) == {0, 255}
    assert (mask[body.any(-1)] == 255).mean() > 0.99, "the drawn skeleton lies inside of the mask"


@pytest.mark.slow
def test_a_camera_that_moves_right_moves_the_figure_left(tmp_path: Path, conditions: Conditions) -> None:
    still = read_placement(conditions.path(conditions.placement))
    moved = conditions_of(tmp_path, 0.05)
    moving = read_placement(moved.path(moved.placement))
    shift = moving.offset_px[-1, 0] - still.offset_px[-1, 0]
    assert shift == pytest.approx(-200 * 0.05 * (drawn.FRAMES - 1) / still.depth_m[0], rel=1e-3)
    np.testing.assert_allclose(moving.scale, still.scale)


@pytest.mark.slow
def test_the_driver_does_not_walk_because_its_camera_does(tmp_path: Path, conditions: Conditions) -> None:
    """Seen by the camera that goes right, a body at rest goes left; the figure's own camera does that."""
    at_rest = read_placement(conditions.path(conditions.placement))
    coarse, poses = drawn.coarse_video(tmp_path, 0.3), drawn.waving()
    lens = np.tile([400.0, 400.0, drawn.WIDTH, drawn.HEIGHT], (drawn.FRAMES, 1))  # of the driving clip
    seen = poses.keypoints_xy_px.copy()
    seen[..., 0] -= (400 * 0.3 / at_rest.depth_m[0] * np.arange(drawn.FRAMES))[:, None, None]
    path = CameraPath.of(
        np.tile(np.eye(4), (drawn.FRAMES, 1, 1)),
        time_s=np.arange(drawn.FRAMES) / drawn.FPS,
        intrinsics_px=lens,
        width_px=2 * drawn.WIDTH,
        height_px=2 * drawn.HEIGHT,
    )
    (tmp_path / "camera.json").write_text(format_json(path))

    def walked(kind: CameraKind) -> float:
        ref = FileRef.of(tmp_path / "camera.json", tmp_path)
        camera = CameraTrack(track=ref, tum=ref, kind=kind, num_frames=drawn.FRAMES, confidence=1)
        made = draw_conditions(
            drawn.pose_track(tmp_path, replace(poses, keypoints_xy_px=seen)),
            rig_record(tmp_path),
            coarse,
            drawn.depth_record(tmp_path),
            DrawConditionsConfig(),
            tmp_path,
            0,
            camera=camera.placed(tmp_path),
        ).placed(tmp_path)
        return float(np.ptp(read_placement(made.path(made.placement)).joints_xy_px[:, 0, 0]))

    assert walked("full") < 0.5, "tracked in the driver's clip"
    assert walked("given") > 3, "somebody else's camera"


@pytest.mark.slow
def test_animate_and_refine(tmp_path: Path, conditions: Conditions) -> None:
    coarse = drawn.coarse_video(tmp_path)
    media, matte = drawn.media_and_matte(tmp_path)
    out = tmp_path / "animation"
    out.mkdir()
    animation = animate(media, matte, rig_record(tmp_path), conditions, coarse, AnimateConfig(), out).placed(
        out
    )
    frames = read_lossless(animation.path(animation.video))
    alpha = read_lossless(animation.path(animation.alpha))
    assert frames.shape == (drawn.FRAMES, drawn.HEIGHT, drawn.WIDTH, 3)
    np.testing.assert_array_equal(frames[0, 5, 100], (40, 120, 60))
    covered = alpha[0] > 250
    assert covered.sum() > 0.9 * (drawn.figure()[1] > 0).sum() * 0.8
    assert np.abs(frames[0][covered].astype(int) - (200, 30, 40)).sum(1).min() < 12
    result = tmp_path / "result"
    result.mkdir()
    video = refine(animation, coarse, conditions, RefineConfig(), result).placed(result)
    mended = read_lossless(video.path(video.lossless))
    np.testing.assert_allclose(mended[:, 5, 3], np.tile((40, 120, 60), (drawn.FRAMES, 1)), atol=3)
    assert video.filled_share == pytest.approx(10 / drawn.WIDTH, abs=0.01)
    assert probe(video.path(video.video)).num_frames == drawn.FRAMES


@pytest.mark.slow
def test_the_figure_alone_stands_on_white(tmp_path: Path, conditions: Conditions) -> None:
    coarse = drawn.coarse_video(tmp_path)
    media, matte = drawn.media_and_matte(tmp_path)
    config = AnimateConfig(backend=PuppetConfig(compose=ComposeConfig(background=False)))
    out = tmp_path / "white"
    out.mkdir()
    animation = animate(media, matte, rig_record(tmp_path), conditions, coarse, config, out).placed(out)
    frames = read_lossless(animation.path(animation.video))
    alpha = read_lossless(animation.path(animation.alpha))
    assert (frames[alpha == 0] == 255).all()
    result = tmp_path / "result"
    result.mkdir()
    video = refine(animation, coarse, conditions, RefineConfig(), result).placed(result)
    corner = read_lossless(video.path(video.lossless))[:, :20, :20]
    assert (corner == 255).all(), "voids of a background that is not shown are not filled"


def test_without_depth_the_figure_stands_where_the_driver_does(tmp_path: Path) -> None:
    poses = drawn.waving()
    there = replace(poses, keypoints_xy_px=0.5 * poses.keypoints_xy_px + np.float32([60, 40]))
    made = draw_conditions(
        drawn.pose_track(tmp_path, there), rig_record(tmp_path), drawn.coarse_video(tmp_path), None,
        DrawConditionsConfig(), tmp_path, 0,
    ).placed(tmp_path)  # fmt: skip
    ankles = read_poses(made.path(made.poses)).keypoints_xy_px[:, 0, 15:17]
    np.testing.assert_allclose(ankles, there.keypoints_xy_px[:, 0, 15:17], atol=6)


@pytest.mark.slow
@pytest.mark.parametrize("limbs", [True, False])
def test_conditions_tell_whether_the_limbs_follow(tmp_path: Path, limbs: bool) -> None:
    made = draw_conditions(
        drawn.pose_track(tmp_path, drawn.waving()), rig_record(tmp_path, limbs=limbs),
        drawn.coarse_video(tmp_path), drawn.depth_record(tmp_path), DrawConditionsConfig(), tmp_path, 0,
    )  # fmt: skip
    assert made.limbs is limbs


def test_a_motion_of_one_frame_needs_no_rate_of_its_background(tmp_path: Path) -> None:
    picture = drawn.coarse_video(tmp_path, frames=1).model_copy(update={"fps": 2 * drawn.FPS})
    made = draw_conditions(
        drawn.pose_track(tmp_path, drawn.waving(frames=1)), rig_record(tmp_path), picture,
        drawn.depth_record(tmp_path), DrawConditionsConfig(), tmp_path, 0,
    )  # fmt: skip
    assert (made.num_frames, made.fps) == (1, drawn.FPS)


@pytest.mark.slow
def test_a_trained_model_draws_in_the_puppets_place(tmp_path: Path, conditions: Conditions) -> None:
    small = SmallModelConfig(heads=2, layers=1, side_px=32, frames=drawn.FRAMES)
    save_gated(small_model(small), tmp_path / "model")
    backend = GatedConfig(
        model=tmp_path / "model", device="cpu", half_precision=False, sampling=SamplingConfig(steps=1)
    )
    media, matte = drawn.media_and_matte(tmp_path)
    given = media, matte, rig_record(tmp_path), conditions, drawn.coarse_video(tmp_path)
    out = tmp_path / "animation"
    out.mkdir()
    animation = animate(*given, AnimateConfig(backend=backend), out, seed=1).placed(out)
    frames = read_lossless(animation.path(animation.video))
    assert animation.backend == "gated" and frames.shape == (drawn.FRAMES, drawn.HEIGHT, drawn.WIDTH, 3)
    assert frames.std() > 5
    alpha, mask = animation.path(animation.alpha), conditions.path(conditions.mask)
    np.testing.assert_array_equal(read_lossless(alpha), read_lossless(mask))
    alone = animate(*given, AnimateConfig(backend=backend.model_copy(update={"on_white": True})), out, seed=1)
    white = read_lossless(alone.placed(out).path(animation.video))
    outside = read_lossless(conditions.path(conditions.mask)) == 0
    assert alone.on_white and (white[outside] == 255).all() and (frames[outside] != 255).any()
    assert white[~outside].std() > 5 and (white != frames)[~outside].any(), (
        "another background, another figure"
    )
    with pytest.raises(BackendUnavailable, match=r"animation gated cannot run here.*no trained model"):
        animate(*given, AnimateConfig(backend=GatedConfig(device="cpu")), out)


def driver_clip(folder: Path) -> Media:
    """A grey clip with one red frame more than the motion has, and a face that the poses find."""
    video = np.full((drawn.FRAMES + 1, drawn.HEIGHT, drawn.WIDTH, 3), 90, np.uint8)
    video[:, 60:120, 30:90] = (220, 180, 150)
    video[-1] = (255, 0, 0)
    write_lossless(folder / "driver.mkv", video, drawn.FPS)
    return Media(
        kind="clip", content=FileRef.of(folder / "driver.mkv", folder), name="driver.mp4",
        width_px=drawn.WIDTH, height_px=drawn.HEIGHT, num_frames=len(video), fps=drawn.FPS,
    ).placed(folder)  # fmt: skip


def with_a_face(poses: PoseSequence) -> PoseSequence:
    xy, trust = poses.keypoints_xy_px.copy(), poses.confidence.copy()
    xy[:, 0, FACE] = np.random.default_rng(0).uniform([45, 80], [75, 105], (68, 2))
    trust[:, 0, FACE] = 0.9
    return replace(poses, keypoints_xy_px=xy, confidence=trust)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["replace", "animate"])
def test_wan_animate_draws_in_the_puppets_place(
    tmp_path: Path, conditions: Conditions, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[WanConditions] = []
    draw = WanAnimation.draw
    monkeypatch.setattr(WanAnimation, "draw", lambda self, c, seed: told.append(c) or draw(self, c, seed))
    model = save_wan(tmp_path / "wan")
    settings = {
        "model": str(model), "device": "cpu", "half_precision": False, "steps": 1, "mode": mode,
        "work_side_px": 96, "mask_block_px": 16,
    }  # fmt: skip
    config = AnimateConfig(backend=WanAnimateConfig.model_validate(settings))
    media, matte = drawn.media_and_matte(tmp_path)
    coarse = drawn.coarse_video(tmp_path)
    given = media, matte, rig_record(tmp_path), conditions, coarse, config
    out = tmp_path / "animation"
    out.mkdir()
    driver = drawn.pose_track(tmp_path, with_a_face(drawn.waving()))
    asked = Prompt(text="person moves")
    animation = animate(*given, out, seed=1, driving=driver_clip(tmp_path), pose=driver, prompt=asked).placed(
        out
    )
    frames = read_lossless(animation.path(animation.video))
    region = read_lossless(animation.path(animation.alpha))
    mask = read_lossless(conditions.path(conditions.mask))
    assert animation.backend == "wan_animate" and animation.on_white == (mode == "animate")
    assert frames.shape == (drawn.FRAMES, drawn.HEIGHT, drawn.WIDTH, 3)
    assert set(np.unique(region)) == {0, 255} and (region[mask > 0] == 255).all()
    assert 0.1 < (region == 0).mean() < 0.9
    behind = 255 if mode == "animate" else read_lossless(coarse.path(coarse.video))[region == 0]
    np.testing.assert_array_equal(frames[region == 0], np.broadcast_to(behind, frames[region == 0].shape))
    assert frames[region == 255].std() > 5
    assert told[0].prompt == "person moves"
    face = told[0].face
    assert face is not None and face.shape == (drawn.FRAMES, 512, 512, 3)
    assert (face == (220, 180, 150)).all(), "nothing but the face, and of the motion's frames alone"
    result = tmp_path / "result"
    result.mkdir()
    video = refine(animation, coarse, conditions, RefineConfig(), result).placed(result)
    assert video.num_frames == drawn.FRAMES
    if mode == "replace":
        return
    animate(*given, out, seed=1)
    assert told[1].face is None, "nobody gave the driver's clip"
    assert told[1].prompt is None
    deaf = AnimateConfig(backend=WanAnimateConfig.model_validate(settings | {"job_prompts": False}))
    animate(*given[:-1], deaf, out, seed=1, prompt=asked)
    assert told[2].prompt is None


def test_the_driver_is_looked_at_by_the_backend_that_reads_its_face() -> None:
    assert not AnimateConfig().sees_the_driver
    assert AnimateConfig(backend=WanAnimateConfig()).sees_the_driver
    assert not AnimateConfig(backend=WanAnimateConfig(expression="none")).sees_the_driver
