"""Job: this character, that motion, this camera, that scene."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from urllib.parse import parse_qsl

from pydantic import Field, ValidationInfo, field_validator

from data_contracts.errors import InputError
from data_contracts.record import Record
from data_contracts.side_swaps import check_side_swaps

PRESET_PREFIX = "preset:"
DRIVING_SCENE = "driving"
"""As a job's scene: the driving clip, whose person the character replaces."""
MAX_ID_CHARACTERS = 160
MAX_ID_BYTES = 200
"""Most bytes of a job's id. File systems take names of 255, and endings are added to it."""
_MAX_NAME_BYTES = 80


class Job(Record):
    """One row of a job table. Paths are absolute here; `data_contracts.job_table` resolves them."""

    job_id: str
    """Unique in its table; names the result video, so no slashes or spaces, no dot or dash at its start, and
    at most 200 bytes."""
    reference: str
    """A picture of the character."""
    driving: str
    """A video, BVH, OpenPose/DWPose JSON, a rendered skeleton video, or a folder of frames or poses."""
    camera: str = "extracted"
    """'extracted' (from the driving video), a TUM/COLMAP/JSON file, or 'preset:orbit?angle_deg=15'."""
    scene: str | None = None
    """A picture to stand in instead of the reference's own background; or 'driving': the driving clip itself,
    in which the character replaces the person."""
    depth: str | None = None
    """How far away what stands behind the figure is, by hand: a map, measured or painted
    (data_contracts.given_depth), or a JSON with what is known of the layout: horizon, back wall, kind..."""
    standing: str | None = None
    """What stands on its ground, by hand: a picture of the same shape, standing things white on black."""
    rig: str | None = None
    """The reference's joints by hand: a rig.json, or the char_cfg.yaml of AnimatedDrawings."""
    mask: str | None = None
    """The reference's figure by hand: a picture of the same shape, the figure white on black or opaque."""
    driving_mask: str | None = None
    """The person to follow in a filmed driver, by hand: a folder of masks named by the number of the frame
    that they are for, or a video of masks."""
    joins: str | None = None
    """Another job's id: the character appears in that job's picture, beside its own character, and has its
    scene, camera, size and timing."""
    person: int | None = Field(default=None, ge=1, le=64)
    """Which person of the driving input it follows, counted from the left; None: the most prominent one."""
    swap_sides: str | None = None
    """Frames of the driver whose left and right were taken for each other: 'all', '12-40', or of some limbs
    'legs 12-40,66-80; arms 3-9'."""
    shift: float | None = Field(default=None, ge=-1, le=1)
    """Sideways from where it would stand, to the right, as a share of the picture's width; of one who joins
    another, from where that one would stand. None: several characters are spread side by side."""
    prompt: str = ""
    """What the video shows, in words: shown in the report, and read by Wan Animate. The gated model has the
    reference itself in the place of words, and the puppet needs none."""
    seed: int = Field(default=0, ge=0, lt=2**63)
    size: int = Field(default=512, ge=64, le=2048)
    """Long side of the result in pixels; the background picture's aspect is kept."""
    fps: float | None = Field(default=None, ge=0.1, le=120)
    """None keeps the driving input's rate."""
    num_frames: int | None = Field(default=None, ge=3, le=20_000)
    """At most this many frames, and at least 3, which scoring needs; None takes all."""

    @field_validator("*")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if isinstance(value, str) and not _is_utf8(value):
            raise ValueError("text in UTF-8: rename the file, or the folder that it is in")
        return value

    @field_validator("job_id")
    @classmethod
    def _names_a_file(cls, job_id: str) -> str:
        if len(job_id.encode()) > MAX_ID_BYTES:
            raise ValueError(f"at most {MAX_ID_BYTES} bytes of UTF-8: it becomes a file's name")
        if not is_job_id(job_id):
            allowed = f"1 to {MAX_ID_CHARACTERS} letters, digits and any of _ . × + @ = -"
            raise ValueError(f"{allowed}, the first no dot or dash")
        return job_id

    @field_validator("camera")
    @classmethod
    def _camera_reads(cls, camera: str) -> str:
        if camera.startswith(PRESET_PREFIX):
            preset_of(camera)
        return camera

    @field_validator("scene")
    @classmethod
    def _a_clip_has_its_camera(cls, scene: str | None, info: ValidationInfo) -> str | None:
        if scene == DRIVING_SCENE and info.data.get("camera", "extracted") != "extracted":
            raise ValueError("a picture, as the job names a camera; a clip that is kept has its own")
        return scene

    @field_validator("depth", "standing")
    @classmethod
    def _a_clip_is_kept(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is not None and info.data.get("scene") == DRIVING_SCENE:
            raise ValueError("none, as the background of a driving clip is kept as it was filmed")
        return given

    @field_validator("swap_sides")
    @classmethod
    def _swaps_read(cls, swap_sides: str | None) -> str | None:
        return None if swap_sides is None else check_side_swaps(swap_sides)

    @property
    def replaces(self) -> bool:
        """Whether the character stands in for the person in the driving clip (A17)."""
        return self.scene == DRIVING_SCENE


def is_job_id(text: str) -> bool:
    """Whether a text can be a job's id, and so the name of its files."""
    return (
        0 < len(text) <= MAX_ID_CHARACTERS
        and all(_is_letter(c) or c in "_.×+@=-" for c in text)
        and (text[0].isalnum() or text[0] in "_×")
        and len(text.encode()) <= MAX_ID_BYTES
    )


def _is_letter(character: str) -> bool:
    # Accents and vowel signs are characters of their own in names from a Mac and in the scripts of India.
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes of a file's name that are no UTF-8, or half a character in JSON
        return False
    return True


def preset_of(camera: str) -> tuple[str, dict[str, float]]:
    """Name and parameters of 'preset:NAME?key=value&key=value'.

    Raises:
        InputError: a parameter is not a number.
    """
    name, _, query = camera.removeprefix(PRESET_PREFIX).partition("?")
    parameters = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        try:
            parameters[key] = float(value)
        except ValueError:
            raise InputError(
                f"camera preset parameter {key!r} is not a number",
                where=camera,
                expected="preset:NAME?parameter=number&...",
                got=value or "nothing",
            ) from None
    return name, parameters


def name_of(path: str) -> str:
    """A short name for a file or folder, with only characters that a job's id may have."""
    name = "".join(c if _is_letter(c) or c in "._-" else "-" for c in Path(path).stem)[:60]
    return name.lstrip(".-").encode()[:_MAX_NAME_BYTES].decode(errors="ignore") or "unnamed"
