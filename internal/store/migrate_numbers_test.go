package store

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"experiment/internal/run"
)

const (
	selectEpochs = `SELECT epoch, split, name, value FROM epochs WHERE attempt = %d ORDER BY epoch, split, name`
	selectBins   = `SELECT split, calibration, bin, lower, upper, count, confidence, accuracy FROM bins WHERE attempt = %d ORDER BY split, calibration, bin`
)

// TestNumbersSurviveMigration holds that histories and reliability curves of earlier versions, and those that are recorded
// now, have the same bits as ever, in the records and in the views that queries read.
func TestNumbersSurviveMigration(t *testing.T) {
	for version := 3; version <= 4; version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			key := writeVersion1(t, path)
			epochs, bins := writeNumbers(t, path, version)
			s := openAt(t, path)
			record, err := s.Record(t.Context(), key, History|Bins)
			if err != nil {
				t.Fatal(err)
			}
			compareRows(t, "epochs", epochs, historyRows(record.Attempt.History))
			compareRows(t, "bins", bins, curveRows(record.Attempt.Result.Reliability))
			compareRows(t, "the view epochs", epochs, viewRows(t, s, selectEpochs, 7))
			compareRows(t, "the view bins", bins, viewRows(t, s, selectBins, 7))

			a := begin(t, s, newRun(t, "focal gamma=2", 1))
			a.Status, a.Ended = run.Finished, started.Add(time.Second)
			a.History, a.Result.Reliability = record.Attempt.History, record.Attempt.Result.Reliability
			zero := run.EpochMetric{Split: run.Train, Name: "loss", Value: run.Number(math.Copysign(0, -1))}
			a.History = append(a.History, run.Epoch{Number: 1 << 20, Metrics: []run.EpochMetric{zero}})
			epochs = append(epochs, rowText(1<<20, run.Train, "loss", math.Copysign(0, -1)))
			end(t, s, a)
			compareRows(t, "the view epochs of a new run", epochs, viewRows(t, s, selectEpochs, 8))
			compareRows(t, "the view bins of a new run", bins, viewRows(t, s, selectBins, 8))
		})
	}
}

// writeNumbers brings a database of version 1 to a later one, adds a history and reliability curves of hard numbers to its
// attempt, and returns the rows as SQLite holds them.
func writeNumbers(t *testing.T, path string, version int) (epochs, bins []string) {
	t.Helper()
	db := sql.OpenDB(newConnector(path, writing))
	if err := migrate(t.Context(), db, migrations[:version]); err != nil {
		t.Fatal(err)
	}
	err := transact(t.Context(), db, func(tx *sql.Tx) error {
		insert := func(query string, args ...any) {
			t.Helper()
			if _, err := tx.Exec(query, args...); err != nil {
				t.Fatal(err)
			}
		}
		numbers := hardNumbers()
		for i, f := range numbers {
			epoch := 2 + i
			if i > len(numbers)/2 {
				epoch++ // one is missing
			}
			insert(`INSERT INTO epochs VALUES (7, ?, 'train', 'loss', ?)`, epoch, encodeNumber(f))
		}
		insert(`INSERT INTO epochs VALUES (7, 3, 'validation', 'ece', NULL)`)
		for i, four := range slices.Collect(slices.Chunk(numbers, 4)) {
			four = append(four, 0, 0, 0)[:4]
			insert(`INSERT INTO bins VALUES (7, 'validation', 'temperature', ?, ?, ?, ?, ?, ?)`, i+1,
				encodeNumber(four[0]), encodeNumber(four[1]), i, encodeNumber(four[2]), encodeNumber(four[3]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	epochs, bins = rowsIn(t, db, selectEpochs), rowsIn(t, db, selectBins)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return epochs, bins
}

// rowsIn returns the rows of the attempt of a database of version 1, as SQLite gives them.
func rowsIn(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	err := scanTexts(t, db, fmt.Sprintf(query, 7), func(text string) { list = append(list, text) })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// hardNumbers returns numbers that are easily lost on the way through decimal digits: the least and the greatest, those
// beside powers of two and ten, halves between two of 15 and 17 digits, and many of random bits.
func hardNumbers() []float64 {
	numbers := []float64{
		0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64,
		0x1p-1022, math.Nextafter(0x1p-1022, 0), 5e-324, 2.2250738585072011e-308, 1, -1, 1 << 53, 1<<53 + 2, 1e22, 1e23, 0.1, 0.1 + 0.2, 9007199254740993,
		8.41e21, 9.5e-3, 6.8e-321, math.Pi, 1e15, 1e16, 1e17, 123456789012345678, math.MaxInt64, math.MinInt64,
	}
	for e := -1074; e < 1024; e += 7 {
		p := math.Ldexp(1, e)
		numbers = append(numbers, p, math.Nextafter(p, 0), math.Nextafter(p, math.Inf(1)))
	}
	for e := -323; e < 309; e += 5 {
		p := math.Pow(10, float64(e))
		numbers = append(numbers, p, math.Nextafter(p, 0), math.Nextafter(p, math.Inf(1)))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		numbers = append(numbers, math.Float64frombits(random.Uint64()), random.Float64(), random.NormFloat64()*1e-3)
	}
	for range 300 {
		numbers = append(numbers, math.Float64frombits(random.Uint64()>>12)) // subnormal
	}
	return numbers
}

// scanTexts calls f with every row, written with the bits of its numbers.
func scanTexts(t *testing.T, db querier, query string, f func(text string)) error {
	return scan(t.Context(), db, func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		f(rowText(values...))
		return nil
	}, query)
}

// rowText writes a row with the bits of its numbers, NaN as NULL.
func rowText(values ...any) string {
	text := ""
	for _, v := range values {
		switch v := v.(type) {
		case float64:
			if math.IsNaN(v) {
				text += "NULL "
			} else {
				text += fmt.Sprintf("%016x (%g) ", math.Float64bits(v), v)
			}
		case nil:
			text += "NULL "
		default:
			text += fmt.Sprintf("%v ", v)
		}
	}
	return text
}

func viewRows(t *testing.T, s *Store, query string, attempt int) (list []string) {
	t.Helper()
	_, rows, err := ask(t, s.Reader, fmt.Sprintf(query, attempt))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		list = append(list, rowText(row...))
	}
	return list
}

func historyRows(history []run.Epoch) (list []string) {
	for _, e := range history {
		for _, m := range e.Metrics {
			list = append(list, rowText(e.Number, m.Split, m.Name, float64(m.Value)))
		}
	}
	return list
}

// curveRows writes the bins of curves as the table had them, the test split before the others.
func curveRows(curves []run.Reliability) (list []string) {
	for _, c := range curves {
		for i, b := range c.Bins {
			list = append(list, rowText(c.Split, c.Calibration, i+1, b.Lower, b.Upper, b.Count, b.Confidence, b.Accuracy))
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return int(a[0]) - int(b[0]) })
	return list
}

func compareRows(t *testing.T, what string, want, got []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	wrong := 0
	for i := range want {
		if got[i] != want[i] {
			if wrong++; wrong <= 5 {
				t.Errorf("%s: got %s, want %s", what, got[i], want[i])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%s: %d of %d rows differ", what, wrong, len(want))
	}
}
