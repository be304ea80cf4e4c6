"""The CPU rasteriser against a dense float64 oracle, analytic cases and invariances."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.errors import InputError
from data_contracts.splats import Splats
from models.splatting.cpu import CpuSplatting, CpuSplattingConfig
from models.splatting.kernels.layout import COLOUR, MEAN, OPACITY, ROTATION, SCALE
from models.splatting.kernels.optimising import activate
from models.splatting.parameters import field_of, parameters_of
from models.splatting.rasterizer import Rasterizer
from models.splatting.rendering import camera_from_world
from models.splatting.workers import Workers
from tests.models.splatting.scenes import random_splats, side_camera
from tests.reference import splatting as oracle

BACKGROUND = (0.1, 0.5, 0.9)

FORWARD_TOLERANCE = 3e-5
"""float32 against float64, depth up to 8 summed over tens of layers; 6e-6 was seen. A Gaussian that crosses
the alpha threshold of 1/255 by rounding would show as 4e-3: the seeds are ones in which none does."""

GRADIENT_TOLERANCE = 2e-5
"""Relative L2 over all splats; 3e-6 was seen. A wrong term in any gradient shows as 1e-2 or more."""

SAME_VIEW_TOLERANCE = 2e-4
"""Splats and camera moved together: the coordinates' rounding moves edges by 1e-6 px or so."""


def activated(parameters: NDArray[np.float32]) -> NDArray[np.float32]:
    field = np.empty_like(parameters)
    activate(0, 1, parameters.reshape(-1), field.reshape(-1))
    return field


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "seed", "width", "height"),
    [(300, 0, 70, 53), (37, 1, 48, 64), (600, 2, 64, 70), (60, 3, 200, 7)],
)
def test_image_and_gradient_equal_the_dense_oracle(count: int, seed: int, width: int, height: int) -> None:
    parameters = parameters_of(random_splats(count, seed))
    pose, lens = side_camera(width, height)
    view = camera_from_world(pose)
    rng = np.random.default_rng(seed)
    by_image = rng.normal(size=(5, height, width))
    raw = torch.tensor(parameters[:, :count].astype(np.float64), requires_grad=True)
    expected = oracle.render(
        raw[0:3].T, raw[3:7].T, raw[7:10].T.exp(), torch.sigmoid(raw[10]), raw[11:14].T,
        torch.tensor(view), torch.tensor(lens), width, height, torch.tensor(BACKGROUND, dtype=torch.float64),
    )  # fmt: skip
    (expected * torch.tensor(by_image)).sum().backward()
    field = activated(parameters)
    rasterizer = Rasterizer(count, width, height, Workers())
    image = rasterizer.draw(field, view, lens, BACKGROUND)
    assert np.abs(image - expected.detach().numpy()).max() < FORWARD_TOLERANCE
    gradient = rasterizer.gradient(field, by_image.astype(np.float32))[:, :count]
    for rows in ((MEAN, 3), (ROTATION, 4), (SCALE, 3), (OPACITY, 1), (COLOUR, 3)):
        ours, theirs = (g[rows[0] : sum(rows)] for g in (gradient, raw.grad.numpy()))
        assert np.linalg.norm(ours - theirs) < GRADIENT_TOLERANCE * np.linalg.norm(theirs)


