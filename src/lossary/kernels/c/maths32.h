/* Functions of one float for derived kernels: no branches, no libm, so that loops vectorise. */

/* The errors are the greatest found, in units of the last place; tests/kernels holds us to them.
   A condition is tested once, and a clamp goes through bits: else gcc doubles the code between
   two tests, or carries a constant through code that then does not vectorise. */

typedef float real;
typedef __INT32_TYPE__ r_int;
typedef __UINT32_TYPE__ r_word;

#define R_INLINE static inline __attribute__((always_inline))
#define R_INF __builtin_inff()
#define R_NAN __builtin_nanf("")
#define R_SIGN_BIT ((r_word)1 << 31)
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define R_FUSED
#define R_FMA(a, b, c) __builtin_fmaf(a, b, c)
#define R_LONG_FMA(a, b, c) __builtin_fma(a, b, c)
#else
#define R_FMA(a, b, c) ((a) * (b) + (c))
#define R_LONG_FMA(a, b, c) ((a) * (b) + (c))
#endif

R_INLINE r_word r_bits(real x) {
    union { real x; r_word i; } u = {x};
    return u.i;
}

R_INLINE real r_from_bits(r_word i) {
    union { r_word i; real x; } u = {i};
    return u.x;
}

R_INLINE real r_abs(real x) { return __builtin_fabsf(x); }
R_INLINE real r_sqrt(real x) { return __builtin_sqrtf(x); }
R_INLINE real r_sign(real x) { return x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : x); }

/* NaN in the first argument stays, one in the second is passed over. */
R_INLINE real r_min(real x, real y) { return (x > y) | (y != y) ? y : x; }
R_INLINE real r_max(real x, real y) { return (x < y) | (y != y) ? y : x; }

/* y with the sign bit of x set, if x has it: mends the sign of a zero. */
R_INLINE real r_signed_like(real y, real x) {
    return r_from_bits(r_bits(y) | (r_bits(x) & R_SIGN_BIT));
}

/* x = 2 m log 2 + r with |r| <= log 2, and scale = 2^m: its square is the power of two, and to
   multiply by the scale twice rounds once, into the subnormal numbers as well. */
typedef struct { real r, scale; } r_reduced;

/* Adding 1.5 * 2^23 rounds to an integer in the low bits; 127 more make it an exponent. */
R_INLINE r_reduced r_reduce(real x) {
    const real magic = 0x1.8p23f + 127.0f;
    x = r_abs(x) > 104.0f ? r_signed_like(104.0f, x) : x;
    real shifted = R_FMA(x, 0x1.715476p-1f, magic);
    real m = shifted - magic, r = R_FMA(m, -0x1.62e4p0f, x);
    r_reduced out = {R_FMA(m, -0x1.7f7d1cp-19f, r), r_from_bits(r_bits(shifted) << 23)};
    return out;
}

/* e^r - 1 for |r| <= log 2: minimax of (e^r - 1 - r) / r^2, relative to e^r. */
R_INLINE real r_short_expm1(real r) {
    real r2 = r * r;
    real even = R_FMA(0x1.a5bbf2p-13f, r2, 0x1.110a4ep-7f);
    real odd = R_FMA(0x1.9a097ap-16f, r2, 0x1.6c3712p-10f);
    even = R_FMA(even, r2, 0x1.55555ep-3f), odd = R_FMA(odd, r2, 0x1.55550ap-5f);
    real p = R_FMA(R_FMA(odd, r, even), r, 0.5f);
    return R_FMA(p, r2, r);
}

/* e^x, within 1.5 ulp (1.6 without FMA). */
R_INLINE real r_exp(real x) {
    r_reduced a = r_reduce(x);
    return (1.0f + r_short_expm1(a.r)) * a.scale * a.scale;
}

/* e^-a for a >= 0: 2^n (1 + ...) with a smaller r, for which the final scale can be 2^-64. */
R_INLINE real r_decay(real a) {
    const real magic = 0x1.8p23f + 191.0f;
    a = a > 104.0f ? r_signed_like(104.0f, a) : a;
    real moved = R_FMA(a, -0x1.715476p0f, magic);
    real n = moved - magic, r = R_FMA(n, -0x1.7f7d1cp-20f, R_FMA(n, -0x1.62e4p-1f, -a));
    real r2 = r * r;
    real even = R_FMA(0x1.1239e2p-7f, r2, 0x1.555492p-3f);
    real odd = R_FMA(0x1.6a2464p-10f, r2, 0x1.5558f2p-5f);
    real p = R_FMA(R_FMA(odd, r, even), r, 0x1.fffffcp-2f);
    return (1.0f + R_FMA(p, r2, r)) * r_from_bits(r_bits(moved) << 23) * 0x1p-64f;
}

