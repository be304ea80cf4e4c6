"""Whole-body pose by DWPose (or RTMW) through rtmlib, from ONNX files that lie on this machine."""

from __future__ import annotations

import contextlib
import importlib.util
import io
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import BackendUnavailable, NoFigureError
from data_contracts.linked_people import link_people
from data_contracts.pose_sequence import N_KEYPOINTS
from models.pose.estimate import PoseEstimate

Boxes = NDArray[np.float32]


class RtmlibPose(BaseModel):
    """DWPose through rtmlib; people are found by YOLOX, or by the matte where no detector is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2

    kind: Literal["rtmlib"] = "rtmlib"
    pose_onnx: Path = Path("weights/dw-ll_ucoco_384.onnx")
    """Top-down whole-body network (SimCC heads, 133 keypoints)."""
    pose_input_px: tuple[int, int] = (288, 384)
    """Width and height of its input."""
    detector_onnx: Path | None = None
    """YOLOX person detector; None takes the box of the matte."""
    detector_input_px: tuple[int, int] = (640, 640)
    device: Literal["cpu", "cuda"] = Field("cpu", json_schema_extra={"cache": False})
    most_people: int = Field(1, ge=1, le=20)
    """People kept in a frame, those with the most certain bodies first."""
    least_confidence: float = Field(0.3, ge=0, le=1)
    """Mean body confidence below which a detected box counts as nobody."""

    def weights(self) -> list[Path]:
        """The ONNX files."""
        return [self.pose_onnx] + ([self.detector_onnx] if self.detector_onnx else [])

    def missing(self) -> str | None:
        """What is missing for this backend to run here, and what to do."""
        for package in ("rtmlib", "onnxruntime"):
            if importlib.util.find_spec(package) is None:
                return f"package {package}; run `make setup-pose`"
        for path in self.weights():
            if not path.is_file():
                return (
                    f"weights at {path}; get the ONNX file (see docs/backends.md), and name it in the profile"
                )
        return None


class RtmlibEstimate:
    """Loaded networks. Loads at first use.

    Args:
        config: which weights, and how many people.
    """

    def __init__(self, config: RtmlibPose) -> None:
        self.config = config
        self._pose: Any = None
        self._detector: Any = None

    def _load(self) -> None:
        if self._pose is not None:
            return
        lack = self.config.missing()
        if lack is not None:
            raise BackendUnavailable("rtmlib cannot run here", where="pose backend rtmlib", got=f"no {lack}")
        # rtmlib prints each file that it loads; standard output belongs to the command line's --json.
        with contextlib.redirect_stdout(io.StringIO()):
            import rtmlib

            chosen = {"backend": "onnxruntime", "device": self.config.device}
            self._pose = rtmlib.RTMPose(
                str(self.config.pose_onnx),
                model_input_size=self.config.pose_input_px,
                to_openpose=False,
                **chosen,
            )
            if self.config.detector_onnx is not None:
                self._detector = rtmlib.YOLOX(
                    str(self.config.detector_onnx), model_input_size=self.config.detector_input_px, **chosen
                )

    def _boxes(self, bgr: NDArray[np.uint8], alpha: NDArray[np.float32] | None) -> Boxes:
        """Boxes of people in one frame, [N, 4]: left, top, right, bottom."""
        if self._detector is not None:
            return np.asarray(self._detector(bgr), np.float32).reshape(-1, 4)
        if alpha is None:
            return np.array([[0, 0, bgr.shape[1], bgr.shape[0]]], np.float32)
        rows, columns = np.nonzero(alpha > 0.5)
        if not len(rows):
            return np.zeros((0, 4), np.float32)
        return np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)

    def __call__(
        self, frames: NDArray[np.uint8], alpha: NDArray[np.float32] | None, seed: int = 0
    ) -> PoseEstimate:
        """See `models.pose.estimate.PoseEstimation`."""
        del seed  # the networks are deterministic
        self._load()
        people = self.config.most_people
        xy = np.zeros((len(frames), people, N_KEYPOINTS, 2), np.float32)
        confidence = np.zeros((len(frames), people, N_KEYPOINTS), np.float32)
        for t, frame in enumerate(frames):
            bgr = np.ascontiguousarray(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), np.uint8)
            boxes = self._boxes(bgr, None if alpha is None else alpha[t])
            if not len(boxes):
                # Asked for no box, rtmlib would take the whole frame and see a ghost.
                continue
            points, scores = self._pose(bgr, bboxes=list(boxes))
            scores = np.clip(np.asarray(scores, np.float32), 0, 1)
            body = scores[:, :17].mean(axis=1)
            order = [i for i in np.argsort(-body, kind="stable") if body[i] >= self.config.least_confidence]
            for slot, i in enumerate(order[:people]):
                # rtmlib counts pixels from the centre of the first one.
                xy[t, slot], confidence[t, slot] = np.asarray(points[i], np.float32) + 0.5, scores[i]
        if not confidence.any():
            raise NoFigureError(
                "no person found in any frame",
                where="pose backend rtmlib",
                expected=f"a body with a mean confidence of {self.config.least_confidence:g} or more",
                hint="Lower least_confidence, give a detector, or give poses as a file.",
            )
        xy[~np.isfinite(xy).all(axis=-1)] = 0
        used = int(confidence.any(axis=(0, 2)).sum())
        xy, confidence = link_people(xy[:, :used], confidence[:, :used])
        quality = confidence[:, 0, :17].mean(axis=1).astype(np.float32)
        return PoseEstimate(xy, confidence, quality, self.config.pose_onnx.stem)