def test_splats_outside_the_frustum_limit_keep_the_oracles_gradient() -> None:
    """Beyond 1.3 times half the picture the Jacobian is held; such splats must still be large to be seen."""
    splats = Splats(
        means=np.array([[4.2, 0.1, 4.0], [-0.2, 4.0, 3.5], [-4.5, -4.0, 4.0], [0.1, 0.0, 4.0]]),
        rotation_wxyz=np.array([[1, 0.2, 0, 0.1], [1, 0, 0.4, 0], [0.3, 0.2, 1, 0], [1, 0, 0, 0]]),
        scales_m=np.array([[1.6, 0.7, 0.5], [0.6, 1.5, 0.4], [1.8, 1.9, 0.8], [0.3, 0.2, 0.1]]),
        opacities=np.array([0.9, 0.8, 0.95, 0.5]),
        rgb=np.eye(4, 3),
    )
    width, height = 48, 40
    lens = np.array([40.0, 40.0, 24.0, 20.0])
    parameters = parameters_of(splats)
    raw = torch.tensor(parameters[:, :4].astype(np.float64), requires_grad=True)
    expected = oracle.render(
        raw[0:3].T, raw[3:7].T, raw[7:10].T.exp(), torch.sigmoid(raw[10]), raw[11:14].T,
        torch.eye(4, dtype=torch.float64), torch.tensor(lens), width, height,
        torch.zeros(3, dtype=torch.float64),
    )  # fmt: skip
    expected.sum().backward()
    field = activated(parameters)
    rasterizer = Rasterizer(4, width, height, Workers())
    image = rasterizer.draw(field, np.eye(4), lens)
    gradient = rasterizer.gradient(field, np.ones_like(image))[:, :4]
    seen = np.abs(raw.grad.numpy()).max(0) > 0
    assert seen.sum() >= 3, "the case must show splats from outside the limits"
    assert np.abs(image - expected.detach().numpy()).max() < FORWARD_TOLERANCE
    error = np.linalg.norm(gradient - raw.grad.numpy())
    assert error < GRADIENT_TOLERANCE * np.linalg.norm(raw.grad.numpy())


def one_splat(opacity: float = 0.8, scale_m: float = 0.1) -> Splats:
    return Splats(
        means=np.array([[0.0, 0.0, 2.0]]),
        rotation_wxyz=np.array([[1.0, 0, 0, 0]]),
        scales_m=np.full((1, 3), scale_m),
        opacities=np.array([opacity]),
        rgb=np.array([[0.2, 0.4, 0.6]]),
    )


def test_one_gaussian_on_the_axis_has_the_closed_form() -> None:
    """On the axis the Jacobian is exact: variance (f s / z)^2 + 0.3, pixel centres at .5."""
    lens = np.array([40.0, 40.0, 16.0, 16.0])
    drawn = CpuSplatting(CpuSplattingConfig()).render(one_splat(), np.eye(4), lens, 32, 32)
    offset = np.arange(32) + 0.5 - 16.0
    variance = (40.0 * 0.1 / 2.0) ** 2 + 0.3
    expected = 0.8 * np.exp(-(offset[None, :] ** 2 + offset[:, None] ** 2) / (2 * variance))
    expected[expected < 1 / 255] = 0
    assert np.abs(drawn.alpha - expected).max() < 1e-6  # float32 rounding of one product
    assert np.abs(drawn.rgb - expected[..., None] * [0.2, 0.4, 0.6]).max() < 1e-6
    covered = expected > 0
    assert np.abs(drawn.depth_m[covered] - 2.0).max() < 1e-4
    assert (drawn.depth_m[~covered] == 0).all()


@pytest.mark.parametrize("seed", [0, 5])
def test_the_order_of_the_splats_does_not_matter(seed: int) -> None:
    splats = random_splats(500, seed)
    order = np.random.default_rng(seed).permutation(500)
    camera = side_camera(90, 70)
    backend = CpuSplatting(CpuSplattingConfig())
    one, other = (backend.render(s, *camera, 90, 70) for s in (splats, splats.take(order)))
    np.testing.assert_array_equal(one.rgb, other.rgb)
    np.testing.assert_array_equal(one.depth_m, other.depth_m)


@pytest.mark.parametrize("seed", [0, 7])
def test_moving_splats_and_camera_together_changes_nothing(seed: int) -> None:
    splats = random_splats(200, seed)
    motion = np.eye(4)
    turn = Rotation.from_euler("xyz", [0.7, -1.1, 2.0])
    motion[:3, :3], motion[:3, 3] = turn.as_matrix(), [0.3, -0.8, 0.5]
    quaternions = splats.rotation_wxyz[:, [1, 2, 3, 0]]
    moved = Splats(
        splats.means @ motion[:3, :3].T + motion[:3, 3],
        (turn * Rotation.from_quat(quaternions)).as_quat()[:, [3, 0, 1, 2]],
        splats.scales_m,
        splats.opacities,
        splats.rgb,
    )
    pose, lens = side_camera(64, 64)
    backend = CpuSplatting(CpuSplattingConfig())
    before, after = (
        backend.render(splats, pose, lens, 64, 64),
        backend.render(moved, motion @ pose, lens, 64, 64),
    )
    # Where a Gaussian ends, at alpha 1/255, a pixel may fall on the other side: 4e-3 there, in few pixels.
    error = np.abs(before.rgb - after.rgb).max(-1)
    assert np.quantile(error, 0.999) < SAME_VIEW_TOLERANCE
    assert error.max() < 5e-3


