package coder

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signCoder codes the signs of open edges, direction after direction, starts in
// row-major order. A sign that known ones imply by transitivity costs nothing; the
// others are adaptive decisions, mixed as in the residual, under three kinds of
// context: differences of the field, the known signs around the edge, and the mean
// sign of the position.
type signCoder struct {
	*constraint.Graph
	rc       *rangecoder.Coder
	mixer    *mixing.Mixer
	ties     bool // some open edge may be a tie
	tables   [mixing.Inputs][]mixing.Row
	hashMask uint32 // what a hash is cut to: the rows of a hashed table less 1
}

// Classes of directions have contexts of their own.
const (
	dirClasses  = 8
	near3States = 64 // values of near3, the signs of three edges
)

// Signs codes the sign of every open edge of gr, those along axes in that order
// first: between the lattice indices of original or, where that is nil, as the
// archive says. It sets the signs. Flag ties says whether some may be ties; hashed
// tables have at most 2^depth rows. Intervals must be compared, and both fields
// set.
func Signs(rc *rangecoder.Coder, gr *constraint.Graph, ties bool, depth uint8, original []int64, axes []int) {
	newSignCoder(gr, rc, ties, depth).code(original, axes)
}

// newSignCoder returns a coder whose hashed tables have at most 2^depth rows.
func newSignCoder(gr *constraint.Graph, rc *rangecoder.Coder, ties bool, depth uint8) *signCoder {
	c := &signCoder{Graph: gr, rc: rc, ties: ties}
	c.mixer = mixing.NewMixer(rc, [2]int{dirClasses * 13 * 2, meanStates * near3States * 2})
	rows := TableRows(gr.OpenEdges, depth)
	c.hashMask = uint32(rows - 1)
	for i, n := range [mixing.Inputs]int{
		rows,
		near3States * 17,
		meanBuckets * 33 * 17,
		rows,
		13 * 13 * 13,
		rows,
	} {
		c.tables[i] = mixing.NewTable(n)
	}
	return c
}

// TableRows returns the rows of a hashed table of a depth, where so many edges are
// open.
func TableRows(open int, depth uint8) int {
	rows := 1 << 8
	for rows < 1<<depth && rows < open/4 {
		rows <<= 1
	}
	return rows
}

// code codes all open edges, those along the axes in the given order first.
func (c *signCoder) code(original []int64, axes []int) {
	means := newMeanSign(&c.Grid)
	for k := range c.Dirs {
		if k < len(axes) {
			k = axes[k]
		}
		dc := c.directionContext(k)
		contexts := grid.PerBorder[signContext]{Make: func(b grid.Border) *signContext { return dc.at(&c.Grid, b) }}
		follows := means.start(&c.Dirs[k])
		c.Grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
			var row []int16
			if follows {
				row = means.row(at, n, coord[0])
			}
			grid.Runs(n, c.Grid.Border(coord), func(from, to int, b grid.Border) {
				if rc := c.rc; !rc.Ended() {
					c.codeRow(contexts.Of(b), means, row, at, from, to, original)
				}
			})
		})
	}
}

// codeRow codes the edges that start at from to to−1 of the row at index at, whose mean
// signs are in row, nil for none.
func (c *signCoder) codeRow(sc *signContext, means *meanSign, row []int16, at, from, to int, original []int64) {
	for i := from; i < to; i++ {
		c.Grid.Watch.After(1)
		p := at + i
		s := sc.signs[p]
		if s == constraint.OpenEdge|constraint.Unknown {
			var paths uint32
			if s, paths = sc.implied(p); s == constraint.Unknown {
				if original != nil {
					s = constraint.SignOf(original[p], original[p+sc.stride])
				}
				mean := int64(0)
				if row != nil {
					mean = int64(row[i])
				}
				s = c.codeSign(sc, p, paths, mean, s)
			}
			sc.signs[p] = constraint.OpenEdge | s
			c.AnyTie = c.AnyTie || s == constraint.Tied
		}
		if row != nil && s != constraint.Unknown {
			means.update(&row[i], s)
		}
	}
}

