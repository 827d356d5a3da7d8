package trends

import (
	"context"
	"time"

	"znak/models"
	"znak/models/store"
)

// WorkingState is what stands now: what waits, and the accounts.
type WorkingState struct {
	// Open is what waits at the desk for a decision. Not of the country, which
	// has AtDesks instead.
	Open WorkingCell
	// AtDesks and AtCentre are what waits by age, of the country only: the
	// steps are WorkingDeskAges and WorkingCentreAges, and one more for longer.
	AtDesks, AtCentre []WorkingCell `json:",omitempty"`
	// Accounts are those that are not disabled, by role. Of a district those of its
	// schools and its desk only.
	Accounts []WorkingAccounts `json:",omitempty"`
}

// WorkingAccounts is how many accounts there are. Accounts are people in
// office, not children: their number is exact. How many were used is not said
// so exactly of schools' staff, since who writes a referral uses an account.
type WorkingAccounts struct {
	Role models.Role
	Open int
	Used WorkingCell // within WorkingUse; exact but for schools' staff
}

// Ages of what waits, and how far back an account's use counts.
const WorkingUse = 90 * 24 * time.Hour

// WorkingDeskAges are the ages by which what waits at the desks is divided.
func WorkingDeskAges() []time.Duration { return []time.Duration{24 * time.Hour, 72 * time.Hour} }

// WorkingCentreAges are those at the Centre.
func WorkingCentreAges() []time.Duration {
	return []time.Duration{24 * time.Hour, 7 * 24 * time.Hour, 28 * 24 * time.Hour}
}

// makeToday makes what stands now of every scope.
func (w *Working) makeToday(ctx context.Context, now time.Time) (map[string]any, error) {
	scopes, err := w.workingScopes(ctx)
	if err != nil {
		return nil, err
	}
	desks, err := w.Store.WorkingBacklog(ctx, models.System(), false, WorkingDeskAges())
	if err != nil {
		return nil, err
	}
	centre, err := w.Store.WorkingBacklog(ctx, models.System(), true, WorkingCentreAges())
	if err != nil {
		return nil, err
	}
	accounts, err := w.Store.WorkingAccounts(ctx, models.System(), models.StampOf(now.Add(-WorkingUse)))
	if err != nil {
		return nil, err
	}
	atDesks, open := w.Rule.guard(byAge(desks, WorkingDeskAges()), byDesk(desks, scopes[1:]))
	country, out := WorkingState{AtDesks: atDesks}, map[string]WorkingState{}
	for i, scope := range scopes[1:] {
		out[scope] = WorkingState{Open: open[i]}
	}
	for _, n := range byAge(centre, WorkingCentreAges()) {
		country.AtCentre = append(country.AtCentre, w.Rule.cell(n))
	}
	out[store.WorkingCountry] = country
	w.addAccounts(out, accounts)
	figures := map[string]any{}
	for scope, state := range out {
		figures[scope] = state
	}
	return figures, nil
}

// byAge adds counts up by the step of their age.
func byAge(counts []store.WorkingCount, ages []time.Duration) []int64 {
	out := make([]int64, len(ages)+1)
	for _, c := range counts {
		out[c.Step] += c.N
	}
	return out
}

// byDesk adds counts up by desk, in the order of the scopes.
func byDesk(counts []store.WorkingCount, scopes []string) []int64 {
	sums, out := map[string]int64{}, make([]int64, len(scopes))
	for _, c := range counts {
		sums[c.DeskID] += c.N
	}
	for i, s := range scopes {
		out[i] = sums[s]
	}
	return out
}

// workingGroups are the roles as accounts are counted: a school's staff is one
// group.
var workingGroups = [...]models.Role{models.RoleTeacher, models.RoleCoordinator, models.RoleCentre, models.RoleMinistry, models.RoleAuditor, models.RoleAdmin}

// addAccounts adds every scope's accounts.
func (w *Working) addAccounts(states map[string]WorkingState, accounts []store.WorkingAccount) {
	for scope, state := range states {
		for i, role := range workingGroups {
			if scope != store.WorkingCountry && i > 1 {
				break // the others belong to no district
			}
			state.Accounts = append(state.Accounts, w.accountsOf(role, scope, accounts))
		}
		states[scope] = state
	}
}

func (w *Working) accountsOf(role models.Role, scope string, accounts []store.WorkingAccount) WorkingAccounts {
	group, used := WorkingAccounts{Role: role}, 0
	for _, a := range accounts {
		if (scope == store.WorkingCountry || a.DistrictID == scope) && (a.Role == role || a.Role.AtSchool() && role.AtSchool()) {
			group.Open, used = group.Open+a.Open, used+a.Used
		}
	}
	group.Used = WorkingCell{true, used}
	if role.AtSchool() {
		group.Used = w.Rule.cell(int64(used))
	}
	return group
}
