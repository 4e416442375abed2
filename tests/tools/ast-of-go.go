// Prints files as Go's own parser sees them, in the form of `gol dump --stage=ast`, for tests/tools/ast-diff:
//
//	go run tests/tools/ast-of-go.go FILE …
//
// A line with the name stands before each tree, behind a byte 1; blanks are not laid out, since they are not compared.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
)

type printer struct{ *bufio.Writer }

func (p printer) f(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p printer) exprs(list []ast.Expr) {
	for _, e := range list {
		p.operand(e)
	}
}

func (p printer) operand(e ast.Expr) {
	p.f(" ")
	p.expr(e)
}

func (p printer) group(head string, list []ast.Expr) {
	if len(list) == 0 {
		return
	}
	p.f(" (%s", head)
	p.exprs(list)
	p.f(")")
}

// node prints (head operand…).
func (p printer) node(head string, operands ...ast.Expr) {
	p.f("(%s", head)
	p.exprs(operands)
	p.f(")")
}

func (p printer) field(name string, f *ast.Field) {
	p.f(" (%s", name)
	p.operand(f.Type)
	if f.Tag != nil {
		p.f(" tagged")
	}
	p.f(")")
}

func (p printer) fields(head, unnamed string, list *ast.FieldList) {
	p.f(" (%s", head)
	for _, f := range list.List {
		if f.Names == nil {
			p.field(unnamed, f)
		}
		for _, name := range f.Names {
			p.field(name.Name, f)
		}
	}
	p.f(")")
}

func (p printer) typeParams(list *ast.FieldList) {
	if list == nil {
		return
	}
	p.fields("tparams", "?", list)
}

func (p printer) function(recv *ast.FieldList, t *ast.FuncType, body *ast.BlockStmt) {
	if recv != nil {
		p.fields("recv", "_", recv)
	}
	p.typeParams(t.TypeParams)
	head := "params"
	if n := len(t.Params.List); n > 0 {
		if _, ok := t.Params.List[n-1].Type.(*ast.Ellipsis); ok {
			head = "params..."
		}
	}
	p.fields(head, "_", t.Params)
	if t.Results != nil && len(t.Results.List) > 0 {
		p.fields("results", "_", t.Results)
	}
	if body != nil {
		p.block(body.List)
	}
}

func (p printer) interfaceType(t *ast.InterfaceType) {
	p.f("(interface")
	for _, f := range t.Methods.List {
		if len(f.Names) > 0 {
			p.f(" (%s (func-type", f.Names[0].Name)
			p.function(nil, f.Type.(*ast.FuncType), nil)
			p.f("))")
		} else {
			p.field("embedded", f)
		}
	}
	p.f(")")
}

func (p printer) structType(t *ast.StructType) {
	p.f("(struct")
	for _, f := range t.Fields.List {
		if f.Names == nil {
			p.field("embedded", f)
		}
		for _, name := range f.Names {
			p.field(name.Name, f)
		}
	}
	p.f(")")
}

func (p printer) slice(e *ast.SliceExpr) {
	if e.Slice3 {
		p.node("slice3", e.X, e.Low, e.High, e.Max)
	} else {
		p.node("slice", e.X, e.Low, e.High)
	}
}

func (p printer) call(e *ast.CallExpr) {
	head := "call"
	if e.Ellipsis.IsValid() {
		head = "call..."
	}
	p.node(head, append([]ast.Expr{e.Fun}, e.Args...)...)
}

