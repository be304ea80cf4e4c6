"""Positions of sizes that the base model was not trained at, against diffusers and by hand."""

from __future__ import annotations

import pytest
import torch

from models.video.gate_base import gate_base
from models.video.positions import positions_from_table, region_of_grid, rotary_positions
from tests.models.video.stock_positions import stock_rotary
from tests.models.video.tiny_base import (
    FRAMES,
    HEIGHT,
    TOKEN_CHANNELS,
    TOKENS,
    WIDTH,
    tiny_clip,
    tiny_transformer,
)

EXACT = 1e-6
"""float32's own resolution at values of size one."""
TRAINED = (HEIGHT // 2, WIDTH // 2)


@pytest.mark.slow
@pytest.mark.parametrize("version", ("1.0", "1.5"))
@pytest.mark.parametrize("size", [(HEIGHT, WIDTH), (8, 8), (6, 12), (4, 4)])
def test_rotary_positions_are_those_of_diffusers_pipeline(version: str, size: tuple[int, int]) -> None:
    base = tiny_transformer(version)
    found = rotary_positions(base.config, 2, *size, torch.device("cpu"))
    assert found is not None
    for ours, theirs in zip(found, stock_rotary(base, 2, *size), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=EXACT)


def test_768_square_pixels_lie_in_the_middle_of_the_trained_480_by_720() -> None:
    assert region_of_grid((48, 48), (30, 45)) == ((0, 8), (30, 38))
    assert region_of_grid((30, 45), (30, 45)) == ((0, 0), (30, 45))
    assert region_of_grid((45, 30), (30, 45)) == ((0, 12), (30, 32))


def test_the_table_is_read_as_it_stands_at_the_trained_size() -> None:
    embed = tiny_transformer().patch_embed
    found = positions_from_table(embed, TOKENS, FRAMES, TRAINED)
    torch.testing.assert_close(found, embed.pos_embedding, rtol=0, atol=0)


def test_between_its_entries_the_table_is_read_where_the_rotary_positions_lie() -> None:
    embed = tiny_transformer().patch_embed
    frames, rows, columns = torch.meshgrid(
        *(torch.arange(n, dtype=torch.float32) for n in (FRAMES, *TRAINED)), indexing="ij"
    )
    coordinates = torch.stack([frames, rows, columns], dim=-1).flatten(0, 2)
    embed.pos_embedding = torch.cat([torch.zeros(TOKENS, 3), coordinates])[None]
    found = positions_from_table(embed, TOKENS, 2, (8, 8))[0, TOKENS:].unflatten(0, (2, 8, 8))
    # Trained 4 × 6; 8 × 8 patches take its middle 4 × 4 (columns 1 to 4).
    torch.testing.assert_close(found[1, :, 0, 1], (torch.arange(8) / 2).clamp(max=3), rtol=0, atol=EXACT)
    torch.testing.assert_close(found[0, 0, :, 2], torch.linspace(1, 5 * 7 / 8, 8), rtol=0, atol=EXACT)
    assert (found[0, ..., 0] == 0).all()
    assert (found[1, ..., 0] == 1).all()


def test_time_past_the_table_is_stretched_and_tokens_past_it_have_no_place() -> None:
    embed = tiny_transformer().patch_embed
    found = positions_from_table(embed, TOKENS + 2, 2 * FRAMES - 1, TRAINED)
    assert (found[:, TOKENS : TOKENS + 2] == 0).all()
    stretched = found[0, TOKENS + 2 :].unflatten(0, (2 * FRAMES - 1, -1))
    entries = embed.pos_embedding[0, TOKENS:].unflatten(0, (FRAMES, -1))
    torch.testing.assert_close(stretched[::2], entries, rtol=0, atol=EXACT)
    torch.testing.assert_close(stretched[1], (entries[0] + entries[1]) / 2, rtol=0, atol=EXACT)


@pytest.mark.parametrize("version", ("1.0", "1.5"))
@pytest.mark.parametrize("size", [(2, 8, 8), (2, 4, 12), (6, 20, 20), (8, 14, 16)])
def test_other_sizes_and_lengths_run(version: str, size: tuple[int, int, int]) -> None:
    noisy, conditions, at = tiny_clip(*size)
    with torch.no_grad():
        found = gate_base(tiny_transformer(version), TOKEN_CHANNELS)(noisy, conditions, at)
    assert found.shape == noisy.shape
    assert torch.isfinite(found).all()


def test_positions_tell_frames_apart() -> None:
    """A still clip of one colour: only positions differ between its patches."""
    noisy, conditions, at = tiny_clip()
    flat = torch.ones_like
    conditions = type(conditions)(**{name: flat(part) for name, part in vars(conditions).items()})
    with torch.no_grad():
        found = gate_base(tiny_transformer(), TOKEN_CHANNELS)(flat(noisy), conditions, at)
    assert found.std(dim=1).mean() > 0.01
    assert found.std(dim=(3, 4)).mean() > 0.01
