package checklist

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// publishedFile lists the versions that were published: id, version, digest
// and whether new referrals may begin with it, separated by tabs.
const publishedFile = "published.tsv"

const publishedHeader = "id\tversion\tdigest\toffered"

var hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// key names one version of one checklist.
type key struct {
	id      string
	version int
}

func (k key) file() string { return fmt.Sprintf("%s.v%d.yaml", k.id, k.version) }

type entry struct {
	digest  string
	offered bool
}

// PublishedLine returns the line that publishes this version in published.tsv.
func (c *Checklist) PublishedLine() string {
	return fmt.Sprintf("%s\t%d\t%s\tyes", c.ID, c.Version, c.Digest)
}

// readPublished reads the list of published versions. A folder without it, or
// with an empty one, publishes nothing and is refused.
func readPublished(fsys fs.FS) (map[key]entry, error) {
	data, err := fs.ReadFile(fsys, publishedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Problems{about(publishedFile, "is missing")}
	}
	if err != nil {
		return nil, fmt.Errorf("checklists: %w", err)
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), "\n")
	if lines[0] != publishedHeader {
		return nil, Problems{{publishedFile, 1, "", "the first line must be: " + publishedHeader}}
	}
	published := map[key]entry{}
	var problems Problems
	for i, line := range lines[1:] {
		k, e, fault := parseEntry(line)
		if _, twice := published[k]; fault == "" && twice {
			fault = fmt.Sprintf("version %d of %s is there twice", k.version, k.id)
		}
		if fault != "" {
			problems = append(problems, Problem{publishedFile, i + 2, "", fault})
			continue
		}
		published[k] = e
	}
	if len(published) == 0 && len(problems) == 0 {
		problems = Problems{about(publishedFile, "lists no checklist")}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return published, nil
}

func parseEntry(line string) (key, entry, string) {
	f := strings.Split(line, "\t")
	if len(f) != 4 {
		return key{}, entry{}, "four values separated by tabs are expected"
	}
	version, err := strconv.Atoi(f[1])
	switch {
	case !kebab.MatchString(f[0]):
		return key{}, entry{}, "id: " + quote(f[0]) + " is not an id"
	case err != nil || version < 1 || strconv.Itoa(version) != f[1]:
		return key{}, entry{}, "version: a whole number from 1 up is expected"
	case !hexDigest.MatchString(f[2]):
		return key{}, entry{}, "digest: 64 hexadecimal digits are expected"
	case f[3] != "yes" && f[3] != "no":
		return key{}, entry{}, "offered: yes or no is expected"
	}
	return key{f[0], version}, entry{f[2], f[3] == "yes"}, ""
}
