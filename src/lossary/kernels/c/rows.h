/* What emitted rows share with the driver that walks them. */

#define WIDTH 256  /* columns of a long row at once */
#define TILE 128   /* short rows side by side at once */

typedef __INT32_TYPE__ place;

typedef void rows_of(int64_t k, int64_t n, const real *const *rows, const int64_t *steps,
                     const real *const *numbers, const place *const *labels,
                     const real *const *tables, const double *settings, const real *weight,
                     real scale, real *results, real *to, int64_t step_to, real *room);

static real largest(const real *x, int64_t n, real top)
{
    real lanes[LANES];
    for (int l = 0; l < LANES; l++) lanes[l] = top;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) lanes[l] = lanes[l] < x[i + l] ? x[i + l] : lanes[l];
    for (; i < n; i++) lanes[0] = lanes[0] < x[i] ? x[i] : lanes[0];
    for (int l = 0; l < LANES; l++) top = top < lanes[l] ? lanes[l] : top;
    return top;
}
