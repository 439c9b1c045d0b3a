#!/usr/bin/env python3
"""Makes the files of foreign/, one of each kind that is not read but named, by the libraries of that
kind where there is one. Of most the first 700 bytes are kept, which is what tells them.

    pip install numpy pyarrow pandas pillow h5py netCDF4 scipy tifffile zarr astropy nibabel pydicom openpyxl \\
        uproot fastavro pynrrd mrcfile laspy cdflib eccodes pyreadr safetensors zstandard lz4 && python3 foreign.py
"""
import bz2, io, lzma, os, pickle, shutil, sqlite3, struct, tarfile, tempfile, wave, zipfile
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
shutil.rmtree('foreign', ignore_errors=True); os.makedirs('foreign'); os.chdir('foreign')
a = np.sin(np.arange(24.)).reshape(4, 6)
byte = (100 * a + 100).astype('u1')

def kept(name, data, n=700):
    with open(name, 'wb') as f:
        f.write(data[:n])

def made(name, write, n=700):
    """write(path) makes the file."""
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, name); write(path)
        with open(path, 'rb') as f:
            kept(name, f.read(), n)

def h5(path, **kw):
    import h5py
    with h5py.File(path, 'w', **kw) as f:
        f['u'] = a
made('hdf5.h5', h5)
made('userblock.h5', lambda p: h5(p, userblock_size=512), 1100)
def netcdf(path, fmt):
    import netCDF4
    with netCDF4.Dataset(path, 'w', format=fmt) as d:
        d.createDimension('y', 4); d.createDimension('x', 6); d.createVariable('u', 'f8', ('y', 'x'))[:] = a
for name, fmt in [('netcdf3.nc', 'NETCDF3_CLASSIC'), ('netcdf64.nc', 'NETCDF3_64BIT_OFFSET'), ('netcdf5.nc', 'NETCDF3_64BIT_DATA'), ('netcdf4.nc', 'NETCDF4')]:
    made(name, lambda p: netcdf(p, fmt))
import scipy.io, scipy.io.wavfile
made('matlab5.mat', lambda p: scipy.io.savemat(p, {'u': a}))
kept('matlab73.mat', b'MATLAB 7.3 MAT-file, Platform: GLNXA64'.ljust(512) + open('hdf5.h5', 'rb').read())
made('sound.wav', lambda p: scipy.io.wavfile.write(p, 8000, byte.ravel()))
import eccodes
for edition in 1, 2:
    g = eccodes.codes_grib_new_from_samples(f'regular_ll_sfc_grib{edition}')
    kept(f'grib{edition}.grib', eccodes.codes_get_message(g))
kept('bufr.bufr', eccodes.codes_get_message(eccodes.codes_bufr_new_from_samples('BUFR4')))
from astropy.io import fits
made('fits.fits', lambda p: fits.writeto(p, a))
import zarr
for v in 2, 3:
    with tempfile.TemporaryDirectory() as d:
        zarr.save_array(d + '/z', a, zarr_format=v)
        name = '.zarray' if v == 2 else 'zarr.json'
        kept(f'zarr{v}.json', open(f'{d}/z/{name}', 'rb').read(), 4096)
        with zipfile.ZipFile(f'zarr{v}.zip', 'w') as z:
            z.write(f'{d}/z/{name}', name)
import tifffile
made('tiff.tif', lambda p: tifffile.imwrite(p, a.astype('f4')))
made('tiffbe.tif', lambda p: tifffile.imwrite(p, byte, byteorder='>'))
made('bigtiff.tif', lambda p: tifffile.imwrite(p, a.astype('f4'), bigtiff=True))
from PIL import Image
for ext in 'jpg', 'gif', 'bmp', 'webp', 'jp2', 'ppm', 'pbm':
    made('picture.' + ext, lambda p: Image.fromarray(byte).convert('1' if ext == 'pbm' else 'L' if ext == 'gif' else 'RGB').save(p))
import nibabel
made('nifti.nii', lambda p: nibabel.save(nibabel.Nifti1Image(a, np.eye(4)), p))
made('nifti2.nii', lambda p: nibabel.save(nibabel.Nifti2Image(a, np.eye(4)), p))
made('analyze.hdr', lambda p: nibabel.save(nibabel.AnalyzeImage(byte[..., None], np.eye(4)), p.replace('.hdr', '.img')))
import nrrd, mrcfile
made('nrrd.nrrd', lambda p: nrrd.write(p, a))
def mrc(path):
    with mrcfile.new(path) as m:
        m.set_data(a.astype('f4'))
