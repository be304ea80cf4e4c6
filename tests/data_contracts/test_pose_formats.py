from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.errors import ContractError, InputError
from data_contracts.linked_people import link_people
from data_contracts.openpose_json import openpose_frame, write_openpose_folder
from data_contracts.pose_formats import parse_coco_wholebody, read_poses, write_poses
from data_contracts.pose_sequence import PoseSequence


def poses(n_frames: int = 3, n_people: int = 2, with_3d: bool = False) -> PoseSequence:
    rng = np.random.default_rng(1)
    xy = rng.uniform(10, 90, (1, n_people, 133, 2)).astype(np.float32)
    xy = xy + np.arange(n_frames, dtype=np.float32)[:, None, None, None]
    confidence = rng.uniform(0.2, 1, (n_frames, n_people, 133)).astype(np.float32)
    confidence[0, 0, 40] = 0
    xy[confidence == 0] = 0
    xyz = rng.normal(size=(n_frames, n_people, 133, 3)).astype(np.float32) if with_3d else None
    return PoseSequence(xy, confidence, 25.0, 120, 110, xyz)


@pytest.mark.parametrize("with_3d", [False, True])
def test_our_json_comes_back(tmp_path: Path, with_3d: bool) -> None:
    before = poses(with_3d=with_3d)
    write_poses(before, tmp_path / "poses.json")
    after = read_poses(tmp_path / "poses.json", fps=99)
    np.testing.assert_allclose(after.keypoints_xy_px, before.keypoints_xy_px, atol=1e-3)
    np.testing.assert_allclose(after.confidence, before.confidence, atol=1e-3)
    assert (after.fps, after.width_px, after.height_px) == (25, 120, 110)
    if with_3d:
        np.testing.assert_allclose(after.xyz_camera, before.xyz_camera, atol=1e-4)
    # One line a frame: a person finds frame 1 on the third line.
    assert len((tmp_path / "poses.json").read_text().splitlines()) == 3 + 2


def test_damaged_json_says_so(tmp_path: Path) -> None:
    path = tmp_path / "poses.json"
    write_poses(poses(), path)
    value = json.loads(path.read_text())
    value["frames"][1]["people"][0]["xyc"].pop()
    path.write_text(json.dumps(value))
    with pytest.raises(InputError, match="damaged"):
        read_poses(path)
    path.write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        read_poses(path)
    path.write_text("[]")
    with pytest.raises(InputError, match="no frames"):
        read_poses(path)


def test_openpose_folder_comes_back(tmp_path: Path) -> None:
    before = poses()
    paths = write_openpose_folder(before, tmp_path / "json")
    assert paths[2].name == "000002_keypoints.json"
    after = read_poses(tmp_path / "json", fps=25)
    np.testing.assert_allclose(after.confidence, before.confidence, atol=1e-3)
    np.testing.assert_allclose(after.keypoints_xy_px, before.keypoints_xy_px, atol=2e-3)
    assert (after.width_px, after.height_px) == (120, 110)


def test_openpose_order_and_half_a_pixel(tmp_path: Path) -> None:
    body = np.zeros((18, 3))
    body[2] = [10, 20, 0.9]  # OpenPose 2 = right shoulder = COCO 6
    body[15] = [30, 5, 0.8]  # OpenPose 15 = left eye = COCO 1
    path = tmp_path / "frame.json"
    person = {"pose_keypoints_2d": body.ravel().tolist(), "hand_left_keypoints_2d": None}
    path.write_text(json.dumps({"people": [person]}))
    sequence = read_poses(path)
    np.testing.assert_allclose(sequence.keypoints_xy_px[0, 0, 6], [10.5, 20.5])
    np.testing.assert_allclose(sequence.keypoints_xy_px[0, 0, 1], [30.5, 5.5])
    assert int((sequence.confidence > 0).sum()) == 2
    # No canvas is named: the left and top margins are repeated on the right and below.
    assert (sequence.width_px, sequence.height_px) == (41, 26)
    # The neck and the middle of the hips are means of pairs, missing where one of the pair is.
    written = np.array(openpose_frame(sequence, 0)["people"][0]["pose_keypoints_2d"]).reshape(25, 3)
    np.testing.assert_allclose(written[2], [10, 20, 0.9], atol=1e-3)
    assert (written[1] == 0).all()


def test_shares_of_the_canvas_become_pixels(tmp_path: Path) -> None:
    body = np.zeros((18, 3))
    body[0] = [0.5, 0.25, 1]
    frame = {
        "people": [{"pose_keypoints_2d": body.ravel().tolist()}],
        "canvas_width": 200,
        "canvas_height": 400,
    }
    path = tmp_path / "frames.json"
    path.write_text(json.dumps([frame, frame]))
    sequence = read_poses(path)
    assert sequence.n_frames == 2
    np.testing.assert_allclose(sequence.keypoints_xy_px[1, 0, 0], [100.5, 100.5])


