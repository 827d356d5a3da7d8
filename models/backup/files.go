package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// copyPrefix begins the names of folders with plain copies of the database.
const copyPrefix = ".copy-"

// workplace makes a folder, below dir, for a plain copy of the database: what is
// in it is as secret as the database itself, so it lies beside it and not where
// the backup goes. done removes it.
func workplace(dir string) (path string, done func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	if path, err = os.MkdirTemp(dir, copyPrefix); err != nil {
		return "", nil, err
	}
	f, err := os.Open(path)
	if err == nil {
		_, err = lock(f, true)
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(path))
	}
	return path, func() { os.RemoveAll(path); f.Close() }, nil
}

// Sweep removes plain copies that a program left behind when it died: they hold
// keys that may be erased meanwhile. Those that a running program makes stay.
func Sweep(dir string) error {
	list, err := filepath.Glob(filepath.Join(dir, copyPrefix+"*"))
	if err != nil {
		return err
	}
	var faults []error
	for _, path := range list {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			var dead bool
			if dead, err = lock(f, false); dead {
				err = errors.Join(err, os.RemoveAll(path))
			}
			f.Close()
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// place gives a finished file its name, and never takes a name that is taken.
func place(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if err != nil { // a file system without links
		if _, there := os.Lstat(to); there == nil {
			return &fs.PathError{Op: "link", Path: to, Err: fs.ErrExist}
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		return syncDir(filepath.Dir(to))
	}
	return errors.Join(os.Remove(from), syncDir(filepath.Dir(to)))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
