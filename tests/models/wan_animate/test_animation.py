"""The backend on a tiny folder in the published layout: what it draws, what decides it, what it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from data_contracts.errors import BackendUnavailable, ContractError
from models.video.memory_config import MemoryConfig
from models.wan_animate.animation import WanAnimateConfig, WanAnimation
from models.wan_animate.conditions import WanConditions
from models.wan_animate.folder import PARTS
from models.wan_animate.prompt import prompt_states
from tests.models.hub_cache import COMMIT, put_in_hub_cache
from tests.models.wan_animate.tiny_wan import save_wan

HEIGHT, WIDTH = 26, 37
"""No multiples of the network's squares."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_wan(tmp_path_factory.mktemp("wan"))


def config_of(folder: Path, **changes: Any) -> WanAnimateConfig:
    settings = {
        "model": str(folder), "device": "cpu", "half_precision": False, "steps": 2, "mask_block_px": 16,
        "segment_frames": 9, "blend_px": 0,
    }  # fmt: skip
    return WanAnimateConfig.model_validate(settings | changes)


def clip(frames: int = 6) -> WanConditions:
    rng = np.random.default_rng(0)
    mask = np.zeros((frames, HEIGHT, WIDTH), np.uint8)
    mask[:, 3:9, 20:25] = 255
    return WanConditions(
        rng.integers(0, 256, (frames, HEIGHT, WIDTH, 3), np.uint8),
        mask,
        rng.uniform(0, HEIGHT, (frames, 133, 2)).astype(np.float32),
        np.ones((frames, 133), np.float32),
        rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8),
        rng.integers(0, 256, (frames, 40, 40, 3), np.uint8),
    )


def drawn(backend: WanAnimation, conditions: WanConditions, seed: int = 1) -> np.ndarray:
    """Frames [T, H, W, 3]; their regions are checked on the way."""
    frames, regions = zip(*backend.draw(conditions, seed), strict=True)
    made, region = np.stack(frames), np.stack(regions)
    assert made.dtype == region.dtype == np.uint8 and made.shape == conditions.coarse.shape
    wanted = np.zeros(region.shape, bool)
    wanted[:, :16, 16:32] = True
    np.testing.assert_array_equal(region, wanted * np.uint8(255))
    behind = 255 if backend.config.on_white else conditions.coarse[~wanted]
    np.testing.assert_array_equal(made[~wanted], np.broadcast_to(behind, made[~wanted].shape))
    return made


