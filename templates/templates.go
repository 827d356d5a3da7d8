// Package templates holds the pages' HTML: layouts, partials and one file per
// page. It is a leaf; handlers parse it once at start.
package templates

import "embed"

// FS holds layouts/, partials/ and pages/.
//
//go:embed layouts partials pages
var FS embed.FS
