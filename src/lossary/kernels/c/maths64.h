/* Functions of one double for derived kernels: no branches, no libm, so that loops vectorise. */

/* The errors are the greatest found, in units of the last place; tests/kernels holds us to them.
   A condition is tested once, and a clamp goes through bits: else gcc doubles the code between
   two tests, or carries a constant through code that then does not vectorise. */

typedef double real;
typedef __UINT64_TYPE__ r_word;

#define R_INLINE static inline __attribute__((always_inline))
#define R_INF __builtin_inf()
#define R_NAN __builtin_nan("")
#define R_SIGN_BIT ((r_word)1 << 63)
#if defined(__FP_FAST_FMA) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define R_FUSED
#define R_FMA(a, b, c) __builtin_fma(a, b, c)
#else
#define R_FMA(a, b, c) ((a) * (b) + (c))
#endif

R_INLINE r_word r_bits(real x) {
    union { real x; r_word i; } u = {x};
    return u.i;
}

R_INLINE real r_from_bits(r_word i) {
    union { r_word i; real x; } u = {i};
    return u.x;
}

R_INLINE real r_abs(real x) { return __builtin_fabs(x); }
R_INLINE real r_sqrt(real x) { return __builtin_sqrt(x); }
R_INLINE real r_sign(real x) { return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x); }

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

/* Adding 1.5 * 2^52 rounds to an integer in the low bits; 1023 more make it an exponent. */
R_INLINE r_reduced r_reduce(real x) {
    const real magic = 0x1.8p52 + 1023.0;
    x = r_abs(x) > 746.0 ? r_signed_like(746.0, x) : x;
    real shifted = R_FMA(x, 0x1.71547652b82fep-1, magic);
    real m = shifted - magic, r = R_FMA(m, -0x1.62e42fefa3p0, x);
    r_reduced out = {R_FMA(m, -0x1.3de6af278ece6p-41, r), r_from_bits(r_bits(shifted) << 52)};
    return out;
}

/* e^r - 1 for |r| <= log 2: minimax of (e^r - 1 - r) / r^2, relative to e^r. */
R_INLINE real r_short_expm1(real r) {
    real r2 = r * r;
    real even = R_FMA(0x1.5e6d22bd2024ap-33, r2, 0x1.ae71336ebdd13p-26);
    real odd = R_FMA(0x1.217a6370615d8p-29, r2, 0x1.27e1caa075185p-22);
    even = R_FMA(even, r2, 0x1.71de2a00c03b5p-19), odd = R_FMA(odd, r2, 0x1.a01a0580b8abdp-16);
    even = R_FMA(even, r2, 0x1.a01a01b236907p-13), odd = R_FMA(odd, r2, 0x1.6c16c169c1291p-10);
    even = R_FMA(even, r2, 0x1.1111111108264p-7), odd = R_FMA(odd, r2, 0x1.555555555694p-5);
    even = R_FMA(even, r2, 0x1.55555555555b7p-3);
    real p = R_FMA(R_FMA(odd, r, even), r, 0x1.ffffffffffff3p-2);
    return R_FMA(p, r2, r);
}

/* e^x, within 1.6 ulp (1.5 without FMA). */
R_INLINE real r_exp(real x) {
    r_reduced a = r_reduce(x);
    return (1.0 + r_short_expm1(a.r)) * a.scale * a.scale;
}

/* e^-a for a >= 0: 2^n (1 + ...) with a smaller r, for which the final scale can be 2^-64. */
R_INLINE real r_decay(real a) {
    const real magic = 0x1.8p52 + 1087.0;
    a = a > 746.0 ? r_signed_like(746.0, a) : a;
    real moved = R_FMA(a, -0x1.71547652b82fep0, magic);
    real n = moved - magic, r = R_FMA(n, -0x1.3de6af278ece6p-42, R_FMA(n, -0x1.62e42fefa3p-1, -a));
    real r2 = r * r;
    real even = R_FMA(0x1.ad7f88b9dd914p-26, r2, 0x1.71df253f8af97p-19);
    real odd = R_FMA(0x1.28ad731740566p-22, r2, 0x1.a0199a0c19ccfp-16);
    even = R_FMA(even, r2, 0x1.a01a012a61a12p-13), odd = R_FMA(odd, r2, 0x1.6c16c1842a2ddp-10);
    even = R_FMA(even, r2, 0x1.1111111127bc1p-7), odd = R_FMA(odd, r2, 0x1.555555555087cp-5);
    even = R_FMA(even, r2, 0x1.55555555554fap-3);
    real p = R_FMA(R_FMA(odd, r, even), r, 0x1.000000000000ap-1);
    return (1.0 + R_FMA(p, r2, r)) * r_from_bits(r_bits(moved) << 52) * 0x1p-64;
}

