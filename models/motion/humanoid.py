"""Which joint of a skeleton file is which joint of a person: by name, over the naming habits of the field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_contracts.errors import InputError

REQUIRED_JOINTS = (
    "pelvis", "neck", "head",
    "left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow", "right_wrist",
    "left_hip", "left_knee", "left_ankle", "right_hip", "right_knee", "right_ankle",
)  # fmt: skip
FINGERS = ("thumb", "index", "middle", "ring", "pinky")

# Names of exporters (Mixamo, CMU, Rokoko, Biped, SMPL, Unreal, VRM), in the order of preference. A hip or a
# shoulder is the parent of a knee or an elbow: files call them anything from `LeftArm` to `thigh_l`.
_CENTRE = {"pelvis": ("hips", "pelvis", "hip", "root"), "neck": ("neck", "neck1", "neck01", "lowerneck"),
           "head": ("head",)}  # fmt: skip
_SIDED = {
    "elbow": ("forearm", "elbow", "lowerarm"),
    "wrist": ("wrist", "hand"),
    "knee": ("knee", "leg", "shin", "calf", "lowerleg"),
    "ankle": ("ankle", "foot"),
    "toe": ("toebase", "toe", "toes", "ball", "toe0"),
}
_SIDES = {"left": "left", "l": "left", "lft": "left", "right": "right", "r": "right", "rgt": "right"}
_BIPED_PREFIX = re.compile(r"^(J[_ ])?Bip\d*[_ ]?(C[_ ])?", re.IGNORECASE)
_PREFIXES = frozenset({"mixamorig", "def", "j"})


def split_side(name: str) -> tuple[str, str]:
    """Side ("left", "right" or "") and lower-case core of a joint name: "mixamorig:LeftArm" -> left, arm."""
    bare = _BIPED_PREFIX.sub("", name.rsplit(":", 1)[-1])
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", bare)]
    side = next((_SIDES[word] for word in words if word in _SIDES), "")
    core = "".join(word for word in words if word not in _SIDES and word not in _PREFIXES)
    if not side and core[:1] in ("l", "r") and core[1:] in ("hand", "foot", "thumb", "fingers", "toe"):
        return _SIDES[core[0]], core[1:]
    return side, core


def map_humanoid(
    joint_names: Sequence[str], parents: Sequence[int], where: str = "skeleton"
) -> dict[str, int]:
    """Joint index by name: all of REQUIRED_JOINTS, and where the file has them toes, fingers, head top.

    Optional names: "left_toe", "left_toe_end", "head_top", "left_index_1" .. "left_index_4" (knuckle to
    tip), and so on. Raises InputError that lists what is missing, so that joints can be renamed.
    """
    split = [split_side(name) for name in joint_names]

    def find(side: str, cores: Sequence[str]) -> int | None:
        return next((split.index((side, core)) for core in cores if (side, core) in split), None)

    def child_end(joint: int) -> int | None:
        ends = [k for k, p in enumerate(parents) if p == joint and joint_names[k].lower().endswith("end")]
        return ends[0] if ends else None

    found: dict[str, int | None] = {name: find("", cores) for name, cores in _CENTRE.items()}
    for side in ("left", "right"):
        joints = {name: find(side, cores) for name, cores in _SIDED.items()}
        for child, above in (("elbow", "shoulder"), ("knee", "hip")):
            child_index = joints[child]
            joints[above] = parents[child_index] if child_index is not None else None
        if joints["toe"] is not None:
            joints["toe_end"] = child_end(joints["toe"])
        elif joints["ankle"] is not None:
            joints["toe"] = child_end(joints["ankle"])
        found.update({f"{side}_{name}": index for name, index in joints.items()})
        found.update(_fingers(side, split, child_end))
    if found["head"] is not None:
        found["head_top"] = child_end(found["head"])
    missing = [name for name in REQUIRED_JOINTS if found.get(name) is None]
    if missing:
        raise InputError(
            "the skeleton is not a humanoid whose joints are known by name",
            where=where,
            expected=", ".join(missing),
            got=", ".join(n for n in joint_names if not n.endswith("_end"))[:300],
            hint="Rename the joints as Mixamo, CMU or Rokoko do (Hips, LeftArm, LeftForeArm, LeftHand, ...).",
        )
    return {name: index for name, index in found.items() if index is not None}


def _fingers(side: str, split: Sequence[tuple[str, str]], child_end: object) -> dict[str, int | None]:
    """Finger joints 1..4 where a file has a chain of at least three phalanges and a tip."""
    assert callable(child_end)
    joints: dict[str, int | None] = {}
    for finger in FINGERS:
        chain = []
        for number in "1234":
            names = [
                (side, f"hand{finger}{number}"),
                (side, f"{finger}{number}"),
                (side, f"{finger}0{number}"),
            ]
            chain += [split.index(name) for name in names if name in split][:1]
        if len(chain) == 3 and (tip := child_end(chain[-1])) is not None:
            chain.append(tip)
        if len(chain) == 4:
            joints.update({f"{side}_{finger}_{k + 1}": joint for k, joint in enumerate(chain)})
    return joints
