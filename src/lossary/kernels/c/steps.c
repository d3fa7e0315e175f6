/* Moves many arrays by one rule, an emitted `block`: weights, gradients and what is remembered of
   each array, in one pass, shared among threads. Compiled twice, for real = float and double. */

#define BLOCK 1024  /* entries at once: all buffers of a block fit the nearest cache */
#define SHARES 32   /* how often a thread asks for work, about */
#define LARGEST 1024  /* blocks of one asking, at most */
#define MOST 8      /* arrays a block reads, and arrays it writes */
#define REAL (sizeof(real) == 4 ? 0 : 1)  /* the number of its own dtype */

typedef void block_of(int64_t n, const real *const *in, real *const *out, const double *settings,
                      const real *coefficients);

/* `at` has a row for each array that the block reads, and then for each that it writes, with a
   pointer for each array of the model; `kinds` has the dtype of each row. */
typedef struct {
    int64_t arrays;
    const int64_t *lengths;
    char *const *at;
    const double *settings;
    block_of *block;
    int32_t reads, writes, fresh, threads;
    int32_t kept, unused;  /* kept: `block` has room for one block only */
    int32_t kinds[2 * MOST];
} job;

static int64_t blocks(int64_t length) { return (length + BLOCK - 1) / BLOCK; }

/* Not on the stack, which may be small: a thread's own, taken once it needs it. */
static _Thread_local real room[2 * MOST][BLOCK] __attribute__((aligned(64)));

static void one_block(const job *j, int64_t which, int64_t first, int64_t n)
{
    real *here[2 * MOST];
    char *at[2 * MOST];
    for (int k = 0; k < j->reads + j->writes; k++) {
        int kind = j->kinds[k];
        at[k] = j->at[k * j->arrays + which] + first * SIZES[kind];
        here[k] = kind == REAL ? (real *)at[k] : room[k];
        if (here[k] == room[k] && k < j->reads) numbers(room[k], at[k], SIZES[kind], kind, n);
    }
    j->block(n, (const real *const *)here, here + j->reads, j->settings, 0);
    for (int k = j->reads; k < j->reads + j->writes; k++)
        if (here[k] == room[k]) written(at[k], room[k], SIZES[j->kinds[k]], j->kinds[k], n);
}

/* Blocks are counted through all arrays. A thread takes a few at a time, whichever come next: one
   that starts late, or is held up, keeps no other waiting. */
typedef struct { const job *job; int64_t all, *next, share, most; } queue;

static void work(const void *given, part *mine)
{
    const queue *q = given;
    const job *j = q->job;
    int64_t which = 0, begin = 0, from;
    (void)mine;
    while ((from = __atomic_fetch_add(q->next, q->share, __ATOMIC_RELAXED)) < q->all) {
        int64_t to = from + q->share < q->all ? from + q->share : q->all;
        while (from < to) {
            for (; from >= begin + blocks(j->lengths[which]); which++)
                begin += blocks(j->lengths[which]);
            int64_t first = (from - begin) * BLOCK, left = j->lengths[which] - first;
            int64_t many = to - from < q->most ? to - from : q->most;
            one_block(j, which, first, left < many * BLOCK ? left : many * BLOCK);
            from += blocks(left < many * BLOCK ? left : many * BLOCK);
        }
    }
}

void steps(const job *j)
{
    int64_t all = 0, next = 0;
    int single = j->kept;
    /* There is room for one block of numbers that are brought to `real`. */
    for (int k = 0; k < j->reads + j->writes; k++) single |= j->kinds[k] != REAL;
    for (int64_t which = 0; which < j->arrays; which++) {
        all += blocks(j->lengths[which]);
        for (int k = j->reads; j->fresh && k < j->reads + j->writes; k++)
            fewer_faults(j->at[k * j->arrays + which], j->lengths[which] * SIZES[j->kinds[k]]);
    }
    int64_t share = all / (j->threads > 1 ? j->threads * SHARES : 1);
    share = share < 1 ? 1 : share > LARGEST ? LARGEST : share;
    queue q = {j, all, &next, share, single ? 1 : share};
    shared(work, &q, (all + share - 1) / share, j->threads);
}
