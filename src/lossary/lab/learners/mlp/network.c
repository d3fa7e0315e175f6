/* Perceptrons side by side: each goes forward, back and a step on while it lies in the near caches.

   One kind of product serves all layers: c[m][n] = sum over k of a[m][k] b[k][n], six rows of a and
   four vectors of b at a time, so that what is summed up stays in registers. No number of a network
   depends on the networks beside it. */

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
#define LANES (BYTES / 4)
#if BYTES == 32
#define ACROSS 2 /* of sixteen registers, twelve hold sums */
#else
#define ACROSS 4
#endif
#define DOWN 6

typedef float vector __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef struct {
    int64_t nets, rows, features, width, layers, outputs, size;
} stack;

enum { PLAIN, BENT, SLOPED };

/* What becomes of the sums: kept as they are; bent by SiLU, its slope kept too; or times a slope. */
R_INLINE void finish(int kind, const float *z, float *c, float *slope, int n) {
    if (kind == BENT)
        for (int j = 0; j < n; j++) {
            float share = r_sigmoid(z[j]), out = z[j] * share;
            c[j] = out, slope[j] = share + out * (1.0f - share);
        }
    else
        for (int j = 0; j < n; j++) c[j] = kind == SLOPED ? z[j] * slope[j] : z[j];
}

R_INLINE void tile(int kind, int down, int across, int64_t depth, const float *a, int64_t am,
                   int64_t ak, const float *b, int64_t bk, const float *bias, float *c,
                   float *slope, int64_t cm) {
    vector sum[DOWN][ACROSS], row[ACROSS];
#pragma GCC unroll 8
    for (int m = 0; m < down; m++)
#pragma GCC unroll 8
        for (int v = 0; v < across; v++)
            sum[m][v] = bias ? *(const vector *)(bias + v * LANES) : (vector){0};
    for (int64_t k = 0; k < depth; k++) {
#pragma GCC unroll 8
        for (int v = 0; v < across; v++) row[v] = *(const vector *)(b + k * bk + v * LANES);
#pragma GCC unroll 8
        for (int m = 0; m < down; m++) {
            float one = a[m * am + k * ak];
#pragma GCC unroll 8
            for (int v = 0; v < across; v++) sum[m][v] += one * row[v];
        }
    }
#pragma GCC unroll 8
    for (int m = 0; m < down; m++) {
        float z[ACROSS * LANES];
#pragma GCC unroll 8
        for (int v = 0; v < across; v++) *(vector *)(z + v * LANES) = sum[m][v];
        finish(kind, z, c + m * cm, slope ? slope + m * cm : 0, across * LANES);
    }
}

R_INLINE void band(int kind, int across, int64_t rows, int64_t depth, const float *a, int64_t am,
                   int64_t ak, const float *b, int64_t bk, const float *bias, float *c,
                   float *slope, int64_t cm) {
    int64_t m = 0;
    for (; m + DOWN <= rows; m += DOWN)
        tile(kind, DOWN, across, depth, a + m * am, am, ak, b, bk, bias, c + m * cm,
             slope ? slope + m * cm : 0, cm);
    for (; m < rows; m++)
        tile(kind, 1, across, depth, a + m * am, am, ak, b, bk, bias, c + m * cm,
             slope ? slope + m * cm : 0, cm);
}

/* The product of `rows` rows; `width` is a multiple of sixteen. */
R_INLINE void product(int kind, int64_t rows, int64_t width, int64_t depth, const float *a,
                      int64_t am, int64_t ak, const float *b, int64_t bk, const float *bias,
                      float *c, float *slope, int64_t cm) {
    int64_t n = 0;
    for (; n + ACROSS * LANES <= width; n += ACROSS * LANES)
        band(kind, ACROSS, rows, depth, a, am, ak, b + n, bk, bias ? bias + n : 0, c + n,
             slope ? slope + n : 0, cm);
    for (; n < width; n += LANES)
        band(kind, 1, rows, depth, a, am, ak, b + n, bk, bias ? bias + n : 0, c + n,
             slope ? slope + n : 0, cm);
}

static void bent(int64_t rows, int64_t width, int64_t depth, const float *a, const float *b,
                 const float *bias, float *c, float *slope) {
    product(BENT, rows, width, depth, a, depth, 1, b, width, bias, c, slope, width);
}

static void sloped(int64_t rows, int64_t width, int64_t depth, const float *a, const float *b,
                   float *c, float *slope) {
    product(SLOPED, rows, width, depth, a, depth, 1, b, width, 0, c, slope, width);
}

/* c[m][n] = sum over rows of a[row][m] b[row][n]: the slopes of weights. */
static void gathered(int64_t tall, int64_t width, int64_t rows, const float *a, const float *b,
                     float *c) {
    product(PLAIN, tall, width, rows, a, 1, tall, b, width, 0, c, 0, width);
}

