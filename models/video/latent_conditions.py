"""The three condition sets of the gated model, encoded (DreamDance, character art, section 3.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data_contracts.errors import ContractError

if TYPE_CHECKING:
    import torch

BACKGROUND_STREAMS = ("coarse", "mask")
"""β: the coarse background video and the inpainting mask."""
POSE_STREAMS = ("face", "hands", "body")
"""γ: the driving pose, one drawn video a part."""
STREAMS = ("noisy", *BACKGROUND_STREAMS, *POSE_STREAMS, "character")
"""What the projection takes, in the order of its channels. The first two are those of the base model."""


@dataclass(frozen=True)
class LatentConditions:
    """Latents of B clips of T latent frames, C channels a stream, h × w latent pixels."""

    background: torch.Tensor
    """β, [B, T, 2C, h, w]: coarse video, inpainting mask."""
    pose: torch.Tensor
    """γ, [B, T, 3C, h, w]: face, hands, body."""
    character: torch.Tensor
    """φ, [B, C, h, w]: the reference; every frame sees the same one."""
    image_tokens: torch.Tensor
    """CLIP's hidden states of the reference, [B, N, D]; they stand where the text's would."""

    def of_frames(self, first: int, past_last: int) -> LatentConditions:
        """The same conditions for some of the latent frames."""
        return replace(
            self, background=self.background[:, first:past_last], pose=self.pose[:, first:past_last]
        )

    def with_last_frame_repeated(self, times: int) -> LatentConditions:
        """The same with some more latent frames at the end."""
        import torch

        def longer(part: torch.Tensor) -> torch.Tensor:
            return torch.cat([part, part[:, -1:].expand(-1, times, -1, -1, -1)], dim=1)

        return replace(self, background=longer(self.background), pose=longer(self.pose))

    def dropping(
        self, *, pose: torch.Tensor | bool = False, character: torch.Tensor | bool = False
    ) -> LatentConditions:
        """The same without pose, or without character, for all clips or for those where bool [B] is true.

        A dropped condition is zero: latents, and for the character its image tokens too.
        """
        return replace(
            self,
            pose=_zeroed(self.pose, pose),
            character=_zeroed(self.character, character),
            image_tokens=_zeroed(self.image_tokens, character),
        )

    def to(self, *args: Any, **kwargs: Any) -> LatentConditions:
        """The same on another device or in another precision, as `torch.Tensor.to`."""
        return LatentConditions(**{name: part.to(*args, **kwargs) for name, part in vars(self).items()})

    def batched_with(self, *others: LatentConditions) -> LatentConditions:
        """One batch of these clips and others'."""
        import torch

        parts = {
            name: torch.cat([part, *(vars(other)[name] for other in others)])
            for name, part in vars(self).items()
        }
        return LatentConditions(**parts)

    def check(self, noisy: torch.Tensor, token_channels: int) -> None:
        """Hold the shapes against those of the noisy latents, [B, T, C, h, w].

        Raises:
            ContractError: a tensor of another shape, with its name.
        """
        if noisy.ndim != 5:
            raise ContractError(
                "not latents of clips",
                where="noisy",
                expected="[B, T, C, h, w]",
                got=list(noisy.shape),
                hint="Encode the video with encode_video.",
            )
        B, T, C, h, w = noisy.shape
        wanted = {
            "background": [B, T, len(BACKGROUND_STREAMS) * C, h, w],
            "pose": [B, T, len(POSE_STREAMS) * C, h, w],
            "character": [B, C, h, w],
            "image_tokens": [B, self.image_tokens.shape[1], token_channels],
        }
        for name, shape in wanted.items():
            got = list(vars(self)[name].shape)
            if got != shape:
                raise ContractError(
                    "a condition does not fit the latents",
                    where=name,
                    expected=shape,
                    got=got,
                    hint="Encode all conditions of a clip together, with encode_conditions.",
                )


def _zeroed(part: torch.Tensor, where: torch.Tensor | bool) -> torch.Tensor:
    import torch

    if isinstance(where, bool):
        return torch.zeros_like(part) if where else part
    return part * (~where).to(part.dtype).reshape(-1, *(1,) * (part.ndim - 1))
