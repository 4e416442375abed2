//go:build ignore

// Writes tables.gol from the tables of the unicode package of the Go that runs it:
//
//	go run tablesgen.go >tables.gol
//
// Only the ranges, strides and case mappings are taken over: they are the Unicode Character Database's.
package main

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"unicode"
)

var done = map[*unicode.RangeTable]string{}

// ident makes a Go name of a table's name.
func ident(s string) string { return strings.NewReplacer("-", "_", " ", "_").Replace(s) }

func table(name string, t *unicode.RangeTable) {
	if _, ok := done[t]; ok {
		return
	}
	done[t] = name
	fmt.Printf("var %s = &RangeTable{\n", name)
	if len(t.R16) > 0 {
		fmt.Printf("\tR16: []Range16{\n")
		for i := 0; i < len(t.R16); i += 4 {
			var parts []string
			for _, r := range t.R16[i:min(i+4, len(t.R16))] {
				parts = append(parts, fmt.Sprintf("{0x%04x, 0x%04x, %d}", r.Lo, r.Hi, r.Stride))
			}
			fmt.Printf("\t\t%s,\n", strings.Join(parts, ", "))
		}
		fmt.Printf("\t},\n")
	}
	if len(t.R32) > 0 {
		fmt.Printf("\tR32: []Range32{\n")
		for i := 0; i < len(t.R32); i += 4 {
			var parts []string
			for _, r := range t.R32[i:min(i+4, len(t.R32))] {
				parts = append(parts, fmt.Sprintf("{0x%05x, 0x%05x, %d}", r.Lo, r.Hi, r.Stride))
			}
			fmt.Printf("\t\t%s,\n", strings.Join(parts, ", "))
		}
		fmt.Printf("\t},\n")
	}
	if t.LatinOffset != 0 {
		fmt.Printf("\tLatinOffset: %d,\n", t.LatinOffset)
	}
	fmt.Printf("}\n\n")
}

func mapping(doc, name, prefix string, m map[string]*unicode.RangeTable) {
	keys := slices.Sorted(maps.Keys(m))
	for _, k := range keys {
		table(prefix+ident(k), m[k])
	}
	fmt.Printf("// %s\nvar %s = map[string]*RangeTable{\n", doc, name)
	for _, k := range keys {
		fmt.Printf("\t%q: %s,\n", k, done[m[k]])
	}
	fmt.Printf("}\n\n")
}

func public(names map[string]string, m map[string]*unicode.RangeTable, doc string) {
	fmt.Printf("// %s\nvar (\n", doc)
	for _, k := range slices.Sorted(maps.Keys(names)) {
		fmt.Printf("\t%s = %s\n", k, done[m[names[k]]])
	}
	fmt.Printf(")\n\n")
}

func main() {
	fmt.Printf("// Made by tablesgen.go; do not edit.\n\npackage unicode\n\n")
	fmt.Printf("// Version is the edition of Unicode that the tables are from.\nconst Version = %q\n\n", unicode.Version)
	mapping("Categories holds the tables of the general categories by name.", "Categories", "cat", unicode.Categories)
	names := map[string]string{}
	for k := range unicode.Categories {
		names[k] = k
	}
	for name, k := range map[string]string{"Digit": "Nd", "Letter": "L", "Lower": "Ll", "Mark": "M", "Number": "N", "Other": "C", "Punct": "P", "Space": "Z", "Symbol": "S", "Title": "Lt", "Upper": "Lu"} {
		names[name] = k
	}
	public(names, unicode.Categories, "The general categories.")

	fmt.Printf("// CategoryAliases leads from other names of categories to those in Categories.\nvar CategoryAliases = map[string]string{\n")
	for _, k := range slices.Sorted(maps.Keys(unicode.CategoryAliases)) {
		fmt.Printf("\t%q: %q,\n", k, unicode.CategoryAliases[k])
	}
	fmt.Printf("}\n\n")

	mapping("Scripts holds the tables of the scripts by name.", "Scripts", "script", unicode.Scripts)
	names = map[string]string{}
	for k := range unicode.Scripts {
		names[ident(k)] = k
	}
	public(names, unicode.Scripts, "The scripts.")

	mapping("Properties holds the tables of other properties by name.", "Properties", "prop", unicode.Properties)
	names = map[string]string{}
	for k := range unicode.Properties {
		names[ident(k)] = k
	}
	public(names, unicode.Properties, "The properties.")

	mapping("FoldCategory holds, by category, the runes outside of it that fold to one in it.", "FoldCategory", "foldCat", unicode.FoldCategory)
	mapping("FoldScript holds, by script, the runes outside of it that fold to one in it.", "FoldScript", "foldScript", unicode.FoldScript)

	fmt.Printf("// CaseRanges holds the case mappings of all letters that have any.\nvar CaseRanges = []CaseRange{\n")
	for _, c := range unicode.CaseRanges {
		fmt.Printf("\t{0x%04X, 0x%04X, d{%d, %d, %d}},\n", c.Lo, c.Hi, c.Delta[0], c.Delta[1], c.Delta[2])
	}
	fmt.Printf("}\n\n")

	// Orbits under simple folding that ToLower and ToUpper alone do not give.
	fmt.Printf("// foldOrbits holds, in order, the runes whose next in the folding orbit is not just the other case.\nvar foldOrbits = [...][2]uint16{\n")
	for r := rune(0); r <= unicode.MaxRune; r++ {
		next := unicode.SimpleFold(r)
		plain := unicode.ToLower(r)
		if plain == r {
			plain = unicode.ToUpper(r)
		}
		if r < 128 && next < 128 {
			continue
		}
		if next != plain {
			if r > 0xFFFF || next > 0xFFFF {
				panic("orbit")
			}
			fmt.Printf("\t{0x%04X, 0x%04X},\n", r, next)
		}
	}
	fmt.Printf("}\n\n")

	fmt.Printf("// latin1 classifies the runes below 256.\nvar latin1 = [256]uint8{\n")
	for r := rune(0); r < 256; r++ {
		var p []string
		add := func(b bool, s string) {
			if b {
				p = append(p, s)
			}
		}
		add(unicode.IsControl(r), "isCtrl")
		add(unicode.IsPunct(r), "isPunct")
		add(unicode.IsNumber(r), "isNumber")
		add(unicode.IsSymbol(r), "isSymbol")
		add(unicode.Is(unicode.Zs, r), "isBlank")
		add(unicode.IsLetter(r), "isLetter")
		add(unicode.IsUpper(r), "isUpper")
		add(unicode.IsLower(r), "isLower")
		if len(p) == 0 {
			p = []string{"0"}
		}
		fmt.Printf("\t0x%02X: %s,\n", r, strings.Join(p, " | "))
	}
	fmt.Printf("}\n")
	_ = sort.Strings
}
