from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from data_contracts.errors import BunrakuError, InputError
from data_contracts.image import read_image, write_png
from data_contracts.job_table import read_job_table
from data_contracts.mask import read_mask
from data_contracts.rig import INDEX, read_skeleton
from flows.rig_editor.motions import MOTIONS, looped, motion_loop
from flows.rig_editor.preview import SIDE_PX, Strip
from flows.rig_editor.session import Session
from flows.rig_editor.subject import open_picture
from tests.flows.rig_editor.drawn_subject import HEIGHT, WIDTH, session_of


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_of(tmp_path)


def frames_of(strip: Strip) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(strip.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return picture.reshape(strip.frames, SIDE_PX, SIDE_PX, 3).astype(np.int16)


def painted(alpha: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.dstack([np.full((*alpha.shape, 3), 255, np.uint8), alpha])).save(data, "PNG")
    return data.getvalue()


def trial(session: Session, **joints: Any) -> dict[str, Any]:
    figure = session.state()["figure"]
    return {"figure": figure | {"joints": figure["joints"] | joints}, "motion": "Wave"}


@pytest.mark.slow
@pytest.mark.parametrize("title", list(MOTIONS))
def test_a_motion_ends_where_it_begins(title: str) -> None:
    loop = motion_loop(title)
    steps = np.linalg.norm(np.diff(loop.xy, axis=0, append=loop.xy[:1]), axis=2).mean(1)
    assert 10 <= len(loop.xy) <= 30
    assert steps[-1] < 2.5 * steps[:-1].mean(), "the last step, back to the first frame, is like the others"
    assert loop.xy.std(axis=0).max() > 0.02 * np.ptp(loop.xy[..., 1]), "something moves"


def test_a_drifting_motion_is_looped_on_the_spot() -> None:
    still = motion_loop("Wave")
    away = still.xy + 7.0 * np.arange(len(still.xy))[:, None, None]
    ring = looped(
        type(still)(np.concatenate([away, away + 7.0 * len(away)]), np.tile(still.confidence, (2, 1)), 12.0)
    )
    assert np.ptp(ring.xy.mean(axis=1), axis=0).max() < 0.2 * np.ptp(away.mean(axis=1), axis=0).max()


@pytest.mark.slow
def test_the_preview_moves_and_follows_the_joints_and_the_mask(session: Session) -> None:
    before = frames_of(session.preview(trial(session)))
    assert np.abs(np.diff(before, axis=0)).max() > 60
    hand = session.subject.skeleton.joint("right_elbow") + [-60.0, -20.0]
    moved = frames_of(session.preview(trial(session, right_elbow=hand.tolist())))
    assert np.abs(before - moved).max() > 60
    half = session.subject.alpha.copy()
    half[HEIGHT // 2 :] = 0
    session.take_mask(painted(half))
    cut = frames_of(session.preview(trial(session)))
    red = lambda frames: ((frames[..., 2] > 150) & (frames[..., 1] < 90)).sum()  # noqa: E731
    assert red(cut) < 0.8 * red(before)


def test_what_is_saved_is_what_a_job_takes(session: Session, tmp_path: Path) -> None:
    figure = trial(session, left_hand=[250.0, 60.5])["figure"]
    told = session.save(figure | {"legs": False, "body": "bird", "arms": False})
    assert told["columns"] == {"rig": str(tmp_path / "out/rig.json"), "mask": str(tmp_path / "out/mask.png")}
    saved = read_skeleton(tmp_path / "out" / "rig.json")
    assert (saved.width_px, saved.height_px, saved.legs, saved.limbs) == (WIDTH, HEIGHT, False, True)
    assert (saved.body, saved.arms) == ("bird", False)
    np.testing.assert_allclose(saved.joint("left_hand"), [250, 60.5])
    np.testing.assert_allclose(saved.joint("right_hand"), session.subject.skeleton.joint("right_hand"))
    assert read_image(tmp_path / "out" / "overlay.png").shape == (HEIGHT, WIDTH, 3)
    table, command = told["next"].split("\n\n")
    (tmp_path / "jobs.csv").write_text("\n".join(table.splitlines()[1:]))
    (tmp_path / "MOTION.bvh").write_text("x")
    (row,) = read_job_table(tmp_path / "jobs.csv").rows
    assert row.record is not None, row.error_message
    assert (row.record.rig, row.record.mask) == (told["columns"]["rig"], told["columns"]["mask"])
    assert command.startswith("bunraku run embedded --jobs jobs.csv")


def test_a_painted_mask_is_saved_pixel_for_pixel(session: Session, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    alpha = rng.integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    assert session.take_mask(painted(alpha))["share"] == pytest.approx(0.5, abs=0.02)
    session.save(session.state()["figure"])
    np.testing.assert_array_equal(np.rint(255 * read_mask(tmp_path / "out/mask.png", WIDTH, HEIGHT)), alpha)


@pytest.mark.slow
def test_a_found_mask_that_nobody_painted_is_not_saved(tmp_path: Path) -> None:
    written = session_of(tmp_path)
    subject = open_picture(written.subject.picture, tmp_path / "rig.json")
    assert subject.notes == () and not subject.mask_by_hand
    session = Session(subject, tmp_path / "found")
    assert list(session.save(session.state()["figure"])["columns"]) == ["rig"]
    assert not (tmp_path / "found" / "mask.png").exists()
    alpha = subject.alpha.copy()
    alpha[:5, :5] = 255
    session.take_mask(painted(alpha))
    assert list(session.save(session.state()["figure"])["columns"]) == ["rig", "mask"]


@pytest.mark.slow
def test_files_are_for_the_pictures_own_size(tmp_path: Path) -> None:
    session_of(tmp_path)
    for name in ("doll", "mask"):
        small = read_image(tmp_path / f"{name}.png")
        write_png(tmp_path / f"{name}.png", cv2.resize(small, (2400, 3000), interpolation=cv2.INTER_NEAREST))
    subject = open_picture(tmp_path / "doll.png", tmp_path / "rig.json", tmp_path / "mask.png")
    assert max(subject.rgb.shape) == 1536
    session = Session(subject, tmp_path / "large")
    session.save(session.state()["figure"])
    saved = read_skeleton(tmp_path / "large" / "rig.json")
    assert (saved.width_px, saved.height_px) == (2400, 3000)
    np.testing.assert_allclose(
        saved.joint("head"), read_skeleton(tmp_path / "rig.json").joint("head") * 7.5, atol=0.1
    )
    assert read_image(tmp_path / "large" / "mask.png").shape[:2] == (3000, 2400)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"motion": "Fly"}, "no such motion .*Walk.*got Fly"),
        ({"figure": {"joints": {}}}, "the page asked for something odd"),
        ({"figure": None}, "the page asked for something odd"),
        ({"mood": 1}, "the page asked for something odd"),
    ],
)
def test_odd_requests_are_refused(session: Session, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        session.preview(trial(session) | change)


def test_joints_that_no_puppet_can_have_are_refused_with_a_reason(session: Session, tmp_path: Path) -> None:
    root = session.state()["figure"]["joints"]["root"]
    with pytest.raises(InputError, match="chest and root lie on each other"):
        session.preview(trial(session, chest=root))
    with pytest.raises(InputError, match="joint head lies outside"):
        session.save(trial(session, head=[-200, 50])["figure"])
    with pytest.raises(InputError, match="no finite position"):
        session.preview(trial(session, head=[float("nan"), 50]))
    with pytest.raises(InputError, match="not the joints of a rig"):
        session.preview(trial(session, tail=[5, 50]))
    assert not (tmp_path / "out").exists() and session.saved == []


@pytest.mark.slow
@pytest.mark.parametrize("data", [b"", b"no picture", painted(np.zeros((9, 9), np.uint8))])
def test_a_mask_of_another_picture_is_refused(session: Session, data: bytes) -> None:
    with pytest.raises(InputError, match="the painted mask"):
        session.take_mask(data)
    session.preview(trial(session))


def test_an_empty_mask_is_neither_shown_nor_saved(session: Session) -> None:
    session.take_mask(painted(np.zeros((HEIGHT, WIDTH), np.uint8)))
    with pytest.raises(InputError, match="the mask is empty"):
        session.preview(trial(session))
    with pytest.raises(InputError, match="the mask is empty"):
        session.save(session.state()["figure"])
    with pytest.raises(InputError, match="the matte holds no figure"):
        session.find()


@pytest.mark.slow
def test_every_place_of_a_joint_is_drawn_or_refused_in_words(session: Session) -> None:
    rng = np.random.default_rng(3)
    for _ in range(4):
        joints = {name: rng.uniform(-1, 2, 2) * [WIDTH, HEIGHT] for name in INDEX}
        try:
            session.preview(trial(session, **{name: xy.tolist() for name, xy in joints.items()}))
        except BunrakuError as error:
            assert str(error)


def test_the_state_is_json(session: Session) -> None:
    state = json.loads(json.dumps(session.state()))
    assert (state["width"], state["height"], state["name"]) == (WIDTH, HEIGHT, "doll.png")
    mask = cv2.imdecode(np.frombuffer(session.mask_png(), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(mask[..., 3], session.subject.alpha)
    shown = cv2.imdecode(np.frombuffer(session.picture_png(), np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(shown[..., ::-1], session.subject.rgb)


@pytest.mark.slow
def test_joints_are_found_anew_in_the_mask_as_it_is(session: Session) -> None:
    found = session.find()["figure"]["joints"]
    true = session.subject.skeleton
    error = [np.linalg.norm(np.subtract(found[name], true.joint(name))) for name in INDEX]
    assert np.mean(error) < 0.06 * HEIGHT


@pytest.mark.slow
def test_a_picture_without_a_figure_begins_with_an_upright_one(tmp_path: Path) -> None:
    ramp = np.broadcast_to(np.linspace(0, 255, 150, dtype=np.uint8)[None, :, None], (200, 150, 3))
    write_png(tmp_path / "nobody.png", np.ascontiguousarray(ramp))
    subject = open_picture(tmp_path / "nobody.png")
    assert "No figure was found" in subject.notes[0] and subject.mask_by_hand
    inside = subject.skeleton.joints_xy_px
    assert (inside > 0).all() and (inside < [150, 200]).all()
    assert all(subject.alpha[int(y), int(x)] == 255 for x, y in inside)
    session = Session(subject, tmp_path / "out")
    assert session.preview(trial(session)).frames > 9
    assert list(session.save(session.state()["figure"])["columns"]) == ["rig", "mask"]
