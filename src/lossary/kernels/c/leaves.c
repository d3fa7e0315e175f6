/* Passes over the rows of a tree whose leaves are fitted again; `leaf_passes.py` says what they do.
   Rows are shared among threads in runs; run t has the rows from n t / threads on. */

#include <stdint.h>
#include <string.h>

typedef struct {
    int64_t n, entries, places;
    int32_t bits, threads;
    const double *kink, *after, *values;
    double *raw, low, fine, *sums;
    const int32_t *table;
    int32_t *leaf, *rows;
    const uint8_t *wanted;
    int64_t *counts;
} job;

/* The bucket's number within its leaf: the first bits of a distance in single precision, those of a
   negative one turned around. */
static inline int64_t rank(double apart, int bits)
{
    float number = (float)apart;
    int32_t told;
    memcpy(&told, &number, 4);
    told ^= (told >> 31) & 0x7FFFFFFF;
    return (told >> (32 - bits)) + (1 << (bits - 1));
}

static inline int64_t begin(const job *j, int64_t run) { return j->n * run / j->threads; }

static void tell(const void *given, part *mine)
{
    const job *j = given;
    for (int64_t i = begin(j, mine->from); i < begin(j, mine->to); i++) {
        double at = (j->after[i] - j->raw[i] - j->low) * j->fine;
        j->leaf[i] = j->table[at >= 0 && at < (double)j->entries ? (int64_t)at : 0];
        j->raw[i] = j->after[i];
    }
}

static void tally(const void *given, part *mine)
{
    const job *j = given;
    for (int64_t run = mine->from; run < mine->to; run++) {
        double *sums = j->sums + run * j->places;
        for (int64_t i = begin(j, run); i < begin(j, run + 1); i++) {
            int64_t bucket = rank(j->kink[i] - j->raw[i], j->bits);
            bucket += (int64_t)j->leaf[i] << j->bits;
            sums[bucket] += j->values ? j->values[i] : 1;
        }
    }
}

static void pick(const void *given, part *mine)
{
    const job *j = given;
    for (int64_t run = mine->from; run < mine->to; run++) {
        int32_t *rows = j->rows + begin(j, run);
        int64_t count = 0;
        for (int64_t i = begin(j, run); i < begin(j, run + 1); i++) {
            int64_t bucket = rank(j->kink[i] - j->raw[i], j->bits);
            rows[count] = (int32_t)i;
            count += j->wanted[bucket + ((int64_t)j->leaf[i] << j->bits)];
        }
        j->counts[run] = count;
    }
}

static void add(const void *given, part *mine)
{
    const job *j = given;
    for (int64_t i = begin(j, mine->from); i < begin(j, mine->to); i++)
        j->raw[i] += j->values[j->leaf[i]];
}

void leaves(int pass, const job *j)
{
    static work_of *const passes[] = {tell, tally, pick, add};
    shared(passes[pass], j, j->threads, j->threads);
}
