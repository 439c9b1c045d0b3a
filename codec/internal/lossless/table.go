package lossless

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/internal/wire"
)

// A table lists the different indices of a chunk in ascending order; the scan
// then codes positions in it.

// tableShare is how many values there are at least for each in a table.
const tableShare = 8

// distinct returns the different indices, in ascending order; none if they are
// more than most, or leave no gaps that positions would close.
func (s *scanInput) distinct(most int) []int64 {
	seen := map[int64]bool{}
	for i, u := range s.indices {
		s.Grid.Watch.After(1)
		if !s.skips(i) && !seen[u] {
			if len(seen) >= most {
				return nil
			}
			seen[u] = true
		}
	}
	table := make([]int64, 0, len(seen))
	for u := range seen {
		table = append(table, u)
	}
	slices.Sort(table)
	if n := len(table); n < 2 || uint64(table[n-1]-table[0]) < uint64(n) {
		return nil
	}
	return table
}

// encodeTable codes a table.
func (s *scanInput) encodeTable(table []int64) []byte {
	p := scan.Params{Lattice: s.params.Lattice, Taps: 4, Memory: 8}
	return scan.Encode(binary.AppendUvarint(nil, uint64(len(table))), p, []int{len(table)}, slices.Clone(table), nil, s.Grid.Watch.Check)
}

// replaceByPositions replaces indices by their positions in the table.
func (s *scanInput) replaceByPositions(table []int64) {
	s.indices = slices.Clone(s.indices)
	for i, u := range s.indices {
		if !s.skips(i) {
			r, _ := slices.BinarySearch(table, u)
			s.indices[i] = int64(r)
		}
	}
	s.params = scan.Params{Lattice: integerLattice}
}

// tableHead returns how many indices a table has, of a chunk of so many values,
// and what follows.
func tableHead(payload []byte, values int) (n int, codes []byte, err error) {
	f := wire.Fields{B: payload}
	if n = int(f.Uvarint(uint64(values / tableShare))); n == 0 {
		f.Fail("a table without indices")
	}
	return n, f.B, f.Err
}

// replacePositions replaces positions by the indices in the table of a block, and
// returns their lattice.
func replacePositions(payload []byte, indices []int64, uncoded []bool, watch *interrupt.Watch) (scan.Lattice, error) {
	n, codes, err := tableHead(payload, len(indices))
	if err != nil {
		return scan.Lattice{}, err
	}
	table := make([]int64, n)
	lattice, err := scan.Decode(codes, []int{len(table)}, table, nil, watch.Check)
	if err != nil {
		return lattice, err
	}
	for i, r := range indices {
		if uncoded != nil && uncoded[i] {
			r = 0
		}
		if r < 0 || r >= int64(n) {
			return lattice, fmt.Errorf("position %d in a table of %d", r, n)
		}
		indices[i] = table[r]
	}
	return lattice, nil
}
