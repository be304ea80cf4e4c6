from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.bvh import parse_bvh, read_bvh
from data_contracts.errors import InputError
from models.motion.forward_kinematics import axis_rotation, forward_kinematics, rest_positions
from models.motion.frontal_view import project_frontal, resample_motion
from models.motion.humanoid import map_humanoid, split_side
from models.motion.poses import bvh_poses
from models.motion.wholebody import wholebody_motion
from tests.data_contracts.test_bvh import ARM
from tests.reference.kinematics import joint_positions

HUMANOIDS = (
    "dab", "jesse_dance", "jumping", "jumping_jacks", "mocapbank_crlf_tabs",
    "rest_single_frame", "xia_neutral_walk",
)  # fmt: skip


def test_axis_rotations_turn_the_next_axis_into_the_one_after() -> None:
    for axis, start, end in (
        ("X", [0, 1, 0], [0, 0, 1]),
        ("Y", [0, 0, 1], [1, 0, 0]),
        ("Z", [1, 0, 0], [0, 1, 0]),
    ):
        np.testing.assert_allclose(axis_rotation(axis, np.array([90.0]))[0] @ start, end, atol=1e-15)


def test_an_arm_by_hand() -> None:
    poses = forward_kinematics(parse_bvh(ARM))
    np.testing.assert_allclose(poses.positions[0], [[0, 0, 0], [1, 0, 0], [3, 0, 0]], atol=1e-12)
    # Root moved to (1, 2, 3) and turned by 90 degrees about z; the arm turns back, so it points along x.
    np.testing.assert_allclose(poses.positions[1], [[1, 2, 3], [1, 3, 3], [3, 3, 3]], atol=1e-12)


def test_matches_the_slow_reference_and_keeps_bone_lengths(assets: Path) -> None:
    for name in ("dab", "mocapbank_crlf_tabs", "jumping_jacks"):
        motion = read_bvh(assets / "bvh" / f"{name}.bvh")
        short = type(motion)(**{**motion.__dict__, "values": motion.values[::150]})
        positions = forward_kinematics(short).positions
        np.testing.assert_allclose(positions, joint_positions(short), atol=1e-9)
        child = np.arange(1, len(motion.parents))
        bones = np.linalg.norm(positions[:, child] - positions[:, np.array(motion.parents)[1:]], axis=-1)
        rest = np.linalg.norm(motion.offsets[1:], axis=-1)
        np.testing.assert_allclose(bones, np.broadcast_to(rest, bones.shape), atol=1e-9)


def test_rest_positions_are_the_zero_pose() -> None:
    motion = parse_bvh(ARM)
    np.testing.assert_allclose(rest_positions(motion), forward_kinematics(motion).positions[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LeftForeArm", ("left", "forearm")), ("mixamorig:RightUpLeg", ("right", "upleg")),
        ("Bip01 L Calf", ("left", "calf")), ("lowerarm_r", ("right", "lowerarm")),
        ("L_Ankle", ("left", "ankle")), ("neck_01", ("", "neck01")),
        ("lhand", ("left", "hand")), ("lowerback", ("", "lowerback")), ("Hips", ("", "hips")),
        ("J_Bip_R_LowerLeg", ("right", "lowerleg")), ("LeftHandIndex1", ("left", "handindex1")),
    ],
)  # fmt: skip
def test_sides_and_cores_of_names(name: str, expected: tuple[str, str]) -> None:
    assert split_side(name) == expected


@pytest.mark.parametrize(
    "style", ["{side}{name}", "{side}_{name}", "Bip01 {letter} {name}", "{name}_{lower}"]
)
def test_maps_naming_habits(style: str) -> None:
    names, parents = ["Hips", "Spine", "Neck", "Head"], [-1, 0, 1, 2]
    for side in ("Left", "Right"):
        for chain, root in ((("UpperArm", "Forearm", "Hand"), 1), (("Thigh", "Calf", "Foot", "Toe"), 0)):
            for k, name in enumerate(chain):
                names.append(style.format(side=side, name=name, letter=side[0], lower=side[0].lower()))
                parents.append(root if k == 0 else len(names) - 2)
    joints = map_humanoid(names, parents)
    assert "UpperArm" in names[joints["left_shoulder"]]
    assert "Thigh" in names[joints["right_hip"]]
    assert names[joints["right_wrist"]] == names[joints["right_elbow"] + 1]


