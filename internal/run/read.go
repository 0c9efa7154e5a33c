package run

import (
	"bytes"
	"encoding/json"
)

// ConfigReader reads the canonical bytes of many configurations. They share most of their paths and values, of which it
// keeps one copy. The zero value has read nothing.
type ConfigReader struct {
	paths  map[string]string // by the path of the group, a colon and the name
	values map[string]any    // by their bytes
	lookup []byte
	fields []Field
}

// Read reads what MarshalJSON wrote, as UnmarshalJSON does.
func (r *ConfigReader) Read(data []byte) (Config, error) {
	r.fields = r.fields[:0]
	if rest, ok := r.object(data, ""); !ok || len(rest) > 0 || checkOrder(r.fields) != nil {
		var c Config // of other bytes, or of none
		err := json.Unmarshal(data, &c)
		return c, err
	}
	return Config{append(make([]Field, 0, len(r.fields)), r.fields...)}, nil
}

// object reads the canonical bytes of a group and returns what follows them. It is not ok where they are anything else.
func (r *ConfigReader) object(data []byte, group string) (rest []byte, ok bool) {
	if group == "" && string(data) == "{}" {
		return nil, true
	}
	if len(data) == 0 || data[0] != '{' {
		return nil, false
	}
	for {
		name, value, found := cutName(data[1:])
		if !found {
			return nil, false
		}
		path, valid := r.path(group, name)
		if !valid {
			return nil, false
		}
		if value[0] == '{' {
			data, ok = r.object(value, path)
		} else {
			data, ok = r.value(value, path)
		}
		switch {
		case !ok || len(data) == 0:
			return nil, false
		case data[0] == '}':
			return data[1:], true
		case data[0] != ',':
			return nil, false
		}
	}
}

// cutName cuts the name off that a field begins with, and returns what follows the colon.
func cutName(data []byte) (name, value []byte, ok bool) {
	if len(data) == 0 || data[0] != '"' {
		return nil, nil, false
	}
	name, value, ok = bytes.Cut(data[1:], []byte(`":`))
	return name, value, ok && len(value) > 0
}

// path returns the path of a name within a group, and whether it may be one.
func (r *ConfigReader) path(group string, name []byte) (string, bool) {
	r.lookup = append(append(append(r.lookup[:0], group...), ':'), name...)
	if path, ok := r.paths[string(r.lookup)]; ok {
		return path, true
	}
	path := string(name)
	if group != "" {
		path = group + "." + path
	}
	if bytes.IndexByte(name, '.') >= 0 || checkPath(path) != nil {
		return "", false
	}
	if r.paths == nil {
		r.paths = map[string]string{}
	}
	r.paths[string(r.lookup)] = path
	return path, true
}

// value reads the canonical bytes of a value and returns what follows them.
func (r *ConfigReader) value(data []byte, path string) (rest []byte, ok bool) {
	end := bytes.IndexAny(data, ",}")
	if data[0] == '"' {
		end = bytes.IndexByte(data[1:], '"') + 2
	}
	if end < 2 && data[0] == '"' || end < 1 {
		return nil, false
	}
	value, known := r.values[string(data[:end])]
	if !known {
		if value, ok = plainValue(data[:end]); !ok || checkField(Field{path, value}) != nil {
			return nil, false
		}
		if r.values == nil {
			r.values = map[string]any{}
		}
		r.values[string(data[:end])] = value
	}
	r.fields = append(r.fields, Field{path, value})
	return data[end:], true
}

// plainValue reads a number, a truth value or a text that needs no escapes, and says whether the bytes are the canonical
// ones of it.
func plainValue(data []byte) (value any, ok bool) {
	switch text := string(data); {
	case text == "true", text == "false":
		return text == "true", true
	case text[0] == '"':
		value = text[1 : len(text)-1]
	default:
		var err error
		if value, err = parseNumber(text); err != nil {
			return nil, false
		}
	}
	return value, bytes.Equal(appendValue(nil, value), data)
}
