package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"experiment/internal/store"
	"experiment/internal/upkeep"
)

// checkFiles compares the files of the runs with what the database says, and mends what can be where that is wanted.
func (p *program) checkFiles(ctx context.Context, wanted upkeepWanted) []finding {
	var problems, mended []upkeep.Problem
	look := func(r *store.Reader) (err error) {
		problems, err = upkeep.Audit(ctx, p.files(), r, wanted.verify)
		return err
	}
	if !wanted.repair {
		if err := p.read(ctx, look); err != nil {
			return []finding{broken("files", err)}
		}
		return p.judgeFiles(problems, wanted.verify)
	}
	if twin, shared := store.Twin(p.database); shared {
		return append(p.judgeFiles(problems, wanted.verify), finding{"repair", warning,
			fmt.Sprintf("nothing was mended: %s has its files in the same folder", twin), "rename one of the two databases, and its files with it"})
	}
	s, err := store.Open(ctx, p.database)
	if err != nil {
		return []finding{broken("repair", err)}
	}
	if err = look(s.Reader); err == nil {
		repairer := upkeep.Repairer{Files: p.files(), Store: s, Unrecorded: wanted.orphans, Announce: p.announceRepair}
		mended, err = repairer.Repair(ctx, problems)
	}
	if err == nil {
		err = look(s.Reader)
	}
	err = errors.Join(err, s.Close())
	findings := p.judgeFiles(problems, wanted.verify)
	switch {
	case errors.Is(err, upkeep.ErrEmpty):
		return append(findings, finding{"repair", warning, "nothing was mended: " + err.Error(), "name the database that the files belong to with --db PATH"})
	case err != nil:
		return append(findings, broken("repair", err))
	}
	return append(findings, finding{check: "repair", verdict: good, text: "mended " + plural(len(mended), "thing", "things")})
}

// announceRepair says what is about to be mended, whatever --quiet says.
func (p *program) announceRepair(problem upkeep.Problem) {
	path := filepath.Join(p.files(), problem.Path)
	switch problem.Kind {
	case upkeep.Orphan, upkeep.Unrecorded:
		p.say("removing %s (%s, %d bytes): its run is not recorded\n", path, plural(problem.Files, "file", "files"), problem.Bytes)
	case upkeep.Leftover:
		p.say("removing %s (%d bytes): %s\n", path, problem.Bytes, problem.Detail)
	case upkeep.Stale:
		p.say("recording run %s as interrupted: its process is gone\n", problem.Run.Short())
	}
}

// fileChecks says how people are told of each kind of problem, worst first.
var fileChecks = []struct {
	kind      upkeep.Kind
	verdict   verdict
	one, many string
	remedy    string
}{
	{upkeep.Changed, wrong, "file is not what was recorded", "files are not what was recorded",
		"put the files back from a copy; or experiment rm RUN, and experiment run trains the run anew"},
	{upkeep.Gone, warning, "file of a finished run is not there", "files of finished runs are not there",
		"the recorded numbers are whole; experiment rm RUN and experiment run make the files anew"},
	{upkeep.Unrecorded, warning, "folder with results belongs to no recorded run, and is kept", "folders with results belong to no recorded run, and are kept",
		"put the newer database back if this is an older copy; experiment doctor --repair --orphans removes them"},
	{upkeep.Orphan, warning, "folder belongs to no recorded run", "folders belong to no recorded run",
		"experiment doctor --repair removes them"},
	{upkeep.Leftover, warning, "file is of no use any more", "files are of no use any more",
		"experiment doctor --repair removes them"},
	{upkeep.Stale, warning, "run counts as running, and its process is gone", "runs count as running, and their processes are gone",
		"experiment run goes on with them; experiment doctor --repair records them as interrupted"},
	{upkeep.Foreign, warning, "thing is there that experiment does not make, and is left alone", "things are there that experiment does not make, and are left alone", ""},
}

// mostNamed is how many of the things that are wrong are named.
const mostNamed = 5

// judgeFiles has a finding for each kind of problem, or says that there is none.
func (p *program) judgeFiles(problems []upkeep.Problem, verify bool) []finding {
	var findings []finding
	for _, c := range fileChecks {
		var names []string
		for _, problem := range problems {
			if problem.Kind == c.kind {
				names = append(names, nameOf(problem))
			}
		}
		if n := len(names); n > 0 {
			if n > mostNamed {
				names = append(names[:mostNamed], fmt.Sprintf("and %d more", n-mostNamed))
			}
			findings = append(findings, finding{"files", c.verdict, plural(n, c.one, c.many) + ": " + strings.Join(names, "; "), c.remedy})
		}
	}
	if len(findings) > 0 {
		return findings
	}
	text := p.files() + ": all that finished runs left is there"
	if verify {
		text += ", to the last byte"
	}
	return []finding{{check: "files", verdict: good, text: text}}
}

// nameOf names what has a problem.
func nameOf(problem upkeep.Problem) string {
	name := problem.Path
	if name == "" {
		name = problem.Run.Short()
	}
	return because(name, problem.Detail)
}
