"""Patterns of control: defers, panics, closures, order of evaluation, range functions, goroutines in fixed order."""
from .tree import B, S, template
from .types import BASIC, INTS, SIGNED, UNSIGNED, basics

FAULTS = ['var m map[string]int; m["a"] = @', 'var p *[3]int; fmt.Println(p[id(@)&1])', 'a := []int{1, 2}; fmt.Println(a[@])',
          'a := [3]int{1}; i := @; fmt.Println(a[i])', 'a := []int{1, 2, 3}; i := @; fmt.Println(a[i:2])', 'a := []int{1, 2, 3}; i := @; fmt.Println(a[1:i])',
          'a := []int{1, 2, 3}; i := @; fmt.Println(a[:1:i])', 's := "abc"; i := @; fmt.Println(s[i])', 's := "abc"; i := @; fmt.Println(s[i:])',
          'x := @ & 1; fmt.Println(7 / x)', 'x := @ & 1; fmt.Println(7 % (x - x))', 'var e any = @; fmt.Println(e.(string))',
          'var e any; fmt.Println(e.(int) + @)', 'var e any = @; fmt.Println(e.(fmt.Stringer))', 'var e error; _ = @; fmt.Println(e.Error())',
          'var f func(int); f(@)', 'c := make(chan int, 1); close(c); c <- @', 'c := make(chan int); close(c); _ = @; close(c)', 'var c chan int; _ = @; close(c)',
          'n := @; fmt.Println(len(make([]int8, n&15-8)))', 'n := @; fmt.Println(cap(make([]int, 2, n&3)))', 'n := @; fmt.Println(1 << n)',
          'a := []int{1, 2, @}; fmt.Println([4]int(a))', 'a := make([]int, @&3); fmt.Println(*(*[2]int)(a))', 'panic(fmt.Sprint("p", @))', 'panic(@)',
          'panic(fmt.Errorf("w%d: %w", @, errors.New("in")))', 'panic([2]int{@})', 'var e error; _ = @; panic(e)', 'm := map[any]int{}; m[[]int{@}] = 1',
          'm := map[any]int{1: 2}; fmt.Println(m[func() {}], @)', 'type T struct { a, p [2]int }; var t *T; _ = @; fmt.Println(t.a[1])',
          'var p *struct { n, k int }; p.k = @', 'var s []int; s[len(s)] = @', 'var e any = [1]any{[]int{@}}; fmt.Println(e == e)', 'x := []string{"a"}; x[1] += fmt.Sprint(@)',
          'runtime.Gosched(); panic(error(nil))', 'var p *int; *p += @', 'i := @; a := [2][2]int{}; a[i&1][i] = 2; fmt.Println(a)']


