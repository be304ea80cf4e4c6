// The layout and the constants of models/splatting/kernels/layout.py, and the state of the C++ rasteriser.
#pragma once
#include <cstdint>
#include <vector>

enum { MEAN = 0, ROTATION = 3, SCALE = 7, OPACITY = 10, COLOUR = 11, FIELD_ROWS = 14 };
enum {
    MEAN_X, MEAN_Y, QUADRATIC_XX, QUADRATIC_XY, QUADRATIC_YY, LOG2_OPACITY, RED, GREEN, BLUE, DEPTH,
    REACH, SHEAR, HEIGHT2, INVERSE_VARIANCE_X, COLUMNS, ROWS, RECORD
};
enum { DEPTH_PLANE = 3, ALPHA_PLANE = 4, PLANES = 5, SLOT = 10, CHUNKS = 16 };
enum { TILE = 32, TILE_STRIDE = TILE + 8, TILE_PLANE = TILE * TILE_STRIDE };

static const float BLUR_PX2 = 0.3f, NEAR_M = 0.01f, FAR_M = 1e10f, ALPHA_MAX = 0.999f;
static const float TRANSMITTANCE_STOP = 1e-4f, FRUSTUM_MARGIN = 0.3f;
static const float LOG2_ALPHA_MIN = -7.994353436858858f, LN2 = 0.6931471805599453f, LOG2E = 1.4426950408889634f;

struct State {
    int64_t count, stride;
    int width, height, across, num_tiles, threads;
    float view[12], lens[4];
    std::vector<int64_t> bounds, slot_starts, tile_starts, histogram;
    std::vector<int32_t> tiles;
    std::vector<uint64_t> pairs;
    std::vector<float> record_memory, slots, image;
    float *records;  // starts on a cache line
};

struct Bounds {
    int x0, x1, y0, y1;
};

static inline Bounds bounds_of(const float *record) {
    int32_t columns, rows;
    __builtin_memcpy(&columns, record + COLUMNS, 4);
    __builtin_memcpy(&rows, record + ROWS, 4);
    return {columns & 0xffff, columns >> 16, rows & 0xffff, rows >> 16};
}
