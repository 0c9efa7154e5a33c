#!/usr/bin/env python3
"""Writes reference.json: what SciPy, statsmodels and mpmath compute of samples, for reference_test.go.

SciPy 1.10 has quantiles of Student's distribution to ten digits only, and so mpmath solves for them.

Run in this folder with Debian's python3-scipy, python3-statsmodels and python3-mpmath: /usr/bin/python3 reference.py > reference.json
"""
import json
import math
import sys

import mpmath
import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

mpmath.mp.dps = 40
random = np.random.default_rng(5)


class EveryResample(np.random.Generator):
    """A generator whose integers are all n^n choices of n positions, so that SciPy's bootstrap is exact."""

    def integers(self, low, high, size, **_):
        assert size == (high**high, high)
        return np.indices([high] * high).reshape(high, -1).T


def bootstrap(sample, level):
    n = len(sample)
    result = stats.bootstrap((np.array(sample),), np.mean, n_resamples=n**n, confidence_level=level, method="BCa",
                             vectorized=True, random_state=EveryResample(np.random.PCG64(0)))
    return list(map(float, result.confidence_interval))


def drawn(sample, level):
    """The mean of the ends of twenty intervals of 10,000 draws, and their standard deviations."""
    ends = [list(stats.bootstrap((np.array(sample),), np.mean, n_resamples=10_000, confidence_level=level, method="BCa",
                                 vectorized=True, random_state=np.random.default_rng(seed)).confidence_interval)
            for seed in range(20)]
    return {"sample": sample, "level": level, "ends": np.mean(ends, 0).tolist(), "sd": np.std(ends, 0, ddof=1).tolist()}


def tails(df, t):
    """The chance that |T| > t."""
    df, t = mpmath.mpf(df), mpmath.mpf(t)
    if t * t < df:
        return 1 - mpmath.betainc(0.5, df / 2, 0, t * t / (df + t * t), regularized=True)
    return mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True)


def quantile(df, level):
    """The t at which |T| < t has the chance level."""
    chance = 1 - mpmath.mpf(level)
    start = stats.t.isf(float(chance) / 2, df)
    log = mpmath.findroot(lambda log: mpmath.log(tails(df, mpmath.exp(log)) / chance),
                          (mpmath.log(start) - 1e-6, mpmath.log(start) + 1e-6), solver="anderson")
    return mpmath.exp(log)


def student(sample, level):
    margin = quantile(len(sample) - 1, level) * stats.sem(sample)
    return [float(np.mean(sample) - margin), float(np.mean(sample) + margin)]


def pair(a, b, level):
    a, b = np.array(a), np.array(b)
    d, n = a - b, len(a)
    t = stats.ttest_rel(a, b)
    flip = stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True)
    m = n - 1
    correction = math.exp(special.gammaln(m / 2) - special.gammaln((m - 1) / 2)) / math.sqrt(m / 2) if m > 1 else math.nan
    return {
        "a": a.tolist(), "b": b.tolist(), "level": level, "difference": float(d.mean()), "sd": float(d.std(ddof=1)),
        "interval": student(d, level), "t": float(t.statistic), "p": float(t.pvalue), "sign_flip": float(flip.pvalue),
        "effect": None if math.isnan(correction) else float(correction * d.mean() / d.std(ddof=1)),
    }


def friedman(values):
    n, k = values.shape
    chi2, p = stats.friedmanchisquare(*values.T)
    f = (n - 1) * chi2 / (n * (k - 1) - chi2)
    return {
        "values": values.tolist(), "ranks": stats.rankdata(values, axis=1).mean(0).tolist(), "statistic": float(chi2),
        "p": float(p), "iman_davenport": float(f), "iman_p": float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))),
    }


def rounded(n, scale=1.0, shift=0.0):
    return np.round(shift + scale * random.standard_normal(n), 4)


# Sums of multiples of 1/64 are exact, so that ties are ties.
skewed = [(np.round(random.exponential(size=n) * 64) / 64).tolist() for n in (2, 3, 4, 5, 6, 7, 9, 10, 30, 300)]
ties = [[.8125, .828125, .828125, .84375, .8125], [0., 0., 1.], [1., 2., 3.], [5., 5., 5., 5., 9.]]
hits = random.integers(8200, 8400, size=(2, 12)) / 10_000  # accuracies, with ties
json.dump({
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "mpmath": mpmath.__version__},
    "quantiles": [[df, level, float(quantile(df, level))]
                  for df in (1, 2, 3, 4, 5, 9, 19, 29, 99, 999, 100_000)
                  for level in (.01, .5, .8, .9, .95, .99, .999, 1 - 2**-20, 1 - 2**-40)],
    "tails": [[df, t, float(tails(df, t))] for df in (1, 2, 4, 9, 99, 999) for t in (1e-9, .01, .7, 2, 4, 12, 100, 1e6)],
    "student": [[s, level, student(s, level)] for s in skewed + ties for level in (.5, .9, .95, .99)],
    "bootstrap": [[s, level, bootstrap(s, level)]
                  for s in skewed[:6] + ties for level in (.5, .9, .95, .99)],
    "drawn": [drawn(s, level) for s in skewed[6:] for level in (.9, .95)],
    "pair": [pair(rounded(n, s, m), rounded(n, s, m + s / 2), level) for n, s, m, level in (
        (2, 1, 0, .95), (3, 1, 0, .95), (5, 1, 0, .95), (5, .01, 100, .9), (8, 1, 0, .99), (10, 3, -7, .95), (12, 1, 0, .5),
        (15, 1000, 0, .95))] + [pair(hits[0], hits[1], .95)],
    "holm": [[p.tolist(), multipletests(p, method="holm")[1].tolist()]
             for p in [random.random(n) ** 3 for n in (1, 2, 5, 20)] + [np.array([.01, .01, .04, .04, .03])]],
    "friedman": [friedman(v) for v in (random.standard_normal((2, 3)), random.standard_normal((5, 4)),
                                       np.round(random.standard_normal((14, 4)), 0), random.standard_normal((40, 10)),
                                       np.arange(5) + random.standard_normal((20, 5)))],
}, sys.stdout, separators=(",", ":"))
print()
