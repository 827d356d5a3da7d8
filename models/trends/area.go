package trends

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"znak/models"
)

// Level is how large an area is.
type Level string

const (
	Country  Level = "country"
	Region   Level = "region" // a macro-region
	District Level = "district"
)

// Levels lists the levels, the largest first: the ladder of place.
var Levels = []Level{Country, Region, District}

// Area is a part of Serbia of which there are figures.
type Area struct {
	Code   string // "serbia", a macro-region's or a district's id
	Level  Level
	Parent string // the code of the area in which it lies; "" for the country
	NameSr string // in Cyrillic
	NameEn string
	Pupils int // as known in PupilsYear; 0 = not known, so that there is no rate
}

// CountryCode is the code of the whole country.
const CountryCode = "serbia"

// PupilsYear is the school year of which the areas' numbers of pupils are: the
// ministry's open data of November 2020.
const PupilsYear = "2020-21"

//go:embed data/areas.tsv
var areasTable string

// Areas lists every area: the country, the macro-regions, the districts. It is
// read from a table that is built in; a fault in it stops the program's start.
func Areas() ([]Area, error) {
	var out []Area
	for i, line := range strings.Split(strings.TrimRight(areasTable, "\n"), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		if len(f) != 6 {
			return nil, fmt.Errorf("areas.tsv, line %d: %d fields, not 6", i+1, len(f))
		}
		a := Area{Code: f[0], Level: Level(f[1]), Parent: f[2], NameSr: f[3], NameEn: f[4]}
		if f[5] != "" {
			var err error
			if a.Pupils, err = strconv.Atoi(f[5]); err != nil {
				return nil, fmt.Errorf("areas.tsv, line %d: %w", i+1, err)
			}
		}
		out = append(out, a)
	}
	return out, addUp(out)
}

// addUp gives the larger areas the pupils of their districts.
func addUp(areas []Area) error {
	at := map[string]*Area{}
	for i := range areas {
		at[areas[i].Code] = &areas[i]
	}
	for _, a := range areas {
		if a.Level != District {
			continue
		}
		region := at[a.Parent]
		if region == nil || region.Level != Region || at[region.Parent] == nil {
			return fmt.Errorf("areas.tsv: %s lies in no macro-region of the country", a.Code)
		}
		region.Pupils += a.Pupils
		at[region.Parent].Pupils += a.Pupils
	}
	return nil
}

// findArea returns the area with a code, or models.ErrNotFound.
func findArea(areas []Area, code string) (Area, error) {
	for _, a := range areas {
		if a.Code == code {
			return a, nil
		}
	}
	return Area{}, models.ErrNotFound
}
