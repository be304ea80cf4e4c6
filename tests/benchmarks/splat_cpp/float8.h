// Eight float32 numbers in one AVX register, by compiler intrinsics: the yardstick for models/splatting/kernels.
#pragma once
#include <immintrin.h>

#include <cmath>
#include <cstdint>
#include <cstring>

struct Float8 {
    __m256 v;
    Float8() = default;
    Float8(__m256 value) : v(value) {}
    Float8(float value) : v(_mm256_set1_ps(value)) {}
};

static inline Float8 operator+(Float8 a, Float8 b) { return _mm256_add_ps(a.v, b.v); }
static inline Float8 operator-(Float8 a, Float8 b) { return _mm256_sub_ps(a.v, b.v); }
static inline Float8 operator*(Float8 a, Float8 b) { return _mm256_mul_ps(a.v, b.v); }
static inline Float8 operator/(Float8 a, Float8 b) { return _mm256_div_ps(a.v, b.v); }
static inline Float8 operator&(Float8 a, Float8 b) { return _mm256_and_ps(a.v, b.v); }
static inline Float8 operator>=(Float8 a, Float8 b) { return _mm256_cmp_ps(a.v, b.v, _CMP_GE_OQ); }
static inline Float8 operator<=(Float8 a, Float8 b) { return _mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ); }
static inline Float8 operator>(Float8 a, Float8 b) { return _mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ); }
static inline Float8 operator<(Float8 a, Float8 b) { return _mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ); }

static inline Float8 load8(const float *p) { return _mm256_loadu_ps(p); }
static inline void store8(float *p, Float8 x) { _mm256_storeu_ps(p, x.v); }
static inline Float8 fma8(Float8 a, Float8 b, Float8 c) { return _mm256_fmadd_ps(a.v, b.v, c.v); }
static inline Float8 min8(Float8 a, Float8 b) { return _mm256_min_ps(a.v, b.v); }
static inline Float8 max8(Float8 a, Float8 b) { return _mm256_max_ps(a.v, b.v); }
static inline Float8 clamp8(Float8 x, float low, float high) { return min8(high, max8(low, x)); }
static inline Float8 sqrt8(Float8 x) { return _mm256_sqrt_ps(x.v); }
static inline Float8 floor8(Float8 x) { return _mm256_floor_ps(x.v); }
static inline Float8 ceil8(Float8 x) { return _mm256_ceil_ps(x.v); }
static inline Float8 where8(Float8 mask, Float8 a, Float8 b) { return _mm256_blendv_ps(b.v, a.v, mask.v); }
static inline Float8 negative_magnitude8(Float8 x) { return _mm256_or_ps(x.v, _mm256_set1_ps(-0.0f)); }
static inline Float8 lane_numbers8() { return _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7); }
static inline bool any8(Float8 mask) { return _mm256_movemask_ps(mask.v) != 0; }

// 2^x for -126 <= x <= 126: the polynomial of models/splatting/kernels/float8_math.py.
static inline Float8 exp2_8(Float8 x) {
    const float c[5] = {0.693147f, 0.24022242f, 0.055507336f, 0.009671513f, 0.0013264723f};
    Float8 whole = _mm256_round_ps(x.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    Float8 t = x - whole, t2 = t * t;
    Float8 high = fma8(c[4], t, c[3]), middle = fma8(c[2], t, c[1]), low = fma8(c[0], t, 1.0f);
    Float8 polynomial = fma8(fma8(high, t2, middle), t2, low);
    __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(whole.v), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(polynomial.v), exponent));
}

// The sums of the lanes of eight vectors, as one vector.
static inline Float8 eight_sums(Float8 a, Float8 b, Float8 c, Float8 d, Float8 e, Float8 f, Float8 g, Float8 h) {
    __m256 abcd = _mm256_hadd_ps(_mm256_hadd_ps(a.v, b.v), _mm256_hadd_ps(c.v, d.v));
    __m256 efgh = _mm256_hadd_ps(_mm256_hadd_ps(e.v, f.v), _mm256_hadd_ps(g.v, h.v));
    return _mm256_add_ps(_mm256_permute2f128_ps(abcd, efgh, 0x20), _mm256_permute2f128_ps(abcd, efgh, 0x31));
}

static inline float sum8(Float8 x) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(x.v), _mm256_extractf128_ps(x.v, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

static inline int32_t bits_of(float x) {
    int32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of(int32_t bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}
