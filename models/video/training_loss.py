"""What the gated model is trained to: v, with more weight where the figure may be (A15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data_contracts.errors import ContractError
from models.video.codec import whole_frames, with_last_repeated
from models.video.gated_transformer import GatedTransformer
from models.video.latent_conditions import LatentConditions

if TYPE_CHECKING:
    import torch

MOST_WEIGHT = 5.0
"""Of a clip where x₀ is predicted: its error over 1 - ᾱ is v's error, without bound near the clean end; the
bound is that of Min-SNR (Hang et al. 2023)."""


def training_loss(
    gated: GatedTransformer,
    scheduler: Any,
    latents: torch.Tensor,
    conditions: LatentConditions,
    weights: torch.Tensor,
    noise: torch.Tensor,
    timesteps: torch.Tensor,
) -> torch.Tensor:
    """Weighted mean squared error of the predicted v = √ᾱ·ε - √(1-ᾱ)·x₀ (Salimans and Ho 2022).

    It is the error of the predicted x₀ over 1 - ᾱ, as which CogVideoX's own training code writes it. A small
    model whose schedule says `sample` predicts x₀ itself, and has that error up to `MOST_WEIGHT`.

    Args:
        gated: the network.
        scheduler: its noise schedule; it says what is predicted, `v_prediction` or `sample`.
        latents: x₀ of B clips, [B, T, C, h, w].
        conditions: of the same clips.
        weights: of `mask_weights`, [B, T, 1, h, w].
        noise: ε, as `latents`.
        timesteps: int64 [B].

    Returns:
        A scalar, float32: the clips' weighted means, averaged. The weights' scale does not matter.

    Raises:
        ContractError: weights of another shape, or conditions that do not fit.
    """
    wanted_shape = (*latents.shape[:2], 1, *latents.shape[3:])
    if weights.shape != wanted_shape:
        raise ContractError(
            "weights that do not fit the latents",
            where="weights",
            expected=list(wanted_shape),
            got=list(weights.shape),
            hint="Make them with mask_weights from the clips' inpainting masks.",
        )
    noisy = scheduler.add_noise(latents, noise, timesteps)
    predicts_clean = scheduler.config.prediction_type == "sample"
    wanted = latents if predicts_clean else scheduler.get_velocity(latents, noise, timesteps)
    error = (gated(noisy, conditions, timesteps).float() - wanted.float()).square()
    share = weights / weights.mean(dim=(1, 2, 3, 4), keepdim=True)
    if predicts_clean:
        noise_share = 1 - scheduler.alphas_cumprod.to(timesteps.device)[timesteps]
        share = share * (1 / noise_share).clamp(max=MOST_WEIGHT).to(error).reshape(-1, 1, 1, 1, 1)
    mean: torch.Tensor = (error * share).mean()
    return mean


def mask_weights(masks: torch.Tensor, latent_shape: torch.Size, emphasis: float) -> torch.Tensor:
    """1 + λ·m for each latent pixel; m is the share of it that the inpainting mask covers.

    Args:
        masks: [B, T, H, W], 0..1, true frames.
        latent_shape: of the clips' latents, [B, t, C, h, w].
        emphasis: λ. The paper re-weights by the mask and gives no formula.

    Returns:
        float32 [B, t, 1, h, w]. Of the frames that one latent frame stands for, the most covered counts.
    """
    from torch.nn import functional

    _, steps, _, height, width = latent_shape
    frames = masks.shape[1]
    clips = with_last_repeated(masks[:, :, None].float(), frames if steps == frames else whole_frames(frames))
    shares = functional.adaptive_avg_pool2d(clips.flatten(0, 1), (height, width))
    shares = shares.reshape(len(masks), 1, -1, height, width)
    most = functional.adaptive_max_pool3d(shares, (steps, height, width))
    return 1 + emphasis * most.transpose(1, 2)
