// Package block numbers the kinds of blocks that a chunk consists of. Block is the
// format's word for a piece of a chunk's payload that has a kind and a length.
//
// See section 5 of FORMAT.md.
package block

// Kinds of blocks, in the order in which they stand in a chunk. Kinds is the number
// after the last.
const (
	Raw           = 1 + iota // elements as they are
	Mask                     // classes of masked values
	Unpredictable            // values stored exactly, one by one
	Latents                  // of a model's windows
	Stencils                 // weights of fitted predictors
	Residual                 // bins of prediction errors
	Keep                     // constraints on the order of values
	Signs                    // of values coded by their logarithms
	Scan                     // values predicted one by one
	Table                    // of the distinct values of a scan
	Kinds
)

// List holds the payloads of a chunk's blocks by kind, nil for those that it
// does not have.
type List [Kinds][]byte

// Size returns how many bytes the payloads are in all.
func (l *List) Size() int {
	n := 0
	for _, b := range l {
		n += len(b)
	}
	return n
}
