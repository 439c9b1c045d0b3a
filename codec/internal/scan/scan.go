// Package scan codes the values of an array losslessly, one after the other in
// row-major order: each is predicted from the values around it that came before,
// by weights that least squares learns on the way, and its distance from the
// prediction is coded under mixed contexts.
package scan

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Params say how an array is coded.
type Params struct {
	Lattice Lattice
	Taps    int // values around a point that predict it, up to MaxTaps
	Memory  int // of the predictor: about 2^Memory points
	Low     int // low bits of places that have a pattern of their own
	Repeats int // bit k: a value is often that of its neighbour k
}

// Limits of Params.
const (
	MaxTaps   = 32
	MaxMemory = 24
	MaxLow    = 8
	Repeats   = 4 // neighbours that a value may repeat: before along the last three axes, and a match
)

// Encode appends the coded places of an array. Those where skip is set are not
// coded; skip may be nil.
func Encode(b []byte, p Params, shape []int, places []int64, skip []bool) []byte {
	s := newScanner(p, shape, places, skip)
	rc := rangecoder.NewEncoder(nil)
	var w bitio.Writer
	s.write = &w
	s.run(rc)
	coded := rc.Finish()
	b = binary.AppendUvarint(b, uint64(len(coded)))
	return w.AppendTo(append(b, coded...))
}

// Decode decodes what Encode appended to nothing into places.
func Decode(b []byte, p Params, shape []int, places []int64, skip []bool) error {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return errors.New("expected the length of the coded decisions")
	}
	s := newScanner(p, shape, places, skip)
	s.read = bitio.NewReader(b[k+int(n):])
	s.run(rangecoder.NewDecoder(b[k : k+int(n)]))
	return nil
}

// scanner takes an array through the scan, in either direction.
type scanner struct {
	Params
	grid   grid
	places []int64
	skip   []bool
	number []float64 // what the places stand for, or a prediction where skipped
	miss   []float32 // |number − prediction|
	lean   []int8    // its sign and size
	same   []uint8   // which neighbour it repeats, 1 and up

	near     neighbours // of the prediction
	fit      *leastSquares
	feature  []float64
	missNear neighbours
	weight   []float32

	read  *bitio.Reader
	write *bitio.Writer
	bins  *binCoder
	lows  *lowCoder
	rep   *repeatCoder
}

func newScanner(p Params, shape []int, places []int64, skip []bool) *scanner {
	g := newGrid(shape)
	s := &scanner{
		Params: p, grid: g, places: places, skip: skip,
		number: make([]float64, g.size), miss: make([]float32, g.size), lean: make([]int8, g.size),
	}
	taps := nearest(g.rank, max(p.Taps, 1))
	s.near = newNeighbours(&s.grid, taps)
	s.fit = newLeastSquares(len(taps)-1, p.Memory)
	s.feature = make([]float64, len(taps)-1)
	around := nearest(g.rank, [...]int{0, 6, 6, 9, 9, 9}[g.rank])
	s.missNear = newNeighbours(&s.grid, around)
	for _, o := range around {
		sum := 0
		for _, d := range o {
			sum += d * d
		}
		s.weight = append(s.weight, float32(1/float64(sum)))
	}
	return s
}

// raw codes n bits as they are.
func (s *scanner) raw(v uint64, n int) uint64 {
	if s.read != nil {
		return s.read.Read(n)
	}
	s.write.Write(v, n)
	return v
}

func (s *scanner) run(rc *rangecoder.Coder) {
	s.bins = newBinCoder(rc)
	if s.Low > 0 {
		s.lows = newLowCoder(rc)
	}
	if s.Repeats > 0 {
		s.rep = newRepeatCoder(rc, s)
	}
	g := &s.grid
	inner := g.rank - 1
	var at offset
	for i := 0; i < g.size; {
		lo, hi := s.near.inside(g, &at)
		mlo, mhi := s.missNear.inside(g, &at)
		for at[inner] = 0; at[inner] < g.shape[inner]; at[inner]++ {
			c := at[inner]
			s.point(i, &at, c >= lo && c < hi, c >= mlo && c < mhi)
			i++
		}
		at[inner] = 0
		for a := inner - 1; a >= 0; a-- {
			if at[a]++; at[a] < g.shape[a] {
				break
			}
			at[a] = 0
		}
	}
}

