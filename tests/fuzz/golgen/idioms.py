"""Longer patterns with random parts: what statements alone would seldom hit upon. Each method is one pattern; it returns
statements, and prints what it computes."""
from .exprs import Var
from .idioms_flow import FlowIdioms
from .tree import B, S, template
from .types import BASIC, INTS, SIGNED, UNSIGNED, basics, method_set


class Idioms(FlowIdioms):
    def idiom(self, depth):
        if not self.spend(40):
            return None
        names = [n for n in dir(self) if n.startswith('id_')]
        self.noisy = True
        out = getattr(self, self.rng.choice(names))()
        return [S('{', B(out), '}')] if out else None

    def basic(self, kinds=BASIC):
        return basics[self.rng.choice(kinds)]

    def x(self, t, d=2):
        return self.expr(t, d)

    def num(self, lo, hi):
        return str(self.rng.randint(lo, hi))

    def one(self, *texts):
        return self.rng.choice(texts)

    # ---- values

    def id_swaps(self):
        """Assignments of several whose places depend on each other."""
        t = self.basic()
        return template(f'''
            i, a := 1, [4]{t}{{@, @, @, @}}
            s := a[:]
            i, a[i] = 2, @
            fmt.Println(i, a, s)
            s[i], i = s[0], {self.num(0, 3)}
            a[0], a[1], s[2] = s[1], s[2], a[0]
            p, q := &a[i], &s[(i+1)%4]
            *p, *q = *q, *p
            i, s = {self.num(0, 1)}, s[i:]
            fmt.Println(i, a, s, len(s), cap(s))
            ''', [self.x(t) for _ in range(5)])

    def id_slices(self):
        """Parts that share an array, capacities that are known."""
        t = self.basic()
        lo, hi = sorted(self.rng.sample(range(6), 2))
        top = self.rng.randint(hi, 6)
        return template(f'''
            a := [6]{t}{{1: @, 3: @}}
            s := a[{lo}:{hi}:{top}]
            fmt.Println(len(s), cap(s), s)
            u := append(s, @)
            u[0] = @
            fmt.Println(a, s, u, len(u))
            b := a
            n := copy(a[{self.num(0, 3)}:], a[{self.num(0, 3)}:])
            fmt.Println(n, a, b, a == b)
            {self.one("clear(s)", "clear(a[:])", "clear(u)", "s = nil")}
            v := a[:{self.num(1, 6)}]
            v = append(v[:0], v[len(v)/2:]...)
            fmt.Println(a, s == nil, v, [2]{t}(a[2:4]), *(*[1]{t})(v[:1:1]))
            for i, x := range a {{
            a[5-i] = x
            }}
            for i, x := range &a {{
            a[5-i] = x
            }}
            fmt.Println(a)
            ''', [self.x(t) for _ in range(4)])

    def id_maps(self):
        """Keys of all kinds, changes of what is stored."""
        key = self.one('[2]int', 'any', 'string', 'struct{ a int8; b string }', 'float64', '[1]string', 'bool', 'complex64')
        ks = {'[2]int': ['[2]int{1, 2}', '[2]int{}', '[2]int{2: 0}[0:2][0:2:2]'], 'any': ['1', '"1"', 'int8(1)', '[1]int{3}', 'nil', '2.5', 'struct{}{}'],
              'string': ['"a"', '"b"', '""'], 'float64': ['0', '0.5', '1e300'], '[1]string': ['[1]string{"q"}', '[1]string{}'],
              'bool': ['true', 'false'], 'complex64': ['1i', '0', '1']}.get(key, ['struct{ a int8; b string }{1, "x"}', 'struct{ a int8; b string }{}'])
        ks = [k for k in ks if not k.startswith('[2]int{2')]
        k = lambda: self.rng.choice(ks)
        t = self.basic(INTS)
        return template(f'''
            m := map[{key}]{t}{{{ks[0]}: @}}
            m[{k()}] += @
            m[{k()}]++
            x, ok := m[{k()}]
            m[{k()}], x = x, m[{k()}]
            delete(m, {k()})
            fmt.Println(len(m), x, ok, m[{k()}])
            var total {t}
            for k := range m {{
            total += m[k]
            {self.one("delete(m, k)", "m[k] = 1", "")}
            }}
            _, ok = m[{k()}]
            fmt.Println(total, len(m), ok)
            clear(m)
            fmt.Println(len(m), m)
            mm := map[{key}][]{t}{{}}
            mm[{k()}] = append(mm[{k()}], @, @)
            st := map[{key}]struct{{ n {t}; p *{t} }}{{{ks[0]}: {{n: 1}}}}
            fmt.Println(len(mm), mm[{k()}], st[{ks[0]}].n, st[{ks[-1]}].p == nil, mm == nil)
            ''', [self.x(t) for _ in range(4)])

    def id_strings(self):
        s, tail = basics['string'], self.one('"a\\xffb"', '"é"', '""', '"日本語"')
        return template(f'''
            s := @ + {tail}
            n := 0
            for i, c := range s {{
            n += i * int(c)
            if c == 0xFFFD {{
            n++
            }}
            }}
            b, r := []byte(s), []rune(s)
            if len(b) > 0 {{
            b[len(b)/2] ^= @
            }}
            fmt.Println(n, len(s), b, r, string(b) == s, string(r) == s, len(string(r)))
            fmt.Printf("%q %x %v\\n", s, string(b), strings.ToUpper(s))
            switch s[:min(len(s), 1)] + "" {{
            case "a", "g":
            fmt.Println("first", s < "b", strings.Contains(s, "o"))
            case "":
            fmt.Println("empty")
            default:
            fmt.Println("other", s > @, strconv.Quote(s))
            }}
            t := ""
            for i := range {self.num(1, 5)} {{
            t += string(rune('a'+i)) + s[:len(s)/3]
            }}
            fmt.Println(t, len(t), append([]byte("x"), t...), copy(b, t))
            ''', [self.x(s), self.x(basics['uint8']), self.x(s)])

    def id_compare(self):
        """Structs, arrays and interfaces compared."""
        t, u = self.basic(), self.basic()
        return template(f'''
            type T struct {{
            a {t}
            _ int8
            b {u}
            c any
            }}
            x, y := T{{a: @, b: @, c: @}}, T{{a: @}}
            y.b = x.b
            fmt.Println(x == y, x == T{{}}, T{{}} == y, [2]T{{x, y}} == [2]T{{y, x}}, x.c == y.c)
            y = x
            var e, f any = x, y
            var n *T
            var g any = n
            fmt.Println(e == f, e != nil, g == nil, g == (*T)(nil), any(@) == any(@), x == e)
            func() {{
            defer func() {{
            fmt.Println(recover())
            }}()
            e, f = {self.one("[]int{1}", "map[string]int{}", "func() {}", "struct{ f []int }{}", "[1]any{[]int{}}", "[1]int{2}")}, 1
            fmt.Println(e == f)
            f = e
            fmt.Println(e == f)
            }}()
            ''', [self.x(t), self.x(u), self.x(self.basic()), self.x(t), self.typed(self.basic(), 1), self.typed(self.basic(), 1)])

    def id_embed(self):
        """Promotion through values, pointers and interfaces; method values and expressions."""
        t = self.basic()
        return template(f'''
            base := &{self.prefix}Base{{@}}
            in := struct {{
            *{self.prefix}Base
            k int
            }}{{base, {self.num(0, 9)}}}
            get, put := in.Get, in.Put
            fmt.Println(get(), put(@), in.n, in.Get(), get())
            v := *base
            f, g := {self.prefix}Base.Get, (*{self.prefix}Base).Put
            fmt.Println(f(v), g(&v, @), v, *base)
            base = &v
            fmt.Println(get(), base.Get(), (*{self.prefix}Base).Get(base))
            var e {self.prefix}Getter = in
            h := e.Get
            e = v
            in.{self.prefix}Base = nil
            fmt.Println(h(), e.Get(), {self.prefix}Getter.Get(e))
            out := struct {{
            {self.prefix}Getter
            n string
            }}{{e, "n"}}
            fmt.Println(out.Get(), out.n)
            func() {{
            defer func() {{
            fmt.Println(recover())
            }}()
            out.{self.prefix}Getter = nil
            fmt.Println({self.one("in.Get()", "out.Get()", "in.n", "in.Put(1)")})
            }}()
            ''', [self.x(basics['int']) for _ in range(3)]) if self.use_base() else None

    def use_base(self):
        """The types that id_embed needs, once a program."""
        if not self.has_base:
            self.has_base = True
            p = self.prefix
            self.extra += template(f'''
                type {p}Base struct {{
                n int
                }}
                func (b {p}Base) Get() int {{
                return b.n * {self.num(1, 9)}
                }}
                func (b *{p}Base) Put(n int) int {{
                b.n, n = n, b.n
                return n
                }}
                type {p}Getter interface {{
                Get() int
                }}
                ''')
        return True

    def id_types(self):
        """What an interface holds, by switches and assertions."""
        ts = ['int', 'string', 'float64', '[]int', 'error', 'fmt.Stringer', 'map[string]int', '[2]int', 'func()', 'chan int', 'uint8', 'rune']
        picked = self.rng.sample(ts, 5)
        vals = [self.x(self.basic()), self.x(self.basic())]
        return template(f'''
            for i, e := range []any{{@, @, nil, errors.New("x"), []int{{1}}, [2]int{{3}}, struct{{}}{{}}, 'r', any(1.5)}} {{
            switch y := e.(type) {{
            case {picked[0]}:
            fmt.Println(i, "A", y != {'nil' if picked[0] in ('[]int', 'error', 'fmt.Stringer', 'map[string]int', 'func()', 'chan int') else '*new(' + picked[0] + ')'})
            case {picked[1]}, {picked[2]}:
            fmt.Println(i, "B", y != nil)
            case nil:
            fmt.Println(i, "nil", y)
            case {picked[3]}:
            fmt.Printf("%d %T\\n", i, y)
            default:
            fmt.Printf("%d %T %v\\n", i, y, y)
            }}
            if s, ok := e.({picked[4]}); ok {{
            fmt.Printf("%v %T\\n", i, s)
            }}
            }}
            ''', vals)

    def id_generic_list(self):
        """A generic type that holds itself, with a generic method and closures over it."""
        t, u = self.stored_type(0), self.stored_type(0)
        if not self.has_list:
            self.has_list = True
            p = self.prefix
            self.extra += template(f'''
                type {p}L[T any] struct {{
                v T
                next *{p}L[T]
                }}
                func (l *{p}L[T]) Add(v T) *{p}L[T] {{
                return &{p}L[T]{{v, l}}
                }}
                func (l *{p}L[T]) All() func(func(int, T) bool) {{
                return func(yield func(int, T) bool) {{
                for i := 0; l != nil; i, l = i+1, l.next {{
                if !yield(i, l.v) {{
                return
                }}
                }}
                }}
                }}
                func (l *{p}L[T]) Fold[A any](a A, f func(A, T) A) A {{
                for _, v := range l.All() {{
                a = f(a, v)
                }}
                return a
                }}
                ''')
        p = self.prefix
        return template(f'''
            var l *{p}L[{t}]
            l = l.Add(@).Add(@).Add(@)
            for i, v := range l.All() {{
            if i == {self.num(1, 3)} {{
            break
            }}
            fmt.Println(i, v)
            }}
            n := l.Fold(0, func(a int, v {t}) int {{ return a*2 + 1 }})
            us := l.Fold([]{u}(nil), func(a []{u}, v {t}) []{u} {{ return append(clip(a), @) }})
            fmt.Println(n, us, len(us))
            fmt.Printf("%T %T\\n", l, us)
            ''', [self.x(t) for _ in range(3)] + [self.x(u, 1)])

    def id_library(self):
        """The library, so far as its results have one value."""
        s, i = basics['string'], basics['int']
        return template(f'''
            xs := []int{{@, @, @, @}}
            {self.one("sort.Ints(xs)", "slices.Sort(xs)", "slices.Reverse(xs)", "sort.Slice(xs, func(i, j int) bool { return xs[i] > xs[j] })",
                      "slices.SortFunc(xs, func(a, b int) int { return min(1, max(-1, b%7-a%7))*2 + 0 })")}
            fmt.Println(len(xs), slices.Max(xs), slices.Contains(xs, @), slices.Index(xs, xs[1]))
            fmt.Println(strings.Fields(@+" "+@), strings.Split(@, "o"), strings.Repeat(sub(@, 0, 3), {self.num(0, 3)}), strings.TrimLeft(@, "ag"))
            v, err := strconv.ParseInt(@+"{self.num(0, 99)}", {self.one("10", "0", "16")}, {self.one("8", "64", "0")})
            fmt.Println(v, err)
            w, err := strconv.Atoi({self.one('"12"', '"x"', '"99999999999999999999"', '"-7"', '""')})
            fmt.Println(w, err, errors.Is(err, strconv.ErrSyntax), errors.Unwrap(err) == strconv.ErrRange)
            fmt.Printf("%{self.one("5", "-5", "05", "+", "x", "#x", "b", "o", "", " ")}{self.one("d", "v", "x", "X", "b", "o", "c", "q", "U")}|\\n", @)
            fmt.Printf("%{self.one("", "8.3", "-9.2", "+.1", "08")}{self.one("f", "g", "e", "v", "G")}|%{self.one("", "6", "-7", ".2")}{self.one("s", "q", "v", "x")}|%t\\n", @, @, @)
            ''', [self.x(i), self.x(i), self.x(i), self.x(i), self.x(i), *[self.x(s) for _ in range(6)], self.x(self.basic(INTS)), self.x(basics['float64']), self.x(s), self.x(basics['bool'])])

    def id_sizes(self):
        t, u, v = self.stored_type(1), self.stored_type(1), self.stored_type(0)
        return template(f'''
            type T struct {{
            a {t}
            b {u}
            c {v}
            }}
            var x T
            {'n :=' if self.tparams else 'const n ='} unsafe.Sizeof(T{{}}) + unsafe.Offsetof(x.c)*2
            fmt.Println(n, unsafe.Alignof(x.b), unsafe.Sizeof([3]T{{}}), unsafe.Offsetof(x.b))
            fmt.Printf("%T %T\\n", x, x.b)
            ''')

    def id_new(self):
        t = self.stored_type(1)
        return template(f'''
            p := new({t}(@))
            q := new(*p)
            *p = @
            pp := &p
            **pp = @
            *pp = q
            _, _ = p, q
            fmt.Println({"*p, *q, **pp, " if t.printable() else ""}p == q, *pp == q)
            ''', [self.x(t), self.x(t), self.x(t)])

    def id_integers(self):
        """Edges of one width: wrap-around, division of the least by -1, shifts, conversions."""
        t = self.basic(SIGNED)
        u = 'u' + t.kind
        n = t.bits
        return template(f'''
            lo, m, z := {t}(-1 << {n - 1}), {t}(-1), {t}(@)
            fmt.Println(lo/m, lo%m, -lo, lo*m, lo-1, lo+m, ^lo, lo/{t}({self.num(2, 9)}), m/2, m%2, m>>1, {u}(m)>>1, {u}(lo))
            for s := range uint8(8) {{
            k := s * {self.num(3, 12)}
            fmt.Println(z<<k, z>>k, {u}(z)<<k, {u}(z)>>k, 1<<k == {t}(1)<<k, lo>>k)
            }}
            fmt.Println(int8(z), uint8(z), int16(z), uint16(z), int32(z), uint32(z), uint64(z), uintptr(z), float32(z), float64({u}(z)), rune(z))
            w := {u}(@)
            w -= {u}(z)
            z = z*z - {t}(w)
            fmt.Println(w, z, w*w, w/3, w%7, -w, ^w, w&^{u}(lo), z&^lo|m^z)
            ''', [self.x(t), self.x(basics[u])])

    def id_floats(self):
        f = self.one('float32', 'float64')
        # The bits of a NaN are the processor's and the C compiler's affair.
        return template(f'''
            var zero {f}
            a, b := @, @
            inf := 1 / zero
            nan := zero / zero
            neg := -zero
            neg = 1 / (neg * -1) * zero
            fmt.Println(a+b, a-b, a*b, a/b, inf, -inf, nan, nan == nan, nan < 1, !(nan >= 1), nan != nan, a < b, 1/-inf)
            fmt.Println(min(a, b), max(a, b), min(nan, a), max(a, inf), min(zero, -zero), float32(a), float64(b), int64(fclamp(float64(a)))/3)
            x := a
            x += 0.1
            x *= 3
            x -= b
            x++
            c := complex(a, b)
            fmt.Println(x, c*c, c/complex(b, a), -c, real(c), imag(c), c == complex(a, b))
            if x == x {{
                fmt.Println(math.Float64bits(float64(x)))
            }}
            ''', [self.x(basics[f]), self.x(basics[f])])
