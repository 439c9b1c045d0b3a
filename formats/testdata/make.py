#!/usr/bin/env python3
"""Makes the frozen files of this folder with NumPy, pyarrow and Pillow, and expected.json, which
lists the arrays that each file holds: name, type, shape, and row-major little-endian values in hex.

    pip install numpy pyarrow pillow && python3 make.py

The files are committed and need not be made again: today's reader must read yesterday's files.
"""
import decimal, functools, gzip, io, json, os, struct, zipfile
import numpy as np, pyarrow as pa, pyarrow.ipc as ipc
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
expected = {}

def expect(file, *arrays):
    """arrays: (name, array)"""
    def one(name, a):
        a = np.atleast_1d(np.asarray(a))
        d = 'u1' if a.dtype.kind == 'b' else a.dtype.str[1:]
        kind = {'f': 'f', 'i': 'i', 'u': 'u'}[d[0]] + str(8 * int(d[1:]))
        return {'name': name, 'dtype': kind, 'shape': list(a.shape),
                'hex': np.ascontiguousarray(a.astype('<' + d)).tobytes().hex()}
    expected[file] = [one(n, a) for n, a in arrays]

def sample(dtype, shape):
    """Distinct values with the type's extremes, and for floats NaN, infinities and -0."""
    n = int(np.prod(shape)); dt = np.dtype(dtype)
    if dt.kind == 'b':
        return (np.arange(n) % 3 == 0).reshape(shape)
    if dt.kind in 'iu':
        i = np.iinfo(dt); a = np.arange(n).astype(dt); a[0], a[1] = i.min, i.max
    else:
        a = (np.arange(n) / 7 - 1).astype(dt); a[:5] = [np.nan, np.inf, -np.inf, -0.0, np.finfo(dt).tiny / 2]
    return a.reshape(shape)

# NPY: every type in both byte orders, Fortran order, all versions, ranks 0 to 5.
for t in ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1']:
    a = sample(t, (2, 3, 4))
    for order in ['<', '>'] if a.dtype.itemsize > 1 else ['|']:
        name = f'{t}{"be" if order == ">" else ""}.npy'
        np.save(name, a.astype(order + t)); expect(name, ('', a))
a = sample('f4', (2, 3, 4))
np.save('fortran.npy', np.asfortranarray(a)); expect('fortran.npy', ('', a))
b = sample('i2', (2, 3, 2, 2, 3)).astype('>i2')
np.save('fortran5be.npy', np.asfortranarray(b)); expect('fortran5be.npy', ('', b))
np.save('scalar.npy', np.float64(2.5)); expect('scalar.npy', ('', np.float64(2.5)))
np.save('empty.npy', np.zeros((0, 3), 'f4')); expect('empty.npy', ('', np.zeros((0, 3), 'f4')))
np.save('vector.npy', np.arange(9.)); expect('vector.npy', ('', np.arange(9.)))
for v in [(2, 0), (3, 0)]:
    with open(f'version{v[0]}.npy', 'wb') as f:
        np.lib.format.write_array(f, a, version=v)
    expect(f'version{v[0]}.npy', ('', a))
with open('python2.npy', 'wb') as f:  # what NumPy on Python 2 wrote
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L, 4L), }"
    head += b' ' * (79 - 10 - len(head) + 0) + b'\n'
    f.write(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(head)) + head + a.tobytes())
expect('python2.npy', ('', a))
with open('f4.npy', 'rb') as f, gzip.GzipFile('f4.npy.gz', 'wb', mtime=0) as g:
    g.write(f.read())
expect('f4.npy.gz', ('', a))

# NPZ: stored, deflated, and one with a foreign entry.
two = {'u': sample('f8', (3, 4)), 'v/w': np.asfortranarray(sample('u2', (4, 3)))}
np.savez('stored.npz', **two); expect('stored.npz', *two.items())
np.savez_compressed('deflated.npz', **two); expect('deflated.npz', *two.items())
with zipfile.ZipFile('foreign.npz', 'w') as z:
    z.writestr('README', 'not an array')
    buf = io.BytesIO(); np.save(buf, a); z.writestr('a.npy', buf.getvalue())
