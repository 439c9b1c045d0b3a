package formats

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
)

// openNPZ lists the .npy entries of a zip file; others are skipped, as NumPy
// does.
func openNPZ(r io.ReaderAt, size int64, name string, o *OpenOptions) ([]Source, []Skipped, error) {
	z, err := zip.NewReader(io.NewSectionReader(r, 0, size), size) // offsets beyond the file are its end
	if err != nil {
		return nil, nil, fmt.Errorf("npz: %w", damage(err))
	}
	var sources []Source
	for _, f := range z.File {
		entry, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		s, err := openNPZEntry(f, o)
		if err != nil {
			return nil, nil, fmt.Errorf("npz: entry %q: %w", f.Name, err)
		}
		s.Name = entry
		sources = append(sources, s)
	}
	if len(sources) == 0 {
		return nil, nil, foreignZip(name, z.File)
	}
	return sources, nil, nil
}

func openNPZEntry(f *zip.File, o *OpenOptions) (Source, error) {
	if f.Flags&1 != 0 {
		return Source{}, badf("encrypted")
	}
	if f.UncompressedSize64 > MaxValues {
		return Source{}, badf("impossible size %d", f.UncompressedSize64)
	}
	in := input{length: int64(f.UncompressedSize64), open: func(offset int64) (io.ReadCloser, error) {
		r, err := f.Open()
		if err != nil {
			return nil, damage(err)
		}
		return skip(r, offset)
	}}
	s, err := openNPY(in, o)
	if err != nil {
		return Source{}, err
	}
	return s[0], nil
}

// writeNPZ stores the arrays under their names, or as NumPy's arr_0, arr_1, ...
func writeNPZ(w io.Writer, sources []Source) error {
	z := zip.NewWriter(w)
	names := uniqueNames(sources, "arr_0", "arr_%d")
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
