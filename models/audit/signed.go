package audit

import (
	"os"
	"time"
)

// Signed returns how many entries the newest checkpoint in the folder covers,
// and when it was written; zero values while there is none. It does not check
// the signature: that is Verify's.
func (l *Log) Signed() (size int64, at time.Time, err error) {
	if size, err = newestIn(l.folder); err != nil || size == 0 {
		return 0, time.Time{}, err
	}
	info, err := os.Stat(filePath(l.folder, size))
	if err != nil {
		return 0, time.Time{}, err
	}
	return size, info.ModTime(), nil
}
