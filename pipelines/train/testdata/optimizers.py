#!/usr/bin/env python3
"""Trajectories of PyTorch's optimisers, in float64: what this package's own are tested against.

The loss is sum(curvature * (weights - target)**2) / 2. Run with Debian's python3-torch:
    python3 optimizers.py > optimizers.json
"""
import json

import torch

START = [[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]]
TARGET = [[1.0, 0.0, -0.5], [-1.0, 2.0, 0.125]]
CURVATURE = [[1.0, 0.5, 2.0], [0.1, 3.0, 1.5]]
RATES = [0.5, 1.0, 1.0, 0.25, 0.1, 0.01]

CASES = [
    ("sgd", dict(lr=0.1)),
    ("sgd", dict(lr=0.1, momentum=0.9)),
    ("sgd", dict(lr=0.05, momentum=0.8, weight_decay=0.01)),
    ("sgd", dict(lr=0.05, momentum=0.9, weight_decay=0.001, nesterov=True)),
    ("adamw", dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)),
    ("adamw", dict(lr=0.1, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.0)),
]


def trajectory(name, options):
    weights = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    target, curvature = torch.tensor(TARGET, dtype=torch.float64), torch.tensor(CURVATURE, dtype=torch.float64)
    optimizer = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}[name]([weights], **options)
    points = []
    for rate in RATES:
        for group in optimizer.param_groups:
            group["lr"] = options["lr"] * rate
        optimizer.zero_grad()
        ((curvature * (weights - target) ** 2).sum() / 2).backward()
        optimizer.step()
        points.append(weights.detach().flatten().tolist())
    return points


cases = []
for name, options in CASES:
    beta1, beta2 = options.get("betas", (0, 0))
    cases.append({
        "optimizer": name, "lr": options["lr"], "momentum": options.get("momentum", 0), "nesterov": options.get("nesterov", False),
        "weight_decay": options.get("weight_decay", 0), "beta1": beta1, "beta2": beta2, "epsilon": options.get("eps", 0),
        "weights": trajectory(name, options),
    })
print(json.dumps({"start": START, "target": TARGET, "curvature": CURVATURE, "rates": RATES, "cases": cases}))
