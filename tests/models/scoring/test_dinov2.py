"""The DINOv2 backend, with a tiny network of timm's made here in place of the real weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.errors import BackendUnavailable
from models.scoring import load
from models.scoring.clip_scores import score_clip
from models.scoring.dinov2 import DinoV2Config
from models.torchvision_ops import register_missing_ops


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> DinoV2Config:
    register_missing_ops()
    import timm
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = timm.create_model("test_vit", pretrained=False, num_classes=0, img_size=64)
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_file(model.state_dict(), path)
    return DinoV2Config(name="test_vit", checkpoint=path, image_size_px=64, device="cpu", batch=4)


@pytest.mark.slow
def test_describes_only_the_region(tiny: DinoV2Config, clean: Any) -> None:
    features = load(tiny)
    frames, regions = clean.frames[:5], clean.alpha[:5] > 0.5
    described = features.describe(frames, regions)
    assert described.shape[0] == 5
    assert np.allclose(np.linalg.norm(described, axis=1), 1, atol=1e-5)
    repainted = np.where(regions[..., None], frames, 0).astype(np.uint8)
    assert np.allclose(features.describe(repainted, regions), described, atol=1e-5)
    assert not np.allclose(features.describe(255 - frames, regions), described, atol=1e-2)


@pytest.mark.slow
def test_scores_a_clip(tiny: DinoV2Config, clean: Any) -> None:
    scores = score_clip(clean.frames[:6], clean.alpha[:6], clean.fps, tiny)
    assert 1 <= scores.proxy_subject_consistency <= 5
    assert scores == score_clip(clean.frames[:6], clean.alpha[:6], clean.fps, tiny)


def test_says_what_is_missing(tiny: DinoV2Config, tmp_path: Path, clean: Any) -> None:
    assert tiny.missing() is None
    assert tiny.weights() == [tiny.checkpoint]
    absent = tiny.model_copy(update={"checkpoint": tmp_path / "absent.safetensors"})
    assert "no checkpoint" in str(absent.missing())
    with pytest.raises(BackendUnavailable, match="could not be loaded"):
        load(absent).describe(clean.frames[:1], clean.alpha[:1] > 0.5)


def test_hub_weights_are_named_with_what_to_do() -> None:
    assert "pin the hub commit" in str(DinoV2Config().missing())
    pinned = DinoV2Config(revision="a" * 40)
    assert pinned.missing() is None and pinned.weights() == []
    assert DinoV2Config().weights() == []
