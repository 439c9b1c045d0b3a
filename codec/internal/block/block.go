// Package block names the blocks that a chunk consists of; see "Chunk" in
// FORMAT.md.
package block

// Kinds of blocks, in the order in which they stand.
const (
	Raw           = 1 + iota // elements as they are
	Mask                     // special values
	Unpredictable            // values stored exactly
	Latents                  // of a model
	Stencils                 // weights of fitted predictors
	Residual                 // bins of prediction errors
	Keep                     // what holds beside the bound
	Signs                    // of values coded by their logarithms
	Scan                     // values predicted one by one
	Table                    // of a scan
	Kinds
)

// List holds the payloads of a chunk's blocks by kind, nil for those that it
// does not have.
type List [Kinds][]byte

// Size returns the number of bytes that all of them take.
func (l *List) Size() int {
	n := 0
	for _, b := range l {
		n += len(b)
	}
	return n
}
