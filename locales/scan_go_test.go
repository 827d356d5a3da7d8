package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

func (m *mentions) goFile(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if file == nil {
		return err // a file that does not parse is the compiler's business
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if s, ok := literal(n); ok {
				m.text(s, path)
			}
		case *ast.CallExpr:
			m.goCall(n, path)
		case *ast.CompositeLit:
			m.goLiteral(n, path)
		}
		return true
	})
	return nil
}

// goCall notes T(lang, "id"), N(lang, "id", n), E(code, "id") and
// Errorf(code, "id", …).
func (m *mentions) goCall(call *ast.CallExpr, path string) {
	function := lastName(call.Fun)
	for i, arg := range call.Args {
		id, ok := literal(arg)
		switch {
		case !ok || i > 1 || !idShape.MatchString(id):
		case function == "T" || function == "N":
			m.call(function, id, path)
		case i == 1 && (function == "E" || function == "Errorf"):
			m.messages[id] = path
		}
	}
}

// goLiteral notes the Key of an Error or a FieldError.
func (m *mentions) goLiteral(lit *ast.CompositeLit, path string) {
	if name := lastName(lit.Type); name != "Error" && name != "FieldError" {
		return
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && lastName(kv.Key) == "Key" {
			if id, ok := literal(kv.Value); ok && id != "" {
				m.messages[id] = path
			}
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
