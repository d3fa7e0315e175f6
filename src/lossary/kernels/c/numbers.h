/* Numbers of any dtype and step, brought to `real` a block at a time, and back. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

static const int SIZES[] = {4, 8, 2, 2, 1, 4, 8};

static inline float from_half(uint16_t h)
{
    /* Widen by moving the bits and scaling: right for subnormals; infinity and NaN are mended. */
    uint32_t bits = (uint32_t)(h & 0x7fff) << 13, sign = (uint32_t)(h & 0x8000) << 16;
    float scaled;
    memcpy(&scaled, &bits, 4);
    scaled *= 0x1p112f;
    memcpy(&bits, &scaled, 4);
    bits |= (h & 0x7c00) == 0x7c00 ? 0x7f800000u : 0;
    bits |= sign;
    memcpy(&scaled, &bits, 4);
    return scaled;
}

static inline float from_brain(uint16_t h)
{
    uint32_t bits = (uint32_t)h << 16;
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static inline uint16_t to_half(float x)
{
    uint32_t bits, sign, tiny, large;
    memcpy(&bits, &x, 4);
    sign = bits >> 16 & 0x8000;
    bits &= 0x7fffffff;
    float size, small;
    memcpy(&size, &bits, 4);
    small = size + 0.5f;  /* the sum rounds a subnormal half to even, in its last bits */
    memcpy(&tiny, &small, 4);
    tiny -= 0x3f000000u;
    large = bits - (112u << 23);
    large = (large + 0xfff + (large >> 13 & 1)) >> 13;
    uint32_t found = bits < (113u << 23) ? tiny : large;
    found = bits >= 0x477ff000u ? 0x7c00u : found;  /* rounds past the largest half */
    found = bits > 0x7f800000u ? 0x7e00u : found;
    return (uint16_t)(sign | found);
}

static inline uint16_t to_brain(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, 4);
    uint32_t even = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000u ? bits >> 16 | 0x40 : even);
}

#define READ(type, number)                                                                        \
    do {                                                                                          \
        if (step == sizeof(type))                                                                 \
            for (int64_t i = 0; i < n; i++) {                                                     \
                type x;                                                                           \
                memcpy(&x, from + i * sizeof(type), sizeof x);                                    \
                into[i] = (real)(number);                                                         \
            }                                                                                     \
        else                                                                                      \
            for (int64_t i = 0; i < n; i++) {                                                     \
                type x;                                                                           \
                memcpy(&x, from + i * step, sizeof x);                                            \
                into[i] = (real)(number);                                                         \
            }                                                                                     \
    } while (0);                                                                                  \
    break

/* Numbers between few others of their kind: a step that the compiler knows is read in vectors. */
#define APART(type, times)                                                                        \
    if (step == times * sizeof(type)) {                                                           \
        for (int64_t i = 0; i < n; i++) {                                                         \
            type x;                                                                               \
            memcpy(&x, from + i * times * sizeof(type), sizeof x);                                \
            into[i] = (real)x;                                                                    \
        }                                                                                         \
        break;                                                                                    \
    }

static void numbers(real *restrict into, const char *from, int64_t step, int kind, int64_t n)
{
    switch (kind) {
    case 0:
        APART(float, 2)
        APART(float, 3)
        APART(float, 4)
        READ(float, x);
    case 1: READ(double, x);
    case 2: READ(uint16_t, from_half(x));
    case 3: READ(uint16_t, from_brain(x));
    case 4: READ(uint8_t, x);
    case 5: READ(int32_t, x);
    case 6: READ(int64_t, x);
    }
}

/* The label itself; NaN where it is none of 0 ... count-1. */
#define LABEL ((uint64_t)x < count ? (real)x : (real)__builtin_nanf(""))

static void item_of(real *restrict into, const char *from, int64_t step, int kind, int64_t n,
                   uint64_t count)
{
    switch (kind) {
    case 4: READ(uint8_t, LABEL);
    case 5: READ(int32_t, LABEL);
    case 6: READ(int64_t, LABEL);
    }
}

#define WRITE(type, number)                                                                       \
    do {                                                                                          \
        for (int64_t i = 0; i < n; i++) {                                                         \
            type x = (type)(number);                                                              \
            memcpy(to + i * step, &x, sizeof x);                                                  \
        }                                                                                         \
    } while (0);                                                                                  \
    break

static void written(char *to, const real *restrict from, int64_t step, int kind, int64_t n)
{
    switch (kind) {
    case 0: WRITE(float, from[i]);
    case 1: WRITE(double, from[i]);
    case 2: WRITE(uint16_t, to_half((float)from[i]));
    case 3: WRITE(uint16_t, to_brain((float)from[i]));
    }
}

/* Large fresh memory costs a fault for every page it has: ask for large pages. */
static void fewer_faults(char *start, int64_t bytes)
{
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    const uintptr_t page = 1 << 21;
    uintptr_t first = ((uintptr_t)start + page - 1) & ~(page - 1);
    uintptr_t last = ((uintptr_t)start + (uintptr_t)bytes) & ~(page - 1);
    if (bytes >= (int64_t)(2 * page) && last > first)
        madvise((void *)first, last - first, MADV_HUGEPAGE);
#else
    (void)start, (void)bytes;
#endif
}
