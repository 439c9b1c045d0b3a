package codec

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signCoder codes how neighbouring values compare where their intervals leave
// it open, direction after direction, each in row-major order. An edge that
// known ones imply by transitivity costs nothing; the others are coded as
// mixed adaptive decisions, like the residual, under two kinds of context:
// differences of the decoded field, and the known signs around the edge.
type signCoder struct {
	*relations
	rc    *rangecoder.Coder
	mix   *mixing.Mixer
	ties  bool // some edge is level
	table [mixing.Inputs][]mixing.Row
	hash  uint32 // mask of a row in the hashed tables
}

// Classes of directions have contexts of their own.
const (
	signClasses = 8
	parities    = 8
	templates   = 64 // states of three known edges
)

// Buckets of differences in the rows of each table.
const (
	fineBuckets   = 33
	coarseBuckets = 17
	mixBuckets    = 65
	roughBuckets  = 13
)

func newSignCoder(r *relations, rc *rangecoder.Coder, ties bool, open int) *signCoder {
	c := &signCoder{relations: r, rc: rc, ties: ties}
	c.mix = mixing.NewMixer(rc, [2]int{signClasses * parities * 2, templates * 2})
	rows := 1 << 8
	for rows < 1<<16 && rows < open/4 {
		rows <<= 1
	}
	c.hash = uint32(rows - 1)
	for i, n := range [mixing.Inputs]int{
		fineBuckets * parities,
		templates * coarseBuckets,
		mixBuckets * coarseBuckets,
		rows,
		roughBuckets * roughBuckets * roughBuckets,
		rows,
	} {
		c.table[i] = mixing.NewTable(n)
	}
	return c
}

// step is one edge of a path, seen from the start of the edge that it goes
// round: that of a direction, at an offset, walked backwards or not.
type step struct {
	sign []uint8
	at   int
	flip uint8 // 2 for backwards: the sign is flip − sign
}

// path leads from the start of an edge to its end.
type path []step

// template lists what the contexts of a direction look at.
type template struct {
	class  int
	before [3]int // edges of the same direction
	wide   []int  // more of them
	across []int  // axes to both sides
	paths  []path
}

func (c *signCoder) template(k int) *template {
	d := c.dirs[k]
	t := &template{}
	rank := c.grid.rank
	switch d.axes {
	case 1:
		t.class = min(k, 4)
	case 2:
		t.class = 5
		if c.backwards(d) {
			t.class = 6
		}
	default:
		t.class = 7
	}
	t.before = [3]int{-d.off, -d.off, -d.off}
	n := 1
	for a := rank - 1; a >= 0; a-- {
		if d.by[a] != 0 && d.axes > 0 && d.axes == 1 {
			continue
		}
		if n < len(t.before) {
			t.before[n] = -c.stride[a]
			n++
		}
		if d.by[a] == 0 {
			t.across = append(t.across, c.stride[a])
		}
	}
	for a := range rank {
		for b := a + 1; b < rank; b++ {
			t.wide = append(t.wide, -c.stride[a]-c.stride[b], -c.stride[a]+c.stride[b])
		}
	}
	if len(t.wide) > 6 {
		t.wide = t.wide[len(t.wide)-6:]
	}
	t.paths = append(c.squares(k), c.triangles(k)...)
	return t
}

func (c *signCoder) backwards(d direction) bool {
	for _, b := range d.by {
		if b < 0 {
			return true
		}
	}
	return false
}

// squares lists the ways around an axis edge by the other edges of the unit
// squares it belongs to.
func (c *signCoder) squares(k int) []path {
	if c.dirs[k].axes > 1 {
		return nil
	}
	var list []path
	own, off := c.sign[k], c.dirs[k].off
	for b := range c.grid.rank {
		if b == k {
			continue
		}
		s, other := c.stride[b], c.sign[b]
		list = append(list,
			path{{other, -s, 2}, {own, -s, 0}, {other, off - s, 0}},
			path{{other, 0, 0}, {own, s, 0}, {other, off, 2}})
	}
	return list
}

// triangles lists the ways of two edges, of earlier directions first.
func (c *signCoder) triangles(k int) []path {
	var list []path
	d := c.dirs[k]
	for sum := 0; sum < 2*len(c.dirs); sum++ {
		for i, u := range c.dirs {
			for _, turn := range [2]int{1, -1} {
				var rest direction
				for a := range rest.by {
					rest.by[a] = d.by[a] - turn*u.by[a]
				}
				j, back := c.find(rest.by)
				if j < 0 || i+j != sum {
					continue
				}
				first, second := step{c.sign[i], 0, 0}, step{c.sign[j], turn * u.off, 0}
				if turn < 0 {
					first = step{c.sign[i], -u.off, 2}
				}
				if back {
					second.at, second.flip = d.off, 2
				}
				list = append(list, path{first, second})
			}
		}
	}
	return list
}

