/* Moves many arrays by one rule, an emitted `block`: weights, gradients and what is remembered of
   each array, in one pass, shared among threads. Compiled twice, for real = float and double. */

#define BLOCK 1024  /* entries at once: all buffers of a block fit the nearest cache */
#define AT_ONCE 64  /* blocks that a thread takes at a time */
#define MOST 8      /* arrays a block reads, and arrays it writes */

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
        here[k] = kind == (sizeof(real) == 4 ? 0 : 1) ? (real *)at[k] : room[k];
        if (here[k] == room[k] && k < j->reads) numbers(room[k], at[k], SIZES[kind], kind, n);
    }
    j->block(n, (const real *const *)here, here + j->reads, j->settings, 0);
    for (int k = j->reads; k < j->reads + j->writes; k++)
        if (here[k] == room[k]) written(at[k], room[k], SIZES[j->kinds[k]], j->kinds[k], n);
}

/* Blocks are counted through all arrays. A thread takes a few at a time, whichever come next: one
   that starts late, or is held up, keeps no other waiting. */
typedef struct { const job *job; int64_t all, *next; } queue;

static void work(const void *given, part *mine)
{
    const queue *q = given;
    const job *j = q->job;
    int64_t which = 0, begin = 0, from;
    (void)mine;
    while ((from = __atomic_fetch_add(q->next, AT_ONCE, __ATOMIC_RELAXED)) < q->all) {
        int64_t to = from + AT_ONCE < q->all ? from + AT_ONCE : q->all;
        for (; from < to; from++) {
            for (; from >= begin + blocks(j->lengths[which]); which++)
                begin += blocks(j->lengths[which]);
            int64_t first = (from - begin) * BLOCK, left = j->lengths[which] - first;
            one_block(j, which, first, left < BLOCK ? left : BLOCK);
        }
    }
}

void steps(const job *j)
{
    int64_t all = 0, next = 0;
    for (int64_t which = 0; which < j->arrays; which++) {
        all += blocks(j->lengths[which]);
        for (int k = j->reads; j->fresh && k < j->reads + j->writes; k++)
            fewer_faults(j->at[k * j->arrays + which], j->lengths[which] * SIZES[j->kinds[k]]);
    }
    queue q = {j, all, &next};
    shared(work, &q, (all + AT_ONCE - 1) / AT_ONCE, j->threads);
}
