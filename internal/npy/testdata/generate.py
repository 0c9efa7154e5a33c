#!/usr/bin/env python3
"""Writes numpy.zip: arrays as NumPy writes them, in every element type, byte order, memory order and version.

Run in this folder with Debian's python3-numpy: python3 generate.py. The values are those of golden_test.go.
"""
import io
import zipfile

import numpy as np
from numpy.lib import format

FLOATS = [[0.5, -1.5, 1024.0], [-0.0, np.inf, np.nan]]


def values(kind):
    """A matrix [2, 3] with the limits of a type."""
    if kind[0] == "f":
        return np.array(FLOATS, dtype=kind)
    limits = np.iinfo(kind)
    return np.array([[0, 1, 2], [100, limits.min, limits.max]], dtype=kind)


def encode(array, version):
    out = io.BytesIO()
    format.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue()


def files():
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        for order in "<>" if kind[1] != "1" else "|":
            for layout in "CF":
                for version in [(1, 0), (2, 0), (3, 0)]:
                    array = np.asarray(values(kind).astype(order + kind), order=layout)
                    name = {"<": "little", ">": "big", "|": "none"}[order]
                    yield f"{kind}-{name}-{layout}-{version[0]}.npy", encode(array, version)
    yield "vector.npy", encode(np.array([3, 1, 2]), (1, 0))
    yield "column.npy", encode(np.array([[3], [1], [2]]), (1, 0))
    yield "nothing.npy", encode(np.zeros((0, 10)), (1, 0))
    yield "scalar.npy", encode(np.array(1.0), (1, 0))
    yield "cube.npy", encode(np.zeros((2, 3, 4)), (1, 0))
    yield "objects.npy", encode(np.array([1, "a", None], dtype=object), (1, 0))
    yield "structures.npy", encode(np.zeros(2, dtype=[("logit", "<f4"), ("label", "<i8")]), (1, 0))
    yield "complex.npy", encode(np.zeros((2, 2), dtype="c8"), (1, 0))
    yield "booleans.npy", encode(np.zeros(3, dtype=bool), (1, 0))
    yield "text.npy", encode(np.array(["cat", "dog"]), (1, 0))


with zipfile.ZipFile("numpy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for name, content in files():
        archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
