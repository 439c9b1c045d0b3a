package foreign

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

func TestFolder(t *testing.T) {
	for entry, want := range map[string]string{
		".zarray": "a Zarr folder", ".zgroup": "a Zarr folder", "zarr.json": "a Zarr folder", "attributes.json": "an N5 folder",
		"md.idx": "an ADIOS 2 folder", "__schema": "a TileDB array", "part-0.parquet": "a folder of Parquet files",
		"1.dcm": "a folder of DICOM files", "u.npy": "this is a folder; give a file in it",
	} {
		err := Folder(fstest.MapFS{entry: {}}, "my.zarr")
		if !errors.Is(err, fail.ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("with %s: %v, want %q", entry, err, want)
		}
	}
}

// Names go into commands as they are only where no shell would read more into
// them.
func TestShellName(t *testing.T) {
	for name, want := range map[string]string{
		"a/b-1.h5": "a/b-1.h5", "../x.nc": "../x.nc", "-": "FILE", "-rf": "FILE", "stdin": "FILE", "a b": "FILE", "x'; rm": "FILE", "": "FILE", "a\nb": "FILE",
	} {
		if got := shellName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
