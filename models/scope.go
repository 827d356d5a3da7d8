package models

import "slices"

// Scope is one thing that a token of the machine interface may do.
type Scope string

const (
	ScopePackagesRead  Scope = "packages:read"  // list and fetch what was forwarded
	ScopeReceiptsWrite Scope = "receipts:write" // say that it was received
	ScopeOutcomesWrite Scope = "outcomes:write" // begin the assessment, record its outcome
	ScopeTrendsRead    Scope = "trends:read"    // the protected figures
)

var scopes = map[Role][]Scope{
	RoleCentre:   {ScopePackagesRead, ScopeReceiptsWrite, ScopeOutcomesWrite},
	RoleMinistry: {ScopeTrendsRead},
}

// Scopes lists what a token of an account with this role can be given, in the
// order in which a form offers it; nothing for a role whose accounts have none.
func (r Role) Scopes() []Scope { return slices.Clone(scopes[r]) }

// MayHold says whether a token of an account with this role can have the scope.
func (r Role) MayHold(s Scope) bool { return slices.Contains(scopes[r], s) }
