package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"experiment/internal/run"
)

// settingNames lists the settings of the configurations that a query reads, sorted. Many configurations have the same
// shape, and one of each is decoded.
func settingNames(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]string, error) {
	shapes, names := map[string]bool{}, map[string]bool{}
	var text sql.RawBytes
	var shape []byte
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(&text); err != nil {
			return err
		}
		shape = appendShape(shape[:0], text)
		if shapes[string(shape)] {
			return nil
		}
		shapes[string(shape)] = true
		var config run.Config
		if err := config.UnmarshalJSON(text); err != nil {
			return err
		}
		for _, f := range config.Fields() {
			names[f.Path] = true
		}
		return nil
	}, query, args...)
	return slices.Sorted(maps.Keys(names)), err
}

// appendShape appends what two canonical configurations have in common that have the same settings: their text
// without the values.
func appendShape(shape, text []byte) []byte {
	value := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			start := i
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if !value {
				shape = append(shape, text[start:min(i+1, len(text))]...)
			}
		case ':':
			value = true
		case '{', '}', ',':
			value = false
			shape = append(shape, text[i])
		}
	}
	return shape
}