def test_threads_and_repetition_change_no_bit() -> None:
    splats, (pose, lens) = random_splats(3000, 4), side_camera(150, 110)
    field, view = field_of(splats), camera_from_world(pose)
    by_image = np.random.default_rng(0).normal(size=(5, 110, 150)).astype(np.float32)
    results: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
    for threads in (1, 2, 3, 1):
        rasterizer = Rasterizer(len(splats), 150, 110, Workers(threads))
        image = rasterizer.draw(field, view, lens, BACKGROUND).copy()
        results.append((image, rasterizer.gradient(field, by_image).copy()))
    for image, gradient in results[1:]:
        np.testing.assert_array_equal(image, results[0][0])
        np.testing.assert_array_equal(gradient, results[0][1])


def test_an_opaque_splat_still_has_a_gradient() -> None:
    """The logit of opacity 1 is infinite and would never move again."""
    parameters = parameters_of(one_splat(opacity=1.0))
    assert np.isfinite(parameters).all()
    field = activated(parameters)
    rasterizer = Rasterizer(1, 32, 32, Workers())
    image = rasterizer.draw(field, np.eye(4), np.array([40.0, 40.0, 16.0, 16.0]))
    gradient = rasterizer.gradient(field, np.ones_like(image))
    assert gradient[OPACITY, 0] > 1e-3
    assert (np.abs(gradient[COLOUR : COLOUR + 3, 0]) > 1).all()


def test_many_layers_on_one_pixel_stop_at_the_transmittance_limit() -> None:
    """Layers of 0.95: the fourth would bring the transmittance below 1e-4 and is not drawn, as in gsplat."""
    n = 100
    z = np.linspace(2, 3, n)
    far_first = Splats(
        means=np.stack([0 * z, 0 * z, z], 1)[::-1],
        rotation_wxyz=np.tile([1.0, 0, 0, 0], (n, 1)),
        scales_m=np.full((n, 3), 5.0),
        opacities=np.full(n, 0.95),
        rgb=np.ones((n, 3)),
    )
    lens = np.array([40.0, 40.0, 16.5, 16.5])
    drawn = CpuSplatting(CpuSplattingConfig()).render(far_first, np.eye(4), lens, 33, 33)
    alpha = 1 - 0.05**3
    depth = (z[0] * 0.95 + z[1] * 0.95 * 0.05 + z[2] * 0.95 * 0.05**2) / alpha
    assert abs(drawn.alpha[16, 16] - alpha) < 1e-6
    assert abs(drawn.depth_m[16, 16] - depth) < 1e-5


def test_nothing_to_see_gives_the_background() -> None:
    backend = CpuSplatting(CpuSplattingConfig())
    behind = np.diag([-1.0, 1, -1, 1])
    lens = np.array([40.0, 40.0, 16.0, 16.0])
    for splats, pose in ((one_splat(), behind), (one_splat().take(np.zeros(1, bool)), np.eye(4))):
        drawn = backend.render(splats, pose, lens, 40, 20, BACKGROUND)
        np.testing.assert_array_equal(drawn.rgb, np.broadcast_to(np.float32(BACKGROUND), (20, 40, 3)))
        assert not drawn.alpha.any() and not drawn.depth_m.any()


@pytest.mark.parametrize(
    ("pose", "lens", "size", "message"),
    [
        (np.diag([2.0, 2, 2, 1]), [40, 40, 16, 16], 32, "not rigid"),
        (np.diag([-1.0, 1, 1, 1]), [40, 40, 16, 16], 32, "not rigid"),
        (np.full((4, 4), np.nan), [40, 40, 16, 16], 32, "camera pose"),
        (np.eye(4), [0, 40, 16, 16], 32, "intrinsics"),
        (np.eye(4), [40, 40, 16, np.inf], 32, "intrinsics"),
        (np.eye(4), [40, 40, 16, 16], 0, "picture size"),
    ],
)
def test_a_camera_that_cannot_be_is_refused(
    pose: NDArray[np.float64], lens: list[float], size: int, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        CpuSplatting(CpuSplattingConfig()).render(one_splat(), pose, np.array(lens, float), size, size)
