package formats

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// openNPZ lists the .npy entries of a zip file, and passes over what is none
// or no array.
func openNPZ(r io.ReaderAt, size int64, name string, o *OpenOptions) ([]array.Source, []Skipped, error) {
	z, err := zip.NewReader(io.NewSectionReader(r, 0, size), size) // offsets beyond the file are its end
	if err != nil {
		return nil, nil, fmt.Errorf("npz: %w", fail.Damage(err))
	}
	var sources []array.Source
	var skipped []Skipped
	arrays := false
	for _, f := range z.File {
		entry, ok := strings.CutSuffix(f.Name, ".npy")
		switch {
		case ok:
			arrays = true
			s, err := openNPZEntry(f, o)
			if err == nil {
				s.Name = entry
				sources = append(sources, s)
				continue
			}
			if !errors.Is(err, fail.ErrFormat) { // the device's
				return nil, nil, err
			}
			skipped = append(skipped, Skipped{entry, fmt.Errorf("npz: entry %q: %w", f.Name, err)})
		case !strings.HasSuffix(entry, "/"):
			skipped = append(skipped, Skipped{entry, fail.Unsupportedf("npz: entry %q is no .npy file", f.Name)})
		}
	}
	if !arrays {
		return nil, nil, foreignZip(name, z.File)
	}
	return sources, skipped, nil
}

func openNPZEntry(f *zip.File, o *OpenOptions) (array.Source, error) {
	if f.Flags&1 != 0 {
		return array.Source{}, fail.Unsupportedf("encrypted")
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return array.Source{}, fail.Unsupportedf("compressed by zip method %d (want stored or deflated, as NumPy does)", f.Method)
	}
	if f.UncompressedSize64 > array.MaxValues {
		return array.Source{}, fail.Malformedf("impossible size %d", f.UncompressedSize64)
	}
	in := input{length: int64(f.UncompressedSize64), open: func(offset int64) (io.ReadCloser, error) {
		r, err := f.Open()
		if err != nil {
			return nil, fail.Damage(err)
		}
		return skip(r, offset)
	}}
	s, err := openNPY(in, o)
	if err != nil {
		return array.Source{}, err
	}
	return s[0], nil
}

// writeNPZ stores the arrays under their names, or as NumPy's arr_0, arr_1, ...
func writeNPZ(w io.Writer, sources []array.Source) error {
	named := make([]array.Source, len(sources))
	for i, s := range sources {
		named[i] = s
		named[i].Name = entryName(s.Name)
	}
	z := zip.NewWriter(w)
	names := uniqueNames(named, "arr_0", "arr_%d")
	for i, s := range sources {
		e, err := z.CreateHeader(&zip.FileHeader{Name: names[i] + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := writeNPY(e, s); err != nil {
			return err
		}
	}
	return z.Close()
}

// entryName is the last part of a name: what unpacks the file must not be led
// to another folder, of any system.
func entryName(name string) string {
	name = path.Base(strings.NewReplacer(`\`, "/", "\x00", "").Replace(name))
	switch name {
	case ".", "..", "/":
		return ""
	}
	return name
}
