package codec

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/codec/internal/wire"
)

// A few bytes can claim many values. So what decoding a chunk takes is counted
// from the heads of its blocks, before any of them is decoded.

// cost is what decoding a chunk takes.
type cost struct {
	memory int64 // bytes at the most at a time, beside the elements
	work   int64 // time, in about nanoseconds
}

// add adds what each of n values takes.
func (k *cost) add(n int, memory, work float64) {
	k.memory += int64(float64(n) * memory)
	k.work += int64(float64(n) * work)
}

// The most values of a chunk, by what decoding a value takes; a chunk of any
// kind stays below 256 MiB and four times its elements. See FORMAT.md.
const (
	maxCodedValues     = 1 << 24
	maxPointwiseValues = 1 << 23
	maxScanValues      = 1 << 22
	maxKeepValues      = 1 << 21
	maxLine            = 1 << 22 // extent of a coded chunk's last axis
)

// maxValues returns the most values that a chunk of the mode, with the blocks
// that it has, may hold.
func (c *chunkData) maxValues() int {
	switch {
	case c.block[block.Keep] != nil:
		return maxKeepValues
	case c.mode == modeRaw || c.mode == modeConstant:
		return tiling.MaxChunkValues
	case c.mode == modeScan:
		return maxScanValues
	case c.mode == modePointwise:
		return maxPointwiseValues
	}
	return maxCodedValues
}

// codersMemory is about what the tables of a chunk's coders take.
const codersMemory = 4 << 20

// cost checks the heads of a chunk's blocks and says what decoding it takes.
func (c *chunkCodec) cost(shape []int, data *chunkData) (cost, error) {
	g := grid.New(shape)
	if most := data.maxValues(); g.Size > most {
		return cost{}, fmt.Errorf("%w: a %s chunk of %d values, the format's limit is %d", fault.ErrLimit, data.kind(), g.Size, most)
	}
	coded := data.mode != modeRaw && data.mode != modeConstant && data.mode != modeScan
	if n := g.Shape[g.Rank-1]; coded && n > maxLine {
		return cost{}, fmt.Errorf("%w: a %s chunk with %d values along its last axis, the format's limit is %d", fault.ErrLimit, data.kind(), n, maxLine)
	}
	size := c.DType.Size()
	width := 4.0 // of a value
	if c.DType.NeedsFloat64() {
		width = 8
	}
	var k cost
	k.add(g.Size, 0, float64(size))
	switch data.mode {
	case modeConstant:
		return k, fault.InBlock("constant", pack.CheckRaw(data.block[block.Raw], 1, size))
	case modeRaw:
		k.add(g.Size, float64(size), 0)
		return k, fault.InBlock("raw", pack.CheckRaw(data.block[block.Raw], g.Size, size))
	}
	k.memory += codersMemory
	return k, errors.Join(
		k.specials(&g, size, data),
		k.latents(&g, width, c.model, data),
		k.residual(c, &g, width, data),
		k.kept(c, &g, data),
		k.scan(&g, data))
}

// kind names what a chunk is.
func (c *chunkData) kind() string {
	if c.block[block.Keep] != nil {
		return "topology keeping"
	}
	return modeNames[c.mode]
}

// specials counts mask and exact values.
func (k *cost) specials(g *grid.Grid, size int, data *chunkData) error {
	if b := data.block[block.Mask]; b != nil {
		work := 10.0
		classes := 0
		if len(b) > 0 {
			classes = int(b[0])
		}
		if classes == 0 || len(b)-1 < classes*size {
			return fault.InBlock("mask", fmt.Errorf("%d bytes for %d classes", len(b), classes))
		}
		if classes > 1 {
			work = 60
		}
		k.add(g.Size, 2, work)
	}
	if b := data.block[block.Exact]; b != nil {
		f := wire.Fields{B: b}
		n := int(f.Uvarint(uint64(min(g.Size, len(b)))))
		if f.Err != nil {
			return fault.InBlock("exact", f.Err)
		}
		k.add(n, float64(8+8+size), 20)
		k.add(g.Size, 1, 0)
	}
	return nil
}

