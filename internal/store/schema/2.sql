-- Two more calibrations. SQLite cannot change a CHECK, so the table is made anew; the view, which reads it, is the same.
DROP VIEW results;
ALTER TABLE scores RENAME TO scores_1;

-- The metrics of finished attempts. NULL where there is none; a metric that was measured and has no value
-- (0/0) is NULL too, and named in undefined.
CREATE TABLE scores (
  attempt                INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  split                  TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
  calibration            TEXT NOT NULL CHECK (calibration IN ('none', 'temperature', 'temperature_ece', 'vector')),
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

INSERT INTO scores SELECT * FROM scores_1;
DROP TABLE scores_1;

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
