//go:build !(darwin || freebsd || linux || netbsd || openbsd)

package backup

import "os"

// lock cannot keep others out here: run one command at a time.
func lock(*os.File, bool) (bool, error) { return true, nil }
