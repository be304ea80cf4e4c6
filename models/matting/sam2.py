"""Matte by SAM 2 (Ravi et al. 2024) from the model hub, prompted by masks by hand or by what moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import BackendUnavailable, NoFigureError
from models.hub import local_weights, missing_network
from models.matting import edge
from models.matting.classical import ClassicalMatting, matte_still
from models.matting.components import heaviest_component
from models.matting.figure_colour import decontaminate
from models.matting.matte import ClipMatte, FrameMatte, StillMatte, check_clip, check_picture
from models.matting.motion import MotionMatting, matte_clip
from models.matting.stretches import Frame, GivenMasks, cut_stretches

Prompt = NDArray[np.bool_] | tuple[float, float, float, float]
"""A mask ``[H, W]``, or a box in pixels: left, top, right, bottom."""

UNPROMPTED = (0.1, 0.05, 0.9, 0.98)
"""Box as shares of a picture in which nothing could be found to ask for."""
WITHOUT_PROMPT = 0.5
"""Of the confidence that is left then: whatever stands in the middle was asked for."""


class Sam2Matting(BaseModel):
    """Which weights of SAM 2, and where they run."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 6

    kind: Literal["sam2"] = "sam2"
    model: str = Field("facebook/sam2.1-hiera-large", min_length=1)
    """A transformers folder on this machine, or a repository of the model hub."""
    revision: str | None = None
    """Commit of the repository; not used for a folder."""
    device: str = Field("cuda", min_length=1)
    half_precision: bool = True
    """bfloat16, as SAM 2 was trained."""
    least_figure: float = Field(0.002, gt=0, lt=1)
    """Share of the picture that must be figure, in some frame."""

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        return missing_network("transformers", self.model, self.revision, "config.json", self.device)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


class Sam2Matte:
    """A loaded network. Loads at first use.

    Args:
        config: which weights.
    """

    def __init__(self, config: Sam2Matting) -> None:
        self.config = config
        self._network: Any = None
        self._processor: Any = None

    def still(
        self, image: NDArray[np.uint8], seed: int = 0, standard: NDArray[np.uint8] | None = None
    ) -> StillMatte:
        """See :class:`models.matting.matte.StillMatting`. Asked for the embedded matte's figure."""
        check_picture(image)
        rgb = np.ascontiguousarray(image[..., :3])
        sure = 1.0
        try:
            found = matte_still(ClassicalMatting(least_confidence=0), image, seed, standard)
            if found.method == "alpha":
                return found
            box = _box(found.alpha > 0.5)
        except NoFigureError:
            box, sure = _middle(rgb), WITHOUT_PROMPT
        matte = self._track(rgb[None], {0: box})[0]
        if float((matte.alpha > 0.5).mean()) < self.config.least_figure:
            raise self._nobody("picture")
        colours = decontaminate(rgb, matte.alpha)
        return StillMatte(matte.alpha, colours, sure * matte.confidence, self.config.kind)

    def clip(self, frames: NDArray[np.uint8], seed: int = 0) -> ClipMatte:
        """See :class:`models.matting.matte.ClipMatting`. Asked for the mover, where it is seen best."""
        check_clip(frames)
        mover = matte_clip(MotionMatting(), frames, seed)
        best = int(np.argmax(mover.confidence))
        mattes = self._track(frames, {best: _box(_most_prominent(mover.alpha[best]))})
        alpha = np.stack([matte.alpha for matte in mattes])
        if (alpha > 0.5).mean(axis=(1, 2)).max() < self.config.least_figure:
            raise self._nobody("clip")
        confidence = np.array([matte.confidence for matte in mattes], np.float32)
        return ClipMatte(alpha, confidence, self.config.kind)

    def keyed(self, frames: Iterable[Frame], masks: GivenMasks, seed: int = 0) -> Iterator[FrameMatte]:
        """See :class:`models.matting.matte.KeyedMatting`. Given masks are kept as they are."""
        del seed  # the network is deterministic
        for stretch in cut_stretches(frames, masks):
            given = {
                t: FrameMatte(np.asarray(mask / np.float32(255), np.float32), 1.0)
                for t, mask in stretch.masks.items()
            }
            mattes = self._track(stretch.frames, {t: mask > 127 for t, mask in stretch.masks.items()})
            for t in range(len(stretch.frames) - (not stretch.is_last)):
                yield given.get(t, mattes[t])

    def _track(self, frames: NDArray[np.uint8], prompts: Mapping[int, Prompt]) -> list[FrameMatte]:
        """Follow one thing through all frames, from the first prompt onwards and then backwards."""
        import torch

        network, processor = self._load()
        session = processor.init_video_session(
            video=frames,
            inference_device=self.config.device,
            video_storage_device="cpu",
            dtype=network.dtype,
        )
        mattes: dict[int, FrameMatte] = {}
        with torch.inference_mode():
            for t, prompt in prompts.items():
                asked: dict[str, Any] = (
                    {"input_boxes": [[list(prompt)]]}
                    if isinstance(prompt, tuple)
                    else {"input_masks": prompt}
                )
                processor.add_inputs_to_inference_session(session, frame_idx=t, obj_ids=1, **asked)
                network(inference_session=session, frame_idx=t)
            start = min(prompts)
            for backwards in (False, True):
                for found in network.propagate_in_video_iterator(session, start, reverse=backwards):
                    mattes[found.frame_idx] = self._matte(frames[found.frame_idx], found)
        return [mattes[t] for t in range(len(frames))]

    def _matte(self, frame: Frame, found: Any) -> FrameMatte:
        logits = self._processor.post_process_masks(
            [found.pred_masks.float()], original_sizes=[list(frame.shape[:2])], binarize=False
        )[0]
        coverage = logits[0, 0].sigmoid().cpu().numpy().astype(np.float32)
        shown = float(found.object_score_logits.float().sigmoid().reshape(-1)[0])
        figure = coverage > 0.5
        decided = float(coverage[figure].mean()) if figure.any() else 0.0
        return FrameMatte(edge.soften(np.ascontiguousarray(frame), coverage), shown * decided)

    def _load(self) -> tuple[Any, Any]:
        if self._network is None:
            lack = self.config.missing()
            if lack is not None:
                raise BackendUnavailable("SAM 2 cannot run here", where="matting backend sam2", got=lack)
            from models.torchvision_ops import register_missing_ops

            register_missing_ops()
            import torch
            from transformers import Sam2VideoModel, Sam2VideoProcessor

            named = {"revision": self.config.revision}
            kind = torch.bfloat16 if self.config.half_precision else torch.float32
            self._processor = Sam2VideoProcessor.from_pretrained(self.config.model, **named)
            network = Sam2VideoModel.from_pretrained(self.config.model, dtype=kind, **named)
            self._network = network.to(self.config.device).eval()
        return self._network, self._processor

    def _nobody(self, what: str) -> NoFigureError:
        return NoFigureError(
            f"SAM 2 finds no figure in the {what}",
            where="matting backend sam2",
            expected=f"a figure on at least {100 * self.config.least_figure:.1f} % of the picture",
            hint="Give masks, or another input.",
        )


def _most_prominent(alpha: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The largest of the movers in a frame [H, W]: a box round all of them would be of none."""
    return heaviest_component(np.asarray(alpha > 0.5, np.bool_), np.ones_like(alpha))


def _box(figure: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(figure.any(axis=1)), np.flatnonzero(figure.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _middle(rgb: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    height, width = rgb.shape[:2]
    left, top, right, bottom = UNPROMPTED
    return left * width, top * height, right * width, bottom * height
