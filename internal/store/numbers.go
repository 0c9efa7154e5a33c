package store

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// infinite is how infinity stands in JSON: a number beyond every float64, which SQLite reads and writes so too.
const infinite = "9e999"

// appendNumber writes a number in the fewest digits that read back as the same, NaN as null.
func appendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "null"...)
	case math.IsInf(f, 1):
		return append(b, infinite...)
	case math.IsInf(f, -1):
		return append(b, "-"+infinite...)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	for _, c := range b[start:] {
		if c == '.' || c == 'e' {
			return b
		}
	}
	return append(b, ".0"...) // so that SQLite has a real number too
}

// tokens walks over the numbers and nulls in a JSON text, those of lists within lists in their order.
type tokens string

// next cuts off the first; it is empty where there is none left.
func (t *tokens) next() string {
	text := strings.TrimLeft(string(*t), "[], ")
	end := strings.IndexAny(text, ",]")
	if end < 0 {
		end = len(text)
	}
	*t = tokens(text[end:])
	return text[:end]
}

// parseNumber reads a token, null as NaN.
func parseNumber(text string) (float64, error) {
	if text == "null" {
		return math.NaN(), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, err
	}
	return f, nil
}

// numbersOf reads a JSON list of numbers and nulls.
func numbersOf(text string) ([]float64, error) {
	numbers := make([]float64, 0, strings.Count(text, ",")+1)
	for t := tokens(text); ; {
		token := t.next()
		if token == "" {
			return numbers, nil
		}
		f, err := parseNumber(token)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, f)
	}
}

// real is a column of a number, NaN where it is NULL.
type real float64

// Scan reads what the driver gives.
func (r *real) Scan(value any) error {
	switch v := value.(type) {
	case float64:
		*r = real(v)
	case int64:
		*r = real(v)
	case nil:
		*r = real(math.NaN())
	default:
		return fmt.Errorf("a %T is no number", value)
	}
	return nil
}
