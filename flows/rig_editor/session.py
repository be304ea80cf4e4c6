"""Session: what one person does to one subject: look, try, and save."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_contracts.errors import ConfigError, InputError
from data_contracts.image import write_png
from data_contracts.plausible_rig import require_plausible_rig
from data_contracts.rig import INDEX, JOINTS, PARENTS, Skeleton, write_skeleton
from flows.rig_editor.motions import MOTIONS, motion_loop
from flows.rig_editor.preview import SIDE_PX, Strip, render_preview
from flows.rig_editor.subject import Subject, find_skeleton
from models.rig.overlay import draw_overlay


class Figure(BaseModel):
    """Joints and switches as the page sends them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    joints: dict[str, tuple[float, float]]
    body: str = Field(max_length=40)
    arms: bool
    legs: bool
    limbs: bool
    cropped: bool


class Trial(BaseModel):
    """A figure, and a motion to see it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    figure: Figure
    motion: str = Field("Walk", max_length=40)


class Session:
    """One subject on its page. Requests come from several threads and are carried out one by one."""

    def __init__(self, subject: Subject, out: Path, next_step: str = "") -> None:
        self.subject = subject
        self.out = out
        self.saved: list[Path] = []
        self._next = next_step
        self._alpha = subject.alpha
        self._lock = Lock()

    def state(self) -> dict[str, Any]:
        """What the page starts from."""
        subject = self.subject
        return {
            "name": subject.picture.name,
            "width": subject.rgb.shape[1],
            "height": subject.rgb.shape[0],
            "own_size": subject.own_size,
            "figure": _figure_of(subject.skeleton),
            "confidence": {name: float(subject.skeleton.confidence[INDEX[name]]) for name in JOINTS},
            "parents": PARENTS,
            "notes": subject.notes,
            "motions": list(MOTIONS),
            "preview_px": SIDE_PX,
            "out": str(self.out),
        }

    def picture_png(self) -> bytes:
        """The picture."""
        return _png(self.subject.rgb[..., ::-1])

    def mask_png(self) -> bytes:
        """The matte to start from, as a picture's alpha: white wherever it shows at all."""
        white = np.full((*self.subject.alpha.shape, 3), 255, np.uint8)
        return _png(np.dstack([white, self.subject.alpha]))

    def take_mask(self, data: bytes) -> dict[str, Any]:
        """Work on with the mask that the page has painted: a PNG whose alpha is the mask.

        Raises:
            InputError: it is no picture of the subject's size with transparency.
        """
        try:
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                size, mode = image.size, image.mode
                pixels = np.asarray(image) if size == self.subject.alpha.shape[::-1] else None
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise InputError("the painted mask is not a PNG", got=error) from error
        if pixels is None or mode != "RGBA":
            raise InputError(
                "the painted mask does not fit the picture",
                expected=f"RGBA of {self.subject.alpha.shape[1]}x{self.subject.alpha.shape[0]}",
                got=f"{mode} of {size[0]}x{size[1]}",
            )
        with self._lock:
            self._alpha = np.ascontiguousarray(pixels[..., 3])
        return {"share": float((self._alpha > 127).mean())}

    def preview(self, request: Any) -> Strip:
        """The puppet in motion. Raises InputError for joints or a mask that no puppet can be made of."""
        trial = _checked(Trial, request)
        if trial.motion not in MOTIONS:
            raise InputError("there is no such motion", expected=", ".join(MOTIONS), got=trial.motion[:40])
        skeleton = self._skeleton(trial.figure)
        with self._lock:
            alpha = (self._alpha / np.float32(255)).astype(np.float32)
            return render_preview(self.subject.rgb, alpha, skeleton, motion_loop(trial.motion))

    def find(self) -> dict[str, Any]:
        """Joints as the rig backend finds them in the mask as it is painted now."""
        with self._lock:
            return {"figure": _figure_of(find_skeleton(self.subject.rgb, self._alpha))}

    def save(self, request: Any) -> dict[str, Any]:
        """Write rig.json, overlay.png, and mask.png where the mask is a person's; for the picture's own size.

        Raises:
            InputError: joints that a job would refuse.
            ConfigError: the folder cannot be written.
        """
        skeleton = self._skeleton(_checked(Figure, request))
        require_plausible_rig(skeleton, self.out / "rig.json")
        with self._lock:
            alpha = self._alpha
            painted = self.subject.mask_by_hand or not np.array_equal(alpha, self.subject.alpha)
            if painted and not (alpha > 127).any():
                raise InputError("the mask is empty", hint="Paint the character before you save")
            try:
                self.saved = self._write(skeleton, alpha if painted else None)
            except OSError as error:
                raise ConfigError(
                    "the folder cannot be written",
                    where=self.out,
                    got=error.strerror or error,
                    hint="Make it writable and save again, or start the editor with another --out",
                ) from error
        columns = dict(zip(("rig", "mask"), map(str, self.saved), strict=False))
        return {
            "written": [str(path) for path in self.saved],
            "columns": columns,
            "next": self._next or self._table(columns),
        }

    def _write(self, skeleton: Skeleton, alpha: NDArray[np.uint8] | None) -> list[Path]:
        self.out.mkdir(parents=True, exist_ok=True)
        rig, mask = self.out / "rig.json", self.out / "mask.png"
        partial = self.out / ".rig.json.partial"
        write_skeleton(partial, skeleton.resized(*self.subject.own_size))
        partial.replace(rig)
        cover = (self._alpha / np.float32(255)).astype(np.float32)
        write_png(self.out / "overlay.png", draw_overlay(self.subject.rgb, skeleton, cover))
        if alpha is None:
            return [rig]
        own = cv2.resize(alpha, self.subject.own_size, interpolation=cv2.INTER_LINEAR)
        write_png(mask, np.asarray(own, np.uint8))
        return [rig, mask]

    def _table(self, columns: dict[str, str]) -> str:
        """The smallest job table that uses what was saved, and the command that runs it."""
        names = ["reference", "driving", *columns]
        values = [str(self.subject.picture), "MOTION.bvh", *columns.values()]
        quoted = [f'"{value}"' if "," in value else value for value in values]
        return (
            f"# jobs.csv, with your motion\n{','.join(names)}\n{','.join(quoted)}\n\n"
            f"bunraku run embedded --jobs jobs.csv --out runs/{self.subject.picture.stem}"
        )

    def _skeleton(self, figure: Figure) -> Skeleton:
        if set(figure.joints) != set(JOINTS):
            raise InputError("these are not the joints of a rig", expected=", ".join(JOINTS))
        places = np.array([figure.joints[name] for name in JOINTS], np.float64)
        if not np.isfinite(places).all():
            raise InputError("a joint has no finite position")
        start = self.subject.skeleton
        moved = np.linalg.norm(places - start.joints_xy_px, axis=1) > 0.5
        return replace(
            start,
            joints_xy_px=places,
            confidence=np.where(moved, 1.0, start.confidence),
            body=figure.body,
            arms=figure.arms,
            legs=figure.legs,
            limbs=figure.limbs,
            cropped=figure.cropped,
        )


def _figure_of(skeleton: Skeleton) -> dict[str, Any]:
    joints = {name: [float(v) for v in skeleton.joint(name)] for name in JOINTS}
    switches = ("body", "arms", "legs", "limbs", "cropped")
    return {"joints": joints} | {name: getattr(skeleton, name) for name in switches}


def _checked(kind: type[Any], request: Any) -> Any:
    try:
        return kind.model_validate(request)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError("the page asked for something odd", where=place, got=first["msg"]) from None


def _png(bgr: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert done
    return data.tobytes()
