package trends

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip()
	}
	l := testLayout(t)
	country := 0
	for i, a := range l.areas {
		if a.Level == Country {
			country = i
		}
	}
	for _, n := range []int{20, 100, 200, 700, 2000, 20000}[at(os.Getenv("FROM")):] {
		for seed := uint64(1); seed <= uint64(at(os.Getenv("SEEDS"))); seed++ {
			begin := cpu()
			c := closeYear(quiet{t}, l, invent(l, seed, n), DefaultRule)
			s := ""
			for _, k := range []Kind{SchoolYear, Quarter, Month} {
				r := Record{}
				for i := range c.cells {
					x := &c.cells[i]
					if kindOf(x.period) != k {
						continue
					}
					switch {
					case x.status == Shown:
						r.Shown++
					case x.status == NotReleased:
						r.NotReleased++
					case x.protecting:
						r.Protecting++
					default:
						r.Small++
					}
				}
				s += fmt.Sprintf(" %d/%d/%d/%d", r.Shown, r.Small, r.Protecting, r.NotReleased)
			}
			for _, p := range []int{0, 1, 2, 3, 4} {
				s += " |"
				for i, code := range l.codes {
					if code.code == codeTotal || code.table.ID == TableFunnel && code.code == CodeForwarded {
						if x := c.find(p, country, i); x != nil {
							s += fmt.Sprintf(" %s:%s:%d", x.status, code.table.ID[:3], x.count)
						}
					}
				}
			}
			fmt.Println(n, seed, (cpu() - begin).Round(time.Millisecond), s)
		}
	}
}

type quiet struct{ testing.TB }

func (quiet) Logf(string, ...any) {}
func (quiet) Helper()             {}

func at(s string) int { n, _ := strconv.Atoi(s); return n }
func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano())
}
