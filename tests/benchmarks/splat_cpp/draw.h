// Compositing and its gradient: models/splatting/kernels/drawing.py and drawing_gradient.py in C++.
#pragma once
#include <algorithm>

#include "float8.h"
#include "layout.h"

// The part of a projected splat that lies on one tile, and what is the same for all of its pixels.
struct OnTile {
    const float *record;
    int x0, x1, y0, y1;
    float middle;
    Float8 quadratic_xx, quadratic_xy, quadratic_yy, log2_opacity, red, green, blue, depth;

    OnTile(const float *r, int left, int top) : record(r) {
        Bounds b = bounds_of(r);
        x0 = std::max(b.x0 - left, 0), x1 = std::min(b.x1 - left, TILE - 1);
        y0 = std::max(b.y0 - top, 0), y1 = std::min(b.y1 - top, TILE - 1);
        middle = r[MEAN_Y] - 0.5f - top;
        quadratic_xx = r[QUADRATIC_XX], quadratic_xy = r[QUADRATIC_XY], quadratic_yy = r[QUADRATIC_YY];
        log2_opacity = r[LOG2_OPACITY], red = r[RED], green = r[GREEN], blue = r[BLUE], depth = r[DEPTH];
    }
};

static inline void rows_of_ellipse(const OnTile &splat, float dx, int &start, int &end) {
    float reach = splat.record[REACH], shear = splat.record[SHEAR];
    float height2 = splat.record[HEIGHT2], inverse_xx = splat.record[INVERSE_VARIANCE_X];
    float slant = shear / inverse_xx, lowest = slant * std::sqrt(reach / (height2 + shear * slant));
    float below = std::min(std::max(lowest, dx), dx + 7), above = std::min(std::max(-lowest, dx), dx + 7);
    float half_below = std::sqrt(std::max(0.0f, (reach - below * below * inverse_xx) * height2));
    float half_above = std::sqrt(std::max(0.0f, (reach - above * above * inverse_xx) * height2));
    end = std::min(splat.y1, int(std::floor(splat.middle + shear * below + half_below + 0.01f)));
    start = std::max(splat.y0, int(std::ceil(splat.middle + shear * above - half_above - 0.01f)));
}

static inline bool any_pixel_open(const float *planes, int rows) {
    Float8 most = load8(planes);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < TILE; x += 8) most = max8(most, load8(planes + y * TILE_STRIDE + x));
    return any8(most > 0.0f);
}

static void draw_tile(State &s, int tile, const float *background) {
    int64_t start = s.tile_starts[tile], end = s.tile_starts[tile + 1];
    int left = tile % s.across * TILE, top = tile / s.across * TILE;
    int columns = std::min<int>(TILE, s.width - left), rows = std::min<int>(TILE, s.height - top);
    alignas(64) float planes[5 * TILE_PLANE + 16];
    std::memset(planes, 0, sizeof planes);
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE_STRIDE; x++) planes[y * TILE_STRIDE + x] = x < columns && y < rows ? 1.0f : -1.0f;
    for (int64_t j = start; j < end; j++) {
        if ((j - start) % 32 == 31 && !any_pixel_open(planes, rows)) break;
        if (j + 8 < end) __builtin_prefetch(s.records + uint32_t(s.pairs[j + 8]) * int64_t(RECORD));
        OnTile splat(s.records + uint32_t(s.pairs[j]) * int64_t(RECORD), left, top);
        int first = splat.y0, last = splat.y1;
        for (int x = splat.x0; x <= splat.x1; x += 8) {
            float first_dx = left + x + 0.5f - splat.record[MEAN_X];
            if (splat.x1 - splat.x0 >= 8) rows_of_ellipse(splat, first_dx, first, last);
            Float8 dx = lane_numbers8() + first_dx, cross = dx * splat.quadratic_xy;
            Float8 column = fma8(dx * dx, splat.quadratic_xx, splat.log2_opacity), dy = first - splat.middle;
            for (float *p = planes + first * TILE_STRIDE + x; p <= planes + last * TILE_STRIDE + x; p += TILE_STRIDE) {
                Float8 log2_alpha = fma8(dy, fma8(dy, splat.quadratic_yy, cross), column);
                dy = dy + 1.0f;
                Float8 t = load8(p), alpha = (log2_alpha >= LOG2_ALPHA_MIN) & min8(exp2_8(log2_alpha), ALPHA_MAX);
                Float8 share = alpha * t, behind = t - share, open = behind > TRANSMITTANCE_STOP;
                Float8 weight = open & share;
                store8(p, where8(open, behind, negative_magnitude8(t)));
                store8(p + TILE_PLANE, fma8(weight, splat.red, load8(p + TILE_PLANE)));
                store8(p + 2 * TILE_PLANE, fma8(weight, splat.green, load8(p + 2 * TILE_PLANE)));
                store8(p + 3 * TILE_PLANE, fma8(weight, splat.blue, load8(p + 3 * TILE_PLANE)));
                store8(p + 4 * TILE_PLANE, fma8(weight, splat.depth, load8(p + 4 * TILE_PLANE)));
            }
        }
    }
    int64_t pixels = int64_t(s.width) * s.height;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            int p = y * TILE_STRIDE + x;
            float *out = s.image.data() + int64_t(top + y) * s.width + left + x, t = std::fabs(planes[p]);
            for (int c = 0; c < 3; c++) out[c * pixels] = planes[p + (c + 1) * TILE_PLANE] + t * background[c];
            out[DEPTH_PLANE * pixels] = planes[p + 4 * TILE_PLANE];
            out[ALPHA_PLANE * pixels] = 1.0f - t;
        }
}

