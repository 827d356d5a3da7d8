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
	Demo      demoCmd      `cmd:"" help:"Run the portal with invented schools and referrals, on a fresh machine with no set-up."`
	Audit     auditCmd     `cmd:"" help:"Verify the audit log, sign checkpoints, prove and check entries."`
	Checklist checklistCmd `cmd:"" help:"Work on checklist definitions."`
	Version   versionCmd   `cmd:"" help:"Print version, commit and schema version."`
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer
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
		kong.Bind(streams{stdout, stderr}), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, "znak:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "znak: %v\nTry znak --help.\n", err)
		return exitUsage
	}
	switch err := command.Run(); {
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