def dwpose() -> dict[str, Any]:
    candidate = np.full((36, 2), -1.0)
    candidate[0], candidate[18] = [0.2, 0.1], [0.7, 0.1]
    subset = np.full((2, 18), -1.0)
    subset[0, 0], subset[1, 0] = 0, 18
    hands = np.full((4, 21, 2), -1.0)
    hands[3, 4] = [0.75, 0.5]  # the second person's right hand: left hands come first
    return {
        "bodies": {"candidate": candidate.tolist(), "subset": subset.tolist()},
        "hands": hands.tolist(),
        "faces": np.full((2, 68, 2), 0.3).tolist(),
    }


def test_dwpose_arrays(tmp_path: Path) -> None:
    path = tmp_path / "dw.json"
    path.write_text(json.dumps({"frames": [dwpose()]}))
    sequence = read_poses(path, width_px=100, height_px=200)
    assert sequence.n_people == 2
    np.testing.assert_allclose(sequence.keypoints_xy_px[0, :, 0], [[20.5, 20.5], [70.5, 20.5]], atol=1e-4)
    np.testing.assert_allclose(sequence.keypoints_xy_px[0, 1, 112 + 4], [75.5, 100.5], atol=1e-4)
    assert sequence.confidence[0, 1, 91:112].sum() == 0
    assert (sequence.confidence[0, :, 23:91] == 1).all()
    with pytest.raises(InputError, match="unknown size"):
        read_poses(path)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"people": [{"pose_keypoints_2d": [1, 2, 3]}]}, "54 or 75"),
        ({"people": [{"pose_keypoints_2d": ["x"] * 54}]}, "numbers"),
        ({"people": [{"pose_keypoints_2d": [1] * 54, "face_keypoints_2d": [1] * 9}]}, "face_keypoints_2d"),
        ({"people": [3]}, "object"),
        ({"people": [], "canvas_width": -5, "canvas_height": 5}, "canvas_width is no size .*pixels; got -5"),
        ({"people": [], "canvas_width": 640, "canvas_height": "480"}, "canvas_height is no size .*'480'"),
        ({"people": [{"pose_keypoints_2d": [0.2, 0.3, 1] * 18}]}, "shares of a frame of unknown size"),
        ({"people": [{"pose_keypoints_2d": [-30, -20, 1] * 18}]}, "size must be over 0"),
        ({"people": []}, "nobody"),
        ({"persons": []}, "neither|not an OpenPose"),
        ([1], "not an OpenPose"),
    ],
)
def test_bad_frames_are_refused(tmp_path: Path, frame: Any, words: str) -> None:
    (tmp_path / "0.json").write_text(json.dumps(frame))
    with pytest.raises(InputError, match=words):
        read_poses(tmp_path, fps=30)


def test_frames_of_different_sizes_are_no_clip(tmp_path: Path) -> None:
    frames = [openpose_frame(poses(), t) for t in range(3)]
    frames[2]["canvas_width"] = 99
    (tmp_path / "poses.json").write_text(json.dumps(frames))
    with pytest.raises(
        InputError, match=r"frame 2: the frames differ in size .*\(120, 110\); got \(99, 110\)"
    ):
        read_poses(tmp_path / "poses.json")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no JSON"):
        read_poses(tmp_path)


def test_people_keep_their_places() -> None:
    sequence = poses(n_frames=6, n_people=3)
    xy, confidence = (
        sequence.keypoints_xy_px + np.array([0, 300, 600], np.float32)[:, None, None],
        sequence.confidence,
    )
    order = np.array([np.random.default_rng(t).permutation(3) for t in range(6)])
    order[0] = [0, 1, 2]
    shuffled = np.stack([xy[t, order[t]] for t in range(6)])
    trust = np.stack([confidence[t, order[t]] for t in range(6)])
    linked, linked_trust = link_people(shuffled, trust)
    np.testing.assert_array_equal(linked, xy)
    np.testing.assert_array_equal(linked_trust, confidence)


def test_sequences_refuse_what_is_not_finite_or_out_of_range() -> None:
    good = poses()
    bad_xy = good.keypoints_xy_px.copy()
    bad_xy[0, 0, 0] = np.nan
    with pytest.raises(ContractError, match="finite"):
        PoseSequence(bad_xy, good.confidence, 25, 10, 10)
    with pytest.raises(ContractError, match="range"):
        PoseSequence(good.keypoints_xy_px, good.confidence + 1, 25, 10, 10)
    with pytest.raises(ContractError, match="shape"):
        PoseSequence(good.keypoints_xy_px, good.confidence[..., :17], 25, 10, 10)


def test_coco_wholebody_annotations(assets: Path) -> None:
    path = assets / "pose" / "coco" / "test_coco_wholebody.json"
    with pytest.raises(InputError, match="differ in size"):
        read_poses(path)
    skier = parse_coco_wholebody(json.loads(path.read_text()), str(path), image_id=785)
    assert (skier.n_frames, skier.n_people, skier.width_px, skier.height_px) == (1, 1, 640, 425)
    assert (skier.confidence[0, 0, :23] == 1).all()
    raw = next(a for a in json.loads(path.read_text())["annotations"] if a["image_id"] == 785)
    np.testing.assert_allclose(skier.keypoints_xy_px[0, 0, 0], np.array(raw["keypoints"][:2]) + 0.5)
    np.testing.assert_allclose(skier.keypoints_xy_px[0, 0, 17], np.array(raw["foot_kpts"][:2]) + 0.5)