// gather sets the features of point i and returns the value they are relative to.
func (s *scanner) gather(i int, at *offset, inside bool) float64 {
	if inside {
		base := s.number[i+s.near.index[0]]
		for k, d := range s.near.index[1:] {
			s.feature[k] = s.number[i+d] - base
		}
		return base
	}
	base, found := 0.0, false
	for k, d := range s.near.index {
		if s.near.has(&s.grid, at, k) {
			if !found {
				base, found = s.number[i+d], true
			}
			if k > 0 {
				s.feature[k-1] = s.number[i+d] - base
			}
		} else if k > 0 {
			s.feature[k-1] = 0
		}
	}
	return base
}

// expect returns the size of the errors around point i.
func (s *scanner) expect(i int, at *offset, inside bool) float64 {
	var sum, total float32
	for k, d := range s.missNear.index {
		if inside || s.missNear.has(&s.grid, at, k) {
			sum += float32(s.weight[k] * s.miss[i+d])
			total += s.weight[k]
		}
	}
	if total == 0 {
		return 0
	}
	return float64(sum) / float64(total)
}

func (s *scanner) point(i int, at *offset, inside, missInside bool) {
	base := s.gather(i, at, inside)
	p := base + s.fit.predict(s.feature)
	if p-p != 0 {
		p = base
	}
	if s.skip != nil && s.skip[i] {
		s.number[i] = p
		s.places[i], _, _ = s.Lattice.round(p)
		s.miss[i] = float32(s.expect(i, at, missInside))
		if s.rep != nil {
			s.rep.skip(i)
		}
		return
	}
	scale := s.expect(i, at, missInside)
	if s.rep != nil && s.rep.code(i, at) {
		s.number[i] = s.Lattice.number(s.places[i])
		s.miss[i] = float32(scale)
		return
	}
	place, quarter, exponent := s.Lattice.round(p)
	level := max(log4(scale), -4000) - 4*exponent
	if s.Lattice.Kind == Floats {
		level = min(level, 4*(52-int(s.Lattice.Unit)))
	}
	low := 0
	if s.lows != nil {
		low = min(s.Low, max(level>>2-1, 0))
	}
	u := s.places[i]
	if low > 0 {
		l := s.lows.code(s, i, at, uint64(u), low, exponent)
		place = (place - int64(l) + 1<<low>>1) >> low
		level -= 4 * low
		u = u>>low - place
		u = s.bins.code(s, i, at, u, level, quarter, scale)
		u = (u+place)<<low | int64(l)
	} else {
		u = s.bins.code(s, i, at, u-place, level, quarter, scale) + place
	}
	s.places[i] = u
	v := s.Lattice.number(u)
	s.number[i] = v
	e := v - p
	m := math.Abs(e)
	s.miss[i] = float32(m)
	if spread := scale + m; spread > 0 {
		s.fit.learn(s.feature, v-base, spread)
	}
	s.lean[i] = leaning(e, scale)
}

// log4 returns four times the logarithm of x > 0 to base 2, roughly.
func log4(x float64) int { return int(math.Float64bits(x)>>50) - 4*1023 }

// leaning returns the sign of e, and its size against scale, −4 to 4.
func leaning(e, scale float64) int8 {
	r := e / scale
	n := int8(1)
	m := math.Abs(r)
	switch {
	case m < 0.25:
		return 0
	case m < 0.75:
	case m < 1.5:
		n = 2
	case m < 3:
		n = 3
	default:
		n = 4
	}
	if r < 0 {
		return -n
	}
	return n
}

func newTable(rows int) []mixing.Row { return mixing.NewTable(rows) }
