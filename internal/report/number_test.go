package report

import "testing"

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 10000: "10,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d reads %s, want %s", n, got, want)
		}
	}
}

func TestEscape(t *testing.T) {
	for s, want := range map[string]string{
		"label_smoothing ε=0.05": "label_smoothing ε=0.05",
		"a | b\nc":               `a \| b c`,
		"<b>_x_</b> *y* [z](u)":  `\<b\>\_x\_\</b\> \*y\* \[z\](u)`,
		"_edge_ and _ alone":     `\_edge\_ and \_ alone`,
		"":                       "",
	} {
		if got := escape(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}
