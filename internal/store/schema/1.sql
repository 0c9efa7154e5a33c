-- What the sweep files said when they were last run.
CREATE TABLE sweeps (
  name        TEXT PRIMARY KEY NOT NULL,
  description TEXT NOT NULL,
  pipeline    TEXT NOT NULL,
  path        TEXT NOT NULL, -- of the sweep file
  source      TEXT NOT NULL, -- its text
  updated     TEXT NOT NULL  -- UTC
) STRICT;

-- A run is one configuration with its seed. Most columns repeat what stands in config, to be read and indexed.
CREATE TABLE runs (
  key             TEXT PRIMARY KEY NOT NULL,
  pipeline        TEXT NOT NULL,
  label           TEXT NOT NULL,
  dataset         TEXT NOT NULL,
  model           TEXT NOT NULL,
  loss            TEXT NOT NULL,
  loss_parameters TEXT NOT NULL, -- JSON
  seed            INTEGER NOT NULL,
  config          TEXT NOT NULL, -- canonical JSON
  status          TEXT NOT NULL DEFAULT 'new'
    CHECK (status IN ('new', 'running', 'finished', 'failed', 'diverged', 'interrupted')),
  attempt         INTEGER        -- the first that finished, or else the last
    REFERENCES attempts (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_loss ON runs (loss, dataset, model);
CREATE INDEX runs_by_attempt ON runs (attempt);

-- Which runs a sweep has, in its order.
CREATE TABLE sweep_runs (
  sweep    TEXT NOT NULL REFERENCES sweeps (name) ON DELETE CASCADE,
  run      TEXT NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (sweep, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX sweep_runs_by_run ON sweep_runs (run);

-- Every execution of a run.
CREATE TABLE attempts (
  id         INTEGER PRIMARY KEY,
  run        TEXT NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  number     INTEGER NOT NULL, -- counted from 1 for each run
  status     TEXT NOT NULL
    CHECK (status IN ('running', 'finished', 'failed', 'diverged', 'interrupted')),
  reason     TEXT NOT NULL,    -- why it did not finish
  epoch      INTEGER NOT NULL, -- the last that was completed
  started    TEXT NOT NULL,    -- UTC
  ended      TEXT,             -- UTC
  seconds    REAL,             -- of training and evaluation
  pid        INTEGER NOT NULL,
  host       TEXT NOT NULL,
  log        TEXT NOT NULL,    -- path in the folder of files
  device     TEXT NOT NULL,
  provenance TEXT NOT NULL,    -- JSON
  UNIQUE (run, number)
) STRICT;

-- The metrics of finished attempts. NULL where there is none; a metric that was measured and has no value
-- (0/0) is NULL too, and named in undefined.
CREATE TABLE scores (
  attempt                INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split                  TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
  calibration            TEXT NOT NULL CHECK (calibration IN ('none', 'temperature')),
  undefined              TEXT NOT NULL, -- JSON
  accuracy               REAL,
  error                  REAL,
  nll                    REAL,
  brier                  REAL,
  ece                    REAL,
  mce                    REAL,
  adaptive_ece           REAL,
  classwise_ece          REAL,
  debiased_rmsce         REAL,
  smooth_ece             REAL,
  mean_confidence        REAL,
  mean_entropy           REAL,
  overconfidence         REAL,
  aurc                   REAL,
  auroc_misclassification REAL,
  ece_noise_floor        REAL,
  temperature            REAL,
  kl_divergence          REAL,
  cross_entropy_true     REAL,
  entropy_true           REAL,
  true_calibration_error REAL,
  PRIMARY KEY (attempt, split, calibration)
) STRICT, WITHOUT ROWID;

-- What was measured at the end of each epoch. NULL where it is undefined.
CREATE TABLE epochs (
  attempt INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  epoch   INTEGER NOT NULL, -- counted from 1
  split   TEXT NOT NULL,
  name    TEXT NOT NULL,
  value   REAL,
  PRIMARY KEY (attempt, epoch, split, name)
) STRICT, WITHOUT ROWID;

-- The reliability curves.
CREATE TABLE bins (
  attempt     INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split       TEXT NOT NULL,
  calibration TEXT NOT NULL,
  bin         INTEGER NOT NULL, -- counted from 1
  lower       REAL,
  upper       REAL,
  count       INTEGER NOT NULL,
  confidence  REAL,
  accuracy    REAL,
  PRIMARY KEY (attempt, split, calibration, bin)
) STRICT, WITHOUT ROWID;

-- The files that finished attempts left.
CREATE TABLE artefacts (
  attempt INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  kind    TEXT NOT NULL,
  path    TEXT NOT NULL, -- in the folder of the run
  sha256  TEXT NOT NULL,
  bytes   INTEGER NOT NULL,
  PRIMARY KEY (attempt, kind, path)
) STRICT, WITHOUT ROWID;

-- One row for each finished run, split and calibration. Its columns are a contract with users.
CREATE VIEW results AS
SELECT
  runs.key AS run,
  runs.label,
  runs.dataset,
  runs.model,
  runs.loss,
  runs.loss_parameters,
  runs.seed,
  attempts.device,
  attempts.seconds,
  scores.split,
  scores.calibration,
  runs.config,
  scores.accuracy,
  scores.error,
  scores.nll,
  scores.brier,
  scores.ece,
  scores.mce,
  scores.adaptive_ece,
  scores.classwise_ece,
  scores.debiased_rmsce,
  scores.smooth_ece,
  scores.mean_confidence,
  scores.mean_entropy,
  scores.overconfidence,
  scores.aurc,
  scores.auroc_misclassification,
  scores.ece_noise_floor,
  scores.temperature,
  scores.kl_divergence,
  scores.cross_entropy_true,
  scores.entropy_true,
  scores.true_calibration_error
FROM runs
JOIN attempts ON attempts.id = runs.attempt
JOIN scores ON scores.attempt = attempts.id
WHERE runs.status = 'finished';
