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
	templates   = 64 // states of three known edges
)

// Buckets of differences in the rows of each table.
const (
	coarseBuckets = 17
	mixBuckets    = 65
	roughBuckets  = 13
)

func newSignCoder(r *relations, rc *rangecoder.Coder, ties bool, open int) *signCoder {
	c := &signCoder{relations: r, rc: rc, ties: ties}
	c.mix = mixing.NewMixer(rc, [2]int{signClasses * roughBuckets * 2, templates * 2})
	rows := 1 << 8
	for rows < 1<<17 && rows < open/2 {
		rows <<= 1
	}
	c.hash = uint32(rows - 1)
	for i, n := range [mixing.Inputs]int{
		rows,
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

// code codes all open edges, those along the axes in the given order first:
// edges between the keys of original, or, if that is nil, what is in the
// archive.
func (c *signCoder) code(original []int64, axes []int) {
	for k := range c.dirs {
		if k < len(axes) {
			k = axes[k]
		}
		t := c.template(k)
		signs, off := c.sign[k], c.dirs[k].off
		c.rows(func(_, at, n int, _ *[maxRank]int) {
			for p := at; p < at+n; p++ {
				if signs[p] != openEdge|noEdge {
					continue
				}
				s, around := t.implied(p)
				if s == noEdge {
					if original != nil {
						s = signBetween(original[p], original[p+off])
					}
					s = c.edge(t, signs, p, off, around, s)
				}
				signs[p] = openEdge | s
			}
		})
	}
}

// edge codes one sign.
func (c *signCoder) edge(t *template, signs []uint8, p, off int, around uint32, sign uint8) uint8 {
	f, m := c.field, c.smooth
	d := int64(f[p+off] - f[p])
	// at returns the difference of the edge at q, this one's if there is none.
	at := func(q int) int64 {
		if signs[q] == noEdge {
			return d
		}
		return int64(f[q+off] - f[q])
	}
	along := (at(p-off) + at(p+off)) >> 1
	beside := d
	if n := int64(2 * len(t.across)); n > 0 {
		beside = 0
		for _, s := range t.across {
			beside += at(p-s) + at(p+s)
		}
		beside /= n
	}
	soft := int64(m[p+off]-m[p]) >> (smoothShift * c.grid.rank)
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
	r[0] = &c.table[0][mixHash(around, wide*64+uint32(known))&c.hash]
	r[1] = &c.table[1][known*coarseBuckets+bucketOf(d, 8, coarseBuckets)]
	r[2] = &c.table[2][bucketOf(near, 3, mixBuckets)*coarseBuckets+bucketOf(soft, 6, coarseBuckets)]
	r[3] = &c.table[3][mixHash(wide, uint32(known*roughBuckets+bucketOf(near, 10, roughBuckets)))&c.hash]
	r[4] = &c.table[4][(bucketOf(d, 10, roughBuckets)*roughBuckets+bucketOf(along, 10, roughBuckets))*roughBuckets+bucketOf(beside, 10, roughBuckets)]
	r[5] = &c.table[5][mixHash(around, uint32(bucketOf(near, 12, 7)))&c.hash]
	node := 2 * t.class
	a, b := (t.class*roughBuckets+bucketOf(near, 6, roughBuckets))*2, known*2
	if c.ties && c.mix.Code(bitOf(sign == tied), node, a, b) == 1 {
		return tied
	}
	if c.mix.Code(bitOf(sign == rising), node+1, a+1, b+1) == 1 {
		return rising
	}
	return falling
}

// bucketOf returns the bucket of a difference: width units each, the middle one
// at 0, an odd number in all.
func bucketOf(d, width int64, buckets int) int {
	half := int64(buckets / 2)
	n := (d + width/2) / width
	if d < 0 {
		n = (d - width/2) / width
	}
	return int(half + min(max(n, -half), half))
}

// mixHash hashes two numbers.
func mixHash(a, b uint32) uint32 {
	h := a*0x9e3779b1 ^ b*0x85ebca6b
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>13
}