class Watched:
    """A pipeline that remembers what it was given."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline, self.given = pipeline, {}
        self.transformer = pipeline.transformer

    def __call__(self, **given: Any) -> Any:
        self.given = given
        return self.pipeline(**given)

    def to(self, device: str) -> None:
        self.pipeline.to(device)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("frames", "changes"),
    [
        (1, {}),
        (1, {"overlap_frames": 5, "segment_frames": 13}),
        (5, {"overlap_frames": 5, "segment_frames": 13}),
        (10, {}),
        (22, {"overlap_frames": 5, "segment_frames": 13, "mode": "animate"}),
    ],
)
def test_clips_of_any_length_are_drawn_before_what_they_stand_before(
    folder: Path, frames: int, changes: dict[str, Any]
) -> None:
    made = drawn(WanAnimation(config_of(folder, **changes)), clip(frames))
    assert made[:, :16, 16:32].std() > 1


@pytest.mark.slow
def test_the_seed_and_every_condition_decide_what_is_drawn(folder: Path) -> None:
    backend, given = WanAnimation(config_of(folder)), clip()
    first = drawn(backend, given)
    np.testing.assert_array_equal(drawn(WanAnimation(config_of(folder)), given), first)
    assert given.face is not None
    others = {
        "seed": drawn(backend, given, seed=2),
        "background": drawn(backend, replace(given, coarse=255 - given.coarse)),
        "pose": drawn(backend, replace(given, keypoints_xy_px=given.keypoints_xy_px[::-1])),
        "character": drawn(backend, replace(given, character=255 - given.character)),
        "face": drawn(backend, replace(given, face=255 - given.face)),
        "no face": drawn(backend, replace(given, face=None)),
        "prompt": drawn(WanAnimation(config_of(folder, prompt="person blurry")), given),
        "the job's prompt": drawn(backend, replace(given, prompt="person blurry")),
        "guidance": drawn(
            WanAnimation(config_of(folder, guidance_scale=3.0, negative_prompt="blurry")), given
        ),
        "mode": drawn(WanAnimation(config_of(folder, mode="animate")), given),
    }
    for name, other in others.items():
        assert (other[:, :16, 16:32] != first[:, :16, 16:32]).mean() > 0.02, name
    np.testing.assert_array_equal(others["the job's prompt"], others["prompt"])
    unseen = given.coarse.copy()
    unseen[:, 2:14, 18:30] = 0
    hidden = drawn(backend, replace(given, coarse=unseen))
    np.testing.assert_array_equal(hidden, first, "what lies in the region is not looked at")


@pytest.mark.slow
def test_the_pipeline_is_told_in_its_own_words(folder: Path) -> None:
    backend, given = WanAnimation(config_of(folder, work_side_px=74, overlap_frames=1)), clip(10)
    watched = backend._pipeline = Watched(backend._load())
    drawn_wide = list(backend.draw(given, seed=1))
    told = watched.given
    for (frame, region), behind, mask in zip(drawn_wide, given.coarse, given.mask, strict=True):
        np.testing.assert_array_equal(frame[region == 0], behind[region == 0])
        assert frame.shape == behind.shape and (region[mask > 0] == 255).all() and region.mean() < 128
    assert len(drawn_wide) == 10 and (told["height"], told["width"]) == (64, 80)
    assert told["segment_frame_length"] == 9 and told["prev_segment_conditioning_frames"] == 1
    videos = {name: np.stack([np.asarray(picture) for picture in told[name]])
              for name in ("pose_video", "background_video", "mask_video", "face_video")}  # fmt: skip
    mask, background = videos["mask_video"], videos["background_video"]
    assert set(np.unique(mask)) == {0, 255}
    assert (mask[:, :32, 32:64] == 255).sum() == (mask == 255).sum() > 0, "white is to be drawn"
    assert not background[mask == 255].any() and background[mask == 0].any(axis=-1).mean() > 0.99
    assert videos["pose_video"].shape == background.shape and videos["face_video"].shape == (10, 16, 16, 3)
    assert backend._pipeline.pipeline.text_encoder is None, "let go after the prompt was read"


@pytest.mark.slow
@pytest.mark.parametrize("offload", ["model", "sequential"])
def test_less_memory_gives_the_same_clip(folder: Path, offload: str) -> None:
    spare = MemoryConfig.model_validate({"offload": offload, "vae_tiling": True, "vae_slicing": True})
    backend = WanAnimation(config_of(folder, memory=spare))
    whole = drawn(WanAnimation(config_of(folder)), clip()).astype(int)
    assert np.abs(drawn(backend, clip()) - whole).max() <= 1
    vae = backend._load().vae
    assert vae.use_tiling and vae.use_slicing


@pytest.mark.slow
def test_half_precision_is_for_the_transformer_and_not_for_the_vae(folder: Path) -> None:
    backend = WanAnimation(config_of(folder, half_precision=True))
    assert drawn(backend, clip())[:, :16, 16:32].std() > 1
    pipeline = backend._load()
    assert pipeline.transformer.dtype == torch.bfloat16 and pipeline.vae.dtype == torch.float32


def test_prompts_are_read_as_the_pipeline_reads_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import WanAnimatePipeline
    from diffusers.pipelines.wan import pipeline_wan_animate

    repair = SimpleNamespace(fix_text=lambda text: text)  # ftfy is not installed
    monkeypatch.setattr(pipeline_wan_animate, "ftfy", repair, raising=False)
    prompts = ["视频中的人在做动作", "person  moves\n blurry"]
    wanted = WanAnimatePipeline.from_pretrained(str(folder)).encode_prompt(
        prompts, do_classifier_free_guidance=False, max_sequence_length=512, device="cpu"
    )[0]
    found = prompt_states(folder, prompts, "cpu", torch.float32)
    torch.testing.assert_close(found, wanted.detach())
    assert found.shape[:2] == (2, 512) and found[:, 0].abs().min() > 0 and not found[:, 20:].any()


@pytest.mark.slow
def test_a_pinned_commit_of_the_hub_is_read_and_no_other(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_hub_cache(folder, "Wan-AI/tiny", tmp_path, monkeypatch)
    named = config_of(folder, model="Wan-AI/tiny", revision=COMMIT)
    assert named.missing() is None and named.weights() == []
    given = clip(2)
    np.testing.assert_array_equal(
        drawn(WanAnimation(named), given), drawn(WanAnimation(config_of(folder)), given)
    )
    other = config_of(folder, model="Wan-AI/tiny", revision="f" * 40)
    with pytest.raises(BackendUnavailable, match=r"Wan-AI/tiny at f+: the weights cannot be downloaded"):
        list(WanAnimation(other).draw(given, 1))


def test_what_is_missing_is_said(folder: Path, tmp_path: Path) -> None:
    assert config_of(folder).missing() is None
    assert len(config_of(folder).weights()) == 4
    assert "has no revision: pin the hub commit" in str(WanAnimateConfig(device="cpu").missing())
    assert WanAnimateConfig(device="cpu", revision="0" * 40).missing() is None
    assert "holds no model_index.json" in str(config_of(tmp_path).missing())
    broken = shutil.copytree(folder, tmp_path / "broken")
    shutil.rmtree(broken / "image_processor")
    assert "lacks image_processor: download the whole folder" in str(config_of(broken).missing())
    for text, said in (("{", "cannot be read"), ("[]", "cannot be read")):
        (broken / "model_index.json").write_text(text)
        assert said in str(config_of(broken).missing())
    (broken / "model_index.json").write_text(json.dumps({"_class_name": "WanImageToVideoPipeline"}))
    with pytest.raises(BackendUnavailable, match=r"holds a WanImageToVideoPipeline, not a WanAnimatePipe"):
        list(WanAnimation(config_of(broken)).draw(clip(), 1))
    assert {path.name for path in folder.iterdir()} == {*PARTS, "model_index.json"}


def test_what_does_not_fit_is_refused() -> None:
    given = clip()
    with pytest.raises(ContractError, match=r"mask: a condition of another shape"):
        replace(given, mask=given.mask[1:])
    with pytest.raises(ContractError, match="face"):
        replace(given, face=given.mask)
    for wrong in ({"segment_frames": 78}, {"segment_frames": 9, "overlap_frames": 5}):
        with pytest.raises(ValidationError, match="4k \\+ 1 and over"):
            WanAnimateConfig.model_validate(wrong)
