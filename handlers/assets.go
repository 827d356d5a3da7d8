package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/models"
)

// assets serves static files under names that hold their digest, so that a
// browser may keep them for ever.
type assets struct {
	urls  map[string]string // name → address
	files map[string]file   // last part of the address → file
}

type file struct {
	body []byte
	mime string
}

func newAssets(fsys fs.FS) (*assets, error) {
	a := &assets{urls: map[string]string{}, files: map[string]file{}}
	names, err := fs.Glob(fsys, "*.*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.urls[name] = "/static/" + hashed
		a.files[hashed] = file{body, mime.TypeByExtension(ext)}
	}
	return a, nil
}

// url returns the address of a static file; an unknown name is a fault that
// the tests of the pages see.
func (a *assets) url(name string) string { return a.urls[name] }

// serve answers GET /static/{name}.
func (a *assets) serve(c echo.Context) error {
	f, ok := a.files[c.Param("name")]
	if !ok {
		return models.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, f.mime, f.body)
}
