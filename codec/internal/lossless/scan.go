package lossless

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/codec/internal/special"
)

// scanInput is what a scan codes.
type scanInput struct {
	Input
	shape   []int
	places  []int64
	special []bool // values that the scan leaves out; nil for none
	params  scan.Params
}

func (in *Input) scan(special []bool) *scanInput {
	return &scanInput{Input: *in, shape: in.Grid.Shape[:in.Grid.Rank], special: special}
}

// skips reports whether the scan leaves value i out.
func (s *scanInput) skips(i int) bool { return s.special != nil && s.special[i] }

// leaveOut adds values to those that the scan leaves out.
func (s *scanInput) leaveOut(further []int) {
	if len(further) == 0 {
		return
	}
	if s.special = slices.Clone(s.special); s.special == nil {
		s.special = make([]bool, s.Grid.Size)
	}
	for _, i := range further {
		s.special[i] = true
	}
}

// encode codes the places, or their ranks in a table where there are few
// different ones and that is smaller.
func (s *scanInput) encode() (b block.List) {
	b[block.Scan] = s.smallest()
	table := s.distinct(len(s.places) / tableShare)
	if len(table) == 0 {
		return b
	}
	var ranked block.List
	ranked[block.Table] = s.encodeTable(table)
	s.rank(table)
	ranked[block.Scan] = s.smallest()
	if ranked.Size() < b.Size() {
		return ranked
	}
	return b
}

// smallest codes the places in the best of the ways that the level tries.
func (s *scanInput) smallest() []byte {
	s.observe()
	var best []byte
	for _, p := range s.attempts() {
		if b := scan.Encode(nil, p, s.shape, s.places, s.special, s.Grid.Watch.Check); best == nil || len(b) < len(best) {
			best = b
		}
	}
	return best
}

// attempts lists the ways to code the places that the level tries.
func (s *scanInput) attempts() []scan.Params {
	type way struct{ taps, memory int }
	small := len(s.places) <= special.SmallArray && s.Alone
	var ways []way
	switch {
	case s.Level == LeastLevel:
		ways = []way{{8, 9}}
	case s.Level <= 6 && !small:
		ways = []way{{24, 9}}
	case s.Level <= 6:
		ways = []way{{24, 8}, {12, 7}}
	case !small:
		ways = []way{{32, 10}, {40, 8}}
	default:
		ways = []way{{40, 10}, {32, 8}, {24, 7}, {16, 8}, {12, 7}}
	}
	var list []scan.Params
	for _, w := range ways {
		p := s.params
		p.Taps, p.Memory = w.taps, w.memory
		list = append(list, p)
	}
	return list
}