def test_a_chain_is_refused_as_no_humanoid(assets: Path) -> None:
    motion = read_bvh(assets / "bvh" / "chain_4joints.bvh")
    with pytest.raises(InputError, match=r"not a humanoid.*left_knee.*child1"):
        wholebody_motion(motion, "chain_4joints.bvh")


@pytest.mark.parametrize("name", HUMANOIDS)
def test_real_motions_stand_upright_and_face_the_camera(assets: Path, name: str) -> None:
    motion = read_bvh(assets / "bvh" / f"{name}.bvh")
    points = wholebody_motion(motion, name)
    assert (points.confidence[5:17] == 1).all()
    middle = np.median(points.xyz, axis=0)
    assert middle[0, 1] > middle[11, 1] > middle[13, 1] > middle[15, 1]  # nose over hip over knee over ankle
    seen = project_frontal(points, 320, 400)
    known = seen.confidence[0, 0] > 0
    xy = seen.keypoints_xy_px[:, 0, known]
    assert (xy >= 0).all()
    assert (xy <= [320, 400]).all()
    # The person's left shoulder is on the right of the picture of somebody who faces us.
    assert (seen.keypoints_xy_px[:, 0, 5, 0] > seen.keypoints_xy_px[:, 0, 6, 0]).mean() > 0.6


def test_projection_is_the_pinhole_of_its_own_3d_points(assets: Path) -> None:
    points = wholebody_motion(read_bvh(assets / "bvh" / "dab.bvh"))
    seen = project_frontal(points, 300, 500, yaw_deg=35)
    known = points.confidence > 0
    fx, fy, cx, cy = seen.intrinsics_px
    xyz = seen.xyz_camera[:, known]
    expected = np.stack([fx * xyz[..., 0] / xyz[..., 2] + cx, fy * xyz[..., 1] / xyz[..., 2] + cy], axis=-1)
    np.testing.assert_allclose(seen.keypoints_xy_px[:, 0, known], expected, atol=1e-3)
    world = xyz @ seen.world_from_camera[:3, :3].T + seen.world_from_camera[:3, 3]
    np.testing.assert_allclose(world, points.xyz[:, known], atol=1e-9)
    # The margin of 8 % is used up on the tighter axis.
    margin = np.array([300, 500]) * 0.08
    slack = np.minimum(expected.min(axis=(0, 1)), [300, 500] - expected.max(axis=(0, 1))) - margin
    assert slack.min() == pytest.approx(0, abs=1e-6)


def test_resampling_keeps_the_first_frame_and_the_speed(assets: Path) -> None:
    motion = read_bvh(assets / "bvh" / "xia_neutral_walk.bvh")
    points = wholebody_motion(motion)
    slow = resample_motion(points, motion.fps, 24)
    np.testing.assert_array_equal(slow.xyz[0], points.xyz[0])
    np.testing.assert_allclose(
        slow.xyz[6], points.xyz[30], atol=1e-4
    )  # both at 0.25 s, which the file rounds
    assert len(slow.xyz) == int((len(points.xyz) - 1) / motion.fps * 24 + 1e-6) + 1
    still = wholebody_motion(read_bvh(assets / "bvh" / "rest_single_frame.bvh"))
    assert len(resample_motion(still, 24, 60).xyz) == 1


def test_bvh_poses_carry_2d_and_3d(assets: Path) -> None:
    poses = bvh_poses(read_bvh(assets / "bvh" / "jesse_dance.bvh"), 256, 256, fps=25, max_frames=40)
    assert poses.n_frames == 40
    assert poses.xyz_camera is not None
    assert (poses.confidence[0, 0, 91:133] > 0).all()  # this file has fingers
