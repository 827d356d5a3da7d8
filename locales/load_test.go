package locales

import (
	"strings"
	"testing"
)

func TestLoadRefusesMalformedFiles(t *testing.T) {
	good := "\"a.b\" = \"Текст\"\n"
	for name, tt := range map[string]struct{ file, says string }{
		"no TOML":            {`"a.b" = `, "active"},
		"key twice":          {good + good, "a.b"},
		"table":              {"[page]\n" + good, "page"},
		"table of a message": {"[\"a.b\"]\nother = \"x\"\n\"c.d\" = \"y\"", "c.d"},
		"unquoted key":       {`a.b = "x"`, "quote"},
		"number":             {`"a.b" = 1`, "a.b"},
		"list":               {`"a.b" = ["x"]`, "a.b"},
		"unknown form":       {`"a.b" = {one = "x", many = "y", other = "z"}`, "many"},
		"form is no text":    {`"a.b" = {one = 1, other = "z"}`, "one"},
		"no other":           {`"a.b" = {one = "x"}`, "other"},
		"empty":              {`"a.b" = " "`, "empty"},
		"empty form":         {`"a.b" = {one = "", other = "x"}`, "empty"},
		"broken placeholder": {`"a.b" = "{{.Name"`, "a.b"},
		"unknown function":   {`"a.b" = "{{env}}"`, "a.b"},
		"not UTF-8":          {"\"a.b\" = \"\xff\"", "active"},
	} {
		t.Run(name, func(t *testing.T) {
			for i, args := range [][2]string{{tt.file, good}, {good, tt.file}} {
				b, err := load([]byte(args[0]), []byte(args[1]))
				if err == nil || b != nil {
					t.Fatal("loaded")
				}
				file := []string{"active.sr.toml", "active.en.toml"}[i]
				if !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), file) {
					t.Errorf("the fault names neither place nor cause: %v", err)
				}
			}
		})
	}
}
