// Prints what Go's own checker finds of the expressions of a package, in the form of `gol dump --stage=types`, for
// tests/tools/types-diff:
//
//	go run tests/tools/types-of-go.go FILE …
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
)

var (
	fset = token.NewFileSet()
	pkg  *types.Package
	info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Uses:       map[*ast.Ident]types.Object{},
		Instances:  map[*ast.Ident]types.Instance{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
)

func text(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == pkg {
			return ""
		}
		return p.Name()
	})
}

func place(p token.Pos) string {
	at := fset.Position(p)
	return fmt.Sprintf("%s:%d:%d", at.Filename, at.Line, at.Column)
}

func mode(tv types.TypeAndValue) string {
	switch {
	case tv.IsVoid():
		return "novalue"
	case tv.IsType():
		return "type " + text(tv.Type)
	case tv.Value != nil:
		return "const " + text(tv.Type) + " " + tv.Value.String()
	case tv.IsNil():
		return "nil " + text(tv.Type)
	case tv.Addressable():
		return "var " + text(tv.Type)
	}
	return "value " + text(tv.Type)
}

func selection(e *ast.SelectorExpr, s *types.Selection) {
	path, kind, how := s.Index(), "field", "direct"
	if s.Kind() != types.FieldVal {
		path, kind = path[:len(path)-1], "method"
	}
	if s.Kind() == types.MethodExpr {
		kind = "methodexpr"
	}
	if s.Indirect() {
		how = "indirect"
	}
	fmt.Println(place(e.Sel.Pos()), "select", kind, path, how, text(s.Recv()))
}

// captures prints the variables of enclosing functions that a literal uses.
func captures(fl *ast.FuncLit) {
	fmt.Print(place(fl.Pos()), " captures")
	seen := map[types.Object]bool{}
	ast.Inspect(fl.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := info.Uses[id].(*types.Var)
		if !ok || v.IsField() || v.Pkg() != pkg || v.Parent() == pkg.Scope() || seen[v] || fl.Pos() <= v.Pos() && v.Pos() < fl.End() {
			return true
		}
		seen[v] = true
		fmt.Print(" ", v.Name())
		return true
	})
	fmt.Println()
}

func main() {
	var files []*ast.File
	for _, name := range os.Args[1:] {
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(err error) { fmt.Fprintln(os.Stderr, err) }}
	pkg, _ = conf.Check("main", fset, files, info)
	for e, tv := range info.Types {
		switch e.(type) {
		case *ast.ParenExpr, *ast.KeyValueExpr:
			continue
		}
		if e.Pos().IsValid() && !tv.IsBuiltin() {
			end := fset.Position(e.End())
			fmt.Printf("%s-%d:%d %s\n", place(e.Pos()), end.Line, end.Column, mode(tv))
		}
	}
	for e, s := range info.Selections {
		selection(e, s)
	}
	for id, inst := range info.Instances {
		if _, ok := info.Uses[id].(*types.Func); ok {
			fmt.Print(place(id.Pos()), " targs")
			for i := range inst.TypeArgs.Len() {
				fmt.Print(" ", text(inst.TypeArgs.At(i)), ";")
			}
			fmt.Println()
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if fl, ok := n.(*ast.FuncLit); ok {
				captures(fl)
			}
			return true
		})
	}
}