/* e^x - 1, but +0 at -0. */
R_INLINE real r_expm1_unsigned(real x) {
    r_reduced a = r_reduce(x);
    real inverse = r_from_bits(((r_word)254 << 23) - r_bits(a.scale));
    return R_FMA(r_short_expm1(a.r), a.scale, a.scale - inverse) * a.scale;
}

/* e^x - 1, within 1.5 ulp (1.6 without FMA). */
R_INLINE real r_expm1(real x) { return r_signed_like(r_expm1_unsigned(x), x); }

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), x normal; bits is k as an exponent. */
typedef struct { real f, k; r_word bits; } r_parts;

R_INLINE r_parts r_split(real x) {
    r_word shifted = r_bits(x) - 0x3f3504f3, bits = shifted & 0xff800000;
    r_parts out = {r_from_bits(r_bits(x) - bits) - 1.0f, (real)((r_int)shifted >> 23), bits};
    return out;
}

/* The same for every positive x, subnormal ones too. */
R_INLINE r_parts r_split_any(real x) {
    real lifted = x, lift = 0.0f;
    if (x < 0x1p-126f) {
        lifted = x * 0x1p24f;
        lift = 24.0f;
    }
    r_parts a = r_split(lifted);
    a.k -= lift;
    return a;
}

/* log(1 + f) + k log 2: minimax of (log(1 + f) - f) / f^2, relative to log(1 + f). */
R_INLINE real r_log_of_parts(real f, real k) {
    real f2 = f * f;
    real even = R_FMA(0x1.084856p-3f, f2, 0x1.2271a2p-3f);
    real odd = R_FMA(-0x1.383016p-4f, f2, -0x1.0f3766p-3f);
    even = R_FMA(even, f2, 0x1.99a3f2p-3f), odd = R_FMA(odd, f2, -0x1.54276ep-3f);
    even = R_FMA(even, f2, 0x1.55555p-2f), odd = R_FMA(odd, f2, -0x1.000426p-2f);
    real p = R_FMA(R_FMA(odd, f, even), f, -0x1.fffff8p-2f);
    return R_FMA(k, 0x1.62e4p-1f, R_FMA(k, 0x1.7f7d1cp-20f, R_FMA(p, f2, f)));
}

/* The logarithm y of x, put right where x is not positive or not finite. */
R_INLINE real r_log_at_the_ends(real y, real x) {
    y = x < R_INF ? y : x;
    return x > 0.0f ? y : (x == 0.0f ? -R_INF : R_NAN);
}

/* log x, within 1.0 ulp (1.0 without FMA). */
R_INLINE real r_log(real x) {
    r_parts a = r_split_any(x);
    return r_log_at_the_ends(r_log_of_parts(a.f, a.k), x);
}

/* log(1 + x), within 1.5 ulp (1.6 without FMA): log(u + lost) with u + lost = 1 + x exactly. */
R_INLINE real r_log1p(real x) {
    real u = 1.0f + x, v = u - 1.0f;
    real lost = (1.0f - (u - v)) + (x - v);
    r_parts a = r_split(u);
    real twice = r_from_bits(0x40000000 - a.bits);
    real f = R_FMA(lost * twice, 0.5f, a.f);
    return r_log_at_the_ends(r_signed_like(r_log_of_parts(f, a.k), x), u);
}

/* log(1 + e) for 0 <= e <= 1: minimax of log(1 + e) / e,
   around a point where that is almost a float. */
R_INLINE real r_log1p_of_unit(real e) {
    real t = e - 0.429931640625f;
    real t2 = t * t;
    real even = R_FMA(-0x1.a9341ep-9f, t2, -0x1.50766ap-7f);
    real odd = R_FMA(0x1.de5a96p-8f, t2, 0x1.014614p-6f);
    even = R_FMA(even, t2, -0x1.adfb56p-6f), odd = R_FMA(odd, t2, 0x1.6ee1ep-5f);
    even = R_FMA(even, t2, -0x1.43cb7p-4f), odd = R_FMA(odd, t2, 0x1.2f1646p-3f);
    even = R_FMA(even, t2, -0x1.3b8e6ap-2f);
    real p = R_FMA(R_FMA(odd, t, even), t, 0x1.a9e496p-1f);
    return e * p;
}

