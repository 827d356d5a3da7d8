// Package receiver is a small receiving end for the portal's packages: it
// verifies, decrypts and answers with a signed receipt. Integrators try theirs
// against it, tests deliver to it, and it shows in full what such an end has to
// do; it is not the Centre's case file.
package receiver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"znak/models/handover"
)

const (
	bodySize = 32 << 20 // bytes of a message
	remember = 10_000   // receipts that are kept in memory
)

// Receiver answers deliveries. Its fields are set before it is used.
type Receiver struct {
	Keys *Keys
	// Portal returns the portal's public keys. fresh asks for them anew, after a
	// signature by a key that was not known.
	Portal func(ctx context.Context, fresh bool) (*jose.JSONWebKeySet, error)
	Out    string    // folder to keep packages and receipts in; "" = nothing is kept
	Say    io.Writer // gets one line for each message; nothing of a child stands in it
	Now    func() time.Time

	mu       sync.Mutex
	receipts map[string]string // by message
	order    []string
}

// ServeHTTP answers one delivery. The same message gets the same receipt,
// however often it comes.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "deliveries are posted", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, bodySize))
	if err != nil {
		http.Error(w, "the message is too large, or was cut off", http.StatusRequestEntityTooLarge)
		return
	}
	receipt, status, err := r.take(req.Context(), req.Header, body)
	if err != nil {
		r.say("refused: %v", err)
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "application/jose")
	io.WriteString(w, receipt)
}

// take verifies and opens a message, and returns its receipt.
func (r *Receiver) take(ctx context.Context, h http.Header, body []byte) (receipt string, status int, err error) {
	portal, err := r.Portal(ctx, false)
	if err != nil {
		return "", http.StatusServiceUnavailable, fmt.Errorf("the portal's keys cannot be had: %w", err)
	}
	id, err := handover.CheckHeaders(h, portal, r.Now(), body)
	if err != nil {
		if portal, err = r.Portal(ctx, true); err == nil {
			id, err = handover.CheckHeaders(h, portal, r.Now(), body)
		}
		if err != nil {
			return "", http.StatusUnauthorized, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, ok := r.known(id); ok {
		r.say("repeated: message %s", id)
		return before, http.StatusOK, nil
	}
	signed, err := handover.Unseal(string(body), &r.Keys.private)
	if err != nil {
		return "", http.StatusBadRequest, err
	}
	c, digest, err := handover.Open(signed, portal)
	if err != nil {
		return "", http.StatusBadRequest, err
	}
	receipt, err = handover.SignReceipt(handover.Receipt{MessageID: id, Digest: digest, ReceivedAt: r.Now().UTC().Format(time.RFC3339)}, r.Keys.receipts())
	if err != nil {
		return "", http.StatusInternalServerError, err
	}
	if err := r.keep(id, fmt.Sprintf("%s-v%d", c.Reference, c.Version), signed, receipt); err != nil {
		return "", http.StatusInternalServerError, err
	}
	r.say("received: %s version %d, %s, message %s", c.Reference, c.Version, digest, id)
	return receipt, http.StatusOK, nil
}

func (r *Receiver) say(format string, args ...any) {
	if r.Say != nil {
		fmt.Fprintf(r.Say, format+"\n", args...)
	}
}

// plain is what an id must be to name a file.
var plain = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// known returns the receipt that the message got before.
func (r *Receiver) known(id string) (string, bool) {
	if receipt, ok := r.receipts[id]; ok {
		return receipt, true
	}
	if r.Out == "" || !plain.MatchString(id) {
		return "", false
	}
	text, err := os.ReadFile(filepath.Join(r.Out, id+".receipt"))
	return string(text), err == nil
}

// keep notes the receipt and, where a folder is named, writes package and
// receipt there: the receipt last, so that it never stands for what is not.
func (r *Receiver) keep(id, name string, signed []byte, receipt string) error {
	if r.Out != "" {
		if !plain.MatchString(id) || !plain.MatchString(name) {
			return fmt.Errorf("message %q cannot name a file", id)
		}
		if err := os.MkdirAll(r.Out, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.Out, name+".json"), signed, 0o600); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.Out, id+".receipt"), []byte(receipt), 0o600); err != nil {
			return err
		}
	}
	if r.receipts == nil {
		r.receipts = map[string]string{}
	}
	if len(r.order) >= remember {
		delete(r.receipts, r.order[0])
		r.order = r.order[1:]
	}
	r.receipts[id], r.order = receipt, append(r.order, id)
	return nil
}