/* e^x - 1, but +0 at -0. */
R_INLINE real r_expm1_unsigned(real x) {
    r_reduced a = r_reduce(x);
    real inverse = r_from_bits(((r_word)2046 << 52) - r_bits(a.scale));
    return R_FMA(r_short_expm1(a.r), a.scale, a.scale - inverse) * a.scale;
}

/* e^x - 1, within 1.7 ulp (1.8 without FMA). */
R_INLINE real r_expm1(real x) { return r_signed_like(r_expm1_unsigned(x), x); }

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), x normal; word is k + 1023. */
typedef struct { real f, k; r_word word; } r_parts;

R_INLINE r_parts r_split(real x) {
    r_word word = (r_bits(x) + (((r_word)1023 << 52) - 0x3fe6a09e667f3bcd)) >> 52;
    real f = r_from_bits(r_bits(x) - (word << 52) + ((r_word)1023 << 52)) - 1.0;
    r_parts out = {f, r_from_bits(word | ((r_word)1075 << 52)) - (0x1p52 + 1023.0), word};
    return out;
}

/* The same for every positive x, subnormal ones too. */
R_INLINE r_parts r_split_any(real x) {
    real lifted = x, lift = 0.0;
    if (x < 0x1p-1022) {
        lifted = x * 0x1p54;
        lift = 54.0;
    }
    r_parts a = r_split(lifted);
    a.k -= lift;
    return a;
}

/* log(1 + f) + k log 2: minimax of (log(1 + f) - f) / f^2, relative to log(1 + f). */
R_INLINE real r_log_of_parts(real f, real k) {
    real f2 = f * f;
    real even = R_FMA(0x1.acd572d51592cp-6, f2, 0x1.0b72e2bf7893fp-4);
    real odd = R_FMA(-0x1.ec049221ca35dp-5, f2, -0x1.d126b4941fa31p-5);
    even = R_FMA(even, f2, 0x1.cf955c7a2d077p-5), odd = R_FMA(odd, f2, -0x1.fb714545c1049p-5);
    even = R_FMA(even, f2, 0x1.11db19a2108fap-4), odd = R_FMA(odd, f2, -0x1.24dc869b9847p-4);
    even = R_FMA(even, f2, 0x1.3b0a8594a5919p-4), odd = R_FMA(odd, f2, -0x1.555069ca06fe3p-4);
    even = R_FMA(even, f2, 0x1.745d488c2248bp-4), odd = R_FMA(odd, f2, -0x1.9999c9bfefc26p-4);
    even = R_FMA(even, f2, 0x1.c71c71beaaa57p-4), odd = R_FMA(odd, f2, -0x1.fffffef03f1d9p-4);
    even = R_FMA(even, f2, 0x1.249249227a926p-3), odd = R_FMA(odd, f2, -0x1.55555556f1b73p-3);
    even = R_FMA(even, f2, 0x1.99999999a1177p-3), odd = R_FMA(odd, f2, -0x1.fffffffffdcb6p-3);
    even = R_FMA(even, f2, 0x1.555555555551ep-2);
    real p = R_FMA(R_FMA(odd, f, even), f, -0x1.0000000000003p-1);
    return R_FMA(k, 0x1.62e42fefa3p-1, R_FMA(k, 0x1.3de6af278ece6p-42, R_FMA(p, f2, f)));
}

/* The logarithm y of x, put right where x is not positive or not finite. */
R_INLINE real r_log_at_the_ends(real y, real x) {
    y = x < R_INF ? y : x;
    return x > 0.0 ? y : (x == 0.0 ? -R_INF : R_NAN);
}

/* log x, within 1.4 ulp (1.5 without FMA). */
R_INLINE real r_log(real x) {
    r_parts a = r_split_any(x);
    return r_log_at_the_ends(r_log_of_parts(a.f, a.k), x);
}

