package main

import (
	"fmt"

	"znak/models/trends"
)

// openData is whether the released figures are for everybody.
type openData struct {
	OpenData string `env:"ZNAK_OPEN_DATA" default:"off" help:"on: anyone may read and download the released figures at /open-data. off: nobody finds such a page." placeholder:"off|on"`
}

// published returns the setting; the error names it.
func (o openData) published() (bool, error) {
	switch o.OpenData {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, fmt.Errorf("ZNAK_OPEN_DATA: %q is neither off nor on", o.OpenData)
}

// figures reads what is released.
func (p *portal) figures() (*trends.Figures, error) {
	return trends.NewFigures(p.store, signGroups(p.checklists))
}
