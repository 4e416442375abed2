"""Statements with their bodies."""
from contextlib import contextmanager

from .exprs import Exprs, Var
from .tree import B, E, S, template
from .types import ANY, BASIC, INTS, SIGNED, basics, func_of, method_set


class Stmts(Exprs):
    """Needs what Exprs needs; label, depth of loops and results of the function being made are kept here."""

    def start_stmts(self):
        self.start_exprs()
        self.loops = []        # labels of the enclosing loops of this function body, None where not used yet
        self.results = None    # types that return must give; None: no return from here
        self.named_results = False
        self.where = ''        # name of the function, for what is printed
        self.lines = 0

    closed = property(lambda self: self.hidden > 1, doc='inside a closure, which must have no effects')

    @contextmanager
    def scope(self, *vs):
        self.scopes.append(list(vs))
        yield
        self.scopes.pop()

    @contextmanager
    def setting(self, **kw):
        old = {k: getattr(self, k) for k in kw}
        for k, v in kw.items():
            setattr(self, k, v)
        yield
        for k, v in old.items():
            setattr(self, k, v)

    def declare(self, v):
        self.scopes[-1].append(v)
        return v

    # ---- bodies

    def body(self, n, depth):
        """Up to n statements in a scope of their own."""
        out = B()
        with self.scope():
            for _ in range(self.rng.randint(1, max(1, n))):
                if not self.spend(1):
                    break
                out.extend(self.statement(depth))
        return out

    def statement(self, depth):
        kinds = self.KINDS if depth > 0 else self.FLAT
        names, weights = zip(*kinds)
        for _ in range(4):
            made = getattr(self, 'st_' + self.rng.choices(names, weights)[0])(depth - 1)
            if made:
                return made
        return self.st_print(depth) or []

    FLAT = [('declare', 25), ('assign', 30), ('op', 20), ('print', 12), ('multi', 10), ('call', 8), ('element', 10),
            ('stored', 6), ('leave', 3)]
    KINDS = FLAT + [('if', 14), ('for', 16), ('range', 16), ('switch', 10), ('typeswitch', 6), ('block', 3), ('closure', 6),
                    ('defer', 4), ('goto', 3), ('maprange', 5), ('idiom', 22), ('panic', 3), ('rangefunc', 7)]

    # ---- flat statements

    def st_declare(self, depth):
        t = self.random_type(2)
        how = self.rng.randrange(5)
        private = self.chance(0.6)
        name = self.fresh('v')
        if how == 0 and t.kind not in ('map', 'ptr', 'func', 'tparam'):
            first = S(f'var {name} {t}')
        elif how == 1:
            first = S(f'var {name} {t} = ', self.expr(t))
        elif how == 2 and not self.stable:
            other, t2 = self.fresh('v'), self.random_type(1)
            first = S(f'{name}, {other} := ', self.typed(t), ', ', self.typed(t2))
            self.declare(Var(other, t2))
            self.declare(Var(name, t, private))
            return [first, S(f'_, _ = {name}, {other}', keep=True)]
        else:
            first = S(f'{name} := ', self.typed(t))
        self.declare(Var(name, t, private))
        return [first, S(f'_ = {name}', keep=True)]

    def typed(self, t, d=3):
        """An expression that := gives the type t."""
        x = self.expr(t, d)
        return E(t, f'{t}(', x, ')') if x.const and not x.parts[0].startswith(str(t) + '(') else x

    def target(self):
        """A place that can be assigned to, and its type."""
        vs = self.assignable()
        if not vs:
            return None
        v = self.rng.choice(vs)
        ways = [(how, t) for how, t, lv in self.paths(v.t) if lv and t.kind != 'func']
        if not ways:
            return None
        how, t = self.rng.choice(ways)
        return how.replace('{}', v.name), t

    def bounded(self, t, x):
        """Keeps what grows in loops small."""
        if t.kind == 'string' and not t.name and self.mult > 1:
            return E(t, 'cut(', x, ')')
        if t.kind == 'slice' and self.mult > 1:
            return E(t, 'short(', x, ')')
        return x

    def st_assign(self, depth):
        place = self.target()
        if place is None:
            return None
        lv, t = place
        return [S(f'{lv} = ', self.bounded(t, self.expr(t)))]

    def st_op(self, depth):
        place = self.target()
        if place is None:
            return None
        lv, t = place
        r = self.rng
        if t.integer:
            how = r.randrange(4)
            if how == 0:
                return [S(f'{lv}{r.choice(["++", "--"])}')]
            if how == 1:
                return [S(f'{lv} {r.choice(["<<=", ">>="])} ', self.value(basics['uint8'], 1), ' % 70')]
            if how == 2:
                return [S(f'{lv} {r.choice(["/=", "%="])} ', self.value(t, 2), ' | 1')]
            return [S(f'{lv} {r.choice(["+=", "-=", "*=", "&=", "|=", "^=", "&^="])} ', self.expr(t, 2))]
        if t.floating or t.complex:
            return [S(f'{lv} {r.choice(["+=", "-=", "*=", "/="])} ', self.value(t, 2))]
        if t.kind == 'string' and not t.name:
            return [S(f'{lv} += sub(', self.expr(t, 2), ', 0, 4)'), S(f'{lv} = cut({lv})')]
        return None

    def st_print(self, depth):
        if self.quiet:
            return None
        vs = [v for v in self.visible() if v.t.printable() and (v.private or not self.stable)]
        self.rng.shuffle(vs)
        args = [v.name for v in vs[:self.rng.randint(0, 3)]]
        if not args or self.chance(0.4):
            t = basics[self.rng.choice(BASIC)]
            args.append(self.expr(t, 3))
        self.noisy = True
        self.lines += 1
        tag = f'"{self.where}.{self.lines}"'
        if self.chance(0.15):
            verbs = ' '.join(self.rng.choice(['%v', '%+v', '%#v', '%T']) if isinstance(a, str) and self.plain(a) else '%v' for a in args)
            return [S(f'fmt.Printf("{verbs}\\n", ', *self.comma(args), ')')]
        return [S(f'fmt.Println({tag}, ', *self.comma(args), ')')]

    def plain(self, name):
        return all(v.t.printable() and v.t.kind not in ('iface',) for v in self.visible() if v.name == name)

    def st_multi(self, depth):
        """Several at once: swaps, and places whose index another assignment changes."""
        a = self.target()
        if a is None:
            return None
        lv, t = a
        others = [p for p in self.reach(t, assignable=True) if p != lv]
        if others:
            o = self.rng.choice(others)
            right = [o, ', ', lv] if self.chance(0.6) else [self.bounded(t, self.expr(t, 2)), ', ', lv]
            return [S(f'{lv}, {o} = ', *right)]
        b = self.target()
        if b is None or b[0] == lv:
            return None
        return [S(f'{lv}, {b[0]} = ', self.bounded(t, self.expr(t, 2)), ', ', self.bounded(b[1], self.expr(b[1], 2)))]

    def st_element(self, depth):
        """Elements of slices, maps and arrays."""
        vs = [v for v in self.assignable() if v.t.kind in ('slice', 'map', 'array')]
        if not vs:
            return None
        v, r = self.rng.choice(vs), self.rng
        et = v.t.elem
        if v.t.kind == 'slice':
            k = r.randrange(4)
            if self.chance(0.3):
                return [S(f'{v.name} = short(append(clip({v.name}), ', self.expr(et, 2), '))')]
            if self.risky and not self.quiet and self.chance(0.3):
                return [S(f'{v.name}[{k}] = ', self.expr(et, 2))]
            return template(f'if len({v.name}) > {k} {{\n{v.name}[{k}] = @\n}}', [self.bounded(et, self.expr(et, 2))])
        if v.t.kind == 'array':
            if v.t.n == 0:
                return None
            return [S(f'{v.name}[uint(', self.value(basics['int'], 1), f')%{v.t.n}] = ', self.bounded(et, self.expr(et, 2)))]
        if not v.t.key.comparable(strict=True):
            key = self.key_literal(v.t.key)
        else:
            key = E(v.t.key, self.key_literal(v.t.key)) if self.chance(0.5) or v.t.key.floating or v.t.key.complex else self.expr(v.t.key, 1)
        how = r.randrange(5)
        guard = f'if {v.name} != nil {{\n@\n}}'
        if how == 0:
            return [S(f'delete({v.name}, ', key, ')')]
        if how == 1 and et.integer:
            act = S(f'{v.name}[', key, f']{r.choice(["++", "--", " += 3", " *= 5", " ^= 6"])}')
        elif how == 2:
            x, ok = self.fresh('x'), self.fresh('ok')
            first = S(f'{x}, {ok} := {v.name}[', key, ']')
            self.declare(Var(x, et))
            self.declare(Var(ok, basics['bool']))
            return [first, S(f'_, _ = {x}, {ok}', keep=True)]
        else:
            act = S(f'{v.name}[', key, '] = ', self.bounded(et, self.expr(et, 2)))
        return template(guard, [B([act])])

    def st_call(self, depth):
        """Calls of functions and methods that change what others see: their arguments must be what no call changes."""
        if self.quiet or self.closed:
            return None
        fs = [f for f in self.funcs if f.writes or len(f.results) != 1]
        ms = []
        for v in self.visible():
            if v.t.kind in ('ptr', 'struct') and not v.fixed:
                base = v.t.elem if v.t.kind == 'ptr' else v.t
                ms += [(v, n, m) for n, (m, _) in method_set(base).items() if m.writes]
        if ms and (not fs or self.chance(0.5)):
            v, n, m = self.rng.choice(ms)
            if v.private and v.t.kind == 'struct' and self.chance(0.5):
                return None
            if not self.spend(m.cost):
                return None
            with self.setting(stable=True):
                args = self.comma([self.expr(p, 2) for p in m.params])
            self.writes = True
            return self.take_results([m.result], [f'{v.name}.{n}(', *args, ')'])
        if not fs:
            return None
        f = self.rng.choice(fs)
        binding = {}
        if not self.bind_rest(f, binding) or not self.spend(f.cost):
            return None
        self.noisy |= f.noisy
        self.writes |= f.writes
        with self.setting(stable=True):
            call = self.call_text(f, binding, 2)
        return self.take_results([self.subst(t, binding) for t in f.results], call)

    def take_results(self, types, call):
        if not types:
            return [S(*call)]
        if self.chance(0.3):
            vs = []
            for t in types:
                old = [v for v in self.scopes[-1] if v.private and not v.fixed and v.t.same(t)]
                vs.append(self.rng.choice(old).name if old and self.chance(0.7) else '_')
            if len(set(vs) - {'_'}) == len([v for v in vs if v != '_']):
                return [S(', '.join(vs), ' = ', *call)]
        names = [self.fresh('r') for _ in types]
        for n, t in zip(names, types):
            self.declare(Var(n, t))
        return [S(', '.join(names), ' := ', *call), S(', '.join('_' for _ in names), ' = ', ', '.join(names), keep=True)]

    def st_stored(self, depth):
        """Package variables: only where nothing is read that they are part of."""
        if self.quiet or self.closed or not self.package_vars:
            return None
        seen = [v for v in self.visible() if v in self.package_vars]
        if not seen:
            return None
        v = self.rng.choice(seen)
        self.writes = True
        with self.setting(stable=True):
            return [S(f'{v.name} = ', self.bounded(v.t, self.expr(v.t, 2)))]

    def st_leave(self, depth):
        """break, continue, return, each behind a condition."""
        r = self.rng
        cond = self.value(basics['bool'], 2)
        if self.loops and self.chance(0.7):
            i = r.randrange(len(self.loops))
            loop = self.loops[i]
            word = r.choice(['break', 'continue']) if loop['kind'] == 'loop' else 'break'
            inner = i == len(self.loops) - 1
            if not inner or self.chance(0.3):
                loop['used'] = True
                word += ' ' + loop['label']
            return template('if @ {\n@\n}', [cond, B([S(word)])])
        if self.results is not None and not self.quiet:
            return template('if @ {\n@\n}', [cond, B([self.return_statement()])])
        return None

    def return_statement(self):
        if not self.results or (self.named_results and self.chance(0.3)):
            return S('return', keep=True)
        return S('return ', *self.comma([self.expr(t, 2) for t in self.results]), keep=True)

    def st_panic(self, depth):
        if not self.risky or self.quiet:
            return None
        t = self.random_type(1)
        while not t.printable() or t.kind == 'iface':
            t = basics[self.rng.choice(BASIC)]
        return template('if @ {\npanic(@)\n}', [self.value(basics['bool'], 2), self.typed(t, 2)])

    # ---- control flow

    @contextmanager
    def loop(self, times, kind='loop'):
        entry = {'label': self.fresh('L'), 'used': False, 'kind': kind}
        self.loops.append(entry)
        mult, self.mult = self.mult, self.mult * times
        yield entry
        self.mult = mult
        self.loops.pop()

    @staticmethod
    def labelled(entry, stmts):
        if entry['used']:
            stmts[0].parts.insert(0, f'{entry["label"]}:\n')
        return stmts

    def st_if(self, depth):
        r = self.rng
        with self.scope():
            init = []
            if self.chance(0.25):
                t = basics[r.choice(INTS + ['string'])]
                name = self.fresh('i')
                init = [f'{name} := ', self.typed(t, 2), '; ']
                self.declare(Var(name, t))
                cond = E(basics['bool'], f'{name} {r.choice(["<", ">=", "!="])} ', self.expr(t, 1))
            else:
                cond = self.expr(basics['bool'], 3)
            s = S('if ', *init, cond, ' {', self.body(3, depth), '}')
            while self.chance(0.3):
                s.parts += [' else if ', self.expr(basics['bool'], 2), ' {', self.body(2, depth), '}']
            if self.chance(0.4):
                s.parts += [' else {', self.body(3, depth), '}']
        return [s]

    def st_for(self, depth):
        n, r = self.rng.randint(1, 5), self.rng
        t = basics[r.choice(['int', 'int', 'uint8', 'int16', 'uint64'])]
        i = self.fresh('i')
        with self.loop(n) as entry, self.scope(Var(i, t, fixed=True)):
            body = self.body(4, depth)
        how = r.randrange(4)
        if how == 0:
            s = [S(f'for {i} := {t}({n}); {i} > 0; {i}-- {{', body, '}')]
        elif how == 1:
            body.insert(0, S(f'_ = {i}', keep=True))
            s = [S(f'for {i} := range {t}({n}) {{', body, '}')]
        elif how == 2:
            inner = B([S(f'if {i} >= {n} {{ break }}', keep=True), S(f'{i}++', keep=True), S('{', body, '}')])
            s = [S('for {', inner, '}')]
            return [S('{', B([S(f'{i} := {t}(0)', keep=True)] + self.labelled(entry, s)), '}')]
        else:
            s = [S(f'for {i} := {t}(0); {i} < {n}; {i}{r.choice(["++", " += 2"])} {{', body, '}')]
        return self.labelled(entry, s)

    def st_range(self, depth):
        r = self.rng
        kind = r.choice(['array', 'slice', 'string', 'slice', 'ptr'])
        vs = [v for v in self.visible() if v.t.kind == kind and (kind != 'ptr' or (v.t.elem.kind == 'array'))]
        if vs and self.chance(0.7):
            v = r.choice(vs)
            t, what = v.t, E(v.t, v.name)
        else:
            t = basics['string'] if kind == 'string' else self.slice_type(self.random_type(1)) if kind == 'slice' else self.array_type(self.random_type(1))
            what = self.expr(t, 2)
        if t.kind == 'string' and t.name == '' and self.chance(0.2):
            et, what, it = basics['uint8'], E(t, '[]byte(', what, ')'), 'int'
        else:
            et = {'string': basics['int32']}.get(t.kind) or (t.elem.elem if t.kind == 'ptr' else t.elem)
        if t.kind in ('string', 'slice') and not (t.kind == 'slice' and t.name):
            what = E(t, 'sub(', what, ', 0, 6)') if t.kind == 'string' and what.parts[0] != '[]byte(' and not t.name else what
        i, x = self.fresh('i'), self.fresh('x')
        if not self.spend(1):
            return None
        with self.loop(6) as entry, self.scope(Var(i, basics['int'], fixed=self.chance(0.7)), Var(x, et)):
            body = self.body(3, depth)
        how = r.randrange(4)
        if how == 0:
            head = f'for {i} := range '
            body.insert(0, S(f'var {x} {et}; _, _ = {i}, {x}', keep=True))
        elif how == 1:
            head = f'for _, {x} := range '
            body.insert(0, S(f'{i} := 0; _, _ = {i}, {x}', keep=True))
        else:
            head = f'for {i}, {x} := range '
            body.insert(0, S(f'_, _ = {i}, {x}', keep=True))
        return self.labelled(entry, [S(head, what, ' {', body, '}')])

    def st_maprange(self, depth):
        """Any order must give the same: sums only."""
        vs = [v for v in self.visible() if v.t.kind == 'map']
        if not vs or not self.spend(1):
            return None
        m = self.rng.choice(vs)
        total, k, x = self.fresh('sum'), self.fresh('k'), self.fresh('x')
        it = basics[self.rng.choice(INTS)]
        hidden = len(self.scopes)
        with self.loop(4), self.scope(Var(k, m.t.key, fixed=True), Var(x, m.t.elem, fixed=True)), \
                self.setting(hidden=hidden, quiet=True, loops=[], results=None):
            extra = self.value(it, 2)
            cond = self.expr(basics['bool'], 1)
        out = template(f'var {total} {it}\nfor {k}, {x} := range {m.name} {{\n_, _ = {k}, {x}\nif @ {{\n{total} += @\n}}\n'
                       f'{total}++\n}}\n_ = {total}', [cond, extra])
        self.declare(Var(total, it))
        return out

    def st_switch(self, depth):
        r = self.rng
        t = basics[r.choice(INTS + ['string', 'bool'])]
        n = r.randint(1, 4)
        tag = r.choice(['value', 'none', 'init'])
        parts = ['switch ']
        with self.loop(1, 'switch') as entry, self.scope():
            if tag == 'init':
                name = self.fresh('s')
                parts += [f'{name} := ', self.typed(t, 2), f'; {name} {{']
                self.declare(Var(name, t))
            elif tag == 'value':
                parts += [self.value(t, 2), ' {']
            else:
                parts += ['{']
            clauses = B()
            default = r.randrange(n + 2)
            seen = set()
            for c in range(n):
                last = c == n - 1
                if c == default:
                    head = ['default:']
                elif tag == 'none':
                    head = ['case ', self.expr(basics['bool'], 2), ':']
                else:
                    keys = []
                    for _ in range(r.randint(1, 2)):
                        key = self.key_literal(t)
                        if key not in seen and t.kind != 'bool':
                            seen.add(key)
                            keys += [', '] * bool(keys) + [key]
                    if not keys or self.chance(0.2):
                        keys += [', '] * bool(keys) + [self.value(t, 1)]
                    head = ['case ', *keys, ':']
                body = self.body(2, depth)
                if not last and self.chance(0.2):
                    body.append(S('fallthrough', keep=True))
                clauses.append(S(*head, body))
        return self.labelled(entry, [S(*parts, clauses, '}')])

    def st_typeswitch(self, depth):
        r = self.rng
        with self.scope():
            subject = self.expr(ANY, 2)
        x = self.fresh('x')
        kinds, seen = [], set()
        for _ in range(r.randint(1, 4)):
            t = self.random_type(1)
            if str(t) not in seen and t.kind != 'tparam':
                seen.add(str(t))
                kinds.append(t)
        clauses = B()
        with self.loop(1, 'switch') as entry:
            for t in kinds:
                with self.scope(Var(x, t)):
                    body = self.body(2, depth)
                body.insert(0, S(f'_ = {x}', keep=True))
                clauses.append(S(f'case {t}:', body))
            if self.chance(0.3):
                clauses.append(S(f'case nil:', B([S(f'_ = {x}', keep=True)] + self.body(1, depth))))
            with self.scope(Var(x, ANY)):
                clauses.append(S('default:', B([S(f'_ = {x}', keep=True)] + self.body(1, depth))))
        return self.labelled(entry, [S(f'switch {x} := ', subject, '.(type) {', clauses, '}')])

    def st_block(self, depth):
        """A scope in which a name stands for something else."""
        vs = [v for v in self.visible()]
        if not vs:
            return None
        v = self.rng.choice(vs)
        t = self.random_type(1)
        x = self.typed(t, 2)
        named = self.named_results and not v.name.endswith('_')  # a return without values cannot see them else
        with self.scope(Var(v.name, t)), self.setting(named_results=named):
            body = self.body(3, depth)
        return [S('{', B([S(f'{v.name} := ', x), S(f'_ = {v.name}', keep=True)] + body), '}')]

    def st_closure(self, depth):
        """A closure that reads what is around it, kept in a variable and called by expressions."""
        t = func_of([self.random_type(1) for _ in range(self.rng.randrange(3))], [self.random_type(1)])
        if any(p.kind in ('func', 'ptr') for p in (*t.params, *t.results)):
            return None
        name = self.fresh('f')
        params = [Var(self.fresh('a'), p) for p in t.params]
        with self.scope(*params), self.setting(hidden=len(self.scopes), loops=[], results=list(t.results), named_results=False,
                                               mult=self.mult * 4, quiet=True, risky=False):
            body = self.body(3, min(depth, 1))
            body.append(self.return_statement_of(t.results))
        head = ', '.join(f'{v.name} {v.t}' for v in params)
        self.declare(Var(name, t, fixed=True))
        return [S(f'{name} := func({head}) {t.results[0]} {{', body, '}'), S(f'_ = {name}', keep=True)]

    def return_statement_of(self, types):
        return S('return ', *self.comma([self.expr(t, 2) for t in types]), keep=True)

    def st_defer(self, depth):
        if self.quiet or self.results is None:
            return None
        self.noisy = True
        self.lines += 1
        tag = f'{self.where}.{self.lines}'
        t = basics[self.rng.choice(BASIC)]
        if self.chance(0.4):
            return [S(f'defer fmt.Println("defer {tag}", ', self.expr(t, 2), ')')]
        vs = [v for v in self.visible() if v.t.printable()]
        args = self.comma([v.name for v in vs[:3]])
        body = B([S(f'fmt.Println("defer {tag}"', *([', '] + args if args else []), ')')])
        if self.named_results and self.chance(0.6):
            k = self.rng.randrange(len(self.results))
            with self.setting(hidden=1, quiet=True):
                body.append(S(f'r{k}_ = ', self.bounded(self.results[k], self.expr(self.results[k], 1))))
        if self.chance(0.3):
            body.append(S('if e := recover(); e != nil { fmt.Println("recovered", e) }'))
        return [S('defer func() {', body, '}()')]

    def st_goto(self, depth):
        label, end, i = self.fresh('G'), self.fresh('G'), self.fresh('i')
        n = self.rng.randint(1, 4)
        with self.loop(n + 1), self.scope(Var(i, basics['int'], fixed=True)), self.setting(loops=[]):
            body = self.body(2, depth)
            cond = self.value(basics['bool'], 2)
        return [S('{', B([S(f'{i} := 0', keep=True), S(f'{label}:', keep=True),
                          S(f'if {i} < {n} {{', B([S(f'{i}++', keep=True), S('{', body, '}'),
                                                   S('if ', cond, f' {{ goto {end} }}'), S(f'goto {label}', keep=True)]), '}'),
                          S(f'goto {end}', keep=True), S(f'{end}:', keep=True), S(f'_ = {i}', keep=True)]), '}')]

    def st_rangefunc(self, depth):
        """range over a function: the body leaves in all ways that there are."""
        r = self.rng
        t, n = self.random_type(1), r.randint(1, 5)
        if t.kind in ('func', 'ptr') or not self.spend(2):
            return None
        i, x = self.fresh('i'), self.fresh('x')
        two = self.chance(0.6)
        src = [f'seq2[{t}](', E(basics['int'], str(n)), ', ', self.expr(t, 2), ')'] if two else [f'seq1({n})']
        vs = [Var(i, basics['int'])] + ([Var(x, t)] if two else [])
        with self.loop(n + 1) as entry, self.scope(*vs):
            body = self.body(3, depth)
        names = ', '.join(v.name for v in vs)
        body.insert(0, S(f'{", ".join("_" for _ in vs)} = {names}', keep=True))
        return self.labelled(entry, [S(f'for {names} := range ', *src, ' {', body, '}')])

    def st_idiom(self, depth):
        if self.closed or self.quiet or self.stable:
            return None
        return self.idiom(depth)
