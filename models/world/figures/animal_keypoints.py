"""Keypoints of animals: the 17 of AP-10K, on the joints of the legs and on the head."""

from __future__ import annotations

from collections.abc import Mapping

from models.world.figures.layout import Draft
from models.world.figures.skeleton import Floats

AP10K = (
    "left_eye", "right_eye", "nose", "neck", "root_of_tail",
    "left_shoulder", "left_elbow", "left_front_paw", "right_shoulder", "right_elbow", "right_front_paw",
    "left_hip", "left_knee", "left_back_paw", "right_hip", "right_knee", "right_back_paw",
)  # fmt: skip
"""Keypoints in their order (Yu et al., AP-10K, NeurIPS 2021, table 2)."""

_MIDDLE = {"nose": "Head_end", "neck": "Neck", "root_of_tail": "Tail1"}


def add_keypoints(
    draft: Draft, limbs: Mapping[str, tuple[str, str]], eyes_m: Mapping[str, Floats], tail_part: str
) -> None:
    """Add the keypoints in their order.

    Args:
        draft: the animal.
        limbs: "shoulder" and so on -> the joint without its side, and the name of its part without its side.
        eyes_m: "left" and "right" -> [3] at rest.
        tail_part: name of the part that the root of the tail lies on.
    """
    parts = {"nose": "head", "neck": "torso", "root_of_tail": tail_part}
    for name in AP10K:
        side, _, point = name.partition("_")
        if name in _MIDDLE:
            joint, part = _MIDDLE[name], parts[name]
        elif point == "eye":
            joint, part = "Head", "head"
        else:
            joint, part = f"{side.capitalize()}{limbs[point][0]}", f"{side}_{limbs[point][1]}"
        draft.keypoint(joint, eyes_m[side] if point == "eye" else draft.rest_m[joint], part)
