/* Sums that lose no digit that counts: lanes within a block, compensated double beyond it. */

#define LANES 16

static double summed(const real *restrict values, int64_t n)
{
    real lanes[LANES] = {0};
    double total[LANES] = {0}, all = 0;
    int64_t i = 0;
    while (i + LANES <= n) {
        int64_t end = i + 16 * LANES < n ? i + 16 * LANES : n;
        for (; i + LANES <= end; i += LANES)
            for (int l = 0; l < LANES; l++) lanes[l] += values[i + l];
        for (int l = 0; l < LANES; l++) total[l] += lanes[l], lanes[l] = 0;
    }
    for (; i < n; i++) total[i % LANES] += values[i];
    for (int l = 0; l < LANES; l++) all += total[l];
    return all;
}

/* How many entries count; the caller has made a weight of zero where one does not. */
static double counted(const real *restrict weight, int64_t n)
{
    int32_t found = 0;
    for (int64_t i = 0; i < n; i++) found += weight[i] != 0;
    return found;
}

/* A sum and what its roundings have lost so far. */
typedef struct { double sum, lost; } sum;

static void add(sum *s, double x)
{
    double t = s->sum + x;
    s->lost += __builtin_fabs(s->sum) >= __builtin_fabs(x) ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}

static double found(const sum *s)
{
    return __builtin_isfinite(s->sum) ? s->sum + s->lost : s->sum;
}
