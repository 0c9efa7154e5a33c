-- How predictions are distributed over a quantity, those that were right apart from those that were wrong. One row for
-- each histogram keeps a database of many runs small; the view histograms has one for each bin.
CREATE TABLE histogram_counts (
  attempt     INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split       TEXT NOT NULL,
  calibration TEXT NOT NULL,
  quantity    TEXT NOT NULL, -- 'entropy', of the predicted distribution, in nats
  outcome     TEXT NOT NULL, -- 'right' or 'wrong'
  lower       REAL NOT NULL, -- of the first bin
  upper       REAL NOT NULL, -- of the last
  counts      TEXT NOT NULL, -- JSON: predictions in each of the bins, which are of equal width and right-closed
  PRIMARY KEY (attempt, split, calibration, quantity, outcome)
) STRICT, WITHOUT ROWID;

-- The histograms, a row for each bin (lower, upper]. A count is an expectation where labels are distributions.
CREATE VIEW histograms AS
SELECT
  h.attempt,
  h.split,
  h.calibration,
  h.quantity,
  h.outcome,
  bins.key + 1 AS bin, -- counted from 1
  h.lower + (h.upper - h.lower) * bins.key / json_array_length(h.counts) AS lower,
  h.lower + (h.upper - h.lower) * (bins.key + 1) / json_array_length(h.counts) AS upper,
  bins.value AS count
FROM histogram_counts AS h
JOIN json_each(h.counts) AS bins;
