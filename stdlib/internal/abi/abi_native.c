/* What package internal/abi declares without a body: the runtime's operations on described values. */
#include <gol/gol.h>

void internal_abi__memmove(Ptr to, Ptr from, Uintptr n);
Ptr internal_abi__New(Ptr t);
Ptr internal_abi__NewArray(Ptr t, Int n);
Ptr internal_abi__FindItab(Ptr iface, Ptr t);
Int internal_abi__MapLen(Ptr m);
Ptr internal_abi__MapGet(Ptr t, Ptr m, Ptr key);
Ptr internal_abi__MapPut(Ptr t, Ptr m, Ptr key);
void internal_abi__MapDelete(Ptr t, Ptr m, Ptr key);
Ptr internal_abi__MakeMap(Ptr t, Int hint);
void internal_abi__MapClear(Ptr t, Ptr m);
void internal_abi__MapIterInit(Ptr t, Ptr m, Ptr it);
void internal_abi__MapIterNext(Ptr it);
Int internal_abi__ChanLen(Ptr c);
Int internal_abi__ChanCap(Ptr c);
Bool internal_abi__EqualValues(Ptr t, Ptr a, Ptr b);
Ptr internal_abi__MakeChan(Ptr t, Int size);
void internal_abi__ChanSend(Ptr c, Ptr elem);
Bool internal_abi__ChanRecv(Ptr c, Ptr elem);
void internal_abi__ChanClose(Ptr c);
Int internal_abi__Select(Ptr cases, Int n, Bool block, Ptr received);
Slice internal_abi__GrowSlice(Ptr elem, Slice s, Int n);
void internal_abi__Call(Ptr sig, Ptr code, Ptr recv, Ptr ctx, Ptr args, Ptr results);
Ptr internal_abi__DescribedCode(Ptr sig);
Ptr internal_abi__ItabCode(Ptr itab, Int i);

void internal_abi__memmove(Ptr to, Ptr from, Uintptr n) { memmove(to, from, n); }
Ptr internal_abi__New(Ptr t) { return gol_new(t); }
Ptr internal_abi__NewArray(Ptr t, Int n) { return gol_new_array(t, n); }
Ptr internal_abi__FindItab(Ptr iface, Ptr t) { return (Ptr)gol_itab_find(iface, t); }
Int internal_abi__MapLen(Ptr m) { return gol_map_len(m); }
Ptr internal_abi__MapGet(Ptr t, Ptr m, Ptr key) { return gol_map_get(t, m, key); }
Ptr internal_abi__MapPut(Ptr t, Ptr m, Ptr key) { return gol_map_put(t, m, key); }
void internal_abi__MapDelete(Ptr t, Ptr m, Ptr key) { gol_map_delete(t, m, key); }
void internal_abi__MapClear(Ptr t, Ptr m) { gol_map_clear(t, m); }
Ptr internal_abi__MakeMap(Ptr t, Int hint) { return gol_makemap(t, hint); }
void internal_abi__MapIterInit(Ptr t, Ptr m, Ptr it) { gol_map_iter(t, m, it); }
void internal_abi__MapIterNext(Ptr it) { gol_map_next(it); }
Int internal_abi__ChanLen(Ptr c) { return gol_chan_len(c); }
Int internal_abi__ChanCap(Ptr c) { return gol_chan_cap(c); }
Bool internal_abi__EqualValues(Ptr t, Ptr a, Ptr b) {
    const gol_type *type = t;
    return gol_type_equal(type, a, b);
}

Ptr internal_abi__MakeChan(Ptr t, Int size) { return gol_makechan(t, size); }
void internal_abi__ChanSend(Ptr c, Ptr elem) { gol_chan_send(c, elem); }
Bool internal_abi__ChanRecv(Ptr c, Ptr elem) { return gol_chan_recv2(c, elem); }
void internal_abi__ChanClose(Ptr c) { gol_chan_close(c); }
Int internal_abi__Select(Ptr cases, Int n, Bool block, Ptr received) {
    return gol_select(cases, n, block, received);
}
Slice internal_abi__GrowSlice(Ptr elem, Slice s, Int n) { return gol_growslice(elem, s, n); }
void internal_abi__Call(Ptr sig, Ptr code, Ptr recv, Ptr ctx, Ptr args, Ptr results) {
    gol_call_described(sig, code, recv, ctx, args, results);
}
Ptr internal_abi__DescribedCode(Ptr sig) { return gol_described_code(sig); }
Ptr internal_abi__ItabCode(Ptr itab, Int i) { return ((const gol_itab *)itab)->fun[i]; }
