package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// OpenZip lists the .npy entries of a zip file, and passes over what is none
// or no array. The limit is that of [Open], and of files that are packed once
// more. Other gives the error of a zip file without .npy entries.
func OpenZip(in input.Input, limit int64, other func([]*zip.File) error) ([]array.Source, []array.Skipped, error) {
	r, size, err := in.ReaderAt(limit)
	if err != nil {
		return nil, nil, err
	}
	z, err := zip.NewReader(io.NewSectionReader(r, 0, size), size) // offsets beyond the file are its end
	if err != nil {
		return nil, nil, fmt.Errorf("npz: %w", input.Damage(err))
	}
	var sources []array.Source
	var skipped []array.Skipped
	arrays := false
	for _, f := range z.File {
		entry, ok := strings.CutSuffix(f.Name, ".npy")
		switch {
		case ok:
			arrays = true
			s, err := openEntry(f, limit)
			if err == nil {
				s.Name = entry
				sources = append(sources, s)
				continue
			}
			if !errors.Is(err, fail.ErrFormat) { // the device's
				return nil, nil, err
			}
			skipped = append(skipped, array.Skipped{Name: entry, Err: fmt.Errorf("npz: entry %q: %w", f.Name, err)})
		case !strings.HasSuffix(entry, "/"):
			skipped = append(skipped, array.Skipped{Name: entry, Err: fail.Unsupportedf("npz: entry %q is no .npy file", f.Name)})
		}
	}
	if !arrays {
		return nil, nil, other(z.File)
	}
	return sources, skipped, nil
}

func openEntry(f *zip.File, limit int64) (array.Source, error) {
	if f.Flags&1 != 0 {
		return array.Source{}, fail.Unsupportedf("encrypted")
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return array.Source{}, fail.Unsupportedf("compressed by zip method %d (want stored or deflated, as NumPy does)", f.Method)
	}
	if f.UncompressedSize64 > array.MaxValues {
		return array.Source{}, fail.Malformedf("impossible size %d", f.UncompressedSize64)
	}
	return Open(input.Packed(int64(f.UncompressedSize64), f.Open), limit)
}

// WriteZip stores the arrays under their names, or as NumPy's arr_0, arr_1, ...
func WriteZip(w io.Writer, sources []array.Source) error {
	named := make([]array.Source, len(sources))
	for i, s := range sources {
		named[i] = s
		named[i].Name = entryName(s.Name)
	}
	z := zip.NewWriter(w)
	names := array.UniqueNames(named, "arr_0", "arr_%d")
	for i, s := range sources {
		e, err := z.CreateHeader(&zip.FileHeader{Name: names[i] + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := Write(e, s); err != nil {
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
