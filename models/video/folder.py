"""The gated model as a diffusers folder, and its making from CogVideoX image-to-video's (A12).

model_index.json          which class stands in which subfolder; written last
transformer/              CogVideoXTransformer3DModel with the channels of all streams
gates/                    the two gates
vae/                      AutoencoderKLCogVideoX, or the settings of a PatchCodec
scheduler/                CogVideoXDDIMScheduler
image_encoder/            CLIPVisionModel
feature_extractor/        CLIPImageProcessor
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.errors import ConfigError
from models.torchvision_ops import register_missing_ops
from models.video.codec import VaeCodec
from models.video.encoding import ImageEncoder
from models.video.gate_base import assembled, gate_base
from models.video.gated_transformer import GatedTransformer
from models.video.gates import new_gates
from models.video.patch_codec import PatchCodec

if TYPE_CHECKING:
    import torch

CLASS_NAME = "GatedVideoInpainting"
GATES_FILE = "gates/diffusion_pytorch_model.safetensors"
CLASSES = {
    "transformer": ("diffusers", "CogVideoXTransformer3DModel"),
    "scheduler": ("diffusers", "CogVideoXDDIMScheduler"),
    "image_encoder": ("transformers", "CLIPVisionModel"),
    "feature_extractor": ("transformers", "CLIPImageProcessor"),
    "gates": ("torch", "Linear"),
}
OF_BASE = ("transformer", "vae", "scheduler")
"""Subfolders of a CogVideoX folder that are read; its text encoder and tokenizer are not needed."""


@dataclass(frozen=True)
class GatedParts:
    """All that the gated model needs."""

    network: GatedTransformer
    codec: VaeCodec | PatchCodec
    scheduler: Any
    """CogVideoXDDIMScheduler."""
    image_encoder: ImageEncoder


def gate_folder(
    base: str,
    image_encoder: str,
    *,
    revision: str | None = None,
    image_encoder_revision: str | None = None,
    dtype: torch.dtype | None = None,
    seed: int = 0,
) -> GatedParts:
    """An untrained gated model on CogVideoX image-to-video.

    Args:
        base: a folder as CogVideoX-5B-I2V's, or its repository on the model hub.
        image_encoder: a folder or repository of CLIP, whole or its vision part.
        revision: the base repository's commit.
        image_encoder_revision: the CLIP repository's.
        dtype: of the weights; float32 by default.
        seed: decides the new weights behind the gates.

    Raises:
        ConfigError: a folder without one of the parts, or of another kind of model.
    """
    _check_folder(base, revision, ("model_index.json", *OF_BASE))
    _check_folder(image_encoder, image_encoder_revision, ("config.json", "preprocessor_config.json"))
    register_missing_ops()
    import torch
    from diffusers import CogVideoXTransformer3DModel

    transformer = CogVideoXTransformer3DModel.from_pretrained(
        base, subfolder="transformer", revision=revision, torch_dtype=dtype or torch.float32
    )
    encoder = _image_encoder(image_encoder, image_encoder, image_encoder_revision, dtype)
    network = gate_base(transformer, encoder.token_channels, seed)
    return GatedParts(network, _codec(base, revision, dtype), _scheduler(base, revision), encoder)


def load_gated(folder: Path, dtype: torch.dtype | None = None) -> GatedParts:
    """Read a folder that `save_gated` wrote.

    Raises:
        ConfigError: a folder without one of the parts, or of another kind of model.
    """
    _check_folder(str(folder), None, ("model_index.json", *CLASSES, "vae"))
    found = json.loads((folder / "model_index.json").read_text()).get("_class_name")
    if found != CLASS_NAME:
        raise ConfigError(
            "another kind of model",
            where=folder / "model_index.json",
            expected=CLASS_NAME,
            got=found,
            hint="Make a gated model from CogVideoX's image-to-video folder first.",
        )
    register_missing_ops()
    import torch
    from diffusers import CogVideoXTransformer3DModel
    from safetensors.torch import load_file

    transformer = CogVideoXTransformer3DModel.from_pretrained(
        str(folder), subfolder="transformer", torch_dtype=dtype or torch.float32
    )
    gates = new_gates()
    gates.load_state_dict(load_file(folder / GATES_FILE))
    encoder = _image_encoder(str(folder / "image_encoder"), str(folder / "feature_extractor"), None, dtype)
    return GatedParts(
        assembled(transformer, gates.to(transformer.dtype)),
        _codec(str(folder), None, dtype),
        _scheduler(str(folder), None),
        encoder,
    )


def save_gated(parts: GatedParts, folder: Path, max_shard_size: str = "10GB") -> None:
    """Write a folder that `load_gated` reads back exactly."""
    from diffusers import __version__
    from safetensors.torch import save_file

    index = folder / "model_index.json"
    index.unlink(missing_ok=True)
    parts.network.transformer.save_pretrained(folder / "transformer", max_shard_size=max_shard_size)
    (folder / "gates").mkdir(exist_ok=True)
    weights = {name: part.contiguous() for name, part in parts.network.gates.state_dict().items()}
    save_file(weights, folder / GATES_FILE)
    if isinstance(parts.codec, PatchCodec):
        (folder / "vae").mkdir(exist_ok=True)
        (folder / "vae" / "config.json").write_text(
            json.dumps({"_class_name": "PatchCodec", **parts.codec.settings()})
        )
        codec_class = ["models.video.patch_codec", "PatchCodec"]
    else:
        parts.codec.vae.save_pretrained(folder / "vae")
        codec_class = ["diffusers", "AutoencoderKLCogVideoX"]
    parts.scheduler.save_pretrained(folder / "scheduler")
    parts.image_encoder.network.save_pretrained(folder / "image_encoder")
    parts.image_encoder.processor.save_pretrained(folder / "feature_extractor")
    told = {"_class_name": CLASS_NAME, "_diffusers_version": __version__, "vae": codec_class} | CLASSES
    index.write_text(json.dumps(told, indent=2))


def _codec(folder: str, revision: str | None, dtype: torch.dtype | None) -> VaeCodec | PatchCodec:
    import torch
    from diffusers import AutoencoderKLCogVideoX

    config = Path(folder) / "vae" / "config.json"
    if config.is_file():
        told = json.loads(config.read_text())
        if told.pop("_class_name") == "PatchCodec":
            return PatchCodec(**told)
    vae = AutoencoderKLCogVideoX.from_pretrained(
        folder, subfolder="vae", revision=revision, torch_dtype=dtype or torch.float32
    )
    return VaeCodec(vae.eval())


def _scheduler(folder: str, revision: str | None) -> Any:
    """DDIM with the base's noise schedule, whichever sampler the folder names."""
    from diffusers import CogVideoXDDIMScheduler

    return CogVideoXDDIMScheduler.from_pretrained(folder, subfolder="scheduler", revision=revision)


def _image_encoder(
    network: str, processor: str, revision: str | None, dtype: torch.dtype | None
) -> ImageEncoder:
    import torch
    from transformers import CLIPImageProcessor, CLIPVisionModel

    encoder = CLIPVisionModel.from_pretrained(network, revision=revision, dtype=dtype or torch.float32)
    return ImageEncoder(encoder.eval(), CLIPImageProcessor.from_pretrained(processor, revision=revision))


def _check_folder(folder: str, revision: str | None, parts: tuple[str, ...]) -> None:
    """Refuse a folder of this machine that lacks a part, and a hub repository without a commit."""
    here = Path(folder)
    if not here.is_dir() and revision is not None:
        return
    missing = [part for part in parts if not (here / part).exists()]
    if missing:
        raise ConfigError(
            "not a whole diffusers or transformers folder",
            where=folder,
            expected=", ".join(parts),
            got=f"no {', '.join(missing)}" if here.is_dir() else "no such folder here",
            hint="Give a folder that was wholly downloaded or saved, or a hub repository with its revision.",
        )