made('map.mrc', mrc)
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
def dicom(path):
    meta = FileMetaDataset(); meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage; meta.MediaStorageSOPInstanceUID = '1.2.3'
    d = FileDataset(path, {}, file_meta=meta, preamble=b'\0' * 128); d.PatientName = 'none'; d.save_as(path)
made('dicom.dcm', dicom)
import pandas, pyarrow as pa, pyarrow.feather, pyarrow.orc, pyarrow.parquet
table = pandas.DataFrame({'u': a[0], 'v': a[1]})
made('table.parquet', table.to_parquet)
made('table.orc', lambda p: pa.orc.write_table(pa.table({'u': a[0]}), p))
made('feather1.feather', lambda p: pa.feather.write_feather(table, p, version=1))
made('table.xlsx', table.to_excel, 1 << 20)
made('table.dta', lambda p: table.to_stata(p, version=118))
import fastavro
def avro(path):
    with open(path, 'wb') as f:
        fastavro.writer(f, {'type': 'record', 'name': 'r', 'fields': [{'name': 'u', 'type': 'double'}]}, [{'u': float(v)} for v in a[0]])
made('table.avro', avro)
def sqlite(path):
    with sqlite3.connect(path) as c:
        c.execute('create table t (u real)')
made('base.sqlite', sqlite)
for protocol in 2, 4:
    kept(f'pickle{protocol}.pkl', pickle.dumps(a, protocol))
import uproot, pyreadr, safetensors.numpy
def root(path):
    with uproot.recreate(path) as f:
        f['t'] = {'u': a[0]}
made('root.root', root)
made('r.rdata', lambda p: pyreadr.write_rdata(p, table, df_name='t'))
made('weights.safetensors', lambda p: safetensors.numpy.save_file({'u': a}, p))
import cdflib.cdfwrite
def cdf(path):
    c = cdflib.cdfwrite.CDF(path, cdf_spec={'rDim_sizes': [6]}, delete=True)
    c.write_var({'Variable': 'u', 'Data_Type': 45, 'Num_Elements': 1, 'Rec_Vary': True, 'Dim_Sizes': [6]}, var_data=a); c.close()
made('nasa.cdf', cdf)
import laspy
made('cloud.las', lambda p: laspy.create().write(p))
import lz4.frame, zstandard
for name, pack in [('packed.xz', lzma.compress), ('packed.bz2', bz2.compress), ('packed.zst', zstandard.compress), ('packed.lz4', lz4.frame.compress)]:
    kept(name, pack(a.tobytes()))
buf = io.BytesIO()
with tarfile.open(fileobj=buf, mode='w') as t:
    t.addfile(tarfile.TarInfo('u.npy'))
kept('packed.tar', buf.getvalue())
with zipfile.ZipFile('packed.zip', 'w') as z:
    z.writestr('u.f64', a.tobytes())

# By hand, from their specifications.
kept('seven.7z', b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24))
kept('hdf4.hdf', b'\x0e\x03\x13\x01' + struct.pack('>HI', 1, 0) + bytes(16))
kept('idl.sav', b'SR\x00\x04\x00\x00\x00\x0a' + bytes(32))
kept('silo.silo', b'<<PDB:II>>' + bytes(32))
kept('legacy.vtk', b'# vtk DataFile Version 3.0\nu\nASCII\nDATASET STRUCTURED_POINTS\nDIMENSIONS 6 4 1\n')
kept('image.vti', b'<?xml version="1.0"?>\n<VTKFile type="ImageData" version="0.1" byte_order="LittleEndian">\n')
kept('mesh.xmf', b'<?xml version="1.0"?>\n<Xdmf Version="3.0">\n')
kept('mesh.ply', b'ply\nformat ascii 1.0\nelement vertex 3\n')
kept('mesh.stl', b'solid u\nfacet normal 0 0 1\nouter loop\n')
kept('light.exr', b'\x76\x2f\x31\x01\x02\x00\x00\x00channels\0chlist\0')
kept('light.hdr', b'#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 6\n')
kept('volume.mha', b'ObjectType = Image\nNDims = 2\nDimSize = 6 4\nElementType = MET_DOUBLE\n')
kept('adios.bp', b'ADIOS-BP v2.9.1 Index Table'.ljust(64, b'\0'))
kept('old.xls', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(24))
kept('pointer.npy', b'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 224\n')
kept('missing.npy', b'<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n')
kept('utf16.csv', 'u,v\n1,2\n'.encode('utf-16'))
kept('paper.pdf', b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
