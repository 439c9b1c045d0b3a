"""Times morsel's kernels and training steps next to PyTorch and OpenBLAS.

    python3 internal/bench/compare.py [--json] [--rounds N] [--python PATH]...

Every figure is their time divided by ours, medians of runs that take turns on
one processor: above 1, morsel is faster. PyTorch is the fastest of the
interpreters that have it (this one, Debian's /usr/bin/python3 with
python3-torch, and any --python) and of its memory formats, eager, with
Adam(foreach). OpenBLAS (Debian's libopenblas0-pthread) is the fastest of the
core types that the processor can run. Whatever is absent is left out, which the
report on stderr says.
"""

import argparse
import contextlib
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile

PRODUCTS = [(512, 512, 512), (1024, 32, 2048), (32768, 128, 1728), (1024, 2048, 32)]
STEPS = ["mlp_dsl", "cnn_b4", "cnn_b64", "stock", "dsl_fused"]
ROUNDS = {"cnn_b64": 5, "sgemm_32768x128x1728": 9}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def product_name(shape):
    return "sgemm_%dx%dx%d" % shape


class Peer:
    """A process that runs one benchmark for each line it reads."""

    def __init__(self, name, command, **env):
        self.name = name
        clean = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "MORSEL_KERNEL")}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**clean, **threads, **env}
        )
        self.about = self.process.stdout.readline().strip()  # empty where it cannot start

    def run(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"compare: {self.name} ended at {line!r}")
        return float(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def race(contenders, rounds):
    """Median seconds of each contender, {key: (peer, line)}, taking turns."""
    times = {key: [] for key in contenders}
    for peer, line in contenders.values():
        peer.run(line)  # memory, caches and code are ready afterwards
    for _ in range(rounds):
        for key, (peer, line) in contenders.items():
            times[key].append(peer.run(line))
    return {key: statistics.median(t) for key, t in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    parser.add_argument("--rounds", type=int, default=21, help="runs of each contender (fewer of the longest)")
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="another interpreter that has PyTorch")
    parser.add_argument("--only", metavar="TEXT", default="", help="cases whose name contains TEXT")
    parser.add_argument("--torch-peer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--blas-peer", metavar="LIBRARY", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.torch_peer:
        return serve(torch_cases())
    if options.blas_peer:
        return serve(blas_cases(options.blas_peer))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        result = compare(options, folder, stack)
    if options.json:
        print(json.dumps(result))
    else:
        print(json.dumps(result, indent=2))


def compare(options, folder, stack):
    def start(name, command, **env):
        peer = Peer(name, command, **env)
        stack.callback(peer.close)
        return peer

    binary = os.path.join(folder, "peer")
    subprocess.run(["go", "build", "-o", binary, "./internal/bench/peer"], cwd=ROOT, check=True)
    ours = start("morsel", [binary])
    ours_avx2 = start("morsel avx2", [binary], MORSEL_KERNEL="avx2")
    report(f"morsel: {ours.about}")

    torches = []
    for python in dict.fromkeys([sys.executable, "/usr/bin/python3", *options.python]):
        peer = start(python, [python, os.path.abspath(__file__), "--torch-peer"])
        if peer.about:
            torches.append(peer)
            report(f"PyTorch: {peer.about} in {python}")
    if not torches:
        report("PyTorch: none found; apt-get install python3-torch, or pip install torch and --python")

    blas = []
    for library in glob.glob("/usr/lib/*/openblas*/libopenblas*.so.0")[:1]:
        for core in ("Haswell", "Zen", "SkylakeX", "Cooperlake", "Sapphirerapids"):
            if not can_run(core):
                continue
            peer = start(core, [sys.executable, os.path.abspath(__file__), "--blas-peer", library], OPENBLAS_CORETYPE=core)
            if peer.about:
                blas.append(peer)
                report(f"OpenBLAS: {core} runs {peer.about}")
    if not blas:
        report("OpenBLAS: none found; apt-get install libopenblas0-pthread")

    def ratio(name, mine, theirs, rounds):
        if not theirs or options.only not in name:
            return None
        times = race({"ours": mine, **theirs}, min(rounds, ROUNDS.get(name, rounds)))
        best = min(theirs, key=times.get)
        report(f"{name}: {1e3 * times['ours']:.3f} ms, best of the others {1e3 * times[best]:.3f} ms ({best})")
        return round(times[best] / times["ours"], 3)

    result = {"sgemm": {}, "sgemm_avx2": {}}
    for shape in PRODUCTS:
        name, key = product_name(shape), "%dx%dx%d" % shape
        line = name + " 1"
        result["sgemm"][key] = ratio(name, (ours, line), {p.name: (p, name) for p in blas}, options.rounds)
        if ours_avx2.about == "avx2":
            haswell = {p.name: (p, name) for p in blas if p.name == "Haswell"}
            result["sgemm_avx2"][key] = ratio(name, (ours_avx2, line), haswell, options.rounds)
    for name in STEPS:
        formats = ["contiguous", "channels_last_3d"] if name.startswith("cnn") else ["contiguous"]
        theirs = {f"{p.name} {f}": (p, f"{name} {f}") for p in torches for f in formats}
        result[name + "_1t"] = ratio(name, (ours, name + " 1"), theirs, options.rounds)
    if options.only in "cnn_2t_over_1t":
        times = race({1: (ours, "cnn_b64 1"), 2: (ours, "cnn_b64 2")}, 7)
        result["cnn_2t_over_1t"] = round(times[1] / times[2], 3)
    return result


def report(text):
    print(text, file=sys.stderr, flush=True)


def can_run(core):
    with open("/proc/cpuinfo") as f:
        flags = next(line for line in f if line.startswith("flags")).split()
    need = {"Haswell": ["avx2", "fma"], "Zen": ["avx2", "fma"], "SkylakeX": ["avx512dq"], "Cooperlake": ["avx512_bf16"], "Sapphirerapids": ["avx512_bf16"]}
    return all(flag in flags for flag in need[core])


def serve(cases):
    """Answers every line with the seconds that its case took."""
    import time

    ready = {}
    for line in sys.stdin:
        line = line.strip()
        if line not in ready:
            ready[line] = cases(*line.split())
        began = time.perf_counter()
        ready[line]()
        print(time.perf_counter() - began, flush=True)


def blas_cases(library):
    import array
    import ctypes
    import random

    lib = ctypes.CDLL(library)
    lib.openblas_get_corename.restype = ctypes.c_char_p
    print(lib.openblas_get_corename().decode(), flush=True)

    def values(n):
        block = array.array("f", (random.gauss(0, 1) for _ in range(4096)))
        return (ctypes.c_float * n).from_buffer((block * (n // 4096 + 1))[:n])

    def case(name):
        m, n, k = (int(s) for s in name.removeprefix("sgemm_").split("x"))
        a, b, c = values(m * k), values(k * n), values(m * n)
        one, zero = ctypes.c_float(1), ctypes.c_float(0)
        return lambda: lib.cblas_sgemm(101, 111, 111, m, n, k, one, a, k, b, n, zero, c, n)

    return case


def torch_cases():
    try:
        import torch
    except ImportError:
        sys.exit(0)
    from torch import nn

    torch.set_num_threads(1)
    print(torch.__version__, flush=True)

    def dsl(pred, target, sharpness):
        total, comparisons = 0, 0
        for axis in range(1, pred.dim()):
            a = torch.tanh(sharpness * torch.diff(pred, dim=axis))
            b = torch.tanh(sharpness * torch.diff(target, dim=axis))
            total = total + (a - b).abs().sum()
            comparisons += a[0].numel()
        return total / (2 * comparisons * pred.shape[0])

    def mlp(*sizes):
        layers = []
        for i, (n, m) in enumerate(zip(sizes, sizes[1:])):
            layers += [nn.Linear(n, m)] + ([nn.ReLU()] if i % 2 == 0 else [])
        return nn.Sequential(*layers)

    def cnn():
        return nn.Sequential(
            nn.Conv3d(1, 64, 3, 2, 1), nn.ReLU(), nn.Conv3d(64, 128, 3, 2, 1), nn.ReLU(), nn.Conv3d(128, 8, 1),
            nn.Conv3d(8, 128, 1), nn.ReLU(), nn.ConvTranspose3d(128, 64, 3, 2, 1, 1), nn.ReLU(),
            nn.ConvTranspose3d(64, 1, 3, 2, 1, 1),
        )  # fmt: skip

    def step(model, x, shape, sharpness):
        optimiser = torch.optim.Adam(model.parameters(), 1e-4, foreach=True)

        def run():
            optimiser.zero_grad()
            y = model(x)
            loss = ((y - x) ** 2).mean() + 0.1 * dsl(y.reshape(shape), x.reshape(shape), sharpness)
            loss.backward()
            optimiser.step()

        return run

    def case(name, memory):
        torch.manual_seed(1)
        if name == "dsl_fused":
            pred = torch.randn(64, 8, 64, 64, requires_grad=True)
            target = torch.randn(64, 8, 64, 64)

            def run():
                pred.grad = None
                dsl(pred, target, 16.0).backward()

            return run
        if name == "mlp_dsl":
            return step(mlp(2048, 32, 2, 32, 2048), torch.randn(1024, 2048), (1024, 2048), 32.0)
        if name == "stock":
            return step(mlp(64, 2048, 32, 2048, 64), torch.randn(64, 64), (64, 64), 16.0)
        batch = int(name.removeprefix("cnn_b"))
        kind = torch.channels_last_3d if memory == "channels_last_3d" else torch.contiguous_format
        x = torch.randn(batch, 1, 8, 64, 64).contiguous(memory_format=kind)
        return step(cnn().to(memory_format=kind), x, (batch, 8, 64, 64), 16.0)

    return case


if __name__ == "__main__":
    main()
