"""Gaussian splatting in plain torch, its gradient by autograd: what a project without kernels would use.

One row a (Gaussian, pixel) pair: sorted by pixel and depth, composited by a segmented sum of logarithms,
and added up by `index_add`. Dense tiles in `bmm`, the other plain way, take longer and more memory.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

BLUR_PX2, NEAR_M, FRUSTUM_MARGIN = 0.3, 0.01, 0.3
ALPHA_MIN, ALPHA_MAX, STOP = 1 / 255, 0.999, 1e-4


class Projected(NamedTuple):
    """N Gaussians on the image."""

    xy: torch.Tensor
    """[N, 2], pixels."""
    inverse: torch.Tensor
    """[N, 3], xx, xy, yy of the inverse covariance."""
    depth: torch.Tensor
    """[N]."""
    opacity: torch.Tensor
    """[N]."""
    first: torch.Tensor
    """int64 [N, 2], first column and row."""
    size: torch.Tensor
    """int64 [N, 2], columns and rows; 0 where not seen."""


def draw(
    parameters: torch.Tensor, view: torch.Tensor, lens: torch.Tensor, width: int, height: int
) -> torch.Tensor:
    """Return [5, H, W], colour on black, depth times weight, alpha.

    Args:
        parameters: [14, N], rows as in models/splatting/kernels/layout.py: logarithms of scales, logits.
        view: [4, 4], camera_from_world.
        lens: [4], fx, fy, cx, cy.
        width, height: pixels.
    """
    splats = _project(parameters, view, lens, width, height)
    with torch.no_grad():
        owner, pixel = _pairs(splats, width)
    alpha = torch.clamp(_alpha(splats, owner, pixel, width), max=ALPHA_MAX)
    weight = _weights(alpha, pixel)
    ones = torch.ones_like(splats.depth)
    values = torch.cat([parameters[11:14].T, splats.depth[:, None], ones[:, None]], dim=1)
    image = torch.zeros(height * width, 5).index_add(0, pixel, weight[:, None] * values[owner])
    return image.T.reshape(5, height, width)


def _project(
    parameters: torch.Tensor, view: torch.Tensor, lens: torch.Tensor, width: int, height: int
) -> Projected:
    fx, fy, cx, cy = lens.tolist()
    x, y, z = (parameters[0:3].T @ view[:3, :3].T + view[:3, 3]).unbind(-1)
    margin_x, margin_y = FRUSTUM_MARGIN * 0.5 * width / fx, FRUSTUM_MARGIN * 0.5 * height / fy
    held_x = (x / z).clamp(-(cx / fx + margin_x), (width - cx) / fx + margin_x)
    held_y = (y / z).clamp(-(cy / fy + margin_y), (height - cy) / fy + margin_y)
    nothing = torch.zeros_like(z)
    jacobian = torch.stack([fx / z, nothing, -fx / z * held_x, nothing, fy / z, -fy / z * held_y], -1)
    half = _rotation(parameters[3:7].T) * parameters[7:10].T.exp()[:, None, :]
    half = (jacobian.view(-1, 2, 3) @ view[:3, :3]) @ half
    xx = half[:, 0].square().sum(-1) + BLUR_PX2
    yy = half[:, 1].square().sum(-1) + BLUR_PX2
    xy = (half[:, 0] * half[:, 1]).sum(-1)
    determinant = xx * yy - xy * xy
    inverse = torch.stack([yy, -xy, xx], -1) / determinant[:, None]
    mean = torch.stack([fx * x / z + cx, fy * y / z + cy], -1)
    opacity = torch.sigmoid(parameters[10])
    with torch.no_grad():
        reach = 2 * torch.log(opacity / ALPHA_MIN)
        extent = torch.sqrt(reach.clamp(min=0)[:, None] * torch.stack([xx, yy], -1)) + 0.01
        last = torch.tensor([width - 1, height - 1])
        first = torch.ceil(mean - extent - 0.5).long().clamp(min=0)
        size = torch.minimum(torch.floor(mean + extent - 0.5).long(), last) - first + 1
        seen = (z > NEAR_M) & (reach >= 0) & (size > 0).all(-1)
        size = torch.where(seen[:, None], size, 0)
    return Projected(mean, inverse, z, opacity, first, size)


def _rotation(wxyz: torch.Tensor) -> torch.Tensor:
    w, x, y, z = torch.nn.functional.normalize(wxyz, dim=-1).unbind(-1)
    entries = [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]  # fmt: skip
    return torch.stack(entries, -1).view(-1, 3, 3)


def _pairs(splats: Projected, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the Gaussian and the pixel of every pair above the threshold, by pixel, then by depth."""
    count = splats.size.prod(-1)
    nearest = torch.argsort(splats.depth, stable=True)
    nearest = nearest[count[nearest] > 0]
    count = count[nearest]
    owner = torch.repeat_interleave(nearest, count)
    place = torch.arange(len(owner)) - torch.repeat_interleave(torch.cumsum(count, 0) - count, count)
    columns = splats.size[owner, 0]
    row = torch.div(place, columns, rounding_mode="floor")
    x = splats.first[owner, 0] + place - row * columns
    pixel = (splats.first[owner, 1] + row) * width + x
    reached = _alpha(splats, owner, pixel, width) >= ALPHA_MIN
    pixel, order = torch.sort(pixel[reached], stable=True)
    return owner[reached][order], pixel


def _alpha(splats: Projected, owner: torch.Tensor, pixel: torch.Tensor, width: int) -> torch.Tensor:
    mean, inverse = splats.xy[owner], splats.inverse[owner]
    dx = (pixel % width).float() + 0.5 - mean[:, 0]
    dy = torch.div(pixel, width, rounding_mode="floor").float() + 0.5 - mean[:, 1]
    power = 0.5 * (inverse[:, 0] * dx * dx + inverse[:, 2] * dy * dy) + inverse[:, 1] * dx * dy
    return splats.opacity[owner] * torch.exp(-power)


def _weights(alpha: torch.Tensor, pixel: torch.Tensor) -> torch.Tensor:
    """Return alpha times the transmittance before it: sums of log(1 - alpha) since the pixel's first pair."""
    step = torch.log1p(-alpha.double())  # sums over millions of pairs: float32 would lose the small ones
    total = torch.cumsum(step, 0)
    with torch.no_grad():
        is_first = torch.ones_like(pixel, dtype=torch.bool)
        is_first[1:] = pixel[1:] != pixel[:-1]
        segment = torch.cumsum(is_first, 0) - 1
    base = (total - step)[is_first]
    since = total - base[segment]
    taken = torch.exp(since.detach()) > STOP
    return (alpha * torch.exp(since - step) * taken).float()
