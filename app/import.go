package main

import (
	"context"
	"fmt"
	"os"

	"znak/models"
	"znak/models/auth"
	"znak/models/directory"
	"znak/models/store"
)

// importCmd groups the imports.
type importCmd struct {
	Schools importSchoolsCmd `cmd:"" help:"Columns code, name, level, municipality; district and closed may be there. A known code is changed."`
	Users   importUsersCmd   `cmd:"" help:"Columns email, name, role; school, district and lang may be there. Invites each new account's owner."`
}

type importSchoolsCmd struct {
	installation
	File   string `arg:"" type:"existingfile" help:"CSV or XLSX."`
	DryRun bool   `help:"Check the file, and write nothing."`
}

// Run imports schools, all or none.
func (c importSchoolsCmd) Run(ctx context.Context, s streams) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return c.within(ctx, func(p *portal) error { return c.write(ctx, s, p, data) })
}

func (c importSchoolsCmd) write(ctx context.Context, s streams, p *portal, data []byte) error {
	known, err := p.known(ctx)
	if err != nil {
		return err
	}
	schools, faults, err := directory.ImportSchools(data, known)
	if err != nil {
		return err
	}
	if err := refuseRows(s, faults); err != nil {
		return err
	}
	if !c.DryRun && len(schools) > 0 {
		err = p.store.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Put(schools); err != nil {
				return err
			}
			e := models.AuditBy(operator, "import-schools")
			e.Fields, e.Rule = "code,name,level,municipality,district,closed", string(operator.Role)
			return p.audit.Append(tx, e)
		})
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%sSchools: %d\n", dry(c.DryRun), len(schools))
	return err
}

type importUsersCmd struct {
	inviting
	File   string `arg:"" type:"existingfile" help:"CSV or XLSX."`
	DryRun bool   `help:"Check the file, and write nothing."`
}

// Run imports accounts, all or none, and invites their owners.
func (c importUsersCmd) Run(ctx context.Context, s streams) error {
	base, err := c.address()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return c.within(ctx, func(p *portal) error { return c.write(ctx, s, p, base.String(), data) })
}

func (c importUsersCmd) write(ctx context.Context, s streams, p *portal, base string, data []byte) error {
	known, err := p.known(ctx)
	if err != nil {
		return err
	}
	users, same, faults, err := directory.ImportUsers(data, known)
	if err != nil {
		return err
	}
	if err := refuseRows(s, faults); err != nil {
		return err
	}
	var made []auth.Made
	if !c.DryRun {
		if made, err = p.addAll(ctx, c.accounts(p), users); err != nil {
			return asSentence(err)
		}
	}
	if _, err := fmt.Fprintf(s.out, "%sNew accounts: %d; already there: %d\n", dry(c.DryRun), len(users), same); err != nil {
		return err
	}
	for _, m := range made {
		if _, err := fmt.Fprintf(s.out, "%s\t%s\n", m.User.Email, invitationOf(base, m)); err != nil {
			return err
		}
	}
	return nil
}

// addAll makes all accounts in one transaction.
func (p *portal) addAll(ctx context.Context, accounts *auth.Service, users []models.User) (made []auth.Made, err error) {
	err = p.store.Tx(ctx, func(tx *store.Tx) error {
		made = nil
		for _, u := range users {
			m, err := accounts.AddIn(tx, operator, u)
			if err != nil {
				return err
			}
			made = append(made, m)
		}
		return nil
	})
	return made, err
}

// refuseRows names every bad row.
func refuseRows(s streams, faults []directory.RowFault) error {
	if len(faults) == 0 {
		return nil
	}
	fmt.Fprintf(s.err, "znak: nothing was imported: %d bad rows\n", len(faults))
	for _, f := range faults {
		fmt.Fprintln(s.err, f)
	}
	return errCheck
}

func dry(yes bool) string {
	if yes {
		return "Nothing was written. "
	}
	return ""
}