// The tile's planes at the start of the gradient: transmittance, R, and the gradient of colour and depth.
static void read_tile(const State &s, int left, int top, const float *gradient, float *planes) {
    int64_t pixels = int64_t(s.width) * s.height;
    std::memset(planes, 0, (6 * TILE_PLANE + 16) * sizeof(float));
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE_STRIDE; x++) {
            int p = y * TILE_STRIDE + x;
            if (top + y >= s.height || x >= std::min<int>(TILE, s.width - left)) {
                planes[p] = -1.0f;
                continue;
            }
            int64_t q = int64_t(top + y) * s.width + left + x;
            float behind = (s.image[ALPHA_PLANE * pixels + q] - 1.0f) * gradient[ALPHA_PLANE * pixels + q];
            for (int c = 0; c < 4; c++) {
                float v = gradient[c * pixels + q];
                behind += s.image[c * pixels + q] * v;
                planes[p + (c + 2) * TILE_PLANE] = v;
            }
            planes[p] = 1.0f, planes[p + TILE_PLANE] = behind;
        }
}

static void splat_gradient(const OnTile &splat, int left, float *planes, float *slot) {
    const Float8 zero = 0.0f;
    Float8 sum_1 = zero, sum_x = zero, sum_y = zero, sum_xx = zero, sum_xy = zero, sum_yy = zero;
    Float8 sum_red = zero, sum_green = zero, sum_blue = zero, sum_depth = zero;
    int first = splat.y0, last = splat.y1;
    for (int x = splat.x0; x <= splat.x1; x += 8) {
        float first_dx = left + x + 0.5f - splat.record[MEAN_X];
        if (splat.x1 - splat.x0 >= 8) rows_of_ellipse(splat, first_dx, first, last);
        Float8 dx = lane_numbers8() + first_dx, cross = dx * splat.quadratic_xy;
        Float8 column = fma8(dx * dx, splat.quadratic_xx, splat.log2_opacity), dy = first - splat.middle;
        Float8 column_1 = zero, column_y = zero;
        for (float *p = planes + first * TILE_STRIDE + x; p <= planes + last * TILE_STRIDE + x; p += TILE_STRIDE) {
            Float8 log2_alpha = fma8(dy, fma8(dy, splat.quadratic_yy, cross), column);
            Float8 t = load8(p), alpha = (log2_alpha >= LOG2_ALPHA_MIN) & min8(exp2_8(log2_alpha), ALPHA_MAX);
            Float8 share = alpha * t, behind = t - share, open = behind > TRANSMITTANCE_STOP, weight = open & share;
            store8(p, where8(open, behind, negative_magnitude8(t)));
            Float8 v_red = load8(p + 2 * TILE_PLANE), v_green = load8(p + 3 * TILE_PLANE);
            Float8 v_blue = load8(p + 4 * TILE_PLANE), v_depth = load8(p + 5 * TILE_PLANE);
            Float8 q = fma8(v_red, splat.red, fma8(v_green, splat.green, fma8(v_blue, splat.blue, v_depth * splat.depth)));
            Float8 rest = load8(p + TILE_PLANE) - weight * q;
            store8(p + TILE_PLANE, rest);
            Float8 by_log_alpha = fma8(share, q, alpha * rest / (alpha - 1.0f));
            by_log_alpha = open & (alpha < ALPHA_MAX) & by_log_alpha;
            sum_red = fma8(weight, v_red, sum_red), sum_green = fma8(weight, v_green, sum_green);
            sum_blue = fma8(weight, v_blue, sum_blue), sum_depth = fma8(weight, v_depth, sum_depth);
            Float8 times_dy = by_log_alpha * dy;
            column_1 = column_1 + by_log_alpha, column_y = column_y + times_dy;
            sum_yy = fma8(times_dy, dy, sum_yy);
            dy = dy + 1.0f;
        }
        sum_1 = sum_1 + column_1, sum_y = sum_y + column_y;
        Float8 column_x = column_1 * dx;
        sum_x = sum_x + column_x, sum_xx = fma8(column_x, dx, sum_xx), sum_xy = fma8(column_y, dx, sum_xy);
    }
    store8(slot, eight_sums(sum_1, sum_x, sum_y, sum_xx, sum_xy, sum_yy, sum_red, sum_green));
    slot[8] = sum8(sum_blue), slot[9] = sum8(sum_depth);
}

static void draw_tile_gradient(State &s, int tile, const float *gradient) {
    int64_t start = s.tile_starts[tile], end = s.tile_starts[tile + 1];
    if (start == end) return;
    int tile_x = tile % s.across, tile_y = tile / s.across, left = tile_x * TILE, top = tile_y * TILE;
    alignas(64) float planes[6 * TILE_PLANE + 16];
    read_tile(s, left, top, gradient, planes);
    bool open = true;
    for (int64_t j = start; j < end; j++) {
        int64_t number = uint32_t(s.pairs[j]);
        const float *record = s.records + number * RECORD;
        Bounds b = bounds_of(record);
        int64_t row_of_slots = int64_t(tile_y - b.y0 / TILE) * (b.x1 / TILE - b.x0 / TILE + 1);
        float *slot = s.slots.data() + (s.slot_starts[number] + row_of_slots + tile_x - b.x0 / TILE) * SLOT;
        if (open && (j - start) % 32 == 31) open = any_pixel_open(planes, std::min<int>(TILE, s.height - top));
        if (!open) {
            std::memset(slot, 0, SLOT * sizeof(float));
            continue;
        }
        if (j + 8 < end) {
            int64_t ahead = uint32_t(s.pairs[j + 8]);
            __builtin_prefetch(s.records + ahead * RECORD), __builtin_prefetch(&s.slot_starts[ahead]);
        }
        splat_gradient(OnTile(record, left, top), left, planes, slot);
    }
}
