package auth

import (
	"encoding/json"
	"fmt"
	"time"
)

// jsonCodec writes the same bytes for the same data, keys in order.
type jsonCodec struct{}

type sessionData struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

func (jsonCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(sessionData{deadline.UTC().Truncate(time.Microsecond), values})
}

func (jsonCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	d := sessionData{Values: map[string]any{}}
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, fmt.Errorf("stored session: %w", err)
	}
	return d.Deadline, d.Values, nil
}

func userOf(b []byte) (string, error) {
	_, values, err := jsonCodec{}.Decode(b)
	user, _ := values[UserKey].(string)
	return user, err
}
