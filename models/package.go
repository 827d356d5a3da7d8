package models

// Package is what the Centre was handed of a referral at one version of it:
// signed when it was made, sealed under the referral's key, never changed. A
// newer one stands beside it, not in its place.
type Package struct {
	ReferralID string `gorm:"primaryKey"`
	Version    int64  `gorm:"primaryKey;autoIncrement:false"` // of the referral, after the act that made it
	MessageID  string // names it in every delivery and in its receipt
	Digest     string // of the signed content, "sha256:" and 64 hexadecimal digits
	Sealed     []byte
	MadeAt     Stamp
	AlarmedAt  Stamp  // somebody was told that no receipt came; zero = nobody had to be
	ReceivedAt Stamp  // a receipt came
	Receipt    string // and is this: signed by the Centre, compact JWS
}

// TableName is the table of packages.
func (Package) TableName() string { return "packages" }