expect('foreign.npz', ('a', a))
with zipfile.ZipFile('zip64.npz', 'w') as z, z.open('a.npy', 'w', force_zip64=True) as f:
    f.write(buf.getvalue())
expect('zip64.npz', ('a', a))

# Raw and IDX.
a.tofile('raw_2x3x4.f32'); expect('raw_2x3x4.f32', ('', a))
a.astype('f8').tofile('raw_7_2_3_4.dat'); expect('raw_7_2_3_4.dat', ('', a.astype('f8')))
img = sample('u1', (2, 3, 4))
idx = struct.pack('>BBBBIII', 0, 0, 8, 3, 2, 3, 4) + img.tobytes()
with gzip.GzipFile('tiny-idx3-ubyte.gz', 'wb', mtime=0) as g:
    g.write(idx)
expect('tiny-idx3-ubyte.gz', ('', img))
with open('float.idx', 'wb') as f:
    f.write(struct.pack('>BBBBII', 0, 0, 0x0d, 2, 6, 4) + a.reshape(6, 4).astype('>f4').tobytes())
expect('float.idx', ('', a.reshape(6, 4)))

# Images.
grey = (np.arange(35) * 7).astype('u1').reshape(5, 7)
rgba = (np.arange(5 * 7 * 4) * 11 % 256).astype('u1').reshape(5, 7, 4)
for name, mode, v in [('grey.png', 'L', grey), ('rgb.png', 'RGB', rgba[..., :3].copy()), ('rgba.png', 'RGBA', rgba),
                      ('la.png', 'LA', rgba[..., :2].copy())]:
    Image.fromarray(v, mode).save(name); expect(name, ('', v))
wide = (np.arange(35) * 1789).astype('u2').reshape(5, 7)
Image.fromarray(wide).save('grey16.png'); expect('grey16.png', ('', wide))
pal = Image.fromarray(rgba[..., :3].copy()).quantize(8); pal.save('palette.png'); expect('palette.png', ('', np.asarray(pal.convert('RGB'))))
pal.save('palette_alpha.png', transparency=bytes([0, 64, 255]))
expect('palette_alpha.png', ('', np.asarray(Image.open('palette_alpha.png').convert('RGBA'))))
Image.fromarray(grey).save('grey.pgm'); expect('grey.pgm', ('', grey))
with open('grey16.pgm', 'wb') as f:
    f.write(b'P5\n# a comment\n7 5\n65535\n' + wide.astype('>u2').tobytes())
expect('grey16.pgm', ('', wide))
with open('text.pgm', 'w') as f:
    f.write('P2 # a comment\n7 5\n4095\n' + ' '.join(str(v) for v in (wide % 4096).ravel()) + '\n')
expect('text.pgm', ('', wide % 4096))

# CSV.
with open('series.csv', 'w', newline='') as f:
    f.write('\ufefftime, u ,"v, quoted",label,w\r\n2025-04-01 04:00:00,1.5,,a,\r\n2025-04-01 04:01:00,-2e-3,7,b,\r\n2025-04-01 04:02:00,NA,8,c,3\r\n')
expect('series.csv', ('u', [1.5, -2e-3, np.nan]), ('v, quoted', [np.nan, 7, 8]), ('w', [np.nan, np.nan, 3.]))
with open('plain.csv', 'w') as f:
    f.write('1,2\n3,4\n')
expect('plain.csv', ('column1', [1., 3.]), ('column2', [2., 4.]))

# Arrow.
def write(name, table, stream=False, batch=None, **options):
    new = ipc.new_stream if stream else ipc.new_file
    with pa.OSFile(name, 'wb') as f, new(f, table.schema, options=ipc.IpcWriteOptions(**options)) as w:
        w.write_table(table, max_chunksize=batch)

def tensor(v, **kw):
    v = np.ascontiguousarray(v)
    typ = pa.fixed_shape_tensor(pa.from_numpy_dtype(v.dtype), v.shape[1:], **kw)
    return pa.ExtensionArray.from_storage(typ, pa.FixedSizeListArray.from_arrays(pa.array(v.ravel()), int(np.prod(v.shape[1:]))))

