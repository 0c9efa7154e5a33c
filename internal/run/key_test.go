package run_test

import (
	"strings"
	"testing"

	"experiment/internal/run"
)

func TestParseKey(t *testing.T) {
	key := run.Config{}.Key()
	for _, text := range []string{string(key), strings.ToUpper(string(key))} {
		if parsed, err := run.ParseKey(text); err != nil || parsed != key {
			t.Errorf("%s is parsed as %s, error %v", text, parsed, err)
		}
	}
	if short := key.Short(); len(short) != 8 || !strings.HasPrefix(string(key), short) {
		t.Errorf("%s is shortened to %s", key, short)
	}
	if short := run.Key("abc").Short(); short != "abc" {
		t.Errorf("abc is shortened to %s", short)
	}
	for _, text := range []string{"", key.Short(), string(key)[:63], string(key) + "0", strings.Repeat("g", 64)} {
		if parsed, err := run.ParseKey(text); err == nil {
			t.Errorf("%q is parsed as %s", text, parsed)
		}
	}
}
