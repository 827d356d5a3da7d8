package main

import (
	"fmt"
	"runtime/debug"

	"znak/models/store"
)

// version is the program's version; releases set it when they are built.
var version = "0.1"

// versionCmd prints what is running.
type versionCmd struct{}

// Run prints version, commit and schema version.
func (versionCmd) Run(s streams) error {
	need, err := store.SchemaNeeded()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "znak %s\ncommit %s\nschema %d\n", version, commit(), need)
	return err
}

// commit is the commit that the program was built from, if the build knows.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}
