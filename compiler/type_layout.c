/* type_layout.c: sizes, alignments and offsets on a 64-bit machine, as Go's compiler has them and as the
 * emitted C must.
 *
 * Floor 1. A struct that ends in a field of size zero is one byte longer, so that the field's address is
 * within it. Types that hold themselves are reported where they are declared; here depth is limited. Sizes
 * saturate at INT64_MAX/2.
 */
#include "type.h"

#include "scope.h"

enum { WORD = 8, MAX_DEPTH = 1000 };
#define TOO_LARGE (INT64_MAX / 2)

typedef struct Layout {
    int64_t size, align;
} Layout;

static Layout layout(Type *t, int depth);

static int64_t round_up(int64_t n, int64_t align) { return (n + align - 1) / align * align; }

static int64_t saturate(__int128 n) { return n > TOO_LARGE ? TOO_LARGE : (int64_t)n; }

/* Lays out the first n fields; offset of field n in *offset when asked for. */
static Layout struct_layout(Type *u, int upto, int64_t *offset, int depth) {
    Layout s = {0, 1};
    int64_t last = 1;
    const int n = u->struct_.fields.n;
    for (int i = 0; i < n; i++) {
        Layout f = layout(u->struct_.fields.v[i].type, depth + 1);
        s.size = round_up(s.size, f.align);
        if (offset && i == upto) *offset = s.size;
        if (f.align > s.align) s.align = f.align;
        last = f.size;
        s.size = saturate((__int128)s.size + f.size);
    }
    if (n && s.size > 0 && last == 0) s.size++;
    s.size = round_up(s.size, s.align);
    return s;
}

static Layout layout(Type *t, int depth) {
    static const Layout basic[] = {
        [TYPE_BOOL] = {1, 1},        [TYPE_INT] = {8, 8},     [TYPE_INT8] = {1, 1},
        [TYPE_INT16] = {2, 2},       [TYPE_INT32] = {4, 4},   [TYPE_INT64] = {8, 8},
        [TYPE_UINT] = {8, 8},        [TYPE_UINT8] = {1, 1},   [TYPE_UINT16] = {2, 2},
        [TYPE_UINT32] = {4, 4},      [TYPE_UINT64] = {8, 8},  [TYPE_UINTPTR] = {8, 8},
        [TYPE_FLOAT32] = {4, 4},     [TYPE_FLOAT64] = {8, 8}, [TYPE_COMPLEX64] = {8, 4},
        [TYPE_COMPLEX128] = {16, 8}, [TYPE_STRING] = {16, 8}, [TYPE_UNSAFE_POINTER] = {8, 8},
    };
    Type *u = type_under(t);
    Layout e;
    if (depth > MAX_DEPTH) return (Layout){0, 1};
    switch (u->kind) {
    case TYPE_ARRAY:
        e = layout(u->array.elem, depth + 1);
        return (Layout){u->array.len < 0 ? 0 : saturate((__int128)e.size * u->array.len), e.align};
    case TYPE_STRUCT: return struct_layout(u, -1, NULL, depth);
    case TYPE_SLICE: return (Layout){3 * WORD, WORD};
    case TYPE_INTERFACE: return (Layout){2 * WORD, WORD};
    case TYPE_POINTER:
    case TYPE_FUNC:
    case TYPE_MAP:
    case TYPE_CHAN: return (Layout){WORD, WORD};
    default:
        if (u->kind < (int)(sizeof basic / sizeof *basic) && basic[u->kind].align) return basic[u->kind];
        return (Layout){WORD, WORD};
    }
}

int64_t type_size(Type *t) { return layout(t, 0).size; }
int64_t type_align(Type *t) { return layout(t, 0).align; }

int64_t type_field_offset(Type *struct_type, int index) {
    int64_t offset = 0;
    struct_layout(type_under(struct_type), index, &offset, 0);
    return offset;
}

static int64_t ptrdata(Type *t, int depth) {
    Type *u = type_under(t);
    int64_t n;
    if (depth > MAX_DEPTH) return 0;
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_FUNC:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_UNSAFE_POINTER: return WORD;
    case TYPE_INTERFACE: return 2 * WORD;
    case TYPE_ARRAY:
        n = u->array.len > 0 ? ptrdata(u->array.elem, depth + 1) : 0;
        return n ? (u->array.len - 1) * type_size(u->array.elem) + n : 0;
    case TYPE_STRUCT:
        for (int i = u->struct_.fields.n - 1; i >= 0; i--) {
            n = ptrdata(u->struct_.fields.v[i].type, depth + 1);
            if (n) return type_field_offset(u, i) + n;
        }
        return 0;
    default: return 0;
    }
}

int64_t type_ptrdata(Type *t) { return ptrdata(t, 0); }

static bool is_direct(Type *t, int depth) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_POINTER:
    case TYPE_FUNC:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_UNSAFE_POINTER: return true;
    case TYPE_STRUCT:
        return u->struct_.fields.n == 1 && depth < MAX_DEPTH &&
               is_direct(u->struct_.fields.v[0].type, depth + 1);
    case TYPE_ARRAY: return u->array.len == 1 && depth < MAX_DEPTH && is_direct(u->array.elem, depth + 1);
    default: return false;
    }
}

bool type_is_direct(Type *t) { return is_direct(t, 0); }
