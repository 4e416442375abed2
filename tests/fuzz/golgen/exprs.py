"""Expressions of a given type."""
from .tree import E
from .types import (ANY, BASIC, COMPLEX, FLOATS, INTS, SIGNED, UNSIGNED, basics, func_of, method_set, ptr_to)

COST_LIMIT = 3000      # steps of one function, roughly
STRINGS = ['', 'a', 'go', 'xyz', 'héllo', '日本', 'tab\\t', '\\x00\\xff', 'q\\"q', 'Zz', '0123456789', '\\U0001F600']


class Var:
    """private: nothing but statements that name it can change it (no closure writes it, no pointer to it)."""
    __slots__ = ('name', 't', 'private', 'fixed')

    def __init__(self, name, t, private=True, fixed=False):
        self.name, self.t, self.private, self.fixed = name, t, private, fixed


class Func:
    """A function of the program, as calls see it. tparams: (name, constraint)."""
    __slots__ = ('name', 'tparams', 'params', 'variadic', 'results', 'cost', 'noisy', 'writes')

    def __init__(self, name, params, results, tparams=(), variadic=None):
        self.name, self.params, self.results = name, list(params), list(results)
        self.tparams, self.variadic = list(tparams), variadic
        self.cost, self.noisy, self.writes = 1, False, False


