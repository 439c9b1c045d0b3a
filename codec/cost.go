package codec

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/scan"
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
	case c.block[blockKeep] != nil:
		return maxKeepValues
	case c.mode == modeRaw || c.mode == modeConstant:
		return maxChunkValues
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
	g := newGrid(shape)
	if most := data.maxValues(); g.size > most {
		return cost{}, fmt.Errorf("%w: a %s chunk of %d values, the format's limit is %d", ErrLimit, data.kind(), g.size, most)
	}
	coded := data.mode != modeRaw && data.mode != modeConstant && data.mode != modeScan
	if n := g.shape[g.rank-1]; coded && n > maxLine {
		return cost{}, fmt.Errorf("%w: a %s chunk with %d values along its last axis, the format's limit is %d", ErrLimit, data.kind(), n, maxLine)
	}
	size := c.DType.Size()
	width := 4.0 // of a value
	if c.DType.NeedsFloat64() {
		width = 8
	}
	var k cost
	k.add(g.size, 0, float64(size))
	switch data.mode {
	case modeConstant:
		return k, inBlock("constant", checkRaw(data.block[blockRaw], 1, size))
	case modeRaw:
		k.add(g.size, float64(size), 0)
		return k, inBlock("raw", checkRaw(data.block[blockRaw], g.size, size))
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
	if c.block[blockKeep] != nil {
		return "topology keeping"
	}
	return modeNames[c.mode]
}

// specials counts mask and exact values.
func (k *cost) specials(g *grid, size int, data *chunkData) error {
	if b := data.block[blockMask]; b != nil {
		work := 10.0
		classes := 0
		if len(b) > 0 {
			classes = int(b[0])
		}
		if classes == 0 || len(b)-1 < classes*size {
			return inBlock("mask", fmt.Errorf("%d bytes for %d classes", len(b), classes))
		}
		if classes > 1 {
			work = 60
		}
		k.add(g.size, 2, work)
	}
	if b := data.block[blockExact]; b != nil {
		f := fields{b: b}
		n := int(f.uvarint(uint64(min(g.size, len(b)))))
		if f.err != nil {
			return inBlock("exact", f.err)
		}
		k.add(n, float64(8+8+size), 20)
		k.add(g.size, 1, 0)
	}
	return nil
}

// macsPerNanosecond is how fast models are, on a slow machine.
const macsPerNanosecond = 8

// latents counts what a model takes.
func (k *cost) latents(g *grid, width float64, m *autoencoder.Model, data *chunkData) error {
	if data.block[blockLatents] == nil {
		return nil
	}
	if m == nil {
		return ErrModelNotFound
	}
	w, err := newWindows(g, m)
	if err == nil {
		err = checkModelWork(w, m)
	}
	if err != nil {
		return inBlock("latents", err)
	}
	n := float64(w.total)
	k.memory += 4*int64(min(w.total, w.batch))*int64(w.values) + m.DecodeMemory()
	k.memory += int64(n * float64(m.LatentLen()) * 9) // unpacked, and as numbers
	k.add(g.size, width, 0)
	work := float64(m.DecodeWork()/macsPerNanosecond) + float64(20*m.LatentLen())
	k.work += int64(min(float64(n*work), math.MaxInt64/4))
	return nil
}

// linesMemory is what the residual's coders hold for each value of a line.
const linesMemory = 32

// residual counts the residual, and logarithms.
func (k *cost) residual(c *chunkCodec, g *grid, width float64, data *chunkData) error {
	if data.mode == modeLatents {
		k.add(g.size, width, 5)
	}
	b := data.block[blockResidual]
	if b == nil {
		return nil
	}
	if signs := data.block[blockSigns]; signs != nil {
		h, err := c.signsHead(signs)
		if err != nil {
			return inBlock("signs", err)
		}
		c = c.logarithms(h.tight)
		k.add(g.size, 8, 60)
		if h.flags&signsNegative != 0 {
			k.add(g.size, 0, 40)
		}
	}
	h, err := c.residualHead(b, g.rank)
	if err != nil {
		return inBlock("residual", err)
	}
	k.add(g.size, width+2, [...]float64{coderStatic: 15, coderLight: 45, coderFull: 90}[h.coder])
	if data.block[blockStencils] != nil {
		k.add(g.size, 0.5, 20)
	}
	k.memory += int64(linesMemory * g.longestLine())
	return nil
}

// kept counts the keep block; what the residual leaves is garbage by then, but
// for the values.
func (k *cost) kept(c *chunkCodec, g *grid, data *chunkData) error {
	b := data.block[blockKeep]
	if b == nil {
		return nil
	}
	h, err := c.parseKeepHead(b, g)
	if err != nil {
		return inBlock("keep", err)
	}
	directions, around := 0, 1
	for range g.rank {
		around *= 3
	}
	switch {
	case h.keep&KeepOrder != 0:
		directions = around / 2
	case h.keep&KeepSigns != 0:
		directions = g.rank
	}
	// Keys, intervals and states; five fields of 32 bits; signs; marks and
	// refutations.
	perValue, work := float64(25+20+directions), float64(150+100*directions)
	if h.keep&KeepExtrema != 0 {
		perValue += 4
		work += float64(4 * around)
	}
	k.add(g.size, perValue, work)
	rows := signRows(g.size*directions, h.depth)
	k.memory += 3 * int64(rows) * 4 * mixing.Nodes
	return nil
}

// scan counts a scan, and its table.
func (k *cost) scan(g *grid, data *chunkData) error {
	b := data.block[blockScan]
	if b == nil {
		return nil
	}
	p, err := scan.ParseParams(b, g.shape[:g.rank])
	if err != nil {
		return inBlock("scan", err)
	}
	perValue, work := p.Cost()
	k.add(g.size, 8+perValue, work)
	if b := data.block[blockTable]; b != nil {
		n, rest, err := tableHead(b, g.size)
		if err == nil {
			p, err = scan.ParseParams(rest, []int{n})
		}
		if err != nil {
			return inBlock("table", err)
		}
		perValue, work := p.Cost()
		k.add(n, 8+perValue, work)
	}
	return nil
}

// longestLine returns the most points of a line of the walk.
func (g *grid) longestLine() int {
	n := g.shape[g.rank-1]
	if n == g.size {
		return (n + 1) / 2 // every other value, at the last level
	}
	return n
}
