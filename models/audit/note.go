package audit

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// head is what a checkpoint signs: the log's first entries, as many as size.
type head struct {
	size   int64
	root   tlog.Hash
	branch string // id of the newest entry that says that the log was restored; "" for none
}

// branchLine begins the line that a checkpoint of a restored log has besides.
const branchLine = "restored "

// signHead returns a signed note in the form of a C2SP tlog-checkpoint. The
// origin is the name of the key.
func signHead(h head, key note.Signer) ([]byte, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", key.Name(), h.size, h.root)
	if h.branch != "" {
		text += branchLine + h.branch + "\n"
	}
	return note.Sign(&note.Note{Text: text}, key)
}

// openHead checks a signed checkpoint against the key and returns what it
// signs. Signatures of others (witnesses) may stand beside ours.
func openHead(signed []byte, key note.Verifier) (head, error) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return head{}, err
	}
	lines := strings.Split(strings.TrimSuffix(n.Text, "\n"), "\n")
	if len(lines) < 3 || lines[0] != key.Name() {
		return head{}, fmt.Errorf("audit: no checkpoint of %s", key.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return head{}, fmt.Errorf("audit: checkpoint of a size that is no number")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return head{}, fmt.Errorf("audit: checkpoint with a root that is no hash")
	}
	h := head{size: size, root: tlog.Hash(root)}
	for _, line := range lines[3:] {
		if branch, ok := strings.CutPrefix(line, branchLine); ok {
			h.branch = branch
		}
	}
	return h, nil
}
