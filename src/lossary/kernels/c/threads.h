/* Work shared among threads that are started for it and end with it: a pool would spin beside the
   framework's own, and would not survive a fork. */

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#define THREADS 1
#endif

/* What one thread does of a job; `failed` if it found no memory. */
typedef struct { int64_t from, to; int failed; } part;
typedef void work_of(const void *job, part *mine);
typedef struct { work_of *work; const void *job; part mine; } hand;

static inline void *handed(void *given)
{
    hand *h = given;
    h->work(h->job, &h->mine);
    return 0;
}

/* Returns 0, or 1 if a part of it failed. */
static int shared(work_of *work, const void *job, int64_t places, int threads)
{
    if (threads > places) threads = (int)places;
#ifdef THREADS
    if (threads > 1) {
        pthread_t running[threads];
        hand hands[threads];
        int started = 1, failed = 0;
        for (int t = 0; t < threads; t++)
            hands[t] = (hand){work, job, {places * t / threads, places * (t + 1) / threads, 0}};
        pthread_attr_t roomy;
        pthread_attr_init(&roomy);
        pthread_attr_setstacksize(&roomy, 4 << 20);
        for (; started < threads; started++)
            if (pthread_create(&running[started], &roomy, handed, &hands[started])) break;
        pthread_attr_destroy(&roomy);
        /* What could not be given away is done here. */
        for (int t = 0; t < threads; t++)
            if (t == 0 || t >= started) handed(&hands[t]);
        for (int t = 1; t < started; t++) pthread_join(running[t], 0);
        for (int t = 0; t < threads; t++) failed |= hands[t].mine.failed;
        return failed;
    }
#endif
    part whole = {0, places, 0};
    work(job, &whole);
    return whole.failed;
}
