package codec

import (
	"fmt"
	"runtime"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// DefaultLevel is the effort level used when none is given.
const DefaultLevel = 5

// MinChunkBytes is the size of the smallest chunk that an array is cut into, if
// it does not fit into one: what a chunk adds to its values is less than a
// thousandth of that.
const MinChunkBytes = tiling.MinChunkBytes

// Options say how to encode. The zero value, and nil, mean the defaults. They
// are only read, so that several calls may share them.
type Options struct {
	Bound Bound
	// Keep is what to guarantee beside the bound.
	Keep Keep
	// Range is the range of the values, from [Scan]. A Writer needs it for the
	// bounds Rel and PSNR, since it sees the values too late, and values beyond it
	// are an error, [ErrChanged]; Encode finds it by itself.
	Range *Range
	// Fills are the values that stand for "no data", of the array's element type.
	// They survive exactly, are left out of the range, and no other value becomes
	// one of them. The archive names them, and those of a Source.
	Fills []array.Element
	// FillPolicy says what becomes of values that look like fill but are not among
	// Fills.
	FillPolicy FillPolicy
	// Level is the effort, 1 (fastest) to 9 (smallest); 0 means DefaultLevel.
	// Any reader decodes any level.
	Level int
	// Chunk is the shape of the independently decodable chunks, 24 KiB or more
	// of values each; nil chooses about two million values.
	Chunk      []int
	tinyChunks bool     // tests cut small arrays
	epsForPSNR *float64 // what a search for a PSNR tries
	survey     *survey  // by Prepare
	// Workers is the number of chunks encoded at once; 0 means GOMAXPROCS. The
	// archive's bytes do not depend on it.
	Workers int
	// Model, if set, is tried on every chunk and used where that makes the
	// archive smaller. The archive then names it by its SHA-256.
	Model *autoencoder.Model
	// InlineModel stores the model in the archive, if a chunk used it.
	InlineModel bool
	// Progress, if set, is called with the number of values encoded so far and
	// the total, which grows each time that a search for a PSNR encodes the array
	// again. Calls do not overlap.
	Progress func(done, total int64)
}

// DecodeOptions say how to decode. The zero value, and nil, mean the defaults.
type DecodeOptions struct {
	// Models finds the model with a SHA-256 that an archive names. nil finds
	// none, and archives that need one fail with ErrModelNotFound. For one
	// archive it is called by one goroutine at a time, and no more once it found
	// the model.
	Models func(id [32]byte) (*autoencoder.Model, error)
	// MaxBytes caps the size of the decoded array; 0 means 1 TiB. It caps the
	// work as well: values that an archive hardly spends a byte on take no more
	// than about 24 ns for each byte of MaxBytes, or a second. Beyond it is ErrLimit.
	MaxBytes int64
	// MaxMemory caps what decoding allocates beside the caller's own result, in
	// bytes: it is counted before it is allocated, and an archive that needs more
	// is ErrLimit. 0 means 4 GiB, of which more than 256 MiB are used only where
	// a single chunk needs them.
	MaxMemory int64
	// Workers is the number of chunks decoded at once, fewer where memory would
	// not do; 0 means GOMAXPROCS.
	Workers int
	// Progress, if set, is called with the number of values decoded so far and
	// the total. Calls for one Reader, or one reading of a Region, do not overlap.
	Progress func(done, total int64)
}

// Range is the smallest and the largest finite value that is not fill. A range
// without any such value has Max < Min.
type Range = array.Range

// ErrOptions marks options that contradict each other or the array.
var ErrOptions = fault.ErrOptions

// level returns the effort level.
func (o *Options) level() (int, error) {
	switch {
	case o.Level == 0:
		return DefaultLevel, nil
	case o.Level < 1 || o.Level > 9:
		return 0, fmt.Errorf("%w: level %d (want 1 to 9)", ErrOptions, o.Level)
	}
	return o.Level, nil
}

// workerCount turns a Workers option into a number of goroutines.
func workerCount(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}
