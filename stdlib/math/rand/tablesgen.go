//go:build ignore

// Writes tables.gol here and ../rand/v2/tables.gol: the tables of the ziggurat method, and the start of the
// lagged Fibonacci generator, which follows from what Go's generator yields.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"strings"
)

// seedNext is the Lehmer generator with which a seed is stretched.
func seedNext(x int32) int32 {
	x = 48271*(x%44488) - 3399*(x/44488)
	if x < 0 {
		x += 1<<31 - 1
	}
	return x
}

// cooked returns the constants that a seed is mixed with. The generator adds, at step k, the words 607-k and
// 334-k (modulo 607) of its state into the latter; from 607 outputs the first state can be solved for.
func cooked() []uint64 {
	src := rand.NewSource(1).(rand.Source64)
	var out [608]uint64
	for k := 1; k <= 607; k++ {
		out[k] = src.Uint64()
	}
	var v [607]uint64
	for f := 334; f < 607; f++ {
		k := 941 - f
		v[f] = out[k] - out[334-(607-k)]
	}
	for f := 333; f >= 0; f-- {
		k := 334 - f
		if k <= 273 {
			v[f] = out[k] - v[607-k]
		} else {
			v[f] = out[k] - out[334-(607-k)]
		}
	}
	x := int32(1)
	for i := 0; i < 20; i++ {
		x = seedNext(x)
	}
	for i := range v {
		x = seedNext(x)
		u := int64(x) << 40
		x = seedNext(x)
		u ^= int64(x) << 20
		x = seedNext(x)
		u ^= int64(x)
		v[i] ^= uint64(u)
	}
	return v[:]
}

func list(b *strings.Builder, doc, name, typ string, n, per int, f func(i int) string) {
	fmt.Fprintf(b, "\n// %s\nvar %s = [%d]%s{", doc, name, n, typ)
	for i := 0; i < n; i++ {
		if i%per == 0 {
			b.WriteString("\n\t")
		} else {
			b.WriteString(" ")
		}
		b.WriteString(f(i) + ",")
	}
	b.WriteString("\n}\n")
}

// ziggurat computes the tables of Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables" (2000).
func ziggurat(b *strings.Builder, letter string, n int, right, area, scale float64, f, inverse func(float64) float64) {
	k := make([]uint32, n)
	w := make([]float32, n)
	y := make([]float32, n)
	d, t := right, right
	q := area / f(d)
	k[0] = uint32(d / q * scale)
	w[0], w[n-1] = float32(q/scale), float32(d/scale)
	y[0], y[n-1] = 1, float32(f(d))
	for i := n - 2; i >= 1; i-- {
		d = inverse(area/d + f(d))
		k[i+1] = uint32(d / t * scale)
		t = d
		y[i] = float32(f(d))
		w[i] = float32(d / scale)
	}
	list(b, "k"+letter+": below it a number is within its layer's rectangle.", "k"+letter, "uint32", n, 8, func(i int) string { return fmt.Sprintf("0x%x", k[i]) })
	list(b, "w"+letter+": the widths of the layers.", "w"+letter, "float32", n, 8, func(i int) string { return fmt.Sprint(w[i]) })
	list(b, "f"+letter+": the density at the layers' edges.", "f"+letter, "float32", n, 8, func(i int) string { return fmt.Sprint(y[i]) })
}

func main() {
	var z strings.Builder
	z.WriteString("// Made by tablesgen.go in math/rand; do not edit.\n\npackage rand\n")
	ziggurat(&z, "n", 128, 3.442619855899, 9.91256303526217e-3, 1<<31,
		func(x float64) float64 { return math.Exp(-.5 * x * x) }, func(y float64) float64 { return math.Sqrt(-2 * math.Log(y)) })
	ziggurat(&z, "e", 256, 7.69711747013104972, 3.949659822581572e-3, 1<<32,
		func(x float64) float64 { return math.Exp(-x) }, func(y float64) float64 { return -math.Log(y) })
	os.WriteFile("v2/tables.gol", []byte(z.String()), 0o644)
	c := cooked()
	list(&z, "cooked: what a seed is mixed with.", "cooked", "uint64", 607, 6, func(i int) string { return fmt.Sprintf("0x%016x", c[i]) })
	os.WriteFile("tables.gol", []byte(z.String()), 0o644)
}
