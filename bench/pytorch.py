#!/usr/bin/python3
"""What a competent user of PyTorch writes for the same work: the peer of bench/training, which starts it.

    bench/pytorch.py step small|large|cnn cross_entropy|focal SECONDS DEVICE    microseconds per training step, median over blocks
    bench/pytorch.py sweep FOLDER FIRST LAST DEVICE                             trains runs FIRST to LAST - 1 of the sweep of 16

Prints one JSON object. FOLDER holds the four files of MNIST, unpacked or not. The data lie in memory as one tensor and
batches are drawn by indexing; a training that copies them out of a DataLoader is slower.
"""
import gzip, json, os, resource, statistics, sys, time

start = time.perf_counter()
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BATCH = 128


def mlp(*widths):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn(width=16):
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2 * width * 7 * 7, 10))


MODELS = {  # how to make one, the shape of an example, classes
    "small": (lambda: mlp(2, 32, 32, 3), (2,), 3),
    "large": (lambda: mlp(784, 256, 256, 10), (784,), 10),
    "cnn": (cnn, (1, 28, 28), 10),
}


def focal(logits, y, gamma):
    log_q = F.log_softmax(logits, 1).gather(1, y[:, None])[:, 0]
    return -((1 - log_q.exp()) ** gamma * log_q).mean()


LOSSES = {
    "cross_entropy": F.cross_entropy,
    "focal": lambda z, y: focal(z, y, 3.0),
}


def train(model, loss_of, x, y, epochs, batch, lr=0.05, observe=lambda loss: None):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    model.train()
    for _ in range(epochs):
        total = torch.zeros((), device=x.device)
        for rows in torch.randperm(len(x), device=x.device).split(batch):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        observe(total.item() / len(x))


def step(model, loss, seconds, device):
    torch.set_num_threads(1)
    make, shape, classes = MODELS[model]
    steps = 50 if model == "small" else 10
    x, y = torch.randn(steps * BATCH, *shape, device=device), torch.randint(classes, (steps * BATCH,), device=device)
    network, blocks = make().to(device), []
    train(network, LOSSES[loss], x, y, 1, BATCH, lr=0.001)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        begin = time.perf_counter()
        train(network, LOSSES[loss], x, y, 1, BATCH, lr=0.001)
        blocks.append((time.perf_counter() - begin) / steps * 1e6)
    return {"microseconds": statistics.median(blocks)}


def read(folder, name):
    for path, opened in ((name, open), (name + ".gz", gzip.open)):
        path = os.path.join(folder, path)
        if os.path.exists(path):
            data = opened(path, "rb").read()
            dims = data[3]
            shape = np.frombuffer(data, ">i4", dims, 4)
            return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * dims).reshape(shape).copy())
    sys.exit(f"{folder} has no {name}")


def ece(q, y, bins=15):
    confidence, predicted = q.max(1)
    b = (confidence * bins).ceil().clamp(1, bins).long() - 1
    gap = torch.zeros(bins, device=q.device).index_add(0, b, confidence - (predicted == y).float())
    return gap.abs().sum().item() / len(y)


def predict(model, x):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(part) for part in x.split(250)])


def temperature(logits, y):
    log_t = torch.zeros((), device=logits.device, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_t], max_iter=50, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits / log_t.exp(), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return log_t.exp().item()


def measure(logits, y):
    q = F.softmax(logits, 1)
    return {"accuracy": (q.argmax(1) == y).float().mean().item(), "nll": F.cross_entropy(logits, y).item(), "ece": ece(q, y),
            "brier": ((q - F.one_hot(y, 10)) ** 2).sum(1).mean().item()}


def sweep(folder, first, last, device):
    """The sixteen runs of bench/training/sweep.yaml: train, validate every epoch, scale the temperature, test."""
    losses = [F.cross_entropy]
    losses += [lambda z, y, e=e: F.cross_entropy(z, y, label_smoothing=e) for e in (0.05, 0.1, 0.2)]
    losses += [lambda z, y, g=g: focal(z, y, g) for g in (1.0, 2.0, 3.0, 5.0)]
    images = ((read(folder, "train-images-idx3-ubyte").float() / 255 - 0.1307) / 0.3081)[:, None]
    labels = read(folder, "train-labels-idx1-ubyte").long()
    test_x = ((read(folder, "t10k-images-idx3-ubyte").float() / 255 - 0.1307) / 0.3081)[:, None]
    test_y = read(folder, "t10k-labels-idx1-ubyte").long()
    images, labels, test_x, test_y = (t.to(device) for t in (images, labels, test_x, test_y))
    results = []
    for run in range(first, last):
        torch.manual_seed(run)
        rows = torch.randperm(len(images))
        train_x, train_y = images[rows[:5000]], labels[rows[:5000]]
        validation_x, validation_y = images[rows[5000:7000]], labels[rows[5000:7000]]
        model, history = cnn().to(device), []

        def observe(loss):
            history.append({"loss": loss, **measure(predict(model, validation_x), validation_y)})
            model.train()

        train(model, losses[run // 2], train_x, train_y, 5, BATCH, observe=observe)
        t = temperature(predict(model, validation_x), validation_y)
        logits = predict(model, test_x)
        results.append({"none": measure(logits, test_y), "temperature": measure(logits / t, test_y), "history": history})
    return {"seconds": time.perf_counter() - start, "accuracy": statistics.mean(r["none"]["accuracy"] for r in results)}


def main():
    what, *arguments = sys.argv[1:]
    if what == "step":
        answer = step(arguments[0], arguments[1], float(arguments[2]), arguments[3])
    else:
        answer = sweep(arguments[0], int(arguments[1]), int(arguments[2]), arguments[3])
    answer["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps(answer))


main()
