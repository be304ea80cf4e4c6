"""The network backend on tiny networks with random weights, and what its output is turned into."""

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ContractError
from models.depth import load
from models.depth.transformers import TransformersDepth, TransformersDepthConfig


@pytest.fixture(scope="module")
def depth_anything_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from transformers import (
        DepthAnythingConfig,
        DepthAnythingForDepthEstimation,
        Dinov2Config,
        DPTImageProcessor,
    )

    torch.manual_seed(0)
    backbone = Dinov2Config(
        image_size=56, patch_size=14, num_hidden_layers=4, hidden_size=16, num_attention_heads=2,
        out_features=["stage1", "stage2", "stage3", "stage4"], reshape_hidden_states=False,
        apply_layernorm=True,
    )  # fmt: skip
    config = DepthAnythingConfig(
        backbone_config=backbone, neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=8,
        reassemble_hidden_size=16, head_hidden_size=8,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("depth_anything")
    DepthAnythingForDepthEstimation(config).save_pretrained(folder)
    DPTImageProcessor(
        size={"height": 56, "width": 56}, keep_aspect_ratio=True, ensure_multiple_of=14
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def depth_pro_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from transformers import DepthProConfig, DepthProForDepthEstimation, DepthProImageProcessor

    torch.manual_seed(0)
    encoder = {
        "model_type": "dinov2", "image_size": 32, "patch_size": 4, "num_hidden_layers": 2,
        "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32,
    }  # fmt: skip
    config = DepthProConfig(
        patch_size=32, fusion_hidden_size=8, intermediate_hook_ids=[1, 0], intermediate_feature_dims=[8, 8],
        scaled_images_ratios=[0.5, 1.0], scaled_images_overlap_ratios=[0.0, 0.25],
        scaled_images_feature_dims=[16, 8], merge_padding_value=1, use_fov_model=True, num_fov_head_layers=1,
        image_model_config=dict(encoder), patch_model_config=dict(encoder), fov_model_config=dict(encoder),
    )  # fmt: skip
    network = DepthProForDepthEstimation(config)
    # Random weights give zero depth and no field of view: lift both off zero.
    head = [layer for layer in network.head.modules() if isinstance(layer, torch.nn.Conv2d)]
    for layer in head:
        torch.nn.init.normal_(layer.weight, std=0.5)
    torch.nn.init.constant_(head[-1].bias, 0.5)
    field = [layer for layer in network.fov_model.modules() if isinstance(layer, torch.nn.Conv2d)]
    torch.nn.init.zeros_(field[-1].weight)
    torch.nn.init.constant_(field[-1].bias, 60.0)
    folder = tmp_path_factory.mktemp("depth_pro")
    network.save_pretrained(folder)
    DepthProImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_depth_pro_gives_metres_and_its_own_focal_length(depth_pro_folder: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    estimate = load(TransformersDepthConfig(model=str(depth_pro_folder), device="cpu")).estimate(rgb)
    assert estimate.focal_px == pytest.approx(40 / np.tan(np.radians(30)), rel=1e-4)
    assert estimate.metric and estimate.depth_m.shape == (60, 80) and estimate.depth_m.min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("output", ["relative_disparity", "metric_depth"])
def test_a_network_gives_positive_depth_of_the_pictures_size(
    depth_anything_folder: Path, output: str
) -> None:
    config = TransformersDepthConfig.model_validate(
        {"model": str(depth_anything_folder), "device": "cpu", "output": output}
    )
    assert config.missing() is None and len(config.weights()) == 1
    rgb = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    estimate = load(config).estimate(rgb)
    assert estimate.depth_m.shape == (60, 80) and estimate.depth_m.dtype == np.float32
    assert estimate.depth_m.min() > 0 and np.ptp(estimate.depth_m) > 0
    assert estimate.focal_px == pytest.approx(72)
    assert estimate.kind == "unknown" and estimate.layout is None


@pytest.mark.slow
def test_weights_saved_in_half_precision_are_computed_with_in_full(
    depth_anything_folder: Path, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    network = AutoModelForDepthEstimation.from_pretrained(depth_anything_folder).to(torch.float16)
    network.save_pretrained(tmp_path / "half")
    network.to(torch.float32).save_pretrained(tmp_path / "full")
    rgb = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    depths = []
    for name in ("half", "full"):
        AutoImageProcessor.from_pretrained(depth_anything_folder).save_pretrained(tmp_path / name)
        config = TransformersDepthConfig(
            model=str(tmp_path / name), device="cpu", output="relative_disparity"
        )
        depths.append(load(config).estimate(rgb).depth_m)
    np.testing.assert_array_equal(*depths)


def test_wrong_arrays_are_refused_before_anything_is_loaded() -> None:
    with pytest.raises(ContractError, match="depth"):
        load(TransformersDepthConfig(device="cpu")).estimate(np.zeros((8, 8), np.uint8))


def test_says_what_is_missing(tmp_path: Path) -> None:
    assert "revision" in str(TransformersDepthConfig(device="cpu").missing())
    assert "config.json" in str(TransformersDepthConfig(model=str(tmp_path), device="cpu").missing())


def test_relative_disparity_becomes_depth_within_its_bounds() -> None:
    config = TransformersDepthConfig(output="relative_disparity", nearest_m=2, farthest_ratio=10)
    raw = np.tile(np.linspace(0, 100, 400, dtype=np.float32), (20, 1))
    depth = TransformersDepth(config)._to_depth(raw)
    assert depth.min() == pytest.approx(2) and depth.max() == pytest.approx(20)
    assert (np.diff(depth, axis=1) <= 0).all()  # larger disparity is nearer


def test_metric_depth_is_kept_and_a_far_sky_is_cut() -> None:
    depth = np.full((20, 20), 3, np.float32)
    depth[:3] = 10_000
    found = TransformersDepth(TransformersDepthConfig(farthest_ratio=12))._to_depth(depth)
    np.testing.assert_array_equal(found[3:], 3)
    np.testing.assert_allclose(found[:3], 36)
