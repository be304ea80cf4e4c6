"""The diffusion backend on a tiny pipeline with random weights: the calls and shapes, not the looks."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.inpainting import load
from models.inpainting.diffusers import DiffusersInpainting, DiffusersInpaintingConfig, work_size

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def pipeline_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion inpainting pipeline of a few thousand parameters."""
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    tokens = [*LETTERS, *(letter + "</w>" for letter in LETTERS), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=16)
    text = CLIPTextConfig(
        vocab_size=len(tokens), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=16, bos_token_id=52, eos_token_id=53, pad_token_id=53,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=9, out_channels=4, block_out_channels=(16, 16), layers_per_block=1,
        norm_num_groups=4, cross_attention_dim=16, attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    pipeline = StableDiffusionInpaintPipeline(
        vae=vae, text_encoder=CLIPTextModel(text), tokenizer=tokenizer, unet=unet,
        scheduler=DDIMScheduler(clip_sample=False, steps_offset=1), safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "pipeline")
    return folder / "pipeline"


def tiny(folder: Path) -> DiffusersInpaintingConfig:
    return DiffusersInpaintingConfig(
        model=str(folder), device="cpu", half_precision=False, steps=2, work_side_px=64
    )


def picture() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    rgb = np.random.default_rng(0).integers(0, 256, (72, 96, 3), np.uint8)
    hole = np.zeros((72, 96), np.bool_)
    hole[20:50, 30:60] = True
    return rgb, hole


@pytest.mark.slow
def test_fills_the_hole_only_and_the_seed_decides(pipeline_folder: Path) -> None:
    backend = load(tiny(pipeline_folder))
    rgb, hole = picture()
    first = backend.fill(rgb, hole, seed=1, prompt="a wall")
    np.testing.assert_array_equal(first[~hole], rgb[~hole])
    assert (first[hole] != rgb[hole]).mean() > 0.5
    np.testing.assert_array_equal(backend.fill(rgb, hole, seed=1, prompt="a wall"), first)
    assert (backend.fill(rgb, hole, seed=2, prompt="a wall") != first).any()


class PaintsGreen:
    """A pipeline that fills exactly what its mask says."""

    def __call__(self, image: Image.Image, mask_image: Image.Image, **_: object) -> SimpleNamespace:
        masked = np.asarray(mask_image)[..., None] > 127
        made = np.where(masked, (0.0, 1.0, 0.0), np.asarray(image) / 255.0)
        return SimpleNamespace(images=[made])


@pytest.mark.parametrize("work_side_px", [64, 96, 160])
def test_a_hole_of_a_pixel_is_filled_at_any_working_size(work_side_px: int) -> None:
    backend = DiffusersInpainting(DiffusersInpaintingConfig(work_side_px=work_side_px, device="cpu"))
    backend._pipeline = PaintsGreen()
    rgb = np.full((120, 150, 3), 90, np.uint8)
    hole = np.zeros((120, 150), np.bool_)
    hole[::13] = hole[:, ::17] = True
    rgb[hole] = (255, 0, 0)
    filled = backend.fill(rgb, hole)[hole].astype(int)
    assert (filled[:, 0] <= 100).all() and (filled[:, 1] > filled[:, 0]).all()


def test_says_what_is_missing(tmp_path: Path) -> None:
    assert "revision" in str(DiffusersInpaintingConfig(device="cpu").missing())
    assert "model_index.json" in str(DiffusersInpaintingConfig(model=str(tmp_path), device="cpu").missing())
    pinned = DiffusersInpaintingConfig(revision="a" * 40, device="cpu")
    assert pinned.missing() is None and pinned.weights() == []


@pytest.mark.slow
def test_weights_of_a_folder_are_named(pipeline_folder: Path) -> None:
    names = [path.name for path in tiny(pipeline_folder).weights()]
    assert len(names) == 3 and all(name.endswith(".safetensors") for name in names)


@pytest.mark.parametrize(
    ("height", "width", "expected"), [(512, 512, (512, 512)), (300, 400, (512, 384)), (1000, 10, (8, 512))]
)
def test_work_size_keeps_the_shape(height: int, width: int, expected: tuple[int, int]) -> None:
    assert work_size(height, width, 512) == expected
