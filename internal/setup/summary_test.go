package setup

import (
	"strings"
	"testing"
)

func TestSummaryPrint(t *testing.T) {
	summary := &Summary{
		Libtorch: Libtorch{
			Version: "1.13.0", Package: "1.13.1+dfsg-4", Library: "/usr/lib/x86_64-linux-gnu",
			BLAS: BLAS{Name: "OpenBLAS (pthread)", Path: "/usr/lib/openblas-pthread/libblas.so.3"},
		},
		Compiler: "g++ (Debian 12.2.0-14) 12.2.0",
		Gotch:    "v0.9.1",
		Adapted:  []string{"atg_a", "atg_b"},
		Notes:    []string{"something to know"},
	}
	var got strings.Builder
	if err := summary.Print(&got); err != nil {
		t.Fatal(err)
	}
	want := `libtorch  1.13.0, package libtorch-dev 1.13.1+dfsg-4
in        /usr/lib/x86_64-linux-gnu
for       CPU
BLAS      OpenBLAS (pthread), /usr/lib/openblas-pthread/libblas.so.3
compiler  g++ (Debian 12.2.0-14) 12.2.0
gotch     v0.9.1, 2 of its functions replaced by an error, for this libtorch has no match for them
note      something to know
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
