package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"experiment/internal/run"
)

// timeFormat is how times stand in the database: UTC, to the millisecond, sorted as text.
const timeFormat = "2006-01-02T15:04:05.000Z"

// encodeTime returns NULL for the zero time.
func encodeTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeFormat)
}

func decodeTime(s sql.NullString) (time.Time, error) {
	if !s.Valid {
		return time.Time{}, nil
	}
	return time.Parse(timeFormat, s.String)
}

// encodeNumber returns NULL for NaN; infinity is stored as it is.
func encodeNumber(f float64) any {
	if math.IsNaN(f) {
		return nil
	}
	return f
}

// encodeKeys returns the keys as a JSON list, for json_each.
func encodeKeys(keys []run.Key) (string, error) {
	list, err := json.Marshal(keys)
	return string(list), err
}

// lossParameters returns what a configuration says of its loss apart from the name, as canonical JSON.
func lossParameters(c run.Config) (string, error) {
	var fields []run.Field
	for _, f := range c.Fields() {
		if name, ok := strings.CutPrefix(f.Path, "loss."); ok && name != "name" {
			fields = append(fields, run.Field{Path: name, Value: f.Value})
		}
	}
	parameters, err := run.NewConfig(fields)
	if err != nil {
		return "", fmt.Errorf("encoding loss parameters: %w", err)
	}
	return configText(parameters)
}

// configText returns the canonical bytes themselves: json.Marshal would escape HTML in them.
func configText(c run.Config) (string, error) {
	text, err := c.MarshalJSON()
	return string(text), err
}
