"""Makes bca.json: BCa intervals by SciPy, with the replicates and jackknife values they come from."""

import json
import sys

import numpy as np
import scipy
from scipy import stats

sample = np.round(np.random.default_rng(2024).exponential(size=25), 3)
cases = []
for name, statistic in (("mean", np.mean), ("standard deviation", np.std), ("maximum", np.max)):
    for level in (0.9, 0.95):
        result = stats.bootstrap((sample,), statistic, n_resamples=150, confidence_level=level, method="BCa",
                                 random_state=np.random.default_rng(7), vectorized=True)
        cases.append({
            "name": f"{name}, {level}",
            "level": level,
            "estimate": float(statistic(sample)),
            "jackknife": [float(statistic(np.delete(sample, i))) for i in range(len(sample))],
            "replicates": [float(v) for v in result.bootstrap_distribution],
            "lower": float(result.confidence_interval.low),
            "upper": float(result.confidence_interval.high),
        })
json.dump({"scipy": scipy.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
