package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The folder of checkpoints holds one file for each, named after its size and
// never written again. A file appears whole or not at all: one that does not
// open was damaged by somebody, not by a power cut.

func fileName(size int64) string { return fmt.Sprintf("%012d.txt", size) }

// fileSize returns the size in a checkpoint's file name, and false for a file
// that is no checkpoint.
func fileSize(name string) (int64, bool) {
	size, err := strconv.ParseInt(strings.TrimSuffix(name, ".txt"), 10, 64)
	return size, err == nil && name == fileName(size)
}

// listFolder returns the sizes of the checkpoints in the folder, the smallest
// first; none when there is no folder.
func listFolder(dir string) ([]int64, error) {
	files, err := os.ReadDir(dir) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var sizes []int64
	for _, f := range files {
		if size, ok := fileSize(f.Name()); ok {
			sizes = append(sizes, size)
		}
	}
	return sizes, err
}

func readFile(dir string, size int64) ([]byte, error) {
	return os.ReadFile(filepath.Join(dir, fileName(size)))
}

// writeFile adds a checkpoint to the folder, durably.
func writeFile(dir string, size int64, signed []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once it has its name
	_, err = f.Write(signed)
	err = errors.Join(err, f.Chmod(0o444), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, fileName(size))); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