class FlowIdioms:
    def start_idioms(self):
        self.has_base = self.has_list = False
        self.extra = B()       # declarations that idioms need

    def id_faults(self):
        """Run-time errors and panics, recovered."""
        out = B()
        for _ in range(self.rng.randint(1, 3)):
            fault = self.rng.choice(FAULTS)
            parts = fault.split('; ')
            holes = [self.value(basics['int'], 2)] * fault.count('@')
            out += template('func() {\ndefer func() {\ne := recover()\nerr, ok := e.(runtime.Error)\nfmt.Println("fault", e, ok, ok && err.Error() != "")\n}()\n'
                            + '\n'.join(parts) + '\n}()', holes)
        return out

    def id_defers(self):
        """Order of defers, arguments taken at once, named results changed, nested panics."""
        t = self.basic()
        return template(f'''
            f := func(n int) (r {t}, s string) {{
            defer func() {{
            if e := recover(); e != nil {{
            s += fmt.Sprint("|", e, n)
            {self.one("r = @", "r, n = @, 0", "panic(fmt.Sprint(e, @))", "defer func() { s += fmt.Sprint(recover(), @) }(); panic(s)")}
            }}
            }}()
            for i := range n {{
            defer func(k int) {{
            s += fmt.Sprint(i, k, n)
            {self.one("recover()", "n++", "if k == 2 { panic(k) }", "func() { recover() }()")}
            }}(i * n)
            }}
            n *= 2
            {self.one("if n > 4 { panic(n) }", "panic(@)", "if n == 2 { return r, s + fmt.Sprint(@) }", "defer fmt.Println(n, @)").replace("@", "int8(1)")}
            r, s = @, "x"
            return r, s + "y"
            }}
            for n := range {self.num(2, 4)} {{
            func() {{
            defer func() {{
            fmt.Println("out", recover())
            }}()
            fmt.Println(f(n))
            }}()
            }}
            ''', [self.x(t, 1), self.x(t, 2)])

    def id_order(self):
        """Calls in the order that they stand in."""
        t, u = self.basic(), self.basic()
        k = iter(range(1, 50))
        tr = lambda ty, *x: f'tr({next(k)}, '
        a = [self.x(t, 1) for _ in range(6)] + [self.x(u, 1) for _ in range(3)]
        return template(f'''
            type P struct {{
            a, b {t}
            }}
            f := func(x {t}, ys ...{t}) ({t}, {t}) {{
            return tr(50, ys[0]), tr(51, x)
            }}
            xs := []{t}{{tr(1, @), tr(2, @), 2: tr(3, @)}}
            p := P{{b: tr(4, @), a: tr(5, @)}}
            m := map[int]{t}{{tr(6, 1): tr(7, @)}}
            xs[tr(8, 1)], m[tr(9, 2)] = f(tr(10, xs[0]), tr(11, xs[tr(12, 2)]))
            q := [...]*P{{{{tr(13, p.a), p.b}}, &p}}
            q[tr(14, 1)].a, *&q[tr(15, 0)].b = tr(16, q[0].a), tr(17, q[1].b)
            w := []{u}{{@, @, @}}
            i := 0
            next := func() int {{
            i++
            return i - 1
            }}
            w[next()], w[next()] = w[next()], {u}(w[1])
            fmt.Println(xs, p, m, *q[0], w, i, tr(18, true) && tr(19, false) || tr(20, i == 3))
            switch tr(21, i) {{
            case tr(22, 1), tr(23, 3):
            fmt.Println("three")
            case tr(24, 2):
            }}
            ''', a)

    def id_closures(self):
        """Variables that closures share and change, and loop variables of their own."""
        t = self.basic()
        return template(f'''
            n, x := 0, @
            inc := func(d int) int {{
            n += d
            return n
            }}
            set := func(y {t}) (old {t}) {{
            old, x = x, y
            return
            }}
            var fs []func() int
            for i := 0; i < {self.num(1, 4)}; i++ {{
            fs = append(fs, func() int {{
            i += 10
            return i * inc(1)
            }})
            {self.one("i++", "inc(i)", "i += n & 1")}
            }}
            for _, f := range fs {{
            fmt.Println(f(), f())
            }}
            old := set(@)
            k := inc(2)
            fmt.Println(n, k, x, old, len(fs))
            var rec func(int) int
            rec = func(d int) int {{
            if d <= 0 {{
            return inc(1)
            }}
            return rec(d-1) + rec(d-2) * {self.num(2, 5)}
            }}
            fmt.Println(rec({self.num(1, 6)}), n)
            ''', [self.typed(t, 2), self.x(t)])

    def id_labels(self):
        """Loops within loops that are left and continued by name, through switch and select."""
        outer, inner = self.fresh('L'), self.fresh('L')
        return template(f'''
            n := 0
            {outer}:
            for i := range {self.num(3, 5)} {{
            {inner}:
            for j := 0; ; j++ {{
            switch {{
            case j > {self.num(3, 6)}:
            break {inner}
            case (i+j)%{self.num(2, 4)} == 0:
            n += i
            continue
            case i*j > {self.num(4, 9)}:
            continue {outer}
            case n > {self.num(20, 60)}:
            break {outer}
            default:
            select {{
            default:
            if j == {self.num(1, 3)} {{
            break
            }}
            n++
            {self.one("continue " + inner, "n += 2", "break " + inner)}
            }}
            fallthrough
            case false:
            n += j
            }}
            fmt.Println(i, j, n)
            }}
            }}
            fmt.Println(n)
            ''')

    def id_rangefunc(self):
        """All ways out of a body of range over functions, two deep."""
        t = self.stored_type(0)
        return template(f'''
            f := func(stop int) (r {t}, n int) {{
            defer func() {{
            n += 100
            }}()
            outer:
            for i := range seq1({self.num(2, 5)}) {{
            defer func() {{
            n += i
            }}()
            for j, x := range seq2({self.num(2, 4)}, @) {{
            n++
            if j == stop {{
            {self.one("break outer", "continue outer", "return x, n", "goto done", "break", "return")}
            }}
            if i*j == {self.num(2, 6)} {{
            {self.one("continue", "return x, i", "panic(j)", "continue outer", "goto done")}
            }}
            r = x
            }}
            n *= 2
            if n > 1000 {{
            continue outer
            }}
            }}
            goto done
            done:
            return r, n * 3
            }}
            for s := range {self.num(2, 5)} {{
            func() {{
            defer func() {{
            if e := recover(); e != nil {{
            fmt.Println("out", e)
            }}
            }}()
            fmt.Println(f(s))
            }}()
            }}
            ''', [self.x(t)])

    def id_iterators(self):
        """Functions over functions; slices and maps collected from them."""
        t = self.basic(INTS)
        return template(f'''
            even := func(in func(func(int, {t}) bool)) func(func({t}) bool) {{
            return func(yield func({t}) bool) {{
            for i, x := range in {{
            if i%2 == 0 && !yield(x+{t}(i)) {{
            return
            }}
            }}
            }}
            }}
            var got []{t}
            for x := range even(seq2({self.num(1, 7)}, @)) {{
            got = append(got, x)
            if len(got) > {self.num(1, 3)} {{
            break
            }}
            }}
            fmt.Println(got, slices.Collect(even(slices.All(got))), slices.Sorted(slices.Values(got)))
            func() {{
            defer func() {{
            fmt.Println("out", recover())
            }}()
            bad := func(yield func(int) bool) {{
            yield(1)
            yield(2)
            }}
            for i := range bad {{
            fmt.Println(i)
            {self.one("break", "continue", "if i == 2 { panic(i) }", "return")}
            }}
            }}()
            ''', [self.x(t)])

    # ---- goroutines, so that only one order of what is printed can be

    def id_pipeline(self):
        t = self.basic()
        return template(f'''
            src, dst := make(chan {t}{self.one("", ", 1", ", 3")}), make(chan {t}{self.one("", ", 2")})
            go func(n int, x {t}) {{
            defer close(src)
            for i := range n {{
            if i%2 == 0 {{
            src <- x
            }} else {{
            src <- @
            }}
            }}
            }}({self.num(1, 6)}, @)
            go func() {{
            for x := range src {{
            dst <- x
            }}
            close(dst)
            }}()
            n := 0
            for x := range dst {{
            n++
            fmt.Println(n, x)
            }}
            x, ok := <-dst
            fmt.Println(x, ok, len(dst), cap(dst))
            ''', [self.literal(t, 0), self.x(t)])

    def id_workers(self):
        t = self.basic(INTS)
        return template(f'''
            var wg sync.WaitGroup
            var mu sync.Mutex
            var total {t}
            out := make([]{t}, {self.num(1, 8)})
            for i := range out {{
            wg.Add(1)
            go func() {{
            defer wg.Done()
            {self.one("runtime.Gosched()", "defer func() { recover() }()", "")}
            out[i] = {t}(i) * @
            mu.Lock()
            defer mu.Unlock()
            total += out[i]
            }}()
            }}
            wg.Wait()
            var once sync.Once
            for range 3 {{
            once.Do(func() {{ total++ }})
            }}
            fmt.Println(total, out)
            ''', [self.literal(t, 0)])

    def id_select(self):
        """One case is ready, or none."""
        t = self.basic()
        return template(f'''
            a, b, none := make(chan {t}, 2), make(chan {t}, 1), chan {t}(nil)
            {self.one("a <- @", "a <- @; a <- *new(" + str(t) + ")")}
            for i := range 4 {{
            select {{
            case x, ok := <-a:
            fmt.Println(i, "a", x, ok)
            {self.one("a = nil", "close(a)", "if i > 1 { break }")}
            case none <- @:
            fmt.Println("never")
            case <-none:
            fmt.Println("never")
            default:
            fmt.Println(i, "other", len(b))
            {self.one("if len(b) == 1 { <-b }", "for len(b) > 0 { fmt.Println(<-b) }")}
            if i == 2 {{
            break
            }}
            fmt.Println(len(a))
            }}
            }}
            ''', [self.x(t), self.x(t)]) if self.chance(0.5) else self.select_loop(t)

    def select_loop(self, t):
        loop = self.fresh('L')
        return template(f'''
            in, done, acks := make(chan {t}), make(chan struct{{}}), make(chan int)
            go func() {{
            for i := range {self.num(1, 4)} {{
            in <- @
            acks <- i
            }}
            close(done)
            }}()
            {loop}:
            for n := 0; ; n++ {{
            select {{
            case x := <-in:
            fmt.Println("in", x, n)
            case i, ok := <-acks:
            fmt.Println("ack", i, ok)
            case <-done:
            break {loop}
            }}
            }}
            ''', [self.literal(t, 0)])

    def id_pingpong(self):
        """Two that hand each other the turn."""
        return template(f'''
            ping, pong := make(chan int), make(chan int)
            go func() {{
            for n := range ping {{
            fmt.Println("ping", n)
            pong <- n * {self.num(2, 5)}
            }}
            close(pong)
            }}()
            n := 1
            for range {self.num(1, 4)} {{
            ping <- n
            n = <-pong + 1
            }}
            close(ping)
            _, ok := <-pong
            res := make(chan any)
            go func() {{
            defer func() {{
            res <- recover()
            }}()
            {self.one('panic("in")', 'var m map[int]int; m[n] = 1', 'runtime.Goexit()', '_ = []int{}[n]')}
            }}()
            fmt.Println(n, ok, <-res)
            ''')