func (p printer) expr(e ast.Expr) {
	switch e := e.(type) {
	case nil:
		p.f("nil")
	case *ast.Ident:
		p.f("%s", e.Name)
	case *ast.BasicLit:
		p.f("%s", e.Value)
	case *ast.CompositeLit:
		p.node("composite", append([]ast.Expr{e.Type}, e.Elts...)...)
	case *ast.KeyValueExpr:
		p.node("keyed", e.Key, e.Value)
	case *ast.FuncLit:
		p.f("(func")
		p.function(nil, e.Type, e.Body)
		p.f(")")
	case *ast.ParenExpr:
		p.node("paren", e.X)
	case *ast.SelectorExpr:
		p.node(".", e.X, e.Sel)
	case *ast.IndexExpr:
		p.node("index", e.X, e.Index)
	case *ast.IndexListExpr:
		p.node("index", append([]ast.Expr{e.X}, e.Indices...)...)
	case *ast.SliceExpr:
		p.slice(e)
	case *ast.TypeAssertExpr:
		p.node("assert", e.X, e.Type)
	case *ast.CallExpr:
		p.call(e)
	case *ast.StarExpr:
		p.node("star", e.X)
	case *ast.UnaryExpr:
		p.node(e.Op.String(), e.X)
	case *ast.BinaryExpr:
		p.node(e.Op.String(), e.X, e.Y)
	case *ast.Ellipsis:
		if e.Elt == nil {
			p.f("(...)")
		} else {
			p.node("...", e.Elt)
		}
	default:
		p.typeExpr(e)
	}
}

func (p printer) typeExpr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ArrayType:
		if e.Len == nil {
			p.node("slice-of", e.Elt)
		} else {
			p.node("array", e.Len, e.Elt)
		}
	case *ast.StructType:
		p.structType(e)
	case *ast.FuncType:
		p.f("(func-type")
		p.function(nil, e, nil)
		p.f(")")
	case *ast.InterfaceType:
		p.interfaceType(e)
	case *ast.MapType:
		p.node("map", e.Key, e.Value)
	case *ast.ChanType:
		p.node(map[ast.ChanDir]string{ast.SEND: "chan<-", ast.RECV: "<-chan", ast.SEND | ast.RECV: "chan"}[e.Dir], e.Value)
	default:
		p.f("(bad %T)", e)
	}
}

func (p printer) block(list []ast.Stmt) {
	p.f(" (block")
	for _, s := range list {
		if _, ok := s.(*ast.EmptyStmt); !ok {
			p.f(" ")
			p.stmt(s)
		}
	}
	p.f(")")
}

func (p printer) part(head string, s ast.Stmt) {
	if s == nil {
		return
	}
	p.f(" (%s ", head)
	p.stmt(s)
	p.f(")")
}

func (p printer) clauses(body *ast.BlockStmt) {
	for _, s := range body.List {
		switch c := s.(type) {
		case *ast.CaseClause:
			if c.List == nil {
				p.f(" (default")
			} else {
				p.f(" (case")
			}
			p.exprs(c.List)
			p.block(c.Body)
		case *ast.CommClause:
			if c.Comm == nil {
				p.f(" (default")
			} else {
				p.f(" (case")
			}
			p.part("comm", c.Comm)
			p.block(c.Body)
		}
		p.f(")")
	}
}

func (p printer) assign(s *ast.AssignStmt) {
	p.f("(%s", s.Tok)
	p.group("lhs", s.Lhs)
	p.group("rhs", s.Rhs)
	p.f(")")
}

func (p printer) loop(s *ast.RangeStmt) {
	p.f("(range")
	if s.Key != nil {
		p.f("%s", s.Tok)
		p.operand(s.Key)
	}
	if s.Value != nil {
		p.operand(s.Value)
	}
	p.operand(s.X)
	p.block(s.Body.List)
	p.f(")")
}

func (p printer) typeSwitch(s *ast.TypeSwitchStmt) {
	name, guard := "nil", ast.Expr(nil)
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		guard = a.X
	case *ast.AssignStmt:
		name, guard = a.Lhs[0].(*ast.Ident).Name, a.Rhs[0]
	}
	p.f("(typeswitch %s", name)
	p.part("init", s.Init)
	p.operand(guard.(*ast.TypeAssertExpr).X)
	p.clauses(s.Body)
	p.f(")")
}

func (p printer) branching(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.IfStmt:
		p.f("(if")
		p.part("init", s.Init)
		p.operand(s.Cond)
		p.block(s.Body.List)
		p.part("else", s.Else)
	case *ast.ForStmt:
		p.f("(for")
		p.part("init", s.Init)
		p.operand(s.Cond)
		p.part("post", s.Post)
		p.block(s.Body.List)
	case *ast.SwitchStmt:
		p.f("(switch")
		p.part("init", s.Init)
		p.operand(s.Tag)
		p.clauses(s.Body)
	case *ast.SelectStmt:
		p.f("(select")
		p.clauses(s.Body)
	default:
		p.f("(bad %T", s)
	}
	p.f(")")
}

