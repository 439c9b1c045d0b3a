# Measures one compressor of hdf5plugin: NAME FILE.npy BOUND SECONDS. Prints one
# JSON object: {"missing": MODULE} if that is not installed, {"error": TEXT} if
# it fails, else sizes and times. The array and the HDF5 file are in memory, the
# file is one chunk, and there is no chunk cache: each write compresses, and each
# read decompresses.
import json
import statistics
import sys
import time

name, path, bound, budget = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])


def report(**what):
    print(json.dumps(what))
    sys.exit(0)


try:
    import numpy
    import h5py
    import hdf5plugin
except ImportError as e:
    report(missing=e.name or str(e))

# SPERR takes the fastest axis first; without swap its filter hands it the
# slowest, and archives become several times larger.
filters = {
    "SPERR": ("Sperr", {"absolute": bound, "swap": True}),
    "zfp": ("Zfp", {"accuracy": bound}),
}
kind, arguments = filters[name]
if not hasattr(hdf5plugin, kind):
    report(missing=name)


def median(f):
    """Like morsel's own: one run to warm up, then some for the time given."""
    times = []
    began = time.perf_counter()
    while len(times) < 4 or time.perf_counter() - began < budget:
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
        if len(times) == 1:
            if times[0] > budget:
                return times[0], 1
            began = time.perf_counter()
    return statistics.median(times[1:]), len(times) - 1


try:
    x = numpy.ascontiguousarray(numpy.load(path))
    out = numpy.empty_like(x)
    with h5py.File("memory.h5", "w", driver="core", backing_store=False, rdcc_nbytes=0) as f:
        data = f.create_dataset(
            "x", x.shape, x.dtype, chunks=x.shape, **getattr(hdf5plugin, kind)(**arguments))

        def write():
            data[...] = x
            f.flush()

        compress, runs = median(write)
        size = data.id.get_storage_size()
        decompress, _ = median(lambda: data.read_direct(out))
    finite = numpy.isfinite(x)
    error = numpy.abs(x[finite].astype("f8") - out[finite].astype("f8")).max(initial=0)
    report(version="hdf5plugin " + hdf5plugin.version, bytes=size, compress=compress, decompress=decompress,
           runs=runs, max_error=float(numpy.nan_to_num(error, nan=1e308, posinf=1e308)))
except Exception as e:
    report(error=str(e).splitlines()[0] if str(e) else repr(e))
