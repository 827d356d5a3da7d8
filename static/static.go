// Package static holds what a page loads beside its HTML: one stylesheet, a
// little script that nothing depends on, and an icon.
package static

import "embed"

// FS holds the files; handlers serve them under hashed names.
//
//go:embed *.css *.js *.svg
var FS embed.FS
