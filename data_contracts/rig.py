"""Rig: joints of a reference character, the row of the manifest and the rig.json that people can mend."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from data_contracts.errors import InputError
from data_contracts.record import FileRef, Record

JOINTS = (
    "root",
    "chest",
    "neck",
    "head",
    "right_shoulder",
    "right_elbow",
    "right_hand",
    "left_shoulder",
    "left_elbow",
    "left_hand",
    "right_hip",
    "right_knee",
    "right_foot",
    "left_hip",
    "left_knee",
    "left_foot",
)
"""The sixteen joints. Left and right are the character's own, as in COCO."""

INDEX = {name: index for index, name in enumerate(JOINTS)}

PARENTS: dict[str, str | None] = {
    "root": None,
    "chest": "root",
    "neck": "chest",
    "head": "neck",
    **{f"{side}_shoulder": "chest" for side in ("right", "left")},
    **{f"{side}_elbow": f"{side}_shoulder" for side in ("right", "left")},
    **{f"{side}_hand": f"{side}_elbow" for side in ("right", "left")},
    **{f"{side}_hip": "root" for side in ("right", "left")},
    **{f"{side}_knee": f"{side}_hip" for side in ("right", "left")},
    **{f"{side}_foot": f"{side}_knee" for side in ("right", "left")},
}

# AnimatedDrawings calls the shoulders' middle "torso" and the middle of the head "neck".
_ANIMATED_DRAWINGS = {"torso": "chest", "neck": "head"} | {name: name for name in ("root", *JOINTS[4:])}
_NECK_BETWEEN_CHEST_AND_HEAD = 0.4

RigMethod = Literal["given", "fitted"]

ANIMALS = ("quadruped", "bird")
"""Bodies seen from their side, whose arms are forelegs or wings; their joints have the same names."""
BLOBS = ("object", "creature")
"""Bodies in one piece, with limbs that grow out of it: things with a person's arms and legs; wings or many
limbs."""


class Rig(Record):
    """A skeleton laid into one still."""

    rig: FileRef
    """rig.json: joints in pixels of the still, parents, parts; a person can open and mend it."""
    overlay: FileRef
    """PNG of the joints over the still."""
    method: RigMethod
    body: str
    """'human', 'half_body', 'skirt', 'quadruped', 'bird'; 'object' and 'creature' are blobs with limbs,
    like a person's or wings and many; 'other' has none that are known."""
    cropped: bool
    """The figure is cut by the picture's border: legs are not to be moved."""
    limbs: bool = True
    """The arms and legs are known well enough to be moved; otherwise the figure moves as a whole."""
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    confidence: float = Field(ge=0, le=1)


@dataclass(frozen=True)
class Skeleton:
    """The joints of one figure.

    ``joints_xy_px`` float64 [16, 2] in pixels of a picture of ``width_px`` × ``height_px``, in the order of
    `JOINTS`; joints may lie outside of a picture that cuts the figure. ``confidence`` float64 [16] in 0..1;
    an arm of whose elbow and hand nothing is known (0) is not moved.
    """

    joints_xy_px: NDArray[np.float64]
    confidence: NDArray[np.float64]
    width_px: int
    height_px: int
    body: str = "human"
    cropped: bool = False
    legs: bool = True
    """Whether the legs are seen apart, so that each can be moved; False: cut figures, long skirts."""
    arms: bool = True
    """Whether arms are seen apart, so that each can be moved; False: a bird's folded wings."""
    limbs: bool = True
    """Whether the limbs are known well enough to be moved; False: the figure moves as a whole."""

    def __post_init__(self) -> None:
        if self.joints_xy_px.shape != (len(JOINTS), 2) or self.confidence.shape != (len(JOINTS),):
            raise InputError(
                "a skeleton has the wrong number of joints",
                expected=f"joints [{len(JOINTS)}, 2] and confidence [{len(JOINTS)}]",
                got=f"{self.joints_xy_px.shape} and {self.confidence.shape}",
            )

    @property
    def in_one_piece(self) -> bool:
        """Whether it moves as one piece: of half a person trunk and head are known, if nothing else is."""
        return not self.limbs and self.body != "half_body"

    @property
    def still_arms(self) -> tuple[str, ...]:
        """Sides whose arm is not moved: none is, or of this one nothing is known (confidence 0), because it
        lies somewhere within the outline of the body."""
        known = self.confidence > 0
        return tuple(
            side
            for side in ("right", "left")
            if not (self.arms and (known[INDEX[f"{side}_elbow"]] or known[INDEX[f"{side}_hand"]]))
        )

    @property
    def animal(self) -> bool:
        """Whether it is an animal seen from its side: forelegs or wings are its arms."""
        return self.body in ANIMALS

    def joint(self, name: str) -> NDArray[np.float64]:
        """Position of a joint, xy in pixels [2]."""
        return np.asarray(self.joints_xy_px[INDEX[name]])

    def resized(self, width_px: int, height_px: int) -> Skeleton:
        """The same skeleton for the picture at another size."""
        factor = np.array([width_px / self.width_px, height_px / self.height_px])
        return replace(self, joints_xy_px=self.joints_xy_px * factor, width_px=width_px, height_px=height_px)


