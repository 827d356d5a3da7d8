package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const maxFileSize = 1 << 20

// load reads and checks the key file at path.
func load(path string, shared bool) (*keys, error) {
	text, stamp, err := readFile(path, shared)
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	defer clear(text)
	m, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("vault: key file %s: %w", path, err)
	}
	k, err := newKeys(m)
	if err != nil {
		return nil, fmt.Errorf("vault: key file %s: %w", path, err)
	}
	k.stamp = stamp
	return k, nil
}

// readFile returns the contents of path and what the file is. Unless shared is
// set, it refuses a file that anyone but its owner may read or write.
func readFile(path string, shared bool) ([]byte, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFileSize {
		return nil, nil, fmt.Errorf("%s is not a key file", path)
	}
	if perm := info.Mode().Perm(); !shared && runtime.GOOS != "windows" && perm&0o077 != 0 {
		return nil, nil, fmt.Errorf("%s is open to other users (mode %04o): run chmod 600 on it, and replace its keys if others could read it", path, perm)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize))
	return text, info, err
}

// createFile writes a new file, whole or not at all. It refuses to overwrite.
func createFile(path string, text []byte) error {
	tmp, err := writeTemp(filepath.Dir(path), text)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w, and is never overwritten", path, fs.ErrExist)
	} else if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// replaceFile writes the file anew, whole or not at all.
func replaceFile(path string, text []byte) error {
	tmp, err := writeTemp(filepath.Dir(path), text)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(tmp)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// writeTemp writes text durably to a new file in dir that only its owner may
// read, and returns the file's name.
func writeTemp(dir string, text []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, ".keys-*.tmp") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
