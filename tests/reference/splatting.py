"""Dense float64 oracle of Gaussian splatting: every Gaussian at every pixel, gradients by torch's autograd.

Slow and obviously right. It follows gsplat 1.5.3: blur of 0.3 px², alpha below 1/255 is nothing, alpha at
most 0.999, a pixel stops before its transmittance would fall to 1e-4, near plane at 0.01.
"""

from __future__ import annotations

import torch

BLUR_PX2, NEAR_M, ALPHA_MIN, ALPHA_MAX, STOP = 0.3, 0.01, 1 / 255, 0.999, 1e-4


def rotation_matrix(wxyz: torch.Tensor) -> torch.Tensor:
    """[N, 4] quaternions of any length to [N, 3, 3]."""
    w, x, y, z = (wxyz / wxyz.norm(dim=-1, keepdim=True)).unbind(-1)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


def project(
    means: torch.Tensor,
    wxyz: torch.Tensor,
    scales: torch.Tensor,
    camera_from_world: torch.Tensor,
    intrinsics: torch.Tensor,
    width: int,
    height: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Means [N, 2] and covariances [N, 2, 2] on the image, depths [N]."""
    fx, fy, cx, cy = intrinsics
    half = rotation_matrix(wxyz) * scales[:, None, :]
    rotation = camera_from_world[:3, :3]
    covariance = rotation @ half @ half.transpose(1, 2) @ rotation.T
    x, y, z = (means @ rotation.T + camera_from_world[:3, 3]).unbind(-1)
    margin_x, margin_y = 0.15 * width / fx, 0.15 * height / fy
    held_x = z * torch.clamp(x / z, -(cx / fx + margin_x), (width - cx) / fx + margin_x)
    held_y = z * torch.clamp(y / z, -(cy / fy + margin_y), (height - cy) / fy + margin_y)
    nothing = torch.zeros_like(z)
    jacobian = torch.stack(
        [
            torch.stack([fx / z, nothing, -fx * held_x / z**2], -1),
            torch.stack([nothing, fy / z, -fy * held_y / z**2], -1),
        ],
        -2,
    )
    blur = BLUR_PX2 * torch.eye(2, dtype=means.dtype)
    on_image = jacobian @ covariance @ jacobian.transpose(1, 2) + blur
    return torch.stack([fx * x / z + cx, fy * y / z + cy], -1), on_image, z


def render(
    means: torch.Tensor,
    wxyz: torch.Tensor,
    scales: torch.Tensor,
    opacities: torch.Tensor,
    rgb: torch.Tensor,
    camera_from_world: torch.Tensor,
    intrinsics: torch.Tensor,
    width: int,
    height: int,
    background: torch.Tensor,
) -> torch.Tensor:
    """[5, H, W]: colour on the background, depth times weight, alpha."""
    xy, covariance, z = project(means, wxyz, scales, camera_from_world, intrinsics, width, height)
    seen = (z > NEAR_M).nonzero()[:, 0]
    # Sorted as float32 depths, as a float32 rasteriser would.
    order = seen[torch.argsort(z[seen].detach().float(), stable=True)]
    xy, z, opacities, rgb = xy[order], z[order], opacities[order], rgb[order]
    inverse = torch.linalg.inv(covariance[order])
    dx = (torch.arange(width, dtype=means.dtype) + 0.5)[None, None, :] - xy[:, 0, None, None]
    dy = (torch.arange(height, dtype=means.dtype) + 0.5)[None, :, None] - xy[:, 1, None, None]
    distance2 = (
        inverse[:, 0, 0, None, None] * dx**2
        + inverse[:, 1, 1, None, None] * dy**2
        + 2 * inverse[:, 0, 1, None, None] * dx * dy
    )
    alpha = torch.clamp(opacities[:, None, None] * torch.exp(-0.5 * distance2), max=ALPHA_MAX)
    alpha = torch.where(alpha < ALPHA_MIN, 0.0, alpha)
    with torch.no_grad():
        full = torch.cumprod(1 - alpha, 0) <= STOP
    alpha = torch.where(full, 0.0, alpha)
    transmittance = torch.cumprod(1 - alpha, 0)
    before = torch.cat([torch.ones_like(transmittance[:1]), transmittance[:-1]])
    weight = alpha * before
    left = transmittance[-1]
    colour = torch.einsum("nhw,nc->chw", weight, rgb) + left * background[:, None, None]
    depth = torch.einsum("nhw,n->hw", weight, z)
    return torch.cat([colour, depth[None], 1 - left[None]])
