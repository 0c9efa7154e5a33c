package runner

import (
	"slices"
	"time"

	"experiment/internal/run"
)

// estimate is the arithmetic of progress: how much is done, and how much time the rest takes.
type estimate struct {
	total    int // runs
	jobs     int // at a time
	ended    int
	finished int
	spent    time.Duration // by the finished ones
	underway map[run.Key]*course
}

// course is how far a run under way is.
type course struct {
	began  time.Time
	from   int       // epochs that were completed before that
	epoch  int       // the last one completed
	epochs int       // of the whole run; 0 where that is not known
	at     time.Time // when that epoch was completed
}

func newEstimate(total, jobs int) *estimate {
	return &estimate{total: total, jobs: max(jobs, 1), underway: map[run.Key]*course{}}
}

func (e *estimate) start(key run.Key, epochs int, now time.Time) {
	e.underway[key] = &course{began: now, at: now, epochs: epochs}
}

// resume counts the epochs before one as made in an earlier attempt.
func (e *estimate) resume(key run.Key, epoch int, now time.Time) {
	if c := e.underway[key]; c != nil {
		c.from, c.epoch, c.began, c.at = epoch-1, epoch-1, now, now
	}
}

func (e *estimate) advance(key run.Key, epoch int, now time.Time) {
	if c := e.underway[key]; c != nil {
		c.epoch, c.at = epoch, now
	}
}

// end counts a run. Only one that finished says how long others take, and one that resumed only by the pace
// of its epochs.
func (e *estimate) end(key run.Key, finished bool, now time.Time) {
	e.ended++
	c := e.underway[key]
	delete(e.underway, key)
	switch {
	case c == nil || !finished:
	case c.from == 0:
		e.finished++
		e.spent += now.Sub(c.began)
	case c.paced():
		e.finished++
		e.spent += c.pace() * time.Duration(c.epochs)
	}
}

// fraction returns how much of all runs is done, counting epochs of those under way, from 0 to 1.
func (e *estimate) fraction() float64 {
	if e.total == 0 {
		return 1
	}
	done := float64(e.ended)
	for _, c := range e.underway {
		if c.epochs > 0 {
			done += min(float64(c.epoch)/float64(c.epochs), 1)
		}
	}
	return min(done/float64(e.total), 1)
}

// left returns the time until all runs have ended, and whether anything is known about that yet. Runs under
// way go on at the pace of their epochs; those to come take as long as the finished ones did on average,
// or where there are none, as those under way will.
func (e *estimate) left(now time.Time) (time.Duration, bool) {
	typical, known := e.typical()
	if !known {
		return 0, false
	}
	slots := make([]time.Duration, 0, e.jobs) // until each is free
	for _, c := range e.underway {
		slots = append(slots, c.left(typical, now))
	}
	waiting := max(e.total-e.ended-len(e.underway), 0)
	for len(slots) < min(e.jobs, len(e.underway)+waiting) {
		slots = append(slots, 0)
	}
	if len(slots) == 0 {
		return 0, true
	}
	slices.Sort(slots)
	// Every slot takes its share of those waiting, and the slots that are free first one more.
	longest := time.Duration(0)
	for i, free := range slots {
		share := waiting / len(slots)
		if i < waiting%len(slots) {
			share++
		}
		longest = max(longest, free+time.Duration(share)*typical)
	}
	return longest, true
}

// Expect returns how long runs of so many seconds each take, so many at a time: their sum shared out, and no
// less than the longest.
func Expect(seconds []float64, jobs int) time.Duration {
	sum, longest := 0.0, 0.0
	for _, s := range seconds {
		sum += s
		longest = max(longest, s)
	}
	return time.Duration(max(longest, sum/float64(max(jobs, 1))) * float64(time.Second))
}

// typical returns how long a run takes.
func (e *estimate) typical() (time.Duration, bool) {
	if e.finished > 0 {
		return e.spent / time.Duration(e.finished), true
	}
	sum, count := time.Duration(0), 0
	for _, c := range e.underway {
		if c.paced() {
			sum += c.pace() * time.Duration(c.epochs)
			count++
		}
	}
	if count == 0 {
		return 0, false
	}
	return sum / time.Duration(count), true
}

// paced says whether the epochs of a run tell how long it takes.
func (c *course) paced() bool { return c.epoch > c.from && c.epochs > 0 }

// pace returns the time that an epoch takes.
func (c *course) pace() time.Duration { return c.at.Sub(c.began) / time.Duration(c.epoch-c.from) }

func (c *course) left(typical time.Duration, now time.Time) time.Duration {
	if c.paced() {
		return max(c.pace()*time.Duration(c.epochs-c.epoch)-now.Sub(c.at), 0)
	}
	if c.from > 0 && c.epochs > 0 {
		typical = typical * time.Duration(c.epochs-c.from) / time.Duration(c.epochs)
	}
	return max(typical-now.Sub(c.began), 0)
}