static void summed(int64_t rows, int64_t width, const float *a, float *c) {
    memset(c, 0, width * sizeof *c);
    for (int64_t m = 0; m < rows; m++)
        for (int64_t n = 0; n < width; n++) c[n] += a[m * width + n];
}

/* Turned round in squares of sixteen, so that no line of memory is fetched twice. */
static void turned(int64_t width, const float *a, float *c) {
    for (int64_t top = 0; top < width; top += 16)
        for (int64_t left = 0; left < width; left += 16)
            for (int64_t n = left; n < left + 16; n++)
                for (int64_t m = top; m < top + 16; m++) c[n * width + m] = a[m * width + n];
}

/* Where the weights into a layer stand; its biases follow them. */
static int64_t entry(const stack *s, int64_t layer) {
    int64_t first = (s->features + 1) * s->width;
    return layer ? first + (layer - 1) * (s->width + 1) * s->width : 0;
}

/* `x` holds the rows of every lesson, `lesson` says whose a network reads. For each layer `kept`
   gets what it puts out, and the slopes of that; with `stride` zero all networks share the room. */
void forward(const stack *s, const float *x, const int64_t *lesson, const float *weights,
             float *kept, int64_t stride, float *raw) {
    int64_t room = s->rows * s->width;
    for (int64_t net = 0; net < s->nets; net++) {
        const float *w = weights + net * s->size, *in = x + lesson[net] * s->rows * s->features;
        float *out = kept + net * stride;
        int64_t depth = s->features;
        for (int64_t layer = 0; layer < s->layers; layer++, depth = s->width) {
            const float *here = w + entry(s, layer);
            bent(s->rows, s->width, depth, in, here, here + depth * s->width, out, out + room);
            in = out, out += 2 * room;
        }
        const float *last = w + entry(s, s->layers), *bias = last + s->outputs * s->width;
        float *told = raw + net * s->rows * s->outputs;
        for (int64_t row = 0; row < s->rows; row++)
            for (int64_t o = 0; o < s->outputs; o++) {
                vector sum = {0};
                for (int64_t n = 0; n < s->width; n += LANES)
                    sum += *(const vector *)(in + row * s->width + n) *
                           *(const vector *)(last + o * s->width + n);
                float total = bias[o];
                for (int lane = 0; lane < LANES; lane++) total += sum[lane];
                told[row * s->outputs + o] = total;
            }
    }
}

/* From the slopes in the outputs to those in all weights. `room` holds two layers of one network
   and a layer's weights turned round. */
void backward(const stack *s, const float *x, const int64_t *lesson, const float *weights,
              float *kept, int64_t stride, const float *told, float *slopes, float *room) {
    int64_t cells = s->rows * s->width;
    float *here = room, *there = room + cells, *around = room + 2 * cells;
    for (int64_t net = 0; net < s->nets; net++) {
        const float *w = weights + net * s->size, *out = told + net * s->rows * s->outputs;
        float *g = slopes + net * s->size, *layers = kept + net * stride;
        int64_t last = entry(s, s->layers);
        float *in = layers + 2 * (s->layers - 1) * cells;
        gathered(s->outputs, s->width, s->rows, out, in, g + last);
        summed(s->rows, s->outputs, out, g + last + s->outputs * s->width);
        sloped(s->rows, s->width, s->outputs, out, w + last, here, in + cells);
        for (int64_t layer = s->layers - 1; layer; layer--) {
            int64_t at = entry(s, layer);
            in = layers + 2 * (layer - 1) * cells;
            gathered(s->width, s->width, s->rows, in, here, g + at);
            summed(s->rows, s->width, here, g + at + s->width * s->width);
            turned(s->width, w + at, around);
            sloped(s->rows, s->width, s->width, here, around, there, in + cells);
            float *swap = here;
            here = there, there = swap;
        }
        gathered(s->features, s->width, s->rows, x + lesson[net] * s->rows * s->features, here, g);
        summed(s->rows, s->width, here, g + s->features * s->width);
    }
}

/* Loshchilov & Hutter 2019, algorithm 2, each network with its own learning rate and decay. */
void adamw(int64_t nets, int64_t size, float *weights, const float *slopes, float *means,
           float *squares, const float *rates, const float *decays, const float *marks,
           double share, double slow, double slower, double lift, double rise, double epsilon) {
    const float new = 1 - slow, newer = 1 - slower, kept = slower, up = rise, least = epsilon;
    for (int64_t net = 0; net < nets; net++) {
        const float rate = share * rates[net] * lift, shrink = share * rates[net] * decays[net];
        for (int64_t i = 0; i < size; i++) {
            float mean = means[i] + new * (slopes[i] - means[i]);
            float square = kept * squares[i] + newer * slopes[i] * slopes[i];
            float change = rate * mean / (r_sqrt(square * up) + least);
            means[i] = mean, squares[i] = square;
            weights[i] -= shrink * marks[i] * weights[i] + change;
        }
        weights += size, slopes += size, means += size, squares += size;
    }
}
