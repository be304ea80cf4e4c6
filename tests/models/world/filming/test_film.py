"""The filmed picture: matting, styles, steadiness, and what is refused."""

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.world.filming.film import film, film_alone, film_layers
from models.world.filming.frame import STYLES
from models.world.solids import Solids, join
from tests.models.world.filming.stage import (
    LIGHT,
    camera,
    ellipsoid,
    flat,
    floor,
    place_of,
    quad,
    round_cone,
    speckle,
)

WALL = [[-40, 0, -3], [40, 0, -3], [40, 30, -3], [-40, 30, -3]]
WHOLE = [[0, 0], [20, 0], [20, 8], [0, 8]]


def room() -> Solids:
    return join([floor(speckle(3)), quad(WALL, WHOLE, speckle(5))])


def puppet(lift: float = 0.0) -> Solids:
    up = np.array([0.0, lift, 0.0])
    return join(
        [
            round_cone(np.array([[-0.2, 0.1, 0.0], [-0.1, 0.9, 0.0]]) + up, np.array([0.1, 0.16])),
            round_cone(np.array([[0.25, 0.08, 0.1], [0.1, 0.9, 0.0]]) + up, np.array([0.08, 0.16]), part=8),
            ellipsoid(np.array([0.0, 1.2, 0.0]) + up, np.eye(3), np.array([0.3, 0.4, 0.2])),
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_picture_is_exactly_its_matting_equation(style):
    view = camera()
    frame = film(view, place_of(room()), [puppet()], style, seed=5)
    layers = film_layers(view, place_of(room()), [puppet()], style, seed=5)
    alpha = frame.alpha[..., None] / 255.0
    assert 0 < (frame.alpha > 0).mean() < 0.5
    assert ((frame.alpha > 0) & (frame.alpha < 255)).any()
    mixed = alpha * layers.figures + (1 - alpha) * layers.shadowed
    assert np.abs(mixed - frame.rgb).max() <= 0.51  # its own rounding, and nothing else
    # Where nobody is, the picture is the clean one, darker where the shadow falls and the same elsewhere.
    free = frame.alpha == 0
    darker = frame.clean_rgb[free].astype(int) - frame.rgb[free]
    assert darker.min() >= 0
    assert darker.max() > 5
    assert (darker == 0).mean() > 0.3


@pytest.mark.parametrize("style", STYLES)
def test_clean_picture_is_the_place_filmed_without_figures(style):
    view, place = camera(), place_of(room())
    with_puppet, without = film(view, place, [puppet()], style, seed=2), film(view, place, [], style, seed=2)
    assert (with_puppet.clean_rgb == without.rgb).all()
    assert (with_puppet.clean_depth_m == without.surfaces.depth_m).all()
    assert (without.rgb == without.clean_rgb).all()
    assert not without.alpha.any()
    assert not without.surfaces.figure.any()


def test_styles_change_colours_only():
    view, place = camera(), place_of(room())
    frames = [film(view, place, [puppet()], style) for style in STYLES]
    for frame in frames[1:]:
        assert (frame.alpha == frames[0].alpha).all()
        assert all((a == b).all() for a, b in zip(frame.surfaces, frames[0].surfaces, strict=True))
        assert np.abs(frame.rgb.astype(int) - frames[0].rgb).mean() > 4


def test_equal_arguments_give_equal_bytes_and_another_seed_only_other_grain():
    view, place = camera(), place_of(room())
    first, second = (film(view, place, [puppet()], "shaded", seed=7) for _ in range(2))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first.surfaces, second.surfaces, strict=True))
    assert first.rgb.tobytes() == second.rgb.tobytes()
    other = film(view, place, [puppet()], "shaded", seed=8)
    assert (other.surfaces.depth_m == first.surfaces.depth_m).all()
    difference = np.abs(other.rgb.astype(int) - first.rgb)
    assert 0.2 < difference.mean() < 3


def test_alpha_is_the_share_of_rays_that_hit_the_figure():
    view = camera()
    _, fine = film_alone(view._replace(intrinsics_px=view.intrinsics_px * 4, width_px=256, height_px=256),
                         puppet(), LIGHT, "shaded", oversampling=1)  # fmt: skip
    share = (fine.depth_m > 0).reshape(64, 4, 64, 4).mean((1, 3))
    rgba, truth = film_alone(view, puppet(), LIGHT, "shaded", oversampling=4)
    assert np.abs(rgba[..., 3] / 255 - share).max() < 0.003
    frame = film(view, place_of(room()), [puppet()], "shaded", oversampling=4)
    assert np.abs(frame.alpha / 255 - share).max() < 0.003
    assert (frame.surfaces.figure > 0)[frame.alpha == 255].all()
    assert (truth.depth_m > 0)[frame.alpha == 0].sum() == 0
    assert not rgba[rgba[..., 3] == 0].any()


