// Package fault tells apart what can go wrong with an archive: damage, with the
// section that is damaged; what another version wrote; what is beyond a limit; and
// errors of the io.Reader that the archive is read from, which say nothing of it.
//
// All other rooms of the codec report errors by its means. FORMAT.md, section 1,
// says what makes an archive corrupt and what makes a reader refuse it.
package fault

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/formats/array"
)

// Errors to match with errors.Is.
var (
	// ErrCorrupt marks bytes that are not a sound archive.
	ErrCorrupt = errors.New("corrupt archive")
	// ErrVersion marks an archive written by a newer format version, or one
	// with a critical section that this reader does not know.
	ErrVersion = errors.New("unsupported archive version")
	// ErrChanged marks an array whose values were not the same when they were
	// encoded as when its range was found.
	ErrChanged = array.ErrChanged
	// ErrOptions marks options that contradict each other or the array.
	ErrOptions = errors.New("bad options")
	// ErrModelNotFound marks an archive that needs a model which nobody provided.
	ErrModelNotFound = errors.New("model not found")
	// ErrLimit marks what is beyond DecodeOptions.MaxBytes or MaxMemory, or beyond
	// the format's limits for a chunk.
	ErrLimit = errors.New("beyond the limit")
)

// CorruptError says where an archive is damaged. It matches ErrCorrupt, or
// ErrVersion where Err does.
type CorruptError struct {
	Section string // the section, as FORMAT.md names it
	Offset  int64  // its first byte in the archive, −1 if unknown
	Err     error  // what was expected and found
}

// At returns the error of damage in a section that starts at offset, −1 if that
// is unknown.
func At(section string, offset int64, err error) *CorruptError {
	return &CorruptError{Section: section, Offset: offset, Err: err}
}

func (e *CorruptError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("%v: %s: %v", ErrCorrupt, e.Section, e.Err)
	}
	return fmt.Sprintf("%v: %s at byte %d: %v", ErrCorrupt, e.Section, e.Offset, e.Err)
}

// Unwrap lets errors.Is find ErrCorrupt and the cause.
func (e *CorruptError) Unwrap() []error { return []error{ErrCorrupt, e.Err} }

// Corrupt returns the error of damage in a section, or err itself where it is of
// the reader below, or says that something is beyond a limit.
func Corrupt(section string, offset int64, err error) error {
	var own *readerError
	if errors.As(err, &own) {
		return own
	}
	if errors.Is(err, ErrLimit) {
		return fmt.Errorf("%s at byte %d: %w", section, offset, err)
	}
	return At(section, offset, err)
}

// BeyondMemory returns the error of what would take need bytes where limit are
// allowed.
func BeyondMemory(what string, need, limit int64) error {
	return fmt.Errorf("%w: %s needs %s of memory, the limit is %s (MaxMemory, --max-memory)", ErrLimit, what, mebibytes(need), mebibytes(limit))
}

// mebibytes prints a size, rounded up.
func mebibytes(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%d KiB", (n+1<<10-1)>>10)
	}
	return fmt.Sprintf("%d MiB", (n+1<<20-1)>>20)
}

// InBlock returns err with the name of the block that it is about, nil for nil.
func InBlock(name string, err error) error {
	if err != nil {
		return fmt.Errorf("%s block: %w", name, err)
	}
	return nil
}
