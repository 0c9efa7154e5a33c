package main

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the scripts of testdata compare with anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"experiment":        main,
		"experiment-worker": fakeWorker,
	})
}

// quickExit spares the second that every process under the race detector waits before it ends.
const quickExit = "atexit_sleep_ms=0"

// TestScripts runs the user stories of testdata: the real program in processes of its own, with a worker
// that makes numbers up instead of training.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Deadline:            almost(t), // a story that hangs is ended, and says where
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"EXPERIMENT_DB", "EXPERIMENT_DATA", "EXPERIMENT_DATA_URL", "NO_COLOR", "TERM", "OPENBLAS_CORETYPE", "OMP_NUM_THREADS"} {
				env.Setenv(name, "")
			}
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_CACHE_HOME", "")
			env.Setenv("GORACE", quickExit)
			env.Setenv("REAL_DATA", os.Getenv("EXPERIMENT_DATA"))
			return nil
		},
		Condition: func(condition string) (bool, error) {
			return condition == "mount" && canMount(t) || condition == "data" && hasData(t), nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"readonly":  readOnly,
			"smalldisk": smallDisk,
			"status":    status,
			"masked":    masked,
			"alone":     alone,
			"serve":     serve,
			"alike":     alike,
		},
	})
}

// almost is a minute before the tests are ended, or no time where they never are.
func almost(t *testing.T) time.Time {
	if end, ok := t.Deadline(); ok {
		return end.Add(-time.Minute)
	}
	return time.Time{}
}

// status runs a command and checks its exit status: status 3 experiment ls.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := err.(*exec.ExitError); ok {
		got = strings.TrimPrefix(exit.String(), "exit status ")
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// readOnly makes a folder one that cannot be written, even by root, until the script ends.
func readOnly(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readonly FOLDER")
	}
	folder := ts.MkAbs(args[0])
	for _, options := range [][]string{{"--bind", folder, folder}, {"-o", "remount,ro,bind", folder}} {
		ts.Check(exec.Command("mount", options...).Run())
	}
	unmountLater(ts, folder)
}

// smallDisk makes a folder a disk of its own of so many bytes.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: smalldisk FOLDER SIZE")
	}
	folder := ts.MkAbs(args[0])
	ts.Check(exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", folder).Run())
	unmountLater(ts, folder)
}

// unmountLater unmounts a folder when the script ends.
func unmountLater(ts *testscript.TestScript, folder string) {
	ts.Defer(func() {
		if err := exec.Command("umount", folder).Run(); err != nil {
			ts.Logf("unmounting %s: %v", folder, err)
		}
	})
}

// canMount says whether this process may mount folders.
func canMount(t *testing.T) bool {
	folder := t.TempDir()
	if err := exec.Command("mount", "--bind", folder, folder).Run(); err != nil {
		t.Logf("the stories of folders that cannot be written are left out: mounting is not allowed here: %v", err)
		return false
	}
	if err := exec.Command("umount", folder).Run(); err != nil {
		t.Fatal(err)
	}
	return true
}

// hasData says whether there are real data to work with.
func hasData(t *testing.T) bool {
	if os.Getenv("EXPERIMENT_DATA") == "" || testing.Short() {
		t.Log("the stories of real data are left out: EXPERIMENT_DATA is not set, or -short is")
		return false
	}
	return true
}

// serve makes the files of a folder those of a server, at the address in a variable, until the script ends.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: serve VARIABLE FOLDER")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[1]))))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// masked writes what stdout or stderr has to a file, without what differs from one time to the next.
func masked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: masked stdout|stderr FILE")
	}
	var kept strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if !passing.MatchString(line) {
			kept.WriteString(line)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(kept.String()), 0o644))
}

// passing matches the lines of show that tell of times and processes.
var passing = regexp.MustCompile(`^  (attempt  status|      1  finished  20|peak memory)`)

// alone copies the program without its worker into a folder.
func alone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: alone FOLDER")
	}
	program, err := exec.LookPath("experiment")
	ts.Check(err)
	// Another process copies it: a script that starts a program meanwhile would inherit a file open for writing here, and
	// such a program cannot be executed.
	ts.Check(exec.Command("cp", program, filepath.Join(ts.MkAbs(args[0]), "experiment")).Run())
}
