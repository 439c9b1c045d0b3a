#!/usr/bin/env python3
"""Checks that NumPy and pyarrow read what morsel writes.

    pip install numpy pyarrow && python3 interop.py path/to/morsel

Losslessly compresses arrays written by NumPy and pyarrow, decompresses them to each format and
compares with the originals bit for bit. Exits 1 at the first difference.
"""
import decimal, os, subprocess, sys, tempfile
import numpy as np, pyarrow as pa, pyarrow.ipc as ipc

def fields():
    x = np.linspace(-1, 1, 5 * 7 * 9).reshape(5, 7, 9)
    yield 'f4', np.sin(9 * x).astype('f4')
    yield 'f8', np.cos(9 * x)
    yield 'f2', x.astype('f2')
    yield 'i2', (3e4 * x).astype('i2')
    yield 'u4', (1e9 * (x + 1)).astype('u4')
    hole = np.sin(9 * x).astype('f4'); hole[1, 2, 3], hole[0, 0, 0] = np.nan, np.inf
    yield 'nan', hole
    yield 'line', np.arange(100, dtype='i8')
    yield 'big_endian', (x * 2).astype('>f8')
    yield 'fortran', np.asfortranarray(x)

def tensor(a):
    typ = pa.fixed_shape_tensor(pa.from_numpy_dtype(a.dtype), a.shape)
    storage = pa.FixedSizeListArray.from_arrays(pa.array(a.ravel()), a.size)
    return pa.ExtensionArray.from_storage(typ, storage)

def column(table, shape):
    c = table.column(0).combine_chunks()
    if isinstance(c.type, pa.FixedShapeTensorType):
        return c.to_numpy_ndarray()[0]
    said = table.schema.field(0).metadata[b'shape'].decode()
    assert said == ','.join(map(str, shape)), said
    values = c.flatten() if pa.types.is_fixed_size_list(c.type) else c
    return values.to_numpy(zero_copy_only=False).reshape(shape)

def read_arrow(path, shape):
    """The array as read from the file, and from the stream within it, which needs the end-of-stream marker."""
    with pa.memory_map(path) as f:
        file = ipc.open_file(f).read_all()
        f.seek(8)
        return column(file, shape), column(ipc.open_stream(f).read_all(), shape)

def tables():
    """Name, writer of an Arrow file, array to choose, flags, and what NumPy makes of it."""
    k = pa.array([1, None, 3, None, 5], pa.int32())
    x = pa.array([1.5, None, 3.5, 4.5, 5.5])
    odd = {'s': pa.array(list('abcde')), 't': pa.array(range(5), pa.timestamp('s')), 'd': pa.array([decimal.Decimal(i) for i in range(5)], pa.decimal32(5, 1)),
           'l': pa.array([[1.], [], None, [2., 3.], [4.]]), 'g': pa.array(list('ababa')).dictionary_encode(), 'v': pa.array(list('vwxyz'), pa.string_view())}
    table = pa.table({**odd, 'k': k, 'x': x, 'y': pa.array(range(5), pa.uint16())})
    def write(stream, batch=2, **options):
        def to(path):
            new = ipc.new_stream if stream else ipc.new_file
            with pa.OSFile(path, 'wb') as f, new(f, table.schema, options=ipc.IpcWriteOptions(**options)) as w:
                w.write_table(table, max_chunksize=batch)
        return to
    for name, to in [('file', write(False)), ('stream', write(True)), ('legacy stream', write(True, use_legacy_format=True)),
                     ('lz4 file', write(False, compression='lz4')), ('zstd stream', write(True, compression='zstd')),
                     ('version 4 file', write(False, metadata_version=ipc.MetadataVersion.V4))]:
        yield f'{name}, nulls', to, 'k', ['--null', '-9'], np.array([1, -9, 3, -9, 5], 'i4')
        yield f'{name}, nulls of floats', to, 'x', [], np.array([1.5, np.nan, 3.5, 4.5, 5.5])
        yield f'{name}, last', to, 'y', [], np.arange(5, dtype='u2')
    a = np.arange(24, dtype='f4').reshape(2, 3, 4)
    for name, v in [('row-major', a), ('column-major', np.asfortranarray(a)), ('other order', a.transpose(1, 2, 0))]:
        yield f'tensor message, {name}', lambda path, v=v: ipc.write_tensor(pa.Tensor.from_numpy(v), pa.OSFile(path, 'wb')), None, [], v

def same(name, got, want):
    want = np.ascontiguousarray(want, want.dtype.newbyteorder('<'))
    if got.shape != want.shape or got.dtype != want.dtype or got.tobytes() != want.tobytes():
        sys.exit(f'{name}: {got.shape} {got.dtype} differs from {want.shape} {want.dtype}')
    print('ok', name)

def main(morsel):
    def run(*args):
        subprocess.run([morsel, *args], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as d:
        path = lambda name: os.path.join(d, name)
        for name, a in fields():
            np.save(path('in.npy'), a)
            run('compress', '--lossless', '-o', path('a.mrsl'), path('in.npy'))
            run('decompress', '-o', path('out.npy'), path('a.mrsl'))
            same(f'{name} npy', np.load(path('out.npy')), a)
            run('decompress', '-o', path('out.f'), '--to', 'raw', path('a.mrsl'))
            same(f'{name} raw', np.fromfile(path('out.f'), a.dtype.newbyteorder('<')).reshape(a.shape), a)
            run('decompress', '-o', path('out.arrow'), '--to', 'arrow', path('a.mrsl'))
            file, stream = read_arrow(path('out.arrow'), a.shape)
            same(f'{name} arrow file', file, a)
            same(f'{name} arrow stream', stream, a)
            native = np.ascontiguousarray(a, a.dtype.newbyteorder('='))
            with ipc.new_file(path('in.arrow'), pa.schema([('values', tensor(native).type)])) as w:
                w.write_table(pa.table({'values': tensor(native)}))
            run('compress', '--lossless', '-o', path('b.mrsl'), path('in.arrow'))
            run('decompress', '-o', path('out.npy'), path('b.mrsl'))
            same(f'{name} from arrow', np.load(path('out.npy')), a)

        for name, to, array, flags, want in tables():
            to(path('in.table'))
            run('compress', '--lossless', '-o', path('c.mrsl'), path('in.table'), *(['--array', array] if array else []), *flags)
            run('decompress', '-o', path('out.npy'), path('c.mrsl'))
            same(name, np.load(path('out.npy')), want)

if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
