package storetest

import (
	"encoding/json"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/vault"
)

// InsertFact writes a row of the figures in a month, such as 2025-09, sealed as
// a submission seals it.
func InsertFact(tx *store.Tx, keys *vault.Vault, month string, f referral.Fact) error {
	plain, err := json.Marshal(f)
	if err != nil {
		return err
	}
	id := models.NewID()
	body, err := keys.SealFact(id, plain)
	if err != nil {
		return err
	}
	return tx.InsertFact(id, month, body)
}
