package formats

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/golden"
	"github.com/morselcodec/morsel/formats/npy"
	"github.com/morselcodec/morsel/formats/raster"
)

// foreignFiles are the files of testdata/foreign, made by foreign.py there: what
// each is called, and what the way out of it names.
var foreignFiles = []struct{ file, what, wayOut string }{
	{"adios.bp", "an ADIOS file", "adios2.FileReader"},
	{"analyze.hdr", "an Analyze 7.5 header", "nibabel.load"},
	{"base.sqlite", "an SQLite database", "sqlite3 -csv"},
	{"bigtiff.tif", "a BigTIFF file", "tifffile.imread"},
	{"bufr.bufr", "a BUFR file", "bufr_dump"},
	{"cloud.las", "a LAS or LAZ point cloud", "laspy.read"},
	{"dicom.dcm", "a DICOM file", "pixel_array"},
	{"feather1.feather", "a Feather version 1 file", "pandas.read_feather"},
	{"fits.fits", "a FITS file", "astropy.io.fits.getdata"},
	{"grib1.grib", "a GRIB 1 file", "cfgrib.open_datasets"},
	{"grib2.grib", "a GRIB 2 file", "cfgrib.open_datasets"},
	{"hdf4.hdf", "an HDF4 file", "pyhdf.SD"},
	{"hdf5.h5", "an HDF5 or NetCDF-4 file", `h5py.File("hdf5.h5")["NAME"]`},
	{"idl.sav", "an IDL save file", "scipy.io.readsav"},
	{"image.vti", "a VTK file", "pyvista.read"},
	{"legacy.vtk", "a VTK file", "pyvista.read"},
	{"light.exr", "an OpenEXR picture", "OpenEXR.File"},
	{"light.hdr", "a Radiance HDR picture", "imageio"},
	{"map.mrc", "an MRC map", "mrcfile.read"},
	{"matlab5.mat", "a MATLAB 5 file", "scipy.io.loadmat"},
	{"matlab73.mat", "a MATLAB 7.3 file", "h5py.File"},
	{"mesh.ply", "a PLY mesh", "trimesh.load"},
	{"mesh.stl", "an STL mesh", "trimesh.load"},
	{"mesh.xmf", "an XDMF file", "h5py.File"},
	{"missing.npy", "a web page", "failed download"},
	{"nasa.cdf", "a CDF file", "cdflib.CDF"},
	{"netcdf3.nc", "a NetCDF-3 file", "scipy.io.netcdf_file"},
	{"netcdf4.nc", "an HDF5 or NetCDF-4 file", "h5py.File"},
	{"netcdf5.nc", "a NetCDF-3 file of 64-bit data", "netCDF4.Dataset"},
	{"netcdf64.nc", "a NetCDF-3 file", "scipy.io.netcdf_file"},
	{"nifti.nii", "a NIfTI file", "nibabel.load"},
	{"nifti2.nii", "a NIfTI file", "nibabel.load"},
	{"nrrd.nrrd", "an NRRD file", "nrrd.read"},
	{"old.xls", "an old Excel or Word file", "pandas.read_excel"},
	{"packed.bz2", "a file packed with bzip2", "bzip2 -dc packed.bz2 | morsel compress --format npy -"},
	{"packed.lz4", "a file packed with lz4", "lz4 -dc packed.lz4 | morsel"},
	{"packed.tar", "a tar archive", "tar xf packed.tar"},
	{"packed.xz", "a file packed with xz", "xz -dc packed.xz | morsel"},
	{"packed.zip", "a zip file without .npy entries", "unzip packed.zip"},
	{"packed.zst", "a file packed with zstd", "zstd -dc packed.zst | morsel"},
	{"paper.pdf", "a PDF", "CSV"},
	{"pickle2.pkl", "a Python pickle", "pickle.load"},
	{"pickle4.pkl", "a Python pickle", "pickle.load"},
	{"picture.bmp", "a BMP picture", "PIL.Image.open"},
	{"picture.gif", "a GIF picture", "PIL.Image.open"},
	{"picture.jp2", "a JPEG 2000 picture", "PIL.Image.open"},
	{"picture.jpg", "a JPEG picture", "PIL.Image.open"},
	{"picture.pbm", "a colour or bitmap Netpbm picture", "PIL.Image.open"},
	{"picture.ppm", "a colour or bitmap Netpbm picture", "PIL.Image.open"},
	{"picture.webp", "a WebP picture", "PIL.Image.open"},
	{"pointer.npy", "a pointer of Git LFS", "git lfs pull --include pointer.npy"},
	{"r.rdata", "an R data file", "pyreadr.read_r"},
	{"root.root", "a ROOT file", "uproot.open"},
	{"seven.7z", "a 7-Zip archive", "7z x seven.7z"},
	{"silo.silo", "a Silo or PDB file", "VisIt"},
	{"sound.wav", "a WAV sound", "scipy.io.wavfile.read"},
	{"table.avro", "an Avro file", "fastavro.reader"},
	{"table.dta", "a Stata file", "pandas.read_stata"},
	{"table.orc", "an ORC file", "pandas.read_orc"},
	{"table.parquet", "a Parquet file", "pandas.read_parquet"},
	{"table.xlsx", "an Excel workbook", "pandas.read_excel"},
	{"tiff.tif", "a TIFF or GeoTIFF file", "tifffile.imread"},
	{"tiffbe.tif", "a TIFF or GeoTIFF file", "tifffile.imread"},
	{"userblock.h5", "an HDF5 or NetCDF-4 file", "h5py.File"},
	{"volume.mha", "a MetaImage file", "SimpleITK.ReadImage"},
	{"utf16.csv", "text in UTF-16", "iconv -f UTF-16 -t UTF-8 utf16.csv"},
	{"weights.safetensors", "a safetensors file", "safetensors.numpy.load_file"},
	{"zarr2.json", "the description of a Zarr array", "zarr.open"},
	{"zarr2.zip", "a zipped Zarr folder", "zarr.storage.ZipStore"},
	{"zarr3.json", "the description of a Zarr array", "zarr.open"},
	{"zarr3.zip", "a zipped Zarr folder", "zarr.storage.ZipStore"},
}