// find returns the direction by, or the one opposite to it.
func (c *signCoder) find(by [maxRank]int) (k int, back bool) {
	var minus [maxRank]int
	for a, v := range by {
		minus[a] = -v
	}
	for k, d := range c.dirs {
		switch d.by {
		case by:
			return k, false
		case minus:
			return k, true
		}
	}
	return -1, false
}

// implied returns what known edges tell about the one at p by transitivity,
// noEdge for nothing, and the signs on its first paths as context.
func (t *template) implied(p int) (sign uint8, around uint32) {
	for i, way := range t.paths {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint32(0)
		for _, s := range way {
			v := s.sign[p+s.at] & signMask
			if v != noEdge && s.flip != 0 {
				v = s.flip - v
			}
			seen |= 1 << v
			digits = digits<<2 | uint32(v)
		}
		if i < 4 {
			around = around<<6 | digits
		}
		switch seen {
		case 1 << tied:
			return tied, 0
		case 1 << rising, 1<<rising | 1<<tied:
			return rising, 0
		case 1 << falling, 1<<falling | 1<<tied:
			return falling, 0
		}
	}
	return noEdge, around
}

// code codes all open edges: those between the keys of original, or, if that
// is nil, what is in the archive.
func (c *signCoder) code(original []int64) {
	for k := range c.dirs {
		t := c.template(k)
		signs, off := c.sign[k], c.dirs[k].off
		c.rows(func(_, at, n int, coord *[maxRank]int) {
			parity := 0
			inner := c.grid.rank - 1
			for a := max(0, inner-2); a < inner; a++ {
				parity = parity<<1 | coord[a]&1
			}
			parity <<= 1
			for i := range n {
				p := at + i
				if signs[p] != openEdge|noEdge {
					continue
				}
				s, around := t.implied(p)
				if s == noEdge {
					if original != nil {
						s = signBetween(original[p], original[p+off])
					}
					s = c.edge(t, signs, p, off, parity|i&1, around, s)
				}
				signs[p] = openEdge | s
			}
		})
	}
}

// edge codes one sign.
func (c *signCoder) edge(t *template, signs []uint8, p, off, parity int, around uint32, sign uint8) uint8 {
	f, m := c.field, c.smooth
	d := int(f[p+off] - f[p])
	along, beside := 0, 0
	for _, q := range [2]int{p - off, p + off} {
		if signs[q] == noEdge {
			along += d
		} else {
			along += int(f[q+off] - f[q])
		}
	}
	along >>= 1
	for _, s := range t.across {
		for _, q := range [2]int{p - s, p + s} {
			if signs[q] == noEdge {
				beside += d
			} else {
				beside += int(f[q+off] - f[q])
			}
		}
	}
	if n := 2 * len(t.across); n > 0 {
		beside /= n
	} else {
		beside = d
	}
	soft := int(m[p+off]-m[p]) >> (smoothShift * c.grid.rank)
	near := (4*d + 3*along + 3*beside) / 10
	known := 0
	for _, o := range t.before {
		known = known<<2 | int(signs[p+o]&signMask)
	}
	wide := uint32(0)
	for _, o := range t.wide {
		wide = wide<<2 | uint32(signs[p+o]&signMask)
	}
	if signs[p-off] != noEdge {
		wide = wide<<2 | uint32(signs[p-2*off]&signMask)
	}
	r := &c.mix.Rows
	r[0] = &c.table[0][bucketOf(d, 4, fineBuckets)*parities+parity]
	r[1] = &c.table[1][known*coarseBuckets+bucketOf(d, 8, coarseBuckets)]
	r[2] = &c.table[2][bucketOf(near, 3, mixBuckets)*coarseBuckets+bucketOf(soft, 6, coarseBuckets)]
	r[3] = &c.table[3][mixHash(wide, uint32(known*roughBuckets+bucketOf(near, 10, roughBuckets)))&c.hash]
	r[4] = &c.table[4][(bucketOf(d, 10, roughBuckets)*roughBuckets+bucketOf(along, 10, roughBuckets))*roughBuckets+bucketOf(beside, 10, roughBuckets)]
	r[5] = &c.table[5][mixHash(around, uint32(bucketOf(near, 12, 7)))&c.hash]
	node := 2 * t.class
	a, b := (t.class*parities+parity)*2, known*2
	if c.ties && c.mix.Code(bitOf(sign == tied), node, a, b) == 1 {
		return tied
	}
	if c.mix.Code(bitOf(sign == rising), node+1, a+1, b+1) == 1 {
		return rising
	}
	return falling
}

// bucketOf returns the bucket of a difference: width units each, the middle one
// at 0.
func bucketOf(d, width, buckets int) int {
	half := buckets / 2
	// Round half away from zero.
	if d < 0 {
		return max(half-(-d+width/2)/width, 0)
	}
	return min(half+(d+width/2)/width, buckets-1)
}

// mixHash hashes two numbers.
func mixHash(a, b uint32) uint32 {
	h := a*0x9e3779b1 ^ b*0x85ebca6b
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>13
}
