package audit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// lostFolder holds the checkpoints of branches that were lost, below the folder
// of checkpoints.
const lostFolder = "lost"

// moveAside moves the checkpoints of more entries than kept to where nothing
// takes them for the log's own.
func (l *Log) moveAside(id string, kept int64) error {
	sizes, err := listFolder(l.folder)
	if err != nil {
		return err
	}
	into := filepath.Join(l.folder, lostFolder, id)
	for _, size := range sizes {
		if size <= kept {
			continue
		}
		if err := os.MkdirAll(into, 0o700); err != nil {
			return err
		}
		if err := os.Rename(filePath(l.folder, size), filepath.Join(into, fileName(size))); err != nil {
			return err
		}
	}
	if _, err := os.Stat(into); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(syncDir(into), syncDir(filepath.Dir(into)), syncDir(l.folder))
}

// heldLost adds the checkpoints that were moved aside.
func (l *Log) heldLost(c *checkpoints) error {
	err := filepath.WalkDir(filepath.Join(l.folder, lostFolder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		signed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h, err := openHead(signed, l.keys.Verifier())
		c.add(h, err != nil)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
