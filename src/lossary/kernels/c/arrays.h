/* Where an array's numbers stand, and what an entry or a row of it counts. */

#define MOST 8  /* arrays a block reads, and arrays it writes */

/* Steps in bytes from one outer place, entry or item to the next. `base` names the pointer they
   start from. With `labels` > 0 a number says which item it is; one array at most is so. */
typedef struct {
    int64_t outer, inner, item, offset;
    int32_t kind, base, labels, unused;
} array;

/* Whether numbers stand one after the other, as they are computed with. */
static inline int plain(const array *a, int64_t step)
{
    return a->kind == (sizeof(real) == 4 ? 0 : 1) && step == (int64_t)sizeof(real);
}

/* What each entry counts: its weight, and zero where the mask says no. Either may be missing. */
static void weights(const array *weight, const char *at_weight, const array *mask,
                    const char *at_mask, int64_t outer, int64_t first, int64_t n,
                    real *restrict into)
{
    if (at_weight)
        numbers(into, at_weight + outer * weight->outer + first * weight->inner, weight->inner,
                weight->kind, n);
    else
        for (int64_t i = 0; i < n; i++) into[i] = 1;
    if (at_mask) {
        const char *from = at_mask + outer * mask->outer + first * mask->inner;
        for (int64_t i = 0; i < n; i++) into[i] = from[i * mask->inner] ? into[i] : 0;
    }
}
