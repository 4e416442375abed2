"""One whole program, and several of them as one file."""
import random

from .decls import Decls
from .idioms import Idioms
from .tree import B, S, template, text

IMPORTS = ['errors', 'fmt', 'math', 'math/bits', 'os', 'runtime', 'slices', 'sort', 'strconv', 'strings', 'sync', 'unsafe']

PREAMBLE = '''
type Int interface{ ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr }
type Num interface{ Int | ~float32 | ~float64 }
type Ord interface{ Num | ~string }

var _ = errors.New
var _ = math.Pi
var _ = bits.Len
var _ = os.Exit
var _ = runtime.Gosched
var _ = slices.Sort[[]int]
var _ = sort.Ints
var _ = strconv.Itoa
var _ = strings.Repeat
var _ sync.Mutex
var _ unsafe.Pointer

func tr[T any](n int, x T) T {
	fmt.Println("tr", n, x)
	return x
}

//go:noinline
func id[T any](x T) T { return x }

func pick[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}

func at[S ~[]T, T any](s S, i int) (x T) {
	if len(s) > 0 {
		x = s[uint(i)%uint(len(s))]
	}
	return
}

func atS(s string, i int) byte {
	if len(s) == 0 {
		return 0
	}
	return s[uint(i)%uint(len(s))]
}

func cut(s string) string { return s[:min(len(s), 48)] }

func sub(s string, i, j int) string {
	i, j = int(uint(i)%uint(len(s)+1)), int(uint(j)%uint(len(s)+1))
	if i > j {
		i, j = j, i
	}
	return s[i:j]
}

func short[S ~[]T, T any](s S) S { return s[:min(len(s), 8):min(len(s), 8)] }

func clip[S ~[]T, T any](s S) S { return s[:len(s):len(s)] }

func cutS[S ~[]T, T any](s S, i, j int) S {
	i, j = int(uint(i)%uint(len(s)+1)), int(uint(j)%uint(len(s)+1))
	if i > j {
		i, j = j, i
	}
	return s[i:j:j]
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func fclamp(x float64) float64 {
	if !(x > -1e15 && x < 1e15) {
		return 0
	}
	return x
}

func seq1(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i * i) {
				return
			}
		}
	}
}

func seq2[T any](n int, x T) func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		defer func() { n++ }()
		for i := 0; i < n; i++ {
			if !yield(i, x) {
				break
			}
		}
	}
}

func run(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "ends with", e)
		}
	}()
	fmt.Println("==", name)
	f()
}
'''

ENDS = [None, None, 'os.Exit(3)', 'panic("over")', 'panic(fmt.Errorf("e%d", 7))', 'var m map[int]int; m[1] = 2', 'ch := make(chan int); <-ch',
        'x := []int{}; fmt.Println(x[id(3)])', 'var p *[4]int; fmt.Println(p[id(1)])', 'panic(id(3.5))', 'var e any = "s"; fmt.Println(e.(int))',
        'x := 0; fmt.Println(1 / x)', 'go func() { panic("elsewhere") }(); select {}', 'var f func(); f()', 'runtime.Goexit()']


class Program(Decls, Idioms):
    """The program number n of a seed: decls, a tree; entry, the function that main calls."""

    def __init__(self, seed, n):
        self.rng = random.Random(f'{seed}-{n}')
        self.names, self.prefix, self.const_names = 0, f'p{n}_', []
        self.seed, self.n = seed, n
        self.start_decls()
        self.start_idioms()
        self.decls = self.make_types()
        self.decls += self.make_consts()
        self.decls += self.make_methods()
        self.decls += self.make_ifaces()
        self.decls += self.make_package_vars()
        self.decls += self.make_funcs()
        self.decls += self.make_late_vars()
        self.entry = f'{self.prefix}main'
        self.decls.append(self.make_main())
        self.decls += self.extra

    def make_late_vars(self):
        """Variables whose initialisers call functions, and init functions."""
        out = B()
        self.begin('late', None, False)
        for i in range(self.rng.choice([0, 0, 1, 2])):
            t = self.stored_type(1)
            out.append(S(f'var {self.prefix}h{i} {t} = ', self.value(t, 3)))
            if t.printable():
                out.append(S(f'func init() {{ fmt.Println("{self.prefix}h{i}", {self.prefix}h{i}) }}'))
        return out

    def make_main(self):
        self.begin('main', [], False)
        with self.setting(risky=self.chance(0.5)), self.scope():
            body = B([S('fmt.Println(', ', '.join(self.const_names), ')')])
            for _ in range(self.rng.choice([2, 3, 3, 4, 5, 8])):
                body.extend(self.statement(self.rng.choice([1, 2, 2, 3])))
            for v in self.scopes[-1][-6:]:
                if v.t.printable():
                    body.append(S(f'fmt.Println("{v.name}", {v.name})'))
        for v in self.package_vars:
            if v.t.printable():
                body.append(S(f'fmt.Println("{v.name}", {v.name})'))
        return S(f'func {self.entry}() {{', body, '}')


def file_of(programs, end=None):
    """The text of a file that runs the programs one after the other, and then ends in the way named."""
    out = ['package main\n\nimport (\n', *(f'\t"{i}"\n' for i in IMPORTS), ')\n', PREAMBLE]
    for p in programs:
        out += ['\n', text(p.decls)]
    out += ['\nfunc main() {\n', *(f'\trun("{p.entry}", {p.entry})\n' for p in programs)]
    out += [f'\t{end}\n' if end else '', '}\n']
    return ''.join(out)
