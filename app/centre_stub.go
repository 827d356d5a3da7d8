package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"znak/models/handover"
	"znak/models/handover/receiver"
)

// centreStubCmd is a receiving end to build against.
type centreStubCmd struct {
	Addr   string `default:"127.0.0.1:8090" help:"Address to listen on. It speaks plain HTTP: leave it on this machine, or put a proxy with TLS in front."`
	Keys   string `default:"centre-keys.json" help:"File of the receiver's private keys; made when there is none." type:"path"`
	Portal string `required:"" help:"The portal's public keys: the address that publishes them (https://…/handover/jwks.json), or a file." placeholder:"URL|FILE"`
	Out    string `help:"Folder to keep packages and receipts in; nothing is kept when not given." type:"path" placeholder:"DIR"`
}

// Run prints the JWK set that the portal is given, and receives until it is
// stopped.
func (c centreStubCmd) Run(ctx context.Context, s streams) error {
	if strings.HasPrefix(c.Portal, "http") {
		if err := handover.CheckURL(c.Portal); err != nil {
			return fmt.Errorf("--portal: %w", err)
		}
	}
	keys, err := receiver.OpenKeys(c.Keys)
	if err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	public, err := keys.Public()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	fmt.Fprintf(s.out, "%s", public)
	fmt.Fprintf(s.err, "Above: the keys for ZNAK_CENTRE_JWKS. Receiving at http://%s/, for ZNAK_CENTRE_URL. Stop with Ctrl+C.\n", address(l))
	r := &receiver.Receiver{Keys: keys, Portal: (&portalKeys{from: c.Portal}).get, Out: c.Out, Say: s.err, Now: time.Now}
	server := &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute}
	end := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace) // nothing is left to be done about what does not end
	})
	defer end()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// portalKeys are the portal's public keys, read when the first delivery comes:
// the portal may be started after its receiver.
type portalKeys struct {
	from string
	mu   sync.Mutex
	set  *jose.JSONWebKeySet
	at   time.Time
}

func (k *portalKeys) get(ctx context.Context, fresh bool) (*jose.JSONWebKeySet, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set != nil && (!fresh || time.Since(k.at) < time.Minute) {
		return k.set, nil
	}
	text, err := k.read(ctx)
	if err != nil {
		return nil, err
	}
	set, err := handover.ParsePortalKeys(text)
	if err == nil {
		k.set, k.at = set, time.Now()
	}
	return set, err
}

func (k *portalKeys) read(ctx context.Context) ([]byte, error) {
	if !strings.HasPrefix(k.from, "http") {
		return os.ReadFile(k.from)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.from, nil)
	if err != nil {
		return nil, err
	}
	res, err := handover.NewClient(10 * time.Second).Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", k.from, res.StatusCode)
	}
	return io.ReadAll(io.LimitReader(res.Body, 64<<10))
}
