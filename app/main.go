// Command znak is the early-detection referral portal for Serbia's schools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"znak/models"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1 // it failed, or a check did not hold
	exitUsage  = 2
)

// commands is the whole command line.
type commands struct {
	Demo       demoCmd       `cmd:"" help:"Run the portal with invented schools and referrals, on a fresh machine with no set-up."`
	Serve      serveCmd      `cmd:"" help:"Run the portal."`
	Setup      setupCmd      `cmd:"" help:"First run: make keys, schema and districts, and invite the first administrator."`
	Migrate    migrateCmd    `cmd:"" help:"Bring the schema forward."`
	User       userCmd       `cmd:"" help:"Invite people, disable accounts, let a password be chosen anew."`
	Token      tokenCmd      `cmd:"" help:"List and revoke tokens of the machine interface."`
	Export     exportCmd     `cmd:"" help:"Write many referrals to a file for others."`
	Import     importCmd     `cmd:"" help:"Take schools or accounts from a CSV or XLSX file, all or nothing."`
	Release    releaseCmd    `cmd:"" help:"Close the periods of the ministry's figures that are due."`
	Config     configCmd     `cmd:"" help:"Print the effective settings, without secrets, and check them."`
	Keys       keysCmd       `cmd:"" help:"Bring the key file back from its escrow copy, copy it, rotate the master keys."`
	Backup     backupCmd     `cmd:"" help:"Make an encrypted copy of everything but the keys, while the portal serves."`
	Restore    restoreCmd    `cmd:"" help:"Bring a backup back into an empty place."`
	Erase      eraseCmd      `cmd:"" help:"Destroy what a referral says, for good; its course, the figures and the trail stand."`
	Audit      auditCmd      `cmd:"" help:"Verify the audit log, sign checkpoints, prove and check entries."`
	Handover   handoverCmd   `cmd:"" help:"What the Centre needs to know of this installation."`
	CentreStub centreStubCmd `cmd:"" help:"A small receiving end for those who build the Centre's: verifies, decrypts, answers with a signed receipt."`
	Checklist  checklistCmd  `cmd:"" help:"Work on checklist definitions."`
	Version    versionCmd    `cmd:"" help:"Print version, commit and schema version."`
}

// streams are where a command writes, and what it asks from.
type streams struct {
	out, err io.Writer
	in       io.Reader
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// errCheck says that a check did not hold; what, was already printed.
var errCheck = errors.New("the check did not hold")

// run runs one command and returns its exit code. Errors go to stderr, in one
// line first.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	exit := -1
	parser, err := kong.New(&commands{}, kong.Name("znak"), kong.Description("The early-detection referral portal for Serbia's schools."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(streams{stdout, stderr, os.Stdin}), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError(),
		kong.Resolvers(kong.ResolverFunc(fromFile)))
	if err != nil {
		fmt.Fprintln(stderr, "znak:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	env := environment{unknownSettings(settingNames(parser.Model), os.Environ())}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "znak: %v\nTry znak --help.\n", err)
		return exitUsage
	}
	switch err := command.Run(env); {
	case errors.Is(err, errCheck):
		return exitFailed
	case err != nil:
		fmt.Fprintln(stderr, "znak:", message(err))
		return exitFailed
	}
	return exitDone
}

// message is an error in one line for the operator.
func message(err error) string {
	var fault *models.Error
	if errors.As(err, &fault) && fault.Err != nil {
		err = fault.Err
	}
	return strings.TrimSpace(err.Error())
}
