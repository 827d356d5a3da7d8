package main

import (
	"fmt"
	"os"
	"path/filepath"

	"znak/models/checklist"
)

// checklistCmd groups the commands on checklists.
type checklistCmd struct {
	Check checklistCheckCmd `cmd:"" help:"Check a checklist definition, naming file, line and field of every fault."`
}

type checklistCheckCmd struct {
	File string `arg:"" type:"existingfile" help:"The definition, a YAML file."`
}

// Run checks the file and prints the line by which it is published.
func (c checklistCheckCmd) Run(s streams) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	list, err := checklist.Check(filepath.Base(c.File), data)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return errCheck
	}
	_, err = fmt.Fprintf(s.out, "%s version %d: %d groups, %d signs. To publish it, add this line to published.tsv:\n%s\n",
		list.ID, list.Version, len(list.Groups), list.SignCount(), list.PublishedLine())
	return err
}
