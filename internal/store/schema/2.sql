-- Two more calibrations, and the losses of the theory and the slacks of their bounds, which runs of the pipeline bound
-- have. SQLite cannot change a CHECK, so the table is made anew, and with it the view that reads it.
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
  cross_entropy_uniform  REAL,
  label_smoothing        REAL,
  focal                  REAL,
  entropy_regularised    REAL,
  sharper_bound          REAL,
  bound_slack            REAL,
  sharper_slack          REAL,
  bernoulli_slack        REAL,
  bound_slack_least      REAL,
  sharper_slack_least    REAL,
  bernoulli_slack_least  REAL,
  PRIMARY KEY (attempt, split, calibration)
) STRICT, WITHOUT ROWID;

INSERT INTO scores (attempt, split, calibration, undefined, accuracy, error, nll, brier, ece, mce, adaptive_ece, classwise_ece, debiased_rmsce, smooth_ece, mean_confidence, mean_entropy, overconfidence, aurc, auroc_misclassification, ece_noise_floor, temperature, kl_divergence, cross_entropy_true, entropy_true, true_calibration_error)
SELECT * FROM scores_1;
DROP TABLE scores_1;

-- One row for each finished run, split and calibration. Its columns are a contract with users: some are
-- added, none goes.
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
  scores.true_calibration_error,
  scores.cross_entropy_uniform,
  scores.label_smoothing,
  scores.focal,
  scores.entropy_regularised,
  scores.sharper_bound,
  scores.bound_slack,
  scores.sharper_slack,
  scores.bernoulli_slack,
  scores.bound_slack_least,
  scores.sharper_slack_least,
  scores.bernoulli_slack_least
FROM runs
JOIN attempts ON attempts.id = runs.attempt
JOIN scores ON scores.attempt = attempts.id
WHERE runs.status = 'finished';
