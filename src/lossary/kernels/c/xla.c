/* Lets XLA call kernels: one foreign function finds a kernel by its key, and hands over where the
   arrays of a call stand. The text of XLA's own header, xla/ffi/api/c_api.h, comes before. */

#define SLOTS (1 << 16)
#define OUTPUTS 3

typedef int run_of(const void *plan, const void *block, const void *in0, const void *in1,
                   const void *in2, const void *weight, const void *mask, void *out0, void *out1,
                   void *out2, void *result, const void *coefficients, int threads);

/* A kernel and what it takes: so many arrays, a weight, a mask; which outputs it writes entry by
   entry, and whether it has sums. A first pass, if there is one, adds up what a mean divides by,
   which stands `second` bytes after its first sum. All of it stays where it is for as long as the
   process lives. */
typedef struct {
    int64_t key;
    run_of *run;
    const void *plan, *block, *first_plan, *first_block;
    int32_t arrays, weighted, masked, writes[OUTPUTS], sums, large, second, unused;
} entry;

static const entry *table[SLOTS];

static const entry **slot(int64_t key)
{
    for (uint64_t step = 0; step < SLOTS; step++) {
        const entry **place = &table[((uint64_t)key + step) % SLOTS];
        const entry *there = __atomic_load_n(place, __ATOMIC_ACQUIRE);
        if (!there || there->key == key) return place;
    }
    return 0;
}

/* Callers take turns; readers need not wait for them. Returns 0, or 1 if the table is full. */
int enter(const entry *given)
{
    const entry **place = slot(given->key);
    if (place) __atomic_store_n(place, given, __ATOMIC_RELEASE);
    return !place;
}

static XLA_FFI_Error *refused(const XLA_FFI_CallFrame *frame, XLA_FFI_Error_Code code,
                              const char *message)
{
    XLA_FFI_Error_Create_Args args = {XLA_FFI_Error_Create_Args_STRUCT_SIZE, 0, message, code};
    return frame->api->XLA_FFI_Error_Create(&args);
}

static XLA_FFI_Error *described(const XLA_FFI_Metadata_Extension *asked)
{
    XLA_FFI_Api_Version *version = &asked->metadata->api_version;
    version->struct_size = XLA_FFI_Api_Version_STRUCT_SIZE;
    version->extension_start = 0;
    version->major_version = XLA_FFI_API_MAJOR;
    version->minor_version = XLA_FFI_API_MINOR;
    asked->metadata->traits = 0;
    return 0;
}

static const int64_t *key_of(const XLA_FFI_Attrs *given)
{
    for (int64_t i = 0; i < given->size; i++)
        if (given->types[i] == XLA_FFI_AttrType_SCALAR && given->names[i]->len == 3
            && !memcmp(given->names[i]->ptr, "key", 3)) {
            const XLA_FFI_Scalar *scalar = given->attrs[i];
            return scalar->dtype == XLA_FFI_DataType_S64 ? scalar->value : 0;
        }
    return 0;
}

/* As many as XLA gives to one operation of its own. */
static int threads(const XLA_FFI_CallFrame *frame)
{
    int64_t count = 1;
    XLA_FFI_ThreadPool_NumThreads_Args args = {
        XLA_FFI_ThreadPool_NumThreads_Args_STRUCT_SIZE, 0, frame->ctx, &count};
    XLA_FFI_Error *error = frame->api->XLA_FFI_ThreadPool_NumThreads(&args);
    if (error) {
        XLA_FFI_Error_Destroy_Args gone = {XLA_FFI_Error_Destroy_Args_STRUCT_SIZE, 0, error};
        frame->api->XLA_FFI_Error_Destroy(&gone);
    }
    return error || count < 1 ? 1 : (int)count;
}

static void *next(void *const *buffers, int64_t *place, int there)
{
    return there ? ((XLA_FFI_Buffer *)buffers[(*place)++])->data : 0;
}

XLA_FFI_Error *call(XLA_FFI_CallFrame *frame)
{
    for (XLA_FFI_Extension_Base *each = frame->extension_start; each; each = each->next)
        if (each->type == XLA_FFI_Extension_Metadata)
            return described((XLA_FFI_Metadata_Extension *)each);
    const int64_t *key = key_of(&frame->attrs);
    const entry **place = key ? slot(*key) : 0;
    const entry *e = place ? __atomic_load_n(place, __ATOMIC_ACQUIRE) : 0;
    if (!e)
        return refused(frame, XLA_FFI_Error_Code_NOT_FOUND,
                       "lossary: this process has not made the kernel that a compiled program from "
                       "elsewhere asks for; trace the loss here first, or compile the program with "
                       "lossary.use_kernels(False)");
    int64_t taken = e->arrays + e->weighted + e->masked, given = e->sums, in = 0, out = 0;
    for (int k = 0; k < OUTPUTS; k++) given += e->writes[k];
    if (frame->args.size != taken || frame->rets.size != given)
        return refused(frame, XLA_FFI_Error_Code_INTERNAL, "lossary: other arrays were expected");
    void *const *args = frame->args.args, *const *rets = frame->rets.rets;
    const void *from[5];
    void *to[OUTPUTS + 1];
    for (int k = 0; k < 3; k++) from[k] = next(args, &in, k < e->arrays);
    from[3] = next(args, &in, e->weighted), from[4] = next(args, &in, e->masked);
    for (int k = 0; k < OUTPUTS; k++) to[k] = next(rets, &out, e->writes[k]);
    to[OUTPUTS] = next(rets, &out, e->sums);
    double sums[2];  /* or two floats */
    void *counted = e->first_plan ? (char *)sums + e->second : 0;
    int many = e->large ? threads(frame) : 1;
    int failed = e->first_plan
        && e->run(e->first_plan, e->first_block, from[0], from[1], from[2], from[3], from[4], 0, 0,
                  0, sums, 0, many);
    failed = failed
        || e->run(e->plan, e->block, from[0], from[1], from[2], from[3], from[4], to[0], to[1],
                  to[2], to[OUTPUTS], counted, many);
    if (failed)
        return refused(frame, XLA_FFI_Error_Code_RESOURCE_EXHAUSTED, "lossary: out of memory");
    return 0;
}
