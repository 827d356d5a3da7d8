package handover

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The worked example of docs/handover.md is a package that this program can
// read: signed by the keys beside it, and with no field that it does not know.
func TestDocumentedExample(t *testing.T) {
	doc, err := os.ReadFile("../../docs/handover.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```json (\\w+)\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	part := map[string]string{}
	for _, b := range blocks {
		part[b[1]] = b[2]
	}
	set, err := ParsePortalKeys([]byte(part["keys"]))
	if err != nil {
		t.Fatal(err)
	}
	c, digest, err := Open([]byte(part["package"]), set)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(part["receipt"], digest) {
		t.Error("the receipt is of another package")
	}
	var e envelope
	if err := json.Unmarshal([]byte(part["package"]), &e); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(e.Package)))
	d.DisallowUnknownFields()
	if err := d.Decode(new(Content)); err != nil || c.Reference == "" {
		t.Errorf("%+v, %v", c, err)
	}
}
