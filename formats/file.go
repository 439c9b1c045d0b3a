package formats

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// File is what [Open] found in a file.
type File struct {
	Format  Format
	Arrays  []Source
	Skipped []Skipped
}

// ErrArray marks a missing or ambiguous choice among the arrays of a file.
var ErrArray = errors.New("which array?")

// Array returns the array called name, or the only one if name is "" and nothing
// else was damaged. Of arrays of one name, name#2 is the second, and #3 is the
// third of all; see [File.Labels]. ":" stands for all 1-D arrays of equal length
// as the columns of a 2-D one. The error lists what there is and matches
// [ErrArray], unless the file has no array or name is an entry that was skipped.
func (f *File) Array(name string) (Source, error) {
	if name == "" && len(f.Arrays) == 1 {
		return f.Arrays[0], f.Damaged()
	}
	found := f.called(name)
	if base, k, ok := cutIndex(name); ok && len(found) == 0 {
		if found = f.called(base); base == "" {
			found = f.Arrays
		}
		found = found[min(k-1, len(found)):min(k, len(found))]
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if i := slices.IndexFunc(f.Skipped, func(s Skipped) bool { return s.Name == name }); len(found) == 0 && name != "" && i >= 0 {
		return Source{}, fmt.Errorf("array %q: %w", name, f.Skipped[i].Err)
	}
	switch {
	case name == ":" && len(f.Arrays) > 0 && len(found) == 0:
		if err := f.Damaged(); err != nil {
			return Source{}, err
		}
		return f.allColumns()
	case len(f.Arrays) == 0:
		return Source{}, f.none()
	case name == "":
		return Source{}, fmt.Errorf("%w: name one of %d: %s%s", ErrArray, len(f.Arrays), f.list(), f.allHint())
	case len(found) > 1:
		return Source{}, fmt.Errorf("%w: %d arrays are called %q: they are %s#1 to %s#%d", ErrArray, len(found), name, name, name, len(found))
	}
	return Source{}, fmt.Errorf("%w: none is called %q; there are: %s", ErrArray, name, f.list())
}

// All returns every array. It is an error if there is none, or if an entry that
// would be one is damaged.
func (f *File) All() ([]Source, error) {
	if len(f.Arrays) == 0 {
		return nil, f.none()
	}
	return f.Arrays, f.Damaged()
}

// none says why there is no array.
func (f *File) none() error {
	if err := f.Damaged(); err != nil {
		return err
	}
	switch len(f.Skipped) {
	case 0:
		return fail.Unsupportedf("no array in the file")
	case 1:
		return f.Skipped[0].Err
	}
	s := f.Skipped[0]
	return fail.Unsupportedf("none of the %d entries is an array; %q: %w", len(f.Skipped), s.Name, s.Err)
}

// called returns the arrays of a name, none for "".
func (f *File) called(name string) []Source {
	var found []Source
	for _, a := range f.Arrays {
		if a.Name == name && name != "" {
			found = append(found, a)
		}
	}
	return found
}

// cutIndex splits name#2 into the name and the index.
func cutIndex(s string) (name string, index int, ok bool) {
	i := strings.LastIndexByte(s, '#')
	if i < 0 {
		return s, 0, false
	}
	index, err := strconv.Atoi(s[i+1:])
	return s[:i], index, err == nil && index > 0
}

// Labels returns the names by which [File.Array] finds the arrays: their own, or
// with an index among the arrays of one name, or among all for those without.
func (f *File) Labels() []string {
	count, nth := map[string]int{}, map[string]int{}
	for _, a := range f.Arrays {
		count[a.Name]++
	}
	labels := make([]string, len(f.Arrays))
	for i, a := range f.Arrays {
		nth[a.Name]++
		switch {
		case a.Name == "":
			labels[i] = fmt.Sprintf("#%d", i+1)
		case count[a.Name] > 1:
			labels[i] = fmt.Sprintf("%s#%d", a.Name, nth[a.Name])
		default:
			labels[i] = a.Name
		}
	}
	return labels
}

// Damaged returns the error of an entry that would be an array if it were
// whole, nil if there is none: whoever names no array might have meant that.
func (f *File) Damaged() error {
	for _, s := range f.Skipped {
		if !errors.Is(s.Err, ErrUnsupported) {
			if len(f.Arrays) == 0 {
				return s.Err
			}
			return fmt.Errorf("%w (the file's other arrays can be read by name)", s.Err)
		}
	}
	return nil
}

// skippedNames lists a few names.
func skippedNames(skipped []Skipped) string {
	var names []string
	for i, s := range skipped {
		if i == maxListed {
			names = append(names, fmt.Sprintf("%d more", len(skipped)-i))
			break
		}
		names = append(names, strconv.Quote(s.Name))
	}
	return strings.Join(names, ", ")
}

// allHint tells of ":" where it is a choice.
func (f *File) allHint() string {
	if _, err := array.Columns("", f.Arrays); err != nil {
		return ""
	}
	return "; or \":\" for all of them as the columns of one"
}

// maxListed is how many arrays an error lists.
const maxListed = 20

// list names the arrays.
func (f *File) list() string {
	var b strings.Builder
	labels := f.Labels()
	for i, a := range f.Arrays {
		if i == maxListed {
			fmt.Fprintf(&b, ", and %d more", len(f.Arrays)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (%v %s)", Printable(labels[i]), a.DType, FormatShape(a.Shape))
	}
	return b.String()
}

// allColumns is what the name ":" stands for: every array of the file as a
// column.
func (f *File) allColumns() (Source, error) {
	if len(f.Arrays) == 1 && len(f.Arrays[0].Shape) > 1 {
		return f.Arrays[0], nil
	}
	s, err := array.Columns("", f.Arrays)
	if err != nil {
		return Source{}, err
	}
	notes := []string{}
	if f.Arrays[0].Note != "" {
		notes = append(notes, f.Arrays[0].Note)
	}
	if len(f.Skipped) > 0 {
		notes = append(notes, "without "+skippedNames(f.Skipped))
	}
	s.Note = strings.Join(notes, "; ")
	return s, nil
}
