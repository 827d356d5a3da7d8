package trendstest

import (
	"context"
	"testing"

	"znak/models"
	"znak/models/trends"
)

func TestExampleHasEveryPanelAndEveryStatus(t *testing.T) {
	ctx, ministry := context.Background(), models.Actor{Role: models.RoleMinistry}
	statuses := map[trends.Status]int{}
	for _, q := range []trends.Query{{}, {Period: "2025-03"}, {Period: "2025-26-Q1", Area: "sombor", Dimension: trends.TableSex}} {
		v, err := Example().View(ctx, ministry, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Panels) != len(trends.Panels) {
			t.Errorf("%d panels of %d", len(v.Panels), len(trends.Panels))
		}
		for _, p := range v.Panels {
			for _, c := range p.Cells {
				statuses[c.Status]++
			}
			if len(p.Cells) == 0 {
				t.Errorf("%v: panel %s is empty", q, p.ID)
			}
			t.Logf("%v %s: %s %s %q %d cells, empty %v", q, p.ID, p.Period.Code, p.Area.Code, p.Climbed, len(p.Cells), p.Empty())
		}
	}
	if statuses[trends.Shown] == 0 || statuses[trends.Hidden] == 0 || statuses[trends.NotReleased] == 0 {
		t.Errorf("statuses %v", statuses)
	}
}

func TestEmptyFiguresAreNoFault(t *testing.T) {
	v, err := Empty().View(context.Background(), models.Actor{Role: models.RoleMinistry}, trends.Query{})
	if err != nil || v.Released {
		t.Fatalf("released %v, %v", v.Released, err)
	}
}