/* log(1 + x), within 1.8 ulp (1.9 without FMA): log(u + lost) with u + lost = 1 + x exactly. */
R_INLINE real r_log1p(real x) {
    real u = 1.0 + x, v = u - 1.0;
    real lost = (1.0 - (u - v)) + (x - v);
    r_parts a = r_split(u);
    real twice = r_from_bits(((r_word)2047 << 52) - (a.word << 52));
    real f = R_FMA(lost * twice, 0.5, a.f);
    return r_log_at_the_ends(r_signed_like(r_log_of_parts(f, a.k), x), u);
}

/* log(1 + e) for 0 <= e <= 1: minimax of log(1 + e) / e around 1/2. */
R_INLINE real r_log1p_of_unit(real e) {
    real t = e - 0.5;
    real t2 = t * t;
    real even = R_FMA(-0x1.420aaa695c81ap-15, t2, -0x1.77c51a307489ap-15);
    real odd = R_FMA(0x1.a420f631af7bbp-16, t2, 0x1.cdc9c2795f3aap-16);
    even = R_FMA(even, t2, -0x1.2a0a4232d7f5p-13), odd = R_FMA(odd, t2, 0x1.785d9722c05c9p-14);
    even = R_FMA(even, t2, -0x1.740d2fc2371f3p-12), odd = R_FMA(odd, t2, 0x1.cfa06fb20e0f3p-13);
    even = R_FMA(even, t2, -0x1.e6fd3b5f98a66p-11), odd = R_FMA(odd, t2, 0x1.2c73895715a5bp-11);
    even = R_FMA(even, t2, -0x1.469c5042bc936p-9), odd = R_FMA(odd, t2, 0x1.8d3f9ead44313p-10);
    even = R_FMA(even, t2, -0x1.c72c644b07a0ep-8), odd = R_FMA(odd, t2, 0x1.0f11920effa73p-8);
    even = R_FMA(even, t2, -0x1.50abf6ca7a806p-6), odd = R_FMA(odd, t2, 0x1.83c50b0ca0af4p-7);
    even = R_FMA(even, t2, -0x1.1540afd54ca16p-4), odd = R_FMA(odd, t2, 0x1.2bec9fba54fa3p-5);
    even = R_FMA(even, t2, -0x1.2773a5da90bd5p-2), odd = R_FMA(odd, t2, 0x1.0f95b3dc0a10bp-3);
    real p = R_FMA(R_FMA(odd, t, even), t, 0x1.9f323ecbf984cp-1);
    return e * p;
}

/* tanh x, within 2.6 ulp (2.6 without FMA). */
R_INLINE real r_tanh(real x) {
    real q = r_expm1_unsigned(-2.0 * r_abs(x));
    return r_signed_like((0.0 - q) / (2.0 + q), x);
}