// A file of another kind is called what it is, with the way out, whatever its
// name; it is not malformed.
func TestForeign(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range foreignFiles {
		listed[c.file] = true
		b := golden.File(t, "foreign/"+c.file)
		for _, name := range []string{c.file, "-", "x.npy", "x.npz", "x.png", "x.dat", "x_3x4.f32", c.file + ".gz"} {
			content := b
			if hasGzipName(name) {
				content = golden.Gzip(b)
			}
			_, err := openBytes(content, name, nil)
			told := strings.TrimSuffix(name, ".gz")
			if name == "-" {
				told = "FILE"
			}
			wayOut := strings.ReplaceAll(c.wayOut, c.file, told)
			switch {
			case err == nil:
				t.Errorf("%s as %s is read", c.file, name)
			case strings.HasPrefix(name, "x_") && errors.Is(err, ErrShape): // a weak mark
			case !errors.Is(err, ErrFormat) || !errors.Is(err, ErrUnsupported) || strings.Contains(err.Error(), "malformed"),
				!strings.Contains(err.Error(), "this is "+c.what) || !strings.Contains(err.Error(), wayOut) || strings.Contains(err.Error(), "FILE") && name != "-":
				t.Errorf("%s as %s: %v, want %q and %q", c.file, name, err, c.what, wayOut)
			case hasGzipName(name) && !strings.HasPrefix(err.Error(), "after gunzip -k "+name):
				t.Errorf("%s as %s: %v, want a word about gunzip", c.file, name, err)
			}
		}
		checkFlagsWin(t, b)
	}
	entries, err := os.ReadDir("testdata/foreign")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !listed[e.Name()] {
			t.Errorf("%s is not in the table", e.Name())
		}
	}
}

// checkFlagsWin reads b as values because the caller says so.
func checkFlagsWin(t *testing.T, b []byte) {
	t.Helper()
	shape := []int{len(b)}
	for _, name := range []string{"x.npy", "x.png", "x.h5", "x.csv", "x.dat", "-", "u_3x4.f32"} {
		for _, o := range []*OpenOptions{{Shape: shape, DType: Uint8}, {Format: Raw, Shape: shape, DType: Uint8}} {
			s, err := openBytes(b, name, o)
			if err != nil {
				t.Errorf("%.8q as %s, %+v: %v", b, name, o, err)
				continue
			}
			if got, err := golden.Bytes(s[0]); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%.8q as %s, %+v: other values, %v", b, name, o, err)
			}
		}
	}
}

// What the caller says wins over content that is read, too, and so does a name
// that describes the values in full.
func TestFlagsWin(t *testing.T) {
	for name := range golden.Arrays(t) {
		checkFlagsWin(t, golden.File(t, name))
	}
	checkFlagsWin(t, []byte(input.GzipMagic+"\x08 and no more"))
	checkFlagsWin(t, []byte("\x89HDF\r\n\x1a\n"))
	for _, mark := range []string{npy.Magic, "\x89HDF\r\n\x1a\n", "PK\x03\x04", raster.PNGMagic, input.GzipMagic, "P5 ", "CDF\x01", "MRSL"} {
		b := append([]byte(mark), make([]byte, 24-len(mark))...)
		if s, err := openBytes(b, "u_2x3.f32", nil); err != nil || s[0].DType != Float32 {
			t.Errorf("%q in a file whose name and length agree: %v", mark, err)
		}
	}
	_, err := openBytes(golden.File(t, "f4.npy"), "x.dat", &OpenOptions{Shape: []int{24}, DType: Float32})
	if !errors.Is(err, ErrShape) || !strings.Contains(err.Error(), "it looks like an array file in npy format") {
		t.Errorf("%v, want a hint at what the file is", err)
	}
	if _, err := openBytes(golden.File(t, "f4.npy"), "x.npy", &OpenOptions{Format: PNG}); err == nil || !strings.Contains(err.Error(), "png") {
		t.Errorf("an NPY file said to be PNG: %v", err)
	}
}

// Without a word of the caller, content decides over the name.
func TestContentWins(t *testing.T) {
	for name, want := range golden.Arrays(t) {
		if f := DetectFormat(name); f == Raw || f == CSV {
			continue
		}
		for _, as := range []string{"x.npy", "x.npz", "x.arrow", "x.png", "x.pgm", "x.dat", "x.f32", "x.abc", "x.npy.gz"} {
			got, err := openBytes(golden.File(t, name), as, nil)
			if err != nil {
				t.Errorf("%s as %s: %v", name, as, err)
				continue
			}
			golden.Check(t, got, want)
		}
	}
	for text, want := range map[string]Format{"P5,P6\n1,2\n": CSV, "P5 ,b\n1,2\n": CSV} {
		if f, err := Open(strings.NewReader(text), int64(len(text)), "x.csv", nil); err != nil || f.Format != want {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

// Sound files that say too little are not called malformed either.
func TestUnknown(t *testing.T) {
	for name, text := range map[string]string{"notes.txt": "what is this", "empty": "", "x.dat": "four"} {
		_, err := openBytes([]byte(text), name, nil)
		if !errors.Is(err, ErrUnsupported) || strings.Contains(err.Error(), "malformed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