def test_figure_behind_a_wall_is_not_seen():
    wall = quad([[-9, -1, 2], [9, -1, 2], [9, 9, 2], [-9, 9, 2]], WHOLE, speckle(1))
    frame = film(camera(), place_of(wall), [puppet()], "cel")
    assert not frame.alpha.any()
    assert not frame.surfaces.figure.any()


def test_shadow_fades_as_a_figure_rises():
    view, place = camera((0.0, 2.2, 4.5), (0.0, 0.2, 0.0)), place_of(floor(flat(160)))
    taken = []
    for lift in (0.0, 0.4, 1.2, 4.0):
        layers = film_layers(view, place, [puppet(lift)], "pastel")
        taken.append(float((layers.place - layers.shadowed).max()))
    assert taken[0] > 25
    assert taken[0] > taken[1] > taken[2] > taken[3]
    assert taken[3] < 2


def test_unlit_surfaces_take_neither_light_nor_shadow():
    wall = [[-9, -9, -0.4], [9, -9, -0.4], [9, 9, -0.4], [-9, 9, -0.4]]
    place = place_of(quad(wall, WHOLE, flat(140), lit=False))
    layers = film_layers(camera(), place, [puppet()], "shaded")
    assert (layers.place == layers.shadowed).all()
    lit = film_layers(camera(), place_of(quad(wall, WHOLE, flat(140))), [puppet()], "shaded")
    assert (lit.place - lit.shadowed).max() > 10
    dark = film_layers(camera(), place._replace(light=LIGHT._replace(direct=0.1, ambient=0.1)), [], "shaded")
    assert np.abs(dark.place - layers.place).max() < 1e-3


def test_far_texture_stands_still_under_a_moving_camera():
    """Black and white noise, many texels a pixel, must be grey and stay so; without levels it would boil."""
    noise = np.repeat(speckle(8, 256)[..., :1] // 128 * 255, 3, axis=2).astype(np.uint8)
    place = place_of(
        quad(
            [[-9, -9, -3], [9, -9, -3], [9, 9, -3], [-9, 9, -3]], [[0, 0], [12, 0], [12, 12], [0, 12]], noise
        )
    )
    frames = np.array(
        [
            film(camera((0.3 + 0.003 * i, 1.4, 4.0), (0.003 * i, 1.0, 0.0)), place, [], "cel").rgb
            for i in range(4)
        ],
        float,
    )
    assert np.ptp(frames.mean((1, 2, 3))) < 0.5
    assert np.abs(np.diff(frames, axis=0)).mean() < 6
    assert frames[0].std() < 30  # of 127 for the noise itself


def test_near_texture_keeps_its_texels():
    board = (np.indices((64, 64)) // 8).sum(0) % 2 * 200 + 20
    board = board.astype(np.uint8)[..., None].repeat(3, 2)
    place = place_of(
        quad(
            [[-1, 0, 1], [1, 0, 1], [1, 2, 1], [-1, 2, 1]], [[0, 1], [1, 1], [1, 0], [0, 0]], board, lit=False
        )
    )
    view = camera((0.0, 1.0, 3.2), (0.0, 1.0, 0.0))
    frame = film(view, place, [], "cel")
    inside = frame.clean_rgb[frame.surfaces.depth_m > 0][:, 0]
    assert (inside < 40).mean() > 0.2
    assert (inside > 200).mean() > 0.2


@pytest.mark.parametrize("change", ["style", "oversampling", "pose", "lens", "size", "texture", "nan"])
def test_what_cannot_be_filmed_is_refused(change):
    view, solids, style, rays = camera(), room(), "shaded", 2
    if change == "style":
        style = "cubist"
    elif change == "oversampling":
        rays = 0
    elif change == "pose":
        view = view._replace(world_from_camera=view.world_from_camera * 2)
    elif change == "lens":
        view = view._replace(intrinsics_px=np.array([0.0, 50, 32, 32]))
    elif change == "size":
        view = view._replace(width_px=0)
    elif change == "texture":
        solids = solids._replace(textures=solids.textures[:1])
    else:
        solids.triangles.corners_m[0, 0, 0] = np.nan
    with pytest.raises(InputError) as caught:
        film(view, place_of(solids), [], style, oversampling=rays)
    assert caught.value.where
    assert caught.value.expected


@pytest.mark.parametrize("towards", [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [np.nan, 0.0, 1.0], [0.0, 1.0]])
def test_a_light_whose_direction_is_no_unit_vector_is_refused(towards):
    light = LIGHT._replace(towards=np.array(towards))
    with pytest.raises(InputError) as caught:
        film(camera(), place_of(room())._replace(light=light), [puppet()], "shaded")
    assert (caught.value.where, caught.value.got) == ("light.towards", str(towards))
    with pytest.raises(InputError, match="unit"):
        film_alone(camera(), puppet(), light, "shaded")
