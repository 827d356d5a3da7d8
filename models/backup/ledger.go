package backup

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"znak/models"
)

// LedgerName is the file of the ledger, beside the folder of checkpoints.
const LedgerName = "erasures.txt"

// ledgerMark begins every line; it changes with the format.
const ledgerMark = "erasure-v1"

// Digester makes keyed digests; a vault is one.
type Digester interface {
	Digest(parts ...[]byte) []byte
}

// Line is one erasure on the ledger: ids, never anything about a child.
type Line struct {
	At         time.Time
	ReferralID string
	Ref        string
	Reason     models.Reason
}

// Ledger is the list of erasures that is kept outside the database, so that a
// copy from before an erasure cannot bring back what was erased. A line is on
// the disk before the key is destroyed: it says what is to be gone. Lines stand
// each for itself, so ledgers of several machines can be put together; each
// carries an authenticator that only the holder of the keys can make.
type Ledger struct {
	path string
	keys Digester
}

// NewLedger is the ledger in a folder; there need not be one yet.
func NewLedger(dir string, keys Digester) *Ledger {
	return &Ledger{path: filepath.Join(dir, LedgerName), keys: keys}
}

func (l *Ledger) encode(line Line) string {
	text := fmt.Sprintf("%s %s %s %s %s", ledgerMark, line.At.UTC().Format(time.RFC3339), line.ReferralID, line.Ref, line.Reason)
	return text + " " + hex.EncodeToString(l.mac(text)) + "\n"
}

func (l *Ledger) mac(text string) []byte {
	return l.keys.Digest([]byte("znak ledger of erasures"), []byte(text))
}

func (l *Ledger) decode(text string) (line Line, err error) {
	f := strings.Fields(text)
	if len(f) != 6 || f[0] != ledgerMark || strings.Join(f, " ") != text {
		return line, errors.New("it is not one of a ledger of erasures")
	}
	body, _ := strings.CutSuffix(text, " "+f[5])
	if mac, err := hex.DecodeString(f[5]); err != nil || !hmac.Equal(mac, l.mac(body)) {
		return line, errors.New("it was changed, or written with another key file")
	}
	at, err := time.Parse(time.RFC3339, f[1])
	return Line{At: at, ReferralID: f[2], Ref: f[3], Reason: models.Reason(f[4])}, err
}

// Lines returns the erasures, the oldest first; none when there is no ledger. A
// last line that a power cut left unfinished does not count: its erasure had
// not begun. Returns CodeInvalid, with the line's number, for one that was
// changed.
func (l *Ledger) Lines() ([]Line, error) {
	data, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return l.parse(data, l.path)
}

func (l *Ledger) parse(data []byte, name string) (out []Line, err error) {
	number := 0
	for text := range strings.Lines(string(data)) {
		number++
		if !strings.HasSuffix(text, "\n") {
			break
		}
		line, err := l.decode(strings.TrimSuffix(text, "\n"))
		if err != nil {
			return nil, models.Errorf(models.CodeInvalid, "", "%s, line %d: %w: bring the ledger back from its copy elsewhere", name, number, err)
		}
		out = append(out, line)
	}
	return out, nil
}

// ReadFile returns the lines of another ledger of the same keys.
func (l *Ledger) ReadFile(path string) ([]Line, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return l.parse(data, path)
}

// hold keeps other programs from the ledger until done is called.
func (l *Ledger) hold() (f *os.File, done func(), err error) {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return nil, nil, err
	}
	if f, err = os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, nil, err
	}
	if _, err := lock(f, true); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, func() { f.Close() }, nil
}

// add writes the lines that are not there yet, durably. The caller holds the
// ledger.
func (l *Ledger) add(f *os.File, lines ...Line) error {
	data, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<40))
	if err != nil {
		return err
	}
	known, err := l.parse(data, l.path)
	if err != nil {
		return err
	}
	end := int64(bytes.LastIndexByte(data, '\n') + 1) // what follows was cut off by a loss of power
	if err := f.Truncate(end); err != nil {
		return err
	}
	var text strings.Builder
	for _, line := range lines {
		if !slices.ContainsFunc(known, func(k Line) bool { return k.ReferralID == line.ReferralID }) {
			known = append(known, line)
			text.WriteString(l.encode(line))
		}
	}
	if _, err := f.WriteAt([]byte(text.String()), end); err != nil {
		return err
	}
	return errors.Join(f.Sync(), syncDir(filepath.Dir(l.path)))
}

// Merge adds lines of other ledgers that this one lacks.
func (l *Ledger) Merge(lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	f, done, err := l.hold()
	if err != nil {
		return err
	}
	defer done()
	return l.add(f, lines...)
}

// IDs returns the ids of the referrals on the ledger.
func IDs(lines []Line) (ids []string) {
	for _, l := range lines {
		ids = append(ids, l.ReferralID)
	}
	return ids
}
