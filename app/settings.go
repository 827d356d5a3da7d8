package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"znak/models/courier"
)

// settings are what `znak serve` runs by. Each is an environment variable; any
// X may be given as X_FILE, the path of a file that holds it.
type settings struct {
	site
	openData
	figuresRule
	Addr           string `env:"ZNAK_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	TrustedProxies string `env:"ZNAK_TRUSTED_PROXIES" help:"Addresses and networks of the proxies in front, whose X-Forwarded-For counts; separated by commas."`
	SMTPURL        string `name:"smtp-url" env:"ZNAK_SMTP_URL" help:"The mail relay: smtp://user:password@host:port?tls=starttls|implicit|none. Without it no letter leaves." placeholder:"URL"`
	MailFrom       string `env:"ZNAK_MAIL_FROM" help:"The sender's address." placeholder:"ADDRESS"`
	MetricsAddr    string `env:"ZNAK_METRICS_ADDR" default:"127.0.0.1:9090" help:"Address to tell metrics on, at /metrics: for this machine or an inner network. off for none."`
	CentreURL      string `name:"centre-url" env:"ZNAK_CENTRE_URL" help:"Where the Centre's own system takes packages: https://… Without it they wait in the portal." placeholder:"URL"`
	CentreJWKS     string `name:"centre-jwks" env:"ZNAK_CENTRE_JWKS" help:"The Centre's public keys: a file that holds its JWK set, or the set itself." placeholder:"FILE"`
	LogFormat      string `env:"ZNAK_LOG_FORMAT" default:"text" help:"text or json."`
}

// site is an installation and the address at which people reach it.
type site struct {
	installation
	BaseURL string `env:"ZNAK_BASE_URL" help:"Where people reach the portal: https://…" placeholder:"URL"`
}

// Settings of commands that are no flags.
const escrowPassphrase = "ZNAK_ESCROW_PASSPHRASE"

const settingPrefix = "ZNAK_"

// environment is what the environment holds besides settings.
type environment struct{ unknown []string }

// check refuses a misspelt setting: it would have no effect, and nobody would
// notice.
func (e environment) check() error {
	if len(e.unknown) == 0 {
		return nil
	}
	return fmt.Errorf("%s: there is no such setting; znak config lists them", e.unknown[0])
}

// settingNames lists the settings that any command reads.
func settingNames(app *kong.Application) (names []string) {
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			names = append(names, f.Envs...)
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(app.Node)
	return append(names, escrowPassphrase)
}

// unknownSettings lists the variables that look like settings and are none.
func unknownSettings(names, environ []string) (unknown []string) {
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, settingPrefix) && !slices.Contains(names, name) && !slices.Contains(names, strings.TrimSuffix(name, "_FILE")) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// fromFile reads a setting X from the file that X_FILE names.
func fromFile(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if value, ok, err := readSettingFile(name); ok || err != nil {
			return value, err
		}
	}
	return nil, nil
}

func readSettingFile(name string) (value string, ok bool, err error) {
	path := os.Getenv(name + "_FILE")
	if path == "" {
		return "", false, nil
	}
	if os.Getenv(name) != "" {
		return "", false, fmt.Errorf("set %s or %s_FILE, not both", name, name)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", false, fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimRight(string(data), "\r\n"), true, nil
}

// setting returns a setting that is no flag.
func setting(name string) (string, error) {
	if value, ok, err := readSettingFile(name); ok || err != nil {
		return value, err
	}
	return os.Getenv(name), nil
}

// address returns the portal's address. HTTP is for this machine alone: a
// password would go over the net readable.
func (s site) address() (*url.URL, error) {
	fault := func(format string, args ...any) (*url.URL, error) {
		return nil, fmt.Errorf("ZNAK_BASE_URL: "+format, args...)
	}
	if s.BaseURL == "" {
		return fault("missing: set it to where people reach the portal, such as https://znak.example.rs")
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fault("not an address like https://znak.example.rs")
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return fault("scheme and host only: https://%s", u.Host)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return fault("http is for this machine alone (http://127.0.0.1:8080): use https://%s", u.Host)
	}
	u.Path = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// proxies returns the networks of the proxies in front.
func (s settings) proxies() (out []string, err error) {
	for _, p := range strings.FieldsFunc(s.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		if ip, err := netip.ParseAddr(p); err == nil {
			p = netip.PrefixFrom(ip, ip.BitLen()).String()
		}
		network, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("ZNAK_TRUSTED_PROXIES: %q is neither an address nor a network", p)
		}
		if network.Bits() == 0 {
			return nil, fmt.Errorf("ZNAK_TRUSTED_PROXIES: %s would let everybody claim any address", p)
		}
		out = append(out, network.Masked().String())
	}
	return out, nil
}

// sender is how letters leave; nil when no relay is set.
func (s settings) sender() (courier.Sender, error) {
	if s.SMTPURL == "" {
		return nil, nil
	}
	relay, err := courier.NewSMTP(s.SMTPURL, s.MailFrom, nil)
	if err != nil {
		return nil, err
	}
	return relay, nil
}

// logger writes to where errors go.
func (s settings) logger(to streams) (*slog.Logger, error) {
	switch s.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(to.err, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(to.err, nil)), nil
	}
	return nil, fmt.Errorf("ZNAK_LOG_FORMAT: %q is neither text nor json", s.LogFormat)
}

// listen begins to listen.
func (s settings) listen() (net.Listener, error) {
	if _, _, err := net.SplitHostPort(s.Addr); err != nil {
		return nil, fmt.Errorf("ZNAK_ADDR: %q is not like 127.0.0.1:8080", s.Addr)
	}
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return nil, fmt.Errorf("ZNAK_ADDR: %w", err)
	}
	return l, nil
}
