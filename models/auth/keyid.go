package auth

// FactorKeyID is what the data key of an account's second factor is bound to,
// for wrapping it anew.
func FactorKeyID(userID string) string { return keyID(userID) }
