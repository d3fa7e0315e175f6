/* Walks rows for an emitted `block`, a long one by itself or a tile of short ones: reads any dtype
   and step, weighs, sums up, writes slopes, and shares the work among threads. */

#define CHUNK 65536  /* numbers of one partial sum; fixed, so that threads change no digit */

/* Arrays come in the order: rows, numbers, labels. Counts of what the block asks for beside. */
typedef struct {
    int64_t outer, inner, k;
    int32_t rows, numbers, labels, tile, rooms, weighted, masked, mean, valued, sloped;
    array in[MOST], value, slopes, weight, mask;
    const double *settings;
    const real *const *tables;
} plan;

typedef struct {
    const plan *plan;
    rows_of *block;
    const char *in[3], *weight, *mask;
    char *value, *slopes;
    double scale, *partial;  /* partial: outer x chunks x 2 */
    int64_t chunk, chunks;
} job;

static void labels(place *into, const char *from, int64_t step, int kind, int64_t n, int64_t k)
{
    for (int64_t i = 0; i < n; i++, from += step) {
        int64_t label = -1;
        if (kind == 4) label = *(const uint8_t *)from;
        else if (kind == 5) { int32_t x; memcpy(&x, from, 4); label = x; }
        else memcpy(&label, from, 8);
        into[i] = label >= 0 && label < k ? (place)label : -1;
    }
}

/* The memory of one thread: rows that cannot be read or written in place, and the block's rooms. */
typedef struct { real *rows[MOST], *to, *room; } space;

static int made(const plan *p, space *s, real **whole)
{
    int64_t length = p->k * (p->tile ? TILE : 1);
    *whole = malloc((size_t)(length * (p->rows + 1 + p->rooms) + 16) * sizeof(real));
    if (!*whole) return 0;
    for (int i = 0; i < p->rows; i++) s->rows[i] = *whole + i * length;
    s->to = *whole + p->rows * length;
    s->room = s->to + length;
    return 1;
}

/* n rows from `first` on: one long row, or a tile. */
static void one_block(const job *j, const space *s, int64_t outer, int64_t first, int64_t n,
                      const real *weight, real *results)
{
    const plan *p = j->plan;
    const real *rows[MOST], *given[MOST];
    const place *marks[MOST];
    int64_t steps[MOST], step_to = 1;
    real held[MOST][TILE];
    place named[MOST][TILE];
    for (int i = 0; i < p->rows; i++) {
        const array *a = &p->in[i];
        const char *at = j->in[a->base] + a->offset + outer * a->outer + first * a->inner;
        rows[i] = s->rows[i], steps[i] = p->tile ? TILE : 1;
        if (!p->tile && plain(a, a->item)) rows[i] = (const real *)at;
        else if (!p->tile) numbers(s->rows[i], at, a->item, a->kind, p->k);
        else if (plain(a, a->inner)) rows[i] = (const real *)at, steps[i] = a->item / (int64_t)sizeof(real);
        else
            for (int64_t c = 0; c < p->k; c++)
                numbers(s->rows[i] + c * TILE, at + c * a->item, a->inner, a->kind, n);
    }
    for (int i = 0; i < p->numbers + p->labels; i++) {
        const array *a = &p->in[p->rows + i];
        const char *at = j->in[a->base] + a->offset + outer * a->outer + first * a->inner;
        if (i < p->numbers) numbers(held[i], at, a->inner, a->kind, n), given[i] = held[i];
        else labels(named[i - p->numbers], at, a->inner, a->kind, n, p->k), marks[i - p->numbers] = named[i - p->numbers];
    }
    real *to = s->to;
    char *slopes = p->sloped ? j->slopes + outer * p->slopes.outer + first * p->slopes.inner : 0;
    int direct = slopes && plain(&p->slopes, p->tile ? p->slopes.inner : p->slopes.item);
    if (direct) to = (real *)slopes;
    if (p->tile) step_to = direct ? p->slopes.item / (int64_t)sizeof(real) : TILE;
    j->block(p->k, n, rows, steps, given, marks, p->tables, p->settings, weight, (real)j->scale,
             results, to, step_to, s->room);
    if (slopes && !direct && !p->tile) written(slopes, to, p->slopes.item, p->slopes.kind, p->k);
    if (slopes && !direct && p->tile)
        for (int64_t c = 0; c < p->k; c++)
            written(slopes + c * p->slopes.item, to + c * TILE, p->slopes.inner, p->slopes.kind, n);
}

