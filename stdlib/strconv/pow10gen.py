#!/usr/bin/env python3
"""Writes pow10.gol: the powers of ten that scale.gol multiplies by."""
LOW, HIGH = -348, 347

def mantissa(p):
    """10**p scaled to 128 bits, top bit set, rounded up."""
    if p >= 0:
        n, d = 10**p, 1
    else:
        n, d = 1, 10**-p
    lp = (p * 108853) >> 15  # floor(log2(10**p))
    shift = 127 - lp
    if shift >= 0:
        n <<= shift
    else:
        d <<= -shift
    m = -(-n // d)
    assert 1 << 127 <= m < 1 << 128, p
    return m

print("// Made by pow10gen.py; do not edit.\n")
print("package strconv\n")
print("const (\n\tpow10Min = %d\n\tpow10Max = %d\n)\n" % (LOW, HIGH))
print("// pow10 holds the mantissa of 10**p for p from pow10Min to pow10Max, high word first: the 128 bit")
print("// number with its top bit set, rounded up. It is exact for 0 <= p <= 55.")
print("var pow10 = [...][2]uint64{")
for p in range(LOW, HIGH + 1):
    m = mantissa(p)
    print("\t{0x%016x, 0x%016x}, // 1e%d" % (m >> 64, m & (1 << 64) - 1, p))
print("}")
