package codec

import "github.com/morselcodec/morsel/codec/internal/fault"

// Errors to match with errors.Is.
var (
	// ErrCorrupt marks bytes that are not a sound archive.
	ErrCorrupt = fault.ErrCorrupt
	// ErrVersion marks an archive written by a newer format version, or one
	// with a critical section that this reader does not know.
	ErrVersion = fault.ErrVersion
	// ErrChanged marks an array whose values were not the same when they were
	// encoded as when its range was found.
	ErrChanged = fault.ErrChanged
	// ErrModelNotFound marks an archive that needs a model nobody provided.
	ErrModelNotFound = fault.ErrModelNotFound
	// ErrLimit marks what would go beyond DecodeOptions.MaxBytes or MaxMemory, or
	// beyond what the format allows a chunk.
	ErrLimit = fault.ErrLimit
)

// CorruptError says where an archive is damaged: its Section, as FORMAT.md names
// it; the Offset of that section's first byte in the archive, −1 if it is unknown;
// and Err, what was expected and found. It matches ErrCorrupt, or ErrVersion where
// Err does.
type CorruptError = fault.CorruptError
