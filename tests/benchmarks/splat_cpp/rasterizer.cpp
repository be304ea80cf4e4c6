// The algorithm of models/splatting/kernels, written with AVX intrinsics: what `make bench-splat` compares with.
#include <omp.h>

#include "draw.h"
#include "project.h"

// From counts to places: tiles one after the other, chunk by chunk. Returns the number of (splat, tile) pairs.
static int64_t place(State &s) {
    int64_t total = 0, slot = 0;
    for (int tile = 0; tile < s.num_tiles; tile++) {
        s.tile_starts[tile] = total;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int64_t &here = s.histogram[int64_t(chunk) * s.num_tiles + tile], count = here;
            here = total, total += count;
        }
    }
    s.tile_starts[s.num_tiles] = total;
    for (int64_t i = 0; i < s.count; i++) s.slot_starts[i] = slot, slot += s.tiles[i];
    return total;
}

static void scatter_chunk(State &s, int chunk) {
    int64_t *places = s.histogram.data() + int64_t(chunk) * s.num_tiles;
    for (int64_t i = s.bounds[chunk]; i < std::min(s.bounds[chunk + 1], s.count); i++) {
        if (!s.tiles[i]) continue;
        const float *record = s.records + i * RECORD;
        uint64_t pair = uint64_t(uint32_t(bits_of(record[DEPTH]))) << 32 | uint64_t(i);
        Bounds b = bounds_of(record);
        for (int y = b.y0 / TILE; y <= b.y1 / TILE; y++)
            for (int x = b.x0 / TILE; x <= b.x1 / TILE; x++) s.pairs[places[y * s.across + x]++] = pair;
    }
}

// Stable radix sort by depth, one byte at a time; bytes that all pairs share are skipped.
static void sort_pairs(uint64_t *pairs, int64_t count, std::vector<uint64_t> &scratch) {
    if (count <= 64) return std::sort(pairs, pairs + count);
    if (int64_t(scratch.size()) < count) scratch.resize(count);
    uint64_t *from = pairs, *to = scratch.data();
    for (int shift = 32; shift < 64; shift += 8) {
        int64_t counts[256] = {0}, place = 0;
        for (int64_t i = 0; i < count; i++) counts[from[i] >> shift & 255]++;
        if (counts[from[0] >> shift & 255] == count) continue;
        for (int64_t &c : counts) {
            int64_t here = c;
            c = place, place += here;
        }
        for (int64_t i = 0; i < count; i++) to[counts[from[i] >> shift & 255]++] = from[i];
        std::swap(from, to);
    }
    if (from != pairs) std::copy(from, from + count, pairs);
}

extern "C" {

State *create(int64_t count, int width, int height, int threads) {
    State *s = new State;
    s->count = count, s->stride = (count + 7) / 8 * 8, s->width = width, s->height = height, s->threads = threads;
    s->across = (width + TILE - 1) / TILE, s->num_tiles = s->across * ((height + TILE - 1) / TILE);
    for (int chunk = 0; chunk <= CHUNKS; chunk++)
        s->bounds.push_back(std::min((s->stride * chunk / CHUNKS + 7) / 8 * 8, s->stride));
    s->slot_starts.resize(count), s->tiles.resize(count), s->tile_starts.resize(s->num_tiles + 1);
    s->histogram.resize(int64_t(CHUNKS) * s->num_tiles), s->image.resize(int64_t(PLANES) * width * height);
    s->record_memory.resize(s->stride * RECORD + 16);
    uintptr_t start = reinterpret_cast<uintptr_t>(s->record_memory.data());
    s->records = reinterpret_cast<float *>((start + 63) / 64 * 64);
    return s;
}

void destroy(State *s) { delete s; }

const float *draw(State *s, const float *field, const float *view, const float *lens, const float *background) {
    std::memcpy(s->view, view, sizeof s->view), std::memcpy(s->lens, lens, sizeof s->lens);
    std::fill(s->histogram.begin(), s->histogram.end(), 0);
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1)
    for (int chunk = 0; chunk < CHUNKS; chunk++) project_chunk(*s, field, chunk);
    int64_t pairs = place(*s);
    if (int64_t(s->pairs.size()) < pairs) s->pairs.resize(pairs * 5 / 4);
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1)
    for (int chunk = 0; chunk < CHUNKS; chunk++) scatter_chunk(*s, chunk);
#pragma omp parallel num_threads(s->threads)
    {
        std::vector<uint64_t> scratch;
#pragma omp for schedule(dynamic, 4)
        for (int tile = 0; tile < s->num_tiles; tile++) {
            int64_t start = s->tile_starts[tile];
            sort_pairs(s->pairs.data() + start, s->tile_starts[tile + 1] - start, scratch);
            draw_tile(*s, tile, background);
        }
    }
    return s->image.data();
}

void gradient(State *s, const float *field, const float *by_image, float *out) {
    int64_t needed = s->tile_starts[s->num_tiles] * SLOT;
    if (int64_t(s->slots.size()) < needed) s->slots.resize(needed * 5 / 4);
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 4)
    for (int tile = 0; tile < s->num_tiles; tile++) draw_tile_gradient(*s, tile, by_image);
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1)
    for (int chunk = 0; chunk < CHUNKS; chunk++) project_gradient_chunk(*s, field, chunk, out);
}
}
