package handlers

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"text/template/parse"
	"time"

	"znak/locales"
)

// renderer holds every page in every language, parsed once at start. Fixed
// texts are written into the parse tree, so that showing a page looks nothing
// up.
type renderer struct {
	pages map[locales.Lang]map[string]*template.Template
}

// newRenderer parses all templates in all languages. A template that names a
// message that does not exist is an error.
func newRenderer(files fs.FS, b *locales.Bundle, assets *assets, loc *time.Location) (*renderer, error) {
	r := &renderer{pages: map[locales.Lang]map[string]*template.Template{}}
	for _, lang := range locales.All {
		pages, err := parsePages(files, lang, b, assets, loc)
		if err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
		r.pages[lang] = pages
	}
	return r, nil
}

func parsePages(files fs.FS, lang locales.Lang, b *locales.Bundle, assets *assets, loc *time.Location) (map[string]*template.Template, error) {
	base, err := template.New("").Funcs(funcs(lang, b, assets, loc)).Option("missingkey=error").ParseFS(files, "layouts/*.html", "partials/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		page, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Templates() {
			if t.Tree == nil {
				continue
			}
			if err := resolve(t.Tree.Root, lang, b); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return pages, nil
}

// resolve replaces each {{T "id"}} without values by its text.
func resolve(node parse.Node, lang locales.Lang, b *locales.Bundle) error {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for i, child := range n.Nodes {
			text, ok, err := fixedText(child, lang, b)
			if err != nil {
				return err
			}
			if ok {
				n.Nodes[i] = text
			} else if err := resolve(child, lang, b); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return resolveBranch(&n.BranchNode, lang, b)
	case *parse.RangeNode:
		return resolveBranch(&n.BranchNode, lang, b)
	case *parse.WithNode:
		return resolveBranch(&n.BranchNode, lang, b)
	}
	return nil
}

func resolveBranch(n *parse.BranchNode, lang locales.Lang, b *locales.Bundle) error {
	if err := resolve(n.List, lang, b); err != nil {
		return err
	}
	return resolve(n.ElseList, lang, b)
}

// fixedText returns the text that an action stands for, if it is {{T "id"}}.
func fixedText(node parse.Node, lang locales.Lang, b *locales.Bundle) (parse.Node, bool, error) {
	action, ok := node.(*parse.ActionNode)
	if !ok || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Decl) != 0 {
		return nil, false, nil
	}
	args := action.Pipe.Cmds[0].Args
	if len(args) != 2 {
		return nil, false, nil
	}
	name, ok := args[0].(*parse.IdentifierNode)
	id, ok2 := args[1].(*parse.StringNode)
	if !ok || !ok2 || name.Ident != "T" {
		return nil, false, nil
	}
	if !b.Has(id.Text) {
		return nil, false, fmt.Errorf("no message %q", id.Text)
	}
	text := template.HTMLEscapeString(b.T(lang, id.Text))
	return &parse.TextNode{NodeType: parse.NodeText, Pos: action.Pos, Text: []byte(text)}, true, nil
}

// render writes the page into a buffer, so that a fault half-way sends nothing.
func (r *renderer) render(lang locales.Lang, page string, data any) (*bytes.Buffer, error) {
	t, ok := r.pages[lang][page]
	if !ok {
		return nil, fmt.Errorf("no page %q in %q", page, lang)
	}
	buf := new(bytes.Buffer)
	if err := t.ExecuteTemplate(buf, "layout", data); err != nil {
		return nil, err
	}
	return buf, nil
}

// fragment renders one named template of a page by itself.
func (r *renderer) fragment(lang locales.Lang, page, name string, data any) ([]byte, error) {
	buf := new(bytes.Buffer)
	if err := r.pages[lang][page].ExecuteTemplate(buf, name, data); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
