// Projection and its gradient: models/splatting/kernels/projecting.py and projecting_gradient.py in C++.
#pragma once
#include "float8.h"
#include "layout.h"

struct Limits {
    float right, left, below, above;
};

static inline Limits frustum_limits(const State &s) {
    float fx = s.lens[0], fy = s.lens[1], cx = s.lens[2], cy = s.lens[3];
    float margin_x = FRUSTUM_MARGIN * 0.5f * s.width / fx, margin_y = FRUSTUM_MARGIN * 0.5f * s.height / fy;
    return {(s.width - cx) / fx + margin_x, cx / fx + margin_x, (s.height - cy) / fy + margin_y, cy / fy + margin_y};
}

// What both directions need of eight splats: everything up to U = J R Q, whose columns the scales stretch.
struct Eight {
    Float8 z, inverse_z, slope_x, slope_y, held_x, held_y, jx, jy;
    Float8 quaternion[4], shorten, p[6], q[9], u[6], scale[3];
};

static inline void product_2x3_3x3(const Float8 *p, const Float8 *q, Float8 *out) {
    for (int row = 0; row < 2; row++)
        for (int c = 0; c < 3; c++)
            out[row * 3 + c] = fma8(p[row * 3], q[c], fma8(p[row * 3 + 1], q[3 + c], p[row * 3 + 2] * q[6 + c]));
}

static inline Eight eight_of(const State &s, const float *field, int64_t i, const Limits &limits) {
    Eight e;
    const float *v = s.view;
    auto row = [&](int number) { return load8(field + number * s.stride + i); };
    Float8 mx = row(MEAN), my = row(MEAN + 1), mz = row(MEAN + 2);
    Float8 x = fma8(mx, v[0], fma8(my, v[1], fma8(mz, v[2], v[3])));
    Float8 y = fma8(mx, v[4], fma8(my, v[5], fma8(mz, v[6], v[7])));
    e.z = fma8(mx, v[8], fma8(my, v[9], fma8(mz, v[10], v[11])));
    Float8 in_range = (e.z >= NEAR_M) & (e.z <= FAR_M);
    e.inverse_z = Float8(1.0f) / where8(in_range, e.z, 1.0f);
    e.slope_x = x * e.inverse_z, e.slope_y = y * e.inverse_z;
    e.held_x = clamp8(e.slope_x, -limits.left, limits.right);
    e.held_y = clamp8(e.slope_y, -limits.above, limits.below);
    e.jx = e.inverse_z * s.lens[0], e.jy = e.inverse_z * s.lens[1];
    Float8 kx = e.held_x * e.jx * -1.0f, ky = e.held_y * e.jy * -1.0f;
    for (int c = 0; c < 3; c++) {
        e.p[c] = fma8(kx, v[8 + c], e.jx * v[c]);
        e.p[3 + c] = fma8(ky, v[8 + c], e.jy * v[4 + c]);
    }
    Float8 w = row(ROTATION), a = row(ROTATION + 1), b = row(ROTATION + 2), c = row(ROTATION + 3);
    e.shorten = Float8(1.0f) / sqrt8(fma8(w, w, fma8(a, a, fma8(b, b, c * c))));
    w = w * e.shorten, a = a * e.shorten, b = b * e.shorten, c = c * e.shorten;
    e.quaternion[0] = w, e.quaternion[1] = a, e.quaternion[2] = b, e.quaternion[3] = c;
    const Float8 one = 1.0f, two = 2.0f;
    e.q[0] = one - (b * b + c * c) * two, e.q[1] = (a * b - w * c) * two, e.q[2] = (a * c + w * b) * two;
    e.q[3] = (a * b + w * c) * two, e.q[4] = one - (a * a + c * c) * two, e.q[5] = (b * c - w * a) * two;
    e.q[6] = (a * c - w * b) * two, e.q[7] = (b * c + w * a) * two, e.q[8] = one - (a * a + b * b) * two;
    product_2x3_3x3(e.p, e.q, e.u);
    for (int axis = 0; axis < 3; axis++) e.scale[axis] = row(SCALE + axis);
    return e;
}

