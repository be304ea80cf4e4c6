"""Captions by a vision-language network of the model hub: LLaVA (the paper's), BLIP and their kin."""

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError, EstimationError
from models.hub import local_weights, missing_network


class TransformersCaptioningConfig(BaseModel):
    """Which network, from where, and what it is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["transformers"] = "transformers"
    model: str = Field(
        "llava-hf/llava-1.5-7b-hf",
        min_length=1,
        description="A transformers folder on this machine, or a repository of the model hub.",
    )
    revision: str | None = Field(None, description="Commit of the repository; not used for a folder.")
    device: str = Field("cuda", min_length=1)
    half_precision: bool = True
    question: str = Field(
        "Describe the place in this picture in one sentence: what kind of place it is, its surfaces, its "
        "light and its style. Leave out people and characters.",
        min_length=1,
        description="Put to networks that chat. Those that only caption (BLIP) are asked nothing.",
    )
    most_tokens: int = Field(
        60, ge=1, le=500, description="CLIP's text encoder, which reads the caption, takes 77 at most."
    )

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        return missing_network("transformers", self.model, self.revision, "config.json", self.device)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


class TransformersCaptioner:
    """Describes pictures with `AutoModelForImageTextToText`; weights are loaded at the first caption."""

    def __init__(self, config: TransformersCaptioningConfig) -> None:
        self.config = config
        self._network: Any = None
        self._processor: Any = None

    def describe(self, rgb: NDArray[np.uint8]) -> str:
        """A sentence on a picture, uint8 [H, W, 3]. The likeliest words, so always the same ones.

        Raises:
            ContractError: another type or shape.
            EstimationError: the network said nothing.
        """
        import torch
        from PIL import Image

        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
            raise ContractError(
                "not a picture",
                where="captioning",
                expected="uint8 [H, W, 3]",
                got=f"{rgb.dtype} {rgb.shape}",
            )
        self._load()
        question = self._question()
        inputs = self._processor(images=Image.fromarray(rgb), text=question, return_tensors="pt")
        inputs = inputs.to(self.config.device, self._network.dtype)
        with torch.inference_mode():
            tokens = self._network.generate(
                **inputs, max_new_tokens=self.config.most_tokens, do_sample=False
            )[0]
        said = tokens if question is None else tokens[inputs["input_ids"].shape[1] :]
        caption = " ".join(self._processor.decode(said, skip_special_tokens=True).split())
        if not caption:
            raise EstimationError(
                "the captioner said nothing",
                where=self.config.model,
                hint="Take another network or question.",
            )
        return caption

    def _question(self) -> str | None:
        """The question in the network's own chat format; None for one that does not chat."""
        if not getattr(self._processor, "chat_template", None):
            return None
        content = [{"type": "image"}, {"type": "text", "text": self.config.question}]
        asked: str = self._processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return asked

    def _load(self) -> None:
        if self._network is None:
            from models.torchvision_ops import register_missing_ops

            register_missing_ops()
            import torch
            from transformers import AutoModelForImageTextToText, AutoProcessor

            named = {"revision": self.config.revision}
            kind = torch.float16 if self.config.half_precision else torch.float32
            self._processor = AutoProcessor.from_pretrained(self.config.model, **named)
            network = AutoModelForImageTextToText.from_pretrained(self.config.model, dtype=kind, **named)
            self._network = network.to(self.config.device).eval()
