#!/usr/bin/env python3
"""Makes fresh archives with a morsel binary and compares what decoder.py and the binary decode them to.

    python3 fresh.py MORSEL [--seed N] [--only TEXT] [--directory DIR] [-v]

Exit 1 if some archive differs, if the binary refuses a case, or if some part of the format was never met.
"""

import argparse
import hashlib
import multiprocessing
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter

import numpy as np
import zstandard

import decoder

TYPES = ["f16", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"]
SHAPES = {1: [(700,), (1500,)], 2: [(24, 37), (40, 25)], 3: [(5, 12, 17), (16, 8, 9)], 4: [(3, 4, 9, 10), (9, 1, 7, 8)],
          5: [(2, 3, 4, 5, 7), (3, 1, 4, 6, 5)]}

# What must have been met (decoder.met), beside all modes
WANTED = """
raw; constant; residual; latents; pointwise; scan; raw, packing 0; raw, packing 1; constant, packing 0
block 1; block 2; block 3; block 4; block 5; block 6; block 7; block 8; block 9; block 10
residual, static coder; residual, light coder; residual, full coder
pointwise, static coder; pointwise, light coder; pointwise, full coder
quantiser 0; quantiser 1 to 60; quantiser 255; stencil; stencil with a running mean
keep level 1; keep level 2; keep level 3; keep level 4; keep with ties; keep with bisections; keep with witnesses
lattice kind 0; lattice kind 1; lattice kind 2; mirror; matches; low bits; signs of values
model by name; inline model; estimate; per window
layer dense; layer convolution; layer transposed; layer upsampling; layer ReLU; layer GELU; layer SiLU; layer dropout
layer flatten; layer reshape
"""
WANTED = [name.strip() for line in WANTED.strip().split("\n") for name in line.split(";")]


# Fields ---------------------------------------------------------------------------------------------------------------

def smooth(shape, rng):
    total = np.zeros(shape)
    axes = np.meshgrid(*[np.arange(n) / max(n, 8) for n in shape], indexing="ij")
    for _ in range(4):
        k, phase = rng.uniform(0.3, 6, len(shape)), rng.uniform(0, 6)
        total += rng.uniform(0.2, 1) * np.sin(sum(x * w for x, w in zip(axes, k)) + phase)
    return total


def noise(shape, rng):
    return rng.standard_normal(shape)


def rough(shape, rng):
    return smooth(shape, rng) + 0.02 * noise(shape, rng)


def constant(shape, rng):
    return np.full(shape, rng.uniform(1, 2))


def repeated(shape, rng):
    return rng.choice(rng.standard_normal(9), shape)


def steps(shape, rng):
    return np.round(smooth(shape, rng) * 4) / 4


def mask(shape, rng):
    return (smooth(shape, rng) > 0.2) * 1.0


def integers(shape, rng):
    return rng.integers(-50, 50, shape) / 50


def prices(shape, rng):
    return np.round(50 + np.cumsum(rng.standard_normal(shape).ravel() * 0.05), 2).reshape(shape)


def mirrored(shape, rng):
    x = rough(shape, rng)
    axis = int(rng.integers(len(shape)))
    return x + (1 if rng.integers(2) else -1) * np.flip(x, axis)


def wave(shape, rng):
    """Much the same at every time"""
    return noise((1, *shape[1:]), rng) + 0.05 * smooth(shape, rng)


def octaves(shape, rng):
    return np.exp(3 * smooth(shape, rng)) * rng.choice([1.0, 1.0, 1.0, -1.0, 0.0], shape)


FIELDS = [smooth, noise, rough, repeated, steps, mask, integers, prices, mirrored, wave, octaves]


def array(field, shape, dtype, rng):
    x = field(shape, rng)
    if dtype[0] == "f":
        x = x * rng.choice([1, 1, 1000, 1e-3])
        return x.astype({"f16": np.float16, "f32": np.float32, "f64": np.float64}[dtype])
    t = np.dtype({"i": "int", "u": "uint"}[dtype[0]] + dtype[1:])
    info = np.iinfo(t)
    x = x / np.abs(x).max(initial=1e-9)
    if dtype[0] == "u":
        x = (x + 1) / 2
    scale = min(float(info.max) * 0.9, float(rng.choice([100, 1000, 1e6, 1e15])))
    return np.clip(np.round(x * scale), info.min, info.max).astype(t)


# Cases ----------------------------------------------------------------------------------------------------------------

class Case:
    def __init__(self, name, x, *flags, model=None):
        self.name, self.x, self.flags, self.model = name, x, [str(f) for f in flags], model


def cases(seed, models):
    rng = np.random.default_rng(seed)
    count = 0

    def pick(choices):
        return choices[int(rng.integers(len(choices)))]

    def shape(rank=None):
        return pick(SHAPES[rank or int(rng.integers(1, 6))])

    def level():
        return f"-{rng.integers(1, 10)}"

    def case(name, field, size, dtype, *flags, model=None, change=None):
        nonlocal count
        count += 1
        x = array(field, size, dtype, np.random.default_rng([seed, count]))
        if change:
            change(x, np.random.default_rng([seed, count, 1]))
        return Case(f"{count:03d} {name} {field.__name__} {dtype} {'x'.join(map(str, size))}", x, *flags, model=model)

    def bound(dtype, kind=None):
        kind = kind or pick(["abs", "rel", "psnr", "pwrel", "lossless"])
        if kind == "abs":
            return ["--abs", pick([1, 3, 2.5] if dtype[0] in "iu" else [0.01, 0.0007])]
        if kind == "rel":
            return ["--rel", pick([1e-1, 1e-2, 1e-3, 1e-5])]
        if kind == "psnr":
            return ["--psnr", pick([30, 50, 80])]
        if kind == "pwrel":
            return ["--pwrel", pick([0.2, 0.01, 1e-4])]
        return ["--lossless"]

    # every element type with every bound
    for dtype in TYPES:
        for kind in "abs", "rel", "psnr", "pwrel", "lossless":
            yield case(kind, pick(FIELDS), shape(), dtype, *bound(dtype, kind), level())

    # every level, with bounds and without
    for n in range(1, 10):
        yield case(f"level{n}", rough, shape(3), pick(["f32", "f64"]), "--rel", 1e-3, f"-{n}")
        yield case(f"level{n}", wave, (12, 9, 10), "f32", "--abs", 0.02, f"-{n}")
        yield case(f"level{n}", pick(FIELDS), shape(), pick(TYPES), "--lossless", f"-{n}")
        yield case(f"level{n}", octaves, shape(), pick(TYPES), "--pwrel", 0.01, f"-{n}")

    # keep
    for keep, ranks in (("extrema", 5), ("signs", 5), ("signs,extrema", 5), ("order", 3)):
        for rank in range(1, ranks + 1):
            for _ in range(3):
                dtype = pick(TYPES)
                field = pick([smooth, rough, noise, steps, integers, mask])
                yield case(f"keep {keep}", field, shape(rank), dtype, "--keep", keep, "--rel", pick([0.3, 0.05, 0.01]),
                           level())
    for dtype in TYPES:
        yield case("keep", steps, (20, 21), dtype, "--keep", pick(["signs,extrema", "order", "extrema"]), "--rel", 0.1)

    # fills, NaN and infinities
    def fill(x, r):
        flat = x.reshape(-1)
        flat[smooth(x.shape, r).ravel() > 0.8] = 99
        flat[r.integers(0, flat.size, 5)] = 77

    def holes(x, r):
        flat = x.reshape(-1)
        flat[smooth(x.shape, r).ravel() > 0.7] = np.nan
        flat[r.integers(0, flat.size, 4)] = np.inf
        flat[r.integers(0, flat.size, 3)] = -np.inf
        flat[r.integers(0, flat.size, 3)] = -0.0

    for i in range(14):
        dtype, kind = TYPES[i % 11], pick(["abs", "rel", "pwrel", "lossless"])
        yield case("fill", pick([smooth, rough, integers]), shape(), dtype, "--fill", 99, "--fill", 77,
                   *bound(dtype, kind), level(), change=fill)
    for i in range(14):
        dtype, kind = ["f32", "f64", "f16"][i % 3], ["abs", "rel", "psnr", "pwrel", "lossless"][i % 5]
        yield case("holes", pick([smooth, rough, noise]), shape(), dtype, *bound(dtype, kind), level(), change=holes)
    for i in range(8):
        dtype, keep = ["f32", "f64", "f16", "i16"][i % 4], ["extrema", "signs", "signs,extrema", "order"][i // 2]
        yield case("keep with fill", pick([smooth, rough, steps]), shape(2 + i % 2), dtype, "--keep", keep, "--fill", 99,
                   "--fill", 77, "--rel", 0.05, level(), change=fill if dtype == "i16" or i % 2 else holes)

    # chunks
    chunked = [((5000,), "3100"), ((70, 90), "40,77"), ((20, 18, 19), "16,14,18"), ((5, 9, 10, 11), "5,8,10,8"),
               ((3, 1, 13, 11, 11), "2,1,13,11,11")]        # chunks of at least 24576 bytes
    for i in range(10):
        flags = bound("f64", ["abs", "rel", "pwrel", "lossless"][i % 4])
        yield case("chunks", pick(FIELDS), chunked[i % 5][0], pick(["f64", "i64", "u64"]),
                   "--chunk", chunked[i % 5][1], *flags, level())
    for i, keep in enumerate(("extrema", "signs", "signs,extrema", "order")):
        for _ in range(2):
            j = int(rng.integers(1, 3))
            yield case(f"chunks, keep {keep}", pick([smooth, steps, rough]), chunked[j][0], pick(["f64", "i64"]),
                       "--chunk", chunked[j][1], "--rel", pick([0.1, 0.3]), "--keep", keep, level())

    # what the other modes are for
    def beyond(x, r):
        x.reshape(-1)[r.integers(0, x.size, 6)] = np.iinfo(x.dtype).max - 3

    def table(x, r):
        x[:] = r.choice(r.standard_normal(x.size // 9) * 1e3, x.shape)

    def bytes_(x, r):
        x.reshape(-1).view(np.uint8)[:] = r.integers(0, 256, x.nbytes)

    def runs(x, r):
        flat = x.reshape(-1)
        for _ in range(20):
            i = int(r.integers(0, flat.size))
            flat[i:i + int(r.integers(3, 60))] = flat[i]

    def binaries(x, r):
        x[:] = np.round(x / np.abs(x).max() * 2**17) / 2**17

    def flip(x, r):
        axis = int(r.integers(x.ndim))
        x[:] = (x + np.flip(x, axis) * (1 if r.integers(2) else -1)) / 2

    for dtype in "f32", "f64", "f16", "i32", "i64", "u8":
        yield case("constant", constant, shape(), dtype, "--lossless", level())
        yield case("noise", noise, (90,), dtype, "--lossless", level(), change=bytes_ if dtype != "f16" else None)
    for dtype in "f32", "f64":
        for n in 2, 5, 9:
            yield case("bytes", noise, (500,), dtype, "--lossless", f"-{n}", change=bytes_)
            yield case("table", repeated, (1200,), dtype, "--lossless", f"-{n}", change=table)
            yield case("table", repeated, (30, 40), dtype, "--lossless", f"-{n}", change=table)
            yield case("runs", rough, shape(), dtype, "--lossless", f"-{n}", change=runs)
            yield case("flip", rough, shape(2), dtype, "--lossless", f"-{n}", change=flip)
            yield case("flip", noise, shape(pick([1, 3])), dtype, "--lossless", f"-{n}", change=flip)
            yield case("prices", prices, (900,), dtype, "--lossless", f"-{n}")
            yield case("binaries", rough, shape(), dtype, "--lossless", f"-{n}", change=binaries)
    for dtype in "i64", "u64":
        for kind in "abs", "rel", "lossless", "pwrel":
            fill_ = ["--fill", np.iinfo({"i64": "int64", "u64": "uint64"}[dtype]).max - 3] if kind != "lossless" else []
            yield case("beyond", smooth, shape(), dtype, *bound(dtype, kind), *fill_, level(), change=beyond)
    for size in ((1,), (2, 1), (1, 1, 1), (1, 17, 1), (0,), (3, 0, 2), (2, 2, 2, 2, 2)):
        for flags in (["--abs", 0.1], ["--lossless"], ["--rel", 0.1, "--keep", "extrema"], ["--pwrel", 0.1]):
            if 0 not in size or flags[0] == "--lossless":
                yield case("small", noise, size, pick(["f32", "f64", "i16"]), *flags)
    for dtype in "f32", "f64", "f16":                       # very small, very large
        for scale in 1e-40, 1e-300, 1e30, 1e300, 6e4:
            def extreme(x, r, scale=scale):
                x *= np.asarray(scale).astype(x.dtype)
            if dtype == "f64" or scale in (1e-40, 1e30) and dtype == "f32" or scale == 6e4 and dtype == "f16":
                yield case("extreme", integers, shape(), dtype, *pick([["--rel", 0.01], ["--pwrel", 0.01],
                           ["--rel", 0.1, "--keep", "extrema"], ["--lossless"]]), level(), change=extreme)

    # models
    for name, path, sizes in models:
        for i, size in enumerate(sizes):
            dtype = ["f32", "f64", "f16", "i16"][(i + len(name)) % 4]
            inline = ["--inline-model"] if i % 2 else []
            yield case(f"model {name} none", smooth, size, dtype, "--bound", "none", "--model", path, *inline, model=path)
            yield case(f"model {name} rel", smooth, size, "f32", "--rel", 0.2, "--model", path, *inline, level(),
                       model=path)

    for i, size in enumerate([(128, 8, 8), (50, 8, 8), (128, 8, 8), (3, 20, 8, 8), (40, 9, 10)]):
        def patterned(x, r):
            x[:] = patterns(x.shape, r)

        for dtype in "f32", "f64":
            inline = ["--inline-model"] if i % 2 else []
            path = "patterns.mrsm"
            yield case("estimate", smooth, size, dtype, "--rel", pick([0.1, 0.03, 0.01]), *(["--keep", "signs"] * (i == 2)),
                       "--model", path, *inline, f"-{5 + i}", model=path, change=patterned)


def patterns(shape, rng):
    """Mixtures of three patterns of 8x8, which only a model can know"""
    known = np.random.default_rng(7).standard_normal((3, 8, 8))
    padded = [*shape[:-2], -(-shape[-2] // 8), -(-shape[-1] // 8)]
    x = np.einsum("...k,kij->...ij", rng.standard_normal((*padded, 3)), known)
    x = np.moveaxis(x, -2, -3).reshape(*shape[:-2], padded[-2] * 8, padded[-1] * 8)
    return x[..., :shape[-2], :shape[-1]]


WAVES, PATTERNS = "waves.npy", "patterns.npy"

PRESETS = [("flat", ["dense", "--window", "64"], 100, [(130,), (3, 70)]),
           ("dense", ["dense", "--window", "8,8"], 100, [(20, 21), (3, 8, 17)]),
           ("patch", ["patch2d"], 2, [(32, 40), (2, 2, 30, 33)]),
           ("upsampling", ["shallow-water", "--window", "4,8,8"], 2, [(5, 9, 9)]),
           ("transposed", ["shallow-water-transposed", "--window", "4,8,8"], 2, [(8, 8, 8), (2, 4, 8, 9)])]


def run(*command, **kw):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kw)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[1:]))}: {done.stderr.strip() or done.stdout.strip()}")


def train(morsel):
    run(morsel, "generate", "shallow-water", "--count", 2, "--shape", "8,32,32", "-o", WAVES)
    np.save(PATTERNS, patterns((600, 8, 8), np.random.default_rng(5)).astype(np.float32))
    run(morsel, "train", "--preset", "dense", "--window", "8,8", "--steps", 1500, "-x", 1, "-o", "patterns.mrsm", PATTERNS)
    models = []
    for name, flags, steps_, sizes in PRESETS:
        path = f"{name}.mrsm"
        run(morsel, "train", "--preset", *flags, "--steps", steps_, "--batch", 4, "-x", 1, "-o", path, WAVES)
        models.append((name, path, sizes))
    return models + made()


# Models that no preset has, written after autoencoder/FORMAT.md --------------------------------------------------------------

def uvarint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def numbers(*ns):
    """A shape or a list"""
    return uvarint(len(ns)) + b"".join(map(uvarint, ns))


def section(tag, payload):
    data = bytes([tag]) + uvarint(len(payload)) + payload
    return data + decoder.crc32c(data).to_bytes(4, "little")


def network(use, shape, layers, weights, packing, rng):
    """layers: the bytes of each; weights: how many parameters all have"""
    data = (rng.standard_normal(weights) * 0.4).astype("<f4").tobytes()
    if packing:
        shuffled = np.frombuffer(data, np.uint8).reshape(-1, 4).T.tobytes()
        data = zstandard.ZstdCompressor().compress(shuffled)
    return section(2, bytes([use]) + numbers(*shape) + uvarint(len(layers)) + b"".join(layers)
                   + bytes([1, packing]) + data)


def made():
    rng = np.random.default_rng(3)

    def dense(n):
        return b"\1" + uvarint(n)

    def model(name, window, channels, flags, encoder, decoder_, sizes):
        path = f"{name}.mrsm"
        head = numbers(*window) + bytes([flags]) + struct.pack("<dd", 0.3, 1.7) + uvarint(channels)
        head += rng.standard_normal(channels).astype("<f4").tobytes()
        head += rng.uniform(0.01, 0.3, channels).astype("<f4").tobytes()
        data = b"\x89MRSM\r\n\x1a\1" + section(1, head) + encoder + decoder_
        data += section(129, b"{}") if flags else b""
        data += b"\0"
        pathlib.Path(path).write_bytes(data + hashlib.sha256(data).digest())
        return name, path, sizes

    # one axis: GELU, SiLU, ReLU, dropout, reshape, transposed convolution with all its pads, upsampling
    models = []
    window = (12,)
    encoder = network(0, (12, 1), [b"\2" + uvarint(2) + numbers(3) + numbers(2) + numbers(1), b"\6", b"\x09", dense(3)],
                      3 * 2 + 2 + 12 * 3 + 3, 0, rng)
    layers = [dense(8), b"\6", b"\x08" + struct.pack("<f", 0.5), b"\x0a" + numbers(4, 2), b"\7",
              b"\3" + uvarint(3) + numbers(4) + numbers(3) + numbers(2) + numbers(1), b"\5",      # 3·3 − 4 + 4 + 1 = 10
              b"\2" + uvarint(2) + numbers(5) + numbers() + numbers(), b"\6",                     # 6
              b"\4" + numbers(2), b"\2" + uvarint(1) + numbers(1) + numbers() + numbers(), b"\x09"]  # 12
    weights = 3 * 8 + 8 + 4 * 3 * 2 + 3 + 5 * 3 * 2 + 2 + 2 * 1 + 1
    for flags in 0, 1:
        models.append(model(f"gelu{flags}", window, 3, flags, encoder, network(1, (3,), layers, weights, flags, rng),
                            [(50,), (4, 25), (2, 3, 12)]))

    # three axes: a convolution with strides and pads that differ, and a transposed one
    window = (2, 4, 6)
    encoder = network(0, (2, 4, 6, 1), [b"\2" + uvarint(2) + numbers(2, 2, 3) + numbers(2, 2, 3) + numbers()],
                      2 * 2 * 3 * 2 + 2, 1, rng)
    layers = [b"\3" + uvarint(3) + numbers(2, 3, 4) + numbers(2, 2, 3) + numbers(0, 1, 1) + numbers(0, 1, 1), b"\6",
              b"\2" + uvarint(1) + numbers(1, 3, 3) + numbers(1, 1, 1) + numbers(0, 1, 1)]
    weights = 2 * 3 * 4 * 3 * 2 + 3 + 3 * 3 * 3 + 1
    models.append(model("box", window, 2, 1, encoder, network(1, (1, 2, 2, 2), layers, weights, 0, rng),
                        [(2, 4, 6), (3, 5, 7), (2, 5, 6, 7)]))
    return models


# Comparing ------------------------------------------------------------------------------------------------------------

def check(job):
    morsel, number, case = job
    base = f"case{number}"
    decoder.met.clear()
    try:
        np.save(f"{base}.npy", case.x)
        flags = case.flags if "--model" in case.flags else [*case.flags, "--model", "none"]
        run(morsel, "compress", "-x", 1, "--force", *flags, "-o", f"{base}.mrsl", f"{base}.npy")
        model = ["-m", case.model] if case.model else []
        run(morsel, "decompress", "-x", 1, "--force", *model, "-o", f"{base}.raw", f"{base}.mrsl")
        wanted = pathlib.Path(f"{base}.raw").read_bytes()
        models = decoder.load_models([case.model]) if case.model else {}
        got = decoder.decode_archive(pathlib.Path(f"{base}.mrsl").read_bytes(), models)
        if got.tobytes() == wanted:
            return number, None, dict(decoder.met)
        a, b = got.reshape(-1), np.frombuffer(wanted, got.dtype)
        raw = f"V{got.dtype.itemsize}"
        where = [i for i, (x, y) in enumerate(zip(a.view(raw), b.view(raw))) if x != y]
        return number, f"{len(where)} values differ, first {where[0]}: {a[where[0]]}, not {b[where[0]]}", {}
    except (RuntimeError, decoder.Corrupt, decoder.Refused) as e:
        return number, f"{type(e).__name__}: {e}", {}
    except Exception:
        return number, traceback.format_exc(), {}
    finally:
        if not KEEP_FILES:
            for suffix in "npy", "mrsl", "raw":
                pathlib.Path(f"{base}.{suffix}").unlink(missing_ok=True)


KEEP_FILES = False


def main():
    global KEEP_FILES
    parser = argparse.ArgumentParser()
    parser.add_argument("morsel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="only cases whose name contains this")
    parser.add_argument("--directory", help="work there, and leave the files")
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    morsel = pathlib.Path(arguments.morsel).resolve()
    start = time.time()
    with tempfile.TemporaryDirectory() as directory:
        if arguments.directory:
            directory, KEEP_FILES = arguments.directory, True
            os.makedirs(directory, exist_ok=True)
        os.chdir(directory)
        for old in [*pathlib.Path(".").glob("*.mrsm"), *pathlib.Path(".").glob("*.npy")]:
            old.unlink()
        listed = [c for c in cases(arguments.seed, train(morsel)) if not arguments.only or arguments.only in c.name]
        met, failed = Counter(), 0
        with multiprocessing.Pool(min(2, os.cpu_count())) as pool:
            for number, error, seen in pool.imap_unordered(check, [(morsel, i, c) for i, c in enumerate(listed)]):
                met.update(seen)
                c = listed[number]
                if error or arguments.verbose:
                    failed += bool(error)
                    print(f"{c.name} [{' '.join(c.flags)}]: {error or ', '.join(sorted(seen))}", flush=True)
    for name in sorted(met):
        print(f"{met[name]:5d}  {name}")
    missing = [name for name in WANTED if not met[name]]
    if missing and not arguments.only:
        print("never met:", ", ".join(missing))
    print(f"{len(listed)} archives, {failed} differ or failed, {time.time() - start:.0f} s")
    return 1 if failed or missing and not arguments.only else 0


if __name__ == "__main__":
    sys.exit(main())