for t in ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']:
    v = sample(t, (1, 2, 3, 4))
    write(f'tensor_{t}.arrow', pa.table({'values': tensor(v)})); expect(f'tensor_{t}.arrow', ('values', v[0]))
v = sample('f4', (5, 2, 3))
rows = pa.table({'values': tensor(v, dim_names=['y', 'x'])})
write('rows.arrow', rows, batch=2); expect('rows.arrow', ('values', v))
write('rows.arrows', rows, stream=True, batch=2); expect('rows.arrows', ('values', v))
for codec in ['zstd', 'lz4']:
    many = np.tile(v, (40, 1, 1))
    t = pa.table({'values': tensor(many), 's': pa.array([f'{i}' for i in range(200)]), 'd': pa.array(np.arange(200) // 50)})
    write(f'{codec}.arrow', t, batch=64, compression=codec)
    write(f'{codec}.arrows', t, batch=64, compression=codec, stream=True)
    for e in ['arrow', 'arrows']:
        expect(f'{codec}.{e}', ('values', many), ('d', np.arange(200) // 50))
write('permuted.arrow', pa.table({'values': tensor(v, permutation=[1, 0])}))
expect('permuted.arrow', ('values', v.transpose(0, 2, 1)))
five = sample('i2', (3, 1, 2, 1, 2, 2))
write('rank5.arrow', pa.table({'t': tensor(five)}), batch=2)
expect('rank5.arrow', *[(f't[{i}]', five[i]) for i in range(3)])
nest = pa.array([[[1., 2.], [3., None]], None, [[5., 6.], None]], pa.list_(pa.list_(pa.float64(), 2), 2))
write('nulls.arrow', pa.table({'nest': nest, 'x': pa.array([None, 1.5, 2.5], pa.float32())}))
nan = np.nan
expect('nulls.arrow', ('nest', [[[1, 2], [3, nan]], [[nan, nan], [nan, nan]], [[5, 6], [nan, nan]]]),
       ('x', np.array([nan, 1.5, 2.5], 'f4')))
plain = pa.table({'x': np.arange(6, dtype='f4'), 'k': np.arange(6, dtype='i8')})
write('plain.arrow', plain, batch=4); expect('plain.arrow', ('x', np.arange(6, dtype='f4')), ('k', np.arange(6)))
write('shaped.arrow', plain.replace_schema_metadata({'shape': '2,3'}))
expect('shaped.arrow', ('x', np.arange(6, dtype='f4').reshape(2, 3)), ('k', np.arange(6).reshape(2, 3)))
field = pa.field('x', pa.float32(), metadata={'shape': '3,2'})
write('field.arrows', pa.table([plain['x']], pa.schema([field])), stream=True)
expect('field.arrows', ('x', np.arange(6, dtype='f4').reshape(3, 2)))
mixed = pa.table({'label': pa.array(['a', 'b', 'a']).dictionary_encode(), 'flag': [True, False, None],
                  'when': pa.array([0, 1, 2], pa.timestamp('us')), 'names': [['p'], [], None],
                  'rec': [{'q': 1}, None, {'q': 2}], 'view': pa.array(['x', 'y' * 40, None], pa.string_view()), 'y': [1., 2., 3.]})
for name, stream in [('mixed.arrow', False), ('mixed.arrows', True)]:
    write(name, mixed, stream=stream); expect(name, ('y', [1., 2., 3.]))
write('integer_nulls.arrow', pa.table({'k': pa.array([1, None, 3])}))  # becomes what the column lacks
expect('integer_nulls.arrow', ('k', np.array([1, -2**53, 3])))

# Nulls of every kind of integer, in two batches, in the framing of before Arrow 0.15 too.
ends = {t: pa.array([None, np.iinfo(t).max if t[0] == 'u' else np.iinfo(t).min, 3, None, 5], pa.from_numpy_dtype(np.dtype(t)))
        for t in ['i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']}
for name, options in [('nulls.arrows', {}), ('legacy.arrows', {'use_legacy_format': True})]:
    write(name, pa.table(ends), stream=True, batch=3, **options)
    def filled(t):  # the end of the type is taken, but of 64 bits the end counts that float64 holds
        i = np.iinfo(t); v = 2**53 - 1 if t == 'u8' else -2**53 if t == 'i8' else i.max - 1 if t[0] == 'u' else i.min + 1
        return np.array([v, i.max if t[0] == 'u' else i.min, 3, v, 5], t)
    expect(name, *[(t, filled(t)) for t in ends])

# Tensor messages: row-major, column-major, of another order of axes, with an axis of one.
order = sample('f4', (2, 3, 4))
with pa.OSFile('tensors.arrows', 'wb') as f:
    all = [order, np.asfortranarray(order), order.transpose(1, 0, 2), sample('i2', (4, 1, 3)), np.array(2.5)]
    for v in all:
        ipc.write_tensor(pa.Tensor.from_numpy(v), f)
expect('tensors.arrows', *[(f'tensor_{i}', v) for i, v in enumerate(all)])
with pa.OSFile('tensor.arrows', 'wb') as f:
    ipc.write_tensor(pa.Tensor.from_numpy(order), f)
expect('tensor.arrows', ('', order))

# One column of every kind that is passed over, between two that are not.
D = decimal.Decimal
kinds = {'first': pa.array([1., None, 3.]),
    'd32': pa.array([D('1.2'), None, D('3.4')], pa.decimal32(5, 1)), 'd64': pa.array([D('1.2'), None, D('3.4')], pa.decimal64(12, 1)),
    'd128': pa.array([D('1.2'), None, D('3.4')], pa.decimal128(20, 1)), 'd256': pa.array([D('1.2'), None, D('3.4')], pa.decimal256(50, 1)),
    'timestamp': pa.array([0, 1, None], pa.timestamp('us')), 'date': pa.array([0, 1, 2], pa.date32()),
    'time': pa.array([0, 1, 2], pa.time64('us')), 'duration': pa.array([0, 1, 2], pa.duration('s')),
    'interval': pa.array([(1, 2, 3), None, (4, 5, 6)], pa.month_day_nano_interval()),
    'struct': pa.array([{'q': 1, 'r': 'x'}, None, {'q': 2, 'r': 'y'}]), 'list': pa.array([[1.], [2., 3.], None]),
    'large_list': pa.array([[1.], [2., 3.], None], pa.large_list(pa.float64())),
    'list_view': pa.array([[1.], [2., 3.], None], pa.list_view(pa.float64())),
    'map': pa.array([[('a', 1)], [], None], pa.map_(pa.string(), pa.int64())), 'text': pa.array(['a', None, 'c']),
    'large_text': pa.array(['a', None, 'c'], pa.large_string()), 'view': pa.array(['x', 'y' * 40, None], pa.string_view()),
    'dictionary': pa.array([1.5, 2.5, 1.5]).dictionary_encode(), 'flag': pa.array([True, None, False]), 'null': pa.nulls(3),
    'bytes': pa.array([b'ab', b'cd', None], pa.binary(2)), 'runs': pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array([1., 2.])),
    'texts': pa.array([['a', 'b'], ['c', 'd'], None], pa.list_(pa.string(), 2)),
    'union': pa.UnionArray.from_sparse(pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(['x', 'y', 'z'])]),
    'dense_union': pa.UnionArray.from_dense(pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(['x'])]),
    'deep': pa.array([[[[[[[1.]]]]]]] * 3, functools.reduce(lambda t, _: pa.list_(t, 1), range(6), pa.float64())),
    'last': pa.array([7, 8, 9], pa.int16())}
for name, options in [('kinds.arrow', {}), ('kinds_zstd.arrow', {'compression': 'zstd'}), ('kinds4.arrow', {'metadata_version': ipc.MetadataVersion.V4})]:
    write(name, pa.table(kinds), batch=2, **options)
    expect(name, ('first', [1, nan, 3]), ('last', np.array([7, 8, 9], 'i2')))

write('twins.arrow', pa.Table.from_arrays([pa.array([1., 2.]), pa.array([3., 4.]), pa.array(['a', 'b']), pa.array([5, 6])], names=['u', 'u', 'u', 'v']))
expect('twins.arrow', ('u', [1., 2.]), ('u', [3., 4.]), ('v', np.array([5, 6])))

with open('expected.json', 'w') as f:
    json.dump(expected, f, indent=0, sort_keys=True); f.write('\n')