def write_skeleton(path: Path, skeleton: Skeleton) -> None:
    """Write rig.json: joint name -> [x, y], parents, confidence, and what is known about the body."""
    document = {
        "joints": {name: [round(float(v), 2) for v in skeleton.joints_xy_px[INDEX[name]]] for name in JOINTS},
        "parents": PARENTS,
        "confidence": {name: round(float(skeleton.confidence[INDEX[name]]), 3) for name in JOINTS},
        "parts": {"legs": skeleton.legs, "arms": skeleton.arms, "limbs": skeleton.limbs},
        "body": skeleton.body,
        "cropped": skeleton.cropped,
        "width": skeleton.width_px,
        "height": skeleton.height_px,
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


_Coordinate = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_POINT = TypeAdapter(tuple[_Coordinate, _Coordinate])


class _Parts(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    legs: bool | None = None
    arms: bool = True
    limbs: bool = True


class _RigFile(BaseModel):
    """What rig.json says beside its joints."""

    model_config = ConfigDict(extra="forbid", strict=True)

    width: int = Field(ge=1, le=100_000)
    height: int = Field(ge=1, le=100_000)
    joints: dict[str, Any] = {}
    parents: dict[str, str | None] = PARENTS
    confidence: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    parts: _Parts = _Parts()
    body: Literal["human", "half_body", "skirt", "quadruped", "bird", "object", "creature", "other"] = "human"
    cropped: bool = False

    @field_validator("parents")
    @classmethod
    def _are_ours(cls, parents: dict[str, str | None]) -> dict[str, str | None]:
        if parents != PARENTS:
            raise ValueError("none, or as they were written: which joint hangs on which is fixed")
        return parents


def read_skeleton(path: Path) -> Skeleton:
    """Read a rig: our rig.json, or the char_cfg.yaml of AnimatedDrawings.

    Raises:
        InputError: the file is not readable, a joint is missing or has no finite position, or something else
            that it says is not known or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError("the rig cannot be read", where=path, got=str(error).splitlines()[0]) from error
    if not isinstance(document, dict):
        raise InputError("the rig is not a mapping", where=path, expected="rig.json or char_cfg.yaml")
    if "skeleton" in document:
        return _from_animated_drawings(path, document)
    said = _checked(path, document)
    parts, confidence = said.parts, np.array([said.confidence.get(name, 1.0) for name in JOINTS])
    legs = not said.cropped if parts.legs is None else parts.legs
    shown = (said.width, said.height, said.body, said.cropped, legs, parts.arms, parts.limbs)
    return Skeleton(_positions(path, said.joints), confidence, *shown)


def _checked(path: Path, document: dict[str, Any]) -> _RigFile:
    try:
        return _RigFile.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        known = f"a name among {', '.join([*_RigFile.model_fields, *_Parts.model_fields])}"
        said = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        raise InputError(
            f"{'.'.join(map(str, first['loc'])) or 'a name'} of the rig is wrong",
            where=path,
            expected=known if first["type"] == "extra_forbidden" else said,
            got=repr(first["input"])[:200],
            hint="`bunraku rig edit` writes such files",
        ) from None


def _from_animated_drawings(path: Path, document: dict[str, Any]) -> Skeleton:
    try:
        given = {str(entry["name"]): entry["loc"] for entry in document["skeleton"]}
    except (TypeError, KeyError) as error:
        raise InputError(
            "the char_cfg.yaml is not as AnimatedDrawings writes it",
            where=path,
            expected="skeleton: a list of {name, loc, parent}",
        ) from error
    joints = {ours: given[theirs] for theirs, ours in _ANIMATED_DRAWINGS.items() if theirs in given}
    if "chest" in joints and "head" in joints:
        chest, head = (_position(path, name, joints[name]) for name in ("chest", "head"))
        joints["neck"] = (chest + _NECK_BETWEEN_CHEST_AND_HEAD * (head - chest)).tolist()
    size = _checked(path, {name: document[name] for name in ("width", "height") if name in document})
    return Skeleton(_positions(path, joints), np.ones(len(JOINTS)), size.width, size.height)


def _positions(path: Path, joints: dict[str, Any]) -> NDArray[np.float64]:
    missing = [name for name in JOINTS if name not in joints]
    if missing:
        raise InputError(
            "the rig lacks joints", where=path, expected=", ".join(JOINTS), got=f"no {', '.join(missing)}"
        )
    unknown = [name for name in joints if name not in INDEX]
    if unknown:
        raise InputError(
            "the rig has joints of other names",
            where=path,
            expected=", ".join(JOINTS),
            got=", ".join(map(str, unknown))[:200],
        )
    return np.stack([_position(path, name, joints[name]) for name in JOINTS])


def _position(path: Path, name: str, value: Any) -> NDArray[np.float64]:
    try:
        return np.array(_POINT.validate_python(value))
    except ValidationError:
        raise InputError(
            f"joint {name} is not [x, y]", where=path, expected="two finite numbers", got=repr(value)[:200]
        ) from None
