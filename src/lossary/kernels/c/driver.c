/* Walks arrays in blocks for an emitted `block`: reads any dtype and stride, weighs, masks, sums
   up, writes, and shares the work among threads. Compiled twice, for real = float and double. */

#define BLOCK 1024           /* entries at once: all buffers of a block fit the nearest cache */
#define CHUNK (64 * BLOCK)   /* entries of one partial sum; fixed, so that threads change no digit */
#define RUN (8 * BLOCK)      /* entries of one item in a row, where there are several items */
#define NEAR (1 << 18)       /* bytes that stay near while one item after the other is read */
#define SUMS (1024 * (MOST + 1))  /* sums of all items together, at most */

typedef void block_of(int64_t n, const real *const *in, real *const *out, const double *settings,
                      const real *coefficients);

typedef struct {
    int64_t outer, inner, items;
    int32_t reads, writes, sums, weighted, masked, mean, sides;
    int32_t counts;  /* beside the sums: how many entries count, not what they weigh */
    int32_t apart;   /* each outer place has sums and coefficients of its own */
    int32_t unused;
    array in[MOST], out[MOST], weight, mask;
    const double *settings;
} plan;

typedef struct {
    const plan *plan;
    block_of *block;
    const char *in[3], *weight, *mask;
    char *out[3];
    const real *coefficients;
    double scale, *partial;  /* partial: outer x chunks x items x (sums + 1) */
    int64_t chunks;
} job;

/* ---- one block ------------------------------------------------------------------------------ */

/* What does not count is zero, whatever stands there. */
static void weigh(real *restrict values, const real *restrict weight, int64_t n)
{
    for (int64_t i = 0; i < n; i++) values[i] = weight[i] == 0 ? 0 : values[i] * weight[i];
}

/* Not on the stack, which may be small: a thread's own, taken once it needs it. */
static _Thread_local real room[2 * MOST][BLOCK] __attribute__((aligned(64)));

static void one_block(const job *j, int64_t outer, int64_t item, int64_t first, int64_t n,
                      const real *weight, const real *label, sum *sums)
{
    const plan *p = j->plan;
    const real *in[MOST];
    real *out[MOST];
    for (int k = 0; k < p->reads; k++) {
        const array *a = &p->in[k];
        const char *at = j->in[a->base] + a->offset + outer * a->outer + item * a->item
                         + first * a->inner;
        in[k] = a->labels ? label : plain(a, a->inner) ? (const real *)at : room[k];
        if (in[k] == room[k]) numbers(room[k], at, a->inner, a->kind, n);
    }
    char *to[MOST];
    for (int k = 0; k < p->writes; k++) {
        const array *a = &p->out[k];
        to[k] = j->out[a->base] ? j->out[a->base] + a->offset + outer * a->outer + item * a->item
                                + first * a->inner : 0;
        out[k] = to[k] && plain(a, a->inner) ? (real *)to[k] : room[MOST + k];
    }
    real sides[MOST + 1];
    int64_t place = (p->apart ? outer : 0) * p->items + item;
    for (int s = 0; s < p->sides; s++)
        sides[s] = j->coefficients[s * (p->apart ? p->outer : 1) * p->items + place];
    sides[p->sides] = (real)item;
    j->block(n, in, out, p->settings, sides);
    for (int k = 0; k < p->writes; k++) {
        if (weight) weigh(out[k], weight, n);
        if (k < p->sums) {
            add(&sums[k], summed(out[k], n));
        } else if (j->scale != 1) {
            real scale = (real)j->scale;
            real *values = out[k];
            for (int64_t i = 0; i < n; i++) values[i] *= scale;
        }
        if (to[k] && out[k] == room[MOST + k])
            written(to[k], out[k], p->out[k].inner, p->out[k].kind, n);
    }
}

/* ---- chunks, threads ------------------------------------------------------------------------ */

/* How many entries of one item to go through before the next item's turn: long runs where each
   item lies in one piece, for memory is read ahead; short ones where the items lie between each
   other, for the next item is read from the same lines. */
static int64_t turn(const plan *p)
{
    int64_t run = p->items == 1 ? BLOCK : RUN;
    for (int k = 0; k < p->reads + p->writes; k++) {
        const array *a = k < p->reads ? &p->in[k] : &p->out[k - p->reads];
        int64_t step = a->inner < 0 ? -a->inner : a->inner, item = a->item < 0 ? -a->item : a->item;
        if (item && item < step && run * step > NEAR) run = NEAR / step;
    }
    return run < 64 ? 64 : run;
}

