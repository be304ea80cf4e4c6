"""SAM 2's backend on a tiny network with random weights: loading, prompts, order, sizes."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from data_contracts.errors import BackendUnavailable, NoFigureError
from models.matting import Sam2Matting, load_clip, load_keyed, load_still

SIDE = 128


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from transformers import (
        Sam2HieraDetConfig,
        Sam2ImageProcessor,
        Sam2VideoConfig,
        Sam2VideoModel,
        Sam2VideoProcessor,
        Sam2VideoVideoProcessor,
        Sam2VisionConfig,
    )

    torch.manual_seed(0)
    backbone = Sam2HieraDetConfig(
        hidden_size=8, image_size=[SIDE, SIDE], blocks_per_stage=[1, 1, 1, 1],
        embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 1, 2, 2],
        window_size_per_stage=[4, 4, 4, 4], global_attention_blocks=[],
        window_positional_embedding_background_size=[4, 4],
    )  # fmt: skip
    vision = Sam2VisionConfig(
        backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8],
        backbone_feature_sizes=[[SIDE // 4] * 2, [SIDE // 8] * 2, [SIDE // 16] * 2], fpn_hidden_size=128,
    )  # fmt: skip
    config = Sam2VideoConfig(
        vision_config=vision, image_size=SIDE,
        prompt_encoder_config={"hidden_size": 128, "image_size": SIDE, "mask_input_channels": 4},
        mask_decoder_config={
            "hidden_size": 128, "mlp_dim": 16, "num_attention_heads": 2, "iou_head_hidden_dim": 16,
        },
        memory_attention_hidden_size=128, memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=32, memory_attention_rope_feat_sizes=[SIDE // 16] * 2,
        memory_encoder_hidden_size=128, mask_downsampler_embed_dim=128, memory_fuser_num_layers=1,
        memory_fuser_embed_dim=128, memory_fuser_intermediate_dim=32,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("sam2")
    Sam2VideoModel(config).save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    Sam2VideoProcessor(
        Sam2ImageProcessor(size=size, mask_size={"height": SIDE // 4, "width": SIDE // 4}),
        Sam2VideoVideoProcessor(size=size),
        target_size=SIDE,
    ).save_pretrained(folder)
    return folder


def settings(folder: Path) -> Sam2Matting:
    # Whether random weights find anything is chance: any share will do.
    return Sam2Matting(model=str(folder), device="cpu", half_precision=False, least_figure=1e-9)


def walker(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    wall = cv2.resize(rng.integers(110, 190, (12, 16, 3)).astype(np.uint8), (96, 72))
    frames, masks = np.stack([wall] * count), np.zeros((count, 72, 96), np.uint8)
    for t in range(count):
        cv2.ellipse(masks[t], (30 + 4 * t, 38), (10, 26), 0, 0, 360, 255, -1)
        frames[t][masks[t] > 0] = (180, 30, 40)
    return frames, masks


@pytest.mark.slow
def test_given_masks_are_kept_and_every_frame_gets_its_matte(folder: Path) -> None:
    config = settings(folder)
    assert config.missing() is None and len(config.weights()) == 1
    frames, masks = walker(5)
    keyed = load_keyed(config)
    mattes = list(keyed(frames, {1: masks[1], 4: masks[4]}))
    assert len(mattes) == 5
    for t in (1, 4):
        np.testing.assert_array_equal(mattes[t].alpha, masks[t] / np.float32(255))
        assert mattes[t].confidence == 1.0
    for t in (0, 2, 3):
        assert mattes[t].alpha.shape == (72, 96) and mattes[t].alpha.dtype == np.float32
        assert mattes[t].alpha.min() >= 0 and mattes[t].alpha.max() <= 1 and 0 <= mattes[t].confidence <= 1
    again = list(keyed(frames, {1: masks[1], 4: masks[4]}))
    np.testing.assert_array_equal(mattes[2].alpha, again[2].alpha)


@pytest.mark.slow
def test_a_prompt_by_a_mask_is_answered_by_it(folder: Path) -> None:
    """The network puts out the mask that it was given: prompt, order of frames and sizes hang together."""
    from models.matting.sam2 import Sam2Matte

    frames, masks = walker(3)
    backend = Sam2Matte(settings(folder))
    mattes = backend._track(frames, {1: masks[1] > 127})
    found, truth = mattes[1].alpha > 0.5, masks[1] > 127
    assert (found & truth).sum() / (found | truth).sum() > 0.85


@pytest.mark.slow
def test_clips_and_stills_without_masks_are_asked_for_by_a_box(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.matting.sam2 import Sam2Matte

    asked: list[dict[int, Any]] = []
    track = Sam2Matte._track

    def watched(self: Sam2Matte, frames: np.ndarray, prompts: dict[int, Any]) -> Any:
        asked.append(prompts)
        return track(self, frames, prompts)

    monkeypatch.setattr(Sam2Matte, "_track", watched)
    frames, masks = walker(8)
    # A random network may see nothing: what counts is what it is asked.
    with contextlib.suppress(NoFigureError):
        matte = load_clip(settings(folder))(frames)
        assert matte.alpha.shape == masks.shape and matte.confidence.shape == (8,)
    with contextlib.suppress(NoFigureError):
        assert load_still(settings(folder))(frames[0]).alpha.shape == masks[0].shape
    ((t, box),) = asked[0].items()
    rows, columns = np.nonzero(masks[t])
    edges = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    np.testing.assert_allclose(box, edges, atol=6)
    assert len(asked) == 2 and list(asked[1]) == [0] and len(asked[1][0]) == 4


def test_says_what_is_missing(tmp_path: Path) -> None:
    assert "revision" in str(Sam2Matting(device="cpu").missing())
    assert "config.json" in str(Sam2Matting(model=str(tmp_path), device="cpu").missing())
    with pytest.raises(BackendUnavailable, match="SAM 2 cannot run here"):
        list(load_keyed(Sam2Matting(device="cpu"))(walker(2)[0], {0: walker(2)[1][0]}))


def test_a_picture_with_its_own_alpha_needs_no_network(tmp_path: Path) -> None:
    frames, masks = walker(1)
    matte = load_still(Sam2Matting(model=str(tmp_path), device="cpu"))(np.dstack([frames[0], masks[0]]))
    assert matte.method == "alpha"
    np.testing.assert_array_equal(matte.alpha > 0.5, masks[0] > 0)
