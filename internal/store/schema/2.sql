-- The losses of the theory and the slacks of their bounds, which runs of the pipeline bound have.
ALTER TABLE scores ADD COLUMN cross_entropy_uniform REAL;
ALTER TABLE scores ADD COLUMN label_smoothing REAL;
ALTER TABLE scores ADD COLUMN focal REAL;
ALTER TABLE scores ADD COLUMN entropy_regularised REAL;
ALTER TABLE scores ADD COLUMN sharper_bound REAL;
ALTER TABLE scores ADD COLUMN bound_slack REAL;
ALTER TABLE scores ADD COLUMN sharper_slack REAL;
ALTER TABLE scores ADD COLUMN bernoulli_slack REAL;
ALTER TABLE scores ADD COLUMN bound_slack_least REAL;
ALTER TABLE scores ADD COLUMN sharper_slack_least REAL;
ALTER TABLE scores ADD COLUMN bernoulli_slack_least REAL;

-- One row for each finished run, split and calibration. Its columns are a contract with users: some are added, none
-- goes.
DROP VIEW results;
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