static void one_chunk(const job *j, const space *s, int64_t place_)
{
    const plan *p = j->plan;
    int64_t outer = place_ / j->chunks, first = place_ % j->chunks * j->chunk;
    int64_t end = first + j->chunk < p->inner ? first + j->chunk : p->inner;
    int64_t most = p->tile ? TILE : 1;
    sum total = {0, 0}, count = {0, 0};
    real weight[TILE], results[2 * TILE];
    for (; first < end; first += most) {
        int64_t n = end - first < most ? end - first : most;
        weights(&p->weight, j->weight, &p->mask, j->mask, outer, first, n, weight);
        if (j->block) one_block(j, s, outer, first, n, weight, results);
        const real *counted = j->block ? results + (p->tile ? TILE : 1) : weight;
        if (j->block && p->valued) add(&total, summed(results, n));
        add(&count, summed(counted, n));
        if (j->value)
            written(j->value + outer * p->value.outer + first * p->value.inner, results,
                    p->value.inner, p->value.kind, n);
    }
    j->partial[2 * place_] = found(&total), j->partial[2 * place_ + 1] = found(&count);
}

static void work(const void *given, part *mine)
{
    const job *j = given;
    space s = {{0}, 0, 0};
    real *whole = 0;
    if (j->block && !made(j->plan, &s, &whole)) {
        mine->failed = 1;
        return;
    }
    for (int64_t at = mine->from; at < mine->to; at++) one_chunk(j, &s, at);
    free(whole);
}

static int all_chunks(const job *j, int threads)
{
    return shared(work, j, j->plan->outer * j->chunks, threads);
}

static double total(const job *j, int which)
{
    sum s = {0, 0};
    for (int64_t at = 0; at < j->plan->outer * j->chunks; at++) add(&s, j->partial[2 * at + which]);
    return found(&s);
}

/* result: the total and what the rows weigh; or with `mean` their quotient. `counted` is what they
   weigh, where a kernel has added it up before. Returns 0, or 1 if memory ran out. */
int run(const plan *p, rows_of *block, const char *in0, const char *in1, const char *in2,
        const char *weight, const char *mask, char *value, char *slopes, char *unused, real *result,
        const real *counted, int threads)
{
    double small[64];
    job j = {.plan = p, .block = block, .in = {in0, in1, in2}, .weight = p->weighted ? weight : 0,
             .mask = p->masked ? mask : 0,
             .value = value, .slopes = slopes, .scale = 1};
    (void)unused;
    j.chunk = CHUNK / (p->k > 0 ? p->k : 1);
    j.chunk = j.chunk < 1 ? 1 : j.chunk;
    if (p->tile) j.chunk = (j.chunk + TILE - 1) / TILE * TILE;
    j.chunks = (p->inner + j.chunk - 1) / j.chunk;
    int64_t wanted = 2 * p->outer * j.chunks;
    j.partial = wanted <= 64 ? small : malloc((size_t)wanted * sizeof(double));
    if (!j.partial) return 1;
    if (slopes && p->outer * p->inner * p->k > CHUNK)
        fewer_faults(slopes, p->outer * p->inner * p->k * SIZES[p->slopes.kind]);
    double count = (double)(p->outer * p->inner);
    if (p->mean && counted) {
        count = (double)*counted;
    } else if (p->mean && (p->weighted || p->masked)) {
        job only = j;
        only.block = 0, only.value = 0;
        all_chunks(&only, threads);
        count = total(&only, 1);
    }
    if (p->mean) j.scale = count == 0 ? 0 : 1 / count;
    int failed = all_chunks(&j, threads);
    if (result && p->mean) {
        result[0] = count == 0 ? 0 : (real)total(&j, 0) / (real)count;
    } else if (result) {
        result[0] = (real)total(&j, 0), result[1] = (real)total(&j, 1);
    }
    if (j.partial != small) free(j.partial);
    return failed;
}

/* The commonest call, with as few arguments as it can have: each costs more than a small loss. */
int brief(const plan *p, rows_of *block, const char *in0, const char *in1, char *slopes,
          real *result)
{
    return run(p, block, in0, in1, 0, 0, 0, 0, slopes, 0, result, 0, 1);
}
