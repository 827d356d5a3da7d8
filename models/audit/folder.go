package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The folder of checkpoints holds one file for each, named after its size and
// never written again; every span of ten thousand entries has a folder of its
// own, so that years of them stay quick to look through. A file appears whole
// or not at all: one that does not open was damaged by somebody, not by a power
// cut.

// span is how many entries share a folder.
const span = 10_000

func spanName(size int64) string { return fmt.Sprintf("%012d", size/span*span) }

func fileName(size int64) string { return fmt.Sprintf("%012d.txt", size) }

// filePath is where the checkpoint of a size lies below the folder.
func filePath(dir string, size int64) string {
	return filepath.Join(dir, spanName(size), fileName(size))
}

// sizeIn returns the size in the name of a checkpoint's file, and false for a
// file that is no checkpoint of that span.
func sizeIn(spanFolder, name string) (int64, bool) {
	size, err := strconv.ParseInt(strings.TrimSuffix(name, ".txt"), 10, 64)
	return size, err == nil && name == fileName(size) && spanFolder == spanName(size)
}

// listFolder returns the sizes of the checkpoints in the folder, the smallest
// first; none when there is no folder.
func listFolder(dir string) ([]int64, error) {
	spans, err := listSpans(dir)
	var sizes []int64
	for _, s := range spans {
		more, oneErr := listSpan(dir, s)
		sizes, err = append(sizes, more...), errors.Join(err, oneErr)
	}
	return sizes, err
}

// newestIn returns the size of the newest checkpoint in the folder; 0 when
// there is none.
func newestIn(dir string) (int64, error) {
	spans, err := listSpans(dir)
	for _, s := range slices.Backward(spans) {
		sizes, err := listSpan(dir, s)
		if err != nil || len(sizes) > 0 {
			return slices.Max(append(sizes, 0)), err
		}
	}
	return 0, err
}

// listSpans returns the names of the folders, the smallest first.
func listSpans(dir string) ([]string, error) {
	files, err := os.ReadDir(dir) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var spans []string
	for _, f := range files {
		if f.IsDir() {
			spans = append(spans, f.Name())
		}
	}
	return spans, err
}

func listSpan(dir, spanFolder string) ([]int64, error) {
	files, err := os.ReadDir(filepath.Join(dir, spanFolder)) // sorted by name
	var sizes []int64
	for _, f := range files {
		if size, ok := sizeIn(spanFolder, f.Name()); ok {
			sizes = append(sizes, size)
		}
	}
	return sizes, err
}

func readFile(dir string, size int64) ([]byte, error) {
	return os.ReadFile(filePath(dir, size))
}

// writeFile adds a checkpoint to the folder, durably.
func writeFile(dir string, size int64, signed []byte) error {
	into := filepath.Join(dir, spanName(size))
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(into, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once it has its name
	_, err = f.Write(signed)
	err = errors.Join(err, f.Chmod(0o444), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filePath(dir, size)); err != nil {
		return err
	}
	return errors.Join(syncDir(into), syncDir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