/* tanh x, within 2.6 ulp (2.6 without FMA). */
R_INLINE real r_tanh(real x) {
    real q = r_expm1_unsigned(-2.0f * r_abs(x));
    return r_signed_like((0.0f - q) / (2.0f + q), x);
}

/* 1 / (1 + e^-x), within 2.5 ulp (2.5 without FMA). */
R_INLINE real r_sigmoid(real x) {
    real e = r_decay(r_abs(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/* log(1 + e^x), within 2.3 ulp (2.4 without FMA). */
R_INLINE real r_softplus(real x) {
    return r_max(x, 0.0f) + r_log1p_of_unit(r_decay(r_abs(x)));
}

/* log(e^x + e^y), within 3.3 ulp (3.3 without FMA) unless -2 < max(x, y) < 0,
   where the terms cancel. Near a zero of max(x, y), the rounding of the difference matters. */
R_INLINE real r_logaddexp(real x, real y) {
    real high = x < y ? y : x, low = x < y ? x : y;
    real d = high - low, v = d - high;
    real lost = (high - (d - v)) - (low + v);
    real e = r_decay(d);
    real sum = high + r_log1p_of_unit(e - e * (lost == lost ? lost : 0.0f));
    return high == low ? high + 0x1.62e43p-1f : sum;
}

/* log(1 + f) + k log 2 in double, to 2^-33. */
R_INLINE double r_long_log_of_parts(double f, double k) {
    double p = R_LONG_FMA(-0x1.eb081f3b3ff05p-5, f, 0x1.b75f955fba1e0p-4);
    p = R_LONG_FMA(p, f, -0x1.bd414777691bep-4);
    p = R_LONG_FMA(p, f, 0x1.c36cbf8fef17fp-4);
    p = R_LONG_FMA(p, f, -0x1.fc6c11b22e438p-4);
    p = R_LONG_FMA(p, f, 0x1.249231cc99d2ap-3);
    p = R_LONG_FMA(p, f, -0x1.556886619fa50p-3);
    p = R_LONG_FMA(p, f, 0x1.999a1b161d070p-3);
    p = R_LONG_FMA(p, f, -0x1.ffffacf4e7d6fp-3);
    p = R_LONG_FMA(p, f, 0x1.5555546d5053dp-2);
    p = R_LONG_FMA(p, f, -0x1.00000018671dep-1);
    return R_LONG_FMA(k, 0x1.62e42fefa39efp-1, R_LONG_FMA(p, f * f, f));
}

/* A number as the sum of two, of which the second is small. */
typedef struct { real high, low; } r_pair;

/* y log x as a pair for x >= 0, with the infinities that a power of 0 and of infinity goes by. */
R_INLINE r_pair r_pair_exponent(real x, real y) {
    r_parts a = r_split_any(x);
    a.k = x > 0.0f ? a.k : -R_INF;
    a.k = x < R_INF ? a.k : x;
    y = r_abs(y) > 0x1p60f ? r_signed_like(0x1p60f, y) : y;
    double t = (double)y * r_long_log_of_parts(a.f, a.k);
    r_pair out = {(real)t, (real)(t - (double)(real)t)};
    return out;
}

/* The second of the pair is small, or else the first lets the exponential over- or underflow. */
R_INLINE real r_pair_exp(r_pair t) {
    r_reduced a = r_reduce(t.high);
    real r = a.r + (r_abs(t.low) < 0x1p-16f ? t.low : 0.0f);
    return (1.0f + r_short_expm1(r)) * a.scale * a.scale;
}

/* 0 for an even integer, 1 for an odd one, and between for every other number. */
R_INLINE real r_oddness(real y) {
    real a = r_abs(y);
    a = a < 0x1p24f ? a : 0x1p24f;
    real half = (0.5f * a + 0x1p23f) - 0x1p23f;
    return r_abs(a - 2.0f * half);
}

/* x^y, within 2.0 ulp (2.0 without FMA). */
R_INLINE real r_pow(real x, real y) {
    real a = r_abs(x), odd = r_oddness(y);
    real p = r_pair_exp(r_pair_exponent(a, y));
    p = odd == 1.0f ? r_signed_like(p, x) : p;
    real broken = x < 0.0f ? odd * (1.0f - odd) : 0.0f;
    p = (a < R_INF ? broken : 0.0f) != 0.0f ? R_NAN : p;
    p = x == 1.0f ? 1.0f : p;
    return y == 0.0f ? 1.0f : p;
}
