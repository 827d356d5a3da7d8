package main

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// configCmd prints the settings.
type configCmd struct {
	settings
	backupTo
}

// Run prints the effective settings, secrets redacted, and then says what is
// wrong with them, if anything. It opens neither keys nor database.
func (c configCmd) Run(s streams, env environment) error {
	at := c.place()
	for _, v := range []struct{ name, value string }{
		{"ZNAK_ADDR", c.Addr}, {"ZNAK_BASE_URL", redact(c.BaseURL)}, {"ZNAK_DATABASE_URL", redact(at.database)}, {"ZNAK_KEYS_FILE", at.keys},
		{"ZNAK_METRICS_ADDR", c.MetricsAddr}, {"ZNAK_TIMEZONE", c.Timezone}, {"ZNAK_TRUSTED_PROXIES", c.TrustedProxies}, {"ZNAK_LOG_FORMAT", c.LogFormat},
		{"ZNAK_SMTP_URL", redact(c.SMTPURL)}, {"ZNAK_MAIL_FROM", c.MailFrom},
		{"ZNAK_BACKUP_RECIPIENT", c.Recipient},
		{"ZNAK_CENTRE_URL", redact(c.CentreURL)}, {"ZNAK_CENTRE_JWKS", strings.Join(strings.Fields(c.CentreJWKS), " ")},
		{"ZNAK_OPEN_DATA", c.OpenData}, {"ZNAK_TREND_THRESHOLD", strconv.Itoa(c.TrendThreshold)}, {"ZNAK_TREND_BASE", strconv.Itoa(c.TrendBase)},
	} {
		if _, err := fmt.Fprintf(s.out, "%s=%s  # %s\n", v.name, v.value, source(v.name, c.Dir)); err != nil {
			return err
		}
	}
	if err := c.wrong(env); err != nil {
		return err
	}
	_, err := c.recipients()
	return err
}

// wrong says what is wrong with the settings themselves.
func (c settings) wrong(env environment) error {
	if err := env.check(); err != nil {
		return err
	}
	if _, err := c.address(); err != nil {
		return err
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if _, err := c.sender(); err != nil {
		return err
	}
	if _, err := c.centre(); err != nil {
		return err
	}
	if _, err := c.rule(); err != nil {
		return err
	}
	if _, err := c.published(); err != nil {
		return err
	}
	_, err := c.logger(streams{})
	return err
}

// source says where a setting comes from.
func source(name, dir string) string {
	switch {
	case dir != "" && (name == "ZNAK_DATABASE_URL" || name == "ZNAK_KEYS_FILE"):
		return "--dir"
	case os.Getenv(name+"_FILE") != "":
		return "from " + os.Getenv(name+"_FILE")
	case os.Getenv(name) != "":
		return "environment"
	}
	return "default, or an option"
}

// redact hides the password of an address.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(not an address)"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