class Exprs:
    """Needs: rng, scopes (lists of Var), funcs, structs, implementers, and the state below."""

    def start_exprs(self):
        self.scopes = [[]]
        self.hidden = 1        # scopes below this one cannot be assigned to: what is around a closure, and the package
        self.mult, self.cost = 1, 0
        self.noisy = False     # whether what is being made prints
        self.quiet = False     # printing and panics are not allowed (order of map iteration)
        self.risky = False     # run-time errors are welcome
        self.stable = False    # only what no other call can change
        self.tparams = []
        self.path_cache = {}

    # ---- names, choices

    def fresh(self, stem):
        self.names += 1
        return f'{stem}{self.names}'

    def chance(self, p):
        return self.rng.random() < p

    def visible(self):
        seen = set()
        for scope in reversed(self.scopes):
            for v in reversed(scope):
                if v.name not in seen:
                    seen.add(v.name)
                    yield v

    def vars_of(self, t):
        want = str(t)
        return [v for v in self.visible() if str(v.t) == want and (v.private or not self.stable)]

    def spend(self, n):
        if self.cost + self.mult * n > COST_LIMIT:
            return False
        self.cost += self.mult * n
        return True

    # ---- literals

    def int_value(self, t):
        bits, r = t.bits, self.rng
        lo, hi = (-(1 << bits - 1), (1 << bits - 1) - 1) if t.signed else (0, (1 << bits) - 1)
        how = r.randrange(10)
        if how < 5:
            v = r.randrange(0, 10)
        elif how < 7:
            v = r.choice([lo, hi, hi - 1, lo + 1, hi // 2])
        elif how < 9:
            v = r.randrange(0, 128)
        else:
            v = r.randint(lo, hi)
        if t.signed and self.chance(0.25):
            v = -v
        return max(lo, min(hi, v))

    def int_text(self, v):
        how = self.rng.randrange(12)
        sign, a = ('-' if v < 0 else ''), abs(v)
        if how == 0:
            return f'{sign}0x{a:x}'
        if how == 1:
            return f'{sign}0b{a:b}'
        if how == 2:
            return f'{sign}0o{a:o}'
        if how == 3 and a > 999:
            return f'{sign}{a:_}'
        if how == 4 and 32 < a < 127 and a not in (39, 92):
            return f"{sign}'{chr(a)}'"
        return str(v)

    def basic_text(self, t):
        """Text of a constant that t can hold."""
        r = self.rng
        if t.integer:
            return self.int_text(self.int_value(t))
        if t.floating:
            return r.choice(['0', '1', '-1', '0.5', '2.25', '-3.75', '1e3', '0x1p-2', '100', '7', '.125', '1e-3', '12345.678', '3.'])
        if t.complex:
            return r.choice(['0', '1', '1i', '(1+2i)', '(-0.5+3i)', '(2-1i)', '(4+0.25i)'])
        if t.kind == 'string':
            s = r.choice(STRINGS)
            return f'`{s}`' if '\\' not in s and self.chance(0.2) else f'"{s}"'
        return r.choice(['true', 'false'])

    def literal(self, t, d=1):
        k = t.kind
        if k in BASIC:
            x = self.basic_text(t)
            if t.name == '' and (k in ('string', 'bool')) and self.chance(0.8):
                return E(t, x, const=True)
            return E(t, f'{t}({x})', const=True)
        if k == 'tparam':
            return self.tparam_leaf(t)
        if k == 'struct':
            return self.struct_literal(t, d)
        if k == 'array':
            return self.array_literal(t, d)
        if k == 'slice':
            return self.slice_literal(t, d)
        if k == 'map':
            return self.map_literal(t, d)
        if k == 'ptr':
            if t.elem.kind in ('struct', 'array') and not t.elem.basic:
                return E(t, '&', self.expr(t.elem, 0) if t.elem.kind == 'tparam' else self.literal(t.elem, d - 1))
            return E(t, 'new(', self.value(t.elem, d - 1), ')')
        if k == 'func':
            return self.func_literal(t, d)
        return self.iface_value(t, d)

    def struct_literal(self, t, d):
        how = self.rng.randrange(4)
        if how == 0 or not t.fields:
            return E(t, f'({t}{{}})')
        fields = list(t.fields)
        keyed = how < 3
        if keyed:
            fields = [f for f in fields if self.chance(0.7)]
            self.rng.shuffle(fields)
        parts = [f'({t}{{']
        for i, (name, ft, _) in enumerate(fields):
            parts += [', ' if i else '', f'{name}: ' if keyed else '', self.expr(ft, d - 1)]
        return E(t, *parts, '})')

    def array_literal(self, t, d):
        if self.chance(0.2):
            return E(t, f'({t}{{}})')
        if self.chance(0.3) and t.n > 1:
            at = self.rng.randrange(t.n)
            return E(t, f'({t}{{{at}: ', self.expr(t.elem, d - 1), '})')
        spell = f'[...]{t.elem}' if not t.name and self.chance(0.2) else str(t)
        n = t.n if spell[1] == '.' else self.rng.randint(0, t.n)
        return E(t, f'({spell}{{', *self.comma(self.expr(t.elem, d - 1) for _ in range(n)), '})')

    def slice_literal(self, t, d):
        how = self.rng.randrange(6)
        if how == 0:
            return E(t, f'{t}(nil)')
        if how == 1:
            return E(t, f'make({t}, {self.rng.randrange(5)})')
        if how == 2 and not t.name:
            return E(t, f'make({t}, {self.rng.randrange(3)}, {self.rng.randint(3, 6)})')
        if how == 3:
            return E(t, f'({t}{{{self.rng.randint(1, 4)}: ', self.expr(t.elem, d - 1), ', ', self.expr(t.elem, d - 1), '})')
        return E(t, f'({t}{{', *self.comma(self.expr(t.elem, d - 1) for _ in range(self.rng.randint(0, 4))), '})')

    def map_literal(self, t, d):
        if self.chance(0.2):
            return E(t, f'make({t})')
        keys = {}
        for _ in range(self.rng.randint(0, 3)):
            k = self.key_literal(t.key)
            keys.setdefault(k, self.expr(t.elem, d - 1))
        parts = [f'({t}{{']
        for k, v in keys.items():
            parts += [k, ': ', v, ', ']
        return E(t, *parts, '})')

    def key_literal(self, t):
        """A constant-like key; two with the same text are the same key, two texts may still be one value: only for
        few values that print alike everywhere."""
        r = self.rng
        if t.integer:
            return f'{t}({r.randrange(8)})'
        if t.floating:
            return f'{t}({r.randrange(4)}.5)'
        if t.complex:
            return f'{t}({r.randrange(4)})'
        if t.kind == 'string':
            return f'{t}("{r.choice("abcdef")}")'
        if t.kind == 'bool':
            return f'{t}({r.choice(["true", "false"])})'
        if t.kind == 'struct':
            return f'{t}{{' + ', '.join(f'{n}: {self.key_literal(ft)}' for n, ft, _ in t.fields) + '}'
        if t.kind == 'array':
            return f'{t}{{' + ', '.join(self.key_literal(t.elem) for _ in range(t.n)) + '}'
        return r.choice(['int(1)', 'int(2)', '"k"', 'int8(1)', 'true', '[2]int{1, 2}', '1.5'])

    def func_literal(self, t, d):
        """A closure without effects; it may read what is around it."""
        params = [Var(self.fresh('a'), p) for p in t.params]
        head = ', '.join(f'{v.name} {v.t}' for v in params)
        results = ', '.join(map(str, t.results))
        mult, self.mult = self.mult, self.mult * 3
        hidden, self.hidden = self.hidden, len(self.scopes)
        self.scopes.append(params)
        body = [x for i, r in enumerate(t.results) for x in ([', '] if i else []) + [self.expr(r, max(d - 1, 0))]]
        self.scopes.pop()
        self.hidden, self.mult = hidden, mult
        tail = f' ({results})' if len(t.results) > 1 else f' {results}' if results else ''
        return E(t, f'func({head}){tail} {{ return ', *body, ' }')

    def iface_value(self, t, d):
        if t.needs:
            who = self.implementers.get(str(t), [])
            if not who or (self.risky and self.chance(0.1)):
                return E(t, f'{t}(nil)')
            impl = self.rng.choice(who)
            return E(t, f'{t}(', self.expr(impl, d - 1), ')')
        if self.chance(0.1):
            return E(t, 'any(nil)')
        inner = self.random_type(1)
        while not inner.printable() or inner.kind == 'iface':
            inner = basics[self.rng.choice(BASIC)]
        return E(t, 'any(', self.expr(inner, d - 1), ')')

    def tparam_leaf(self, t):
        vs = self.vars_of(t)
        if t.cons in ('Int', 'Num') and (not vs or self.chance(0.3)):
            return E(t, f'{t}({self.rng.randrange(100)})')
        if vs:
            return E(t, self.rng.choice(vs).name)
        return E(t, f'*new({t})')

    @staticmethod
    def comma(xs):
        out = []
        for i, x in enumerate(xs):
            out += [', ', x] if i else [x]
        return out

    # ---- leaves: variables and what is inside them

    def paths(self, t, depth=2):
        """(text with {} for the base, type, assignable where the base is) of what a value of type t holds."""
        key = (str(t), depth)
        if key not in self.path_cache:
            self.path_cache[key] = self._paths(t, depth)
        return self.path_cache[key]

    def _paths(self, t, depth):
        out = [('{}', t, True)]
        if depth == 0:
            return out
        steps = []
        if t.kind == 'struct':
            names = {f[0] for f in t.fields}
            embedded = [f for f in t.fields if f[2]]
            for name, ft, emb in t.fields:
                steps.append((f'{{}}.{name}', ft, True))
                if emb and len(embedded) == 1:
                    steps += [(f'{{}}.{n}', x, True) for n, x, _ in ft.fields if n not in names]
        elif t.kind == 'array' and t.n > 0:
            steps += [(f'{{}}[{i}]', t.elem, True) for i in {0, t.n - 1}]
        elif t.kind == 'slice':
            steps += [('at({}, 0)', t.elem, False), ('at({}, 1)', t.elem, False)]
        elif t.kind == 'ptr':
            if t.elem.kind == 'struct':
                steps += [(f'{{}}.{n}', x, True) for n, x, _ in t.elem.fields]
            else:
                steps.append(('(*{})', t.elem, True))
        elif t.kind == 'map' and t.key.kind in INTS + ['string']:
            steps.append(('{}[%s]' % (f'{t.key}(1)' if t.key.integer else f'{t.key}("a")'), t.elem, False))
        for how, st, lv in steps:
            for inner, it, ilv in self.paths(st, depth - 1):
                out.append((inner.replace('{}', how), it, ilv and lv))
        return out

    def reach(self, t, assignable=False):
        """Texts of places of type t inside the visible variables."""
        want, out = str(t), []
        for v in self.assignable() if assignable else self.visible():
            if self.stable and not v.private:
                continue
            for how, pt, lv in self.paths(v.t):
                if str(pt) == want and (lv or not assignable):
                    if self.stable and (v.t.has_pointers() or 'at(' in how):
                        continue
                    out.append(how.replace('{}', v.name))
        return out

    def assignable(self):
        """The visible variables that may be assigned to here."""
        seen, out = set(), []
        for level in range(len(self.scopes) - 1, -1, -1):
            for v in reversed(self.scopes[level]):
                if v.name not in seen:
                    seen.add(v.name)
                    if level >= self.hidden and not v.fixed:
                        out.append(v)
        return out

    def leaf(self, t, d=0):
        if self.chance(0.8):
            places = self.reach(t)
            if places:
                return E(t, self.rng.choice(places))
        if t.kind == 'tparam':
            return self.tparam_leaf(t)
        if self.stable and t.kind in ('func', 'iface'):
            return E(t, f'{t}(nil)' if t.kind == 'iface' else f'({t})(nil)')
        return self.literal(t, d)

    # ---- composed expressions

    def expr(self, t, d=3):
        if d <= 0 or self.chance(0.2):
            return self.leaf(t, d)
        if self.chance(0.15) and not self.stable:
            x = self.call(t, d)
            if x is not None:
                return x
        how = getattr(self, 'of_' + t.kind, None)
        if t.integer:
            how = self.of_int
        elif t.floating:
            how = self.of_float
        elif t.complex:
            how = self.of_complex
        x = how(t, d - 1) if how else None
        if x is None:
            x = self.leaf(t, d - 1)
        if self.chance(0.04) and not self.quiet and not self.stable and t.printable() and t.kind != 'tparam':
            self.noisy = True
            return E(t, f'tr({self.rng.randrange(100)}, ', x, ')')
        return x

    def value(self, t, d=3):
        """An expression that Go does not take for a constant."""
        x = self.expr(t, d)
        return self.opaque(x) if x.const else x

    def opaque(self, x):
        t = x.t
        places = self.reach(t)
        if places and self.chance(0.7):
            return E(t, self.rng.choice(places))
        return E(t, f'id[{t}](', x, ')')

    def pair(self, t, d):
        a, b = self.expr(t, d), self.expr(t, d)
        if a.const and b.const:
            a = self.opaque(a)
        return a, b

    def of_int(self, t, d):
        r, how = self.rng, self.rng.randrange(100)
        if how < 35:
            a, b = self.pair(t, d)
            if b.const:
                b = self.opaque(b)
            return E(t, '(', a, f' {r.choice(["+", "-", "*", "&", "|", "^", "&^"])} ', b, ')')
        if how < 45:
            op = r.choice(['/', '%'])
            if self.chance(0.3):
                k = max(1, min((1 << t.bits - 1) - 1, r.choice([1, 2, 3, 4, 7, 8, 10, 16, 100, 127, 1000])))
                k = -k if t.signed and self.chance(0.3) else k
                return E(t, '(', self.value(t, d), f' {op} {k})')
            b = self.value(t, d)
            guard = not (self.risky and self.chance(0.3) and not self.quiet)
            return E(t, '(', self.value(t, d), f' {op} ', *(['(', b, ' | 1)'] if guard else [b]), ')')
        if how < 55:
            return self.shift(t, d)
        if how < 62:
            return E(t, r.choice(['-', '^', '+']), '(', self.value(t, d), ')')
        if how < 75:
            return self.int_conversion(t, d)
        if how < 80:
            return E(t, r.choice(['min', 'max']), '(', self.value(t, d), ', ', self.value(t, d),
                     *([', ', self.expr(t, d)] if self.chance(0.3) else []), ')')
        if how < 86 and t.name == '' and t.kind == 'int':
            return self.length(t, d)
        if how < 88 and t.kind == 'uint8' and not t.name:
            return E(t, 'atS(', self.expr(basics['string'], d), ', ', self.expr(basics['int'], d), ')')
        if how < 92 and t.name == '':
            x = self.bits_call(t, d)
            if x is not None:
                return x
        return self.pick(t, d)

    def shift(self, t, d):
        r = self.rng
        op = r.choice(['<<', '>>'])
        how = r.randrange(3)
        x = self.value(t, d)
        if how == 0:
            return E(t, '(', x, f' {op} {r.choice([0, 1, 2, 5, 7, 8, 13, 31, 32, 63, 64, 70])})')
        if how == 1:
            return E(t, '(', x, f' {op} ', self.value(basics[r.choice(UNSIGNED)], d), ')')
        ct = basics[r.choice(SIGNED)]
        c = self.value(ct, d)
        if self.risky and self.chance(0.2) and not self.quiet:
            return E(t, '(', x, f' {op} ', c, ')')
        return E(t, '(', x, f' {op} (', c, ' & 63))')

    def int_conversion(self, t, d):
        r = self.rng
        if self.chance(0.2):
            f = basics[r.choice(FLOATS)]
            return E(t, f'{t}(int64(fclamp(float64(', self.value(f, d), '))))')
        if self.chance(0.1):
            return E(t, f'{t}(b2i(', self.expr(basics['bool'], d), '))')
        src = r.choice(self.int_types())
        return E(t, f'{t}(', self.value(src, d), ')')

    def int_types(self):
        return [basics[k] for k in INTS] + [t for t in self.named if t.integer]

    def length(self, t, d):
        kind = self.rng.choice(['string', 'slice', 'map', 'array'])
        if kind == 'string':
            return E(t, 'len(', self.value(basics['string'], d), ')')
        vs = [v for v in self.visible() if v.t.kind == kind and (v.private or not self.stable)]
        if not vs:
            return None
        v = self.rng.choice(vs)
        return E(t, f'len({v.name})', const=kind == 'array')

    def bits_call(self, t, d):
        n = {'uint8': '8', 'uint16': '16', 'uint32': '32', 'uint64': '64', 'uint': ''}.get(t.kind)
        r = self.rng
        if n is not None:
            f = r.choice(['Reverse', 'RotateLeft'] + (['ReverseBytes'] if n != '8' else []))
            extra = [', ', self.expr(basics['int'], d)] if f == 'RotateLeft' else []
            return E(t, f'bits.{f}{n}(', self.value(t, d), *extra, ')')
        if t.kind == 'int':
            k = r.choice(['8', '16', '32', '64'])
            f = r.choice(['OnesCount', 'LeadingZeros', 'TrailingZeros', 'Len'])
            return E(t, f'bits.{f}{k}(', self.value(basics['uint' + k], d), ')')
        return None

    def of_float(self, t, d):
        r, how = self.rng, self.rng.randrange(100)
        if how < 45:
            op = r.choice(['+', '-', '*', '/'])
            return E(t, '(', self.value(t, d), f' {op} ', self.value(t, d), ')')
        if how < 55:
            return E(t, '-(', self.value(t, d), ')')
        if how < 75:
            return E(t, f'{t}(', self.value(r.choice(self.int_types() + [basics[f] for f in FLOATS] * 3), d), ')')
        if how < 80:
            return E(t, r.choice(['min', 'max']), '(', self.value(t, d), ', ', self.value(t, d), ')')
        if how < 87 and not t.name:
            c = basics['complex128' if t.kind == 'float64' else 'complex64']
            return E(t, r.choice(['real', 'imag']), '(', self.value(c, d), ')')
        if how < 93 and t.kind == 'float64' and not t.name:
            return E(t, 'math.', r.choice(['Floor', 'Trunc', 'Abs', 'Sqrt', 'Ceil']), '(', self.value(t, d), ')')
        return self.pick(t, d)

    def of_complex(self, t, d):
        how = self.rng.randrange(100)
        if how < 55:
            return E(t, '(', self.value(t, d), f' {self.rng.choice("+-*/")} ', self.value(t, d), ')')
        if how < 75 and not t.name:
            f = basics['float64' if t.kind == 'complex128' else 'float32']
            return E(t, 'complex(', self.value(f, d), ', ', self.value(f, d), ')')
        if how < 85:
            return E(t, f'{t}(', self.value(basics[self.rng.choice(COMPLEX)], d), ')')
        return E(t, '-(', self.value(t, d), ')')

    def of_string(self, t, d):
        r, how = self.rng, self.rng.randrange(100)
        s = basics['string']
        if how < 40:
            parts = [' + ' if i % 2 else self.value(t, d) for i in range(3 + 2 * r.randrange(2))]
            return E(t, f'{"" if not t.name else str(t)}(cut(', *(['string('] if t.name else []), *parts,
                     *([')'] if t.name else []), '))')
        if how < 55:
            return E(t, f'{t}(sub(', *(['string('] if t.name else []), self.value(t, d), *([')'] if t.name else []), ', ',
                     self.expr(basics['int'], d), ', ', self.expr(basics['int'], d), '))')
        if how < 65:
            return E(t, f'{t}(rune(', self.value(basics[r.choice(['int32', 'uint8', 'int64', 'uint16'])], d), '))')
        if how < 75:
            return E(t, f'{t}([]byte(', self.expr(s, d), '))')
        if how < 82:
            return E(t, f'{t}([]rune(', self.expr(s, d), '))')
        if how < 90:
            return E(t, f'{t}(strconv.FormatInt(int64(', self.value(basics[r.choice(SIGNED)], d), f'), {r.choice([2, 10, 16, 36])}))')
        return self.pick(t, d)

    def of_bool(self, t, d):
        r, how = self.rng, self.rng.randrange(100)
        wrap = (lambda *p: E(t, f'{t}(', *p, ')')) if t.name else (lambda *p: E(t, '(', *p, ')'))
        if how < 35:
            o = r.choice(self.int_types() + [basics[f] for f in FLOATS] + [basics['string']] * 4 + [x for x in self.tparams if x.cons in ('Int', 'Num', 'Ord')])
            a, b = self.pair(o, d)
            return wrap(a, f' {r.choice(["<", "<=", ">", ">=", "==", "!="])} ', b)
        if how < 50:
            o = self.comparable_type()
            if o is None:
                return None
            a, b = self.pair(o, d)
            return wrap(a, f' {r.choice(["==", "!="])} ', b)
        if how < 75:
            a, b = self.pair(t, d)
            return wrap(a, r.choice([' && ', ' || ']), b)
        if how < 88:
            return E(t, '!', '(', self.value(t, d), ')')
        vs = [v for v in self.visible() if v.t.kind in ('slice', 'map') and (v.private or not self.stable)]
        if vs:
            return wrap(r.choice(vs).name, r.choice([' == ', ' != ']), 'nil')
        return None

    def comparable_type(self):
        cands = [t for t in self.named + self.composites + self.tparams if t.comparable(strict=True) and t.kind != 'bool']
        if self.risky and not self.quiet:
            cands.append(ANY)
        if self.chance(0.2):
            return basics[self.rng.choice(COMPLEX + ['bool'])]
        return self.rng.choice(cands) if cands else None

    def of_struct(self, t, d):
        return self.pick(t, d) if self.chance(0.25) else self.literal(t, d)

    def of_array(self, t, d):
        if self.chance(0.15) and not t.name and not self.quiet and self.risky:
            return E(t, f'{t}(', self.expr(self.slice_type(t.elem), d), ')')
        return self.pick(t, d) if self.chance(0.2) else self.literal(t, d)

    def of_slice(self, t, d):
        how = self.rng.randrange(100)
        if self.stable:
            return self.literal(t, d)
        if how < 30:
            n = self.rng.randrange(3)
            x = self.expr(t, d)
            return E(t, 'append(clip(', x, ')', *[p for _ in range(n) for p in (', ', self.expr(t.elem, d))], ')')
        if how < 40:
            return E(t, 'append(clip(', self.expr(t, d), '), ', self.expr(t, d), '...)')
        if how < 55:
            return E(t, 'cutS(', self.expr(t, d), ', ', self.expr(basics['int'], d), ', ', self.expr(basics['int'], d), ')')
        if how < 60 and t.elem.kind in ('uint8', 'int32') and not t.elem.name:
            return E(t, f'{t}(', self.expr(basics['string'], d), ')')
        if how < 68 and self.risky and not self.quiet:
            vs = self.vars_of(t)
            if vs:
                return E(t, self.rng.choice(vs).name, f'[{self.rng.randrange(3)}:', self.value(basics['int'], d), ']')
        return self.literal(t, d)

    def of_map(self, t, d):
        return self.literal(t, d)

    def of_ptr(self, t, d):
        shared = [] if self.stable else [v for v in self.visible() if not v.private and not v.fixed and str(v.t) == str(t.elem)]
        if shared and self.chance(0.6):
            return E(t, '&', self.rng.choice(shared).name)
        return self.literal(t, d)

    def of_tparam(self, t, d):
        r = self.rng
        if t.cons in ('Int', 'Num'):
            op = r.choice(['+', '-', '*'] + (['&', '|', '^'] if t.cons == 'Int' else []))
            return E(t, '(', self.leaf(t), f' {op} ', self.value_of_tparam(t, d), ')')
        if t.cons == 'Ord':
            return E(t, r.choice(['min', 'max']), '(', self.leaf(t), ', ', self.value_of_tparam(t, d), ')')
        return self.pick(t, d)

    def value_of_tparam(self, t, d):
        vs = self.vars_of(t)
        return E(t, self.rng.choice(vs).name) if vs and self.chance(0.6) else self.expr(t, d)

    def of_iface(self, t, d):
        return self.iface_value(t, d)

    def pick(self, t, d):
        """One of two, by a condition."""
        if self.stable:
            return self.leaf(t)
        how = self.rng.randrange(3)
        c = self.value(basics['bool'], d)
        if how == 0:
            return E(t, f'pick[{t}](', c, ', ', self.expr(t, d), ', ', self.expr(t, d), ')')
        if how == 1:
            return E(t, f'func() {t} {{ if ', c, ' { return ', self.expr(t, d), ' }; return ', self.expr(t, d), ' }()')
        vs = [v for v in self.visible() if v.t.kind == 'func' and len(v.t.results) == 1 and str(v.t.results[0]) == str(t)]
        if vs and self.spend(5):
            v = self.rng.choice(vs)
            return E(t, v.name, '(', *self.comma(self.expr(p, d) for p in v.t.params), ')')
        return E(t, f'[]{t}{{', self.expr(t, d), ', ', self.expr(t, d), '}[b2i(', c, ')]')

    # ---- calls

    def call(self, t, d):
        want = str(t)
        cands = []
        for f in self.funcs:
            if f.writes or len(f.results) != 1 or (self.quiet and f.noisy):
                continue
            binding = self.unify(f.results[0], t, {})
            if binding is not None and self.bind_rest(f, binding):
                cands.append((f, binding))
        for v in self.visible():
            for name, (m, needs_pointer) in method_set(v.t).items():
                if not m.writes and not needs_pointer and str(m.result) == want and not (self.quiet and m.noisy):
                    cands.append((v, name, m))
        if not cands:
            return None
        c = self.rng.choice(cands)
        if isinstance(c[0], Var):
            v, name, m = c
            if not self.spend(m.cost):
                return None
            self.noisy |= m.noisy
            return E(t, f'{v.name}.{name}(', *self.comma(self.expr(p, d - 1) for p in m.params), ')')
        f, binding = c
        if not self.spend(f.cost):
            return None
        self.noisy |= f.noisy
        return E(t, *self.call_text(f, binding, d))

    def call_text(self, f, binding, d):
        targs = ''
        if f.tparams:
            used = self.chance(0.5) or any(not self.inferable(f, n) for n, _ in f.tparams)
            targs = '[' + ', '.join(str(binding[n]) for n, _ in f.tparams) + ']' if used else ''
        args = [self.expr(self.subst(p, binding), d - 1) for p in f.params]
        tail = []
        if f.variadic is not None:
            vt = self.subst(f.variadic, binding)
            if self.chance(0.3) and not self.stable:
                tail = [self.expr(self.slice_type(vt), d - 1), '...']
            else:
                args += [self.expr(vt, d - 1) for _ in range(self.rng.randrange(3))]
        parts = self.comma(args)
        return [f'{f.name}{targs}(', *parts, *([', '] if parts and tail else []), *tail, ')']

    def inferable(self, f, name):
        return any(self.mentions(p, name) for p in f.params)

    def mentions(self, t, name):
        if t.kind == 'tparam':
            return t.name == name
        return any(self.mentions(x, name) for x in (t.elem, t.key, *t.params, *t.results) if x is not None)

    def unify(self, pattern, t, binding):
        if pattern.kind == 'tparam' and pattern not in self.tparams:
            if pattern.name in binding:
                return binding if binding[pattern.name].same(t) else None
            if not t.satisfies(pattern.cons) or not t.printable():
                return None
            return {**binding, pattern.name: t}
        if pattern.same(t):
            return binding
        if pattern.kind == t.kind and not pattern.name and not t.name and pattern.kind in ('slice', 'array', 'ptr', 'map'):
            if pattern.n != t.n:
                return None
            binding = self.unify(pattern.elem, t.elem, binding)
            if binding is not None and pattern.kind == 'map':
                binding = self.unify(pattern.key, t.key, binding)
            return binding
        return None

    def bind_rest(self, f, binding):
        for name, cons in f.tparams:
            if name not in binding:
                for _ in range(20):
                    t = self.random_type(1)
                    if t.satisfies(cons) and t.kind != 'func' and t.printable():
                        binding[name] = t
                        break
                else:
                    return False
        return True

    def subst(self, t, binding):
        if t.kind == 'tparam':
            return binding.get(t.name, t) if t not in self.tparams else t
        if t.name or not binding:
            return t
        if t.kind == 'slice':
            return self.slice_type(self.subst(t.elem, binding))
        if t.kind == 'ptr':
            return ptr_to(self.subst(t.elem, binding))
        if t.kind == 'func':
            return func_of([self.subst(p, binding) for p in t.params], [self.subst(r, binding) for r in t.results])
        if t.kind in ('array', 'map'):
            from .types import array_of, map_of
            e = self.subst(t.elem, binding)
            return array_of(t.n, e) if t.kind == 'array' else map_of(self.subst(t.key, binding), e)
        return t
