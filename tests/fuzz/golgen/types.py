"""The types of a generated program, and what Go allows with their values."""

SIGNED = ['int8', 'int16', 'int32', 'int64', 'int']
UNSIGNED = ['uint8', 'uint16', 'uint32', 'uint64', 'uint', 'uintptr']
INTS = SIGNED + UNSIGNED
FLOATS = ['float32', 'float64']
COMPLEX = ['complex64', 'complex128']
BASIC = INTS + FLOATS + COMPLEX + ['string', 'bool']
BITS = {'int8': 8, 'int16': 16, 'int32': 32, 'int64': 64, 'int': 64, 'uint8': 8, 'uint16': 16, 'uint32': 32,
        'uint64': 64, 'uint': 64, 'uintptr': 64}


class T:
    """kind: a basic type's name, or struct array slice map ptr func iface tparam. name: '' for a type literal."""

    def __init__(self, kind, name='', elem=None, key=None, n=0, fields=(), params=(), results=(), cons=''):
        self.kind, self.name, self.elem, self.key, self.n = kind, name, elem, key, n
        self.fields = list(fields)    # of a struct: (name, T, embedded)
        self.params, self.results = tuple(params), tuple(results)
        self.cons = cons              # of a type parameter: p·Int p·Num p·Ord any comparable
        self.methods = {}             # name -> Method
        self.needs = []               # of an interface: names of methods
        self._text = None

    def __str__(self):
        if self.name:
            return self.name
        if self._text is None:
            self._text = self._spell()
        return self._text

    def _spell(self):
        k = self.kind
        if k == 'slice':
            return f'[]{self.elem}'
        if k == 'array':
            return f'[{self.n}]{self.elem}'
        if k == 'map':
            return f'map[{self.key}]{self.elem}'
        if k == 'ptr':
            return f'*{self.elem}'
        if k == 'func':
            results = ', '.join(map(str, self.results))
            return f'func({", ".join(map(str, self.params))})' + (f' ({results})' if results else '')
        if k == 'iface':
            return 'any'
        if k == 'struct':
            return 'struct{ ' + '; '.join(f'{n} {t}' for n, t, _ in self.fields) + ' }'
        return k

    def same(self, other):
        return str(self) == str(other)

    integer = property(lambda self: self.kind in INTS)
    signed = property(lambda self: self.kind in SIGNED)
    floating = property(lambda self: self.kind in FLOATS)
    complex = property(lambda self: self.kind in COMPLEX)
    basic = property(lambda self: self.kind in BASIC)
    ordered = property(lambda self: self.kind in INTS or self.kind in FLOATS or self.kind == 'string')
    bits = property(lambda self: BITS[self.kind])

    def comparable(self, strict=False):
        """strict: == cannot panic either."""
        k = self.kind
        if k == 'struct':
            return all(t.comparable(strict) for _, t, _ in self.fields)
        if k == 'array':
            return self.elem.comparable(strict)
        if k == 'iface':
            return not strict
        if k == 'tparam':
            return self.cons != 'any'
        return k not in ('slice', 'map', 'func')

    def printable(self):
        """Whether %v of a value is the same in each run."""
        k = self.kind
        if k == 'struct':
            return all(t.printable() for _, t, _ in self.fields)
        if k in ('array', 'slice'):
            return self.elem.printable()
        if k == 'map':
            return self.key.printable() and self.key.comparable(strict=True) and self.elem.printable()
        if k == 'iface':
            return not self.needs
        return k not in ('ptr', 'func')

    def has_pointers(self):
        k = self.kind
        if k == 'struct':
            return any(t.has_pointers() for _, t, _ in self.fields)
        if k == 'array':
            return self.elem.has_pointers()
        return k in ('slice', 'map', 'ptr', 'func', 'iface', 'tparam')

    def satisfies(self, cons):
        if cons == 'any':
            return True
        if cons == 'comparable':
            return self.comparable(strict=True)
        if self.kind == 'tparam':
            return self.cons == cons
        return {'Int': self.integer, 'Num': self.integer or self.floating, 'Ord': self.ordered}[cons]


class Method:
    def __init__(self, name, params, result, pointer, cost, writes, noisy=False):
        self.name, self.params, self.result = name, params, result
        self.pointer, self.cost, self.writes, self.noisy = pointer, cost, writes, noisy


basics = {k: T(k) for k in BASIC}
ANY = T('iface')
ERROR = T('iface', 'error')
ERROR.needs = ['Error']


def slice_of(t):
    return T('slice', elem=t)


def array_of(n, t):
    return T('array', n=n, elem=t)


def map_of(k, t):
    return T('map', key=k, elem=t)


def ptr_to(t):
    return T('ptr', elem=t)


def func_of(params, results):
    return T('func', params=params, results=results)


def method_set(t):
    """name -> (Method, whether a pointer receiver is needed), promoted ones included, ambiguous ones left out, and those
    that are being made (None)."""
    out = {n: (m, m.pointer) for n, m in t.methods.items() if m}
    level = [(t, False)]
    shadowed = {f[0] for f in t.fields} | set(t.methods)
    while level:
        found, deeper, names = {}, [], {}
        for s, through in level:
            for fname, ft, embedded in s.fields:
                names[fname] = names.get(fname, 0) + 1
                if not embedded:
                    continue
                base = ft.elem if ft.kind == 'ptr' else ft
                deeper.append((base, through or ft.kind == 'ptr'))
        for base, through in deeper:
            for n, m in base.methods.items():
                found.setdefault(n, []).extend([(m, m.pointer and not through)] if m else [None, None])
            for f in base.fields:
                names[f[0]] = names.get(f[0], 0) + 1
        for n, ms in found.items():
            if n not in shadowed and len(ms) == 1 and names.get(n, 0) == 0:
                out[n] = ms[0]
        shadowed |= set(found) | set(names)
        level = deeper
    return out
