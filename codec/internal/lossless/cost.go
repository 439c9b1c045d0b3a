package lossless

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/scan"
)

// Cost checks the heads of the blocks of a chunk and returns what decoding it
// takes: bytes of memory, and nanoseconds, roughly.
func Cost(g *grid.Grid, blocks *block.List) (memory, work float64, err error) {
	memory, work, err = cost(blocks[block.Scan], g.Shape[:g.Rank], g.Size)
	if err != nil {
		return 0, 0, fault.InBlock("scan", err)
	}
	if b := blocks[block.Table]; b != nil {
		n, codes, err := tableHead(b, g.Size)
		if err != nil {
			return 0, 0, fault.InBlock("table", err)
		}
		m, w, err := cost(codes, []int{n}, n)
		if err != nil {
			return 0, 0, fault.InBlock("table", err)
		}
		memory, work = memory+m, work+w
	}
	return memory, work, nil
}

func cost(b []byte, shape []int, n int) (memory, work float64, err error) {
	p, err := scan.ParseParams(b, shape)
	if err != nil {
		return 0, 0, err
	}
	perValue, ns := p.Cost()
	return float64(n) * (8 + perValue), float64(float64(n) * ns), nil
}