// codeSign codes the sign of the edge from p, or decodes it and ignores sign. paths
// are the signs along its first paths, mean is the mean sign.
func (c *signCoder) codeSign(sc *signContext, p int, paths uint32, mean int64, sign uint8) uint8 {
	field, smoothed, stride, signs := c.Field, c.Smoothed, sc.stride, sc.signs
	d0 := int64(field[p+stride] - field[p])
	// difference is that of the edge that starts at q, this one's if there is none.
	difference := func(q int) int64 {
		if signs[q] == constraint.Unknown {
			return d0
		}
		return int64(field[q+stride] - field[q])
	}
	behind := sc.along[0].From(p)
	dAlong := (difference(behind) + difference(sc.along[2].From(p))) >> 1
	dAcross := int64(0)
	for i := range sc.across {
		dAcross += difference(sc.across[i].From(p))
	}
	switch len(sc.across) {
	case 0:
		dAcross = d0
	case 2:
		dAcross /= 2
	case 4:
		dAcross /= 4
	default:
		dAcross /= int64(len(sc.across))
	}
	dSmooth := int64(smoothed[p+stride]-smoothed[p]) >> sc.shift
	dMean := (4*d0 + 3*dAlong + 3*dAcross) / 10
	near3 := int(signs[sc.near3[0].From(p)]&constraint.SignMask)<<4 | int(signs[sc.near3[1].From(p)]&constraint.SignMask)<<2 | int(signs[sc.near3[2].From(p)]&constraint.SignMask)
	wide := uint32(0)
	for i := range sc.wide {
		wide = wide<<2 | uint32(signs[sc.wide[i].From(p)]&constraint.SignMask)
	}
	if signs[behind] != constraint.Unknown {
		wide = wide<<2 | uint32(signs[sc.along[1].From(p)]&constraint.SignMask)
	}
	c.mixer.Rows = [mixing.Inputs]*mixing.Row{
		&c.tables[0][hash(paths, wide*near3States+uint32(near3))&c.hashMask],
		&c.tables[1][near3*17+bucket(d0, 8, 17)],
		&c.tables[2][(bucket(mean, meanWidth, meanBuckets)*33+bucket(dMean, 5, 33))*17+bucket(dSmooth, 6, 17)],
		&c.tables[3][hash(wide, uint32(near3*13+bucket(dMean, 10, 13)))&c.hashMask],
		&c.tables[4][(bucket(d0, 10, 13)*13+bucket(dAlong, 10, 13))*13+bucket(dAcross, 10, 13)],
		&c.tables[5][hash(paths, uint32(bucket(dMean, 12, 7)))&c.hashMask],
	}
	decide := decision{
		node: 2 * sc.dirClass,
		a:    2 * (sc.dirClass*13 + bucket(dMean, 6, 13)),
		b:    2 * (bucket(mean, meanStateWidth, meanStates)*near3States + near3),
	}
	if !c.ties {
		return 2 * decide.code(c.mixer, 1, sign == constraint.Rising)
	}
	if tiesNear := near3 &^ (near3 >> 1) & 0x15; tiesNear != 0 || d0 == 0 {
		if decide.code(c.mixer, 0, sign == constraint.Tied) == 1 {
			return constraint.Tied
		}
		return 2 * decide.code(c.mixer, 1, sign == constraint.Rising)
	}
	// Where there is no tie nearby, ask for one only where the sign is not
	// what the field says.
	up := bitio.Bit(dMean >= 0)
	rises := decide.code(c.mixer, 1, sign == constraint.Rising || up == 0 && sign == constraint.Tied)
	if int(rises) != up && decide.code(c.mixer, 0, sign == constraint.Tied) == 1 {
		return constraint.Tied
	}
	return 2 * rises
}

// decision names the counters and weight sets of a sign's two decisions: 0, whether
// it is a tie, and 1, whether it is rising.
type decision struct{ node, a, b int }

// code codes one of the two decisions.
func (d *decision) code(m *mixing.Mixer, which int, yes bool) uint8 {
	return uint8(m.Code(bitio.Bit(yes), d.node+which, d.a+which, d.b+which))
}

// bucket returns in which of an odd number of buckets d lies: the middle one is at
// 0, and each is width wide.
func bucket(d, width int64, buckets int) int {
	half := int64(buckets / 2)
	n := (d + width/2) / width
	if d < 0 {
		n = (d - width/2) / width
	}
	return int(half + min(max(n, -half), half))
}

// hash hashes two numbers.
func hash(a, b uint32) uint32 {
	h := a*0x9e3779b1 ^ b*0x85ebca6b
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>13
}
