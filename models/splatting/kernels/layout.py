"""How the kernels' arrays are laid out, and the constants that make them agree with gsplat 1.5.3."""

from __future__ import annotations

import math

import numpy as np

F = np.float32
"""Literals are written F(0.5): a bare Python float would turn the whole expression into float64."""

# Rows of a field, float32 [FIELD_ROWS, stride] flat, stride a multiple of 8. In a field that is drawn the
# scales are linear and OPACITY holds log2(opacity); gradients are those of log-scale and of the logit.
MEAN, ROTATION, SCALE, OPACITY, COLOUR = 0, 3, 7, 10, 11
FIELD_ROWS = 14

# Columns of a projected splat, float32 [N, RECORD] (one cache line). QUADRATIC_* are those of
# log2(alpha) = log2(opacity) + XX dx^2 + XY dx dy + YY dy^2 around the projected mean.
MEAN_X, MEAN_Y, QUADRATIC_XX, QUADRATIC_XY, QUADRATIC_YY, LOG2_OPACITY, RED, GREEN, BLUE, DEPTH = range(10)
REACH = 10
"""Squared Mahalanobis distance at which alpha falls to ALPHA_MIN."""
SHEAR, HEIGHT2, INVERSE_VARIANCE_X = 11, 12, 13
"""The ellipse by columns: its middle moves by SHEAR a pixel, HEIGHT2 is the conditional variance of y."""
COLUMNS, ROWS = 14, 15
"""First and last pixel column (row) of the splat, as int32 first | last << 16."""
RECORD = 16

# Planes of an image, float32 [PLANES, H, W] flat; ALPHA_PLANE is 1 - transmittance.
DEPTH_PLANE, ALPHA_PLANE, PLANES = 3, 4, 5

# A splat's gradient from one tile: sums over its pixels of s, s dx, s dy, s dx^2, s dx dy, s dy^2 (s is the
# gradient of the natural logarithm of alpha), then of colour and depth.
SLOT = 10

TILE = 32
"""Tile edge in pixels. One tile's planes stay in the first-level cache."""
TILE_STRIDE = TILE + 8
TILE_PLANE = TILE * TILE_STRIDE

CHUNKS = 16
"""Splats are projected and sorted in this many parts, whatever the number of threads: the order of every
sum is then the same for each, bit for bit."""

MAX_EDGE_PX = 32767
"""Pixel bounds are packed into 16 bits."""

BLUR_PX2 = F(0.3)
"""Added to the variance of every projected splat, so that none falls between pixels (3DGS)."""
NEAR_M, FAR_M = F(0.01), F(1e10)
ALPHA_MIN = 1.0 / 255.0
LOG2_ALPHA_MIN = F(math.log2(ALPHA_MIN))
ALPHA_MAX = F(0.999)
TRANSMITTANCE_STOP = F(1e-4)
"""A pixel takes no further splat that would bring its transmittance to this or below."""
FRUSTUM_MARGIN = F(0.3)
"""The projection's Jacobian is taken no farther outside the picture than this share of half its size."""

LN2 = F(math.log(2.0))
HALF_LOG2E = F(0.5 / math.log(2.0))
LOG2E = F(1.0 / math.log(2.0))
