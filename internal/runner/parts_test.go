package runner

import (
	"strings"
	"testing"
	"time"

	"experiment/internal/run"
)

func TestFormatDuration(t *testing.T) {
	tests := map[time.Duration]string{
		-time.Second:                    "0 s",
		0:                               "0.0 s",
		9840 * time.Millisecond:         "9.8 s",
		9970 * time.Millisecond:         "10 s",
		59400 * time.Millisecond:        "59 s",
		59600 * time.Millisecond:        "1m",
		30 * time.Minute:                "30m",
		200 * time.Second:               "3m 20s",
		time.Hour - time.Millisecond:    "1h",
		65*time.Minute + 10*time.Second: "1h 5m",
		47*time.Hour + 59*time.Minute:   "47h 59m",
		48 * time.Hour:                  "2d",
		7*24*time.Hour + 90*time.Minute: "7d 1h",
	}
	for duration, want := range tests {
		if got := FormatDuration(duration); got != want {
			t.Errorf("%v is %q, want %q", duration, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	tests := []struct {
		name    string
		base    []string
		device  string
		visible string
		want    []string // in it
		lacks   string
		error   string
	}{
		{"cpu", []string{"HOME=/root"}, "cpu", "cpu", []string{"HOME=/root", "OMP_NUM_THREADS=2", "OPENBLAS_NUM_THREADS=2", "MKL_NUM_THREADS=2"}, "CUDA_VISIBLE_DEVICES", ""},
		{"cuda", nil, "cuda", "cuda:0", []string{"CUDA_VISIBLE_DEVICES=0", "CUBLAS_WORKSPACE_CONFIG=:4096:8"}, "", ""},
		{"second", nil, "cuda:1", "cuda:0", []string{"CUDA_VISIBLE_DEVICES=1"}, "", ""},
		{"second of the user's", []string{"CUDA_VISIBLE_DEVICES=3,5"}, "cuda:1", "cuda:0", []string{"CUDA_VISIBLE_DEVICES=5"}, "", ""},
		{"by name", []string{"CUDA_VISIBLE_DEVICES=GPU-1,GPU-2"}, "cuda:0", "cuda:0", []string{"CUDA_VISIBLE_DEVICES=GPU-1"}, "", ""},
		{"the user's cuBLAS", []string{"CUBLAS_WORKSPACE_CONFIG=:16:8"}, "cuda:0", "cuda:0", []string{"CUBLAS_WORKSPACE_CONFIG=:16:8"}, "CUBLAS_WORKSPACE_CONFIG=:4096:8", ""},
		{"not the user's", []string{"CUDA_VISIBLE_DEVICES=3"}, "cuda:1", "", nil, "", "there is no cuda:1 in CUDA_VISIBLE_DEVICES=3"},
		{"hidden", []string{"CUDA_VISIBLE_DEVICES="}, "cuda:0", "", nil, "", "there is no cuda:0 in CUDA_VISIBLE_DEVICES="},
		{"unknown", nil, "tpu", "", nil, "", `there is no device "tpu"`},
		{"negative", nil, "cuda:-1", "", nil, "", `there is no device "cuda:-1"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env, visible, err := environment(test.base, 2, test.device)
			if test.error != "" {
				if err == nil || !strings.Contains(err.Error(), test.error) {
					t.Errorf("error %v, want %s", err, test.error)
				}
				return
			}
			if err != nil || visible != test.visible {
				t.Errorf("device %q: %v", visible, err)
			}
			for _, entry := range test.want {
				name, value, _ := strings.Cut(entry, "=")
				if got, _ := lookup(env, name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			if all := strings.Join(env, "\n"); test.lacks != "" && strings.Contains(all, test.lacks) {
				t.Errorf("there is %s in %s", test.lacks, all)
			}
		})
	}
}

func TestPolicyForgivesSlowFailures(t *testing.T) {
	var p policy
	for i := range 5 {
		if err := p.ended(run.Failed, time.Duration(i+1)*25*time.Second); err != nil {
			t.Errorf("after %d failures: %v", i+1, err)
		}
	}
	if err := p.ended(run.Interrupted, 0); err != nil {
		t.Errorf("an interruption counts as a failure: %v", err)
	}
}

func TestFindCrash(t *testing.T) {
	tests := []struct{ name, log, cause, around string }{
		{"none", "epoch 1\nepoch 2\n", "", ""},
		{"C++", "epoch 1\nterminate called\n  what():  shapes\nSIGABRT: abort\nPC=0x1\n\ngoroutine 1\n\trax\n\trbx\n\trcx\n",
			"SIGABRT: abort", "epoch 1\nterminate called\n  what():  shapes\nSIGABRT: abort\nPC=0x1"},
		{"panic", "panic: a bug [recovered]\n\ngoroutine 1 [running]:\nmain.main()\n", "panic: a bug [recovered]", "panic: a bug [recovered]"},
		{"not at the start of a line", "see panic: a bug\n", "", ""},
	}
	for _, test := range tests {
		if cause, around := findCrash(test.log); cause != test.cause || around != test.around {
			t.Errorf("%s: %q around %q", test.name, cause, around)
		}
	}
}

func TestLastLinesArePrintable(t *testing.T) {
	text := strings.Repeat("before\n", 20) + "\x1b[2Jcleared \xff γ\r\n\n"
	want := strings.Repeat("before\n", 9) + "[2Jcleared ? γ"
	if got := lastLines(text); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTailBufferKeepsTheEnd(t *testing.T) {
	var b tailBuffer
	for range 1000 {
		if _, err := b.Write([]byte("0123456789\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasSuffix(got, "\nthe end") || len(b.kept) != earlyBytes {
		t.Errorf("%d bytes: %q", len(b.kept), got)
	}
}
