// Times Go's own parser and type checker, those of its compiler, for tests/bench/translate. They are internal packages, so
// this file is built as one of the compiler's own, by `go build -overlay`.
//
// Standard input: a line a package in order of dependency, import path and files. One thread does all; the time is the
// processor's, garbage collection included.
package main

import (
	"bufio"
	"cmd/compile/internal/syntax"
	"cmd/compile/internal/types2"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func now() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type loaded map[string]*types2.Package

func (l loaded) Import(path string) (*types2.Package, error) {
	if path == "unsafe" {
		return types2.Unsafe, nil
	}
	for _, p := range []string{path, "vendor/" + path} {
		if pkg := l[p]; pkg != nil {
			return pkg, nil
		}
	}
	return nil, fmt.Errorf("not loaded: %s", path)
}

func main() {
	runtime.GOMAXPROCS(1)
	pkgs := loaded{}
	lines, bad := 0, 0
	var parse, check time.Duration
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		words := strings.Fields(in.Text())
		start := now()
		var files []*syntax.File
		for _, name := range words[1:] {
			f, err := os.Open(name)
			if err != nil {
				panic(err)
			}
			file, err := syntax.Parse(syntax.NewFileBase(name), f, nil, nil, 0)
			f.Close()
			if err != nil {
				panic(err)
			}
			lines += int(file.EOF.Line())
			files = append(files, file)
		}
		parsed := now()
		conf := types2.Config{Importer: pkgs, GoVersion: "go1.27", Sizes: types2.SizesFor("gc", "amd64"), IgnoreFuncBodies: false}
		failed := false
		conf.Error = func(err error) {
			if !failed {
				fmt.Println("FAIL", words[0], err)
			}
			failed = true
		}
		info := &types2.Info{
			StoreTypesInSyntax: true,
			Defs:               map[*syntax.Name]types2.Object{},
			Uses:               map[*syntax.Name]types2.Object{},
			Selections:         map[*syntax.SelectorExpr]*types2.Selection{},
			Implicits:          map[syntax.Node]types2.Object{},
			Scopes:             map[syntax.Node]*types2.Scope{},
			Instances:          map[*syntax.Name]types2.Instance{},
			FileVersions:       map[*syntax.PosBase]string{},
		}
		pkgs[words[0]], _ = conf.Check(words[0], files, info)
		parse += parsed - start
		check += now() - parsed
		if failed {
			bad++
		}
	}
	report := func(stage string, d time.Duration) {
		fmt.Printf("%-10s %8.3f s %10.0f lines/s\n", stage, d.Seconds(), float64(lines)/d.Seconds())
	}
	fmt.Printf("%d packages, %d fail, %d lines\n", len(pkgs), bad, lines)
	report("parse", parse)
	report("check", check)
	report("both", parse+check)
}
