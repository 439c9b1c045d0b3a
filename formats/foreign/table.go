package foreign

import (
	"bytes"
	"encoding/binary"

	"github.com/morselcodec/morsel/formats/internal/magic"
)

var (
	zarr    = Kind{What: "a Zarr folder", wayOut: python("zarr", `zarr.open("FILE", mode="r")[...]`)}
	zarrZip = Kind{What: "a zipped Zarr folder", wayOut: python("zarr", `zarr.open(zarr.storage.ZipStore("FILE"), mode="r")[...]`)}
)

// picture is the way out of pictures.
var picture = python("PIL.Image", `numpy.asarray(PIL.Image.open("FILE"))`)

// hdf5 is the signature of an HDF5 file.
const hdf5 = "\x89HDF\r\n\x1a\n"

// kinds are the kinds of files that are told by what they begin with. Where
// one kind is a special case of another, it comes first.
var kinds = []Kind{
	// Morsel's own.
	{What: "a morsel archive", wayOut: "not an array file; to get the array back: morsel decompress FILE", content: magic.Begins("MRSL")},
	{What: "a morsel model", wayOut: "not an array file; give it to compress or decompress with -m FILE, or see morsel info FILE", content: magic.Begins("\x89MRSM\r\n\x1a")},
	{What: "a checkpoint of a training", wayOut: "not an array file; give it to morsel train with --resume FILE", content: magic.Begins("\x89MRSC\r\n\x1a")},

	// Arrays with names.
	{What: "a MATLAB 7.3 file (HDF5)", wayOut: python("h5py", `h5py.File("FILE")["NAME"][()].T`), content: magic.Begins("MATLAB 7.3 MAT-file")},
	{What: "a MATLAB 5 file", wayOut: python("scipy.io", `scipy.io.loadmat("FILE")["NAME"]`), content: magic.Begins("MATLAB 5.0 MAT-file")},
	{What: "an HDF5 or NetCDF-4 file", wayOut: python("h5py", `h5py.File("FILE")["NAME"][()]`),
		content: magic.AnyOf(magic.Begins(hdf5), magic.At(512, hdf5), magic.At(1024, hdf5), magic.At(2048, hdf5))},
	{What: "a NetCDF-3 file", wayOut: python("scipy.io", `scipy.io.netcdf_file("FILE", mmap=False).variables["NAME"][:]`), content: magic.Begins("CDF\x01", "CDF\x02")},
	{What: "a NetCDF-3 file of 64-bit data", wayOut: python("netCDF4", `numpy.asarray(netCDF4.Dataset("FILE")["NAME"][:])`), content: magic.Begins("CDF\x05")},
	{What: "an HDF4 file", wayOut: python("pyhdf.SD", `pyhdf.SD.SD("FILE").select("NAME").get()`), content: magic.Begins("\x0e\x03\x13\x01")},
	{What: "a CDF file (of NASA)", wayOut: python("cdflib", `cdflib.CDF("FILE").varget("NAME")`), content: magic.Begins("\xcd\xf3\x00\x01", "\xcd\xf2\x60\x02", "\x00\x00\xff\xff\x00\x00\xff\xff")},
	{What: "a GRIB 1 file", wayOut: python("cfgrib", `cfgrib.open_datasets("FILE")[0]["NAME"].values`), content: magic.All(magic.Begins("GRIB"), magic.At(7, "\x01"))},
	{What: "a GRIB 2 file", wayOut: python("cfgrib", `cfgrib.open_datasets("FILE")[0]["NAME"].values`), content: magic.Begins("GRIB")},
	{What: "a BUFR file", wayOut: otherwise("dump it as text with bufr_dump FILE and give its numbers as CSV"), content: magic.Begins("BUFR")},
	{What: "a FITS file", wayOut: python("astropy.io.fits", `astropy.io.fits.getdata("FILE").astype("f8")`), content: magic.Begins("SIMPLE  =")},
	{What: "the description of a Zarr array", wayOut: "which is a folder: give the folder's name to python3 -c 'import numpy, zarr; numpy.save(\"out.npy\", zarr.open(\"FOLDER\", mode=\"r\")[...])'", content: magic.All(magic.Begins("{"), magic.Contains(`"zarr_format"`))},
	{What: "an ADIOS file", wayOut: python("adios2", `adios2.FileReader("FILE").read("NAME")`), content: magic.Begins("ADIOS-BP")},
	{What: "a Silo or PDB file", wayOut: otherwise("open it with VisIt and export its data as text"), content: magic.Begins("<<PDB:", "!<PDB:", "!<><PDB:")},
	{What: "a CGNS file (ADF)", wayOut: otherwise("turn it into HDF5 with adf2hdf FILE out.h5"), content: magic.At(4, "ADF Database")},
	{What: "an IDL save file", wayOut: python("scipy.io", `scipy.io.readsav("FILE")["NAME"]`), content: magic.Begins("SR\x00\x04", "SR\x00\x06")},
	{What: "a ROOT file", wayOut: python("uproot", `uproot.open("FILE")["TREE"]["BRANCH"].array(library="np")`), content: magic.Begins("root\x00")},
	{What: "an R data file", wayOut: python("pyreadr", `pyreadr.read_r("FILE")["NAME"]`), content: magic.Begins("RDX2\n", "RDX3\n", "RDA2\n", "RDA3\n")},
	{What: "an R data file", wayOut: python("pyreadr", `pyreadr.read_r("FILE")[None]`), content: magic.Begins("X\n\x00\x00\x00"), Weak: true},
	{What: "a safetensors file", wayOut: python("safetensors.numpy", `safetensors.numpy.load_file("FILE")["NAME"]`), content: isSafetensors},
	{What: "a GGUF file", wayOut: python("gguf", `gguf.GGUFReader("FILE").tensors[0].data`), content: magic.Begins("GGUF")},
	{What: "a Python pickle", wayOut: python("pickle", `pickle.load(open("FILE", "rb"))`), content: magic.Begins("\x80\x04\x95", "\x80\x05\x95")},
	{What: "a Python pickle", wayOut: python("pickle", `pickle.load(open("FILE", "rb"))`), content: magic.Begins("\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"), Weak: true},

	// Tables.
	{What: "a Parquet file", wayOut: python("pandas", `pandas.read_parquet("FILE")["COLUMN"]`), content: magic.Begins("PAR1", "PARE")},
	{What: "an ORC file", wayOut: python("pandas", `pandas.read_orc("FILE")["COLUMN"]`), content: magic.Begins("ORC"), Weak: true},
	{What: "a Feather version 1 file", wayOut: python("pandas", `pandas.read_feather("FILE")["COLUMN"]`), content: magic.Begins("FEA1")},
	{What: "an Avro file", wayOut: python("fastavro, pandas", `pandas.DataFrame(fastavro.reader(open("FILE", "rb")))["COLUMN"]`), content: magic.Begins("Obj\x01")},
	{What: "an SQLite database", wayOut: "which is not read here; make CSV of a table: sqlite3 -csv -header FILE 'SELECT * FROM TABLE' > out.csv", content: magic.Begins("SQLite format 3\x00")},
	{What: "a DuckDB database", wayOut: "which is not read here; make CSV of a table: duckdb FILE -csv 'SELECT * FROM TABLE' > out.csv", content: magic.At(8, "DUCK")},
	{What: "an old Excel or Word file", wayOut: python("pandas", `pandas.read_excel("FILE")["COLUMN"]`), content: magic.Begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
	{What: "a Stata file", wayOut: python("pandas", `pandas.read_stata("FILE")["COLUMN"]`), content: magic.Begins("<stata_dta>")},
	{What: "an SPSS file", wayOut: python("pandas", `pandas.read_spss("FILE")["COLUMN"]`), content: magic.Begins("$FL2", "$FL3")},

	// Pictures, volumes and sounds.
	{What: "a TIFF or GeoTIFF file", wayOut: python("tifffile", `tifffile.imread("FILE")`), content: magic.Begins("II*\x00", "MM\x00*")},
	{What: "a BigTIFF file", wayOut: python("tifffile", `tifffile.imread("FILE")`), content: magic.Begins("II+\x00", "MM\x00+")},
	{What: "a JPEG picture", wayOut: picture, content: magic.Begins("\xff\xd8\xff")},
	{What: "a JPEG 2000 picture", wayOut: picture, content: magic.Begins("\x00\x00\x00\x0cjP  \r\n\x87\n", "\xff\x4f\xff\x51")},
	{What: "a JPEG XL picture", wayOut: "which is not read here; djxl FILE out.png makes a PNG of it", content: magic.Begins("\x00\x00\x00\x0cJXL \r\n\x87\n")},
	{What: "a GIF picture", wayOut: picture, content: magic.Begins("GIF87a", "GIF89a")},
	{What: "a BMP picture", wayOut: picture, content: magic.All(magic.Begins("BM"), magic.At(6, "\x00\x00\x00\x00"), magic.At(15, "\x00\x00"))},
	{What: "a WebP picture", wayOut: picture, content: magic.All(magic.Begins("RIFF"), magic.At(8, "WEBP"))},
	{What: "a Photoshop picture", wayOut: picture, content: magic.Begins("8BPS")},
	{What: "a colour or bitmap Netpbm picture", wayOut: picture, content: magic.Netpbm("13467Ff"), Weak: true},
	{What: "an OpenEXR picture", wayOut: python("OpenEXR", `OpenEXR.File("FILE").channels()["NAME"].pixels`), content: magic.Begins("\x76\x2f\x31\x01")},
	{What: "a Radiance HDR picture", wayOut: python("imageio.v3", `imageio.v3.imread("FILE")`), content: magic.Begins("#?RADIANCE", "#?RGBE")},
	{What: "a HEIF or AVIF picture", wayOut: python("pillow_heif", `pillow_heif.open_heif("FILE")`), content: magic.At(4, "ftyphei", "ftypmif1", "ftypavif")},
	{What: "an MP4 film", wayOut: python("imageio.v3", `imageio.v3.imread("FILE")`), content: magic.At(4, "ftyp")},
	{What: "an AVI film", wayOut: python("imageio.v3", `imageio.v3.imread("FILE")`), content: magic.All(magic.Begins("RIFF"), magic.At(8, "AVI "))},
	{What: "a WAV sound", wayOut: python("scipy.io.wavfile", `scipy.io.wavfile.read("FILE")[1]`), content: magic.All(magic.Begins("RIFF", "RF64"), magic.At(8, "WAVE"))},
	{What: "a FLAC, Ogg or AIFF sound", wayOut: python("soundfile", `soundfile.read("FILE")[0]`), content: magic.AnyOf(magic.Begins("fLaC", "OggS"), magic.All(magic.Begins("FORM"), magic.At(8, "AIF")))},
	{What: "a NIfTI file", wayOut: python("nibabel", `nibabel.load("FILE").get_fdata()`), content: magic.AnyOf(magic.At(344, "n+1\x00", "ni1\x00"), magic.At(4, "n+2\x00\r\n\x1a\n", "ni2\x00\r\n\x1a\n"))},
	{What: "an Analyze 7.5 header", wayOut: python("nibabel", `nibabel.load("FILE").get_fdata()`), content: isAnalyze},
	{What: "an NRRD file", wayOut: python("nrrd", `nrrd.read("FILE")[0].T`), content: magic.Begins("NRRD000")},
	{What: "a MetaImage file", wayOut: python("SimpleITK", `SimpleITK.GetArrayFromImage(SimpleITK.ReadImage("FILE"))`), content: magic.All(magic.Begins("ObjectType", "NDims", "Comment"), magic.Contains("DimSize"))},
	{What: "an MRC map", wayOut: python("mrcfile", `mrcfile.read("FILE")`), content: magic.At(208, "MAP ")},
	{What: "a DICOM file", wayOut: python("pydicom", `pydicom.dcmread("FILE").pixel_array`), content: magic.At(128, "DICM")},
	{What: "a Zeiss CZI file", wayOut: python("czifile", `czifile.imread("FILE")`), content: magic.Begins("ZISRAWFILE")},
	{What: "an ENVI header", wayOut: "the values are in the file beside it; give that one with the shape and type that this one says", content: magic.Begins("ENVI\n", "ENVI\r\n")},
	{What: "an Erdas Imagine file", wayOut: python("rasterio", `rasterio.open("FILE").read()`), content: magic.Begins("EHFA_HEADER_TAG")},
	{What: "a SEG-Y file", wayOut: python("segyio", `segyio.tools.cube("FILE")`), content: magic.Begins("\xc3\x40\xf1"), Weak: true},

	// Meshes and points.
	{What: "a VTK file", wayOut: python("pyvista", `pyvista.read("FILE")["NAME"]`), content: magic.AnyOf(magic.Begins("# vtk DataFile"), magic.Contains("<VTKFile"))},
	{What: "an XDMF file", wayOut: "which describes the HDF5 file beside it: python3 -c 'import numpy, h5py; numpy.save(\"out.npy\", h5py.File(\"NAME.h5\")[\"NAME\"][()])'", content: magic.Contains("<Xdmf")},
	{What: "an AmiraMesh file", wayOut: python("pyvista", `pyvista.read("FILE")["NAME"]`), content: magic.Begins("# AmiraMesh", "# Avizo")},
	{What: "a Tecplot file", wayOut: python("pyvista", `pyvista.read("FILE")["NAME"]`), content: magic.Begins("#!TDV")},
	{What: "an OpenVDB file", wayOut: otherwise("sample its grids onto a lattice and save it with numpy.save"), content: magic.Begins("\x20\x42\x44\x56\x00\x00\x00\x00")},
	{What: "a LAS or LAZ point cloud", wayOut: python("laspy", `laspy.read("FILE").xyz`), content: magic.Begins("LASF")},
	{What: "a PCD point cloud", wayOut: python("open3d", `open3d.io.read_point_cloud("FILE").points`), content: magic.Begins("# .PCD")},
	{What: "a PLY mesh", wayOut: python("trimesh", `trimesh.load("FILE").vertices`), content: magic.Begins("ply\n", "ply\r")},
	{What: "an STL mesh", wayOut: python("trimesh", `trimesh.load("FILE").vertices`), content: magic.All(magic.Begins("solid "), magic.Contains("facet"))},
	{What: "a glTF mesh", wayOut: python("trimesh", `trimesh.load("FILE", force="mesh").vertices`), content: magic.Begins("glTF")},

	// Packed files.
	{What: "a 7-Zip archive", wayOut: "which must be unpacked first: 7z x FILE", content: magic.Begins("7z\xbc\xaf\x27\x1c")},
	{What: "a RAR archive", wayOut: "which must be unpacked first: unrar x FILE", content: magic.Begins("Rar!\x1a\x07")},
	{What: "a tar archive", wayOut: "which must be unpacked first: tar xf FILE, then give one of the files in it", content: magic.At(257, "ustar")},
	{What: "a file packed with xz", wayOut: unpack("xz -dc"), content: magic.Begins("\xfd7zXZ\x00")},
	{What: "a file packed with bzip2", wayOut: unpack("bzip2 -dc"), content: magic.All(magic.Begins("BZh"), magic.At(4, "1AY&SY", "\x17\x72\x45\x38\x50\x90"))},
	{What: "a file packed with zstd", wayOut: unpack("zstd -dc"), content: magic.Begins("\x28\xb5\x2f\xfd")},
	{What: "a file packed with lz4", wayOut: unpack("lz4 -dc"), content: magic.Begins("\x04\x22\x4d\x18")},
	{What: "a file packed with lzip", wayOut: unpack("lzip -dc"), content: magic.Begins("LZIP")},
	{What: "a file packed with compress", wayOut: unpack("uncompress -c"), content: magic.Begins("\x1f\x9d"), Weak: true},
	{What: "a zfp stream", wayOut: "which must be unpacked first: zfp -h -z FILE -o out.f32, with the shape and type it was packed with", content: magic.Begins("zfp\x05")},
	{What: "a Blosc 2 frame", wayOut: python("blosc2", `blosc2.open("FILE")[...]`), content: magic.At(2, "b2frame\x00")},

	// Text.
	{What: "text in UTF-16", wayOut: "of which only UTF-8 is read; turn it: iconv -f UTF-16 -t UTF-8 FILE > out.csv", content: isUTF16},
	{What: "a pointer of Git LFS", wayOut: "not the file itself; fetch it: git lfs pull --include FILE", content: magic.Begins("version https://git-lfs.github.com/spec/")},
	{What: "a web page", wayOut: "perhaps the answer to a failed download; look at it and fetch the file again", content: isHTML},
	{What: "a PDF or PostScript document", wayOut: otherwise("save its numbers as CSV"), content: magic.Begins("%PDF-", "%!PS")},
	{What: "an XML file", wayOut: otherwise("save its numbers as CSV"), content: magic.Begins("<?xml", "\ufeff<?xml")},
	{What: "an ESRI ASCII grid", wayOut: python("rasterio", `rasterio.open("FILE").read(1)`), content: magic.Begins("ncols ", "NCOLS "), Weak: true},
	{What: "a JSON file", wayOut: python("json", `json.load(open("FILE"))["NAME"]`), content: isJSON, Weak: true},
	{What: "a program", wayOut: otherwise("give the file that it writes"), content: magic.Begins("\x7fELF")},
}

// isAnalyze matches the size of the header, 348, and a rank of 1 to 7 in the same
// byte order.
func isAnalyze(head []byte) bool {
	if len(head) < 348 {
		return false
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if rank := order.Uint16(head[40:]); order.Uint32(head) == 348 && rank >= 1 && rank <= 7 {
			return true
		}
	}
	return false
}

// isSafetensors matches the length of a JSON header, and its beginning.
func isSafetensors(head []byte) bool {
	return len(head) > 9 && head[8] == '{' && head[9] == '"' && binary.LittleEndian.Uint64(head)-2 < 100<<20
}

// isUTF16 matches a byte order mark and two ASCII characters.
func isUTF16(head []byte) bool {
	ascii := func(high, low byte) bool { return high == 0 && (low >= ' ' && low <= '~' || low == '\t') }
	if len(head) < 6 {
		return false
	}
	return magic.Begins("\xff\xfe")(head) && ascii(head[3], head[2]) && ascii(head[5], head[4]) ||
		magic.Begins("\xfe\xff")(head) && ascii(head[2], head[3]) && ascii(head[4], head[5])
}

func isHTML(head []byte) bool {
	head = bytes.ToLower(bytes.TrimSpace(head))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

func isJSON(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) < 2 || head[0] != '{' && head[0] != '[' {
		return false
	}
	next := bytes.TrimLeft(head[1:], " \t\r\n")
	return len(next) > 0 && bytes.IndexByte([]byte(`"{[]}-0123456789`), next[0]) >= 0
}
