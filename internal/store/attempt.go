package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"experiment/internal/run"
)

// lost is the reason recorded for an attempt whose process is gone.
const lost = "its process ended without a result"

// Begin records a new attempt of a run, which need not be known yet, and returns its number. The status of
// a is Running whatever it says. The caller must hold the run's lock: an earlier attempt that still counts
// as running has lost its process and becomes Interrupted.
func (s *Store) Begin(ctx context.Context, r run.Run, a run.Attempt) (number int, err error) {
	a.Run, a.Status = r.Key, run.Running
	if a.Started.IsZero() {
		return 0, fmt.Errorf("recording the start of run %s: it lacks the time", r.Key.Short())
	}
	err = s.updateSoon(ctx, func(tx *sql.Tx) error {
		if err := putRuns(ctx, tx, []run.Run{r}); err != nil {
			return err
		}
		if err := interrupt(ctx, tx, r.Key); err != nil {
			return err
		}
		const next = `SELECT ifnull(max(number), 0) + 1 FROM attempts WHERE run = ?`
		if err := tx.QueryRowContext(ctx, next, string(r.Key)).Scan(&a.Number); err != nil {
			return err
		}
		if err := insertAttempt(ctx, tx, a); err != nil {
			return err
		}
		return decide(ctx, tx, r.Key)
	})
	if err != nil {
		return 0, fmt.Errorf("recording the start of run %s: %w", r.Key.Short(), err)
	}
	return a.Number, nil
}

// End records how an attempt that Begin recorded ended, and all that came out of it, in one transaction. The
// run takes the state that its attempts give it: once Finished, it stays so. Of two attempts that finish, the
// first recorded counts for good. It refuses an attempt that has ended already, other than by Begin or
// MarkInterrupted taking its process for gone. Once it returns, a process that is killed loses nothing; a power cut
// may lose what ended within the last tenth of a second (syncEvery), which is then made again.
//
// What has an order of its own is read back in that: metrics by split, calibration and run.MetricNames, and
// those of epochs, bins and artefacts alike. An epoch without metrics is not kept.
func (s *Store) End(ctx context.Context, a run.Attempt) error {
	err := s.updateSoon(ctx, func(tx *sql.Tx) error {
		if err := checkEnd(a); err != nil {
			return err
		}
		id, err := openAttempt(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := updateAttempt(ctx, tx, id, a); err != nil {
			return err
		}
		if err := putDetails(ctx, tx, id, a); err != nil {
			return err
		}
		return decide(ctx, tx, a.Run)
	})
	if err != nil {
		return fmt.Errorf("recording the end of run %s, attempt %d: %w", a.Run.Short(), a.Number, err)
	}
	return nil
}

// MarkInterrupted records that the processes which tried the runs are gone: attempts that count as running
// become Interrupted. Runs without such an attempt stay as they are.
func (s *Store) MarkInterrupted(ctx context.Context, keys []run.Key) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		for _, key := range keys {
			if err := interrupt(ctx, tx, key); err != nil {
				return err
			}
			if err := decide(ctx, tx, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recording interrupted runs: %w", err)
	}
	return nil
}

func interrupt(ctx context.Context, tx *sql.Tx, key run.Key) error {
	_, err := tx.ExecContext(ctx, `UPDATE attempts SET status = 'interrupted', reason = ?
		WHERE run = ? AND status = 'running'`, lost, string(key))
	return err
}

// decide gives a run the state of the attempt that counts: the one that finished, or else the last.
func decide(ctx context.Context, tx *sql.Tx, key run.Key) error {
	_, err := tx.ExecContext(ctx, `UPDATE runs SET (status, attempt) = (
			SELECT status, id FROM attempts WHERE run = runs.key
			ORDER BY status = 'finished' DESC, number DESC LIMIT 1)
		WHERE key = ? AND status <> 'finished' AND EXISTS (SELECT 1 FROM attempts WHERE run = runs.key)`, string(key))
	return err
}

func insertAttempt(ctx context.Context, tx *sql.Tx, a run.Attempt) error {
	provenance, err := json.Marshal(a.Provenance)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO attempts
		(run, number, status, reason, epoch, started, pid, host, log, device, provenance)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(a.Run), a.Number, string(a.Status), a.Reason, a.Epoch, encodeTime(a.Started), a.PID, a.Host, a.Log,
		a.Provenance.Device, string(provenance))
	return err
}

// checkEnd refuses an attempt that does not say how and when it ended.
func checkEnd(a run.Attempt) error {
	switch a.Status {
	case run.Finished, run.Failed, run.Diverged, run.Interrupted:
	default:
		return fmt.Errorf("an attempt cannot end as %q", a.Status)
	}
	if a.Started.IsZero() || a.Ended.IsZero() {
		return errors.New("it lacks the time it started or ended")
	}
	return nil
}

// openAttempt returns the row of an attempt that has not ended.
func openAttempt(ctx context.Context, tx *sql.Tx, a run.Attempt) (id int64, err error) {
	var status run.Status
	var when sql.NullString
	err = tx.QueryRowContext(ctx, `SELECT id, status, ended FROM attempts WHERE run = ? AND number = ?`,
		string(a.Run), a.Number).Scan(&id, &status, &when)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, errors.New("it was never started")
	case err != nil:
		return 0, err
	case when.Valid:
		return 0, fmt.Errorf("it has ended as %q already", status)
	}
	return id, nil
}

func updateAttempt(ctx context.Context, tx *sql.Tx, id int64, a run.Attempt) error {
	provenance, err := json.Marshal(a.Provenance)
	if err != nil {
		return err
	}
	var seconds any
	if a.Status == run.Finished {
		seconds = encodeNumber(a.Result.Seconds)
	}
	_, err = tx.ExecContext(ctx, `UPDATE attempts SET
		status = ?, reason = ?, resumed = ?, epoch = ?, started = ?, ended = ?, seconds = ?, pid = ?, host = ?, log = ?, device = ?, provenance = ?
		WHERE id = ?`,
		string(a.Status), a.Reason, a.Resumed, a.Epoch, encodeTime(a.Started), encodeTime(a.Ended), seconds, a.PID, a.Host, a.Log,
		a.Provenance.Device, string(provenance), id)
	return err
}
