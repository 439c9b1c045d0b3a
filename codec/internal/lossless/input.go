package lossless

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/scan"
)

// scanInput is what a scan codes, and how.
type scanInput struct {
	Input
	shape   []int
	indices []int64
	uncoded []bool // values that are not coded; nil for none
	params  scan.Params
}

func (in *Input) scan(special []bool) *scanInput {
	return &scanInput{Input: *in, shape: in.Grid.Shape[:in.Grid.Rank], uncoded: special}
}

// skips reports whether the scan leaves value i out.
func (s *scanInput) skips(i int) bool { return s.uncoded != nil && s.uncoded[i] }

// leaveOut adds values to those that the scan leaves out.
func (s *scanInput) leaveOut(off []int) {
	if len(off) == 0 {
		return
	}
	if s.uncoded = slices.Clone(s.uncoded); s.uncoded == nil {
		s.uncoded = make([]bool, s.Grid.Size)
	}
	for _, i := range off {
		s.uncoded[i] = true
	}
}

// encode codes the indices, or their positions in a table where there are few
// different ones and that is smaller.
func (s *scanInput) encode() (b block.List) {
	b[block.Scan] = s.smallest()
	table := s.distinct(len(s.indices) / tableShare)
	if len(table) == 0 {
		return b
	}
	var positions block.List
	positions[block.Table] = s.encodeTable(table)
	s.replaceByPositions(table)
	positions[block.Scan] = s.smallest()
	if positions.Size() < b.Size() {
		return positions
	}
	return b
}

// smallest codes the indices with the best of the parameters that the level tries.
func (s *scanInput) smallest() []byte {
	s.analyse()
	var best []byte
	for _, p := range s.candidateParams() {
		if b := scan.Encode(nil, p, s.shape, s.indices, s.uncoded, s.Grid.Watch.Check); best == nil || len(b) < len(best) {
			best = b
		}
	}
	return best
}

// candidateParams lists the parameters that the level tries.
func (s *scanInput) candidateParams() []scan.Params {
	type effort struct{ taps, memory int }
	small := len(s.indices) <= grid.SmallArray && s.Alone
	var efforts []effort
	switch {
	case s.Level == LeastLevel:
		efforts = []effort{{8, 9}}
	case s.Level <= 6 && !small:
		efforts = []effort{{24, 9}}
	case s.Level <= 6:
		efforts = []effort{{24, 8}, {12, 7}}
	case !small:
		efforts = []effort{{32, 10}, {40, 8}}
	default:
		efforts = []effort{{40, 10}, {32, 8}, {24, 7}, {16, 8}, {12, 7}}
	}
	var list []scan.Params
	for _, e := range efforts {
		p := s.params
		p.Taps, p.Memory = e.taps, e.memory
		list = append(list, p)
	}
	return list
}
