/* Loops over arrays that stand far away, each entry of which is met once. Four vectors at a time of
   every array keep memory busier than one. */

#undef LOOP
#if defined(__clang__)
#define LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")
#elif defined(__GNUC__)
#define LOOP _Pragma("GCC unroll 4") _Pragma("GCC ivdep")
#else
#define LOOP
#endif
