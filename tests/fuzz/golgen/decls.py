"""Declarations of a program: types with methods, constants, package variables, functions."""
from .exprs import Func, Var
from .stmts import Stmts
from .tree import B, S, template
from .types import (ANY, BASIC, COMPLEX, FLOATS, INTS, SIGNED, T, Method, array_of, basics, func_of, map_of, method_set,
                    ptr_to, slice_of)

CONSTRAINTS = ['any', 'comparable', 'Int', 'Num', 'Ord']


class Decls(Stmts):
    def start_decls(self):
        self.start_stmts()
        self.named, self.composites, self.ifaces = [], [], []
        self.implementers = {}
        self.funcs, self.package_vars = [], []
        self.writes = False
        self.signatures = {}
        self.scopes = [[], []]

    # ---- types

    def random_type(self, depth):
        r, how = self.rng, self.rng.randrange(100)
        if self.tparams and how < 30:
            return r.choice(self.tparams)
        if how < 50 or depth <= 0:
            return basics[r.choice(BASIC + ['int', 'int', 'string', 'bool'])]
        if how < 62 and self.named:
            return r.choice(self.named)
        if how < 78 and self.composites:
            return r.choice(self.composites)
        if how < 86:
            return self.slice_type(self.random_type(depth - 1))
        if how < 91:
            return self.array_type(self.random_type(depth - 1))
        if how < 95:
            return self.map_type(depth)
        if how < 97:
            return ANY
        if how < 98 and self.ifaces:
            return r.choice(self.ifaces)
        if depth > 1:
            return ptr_to(r.choice(self.composites) if self.composites and self.chance(0.6) else basics[r.choice(BASIC)])
        return basics['int']

    def stored_type(self, depth=1):
        """A type for fields and elements: no pointers, which could be nil there, and no type parameters."""
        t = self.random_type(depth)
        while t.kind in ('ptr', 'func', 'tparam') or (t.kind in ('slice', 'array', 'map') and t.elem.kind in ('ptr', 'func')):
            t = self.random_type(depth)
        return t

    def slice_type(self, t):
        return slice_of(t if t.kind not in ('ptr', 'func') else basics['int'])

    def array_type(self, t):
        return array_of(self.rng.choice([1, 2, 3, 4, 2, 3, 0]), t if t.kind not in ('ptr', 'func') else basics['int'])

    def map_type(self, depth):
        r = self.rng
        keys = [basics[k] for k in INTS + ['string', 'string', 'float64', 'bool', 'complex128']]
        keys += [t for t in self.named + self.composites if t.comparable(strict=True)] + [array_of(2, basics['int'])] + [ANY]
        return map_of(r.choice(keys), self.stored_type(depth - 1))

    def make_types(self):
        out = B()
        r = self.rng
        for i in range(r.randint(0, 2)):
            base = basics[r.choice(BASIC)]
            t = T(base.kind, f'{self.prefix}N{i}')
            out.append(S(f'type {t.name} {base}'))
            self.named.append(t)
        for i in range(r.randint(1, 2)):
            t = T('struct', f'{self.prefix}S{i}')
            names = r.sample(['a', 'b', 'c', 'd', 'e'], r.randint(1, 4))
            t.fields = [(n, self.stored_type(), False) for n in names]
            structs = [s for s in self.composites if s.kind == 'struct']
            if structs and self.chance(0.5):
                e = r.choice(structs)
                t.fields.insert(r.randint(0, len(t.fields)), (e.name, e, True))
            out.append(S(f'type {t.name} struct {{', B(S(str(ft) if emb else f'{n} {ft}') for n, ft, emb in t.fields), '}'))
            self.composites.append(t)
        if self.chance(0.5):
            kind = r.choice(['slice', 'map', 'array'])
            e = self.stored_type()
            base = {'slice': lambda: slice_of(e), 'map': lambda: map_of(basics['string'], e), 'array': lambda: array_of(3, e)}[kind]()
            t = T(kind, f'{self.prefix}C', elem=e, key=base.key, n=base.n)
            out.append(S(f'type {t.name} {base}'))
            self.composites.append(t)
        out += self.make_generic_type()
        return out

    def make_generic_type(self):
        """A generic struct with methods, and instances of it."""
        if self.chance(0.7):
            return B()
        r, name = self.rng, f'{self.prefix}G'
        arg = self.stored_type(0)
        t = T('struct', f'{name}[{arg}]')
        t.fields = [('a', arg, False), ('b', slice_of(arg), False), ('n', basics['int'], False)]
        t.methods = {'Get': Method('Get', [], arg, False, 1, False), 'Set': Method('Set', [arg], basics['int'], True, 1, True),
                     'Len': Method('Len', [], basics['int'], False, 1, False),
                     'All': Method('All', [basics['int']], slice_of(arg), False, 3, False)}
        self.composites.append(t)
        if self.chance(0.5):
            outer = T('struct', f'{name}[{t}]')
            outer.fields = [('a', t, False), ('b', slice_of(t), False), ('n', basics['int'], False)]
            outer.methods = {'Get': Method('Get', [], t, False, 1, False)}
            self.composites.append(outer)
        return template(f'''
            type {name}[T any] struct {{
            a T
            b []T
            n int
            }}
            func (g {name}[T]) Get() T {{
            return g.a
            }}
            func (g *{name}[T]) Set(x T) int {{
            g.a, g.n = x, g.n+1
            g.b = short(append(clip(g.b), x))
            return g.n
            }}
            func (g {name}[T]) Len() int {{
            return len(g.b)*{r.randint(1, 9)} + g.n
            }}
            func (g {name}[T]) All(n int) []T {{
            out := make([]T, 0, 4)
            for i := range n & 3 {{
            out = append(out, g.a, at(g.b, i))
            }}
            return out
            }}
            func (g {name}[T]) Map[U any](f func(T) U) {name}[U] {{
            out := {name}[U]{{a: f(g.a), n: g.n}}
            for _, x := range g.b {{
            out.b = append(out.b, f(x))
            }}
            return out
            }}
            ''')

    # ---- methods and interfaces

    def signature(self, name):
        if name not in self.signatures:
            ps = [self.stored_type(1) for _ in range(self.rng.randrange(3))]
            self.signatures[name] = (ps, self.stored_type(1))
        return self.signatures[name]

    def make_methods(self):
        out = B()
        for t in [*self.named, *self.composites]:
            if '[' in t.name:
                continue
            for name in self.rng.sample(['M0', 'M1', 'M2', 'M3'], self.rng.choice([0, 0, 0, 1, 1, 2, 3])):
                if any(f[0] == name for f in t.fields):
                    continue
                out.append(self.make_method(t, name))
        return out

    def make_method(self, t, name):
        ps, result = self.signature(name)
        pointer = self.chance(0.35) and t.kind not in ('map', 'slice')
        t.methods[name] = None     # calls of a promoted one of this name would be calls of itself
        params = [Var(self.fresh('a'), p) for p in ps]
        recv = Var('me', ptr_to(t) if pointer else t)
        head = ', '.join(f'{v.name} {v.t}' for v in params)
        self.begin(f'{t.name}.{name}', [result], False)
        with self.scope(recv, *params):
            body = self.body(2, self.rng.randrange(2))
            body.append(self.return_statement())
        t.methods[name] = Method(name, ps, result, pointer, max(1, self.cost), pointer or self.writes, self.noisy)
        return S(f'func (me {recv.t}) {name}({head}) {result} {{', body, '}')

    def begin(self, where, results, named):
        self.where, self.results, self.named_results = where, results, named
        self.lines, self.cost, self.mult = 0, 0, 1
        self.noisy = self.writes = False
        self.loops, self.hidden = [], 1

    def make_ifaces(self):
        out = B()
        for i in range(self.rng.choice([0, 0, 1, 2])):
            names = self.rng.sample(['M0', 'M1', 'M2', 'M3'], self.rng.randint(1, 2))
            t = T('iface', f'{self.prefix}I{i}')
            t.needs = names
            sigs = B()
            for n in names:
                ps, result = self.signature(n)
                sigs.append(S(f'{n}({", ".join(map(str, ps))}) {result}'))
            impl = []
            for c in self.named + self.composites:
                ms = method_set(c)
                if all(n in ms for n in names):
                    impl.append(ptr_to(c) if any(ms[n][1] for n in names) else c)
            self.implementers[str(t)] = impl
            self.ifaces.append(t)
            out.append(S(f'type {t.name} interface {{', sigs, '}'))
        return out

    # ---- constants and package variables

    def make_consts(self):
        """A block with iota, and exact constants beyond any type's range."""
        r, p = self.rng, self.prefix
        typed = basics[r.choice(['int', 'uint8', 'int64', 'float64'])]
        lines = B()
        step = r.choice(['iota', 'iota * 3', '1 << iota', 'iota + 7', '(iota + 1) * (iota + 2)', '5 - iota', 'iota % 3 == 1'])
        kind = '' if step.endswith('== 1') else f' {typed}' if self.chance(0.4) and not step.startswith('5') else ''
        for i in range(r.randint(2, 5)):
            name = '_' if i == 1 and self.chance(0.3) else f'{p}k{i}'
            lines.append(S(f'{name}{kind} = {step}' if i == 0 else name))
            if name != '_':
                self.const_names.append(name)
        a, b, c = r.randint(60, 200), r.randint(1, 59), r.randint(1, 999)
        big = B([S(f'const {p}big = 1<<{a} + {c}'), S(f'const {p}small = {p}big >> {a - b}'),
                 S(f'const {p}frac = {c}.0 / {r.randint(1, 99)} * {r.choice(["1", "1e3", "0x1p-3", "3.0e-5"])}'),
                 S(f'const {p}str = "{r.choice(["x", "käse", "go"])}" + "{r.choice(["", "1", "-"])}"')])
        self.const_names += [f'{p}small', f'{p}frac', f'{p}str', f'len({p}str)', f'{p}big % {r.randint(2, 999)}',
                             f'{p}big / (1 << {a - 3})', f'float32({p}frac)', f'-{p}frac', f'uint8({p}small % 251)',
                             f'{p}frac > {r.randint(0, 5)}', f'complex({p}frac, 1) * 2i', f"'a' + {r.randint(0, 9)}"]
        return B([S('const (', lines, ')')]) + big

    def make_package_vars(self):
        """In an order that only their dependencies put right. None reads a function that reads a variable."""
        made = []
        self.begin('init', None, False)
        for i in range(self.rng.randint(1, 4)):
            t = self.stored_type(1)
            name = f'{self.prefix}g{i}'
            x = self.value(t, 2)
            trace = t.printable() and self.chance(0.5)
            made.append(S(f'var {name} {t} = ', *([f'tr({i}, ', x, ')'] if trace else [x])))
            v = Var(name, t, private=False)
            self.scopes[0].append(v)
            self.package_vars.append(v)
        self.rng.shuffle(made)
        return B(made)

    # ---- functions

    def make_funcs(self):
        out = B()
        for i in range(self.rng.choice([1, 1, 2, 2, 3, 4])):
            how = self.rng.randrange(10)
            name = f'{self.prefix}f{i}'
            out.append(self.make_generic_func(name) if how < 3 else self.make_func(name))
        return out

    def make_func(self, name):
        r = self.rng
        params = [Var(self.fresh('a'), self.param_type(), self.chance(0.7)) for _ in range(r.randrange(4))]
        variadic = self.stored_type(1) if self.chance(0.15) else None
        results = [self.stored_type(1) for _ in range(r.choice([1, 1, 1, 1, 2, 3, 0]))]
        named = bool(results) and self.chance(0.4)
        risky = self.chance(0.4)
        self.begin(name, results, named)
        f = Func(name, [v.t for v in params], results, variadic=variadic)
        extra = [Var(self.fresh('a'), slice_of(variadic))] if variadic else []
        named_vars = [Var(f'r{k}_', t, private=False) for k, t in enumerate(results)] if named else []
        head = ', '.join([f'{v.name} {v.t}' for v in params] + ([f'{extra[0].name} ...{variadic}'] if extra else []))
        tail = ', '.join(f'{v.name} {v.t}' for v in named_vars) if named else ', '.join(map(str, results))
        with self.scope(*params, *extra, *named_vars), self.setting(risky=risky):
            body = self.body(r.randint(1, 4), r.randint(1, 2))
            body.append(self.return_statement())
        if risky:
            self.noisy = True
            fix = ''
            if named:
                fix = '\n@ = @'
            body[:0] = template(f'defer func() {{\nif e := recover(); e != nil {{\nfmt.Println("{name} recovered", e){fix}\n}}\n}}()',
                                [f'r0_', self.literal(results[0], 0)] if named else [])
        if any(v.t.kind == 'ptr' for v in params):
            self.writes = True
        f.cost, f.noisy, f.writes = max(1, self.cost), self.noisy, self.writes
        self.funcs.append(f)
        return S(f'func {name}({head}) ({tail}) {{', body, '}')

    def param_type(self):
        t = self.random_type(1)
        return ptr_to(self.stored_type(0)) if self.chance(0.08) else t if t.kind not in ('ptr', 'func') else basics['int']

    def make_generic_func(self, name):
        r = self.rng
        tps = [T('tparam', self.fresh('T'), cons=r.choice(CONSTRAINTS)) for _ in range(r.randint(1, 2))]
        shapes = [lambda t: t, lambda t: t, slice_of, lambda t: array_of(2, t), lambda t: func_of([t], [t])]
        ptypes = [tps[0]] + [r.choice(shapes)(r.choice(tps)) for _ in range(r.randrange(3))]
        params = [Var(self.fresh('a'), t) for t in ptypes]
        result = r.choice([tps[0], r.choice(tps), basics['int'], slice_of(r.choice(tps)), basics['bool']])
        f = Func(name, ptypes, [result], [(t.name, t.cons) for t in tps])
        self.begin(name, [result], False)
        with self.scope(*params), self.setting(tparams=tps):
            self.path_cache = {}
            body = self.body(r.randint(1, 3), 1)
            body.append(self.return_statement())
        self.path_cache = {}
        f.cost, f.noisy, f.writes = max(1, self.cost), self.noisy, self.writes
        self.funcs.append(f)
        tp = ', '.join(f'{t.name} {t.cons}' for t in tps)
        return S(f'func {name}[{tp}]({", ".join(f"{v.name} {v.t}" for v in params)}) {result} {{', body, '}')
