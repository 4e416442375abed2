//go:build ignore

// Writes isprint.gol: where printable and unprintable runes alternate.
package main

import (
	"fmt"
	"unicode"
)

func main() {
	fmt.Print("// Made by isprintgen.go; do not edit.\n\npackage strconv\n\n")
	fmt.Println("// A rune is printable if an odd number of these runes (up to U+FFFF) are not above it.")
	var low, high []rune
	was := false
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		if r == 0x10000 && was {
			// The second table starts anew.
			low, high, was = low, append(high, r), true
		}
		if is := unicode.IsPrint(r); is != was {
			if r < 0x10000 {
				low = append(low, r)
			} else {
				high = append(high, r)
			}
			was = is
		}
	}
	fmt.Println("var printable16 = [...]uint16{")
	list(low)
	fmt.Println("}\n\n// The same for the runes from U+10000 on.")
	fmt.Println("var printable32 = [...]uint32{")
	list(high)
	fmt.Println("}")
}

func list(rs []rune) {
	for i := 0; i < len(rs); i += 12 {
		fmt.Print("\t")
		for j := i; j < i+12 && j < len(rs); j++ {
			if j > i {
				fmt.Print(" ")
			}
			fmt.Printf("0x%04x,", rs[j])
		}
		fmt.Println()
	}
}
