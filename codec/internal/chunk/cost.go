package chunk

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/latent"
	"github.com/morselcodec/morsel/codec/internal/lossless"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/pointwise"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/internal/wire"
)

// Cost is what decoding a chunk takes. A few bytes can claim many values, so it is
// counted from the heads of blocks before any of them is decoded.
type Cost struct {
	Memory int64 // most bytes at a time, beside the elements
	Work   int64 // time, in about nanoseconds
}

// add adds bytes and nanoseconds for each of n values.
func (k *Cost) add(n int, memory, work float64) {
	k.Memory += int64(float64(n) * memory)
	k.Work += int64(float64(n) * work)
}

// codersMemory is about what the tables of a chunk's coders take.
const codersMemory = 4 << 20

// Cost checks the heads of the blocks of a chunk of the given shape, and returns
// what decoding it takes. What is beyond the format's limits is ErrLimit.
func (c *Codec) Cost(shape []int, ch *Chunk) (Cost, error) {
	g := grid.New(shape)
	if limit := ch.maxValues(); g.Size > limit {
		return Cost{}, fmt.Errorf("%w: a %s chunk of %d values, the format's limit is %d", fault.ErrLimit, ch.description(), g.Size, limit)
	}
	if n := g.Shape[g.Rank-1]; codesLines(ch.Mode) && n > MaxLine {
		return Cost{}, fmt.Errorf("%w: a %s chunk with %d values along its last axis, the format's limit is %d", fault.ErrLimit, ch.description(), n, MaxLine)
	}
	size := c.DType.Size()
	valueBytes := 4.0 // bytes of a value
	if c.DType.NeedsFloat64() {
		valueBytes = 8
	}
	var k Cost
	k.add(g.Size, 0, float64(size))
	switch ch.Mode {
	case Constant:
		return k, fault.InBlock("constant", pack.CheckRaw(ch.Blocks[block.Raw], 1, size))
	case Raw:
		k.add(g.Size, float64(size), 0)
		return k, fault.InBlock("raw", pack.CheckRaw(ch.Blocks[block.Raw], g.Size, size))
	}
	k.Memory += codersMemory
	return k, errors.Join(
		k.specials(&g, size, ch),
		k.latents(&g, valueBytes, c.Model, ch),
		k.residual(c, &g, valueBytes, ch),
		k.keep(c, &g, ch),
		k.scan(&g, ch))
}

// maxValues returns the most values of a chunk with such blocks.
func (c *Chunk) maxValues() int {
	if c.Blocks[block.Keep] != nil {
		return MaxKeepValues
	}
	return modes[c.Mode].maxValues
}

// description names the mode in messages.
func (c *Chunk) description() string {
	if c.Blocks[block.Keep] != nil {
		return "topology keeping"
	}
	return modes[c.Mode].name
}

// specials counts the mask and unpredictable blocks.
func (k *Cost) specials(g *grid.Grid, size int, ch *Chunk) error {
	if b := ch.Blocks[block.Mask]; b != nil {
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
	if b := ch.Blocks[block.Unpredictable]; b != nil {
		f := wire.Fields{B: b}
		n := int(f.Uvarint(uint64(min(g.Size, len(b)))))
		if f.Err != nil {
			return fault.InBlock("unpredictable", f.Err)
		}
		k.add(n, float64(8+8+size), 20)
		k.add(g.Size, 1, 0)
	}
	return nil
}

// latents counts the latents block.
func (k *Cost) latents(g *grid.Grid, valueBytes float64, m *autoencoder.Model, ch *Chunk) error {
	if ch.Blocks[block.Latents] == nil {
		return nil
	}
	if m == nil {
		return fault.ErrModelNotFound
	}
	memory, work, err := latent.Cost(g, m)
	if err != nil {
		return fault.InBlock("latents", err)
	}
	k.add(g.Size, valueBytes, 0)
	k.Memory += memory
	k.Work += work
	return nil
}

// residual counts the stencils, residual and signs blocks, and what makes values of
// latents.
func (k *Cost) residual(c *Codec, g *grid.Grid, valueBytes float64, ch *Chunk) error {
	if ch.Mode == Latents {
		k.add(g.Size, valueBytes, 5)
	}
	b := ch.Blocks[block.Residual]
	if b == nil {
		return nil
	}
	eps := c.Eps
	if signs := ch.Blocks[block.Signs]; signs != nil {
		narrowed, memory, work, err := pointwise.Cost(signs, c.LogEps)
		if err != nil {
			return fault.InBlock("signs", err)
		}
		eps = narrowed
		k.add(g.Size, memory, work)
	}
	work, err := residual.Cost(b, g.Rank, eps)
	if err != nil {
		return fault.InBlock("residual", err)
	}
	k.add(g.Size, valueBytes+2, work)
	if ch.Blocks[block.Stencils] != nil {
		k.add(g.Size, 0.5, 20)
	}
	k.Memory += int64(residual.LineMemory * g.LongestLine())
	return nil
}

// keep counts the keep block. What the residual took is free by then, but for the
// values.
func (k *Cost) keep(c *Codec, g *grid.Grid, ch *Chunk) error {
	b := ch.Blocks[block.Keep]
	if b == nil {
		return nil
	}
	memory, work, err := keep.Cost(b, g, c.Eps)
	k.Memory += memory
	k.Work += work
	return fault.InBlock("keep", err)
}

// scan counts the scan and table blocks.
func (k *Cost) scan(g *grid.Grid, ch *Chunk) error {
	if ch.Blocks[block.Scan] == nil {
		return nil
	}
	memory, work, err := lossless.Cost(g, &ch.Blocks)
	k.Memory += int64(memory)
	k.Work += int64(work)
	return err
}
