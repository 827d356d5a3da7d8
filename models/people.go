package models

// User is an account. What it may do follows from its role, school and
// district alone.
type User struct {
	ID           string
	Email        string // lower case
	Name         string
	Role         Role
	SchoolID     string
	DistrictID   string // coordinators: their desk; school roles: empty, it follows from the school
	Lang         string // language of choice: sr, sr-Latn, en
	PasswordHash string
	Disabled     bool
	MadeAt       Stamp
	// SecondFactor says whether signing in takes a code too. It follows from
	// what the account has enrolled; writing the account does not change it.
	SecondFactor bool `gorm:"->"`
}

// School is a school as the directory knows it.
type School struct {
	ID           string
	Code         string
	Name         string // Serbian, in Cyrillic
	Level        string // primary, secondary, special, music
	Municipality string // Serbian, in Cyrillic
	DistrictID   string
	Closed       bool
}

// District is a school administration; the national desk is one too.
type District struct {
	ID       string
	NameSr   string
	NameEn   string
	Position int
}

// Municipality belongs to one district.
type Municipality struct {
	Name       string // Serbian, in Cyrillic
	DistrictID string
}

// Contact is a coordinator's place in a district's order: 0 is the primary.
type Contact struct {
	DistrictID string
	UserID     string
	Position   int
}

// Absence is a span of days, both included, on which a contact is away.
type Absence struct {
	ID      string
	UserID  string
	FromDay string // YYYY-MM-DD
	ToDay   string
}
