package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// MarshalJSON returns the canonical bytes of the configuration: objects nested by path, keys sorted, no
// white space, whole numbers without and other numbers with a point or an exponent, each in the fewest
// digits that read back as the same number. Equal configurations have equal bytes.
func (c Config) MarshalJSON() ([]byte, error) { return c.appendJSON(make([]byte, 0, 512)), nil }

func (c Config) appendJSON(b []byte) []byte {
	b = append(b, '{')
	open := "" // the groups that are open, such as "optimizer.schedule"
	for i, f := range c.fields {
		group, name := "", f.Path
		if dot := strings.LastIndexByte(f.Path, '.'); dot >= 0 {
			group, name = f.Path[:dot], f.Path[dot+1:]
		}
		shared := sharedGroups(open, group)
		b = appendClosing(b, open[shared:])
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOpening(b, group[shared:])
		open = group
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, `":`...)
		b = appendValue(b, f.Value)
	}
	return append(appendClosing(b, open), '}')
}

// sharedGroups returns the length of the leading part, in whole segments, that two paths share.
func sharedGroups(a, b string) int {
	shared := 0
	for i := 0; ; i++ {
		endA, endB := i == len(a) || a[i] == '.', i == len(b) || b[i] == '.'
		if endA && endB {
			shared = i
		}
		if i == len(a) || i == len(b) || a[i] != b[i] {
			return shared
		}
	}
}

// appendOpening opens an object for each segment of a path, which may begin with a dot.
func appendOpening(b []byte, path string) []byte {
	for path = strings.TrimPrefix(path, "."); path != ""; {
		var segment string
		segment, path, _ = strings.Cut(path, ".")
		b = append(b, '"')
		b = append(b, segment...)
		b = append(b, `":{`...)
	}
	return b
}

// appendClosing closes an object for each segment of a path, which may begin with a dot.
func appendClosing(b []byte, path string) []byte {
	for path = strings.TrimPrefix(path, "."); path != ""; {
		_, path, _ = strings.Cut(path, ".")
		b = append(b, '}')
	}
	return b
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		if v == 0 {
			v = 0 // -0 and 0 are one
		}
		start := len(b)
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
		if !bytes.ContainsAny(b[start:], ".e") {
			b = append(b, ".0"...)
		}
		return b
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	}
	panic(fmt.Sprintf("run: configuration value of type %T", value))
}

// appendString writes s as JSON does, without escaping HTML.
func appendString(b []byte, s string) []byte {
	if isPlain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(fmt.Sprintf("run: encoding a string: %v", err))
	}
	return append(b, bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))...)
}

// isPlain says whether s stands in JSON as it is. Names do, and going through an encoder for each of
// them would double the time that expanding a large sweep takes.
func isPlain(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// UnmarshalJSON reads what MarshalJSON wrote. A number with a point or an exponent is a float64, any
// other an int64, so that a configuration survives the way there and back.
func (c *Config) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return fmt.Errorf("reading a configuration: %w", err)
	}
	fields, err := flatten(nil, "", object)
	if err != nil {
		return err
	}
	decoded, err := NewConfig(fields)
	if err != nil {
		return err
	}
	*c = decoded
	return nil
}

func flatten(fields []Field, prefix string, object map[string]any) ([]Field, error) {
	for name, value := range object {
		path := prefix + name
		switch v := value.(type) {
		case map[string]any:
			var err error
			if fields, err = flatten(fields, path+".", v); err != nil {
				return nil, err
			}
		case json.Number:
			number, err := parseNumber(v.String())
			if err != nil {
				return nil, fmt.Errorf("reading configuration field %q: %w", path, err)
			}
			fields = append(fields, Field{path, number})
		default:
			fields = append(fields, Field{path, v})
		}
	}
	return fields, nil
}

func parseNumber(s string) (any, error) {
	if strings.ContainsAny(s, ".eE") {
		return strconv.ParseFloat(s, 64)
	}
	return strconv.ParseInt(s, 10, 64)
}
