package array

import (
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Range is the smallest and the largest finite value that is not fill. A range
// without any such value has Max < Min.
type Range struct{ Min, Max float64 }

// Width returns max−min, 0 when there is no value.
func (r Range) Width() float64 {
	if r.Max < r.Min {
		return 0
	}
	return r.Max - r.Min
}

// Census gathers in one pass over an array, in memory that does not grow with
// it, what a bound relative to the range and missing data depend on: the range,
// how often each declared fill value occurs, and the values that look like fill
// though nobody declared them; see [Census.Candidates].
type Census struct {
	dtype     DType
	fills     []Element
	fillKeys  []uint64
	fillCount []int64
	named     []uint64 // ascending
	nameCount []int64

	values      int64
	special     int64
	first, last uint64 // keys of finite values
	low, high   tail
	keys        []uint64 // work space
}

// tailLength is how many different values are counted at either end of the
// range: those that may be peeled, and what has to be left.
const tailLength = 2*maxPeeled + leastDistinct

// NewCensus starts a census of elements of type d. Fills must be finite
// elements of that type.
func NewCensus(d DType, fills []Element) (*Census, error) {
	if !d.Valid() {
		return nil, fail.Malformedf("%v is not an element type", d)
	}
	c := &Census{dtype: d, fills: fills, fillCount: make([]int64, len(fills)), high: tail{flip: math.MaxUint64}}
	for _, e := range fills {
		if err := CheckFill(d, e); err != nil {
			return nil, err
		}
		c.fillKeys = append(c.fillKeys, keyOf(e))
	}
	c.first, c.last = finiteKeys(d)
	c.low.most, c.high.most = tailLength, tailLength
	if d.Size() == 1 {
		c.low.most, c.high.most = 1, 1 // too few values for any to stand far apart
		return c, nil
	}
	for _, e := range sentinels(d) {
		if k := keyOf(e); !slices.Contains(c.fillKeys, k) {
			c.named = append(c.named, k)
		}
	}
	slices.Sort(c.named)
	c.named = slices.Compact(c.named)
	c.nameCount = make([]int64, len(c.named))
	return c, nil
}

// CheckFill reports an error unless e can stand for missing data in an array
// of type d: NaN and infinities are no data by themselves.
func CheckFill(d DType, e Element) error {
	if e.DType != d {
		return fmt.Errorf("%w: a fill value of type %v for an array of %v", ErrValue, e.DType, d)
	}
	if v := e.Float64(); v-v != 0 {
		return fail.Unsupportedf("fill value %v: NaN and infinities always survive and need no declaration", v)
	}
	return nil
}

// Add takes the next elements, little-endian and whole.
func (c *Census) Add(p []byte) {
	const piece = 1 << 12
	if c.keys == nil {
		c.keys = make([]uint64, piece)
	}
	for size := c.dtype.Size(); len(p) > 0; {
		n := min(len(p)/size, piece)
		putKeys(c.keys[:n], p, c.dtype)
		c.count(c.keys[:n])
		p = p[n*size:]
	}
}

func (c *Census) count(keys []uint64) {
	c.values += int64(len(keys))
	for i, f := range c.fillKeys {
		n := int64(0)
		for _, k := range keys {
			if k == f {
				n++
			}
		}
		c.fillCount[i] += n
	}
	low, high := c.low.edge(), c.high.edge()
	for i := 0; i < len(keys); i++ {
		k := keys[i]
		if k > low && k < high {
			continue // an ordinary value, far from both ends
		}
		n := 1 // missing data come in runs
		for i+1 < len(keys) && keys[i+1] == k {
			i++
			n++
		}
		c.outer(k, int64(n))
		low, high = c.low.edge(), c.high.edge()
	}
}

// outer counts n values with the key k, at or beyond the edge of a tail.
func (c *Census) outer(k uint64, n int64) {
	if k < c.first || k > c.last {
		c.special += n
		return
	}
	// A value that was seen before is in each tail that it belongs to.
	if low, high := c.low.again(k, n), c.high.again(k, n); low || high || slices.Contains(c.fillKeys, k) {
		return
	}
	if i, ok := slices.BinarySearch(c.named, k); ok {
		c.nameCount[i] += n
		return
	}
	c.low.add(k, n)
	c.high.add(k, n)
}

// Values returns how many values there were.
func (c *Census) Values() int64 { return c.values }

// Special returns how many of them are NaN or infinite.
func (c *Census) Special() int64 { return c.special }

// FillCounts returns how often each of the declared fill values occurs.
func (c *Census) FillCounts() []int64 { return slices.Clone(c.fillCount) }

// Range returns the range of the finite values that are no declared fill, those
// of 64-bit integers rounded to the nearest.
func (c *Census) Range() Range {
	low, high := c.ends()
	if len(low) == 0 {
		return Range{0, -1}
	}
	return Range{c.float(low[0].key), c.float(high[0].key)}
}

func (c *Census) float(key uint64) float64 { return elementOf(c.dtype, key).Float64() }

// tail counts the outermost different values at one end, outermost first.
type tail struct {
	most int
	flip uint64 // all ones for the upper end, whose keys are kept inverted
	list []tailValue
	last int // index of the value counted last
}

type tailValue struct {
	key uint64
	n   int64
}

// edge returns the key up to which values matter.
func (t *tail) edge() uint64 {
	if len(t.list) < t.most {
		return ^t.flip // all do
	}
	return t.list[t.most-1].key ^ t.flip
}

// again counts n values k if the tail has k.
func (t *tail) again(k uint64, n int64) bool {
	k ^= t.flip
	if t.last >= len(t.list) || t.list[t.last].key != k {
		i := t.place(k)
		if i == len(t.list) || t.list[i].key != k {
			return false
		}
		t.last = i
	}
	t.list[t.last].n += n
	return true
}

// place returns the index where k is or should be.
func (t *tail) place(k uint64) int {
	i := 0
	for i < len(t.list) && t.list[i].key < k {
		i++
	}
	return i
}

// add takes in n values k, which are new, if k is one of the outermost.
func (t *tail) add(k uint64, n int64) {
	k ^= t.flip
	i := t.place(k)
	if i == t.most {
		return
	}
	if len(t.list) < t.most {
		t.list = append(t.list, tailValue{})
	}
	copy(t.list[i+1:], t.list[i:])
	t.list[i] = tailValue{k, n}
}
