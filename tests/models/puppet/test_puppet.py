"""The whole figure: cut, moved, ordered and composed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError, NoFigureError
from data_contracts.rig import INDEX
from models.puppet.body_parts import NAMES
from models.puppet.compose import ComposeConfig, compose, hidden_share
from models.puppet.draw_order import draw_orders
from models.puppet.inpainting_mask import inpainting_mask
from models.puppet.parts import segment_parts
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion
from tests.tasks.character_scene import FPS, HEIGHT, JOINT_XY, WIDTH, figure, skeleton

ORDER = ("right_leg", "left_leg", "torso", "head", "right_arm", "left_arm")
GREEN = np.array([40, 120, 60])


def motion(joints: np.ndarray, depth: np.ndarray | None = None) -> FigureMotion:
    t = len(joints)
    depth = np.zeros((t, 16)) if depth is None else depth
    nothing = np.zeros((t, 133, 2)), np.zeros((t, 133))
    return FigureMotion(joints, depth, np.ones((t, 2), bool), np.ones((t, 16)), *nothing, 178.0, 165.0, FPS)


def standing(frames: int, depth_m: float = 4.0) -> Placement:
    return Placement(
        np.ones(frames), np.zeros((frames, 2)), np.full(frames, depth_m), np.tile([80.0, 178.0], (frames, 1))
    )


def lifted_arm(angle: float) -> np.ndarray:
    joints = JOINT_XY.copy()
    out = np.array([-np.sin(angle), np.cos(angle)])
    joints[INDEX["right_elbow"]] = joints[INDEX["right_shoulder"]] + 22.6 * out
    joints[INDEX["right_hand"]] = joints[INDEX["right_elbow"]] + 19.8 * out
    return joints


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return Puppet(*figure(), skeleton(), cells=20)


def test_parts_are_where_their_bones_are() -> None:
    rgb, alpha = figure()
    labels = segment_parts(rgb.astype(np.float32) / 255, alpha, JOINT_XY)
    for joint, part in (
        ("head", "head"),
        ("right_hand", "right_arm"),
        ("left_foot", "left_leg"),
        ("root", "torso"),
    ):
        x, y = JOINT_XY[INDEX[joint]].astype(int)
        assert NAMES[labels[y - 1, x]] == part


def test_at_rest_the_picture_comes_back(puppet: Puppet) -> None:
    rgb, alpha = figure()
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    puppet.draw(canvas, JOINT_XY, ORDER, 1.0, np.zeros(2))
    solid = alpha > 0
    assert (canvas[..., 3][solid] > 0.4).mean() > 0.995, "no cracks"
    inside = cv2.erode(solid.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert canvas[..., 3][inside].min() > 0.98, "nothing shows through where parts meet"
    assert canvas[..., 3][~solid].sum() < 0.01 * solid.sum(), "nothing sticks out"
    error = np.abs(canvas[..., :3] * 255 - rgb)[canvas[..., 3] > 0.99]
    assert np.quantile(error, 0.98) < 4, "colours stay within rounding"


def test_a_lifted_arm_moves_alone(puppet: Puppet) -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    joints = lifted_arm(2.4)
    puppet.draw(canvas, joints, ORDER, 1.0, np.zeros(2))
    # The hand's joint lies on the drawn arm's round end: its edge is soft.
    x, y = (0.9 * joints[INDEX["right_hand"]] + 0.1 * joints[INDEX["right_elbow"]]).astype(int)
    assert canvas[y, x, 3] > 0.8
    x, y = JOINT_XY[INDEX["right_hand"]].astype(int)
    assert canvas[y, x, 3] < 0.1, "nothing stays behind"
    x, y = JOINT_XY[INDEX["left_foot"]].astype(int)
    assert canvas[y - 3, x, 3] > 0.9


def test_scale_and_offset_place_the_figure(puppet: Puppet) -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    puppet.draw(canvas, JOINT_XY, ORDER, 0.5, np.array([30.0, 60.0]))
    ys, xs = np.nonzero(canvas[..., 3] > 0.5)
    _, alpha = figure()
    was_y, was_x = np.nonzero(alpha > 0.5)
    assert ys.min() == pytest.approx(was_y.min() / 2 + 60, abs=1.5)
    assert xs.max() == pytest.approx(was_x.max() / 2 + 30, abs=1.5)


def test_an_empty_matte_is_refused() -> None:
    with pytest.raises(NoFigureError):
        Puppet(figure()[0], np.zeros((HEIGHT, WIDTH), np.float32), skeleton())


def test_nearer_things_hide_the_figure_and_voids_and_floors_do_not(puppet: Puppet) -> None:
    background = np.tile(GREEN, (3, HEIGHT, WIDTH, 1)).astype(np.uint8)
    depth = np.full((3, HEIGHT, WIDTH), 9, np.float32)
    depth[:, :, :80] = 1.0
    depth[:, 100:] = 0
    joints = np.repeat(JOINT_XY[None], 3, 0)
    frames, alphas = zip(
        *compose(puppet, motion(joints), standing(3), background, depth, True, ComposeConfig(shadow=0)),
        strict=True,
    )
    np.testing.assert_array_equal(frames[1][68, 70], GREEN)
    assert alphas[1][68, 70] == 0 and alphas[1][68, 90] == 255
    assert alphas[1][150, 70] == 255, "a void hides nothing"


def test_nothing_hides_a_figure_that_the_border_cuts(puppet: Puppet) -> None:
    background = np.tile(GREEN, (2, HEIGHT, WIDTH, 1)).astype(np.uint8)
    depth = np.full((2, HEIGHT, WIDTH), 9, np.float32)
    depth[:, 140:] = 1.0
    joints = np.repeat(JOINT_XY[None], 2, 0)
    shown = {
        stands: next(
            compose(puppet, motion(joints), standing(2), background, depth, stands, ComposeConfig(shadow=0))
        )[1]
        for stands in (True, False)
    }
    assert shown[True][160:].max() == 0, "floor before a standing figure hides it"
    assert shown[False][160:].max() == 255


def test_depth_that_would_hide_everything_is_not_believed(puppet: Puppet) -> None:
    background = np.tile(GREEN, (2, HEIGHT, WIDTH, 1)).astype(np.uint8)
    joints = np.repeat(JOINT_XY[None], 2, 0)
    depth = np.full((2, HEIGHT, WIDTH), 0.5, np.float32)
    _, alpha = next(compose(puppet, motion(joints), standing(2), background, depth, True, ComposeConfig()))
    assert alpha[80, 80] == 255


def test_nor_is_a_floor_that_hides_the_figure_from_the_hips_down(puppet: Puppet) -> None:
    background = np.tile(GREEN, (2, HEIGHT, WIDTH, 1)).astype(np.uint8)
    _, alpha = figure()
    rows = np.cumsum((alpha > 0.5).sum(1))
    waist = int(np.searchsorted(rows, 0.57 * rows[-1]))
    depth = np.full((2, HEIGHT, WIDTH), 9, np.float32)
    depth[:, waist:] = 1.0
    joints = np.repeat(JOINT_XY[None], 2, 0)
    _, shown = next(compose(puppet, motion(joints), standing(2), background, depth, True, ComposeConfig()))
    assert (shown[alpha > 0.9] > 100).mean() > 0.95


def test_the_shadow_lies_at_the_feet_and_only_there(puppet: Puppet) -> None:
    background = np.full((1, HEIGHT, WIDTH, 3), 200, np.uint8)
    picture, alpha = next(
        compose(puppet, motion(JOINT_XY[None]), standing(1), background, None, True, ComposeConfig())
    )
    beside = picture[..., 0].astype(int)
    assert beside[179, 80] < 180 and alpha[179, 80] == 0
    assert (picture[:120][alpha[:120] == 0] == 200).all()


def test_different_lengths_are_refused(puppet: Puppet) -> None:
    background = np.zeros((2, HEIGHT, WIDTH, 3), np.uint8)
    with pytest.raises(InputError, match="numbers of frames"):
        next(compose(puppet, motion(JOINT_XY[None]), standing(1), background, None, True, ComposeConfig()))


def test_nearness_is_measured_from_the_margin_on() -> None:
    depth = np.full((1, 9, 9), 4.0, np.float32)
    for z, hidden in ((4.2, 0.0), (4.5, 0.0), (5.5, 1.0)):
        assert hidden_share(depth, np.array([z]), 0.12)[0, 4, 4] == pytest.approx(hidden, abs=0.01)


def test_arms_change_sides_rarely() -> None:
    depth = np.zeros((100, 16))
    hand = INDEX["right_hand"]
    depth[:, hand] = np.where(np.arange(100) > 50, 0.4, -0.4)
    depth[:, hand] += np.random.default_rng(0).normal(0, 0.03, 100)
    depth[20, hand] = 0.9
    orders = draw_orders(depth, 24)
    behind = np.array([order.index("right_arm") < order.index("torso") for order in orders])
    assert np.abs(np.diff(behind.astype(int))).sum() == 1
    assert not behind[:50].any() and behind[55:].all()


def test_the_inpainting_mask_covers_the_figure(puppet: Puppet) -> None:
    joints = np.stack([JOINT_XY, lifted_arm(2.0)])
    masks = inpainting_mask(joints, JOINT_XY, np.ones(2), (HEIGHT, WIDTH), 0.35, True)
    for now, mask in zip(joints, masks, strict=True):
        canvas = np.zeros((HEIGHT, WIDTH, 4), np.float32)
        puppet.draw(canvas, now, ORDER, 1.0, np.zeros(2))
        assert (mask[canvas[..., 3] > 0.5] == 255).mean() > 0.99
    wider = inpainting_mask(joints, JOINT_XY, np.ones(2), (HEIGHT, WIDTH), 1.0, True)
    assert (wider >= masks).all() and wider.sum() > masks.sum()


@pytest.mark.slow
def test_a_figure_that_moves_as_a_whole_is_not_cut() -> None:
    rgb, alpha = figure()
    whole = Puppet(rgb, alpha, skeleton(limbs=False), cells=20)
    assert whole.parts == ["torso"]
    assert Puppet(rgb, alpha, skeleton(limbs=False, cropped=True, body="half_body"), cells=20).parts == [
        "torso",
        "head",
    ]
    thing = Puppet(rgb, alpha, skeleton(limbs=False, body="other"), cells=20)
    assert thing.ankle_px == 0, "a thing has no ankles: its shadow lies where its outline ends"
    c, s = np.cos(0.2), np.sin(0.2)
    turn = np.array([[c, -s], [s, c]])
    turned = (JOINT_XY - JOINT_XY[0]) @ turn.T + JOINT_XY[0]
    canvas, matte = np.zeros((HEIGHT, WIDTH, 4), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    whole.draw(canvas, turned, ORDER, 1.0, np.zeros(2))
    matrix = np.column_stack([turn, JOINT_XY[0] - 0.5 - turn @ (JOINT_XY[0] - 0.5)])
    cv2.warpAffine(alpha, matrix, (WIDTH, HEIGHT), dst=matte)
    assert np.abs(canvas[..., 3] - matte)[cv2.erode(matte, np.ones((5, 5))) > 0.99].max() < 0.02, "no tear"


def test_a_shrug_lifts_the_shoulder_and_leaves_the_trunk_square(puppet: Puppet) -> None:
    joints = JOINT_XY.copy()
    arm = [INDEX[f"right_{name}"] for name in ("shoulder", "elbow", "hand")]
    joints[arm, 1] -= 8
    vertices = puppet._sheet.vertices
    moved = puppet._sheet.move(puppet._to_texture(joints))
    waist = np.abs(vertices - puppet._to_texture(np.array([[72.0, 90.0]]))[0]).max(1) < 7
    np.testing.assert_allclose(moved[waist][:, 0], vertices[waist][:, 0], atol=1.2)


def test_an_arm_of_which_nothing_is_known_stays_with_the_trunk() -> None:
    known = np.ones(16)
    known[[INDEX["right_elbow"], INDEX["right_hand"]]] = 0
    assert set(NAMES) - set(Puppet(*figure(), skeleton(confidence=known), cells=20).parts) == {"right_arm"}
