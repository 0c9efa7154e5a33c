package sweep

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"experiment/pipelines/catalogue"
)

// scalarType is what a scalar is by the core schema of YAML 1.2.
type scalarType int

const (
	nullScalar scalarType = iota
	boolScalar
	intScalar
	floatScalar
	textScalar
)

// scalar is one value as it was written.
type scalar struct {
	text   string // without quotes
	quoted bool
	kind   scalarType
}

// The forms of numbers in the core schema of YAML 1.2.2, section 10.3.2. Unlike in YAML 1.1, 5e-4 is a
// number, and 1_000, 017 in octal, yes and no are not what they were.
var (
	intForm   = regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	floatForm = regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// plainScalar types a text that stands without quotes.
func plainScalar(text string) scalar {
	s := scalar{text: text, kind: textScalar}
	switch text {
	case "", "~", "null", "Null", "NULL":
		s.kind = nullScalar
	case "true", "True", "TRUE", "false", "False", "FALSE":
		s.kind = boolScalar
	default:
		switch {
		case intForm.MatchString(text):
			s.kind = intScalar
		case floatForm.MatchString(text):
			s.kind = floatScalar
		}
	}
	return s
}

// String describes the scalar in an error.
func (s scalar) String() string {
	switch {
	case s.kind == nullScalar:
		return "empty"
	case s.quoted || s.kind == textScalar:
		return fmt.Sprintf("the text %q", shorten(s.text))
	}
	return shorten(s.text)
}

// shorten keeps a value in an error readable.
func shorten(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// number returns the value of an int or a float scalar.
func (s scalar) number() (float64, error) {
	text := strings.TrimPrefix(s.text, "+")
	if s.kind == intScalar && (strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0x")) {
		n, err := strconv.ParseInt(text, 0, 64)
		return float64(n), err
	}
	if strings.HasPrefix(strings.TrimPrefix(text, "-"), ".") && !strings.ContainsAny(text, "0123456789") {
		return 0, errors.New("is not finite")
	}
	return strconv.ParseFloat(text, 64)
}

// integer returns the value of an int scalar, or of a float scalar that is whole, such as 1e3.
func (s scalar) integer() (int64, error) {
	if s.kind == intScalar {
		text := strings.TrimPrefix(s.text, "+")
		base := 10
		if strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0x") {
			base = 0
		}
		return strconv.ParseInt(text, base, 64)
	}
	f, err := s.number()
	if err != nil {
		return 0, err
	}
	if f != math.Trunc(f) {
		return 0, errors.New("is not a whole number")
	}
	if math.Abs(f) > maxExact {
		return 0, strconv.ErrRange
	}
	return int64(f), nil
}

// maxExact is the greatest whole number up to which every one is a float64 too.
const maxExact = 1<<53 - 1

// complaint is what is wrong with a value, and what to do about it.
type complaint struct{ message, hint string }

// typed returns the scalar as a value of a parameter, or what is wrong with it.
func (s scalar) typed(parameter catalogue.Parameter) (any, *complaint) {
	switch parameter.Kind {
	case catalogue.Bool:
		if s.kind == boolScalar && !s.quoted {
			return strings.EqualFold(s.text, "true"), nil
		}
	case catalogue.Text:
		if s.kind == textScalar && !parameter.Allows(s.text) {
			return nil, &complaint{message: fmt.Sprintf("is %v, and may be %s", s, parameter.Range()), hint: nearest(s.text, parameter.Values)}
		}
		if s.kind == textScalar {
			return s.text, nil
		}
	case catalogue.Int, catalogue.Float:
		if s.kind == intScalar || s.kind == floatScalar {
			return s.typedNumber(parameter)
		}
	}
	return nil, &complaint{
		message: fmt.Sprintf("is %v, not %v", s, parameter.Kind),
		hint:    s.remedy(parameter.Kind),
	}
}

func (s scalar) typedNumber(parameter catalogue.Parameter) (any, *complaint) {
	var value any
	var number float64
	var err error
	if parameter.Kind == catalogue.Int {
		var n int64
		n, err = s.integer()
		value, number = n, float64(n)
	} else {
		number, err = s.number()
		if number == 0 {
			number = 0 // -0 is written, labelled and keyed as 0
		}
		value = number
	}
	switch {
	case errors.Is(err, strconv.ErrRange):
		return nil, &complaint{message: "is " + s.String() + ", too large a number"}
	case err != nil:
		return nil, &complaint{message: "is " + s.String() + ", which " + err.Error()}
	case !parameter.Contains(number):
		return nil, &complaint{
			message: fmt.Sprintf("is %s, which is out of range", s),
			hint:    "allowed: " + parameter.Range(),
		}
	}
	return value, nil
}

// remedy says how to write a value of a kind where the scalar is of another.
func (s scalar) remedy(kind catalogue.Kind) string {
	bare := plainScalar(s.text)
	number := bare.kind == intScalar || bare.kind == floatScalar
	switch {
	case s.kind == nullScalar:
		return ""
	case kind == catalogue.Text:
		return fmt.Sprintf("write it in quotes: %q", s.text)
	case kind == catalogue.Bool:
		switch strings.ToLower(s.text) {
		case "true", "false":
			return "remove the quotes"
		case "yes", "on", "y":
			return "write true"
		case "no", "off", "n":
			return "write false"
		}
	case s.quoted && number:
		return "remove the quotes"
	case plainScalar(strings.ReplaceAll(s.text, "_", "")).kind == intScalar:
		return "write the digits without underscores"
	case strings.Contains(s.text, ","):
		return "write a list in brackets, and a decimal point as a point"
	}
	return ""
}
