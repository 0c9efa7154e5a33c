#!/usr/bin/env python3
"""Times `experiment evaluate` against the same metrics in NumPy, in turn, on the same files, and compares their values.

    bench/evaluate.py [--rows 1000000] [--runs 5] [--bootstrap 200]

Needs python3-numpy. Prints medians over the runs: seconds of wall clock, seconds of processor time, and peak resident
memory of the whole process, files and start included. One core means that the process may use one core only.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

METRICS = ["accuracy", "error", "nll", "brier", "ece", "mce", "adaptive_ece", "classwise_ece", "debiased_rmsce",
           "mean_confidence", "mean_entropy", "overconfidence", "aurc", "auroc_misclassification"]
BINS = 15


def measure(logits, labels):
    """Prints METRICS of two .npy files as one JSON object, as a careful user of NumPy would compute them."""
    import numpy as np

    z, y = np.load(logits).astype(np.float64), np.load(labels)
    n, classes = z.shape
    rows = np.arange(n)
    z -= z.max(1, keepdims=True)
    log_q = z - np.log(np.exp(z).sum(1, keepdims=True))
    q = np.exp(log_q)
    predicted = q.argmax(1)
    confidence, hit = q[rows, predicted], (predicted == y).astype(np.float64)

    def bin_of(p):
        return np.clip(np.searchsorted(np.arange(BINS + 1) / BINS, p, side="left") - 1, 0, BINS - 1)

    def gaps(groups, forecast, observed):
        count = np.bincount(groups, minlength=BINS)
        return count, np.bincount(groups, forecast - observed, BINS) / np.maximum(count, 1)

    def ece(forecast, observed):
        count, gap = gaps(bin_of(forecast), forecast, observed)
        return np.abs(gap) @ count / n

    order = np.argsort(confidence, kind="stable")
    mass = np.empty(n, np.int64)
    mass[order] = np.repeat(np.arange(BINS), [n // BINS + (b < n % BINS) for b in range(BINS)])
    count, gap = gaps(mass, confidence, hit)
    rate = np.bincount(mass, hit, BINS) / count
    misses_first_confident = 1 - hit[np.lexsort((rows, -confidence))]
    values, tied = np.unique(confidence, return_inverse=True)
    hits, all_ = np.bincount(tied, hit), np.bincount(tied)
    below = np.concatenate([[0], np.cumsum(all_ - hits)[:-1]])
    result = {
        "accuracy": hit.mean(), "error": 1 - hit.mean(), "nll": -log_q[rows, y].mean(),
        "brier": ((q ** 2).sum(1) - 2 * q[rows, y] + 1).mean(),
        "ece": ece(confidence, hit), "mce": np.abs(gaps(bin_of(confidence), confidence, hit)[1]).max(),
        "adaptive_ece": np.abs(gap) @ count / n,
        "classwise_ece": np.mean([ece(q[:, k], (y == k).astype(np.float64)) for k in range(classes)]),
        "debiased_rmsce": np.sqrt(max(0, ((gap ** 2 - rate * (1 - rate) / (count - 1)) * count).sum() / n)),
        "mean_confidence": confidence.mean(), "mean_entropy": -(q * log_q).sum(1).mean(),
        "overconfidence": confidence.mean() - hit.mean(),
        "aurc": (np.cumsum(misses_first_confident) / np.arange(1, n + 1)).mean(),
        "auroc_misclassification": (hits * (below + (all_ - hits) / 2)).sum() / (hit.sum() * (n - hit.sum())),
    }
    json.dump({k: float(v) for k, v in result.items()}, sys.stdout)


def timed(command, cores):
    """Runs a command on so many cores: its output, wall seconds, processor seconds, peak resident MB."""
    env = dict(os.environ, GOMAXPROCS=str(cores), OMP_NUM_THREADS=str(cores), OPENBLAS_NUM_THREADS=str(cores))
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env,
                               preexec_fn=lambda: os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores]))
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit(f"{command[0]} failed")
    return json.loads(output), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bootstrap", type=int, default=200)
    options = parser.parse_args()
    program = os.path.join(os.path.dirname(__file__), "..", "bin", "experiment")
    with tempfile.TemporaryDirectory() as folder:
        z, y = os.path.join(folder, "z.npy"), os.path.join(folder, "y.npy")
        random = np.random.default_rng(0)
        logits = (3 * random.standard_normal((options.rows, 10))).astype(np.float32)
        np.save(z, logits)
        np.save(y, np.where(random.random(options.rows) < .4, random.integers(0, 10, options.rows), logits.argmax(1)))
        evaluate = [program, "evaluate", "--logits", z, "--labels", y, "--format", "json"]
        contestants = {
            "experiment, one core": (evaluate + ["--metrics", ",".join(METRICS)], 1),
            "NumPy, one core": ([sys.executable, __file__, "numpy", z, y], 1),
            f"experiment, two cores, all metrics and {options.bootstrap} bootstrap draws":
                (evaluate + ["--bootstrap", str(options.bootstrap)], 2),
        }
        runs = {name: [] for name in contestants}
        for _ in range(options.runs):
            for name, (command, cores) in contestants.items():
                runs[name].append(timed(command, cores))
    ours, theirs = (runs[name][0][0] for name in list(contestants)[:2])
    worst = max(METRICS, key=lambda m: abs(ours[m] - theirs[m]))
    print(f"{options.rows} x 10 float32, medians of {options.runs}; the largest difference is {abs(ours[worst] - theirs[worst]):.1e}, in {worst}")
    for name, measured in runs.items():
        wall, cpu, peak = (statistics.median(run[i] for run in measured) for i in (1, 2, 3))
        print(f"{wall:7.2f} s  {cpu:7.2f} s of processor  {peak:6.0f} MB  {name}")
    ratios = [b[1] / a[1] for a, b in zip(runs["experiment, one core"], runs["NumPy, one core"])]
    print(f"NumPy takes {statistics.median(ratios):.1f} times as long")


if __name__ == "__main__":
    if sys.argv[1:2] == ["numpy"]:
        measure(*sys.argv[2:])
    else:
        main()