func (p printer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		p.f("(empty)")
	case *ast.ExprStmt:
		p.node("expr", s.X)
	case *ast.SendStmt:
		p.node("send", s.Chan, s.Value)
	case *ast.IncDecStmt:
		p.node(s.Tok.String(), s.X)
	case *ast.AssignStmt:
		p.assign(s)
	case *ast.GoStmt:
		p.node("go", s.Call)
	case *ast.DeferStmt:
		p.node("defer", s.Call)
	case *ast.ReturnStmt:
		p.node("return", s.Results...)
	case *ast.BranchStmt:
		p.f("(%s", s.Tok)
		if s.Label != nil {
			p.f(" %s", s.Label.Name)
		}
		p.f(")")
	case *ast.BlockStmt:
		p.f("(scope")
		p.block(s.List)
		p.f(")")
	case *ast.LabeledStmt:
		p.f("(label %s ", s.Label.Name)
		p.stmt(s.Stmt)
		p.f(")")
	case *ast.DeclStmt:
		p.decl(s.Decl)
	case *ast.RangeStmt:
		p.loop(s)
	case *ast.TypeSwitchStmt:
		p.typeSwitch(s)
	default:
		p.branching(s)
	}
}

func (p printer) values(head string, s *ast.ValueSpec) {
	p.f("(%s", head)
	for _, name := range s.Names {
		p.f(" %s", name.Name)
	}
	if s.Type != nil {
		p.group("type", []ast.Expr{s.Type})
	}
	p.group("values", s.Values)
}

func (p printer) spec(s ast.Spec, tok token.Token, iota int, first bool) {
	switch s := s.(type) {
	case *ast.ImportSpec:
		name := "nil"
		if s.Name != nil {
			name = s.Name.Name
		}
		path, _ := strconv.Unquote(s.Path.Value)
		p.f("(import %s \"%s\"", name, path)
	case *ast.ValueSpec:
		p.values(tok.String(), s)
		if tok == token.CONST {
			inherits := ""
			if s.Type == nil && s.Values == nil && !first {
				inherits = "inherits "
			}
			p.f(" %siota=%d", inherits, iota)
		}
	case *ast.TypeSpec:
		head := "type"
		if s.Assign.IsValid() {
			head = "alias"
		}
		p.f("(%s %s", head, s.Name.Name)
		p.typeParams(s.TypeParams)
		p.operand(s.Type)
	}
	p.f(")")
}

func (p printer) decl(d ast.Decl) {
	if d, ok := d.(*ast.GenDecl); ok {
		for i, s := range d.Specs {
			if i > 0 {
				p.f(" ")
			}
			p.spec(s, d.Tok, i, i == 0)
		}
	}
}

func (p printer) funcDecl(d *ast.FuncDecl, pragmas []string) {
	p.f("(func %s", d.Name.Name)
	for _, text := range pragmas {
		p.f(" %s", text)
	}
	p.function(d.Recv, d.Type, d.Body)
	p.f(")")
}

// directives gives the lines //go:… between two positions.
func directives(f *ast.File, from, to token.Pos) (list []string) {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if from <= c.Pos() && c.Pos() < to && strings.HasPrefix(c.Text, "//go:") && len(c.Text) > 5 {
				list = append(list, c.Text)
			}
		}
	}
	return list
}

func (p printer) file(f *ast.File) {
	p.f("(file %s", f.Name.Name)
	for _, line := range directives(f, 0, f.Package) {
		if strings.HasPrefix(line, "//go:build ") {
			p.f(" %s", line)
		}
	}
	end := f.Name.End()
	for _, d := range f.Decls {
		p.f(" ")
		if fn, ok := d.(*ast.FuncDecl); ok {
			p.funcDecl(fn, directives(f, end, fn.Type.Func))
		} else {
			p.decl(d)
		}
		end = d.End()
	}
	p.f(")\n")
}

func main() {
	p := printer{bufio.NewWriter(os.Stdout)}
	defer p.Flush()
	for _, name := range os.Args[1:] {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		p.f("\x01%s\n", name)
		p.file(f)
	}
}
