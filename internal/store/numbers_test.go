package store

import "testing"

// TestDamagedNumbers holds that a row which some other program spoilt is an error.
func TestDamagedNumbers(t *testing.T) {
	for _, text := range []string{"x", "[x]", `{"a":1}`, "[1,,2]x", "[[1]]"} {
		if bins, err := binsOf(text); err == nil {
			t.Errorf("%q is read as the bins %v", text, bins)
		}
	}
	for _, text := range []string{"x", "[x]", `{"a":1}`, "[1 2]", "[1,0.5.5]"} {
		if numbers, err := numbersOf(text); err == nil {
			t.Errorf("%q is read as the numbers %v", text, numbers)
		}
	}
}
