#!/usr/bin/env python3
"""Two small trainings in PyTorch, in float32: what this package's own training is tested against, from end to end.

Weights, data and the order of batches come from this project's streams of random numbers, so the test writes them
to pytorch.json and this script adds losses, learning rates and final logits. Everything that computes is PyTorch's:
layers, gradients, optimiser and schedule; only the focal loss (Lin et al. 2017, equation 4), which PyTorch lacks, is
spelled out. Run in pipelines/classification, with Debian's python3-torch, after the inputs changed:
    go test . -run PyTorch -update
    python3 testdata/pytorch.py
"""
import base64
import json
import math
import os

import torch
import torch.nn.functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch.json")


def examples(data):
    """Features [n, ...] of a split."""
    if "bytes" in data:
        values = torch.tensor(list(base64.b64decode(data["bytes"])), dtype=torch.float64)
        values = (values / 255 - data["mean"]) / data["std"]
    else:
        values = torch.tensor(data["floats"])
    return values.to(torch.float32).reshape(data["shape"])


def parameters(arrays):
    """Weights and biases in PyTorch's layout: those of linear layers are [out, in] and [out]."""
    laid_out = []
    for weight, bias in zip(arrays[0::2], arrays[1::2]):
        values = torch.tensor(weight["values"]).reshape(weight["shape"])
        if values.dim() == 2:
            values = values.t()
        laid_out += [values.contiguous(), torch.tensor(bias["values"])]
    return [p.requires_grad_() for p in laid_out]


def mlp(x, p):
    for i in range(0, len(p) - 2, 2):
        x = F.relu(F.linear(x, p[i], p[i + 1]))
    return F.linear(x, p[-2], p[-1])


def cnn(x, p):
    x = F.max_pool2d(F.relu(F.conv2d(x, p[0], p[1], padding=1)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, p[2], p[3], padding=1)), 2)
    return F.linear(x.flatten(1), p[4], p[5])


def focal(logits, targets, gamma):
    nll = F.cross_entropy(logits, targets, reduction="none")
    return ((1 - torch.exp(-nll)) ** gamma * nll).mean()


def train(run):
    forward, p = {"mlp": mlp, "cnn": cnn}[run["model"]], parameters(run["parameters"])
    x, y = examples(run["train"]), torch.tensor(run["targets"])
    n, batch, epochs = len(y), run["batch"], len(run["order"])
    steps = math.ceil(n / batch)
    warmup = math.floor(run["warmup"] * steps + 0.5)
    optimizer = torch.optim.SGD(p, lr=run["lr"], momentum=run["momentum"], nesterov=run["nesterov"],
                                weight_decay=run["weight_decay"])
    schedule = SequentialLR(optimizer, [
        LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1),
        CosineAnnealingLR(optimizer, T_max=epochs * steps - warmup, eta_min=run["final"] * run["lr"]),
    ], milestones=[warmup])
    losses, rates = [], []
    for order in run["order"]:
        total = 0.0
        for start in range(0, n, batch):
            rows = order[start:start + batch]
            loss = focal(forward(x[rows], p), y[rows], run["gamma"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
            rate = optimizer.param_groups[0]["lr"]
            schedule.step()
        losses.append(total / n)
        rates.append(rate)
    with torch.no_grad():
        logits = forward(examples(run["test"]), p).flatten().tolist()
    return {"losses": losses, "rates": rates, "logits": [float(f"{v:.9g}") for v in logits]}


torch.set_num_threads(1)
with open(PATH) as file:
    golden = json.load(file)
golden["version"] = torch.__version__
for run in golden["runs"].values():
    run["expected"] = train(run["inputs"])
with open(PATH, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
