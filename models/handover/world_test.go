package handover_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"znak/models"
	"znak/models/courier"
	"znak/models/handover"
	"znak/models/handover/receiver"
	"znak/models/referral"
	"znak/models/store/storetest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// post is a world whose referrals are handed to a Centre with a system of its
// own.
type post struct {
	*storetest.World
	service  *handover.Service
	outbox   *courier.Outbox
	centre   *receiver.Receiver
	line     *courier.Line
	watch    *handover.Watch
	clocks   *courier.Clocks
	url      string
	endpoint func(w http.ResponseWriter, r *http.Request) // nil = centre
	mu       sync.Mutex
	got      []string // ids of the messages that came
}

func newPost(t testing.TB, change ...func(*referral.Service)) *post {
	t.Helper()
	p := &post{}
	keys, err := receiver.NewKeys()
	p.must(t, err)
	public, err := keys.Public()
	p.must(t, err)
	theirs, err := handover.ParseCentreKeys(public)
	p.must(t, err)
	p.World = storetest.New(t, append([]func(*referral.Service){func(s *referral.Service) {
		p.service = handover.New(s.Store, s.Vault, s.Audit, theirs)
		p.outbox = courier.NewOutbox(s.Location)
		s.Packer, s.Outbox = p.service, p.outbox
	}}, change...)...)
	p.service.Referrals = p.Referrals
	p.centre = &receiver.Receiver{Keys: keys, Now: p.Clock.Now, Portal: func(context.Context, bool) (*jose.JSONWebKeySet, error) { return p.portal(), nil }}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.got = append(p.got, r.Header.Get(handover.HeaderID))
		p.mu.Unlock()
		if p.endpoint != nil {
			p.endpoint(w, r)
			return
		}
		p.centre.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	p.url = srv.URL
	p.hasten(5 * time.Second)
	p.watch = &handover.Watch{Service: p.service, Outbox: p.outbox, Now: p.Clock.Now, Log: quiet}
	p.clocks = &courier.Clocks{Store: p.Store, Referrals: p.Referrals, Outbox: p.outbox, Audit: p.Audit, Log: quiet}
	return p
}

func (p *post) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// delivererOf takes packages to the endpoint by the client.
func (p *post) delivererOf(c *http.Client) *handover.Deliverer {
	return &handover.Deliverer{Service: p.service, Outbox: p.outbox, URL: p.url, Client: c, Now: p.Clock.Now}
}

// sent are the ids of the messages that came, in their order.
func (p *post) sent() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// portal are the portal's public keys, as it publishes them.
func (p *post) portal() *jose.JSONWebKeySet {
	set, err := handover.ParsePortalKeys(handover.JWKS(p.Vault))
	p.must(p.T, err)
	return set
}

// handed is what the Centre has of the referral.
func (p *post) handed(ref string) *handover.Signed {
	p.T.Helper()
	s, err := p.service.Package(context.Background(), p.Actor(storetest.Centre), ref)
	p.must(p.T, err)
	return s
}

// count is the answer to a query that counts.
func (p *post) count(query string, args ...any) (n int) {
	p.T.Helper()
	p.must(p.T, p.Raw().QueryRow(query, args...).Scan(&n))
	return n
}

// deliver lets the workers look once.
func (p *post) deliver() {
	p.T.Helper()
	if _, _, err := p.line.Batch(context.Background()); err != nil {
		p.T.Fatal(err)
	}
}

// forwarded is a full referral at the Centre.
func (p *post) forwarded() string { return p.At(models.StateForwarded) }
