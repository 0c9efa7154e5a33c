package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// teller is the Progress of a run.
type teller struct {
	io.Writer // its log
	ctx       context.Context
	key       run.Key
	messages  *protocol.Writer
	file      *os.File // the log, where the output of the process goes to another
	failed    bool     // which has been told
}

// tell returns who tells of each run. The log of the first has what the process prints, those of the others
// say so. The caller closes the logs, also where there is an error.
func (s *server) tell(ctx context.Context, tasks []Task) ([]*teller, error) {
	var tellers []*teller
	for i, task := range tasks {
		t := &teller{Writer: os.Stdout, ctx: ctx, key: task.Key, messages: s.messages}
		if i > 0 {
			file, err := os.OpenFile(task.Log, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return tellers, fmt.Errorf("opening the log: %w", err)
			}
			t.Writer, t.file = file, file
			fmt.Fprintf(t, "%s%s, whose log has what the program itself prints\n", protocol.SideBySide, tasks[0].Key.Short())
		}
		tellers = append(tellers, t)
	}
	return tellers, nil
}

func closeLogs(tellers []*teller) error {
	var all error
	for _, t := range tellers {
		if t.file != nil {
			all = errors.Join(all, t.file.Close())
		}
	}
	return all
}

// Circumstances implements Progress.
func (t *teller) Circumstances(p run.Provenance) error {
	return t.messages.Write(protocol.Circumstances{Key: t.key, Provenance: p})
}

// Resumed implements Progress.
func (t *teller) Resumed(epoch int) error {
	return t.messages.Write(protocol.Resumed{Key: t.key, Epoch: epoch})
}

// Epoch implements Progress.
func (t *teller) Epoch(e run.Epoch) error {
	if err := t.messages.Write(protocol.Epoch{Key: t.key, Epoch: e}); err != nil {
		return err
	}
	return t.ctx.Err()
}

// Failed implements Progress.
func (t *teller) Failed(err error) error {
	t.failed = true
	return t.messages.Write(describe(t.ctx, t.key, err))
}

func (t *teller) finished(output Output) error {
	output.Provenance.PeakMemory = peakMemory()
	return t.messages.Write(protocol.Result{
		Key: t.key, Result: output.Result, Artefacts: output.Artefacts, Provenance: output.Provenance,
	})
}
