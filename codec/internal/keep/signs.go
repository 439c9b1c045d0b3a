package keep

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signCoder codes how neighbouring values compare where their intervals leave
// it open, direction after direction, each in row-major order. An edge that
// known ones imply by transitivity costs nothing; the others are coded as
// mixed adaptive decisions, like the residual, under three kinds of context:
// differences of the decoded field, the known signs around the edge, and what
// the signs in its place were at earlier coordinates along the first axis.
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
	mixBuckets    = 33
	roughBuckets  = 13
)

// newSignCoder returns a coder whose hashed tables have at most 2^depth rows.
func newSignCoder(r *relations, rc *rangecoder.Coder, ties bool, depth uint8) *signCoder {
	c := &signCoder{relations: r, rc: rc, ties: ties}
	c.mix = mixing.NewMixer(rc, [2]int{signClasses * roughBuckets * 2, recurStates * templates * 2})
	rows := signRows(r.open, depth)
	c.hash = uint32(rows - 1)
	for i, n := range [mixing.Inputs]int{
		rows,
		templates * coarseBuckets,
		recurBuckets * mixBuckets * coarseBuckets,
		rows,
		roughBuckets * roughBuckets * roughBuckets,
		rows,
	} {
		c.table[i] = mixing.NewTable(n)
	}
	return c
}

// signRows returns the rows of a hashed table.
func signRows(open int, depth uint8) int {
	rows := 1 << 8
	for rows < 1<<depth && rows < open/4 {
		rows <<= 1
	}
	return rows
}

// code codes all open edges, those along the axes in the given order first:
// edges between the keys of original, or, if that is nil, what is in the
// archive.
func (c *signCoder) code(original []int64, axes []int) {
	past := newSignRecurrence(&c.grid)
	for k := range c.dirs {
		if k < len(axes) {
			k = axes[k]
		}
		plan := c.plan(k)
		templates := grid.Bordered[template]{Make: func(b grid.Border) *template { return plan.aim(&c.grid, b) }}
		recurs := past.reset(&c.dirs[k])
		c.grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
			var row []int16
			if recurs {
				row = past.row(at, n, coord[0])
			}
			grid.Runs(n, c.grid.Border(coord), func(from, to int, b grid.Border) {
				if rc := c.rc; !rc.Ended() {
					c.run(templates.Of(b), past, row, at, from, to, original)
				}
			})
		})
	}
}

// run codes the edges that start at from to to−1 of the row at index at, whose
// means are in row, nil for none.
func (c *signCoder) run(t *template, past *signRecurrence, row []int16, at, from, to int, original []int64) {
	for i := from; i < to; i++ {
		c.grid.Watch.After(1)
		p := at + i
		s := t.signs[p]
		if s == openEdge|noEdge {
			var around uint32
			if s, around = t.implied(p); s == noEdge {
				if original != nil {
					s = signBetween(original[p], original[p+t.off])
				}
				mean := int64(0)
				if row != nil {
					mean = int64(row[i])
				}
				s = c.edge(t, p, around, mean, s)
			}
			t.signs[p] = openEdge | s
			c.level = c.level || s == tied
		}
		if row != nil && s != noEdge {
			past.follow(&row[i], s)
		}
	}
}

// edge codes one sign. mean is that of the signs in its place.
func (c *signCoder) edge(t *template, p int, around uint32, mean int64, sign uint8) uint8 {
	f, m, off, signs := c.field, c.smooth, t.off, t.signs
	d := int64(f[p+off] - f[p])
	// at returns the difference of the edge at q, this one's if there is none.
	at := func(q int) int64 {
		if signs[q] == noEdge {
			return d
		}
		return int64(f[q+off] - f[q])
	}
	behind := t.ends[0].from(p)
	along := (at(behind) + at(t.ends[2].from(p))) >> 1
	beside := int64(0)
	for i := range t.across {
		beside += at(t.across[i].from(p))
	}
	switch len(t.across) {
	case 0:
		beside = d
	case 2:
		beside /= 2
	case 4:
		beside /= 4
	default:
		beside /= int64(len(t.across))
	}
	soft := int64(m[p+off]-m[p]) >> t.shift
	near := (4*d + 3*along + 3*beside) / 10
	known := int(signs[t.before[0].from(p)]&signMask)<<4 | int(signs[t.before[1].from(p)]&signMask)<<2 | int(signs[t.before[2].from(p)]&signMask)
	wide := uint32(0)
	for i := range t.wide {
		wide = wide<<2 | uint32(signs[t.wide[i].from(p)]&signMask)
	}
	if signs[behind] != noEdge {
		wide = wide<<2 | uint32(signs[t.ends[1].from(p)]&signMask)
	}
	c.mix.Rows = [mixing.Inputs]*mixing.Row{
		&c.table[0][mixHash(around, wide*templates+uint32(known))&c.hash],
		&c.table[1][known*coarseBuckets+bucketOf(d, 8, coarseBuckets)],
		&c.table[2][(bucketOf(mean, recurWidth, recurBuckets)*mixBuckets+bucketOf(near, 5, mixBuckets))*coarseBuckets+bucketOf(soft, 6, coarseBuckets)],
		&c.table[3][mixHash(wide, uint32(known*roughBuckets+bucketOf(near, 10, roughBuckets)))&c.hash],
		&c.table[4][(bucketOf(d, 10, roughBuckets)*roughBuckets+bucketOf(along, 10, roughBuckets))*roughBuckets+bucketOf(beside, 10, roughBuckets)],
		&c.table[5][mixHash(around, uint32(bucketOf(near, 12, 7)))&c.hash],
	}
	now := decision{
		node: 2 * t.class,
		a:    2 * (t.class*roughBuckets + bucketOf(near, 6, roughBuckets)),
		b:    2 * (bucketOf(mean, recurLimit, recurStates)*templates + known),
	}
	if !c.ties {
		return 2 * now.code(c.mix, 1, sign == rising)
	}
	if tiesIn := known &^ (known >> 1) & 0x15; tiesIn != 0 || d == 0 {
		if now.code(c.mix, 0, sign == tied) == 1 {
			return tied
		}
		return 2 * now.code(c.mix, 1, sign == rising)
	}
	// Where there is no tie nearby, ask for one only where the sign is not
	// what the field says.
	up := bitio.Bit(near >= 0)
	side := now.code(c.mix, 1, sign == rising || up == 0 && sign == tied)
	if int(side) != up && now.code(c.mix, 0, sign == tied) == 1 {
		return tied
	}
	return 2 * side
}

// decision names the counters and the sets of weights of a sign's two
// decisions: whether it is a tie, and whether it rises.
type decision struct{ node, a, b int }

func (d *decision) code(m *mixing.Mixer, which int, yes bool) uint8 {
	return uint8(m.Code(bitio.Bit(yes), d.node+which, d.a+which, d.b+which))
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
