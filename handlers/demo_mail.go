package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/courier"
)

// DemoMailPage shows the demo's letters, which nobody was sent.
type DemoMailPage struct {
	Page
	Letters []DemoLetter
}

// DemoLetter is one caught letter.
type DemoLetter struct {
	courier.Message
	When time.Time
}

// demoRoutes are the pages that only a demo has.
func (h *Handlers) demoRoutes() []route {
	if !h.Demo || h.Caught == nil {
		return nil
	}
	return []route{{"GET", "/demo/mail", "demo-mail", models.PermPublic, h.demoMail}}
}

// demoMail answers GET /demo/mail: the letters that would have been sent, the
// newest first.
func (h *Handlers) demoMail(c echo.Context) error {
	p := DemoMailPage{Page: h.page(c, "title.demo_mail")}
	for _, m := range h.Caught.Messages() {
		p.Letters = append(p.Letters, DemoLetter{m, m.At.In(h.Location)})
	}
	return h.show(c, "demo_mail", p)
}
