package referral_test

import (
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// BenchmarkSubmit is one submission, with all signs answered, to the durable
// commit, without HTTP.
func BenchmarkSubmit(b *testing.B) {
	w := storetest.New(b)
	refs := make([]string, b.N)
	for i := range refs {
		refs[i] = w.Draft(storetest.Teacher, func(c *models.Content) {
			c.Signs = map[string]models.SignAnswer{}
			for _, g := range w.Checklists.All()[0].Groups {
				for _, sign := range g.Signs {
					c.Signs[sign.ID] = models.SignAnswer{Answer: models.AnswerSuspected, Note: "Примећено више пута током недеље."}
				}
			}
		})
	}
	teacher := w.Actor(storetest.Teacher)
	b.ResetTimer()
	for _, ref := range refs {
		if _, err := w.Referrals.Submit(b.Context(), teacher, ref); err != nil {
			b.Fatal(err)
		}
	}
}
