package trends

import "encoding/json"

// What a month's release seals: the counts by district and by column's name.
type sealedCounts map[string]map[string]int32

func (l *layout) encode(c counts) ([]byte, error) {
	out := sealedCounts{}
	for i, row := range c {
		for col, n := range row {
			if n > 0 {
				if out[l.places[i]] == nil {
					out[l.places[i]] = map[string]int32{}
				}
				out[l.places[i]][l.names[col]] = n
			}
		}
	}
	return json.Marshal(out)
}

// decode reads what encode wrote, with this or an older list of columns.
func (l *layout) decode(plain []byte) (counts, error) {
	var in sealedCounts
	if err := json.Unmarshal(plain, &in); err != nil {
		return nil, err
	}
	out := l.newCounts()
	for id, row := range in {
		for name, n := range row {
			if col, ok := l.columnOf[name]; ok {
				out[l.place(id)][col] += n
			}
		}
	}
	return out, nil
}
