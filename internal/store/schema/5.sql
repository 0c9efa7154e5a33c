-- The history of an attempt takes a row for each metric and the reliability curves one for each curve, where there was one
-- for each number: a database of many runs is smaller, and read in a fraction of the time. The views epochs and bins
-- have the rows that the tables of those names had.

-- What was measured at the end of each epoch.
CREATE TABLE histories (
  attempt INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split   TEXT NOT NULL,
  name    TEXT NOT NULL,
  first   INTEGER NOT NULL, -- epoch, counted from 1; a metric that is missing in an epoch goes on in another row
  numbers TEXT NOT NULL,    -- JSON: the value in each epoch from the first on, null where it is undefined
  UNIQUE (attempt, split, name, first)
) STRICT;

INSERT INTO histories (attempt, split, name, first, numbers)
SELECT attempt, split, name, min(epoch), json_group_array(value ORDER BY epoch)
FROM (
  SELECT *, epoch - row_number() OVER (PARTITION BY attempt, split, name ORDER BY epoch) AS unbroken FROM epochs
)
GROUP BY attempt, split, name, unbroken
ORDER BY attempt, split, name, unbroken;

DROP TABLE epochs;

CREATE VIEW epochs AS
SELECT
  histories.attempt,
  histories.first + each.key AS epoch,
  histories.split,
  histories.name,
  each.value
FROM histories, json_each(histories.numbers) AS each;

-- The reliability curves.
CREATE TABLE curves (
  attempt     INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split       TEXT NOT NULL,
  calibration TEXT NOT NULL,
  bins        TEXT NOT NULL, -- JSON: [lower, upper, count, confidence, accuracy] of each
  UNIQUE (attempt, split, calibration)
) STRICT;

INSERT INTO curves (attempt, split, calibration, bins)
SELECT attempt, split, calibration, json_group_array(json_array(lower, upper, count, confidence, accuracy) ORDER BY bin)
FROM bins
GROUP BY attempt, split, calibration
ORDER BY attempt, split, calibration;

DROP TABLE bins;

CREATE VIEW bins AS
SELECT
  curves.attempt,
  curves.split,
  curves.calibration,
  each.key + 1 AS bin,
  each.value ->> 0 AS lower,
  each.value ->> 1 AS upper,
  each.value ->> 2 AS count,
  each.value ->> 3 AS confidence,
  each.value ->> 4 AS accuracy
FROM curves, json_each(curves.bins) AS each;

-- The runs of a sweep are read in its order, which is mostly that of their rows.
CREATE INDEX sweep_runs_by_position ON sweep_runs (sweep, position);
