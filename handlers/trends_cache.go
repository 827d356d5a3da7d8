package handlers

import (
	"fmt"
	"html/template"
	"sync"

	"znak/locales"
	"znak/models/trends"
)

// drawn keeps the figures' part of pages as it was rendered: released figures
// do not change, so that a view is drawn once. It may be used by many at once.
type drawn struct {
	mu    sync.Mutex
	pages map[string]template.HTML
}

// drawnPages is how many views are kept; when there are more, all are dropped.
const drawnPages = 100

// drawnKey names a view: what is asked for, by whom it is seen, in which
// language, and what is released.
func drawnKey(cat *trends.Catalogue, q trends.Query, lang locales.Lang, form string) string {
	newest, id := trends.Release{}, ""
	for _, r := range cat.Releases {
		if r.ReleasedAt >= newest.ReleasedAt {
			newest, id = *r, r.ID
		}
	}
	return fmt.Sprint(form, lang, len(cat.Areas), cat.Areas[0].Code, len(cat.Releases), id, "?", q.String())
}

// get returns a part that was drawn before, or draws it.
func (d *drawn) get(key string, draw func() (template.HTML, error)) (template.HTML, error) {
	d.mu.Lock()
	page, ok := d.pages[key]
	d.mu.Unlock()
	if ok {
		return page, nil
	}
	page, err := draw()
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pages == nil || len(d.pages) >= drawnPages {
		d.pages = map[string]template.HTML{}
	}
	d.pages[key] = page
	return page, nil
}
