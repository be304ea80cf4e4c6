from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.camera_formats import read_camera
from data_contracts.scene import Scene, read_views
from models import inpainting
from models.camera.presets import look_at
from models.inpainting.opencv import OpenCvInpainting, OpenCvInpaintingConfig
from models.scene.build import DioramaConfig, WarpInpaintConfig
from models.scene.views_config import SceneViewsConfig
from tasks.build_scene import BuildSceneConfig, build_scene
from tasks.complete_background import CompleteBackgroundConfig, complete_background
from tasks.estimate_depth import EstimateDepthConfig, estimate_depth
from tasks.expand_scene import ExpandSceneConfig, expand_scene
from tests.tasks.scene_inputs import SIZE, camera_of, park, still


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    background = complete_background(
        still(folder / "in", park()), None, CompleteBackgroundConfig(), folder
    ).placed(folder)
    depth = estimate_depth(background, EstimateDepthConfig(), folder).placed(folder)
    config = BuildSceneConfig(scene=WarpInpaintConfig())
    return build_scene(background, depth, config, folder).placed(folder)


def orbit(num_frames: int, degrees: float) -> np.ndarray:
    angles = np.radians(np.linspace(0, degrees, num_frames))
    return np.stack([look_at((np.sin(a), 0, 1 - np.cos(a)), (0, 0, 1)) for a in angles])


@pytest.mark.slow
def test_views_along_the_track_are_added_with_the_track(scene: Scene, tmp_path: Path) -> None:
    moved = look_at((5, 2, 1), (0, 0, 3)) @ orbit(10, 12)  # a track in coordinates of its own
    camera = camera_of(tmp_path / "camera", moved)
    config = ExpandSceneConfig(
        scene=WarpInpaintConfig(views=SceneViewsConfig(track_views=4, track_scale="keep"))
    )
    larger = expand_scene(scene, camera, config, tmp_path).placed(tmp_path)
    views, before = read_views(larger), read_views(scene)
    assert larger.num_views == scene.num_views + 4
    np.testing.assert_array_equal(views.rgb[: scene.num_views], before.rgb)
    assert larger.hole_share_before > 0.01 > larger.hole_share_after
    assert larger.track is not None
    track = read_camera(larger.path(larger.track))
    assert track.n_frames == 10 and (track.height_px, track.width_px) == SIZE
    np.testing.assert_allclose(track.world_from_camera[0], np.eye(4), atol=1e-9)
    unit = min(scene.pivot_m, 1.6 * scene.near_m)
    np.testing.assert_allclose(
        track.world_from_camera[:, :3, 3], unit * orbit(10, 12)[:, :3, 3], rtol=1e-6, atol=1e-9
    )
    assert track.intrinsics_px is not None
    np.testing.assert_allclose(track.intrinsics_px, np.tile(views.intrinsics_px[0], (10, 1)))
    np.testing.assert_allclose(views.world_from_camera[-1], track.world_from_camera[-1], atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0.2, None])
def test_a_long_track_is_cut_to_what_the_scene_can_show(
    scene: Scene, tmp_path: Path, limit: float | None
) -> None:
    assert scene.travel_limit == 0.2  # a park: its ground was guessed
    limited = scene.model_copy(update={"travel_limit": limit}).placed(scene.folder)
    camera = camera_of(tmp_path / "camera", orbit(6, 80))
    larger = expand_scene(limited, camera, ExpandSceneConfig(), tmp_path).placed(tmp_path)
    assert larger.track is not None
    positions = read_camera(larger.path(larger.track)).world_from_camera[:, :3, 3]
    reach = np.linalg.norm(positions, axis=1).max()
    budget = limit or DioramaConfig().views.parallax_budget
    assert reach == pytest.approx(budget * scene.near_m)


def test_a_still_camera_adds_what_is_there(scene: Scene, tmp_path: Path) -> None:
    camera = camera_of(tmp_path / "camera", np.tile(np.eye(4), (3, 1, 1)))
    larger = expand_scene(scene, camera, ExpandSceneConfig(), tmp_path).placed(tmp_path)
    views = read_views(larger)
    assert larger.hole_share_before == 0 and larger.num_layers == scene.num_layers
    # Single pixels that are cut off on all sides are filled by their neighbours' fill.
    assert (np.abs(views.rgb[-1].astype(int) - park()).max(2) <= 1).mean() > 0.995


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    camera = camera_of(tmp_path / "camera", orbit(5, 10))
    digests = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        digests.append(expand_scene(scene, camera, ExpandSceneConfig(), tmp_path / name, seed=4).digest())
    assert digests[0] == digests[1]


@pytest.mark.slow
@pytest.mark.parametrize(("own", "told"), [("", "a park in spring"), ("a desert", "a desert")])
def test_the_caption_is_told_to_the_inpainter_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, told: str
) -> None:
    prompts: list[str] = []

    class Smooth(OpenCvInpainting):
        def fill(
            self, rgb: Any, hole_mask: Any, seed: int = 0, prompt: str = "", source_mask: Any = None
        ) -> Any:
            prompts.append(prompt)
            return super().fill(rgb, hole_mask, seed, prompt, source_mask)

    monkeypatch.setattr(inpainting, "load", lambda _: Smooth(OpenCvInpaintingConfig()))
    method = WarpInpaintConfig(views=SceneViewsConfig(spiral_views=3, track_views=2))
    picture = still(tmp_path / "in", park())
    for name in ("background", "depth", "scene", "larger"):
        (tmp_path / name).mkdir()
    background = complete_background(picture, None, CompleteBackgroundConfig(), tmp_path / "background")
    background = background.model_copy(update={"caption": "a park in spring"}).placed(tmp_path / "background")
    depth = estimate_depth(background, EstimateDepthConfig(), tmp_path / "depth").placed(tmp_path / "depth")
    scene = build_scene(background, depth, BuildSceneConfig(scene=method, prompt=own), tmp_path / "scene")
    built = len(prompts)
    camera = camera_of(tmp_path / "camera", orbit(4, 12))
    config = ExpandSceneConfig(scene=method, prompt=own)
    larger = expand_scene(scene.placed(tmp_path / "scene"), camera, config, tmp_path / "larger")
    assert 0 < built < len(prompts) and set(prompts) == {told}
    assert scene.caption == larger.caption == "a park in spring"