static void project_chunk(State &s, const float *field, int chunk) {
    const Limits limits = frustum_limits(s);
    alignas(32) float lanes[19][8];
    for (int64_t i = s.bounds[chunk]; i < s.bounds[chunk + 1]; i += 8) {
        Eight e = eight_of(s, field, i, limits);
        Float8 xx = BLUR_PX2, xy = 0.0f, yy = BLUR_PX2;
        for (int axis = 0; axis < 3; axis++) {
            Float8 u0 = e.u[axis] * e.scale[axis], u1 = e.u[3 + axis] * e.scale[axis];
            xx = fma8(u0, u0, xx), xy = fma8(u0, u1, xy), yy = fma8(u1, u1, yy);
        }
        Float8 mean_x = fma8(e.slope_x, s.lens[0], s.lens[2]), mean_y = fma8(e.slope_y, s.lens[1], s.lens[3]);
        Float8 determinant = xx * yy - xy * xy, inverse = Float8(1.0f) / determinant;
        Float8 log2_opacity = load8(field + OPACITY * s.stride + i);
        Float8 reach = (log2_opacity - LOG2_ALPHA_MIN) * (2.0f * LN2), positive = max8(reach, 0.0f);
        Float8 half_width = sqrt8(positive * xx) + 0.01f, half_height = sqrt8(positive * yy) + 0.01f;
        Float8 first_x = max8(ceil8(mean_x - half_width - 0.5f), 0.0f);
        Float8 last_x = min8(floor8(mean_x + half_width - 0.5f), float(s.width - 1));
        Float8 first_y = max8(ceil8(mean_y - half_height - 0.5f), 0.0f);
        Float8 last_y = min8(floor8(mean_y + half_height - 0.5f), float(s.height - 1));
        Float8 visible = (e.z >= NEAR_M) & (e.z <= FAR_M) & (last_x >= first_x) & (last_y >= first_y) &
                         (reach >= 0.0f) & (determinant > 0.0f);
        Float8 inverse_xx = Float8(1.0f) / xx;
        const Float8 values[18] = {
            mean_x, mean_y, yy * inverse * (-0.5f * LOG2E), xy * inverse * LOG2E, xx * inverse * (-0.5f * LOG2E),
            log2_opacity, load8(field + COLOUR * s.stride + i), load8(field + (COLOUR + 1) * s.stride + i),
            load8(field + (COLOUR + 2) * s.stride + i), e.z, reach, xy * inverse_xx, determinant * inverse_xx,
            inverse_xx, first_x, last_x, first_y, last_y};
        for (int row = 0; row < 18; row++) store8(lanes[row], values[row]);
        int seen = _mm256_movemask_ps(visible.v);
        for (int j = 0; j < 8 && i + j < s.count; j++) {
            if (!(seen >> j & 1)) {
                s.tiles[i + j] = 0;
                continue;
            }
            float *record = s.records + (i + j) * RECORD;
            for (int column = 0; column < COLUMNS; column++) record[column] = lanes[column][j];
            int x0 = int(lanes[14][j]), x1 = int(lanes[15][j]), y0 = int(lanes[16][j]), y1 = int(lanes[17][j]);
            record[COLUMNS] = float_of(x0 | x1 << 16), record[ROWS] = float_of(y0 | y1 << 16);
            s.tiles[i + j] = (x1 / TILE - x0 / TILE + 1) * (y1 / TILE - y0 / TILE + 1);
            for (int ty = y0 / TILE; ty <= y1 / TILE; ty++)
                for (int tx = x0 / TILE; tx <= x1 / TILE; tx++)
                    s.histogram[int64_t(chunk) * s.num_tiles + ty * s.across + tx]++;
        }
    }
}

// Sum each splat's slots into `sums` and fetch its quadratic; return which of the eight are visible.
static inline int gather(const State &s, int64_t i, float sums[SLOT][8], float quadratic[4][8]) {
    int seen = 0;
    for (int j = 0; j < 8; j++) {
        Float8 eight = 0.0f;
        float last[2] = {0, 0};
        bool visible = i + j < s.count && s.tiles[i + j] > 0;
        if (visible) {
            seen |= 1 << j;
            const float *slot = s.slots.data() + s.slot_starts[i + j] * SLOT;
            for (int t = 0; t < s.tiles[i + j]; t++, slot += SLOT)
                eight = eight + load8(slot), last[0] += slot[8], last[1] += slot[9];
        }
        alignas(32) float parts[8];
        store8(parts, eight);
        for (int c = 0; c < 8; c++) sums[c][j] = parts[c];
        sums[8][j] = last[0], sums[9][j] = last[1];
        const float *record = s.records + (i + j) * RECORD;
        for (int c = 0; c < 4; c++) quadratic[c][j] = visible ? record[QUADRATIC_XX + c] : 0.0f;
    }
    return seen;
}