// macsPerNanosecond is how fast models are, on a slow machine.
const macsPerNanosecond = 8

// latents counts what a model takes.
func (k *cost) latents(g *grid.Grid, width float64, m *autoencoder.Model, data *chunkData) error {
	if data.block[block.Latents] == nil {
		return nil
	}
	if m == nil {
		return fault.ErrModelNotFound
	}
	w, err := newWindows(g, m)
	if err == nil {
		err = checkModelWork(w, m)
	}
	if err != nil {
		return fault.InBlock("latents", err)
	}
	n := float64(w.total)
	k.memory += 4*int64(min(w.total, w.batch))*int64(w.values) + m.DecodeMemory()
	k.memory += int64(n * float64(m.LatentLen()) * 9) // unpacked, and as numbers
	k.add(g.Size, width, 0)
	work := float64(m.DecodeWork()/macsPerNanosecond) + float64(20*m.LatentLen())
	k.work += int64(min(float64(n*work), math.MaxInt64/4))
	return nil
}

// residual counts the residual, and logarithms.
func (k *cost) residual(c *chunkCodec, g *grid.Grid, width float64, data *chunkData) error {
	if data.mode == modeLatents {
		k.add(g.Size, width, 5)
	}
	b := data.block[block.Residual]
	if b == nil {
		return nil
	}
	eps := c.eps
	if signs := data.block[block.Signs]; signs != nil {
		h, err := c.signsHead(signs)
		if err != nil {
			return fault.InBlock("signs", err)
		}
		eps = tightened(c.logEps, h.tight)
		k.add(g.Size, 8, 60)
		if h.flags&signsNegative != 0 {
			k.add(g.Size, 0, 40)
		}
	}
	work, err := residual.Cost(b, g.Rank, eps)
	if err != nil {
		return fault.InBlock("residual", err)
	}
	k.add(g.Size, width+2, work)
	if data.block[block.Stencils] != nil {
		k.add(g.Size, 0.5, 20)
	}
	k.memory += int64(residual.LineMemory * g.LongestLine())
	return nil
}

// kept counts the keep block; what the residual leaves is garbage by then, but
// for the values.
func (k *cost) kept(c *chunkCodec, g *grid.Grid, data *chunkData) error {
	b := data.block[block.Keep]
	if b == nil {
		return nil
	}
	h, err := c.parseKeepHead(b, g)
	if err != nil {
		return fault.InBlock("keep", err)
	}
	directions, around := 0, 1
	for range g.Rank {
		around *= 3
	}
	switch {
	case h.keep&KeepOrder != 0:
		directions = around / 2
	case h.keep&KeepSigns != 0:
		directions = g.Rank
	}
	// Keys, intervals and states; five fields of 32 bits; signs; marks and
	// refutations.
	perValue, work := float64(25+20+directions), float64(150+100*directions)
	if h.keep&KeepExtrema != 0 {
		perValue += 4
		work += float64(4 * around)
	}
	k.add(g.Size, perValue, work)
	rows := signRows(g.Size*directions, h.depth)
	k.memory += 3 * int64(rows) * 4 * mixing.Nodes
	return nil
}

// scan counts a scan, and its table.
func (k *cost) scan(g *grid.Grid, data *chunkData) error {
	b := data.block[block.Scan]
	if b == nil {
		return nil
	}
	p, err := scan.ParseParams(b, g.Shape[:g.Rank])
	if err != nil {
		return fault.InBlock("scan", err)
	}
	perValue, work := p.Cost()
	k.add(g.Size, 8+perValue, work)
	if b := data.block[block.Table]; b != nil {
		n, rest, err := tableHead(b, g.Size)
		if err == nil {
			p, err = scan.ParseParams(rest, []int{n})
		}
		if err != nil {
			return fault.InBlock("table", err)
		}
		perValue, work := p.Cost()
		k.add(n, 8+perValue, work)
	}
	return nil
}
