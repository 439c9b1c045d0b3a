// Package foreign knows the files of other kinds, which are not read: what they are,
// and how to get an array out of them.
package foreign

import (
	"archive/zip"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/magic"
)

// Kind is a kind of file that is not read.
type Kind struct {
	What    string        // "a FITS file"
	wayOut  string        // how to get an array out of it; FILE stands for its name
	content magic.Matcher // tells it by its first bytes
	Weak    bool          // other files and plain values may begin like that too
}

// Err returns the error of a file of the kind. It matches
// [fail.ErrUnsupported].
func (f *Kind) Err(name string) error { return &kindError{f, name, false} }

// Find returns the kind of a file that begins with head, nil for none. Weak kinds
// come after all others.
func Find(head []byte) (found *Kind) {
	for i := range kinds {
		row := &kinds[i]
		switch {
		case !row.content(head):
		case !row.Weak:
			return row
		case found == nil:
			found = row
		}
	}
	return found
}

// kindError says that a file is of a kind that is not read.
type kindError struct {
	*Kind
	name   string
	packed bool // with gzip
}

func (e *kindError) Error() string {
	name, before := e.name, ""
	if e.packed {
		name = strings.TrimSuffix(name, ".gz")
		before = "after gunzip -k " + shellName(e.name) + " "
	}
	return before + "this is " + e.What + ", " + strings.ReplaceAll(e.wayOut, "FILE", shellName(name))
}

func (*kindError) Is(target error) bool {
	return target == fail.ErrUnsupported || target == fail.ErrFormat
}

// Packed says in the error of a foreign file that it is packed with gzip, and leaves
// other errors alone.
func Packed(err error) error {
	if e, ok := errors.AsType[*kindError](err); ok {
		e.packed = true
	}
	return err
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$`)

// shellName is a name that can be put into a command as it is, else FILE.
func shellName(name string) string {
	if name == "stdin" || !plainName.MatchString(name) {
		return "FILE"
	}
	return name
}

// python is the way out by a line of Python that makes an array of the file,
// after the packages it imports.
func python(packages, array string) string {
	return "which is not read here; make an array of it: python3 -c 'import numpy, " + packages + `; numpy.save("out.npy", ` + array + ")'"
}

// unpack is the way out by a command that writes what is packed to stdout.
func unpack(command string) string {
	return "which must be unpacked first: " + command + " FILE | morsel compress --format npy - -o out.mrsl"
}

// otherwise is the way out of what a single command does not help with.
func otherwise(hint string) string { return "which holds no array that can be read here; " + hint }

// folders are kinds of arrays that are folders, told by an entry, or a pattern of
// entries, in them.
var folders = []struct {
	entry string
	Kind
}{
	{"zarr.json", zarr},
	{".zarray", zarr},
	{".zgroup", zarr},
	{"attributes.json", Kind{What: "an N5 folder", wayOut: python("zarr", `zarr.open(zarr.N5FSStore("FILE"), mode="r")["NAME"][...]`)}},
	{"md.idx", Kind{What: "an ADIOS 2 folder", wayOut: python("adios2", `adios2.FileReader("FILE").read("NAME")`)}},
	{"__schema", Kind{What: "a TileDB array", wayOut: python("tiledb", `tiledb.open("FILE")[:]`)}},
	{"saved_model.pb", Kind{What: "a TensorFlow model", wayOut: otherwise("save its weights with numpy.save")}},
	{"*.parquet", Kind{What: "a folder of Parquet files", wayOut: python("pandas", `pandas.read_parquet("FILE")["COLUMN"]`)}},
	{"*.dcm", Kind{What: "a folder of DICOM files", wayOut: python("pydicom, glob", `numpy.stack([pydicom.dcmread(f).pixel_array for f in sorted(glob.glob("FILE/*.dcm"))])`)}},
}

// Folder returns the error of a folder called name that was given as a file. It
// matches [array.ErrUnsupported] and says which kind of arrays a folder like it holds,
// if any, and how to get at them.
func Folder(fsys fs.FS, name string) error {
	for _, f := range folders {
		if found, err := fs.Glob(fsys, f.entry); err == nil && len(found) > 0 {
			return f.Err(name)
		}
	}
	return fail.Unsupportedf("this is a folder; give a file in it")
}

// archives are kinds of zip files, told by the beginning or end of an entry's name.
var archives = []struct {
	begin, end string
	Kind
}{
	{"xl/", "", Kind{What: "an Excel workbook", wayOut: python("pandas", `pandas.read_excel("FILE")["COLUMN"]`)}},
	{"word/", "", Kind{What: "a Word document", wayOut: otherwise("save its numbers as CSV")}},
	{"", "zarr.json", zarrZip},
	{"", ".zarray", zarrZip},
	{"", ".zgroup", zarrZip},
	{"", "data.pkl", Kind{What: "a PyTorch file", wayOut: python("torch", `torch.load("FILE")["NAME"].numpy()`)}},
	{"model.weights.h5", "", Kind{What: "a Keras model", wayOut: otherwise("save its weights with numpy.save")}},
	{"content.xml", "", Kind{What: "an OpenDocument file", wayOut: python("pandas", `pandas.read_excel("FILE", engine="odf")["COLUMN"]`)}},
	{"META-INF/", "", Kind{What: "a Java archive", wayOut: otherwise("unzip it first")}},
}

// Zip returns the error of a zip file without .npy entries.
func Zip(name string, entries []*zip.File) error {
	for _, a := range archives {
		if slices.ContainsFunc(entries, func(e *zip.File) bool { return strings.HasPrefix(e.Name, a.begin) && strings.HasSuffix(e.Name, a.end) }) {
			return a.Err(name)
		}
	}
	other := Kind{What: "a zip file without .npy entries", wayOut: "which must be unpacked first: unzip FILE, then give one of the files in it"}
	return other.Err(name)
}
