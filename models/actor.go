package models

import "slices"

// Role is what a person is to the portal (domain: "People").
type Role string

const (
	RoleTeacher      Role = "teacher"
	RolePsychologist Role = "psychologist"
	RoleCoordinator  Role = "coordinator"
	RoleCentre       Role = "centre"
	RoleMinistry     Role = "ministry"
	RoleAuditor      Role = "auditor"
	RoleAdmin        Role = "admin"
	// RoleSystem is the portal itself, acting when a person did not. Nobody can
	// sign in with it.
	RoleSystem Role = "system"
	// RoleOperator is whoever runs a command on the server. Nobody can sign in
	// with it.
	RoleOperator Role = "operator"
)

// Roles lists the roles that a person can hold.
var Roles = []Role{RoleTeacher, RolePsychologist, RoleCoordinator, RoleCentre, RoleMinistry, RoleAuditor, RoleAdmin}

// NationalDesk is the district id of the national desk, which takes what no
// district can or may take.
const NationalDesk = "rs"

// Actor is who does something. Every read from the store takes one and is
// scoped by it.
type Actor struct {
	ID         string
	Role       Role
	SchoolID   string // for school roles
	DistrictID string // for coordinators: their desk; for school roles: the school's district
	RequestID  string // of the request that the actor makes; for the audit trail
}

// Organisation returns what the actor acts for, as the audit trail writes it:
// ids only.
func (a Actor) Organisation() string {
	switch a.Role {
	case RoleTeacher, RolePsychologist:
		return "school:" + a.SchoolID
	case RoleCoordinator:
		return "district:" + a.DistrictID
	default:
		return string(a.Role)
	}
}

// AtSchool says whether the actor is a member of a school's staff.
func (a Actor) AtSchool() bool { return a.Role == RoleTeacher || a.Role == RolePsychologist }

// Permission is what a route needs. Permissions say which roles ever have a
// page; which referrals they reach is the store's scope.
type Permission string

const (
	PermPublic   Permission = "public"    // anyone, signed in or not
	PermSignedIn Permission = "signed_in" // any account
	PermEnrol    Permission = "enrol"     // any account, even before it has the second factor that it must have
	PermWrite    Permission = "write"     // begin, fill in and submit a referral
	PermRead     Permission = "read"      // open lists and referrals within one's scope
	PermChild    Permission = "child"     // one child's history
	PermAudit    Permission = "audit"     // the audit trail and its proofs
	PermAdmin    Permission = "admin"     // accounts, schools, districts, contacts
	PermTrends   Permission = "trends"    // figures, within one's areas
	PermApprove  Permission = "approve"   // be the second person for an account that can read referrals
	PermToken    Permission = "token"     // make tokens of the machine interface for oneself
)

var permissions = map[Permission][]Role{
	PermSignedIn: Roles,
	PermEnrol:    Roles,
	PermWrite:    {RoleTeacher, RolePsychologist},
	PermRead:     {RoleTeacher, RolePsychologist, RoleCoordinator, RoleCentre},
	PermChild:    {RolePsychologist, RoleCoordinator},
	PermAudit:    {RoleAuditor},
	PermAdmin:    {RoleAdmin},
	PermTrends:   {RoleMinistry, RoleCoordinator},
	PermApprove:  {RoleCoordinator, RoleCentre},
	PermToken:    {RoleCentre, RoleMinistry},
}

// AtSchool says whether the role is one of a school's staff: for them a second
// factor is offered, for everybody else it is compulsory.
func (r Role) AtSchool() bool { return r == RoleTeacher || r == RolePsychologist }

// ReadsOthers says whether the role reads referrals that others wrote: to give
// it to somebody takes a second person, of the body that receives them.
func (r Role) ReadsOthers() bool {
	return r == RolePsychologist || r == RoleCoordinator || r == RoleCentre
}

// May says whether the role has the permission. An unknown permission is
// nobody's.
func (r Role) May(p Permission) bool {
	return p == PermPublic || slices.Contains(permissions[p], r)
}

// Valid says whether p is a permission that a route may name.
func (p Permission) Valid() bool {
	_, ok := permissions[p]
	return ok || p == PermPublic
}
