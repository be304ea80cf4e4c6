"""Where a patch of a video lies, for sizes and lengths that the base model was not trained at.

CogVideoX tells positions by rotation (all the released image-to-video models) and, in its first version,
by a learned table on top, which diffusers adds at the trained 480 × 720 only. Both are read here at the
same coordinates: the grid of a new size is laid, in its own shape, into the middle of the trained one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

Region = tuple[tuple[int, int], tuple[int, int]]


def region_of_grid(grid: tuple[int, int], trained: tuple[int, int]) -> Region:
    """The largest centred part of the trained grid with the shape of another one.

    Args:
        grid: rows and columns of patches.
        trained: the same of the grid that the model was trained at.

    Returns:
        (top, left), (bottom, right) in patches of the trained grid.
    """
    scale = min(trained[0] / grid[0], trained[1] / grid[1])
    rows, columns = round(grid[0] * scale), round(grid[1] * scale)
    top, left = round((trained[0] - rows) / 2), round((trained[1] - columns) / 2)
    return (top, left), (top + rows, left + columns)


def rotary_positions(
    config: Any, frames: int, height: int, width: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Cosines and sines of the rotary positions of a clip's patches, [patches, head channels] each.

    Args:
        config: of the CogVideoXTransformer3DModel.
        frames: latent frames.
        height: latent rows.
        width: latent columns.
        device: where they are wanted.

    Returns:
        None for a model without rotary positions.
    """
    if not config.use_rotary_positional_embeddings:
        return None
    side = config.patch_size
    return _rotary(
        config.attention_head_dim,
        frames // (config.patch_size_t or 1),
        (height // side, width // side),
        (config.sample_height // side, config.sample_width // side),
        config.patch_size_t is not None,
        device,
    )


def _rotary(
    channels: int,
    steps: int,
    grid: tuple[int, int],
    trained: tuple[int, int],
    version_1_5: bool,
    device: torch.device,
) -> tuple[torch.Tensor, torch.Tensor]:
    from diffusers.models.embeddings import get_3d_rotary_pos_embed

    if version_1_5:
        # CogVideoX 1.5 counts patches; beyond the trained grid it counts on.
        largest = max(grid[0], trained[0]), max(grid[1], trained[1])
        found = get_3d_rotary_pos_embed(
            channels, None, grid, steps, grid_type="slice", max_size=largest, device=device
        )
    else:
        found = get_3d_rotary_pos_embed(channels, region_of_grid(grid, trained), grid, steps, device=device)
    cosines, sines = found
    return cosines, sines


def read_table_at_any_size(patch_embed: Any) -> None:
    """Let a CogVideoX patch embedding with a learned table of positions take every size and length.

    The stored table stays as it is. Diffusers' own addition of it is switched off, and a hook adds what
    `positions_from_table` reads; at the trained size that is the table itself.
    """
    if not patch_embed.use_learned_positional_embeddings:
        return

    def add_positions(
        module: Any, inputs: tuple[torch.Tensor, torch.Tensor], tokens: torch.Tensor
    ) -> torch.Tensor:
        words, video = inputs
        frames, _, height, width = video.shape[1:]
        grid = height // module.patch_size, width // module.patch_size
        return tokens + positions_from_table(module, words.shape[1], frames, grid).to(tokens.dtype)

    patch_embed.use_learned_positional_embeddings = False
    patch_embed.register_forward_hook(add_positions)


def positions_from_table(patch_embed: Any, words: int, frames: int, grid: tuple[int, int]) -> torch.Tensor:
    """The learned table for `words` tokens before `frames` × `grid` patches, [1, tokens, channels].

    Rows and columns are read between the table's entries (linearly) at the coordinates of the rotary
    positions, up to the last entry. Frames are counted from the first one; past the last trained one
    time is stretched. Tokens before the video beyond the trained number have no entry: zero.
    """
    import torch
    from torch.nn import functional

    side = patch_embed.patch_size
    trained = patch_embed.sample_height // side, patch_embed.sample_width // side
    steps = (patch_embed.sample_frames - 1) // patch_embed.temporal_compression_ratio + 1
    table = patch_embed.pos_embedding
    written = patch_embed.max_text_seq_length
    before = functional.pad(table[:, : min(words, written)], (0, 0, 0, max(0, words - written)))
    video = table[0, written:].unflatten(0, (steps, *trained))
    (top, left), (bottom, right) = region_of_grid(grid, trained)
    video = _read_between(video, 1, _coordinates(top, bottom, grid[0], table.device))
    video = _read_between(video, 2, _coordinates(left, right, grid[1], table.device))
    if frames > steps:
        video = _read_between(video, 0, torch.linspace(0, steps - 1, frames, device=table.device))
    return torch.cat([before, video[:frames].flatten(0, 2)[None]], dim=1)


def _coordinates(start: int, stop: int, count: int, device: torch.device) -> torch.Tensor:
    import torch

    return torch.linspace(start, stop * (count - 1) / count, count, device=device)


def _read_between(table: torch.Tensor, axis: int, at: torch.Tensor) -> torch.Tensor:
    """Linear interpolation along an axis at fractional indices; an entry itself at whole ones."""
    import torch

    low = at.floor().long().clamp(0, table.shape[axis] - 1)
    high = (low + 1).clamp(max=table.shape[axis] - 1)
    share = (at - low).to(table.dtype).reshape([-1 if a == axis else 1 for a in range(table.ndim)])
    return torch.lerp(table.index_select(axis, low), table.index_select(axis, high), share)
