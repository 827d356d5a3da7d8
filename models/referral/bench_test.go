package referral_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/checklist"
	"znak/models/directory"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/vault"
)

// BenchmarkSubmit is one submission, with all signs answered, to the durable
// commit, without HTTP.
func BenchmarkSubmit(b *testing.B) {
	ctx, dir := context.Background(), b.TempDir()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "znak.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	lists, err := checklist.Load()
	if err != nil {
		b.Fatal(err)
	}
	keys := vault.NewMemory()
	svc := referral.New(referral.Service{Store: s, Vault: keys, Audit: audit.New(s, keys, "bench", dir, time.Now), Checklists: lists,
		Directory: &directory.Directory{Location: time.UTC}, Calendar: referral.NewCalendar(time.UTC), Location: time.UTC, Now: time.Now})
	teacher := models.Actor{ID: models.NewID(), Role: models.RoleTeacher, SchoolID: models.NewID(), DistrictID: "beograd"}
	err = s.Tx(ctx, func(tx *store.Tx) error {
		if err := directory.Seed(tx); err != nil {
			return err
		}
		return tx.Put([]models.School{{ID: teacher.SchoolID, Code: "B-1", Name: "Школа", Level: "primary", Municipality: "Чукарица", DistrictID: "beograd"}})
	})
	if err != nil {
		b.Fatal(err)
	}
	refs := make([]string, b.N)
	for i := range refs {
		d, err := svc.Begin(ctx, teacher, "general", models.No)
		if err != nil {
			b.Fatal(err)
		}
		refs[i] = d.Ref
		_, err = svc.Save(ctx, teacher, d.Ref, "signs,child", func(c *models.Content) {
			c.Child = models.Child{Name: "Измишљено Дете", BirthYear: time.Now().Year() - 12}
			c.Signs = map[string]models.SignAnswer{}
			for _, g := range d.Checklist.Groups {
				for _, sign := range g.Signs {
					c.Signs[sign.ID] = models.SignAnswer{Answer: models.AnswerSuspected, Note: "Примећено више пута током недеље."}
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for _, ref := range refs {
		if _, err := svc.Submit(ctx, teacher, ref); err != nil {
			b.Fatal(err)
		}
	}
}