/* 1 / (1 + e^-x), within 2.5 ulp (2.5 without FMA). */
R_INLINE real r_sigmoid(real x) {
    real e = r_decay(r_abs(x));
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/* log(1 + e^x), within 2.3 ulp (2.4 without FMA). */
R_INLINE real r_softplus(real x) {
    return r_max(x, 0.0) + r_log1p_of_unit(r_decay(r_abs(x)));
}

/* log(e^x + e^y), within 3.3 ulp (3.3 without FMA) unless -2 < max(x, y) < 0,
   where the terms cancel. Near a zero of max(x, y), the rounding of the difference matters. */
R_INLINE real r_logaddexp(real x, real y) {
    real high = x < y ? y : x, low = x < y ? x : y;
    real d = high - low, v = d - high;
    real lost = (high - (d - v)) - (low + v);
    real e = r_decay(d);
    real sum = high + r_log1p_of_unit(e - e * (lost == lost ? lost : 0.0));
    return high == low ? high + 0x1.62e42fefa39efp-1 : sum;
}

/* A number as the sum of two, of which the second is small. */
typedef struct { real high, low; } r_pair;

/* a + b for |a| >= |b|, exactly. */
R_INLINE r_pair r_sum(real a, real b) {
    real high = a + b;
    r_pair out = {high, b - (high - a)};
    return out;
}

/* a b, exactly: by one fused operation, or by halves of 26 bits (Dekker 1971). */
R_INLINE r_pair r_product(real a, real b) {
    real high = a * b;
#ifdef R_FUSED
    r_pair out = {high, R_FMA(a, b, -high)};
#else
    real p = a * 0x1.000002p27, q = b * 0x1.000002p27;
    real a1 = p - (p - a), b1 = q - (q - b), a2 = a - a1, b2 = b - b1;
    r_pair out = {high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2};
#endif
    return out;
}

R_INLINE r_pair r_pair_product(r_pair a, r_pair b) {
    r_pair p = r_product(a.high, b.high);
    p.low += R_FMA(a.high, b.low, a.low * b.high);
    return p;
}

/* f / (2 + f) as a pair. */
R_INLINE r_pair r_pair_quotient(real f) {
    r_pair d = r_sum(2.0, f);
    real inverse = 1.0 / d.high, s = f * inverse;
    r_pair back = r_product(s, d.high);
    r_pair out = {s, ((f - back.high) - back.low - s * d.low) * inverse};
    return out;
}

/* log(1 + f) + k log 2 to 2^-65: 2 atanh s = 2 s + s^3 (2/3 + 2/5 s^2 + ...), s = f / (2 + f). */
R_INLINE r_pair r_pair_log_of_parts(real f, real k) {
    r_pair s = r_pair_quotient(f), z = r_pair_product(s, s);
    real h = z.high;
    real h2 = h * h;
    real even = R_FMA(0x1.0f7fe23c28254p-3, h2, 0x1.745ce9e1c73ccp-3);
    real odd = R_FMA(0x1.0e42f459b40f3p-3, h2, 0x1.3b1eec57c75d6p-3);
    even = R_FMA(even, h2, 0x1.2492492457d2dp-2), odd = R_FMA(odd, h2, 0x1.c71c722d6ac34p-3);
    real p = R_FMA(R_FMA(odd, h, even), h, 0x1.9999999999b3p-2);
    r_pair w = r_sum(0x1.5555555555555p-1, p * h);
    w.low += 0x1.5555555555555p-55;
    r_pair u = r_pair_product(s, r_pair_product(z, w));
    r_pair t = r_sum(2.0 * s.high, u.high), out = r_sum(k * 0x1.62e42fefa3p-1, t.high);
    out.low += R_FMA(k, 0x1.3de6af278ece6p-42, t.low + (u.low + 2.0 * s.low));
    return out;
}

/* y log x as a pair for x >= 0, with the infinities that a power of 0 and of infinity goes by. */
R_INLINE r_pair r_pair_exponent(real x, real y) {
    r_parts a = r_split_any(x);
    a.k = x > 0.0 ? a.k : -R_INF;
    a.k = x < R_INF ? a.k : x;
    y = r_abs(y) > 0x1p70 ? r_signed_like(0x1p70, y) : y;
    r_pair l = r_pair_log_of_parts(a.f, a.k), p = r_product(y, l.high);
    p.low = R_FMA(y, l.low, p.low);
    return p;
}

/* The second of the pair is small, or else the first lets the exponential over- or underflow. */
R_INLINE real r_pair_exp(r_pair t) {
    r_reduced a = r_reduce(t.high);
    real r = a.r + (r_abs(t.low) < 0x1p-20 ? t.low : 0.0);
    return (1.0 + r_short_expm1(r)) * a.scale * a.scale;
}

/* 0 for an even integer, 1 for an odd one, and between for every other number. */
R_INLINE real r_oddness(real y) {
    real a = r_abs(y);
    a = a < 0x1p53 ? a : 0x1p53;
    real half = (0.5 * a + 0x1p52) - 0x1p52;
    return r_abs(a - 2.0 * half);
}

/* x^y, within 2.0 ulp (2.0 without FMA). */
R_INLINE real r_pow(real x, real y) {
    real a = r_abs(x), odd = r_oddness(y);
    real p = r_pair_exp(r_pair_exponent(a, y));
    p = odd == 1.0 ? r_signed_like(p, x) : p;
    real broken = x < 0.0 ? odd * (1.0 - odd) : 0.0;
    p = (a < R_INF ? broken : 0.0) != 0.0 ? R_NAN : p;
    p = x == 1.0 ? 1.0 : p;
    return y == 0.0 ? 1.0 : p;
}