static void project_gradient_chunk(const State &s, const float *field, int chunk, float *gradient) {
    const Limits limits = frustum_limits(s);
    const float *view = s.view;
    const Float8 zero = 0.0f, two = 2.0f;
    alignas(32) float sums[SLOT][8], quadratic[4][8];
    for (int64_t i = s.bounds[chunk]; i < s.bounds[chunk + 1]; i += 8) {
        auto write = [&](int row, Float8 value) { store8(gradient + row * s.stride + i, value); };
        if (!gather(s, i, sums, quadratic)) {
            for (int row = 0; row < FIELD_ROWS; row++) write(row, zero);
            continue;
        }
        Eight e = eight_of(s, field, i, limits);
        Float8 s_x = load8(sums[1]), s_y = load8(sums[2]);
        Float8 s_xx = load8(sums[3]), s_xy = load8(sums[4]), s_yy = load8(sums[5]);
        Float8 xx = load8(quadratic[0]) * (-2.0f * LN2), xy = load8(quadratic[1]) * -LN2;
        Float8 yy = load8(quadratic[2]) * (-2.0f * LN2);
        Float8 k_xx = fma8(xx, s_xx, xy * s_xy), k_xy = fma8(xx, s_xy, xy * s_yy);
        Float8 k_yx = fma8(xy, s_xx, yy * s_xy), k_yy = fma8(xy, s_xy, yy * s_yy);
        Float8 v_x = fma8(xx, s_x, xy * s_y), v_y = fma8(xy, s_x, yy * s_y);
        Float8 v_xx = fma8(k_xx, xx, k_xy * xy), v_xy = fma8(k_xx, xy, k_xy * yy), v_yy = fma8(k_yx, xy, k_yy * yy);
        Float8 g[6], m[9], h[6], transposed[9], scale[3];
        for (int c = 0; c < 3; c++) {
            Float8 s2 = e.scale[c] * e.scale[c];
            g[c] = fma8(v_xx, e.u[c], v_xy * e.u[3 + c]) * s2;
            g[3 + c] = fma8(v_xy, e.u[c], v_yy * e.u[3 + c]) * s2;
            scale[c] = fma8(g[c], e.u[c], g[3 + c] * e.u[3 + c]);
        }
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 3; c++) {
                m[r * 3 + c] = fma8(e.p[r], g[c], e.p[3 + r] * g[3 + c]);
                transposed[r * 3 + c] = e.q[c * 3 + r];
            }
        product_2x3_3x3(g, transposed, h);
        Float8 w = e.quaternion[0], x = e.quaternion[1], y = e.quaternion[2], z = e.quaternion[3];
        Float8 turn[4] = {
            (x * (m[7] - m[5]) + y * (m[2] - m[6]) + z * (m[3] - m[1])) * two,
            (y * (m[1] + m[3]) + z * (m[2] + m[6]) + w * (m[7] - m[5]) - x * (m[4] + m[8]) * two) * two,
            (x * (m[1] + m[3]) + z * (m[7] + m[5]) + w * (m[2] - m[6]) - y * (m[0] + m[8]) * two) * two,
            (x * (m[2] + m[6]) + y * (m[5] + m[7]) + w * (m[3] - m[1]) - z * (m[0] + m[4]) * two) * two};
        Float8 along = turn[0] * w + turn[1] * x + turn[2] * y + turn[3] * z;
        Float8 j_xx = fma8(h[0], view[0], fma8(h[1], view[1], h[2] * view[2]));
        Float8 j_xz = fma8(h[0], view[8], fma8(h[1], view[9], h[2] * view[10]));
        Float8 j_yy = fma8(h[3], view[4], fma8(h[4], view[5], h[5] * view[6]));
        Float8 j_yz = fma8(h[3], view[8], fma8(h[4], view[9], h[5] * view[10]));
        Float8 jx_z = e.jx * e.inverse_z, jy_z = e.jy * e.inverse_z;
        Float8 free_x = (e.slope_x <= e.held_x) & (e.slope_x >= e.held_x);
        Float8 free_y = (e.slope_y <= e.held_y) & (e.slope_y >= e.held_y);
        Float8 turn_x = jx_z * j_xz, turn_y = jy_z * j_yz;
        Float8 by_x = e.jx * v_x - where8(free_x, turn_x, zero), by_y = e.jy * v_y - where8(free_y, turn_y, zero);
        Float8 by_z = load8(sums[9]) - e.jx * e.slope_x * v_x - e.jy * e.slope_y * v_y - jx_z * j_xx - jy_z * j_yy;
        by_z = by_z + turn_x * e.held_x * where8(free_x, two, 1.0f) + turn_y * e.held_y * where8(free_y, two, 1.0f);
        Float8 visible = load8(quadratic[0]) < 0.0f;
        auto keep = [&](int row, Float8 value) { write(row, where8(visible, value, zero)); };
        for (int c = 0; c < 3; c++) {
            keep(MEAN + c, fma8(by_x, view[c], fma8(by_y, view[4 + c], by_z * view[8 + c])));
            keep(SCALE + c, scale[c]);
            write(COLOUR + c, load8(sums[6 + c]));
        }
        for (int c = 0; c < 4; c++) keep(ROTATION + c, (turn[c] - along * e.quaternion[c]) * e.shorten);
        keep(OPACITY, load8(sums[0]) * (Float8(1.0f) - exp2_8(load8(quadratic[3]))));
    }
}
