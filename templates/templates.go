// Package templates holds the pages' HTML: layouts, partials and one file per
// page. It is a leaf; handlers parse it once at start.
package templates

import "embed"

// FS holds layouts/, partials/, pages/ and mail/.
//
//go:embed layouts partials pages mail
var FS embed.FS
