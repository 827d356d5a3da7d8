package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"go.yaml.in/yaml/v3"
)

//go:embed openapi.yaml
var source []byte

// openapi answers GET /openapi.json, for anybody: there is nothing secret in it.
func (h *api) openapi(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, h.document)
}

// document is the contract as it is served: what this installation does not
// have is not in it. It returns an error when it and the routes do not say the
// same.
func document(routes []route, d Deps) ([]byte, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(source, &doc); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	paths, _ := doc["paths"].(map[string]any)
	has := d.Handover
	if d.Figures == nil {
		delete(paths, "/trends")
	}
	if has.Packages == nil {
		delete(paths, "/packages/{ref}")
	}
	if has.Receipts == nil {
		delete(at(doc, "components", "schemas", "Receipt", "properties"), "jws")
	}
	if has.Digests == nil {
		delete(at(doc, "components", "schemas", "Standing", "properties"), "digest")
	}
	found := 0
	for path, item := range paths {
		item, _ := item.(map[string]any)
		for _, r := range routes {
			if strings.ReplaceAll(r.path, ":ref", "{ref}") == path && item[strings.ToLower(r.method)] != nil {
				found++
			}
		}
		for method := range item {
			if (method == "get" || method == "post") && !documented(routes, method, path) {
				return nil, fmt.Errorf("openapi.yaml: %s %s has no route", method, path)
			}
		}
	}
	if found != len(routes) {
		return nil, fmt.Errorf("openapi.yaml: %d of %d routes are in it", found, len(routes))
	}
	return json.Marshal(doc)
}

func documented(routes []route, method, path string) bool {
	for _, r := range routes {
		if strings.EqualFold(r.method, method) && strings.ReplaceAll(r.path, ":ref", "{ref}") == path {
			return true
		}
	}
	return false
}

// at descends into a document.
func at(doc map[string]any, names ...string) map[string]any {
	for _, n := range names {
		doc, _ = doc[n].(map[string]any)
	}
	return doc
}