static void one_chunk(const job *j, int64_t place)
{
    const plan *p = j->plan;
    int64_t outer = place / j->chunks, first = place % j->chunks * CHUNK;
    int64_t end = first + CHUNK < p->inner ? first + CHUNK : p->inner;
    int width = p->sums + 1;
    static _Thread_local real buffer[RUN] __attribute__((aligned(64)));
    static _Thread_local real label[RUN] __attribute__((aligned(64)));
    static _Thread_local sum all[SUMS];
    int some = p->weighted || p->masked;  /* perhaps not all entries count */
    memset(all, 0, (size_t)(p->items * width) * sizeof(sum));
    for (int64_t run = turn(p); first < end; first += run) {
        int64_t n = end - first < run ? end - first : run;
        if (some)
            weights(&p->weight, j->weight, &p->mask, j->mask, outer, first, n, buffer);
        add(&all[p->sums], !some ? (double)n : p->counts ? counted(buffer, n) : summed(buffer, n));
        for (int k = 0; j->block && k < p->reads; k++) {
            const array *a = &p->in[k];
            if (a->labels)
                item_of(label, j->in[a->base] + a->offset + outer * a->outer + first * a->inner,
                        a->inner, a->kind, n, (uint64_t)p->items);
        }
        for (int64_t item = 0; j->block && item < p->items; item++)
            for (int64_t at = 0; at < n; at += BLOCK)
                one_block(j, outer, item, first + at, n - at < BLOCK ? n - at : BLOCK,
                          some ? buffer + at : 0, label + at, all + item * width);
    }
    double *partial = j->partial + place * p->items * width;
    for (int k = 0; k < p->items * width; k++) partial[k] = found(&all[k]);
}

static void work(const void *given, part *mine)
{
    for (int64_t place = mine->from; place < mine->to; place++) one_chunk(given, place);
}

static void all_chunks(const job *j, int threads)
{
    shared(work, j, j->plan->outer * j->chunks, threads);
}

/* Add up one partial sum in a fixed order, so that the number of threads changes no digit: of one
   outer place, or (with `outer` < 0) of all. */
static double total(const job *j, int64_t outer, int64_t item, int which)
{
    const plan *p = j->plan;
    int64_t first = outer < 0 ? 0 : outer * j->chunks;
    int64_t end = outer < 0 ? p->outer * j->chunks : first + j->chunks;
    sum s = {0, 0};
    for (int64_t c = first; c < end; c++)
        add(&s, j->partial[(c * p->items + item) * (p->sums + 1) + which]);
    return found(&s);
}

/* ---- the face ------------------------------------------------------------------------------- */

/* result: with `mean` the finished number; else each sum (for each outer place, where they are
   apart, and each item), and last for each outer place what the entries weigh, or how many count.
   Returns 0, or 1 if memory ran out. */
int run(const plan *p, block_of *block, const char *in0, const char *in1, const char *in2,
        const char *weight, const char *mask, char *out0, char *out1, char *out2, real *result,
        const real *coefficients, int threads)
{
    double small[64];
    job j = {.plan = p, .block = block, .in = {in0, in1, in2}, .weight = p->weighted ? weight : 0,
             .mask = p->masked ? mask : 0,
             .out = {out0, out1, out2}, .coefficients = coefficients, .scale = 1};
    j.chunks = (p->inner + CHUNK - 1) / CHUNK;
    int64_t width = p->sums + 1, wanted = p->outer * j.chunks * p->items * width;
    j.partial = wanted <= 64 ? small : malloc((size_t)wanted * sizeof(double));
    if (!j.partial) return 1;
    for (int k = 0; k < p->writes; k++)
        if (j.out[p->out[k].base] && !p->out[k].offset && p->inner * p->items * p->outer > CHUNK)
            fewer_faults(j.out[p->out[k].base],
                         p->outer * p->inner * p->items * SIZES[p->out[k].kind]);
    double count = (double)(p->outer * p->inner);
    if (p->mean && (p->weighted || p->masked)) {
        job only = j;
        plan bare = *p;
        bare.items = 1, only.plan = &bare, only.block = 0;
        all_chunks(&only, threads);
        count = total(&only, -1, 0, p->sums);
    }
    /* Where nothing counts, nothing is felt: the mean is zero, and so is every slope. */
    if (p->mean) j.scale = count == 0 ? 0 : 1 / count;
    all_chunks(&j, threads);
    if (result && p->mean) {
        /* Rounded before the division, as parts are. */
        result[0] = count == 0 ? 0 : (real)total(&j, -1, 0, 0) / (real)count;
    } else if (result) {
        int64_t places = p->apart ? p->outer : 1;
        for (int k = 0; k <= p->sums; k++)
            for (int64_t place = 0; place < places; place++)
                for (int64_t item = 0; item < (k < p->sums ? p->items : 1); item++)
                    *result++ = (real)total(&j, p->apart ? place : -1, item, k);
    }
    if (j.partial != small) free(j.partial);
    return 0;
}

/* The commonest call, with as few arguments as it can have: each costs more than a small loss. */
int brief(const plan *p, block_of *block, const char *in0, const char *in1, char *slopes,
          real *result)
{
    return run(p, block, in0, in1, 0, 0, 0, 0, slopes, 0, result, 0, 1);
}
