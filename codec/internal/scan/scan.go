// Package scan codes an array losslessly, value by value in row-major order. A
// value is predicted from those around it that came before, with weights that
// least squares learns on the way; its distance from the prediction is counted
// in places of a lattice and coded as binary decisions under mixed contexts.
//
// Encoder and decoder run the same code, [Params] apart: what one says, the
// other hears.
package scan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Params say how an array is coded.
type Params struct {
	Lattice Lattice
	Taps    int   // values that a prediction is made of, 1 to MaxTaps
	Memory  int   // the weights are those of about the last 2^Memory points, MinMemory to MaxMemory
	LowBits     int   // low bits of places that follow a pattern of their own, up to MaxLow
	Matches int   // a bit for each way in which values often repeat another: see repeats.go
	Common  int64 // the place that RepeatCommon is about
	Mirror    int   // 1 + the axis along which the array is its own mirror image; 0: it is not
	Opposite     bool  // that image has the opposite sign
}

// Limits of Params.
const (
	MaxTaps   = 40
	MinMemory = 7
	MaxMemory = 24
	MaxLowBits    = 8
)

// oddTwin marks an odd twin in the byte that names its axis.
const oddTwin = 0x80

func (p *Params) append(b []byte) []byte {
	twin := byte(p.Mirror)
	if p.Opposite {
		twin |= oddTwin
	}
	b = append(b, p.Lattice.Kind, p.Lattice.Unit, byte(p.Taps), byte(p.Memory), byte(p.LowBits), byte(p.Matches), twin)
	b = binary.AppendVarint(b, p.Lattice.Origin)
	if p.Matches&MatchCommon != 0 {
		b = binary.AppendVarint(b, p.Common)
	}
	return b
}

// parse reads what append wrote for an array of the given rank, and returns
// what follows it.
func (p *Params) parse(b []byte, rank int) ([]byte, error) {
	const fixed = 7
	if len(b) < fixed {
		return nil, fmt.Errorf("expected %d bytes of parameters, found %d", fixed, len(b))
	}
	p.Lattice = Lattice{Kind: b[0], Unit: b[1]}
	p.Taps, p.Memory, p.LowBits, p.Matches = int(b[2]), int(b[3]), int(b[4]), int(b[5])
	p.Mirror, p.Opposite = int(b[6]&^oddTwin), b[6]&oddTwin != 0
	b = b[fixed:]
	switch {
	case !p.Lattice.valid():
		return nil, fmt.Errorf("unknown lattice %d with unit %d", p.Lattice.Kind, p.Lattice.Unit)
	case p.Taps < 1 || p.Taps > MaxTaps:
		return nil, fmt.Errorf("expected 1 to %d taps, found %d", MaxTaps, p.Taps)
	case p.Memory < MinMemory || p.Memory > MaxMemory:
		return nil, fmt.Errorf("expected a memory of %d to %d, found %d", MinMemory, MaxMemory, p.Memory)
	case p.LowBits > MaxLowBits:
		return nil, fmt.Errorf("expected up to %d low bits, found %d", MaxLowBits, p.LowBits)
	case p.Matches >= 1<<repeatWays:
		return nil, fmt.Errorf("unknown repeats %#x", p.Matches)
	case p.Mirror > rank:
		return nil, fmt.Errorf("mirrored along axis %d of %d", p.Mirror, rank)
	}
	numbers := []*int64{&p.Lattice.Origin, &p.Common}
	if p.Matches&MatchCommon == 0 {
		numbers = numbers[:1]
	}
	for _, v := range numbers {
		u, n := binary.Varint(b)
		if n <= 0 {
			return nil, errors.New("expected an origin, and a common place if there is one")
		}
		*v, b = u, b[n:]
	}
	return b, nil
}

// ParseParams reads the parameters that b, a coded array of the given shape, starts with.
func ParseParams(b []byte, shape []int) (Params, error) {
	var p Params
	_, err := p.parse(b, len(shape))
	return p, err
}

// Cost returns what Decode takes for each value: bytes of memory beside its
// place, and about how many nanoseconds.
func (p *Params) Cost() (memory, work float64) {
	memory, work = 17, float64(100+6*p.Taps)+float64(0.35*float64(p.Taps*p.Taps))
	if p.Mirror > 0 {
		memory += 16
		work += 30
	}
	if p.Matches > 0 {
		memory++
		work += 60
	}
	return memory, work + float64(20*p.LowBits)
}

// Encode appends the coded places of an array. Those where skip is set are not
// coded, and changed; skip may be nil. check, if not nil, is called now and
// then, and may end it by a panic.
func Encode(b []byte, p Params, shape []int, places []int64, skip []bool, check func()) []byte {
	var w bitio.Writer
	rc := rangecoder.NewEncoder(nil)
	s := newScanner(p, shape, places, skip, rc)
	s.write, s.check = &w, check
	s.run()
	decisions := rc.Finish()
	b = binary.AppendUvarint(p.append(b), uint64(len(decisions)))
	return w.AppendTo(append(b, decisions...))
}

// Decode fills places, and says on which lattice they are.
func Decode(b []byte, shape []int, places []int64, skip []bool, check func()) (Lattice, error) {
	var p Params
	b, err := p.parse(b, len(shape))
	if err != nil {
		return p.Lattice, err
	}
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return p.Lattice, errors.New("decisions are cut off")
	}
	b = b[k:]
	s := newScanner(p, shape, places, skip, rangecoder.NewDecoder(b[:n]))
	s.read, s.check = bitio.NewReader(b[n:]), check
	s.run()
	if s.ended() {
		return p.Lattice, rangecoder.ErrEnd
	}
	return p.Lattice, nil
}

// scanner takes an array through the scan, in either direction.
type scanner struct {
	Params
	grid   grid
	places []int64
	skip   []bool
	check  func()

	// Of each point: what its place stands for, or a prediction where it is skipped;
	// how far off the prediction was, and to which side.
	number []float64
	miss   []float64
	lean   []int8

	at       offset // coordinates of the current point
	taps     neighbours
	feature  []float64
	fit      *leastSquares
	around   neighbours // whose misses tell the next one
	nearness []float64
	twin     *twin // nil: there is none

	rc      *rangecoder.Coder
	read    *bitio.Reader // nil when encoding
	write   *bitio.Writer
	sides   sideCoder
	bins    *binCoder
	lows    *lowCoder    // nil likewise
	repeats *repeatCoder // nil likewise
}

func newScanner(p Params, shape []int, places []int64, skip []bool, rc *rangecoder.Coder) *scanner {
	s := &scanner{Params: p, grid: newGrid(shape), places: places, skip: skip, rc: rc}
	g := &s.grid
	s.number, s.miss, s.lean = make([]float64, g.size), make([]float64, g.size), make([]int8, g.size)
	s.taps = newNeighbours(g, nearest(g.rank, p.Taps))
	s.feature = make([]float64, len(s.taps.offset)-1)
	s.fit = newLeastSquares(len(s.feature), p.Memory)
	s.around = newNeighbours(g, nearest(g.rank, [...]int{1: 6, 2: 6, 3: 9, 4: 9, 5: 9}[g.rank]))
	for _, o := range s.around.offset {
		s.nearness = append(s.nearness, 1/float64(o.squared()))
	}
	if p.Mirror > 0 {
		s.twin = newTwin(g, shape, p.Mirror-1, p.Opposite)
	}
	s.sides = newSideCoder(rc)
	s.bins = newBinCoder(s)
	if p.LowBits > 0 {
		s.lows = newLowCoder(s)
	}
	if p.Matches > 0 {
		s.repeats = newRepeatCoder(s)
	}
	return s
}

// ended reports that what was decoded is nothing that Encode wrote.
func (s *scanner) ended() bool { return s.rc.Ended() || s.read != nil && s.read.Ended() }

// checkEvery is how many points are coded between two calls of check.
const checkEvery = 1 << 13

func (s *scanner) run() {
	g := &s.grid
	inner := g.rank - 1
	for i := 0; i < g.size && !s.ended(); {
		tapsFrom, tapsTo := s.taps.inside(g, &s.at)
		aroundFrom, aroundTo := s.around.inside(g, &s.at)
		for c := range g.shape[inner] {
			if s.check != nil && i%checkEvery == 0 {
				s.check()
			}
			s.at[inner] = c
			s.taps.all = c >= tapsFrom && c < tapsTo
			s.around.all = c >= aroundFrom && c < aroundTo
			s.point(i)
			i++
			if s.rc.Ended() {
				return
			}
		}
		s.at[inner] = 0
		for a := inner - 1; a >= 0; a-- {
			if s.at[a]++; s.at[a] < g.shape[a] {
				break
			}
			s.at[a] = 0
		}
	}
}

// maxMiss keeps sums of misses finite.
const maxMiss = 0x1p1000

// point codes the point i.
func (s *scanner) point(i int) {
	base := s.gather(i)
	fit := base + s.fit.predict(s.feature)
	if fit-fit != 0 {
		fit = base
	}
	p, scale := fit, s.expect(s.miss, i)
	if s.twin != nil {
		p, scale = s.twin.choose(s, i, fit)
	}
	switch {
	case s.skip != nil && s.skip[i]:
		s.number[i] = p
		s.places[i], _, _ = s.Lattice.round(p)
		s.settle(i, scale)
		return
	case s.repeats != nil && s.repeats.code(i):
		s.number[i] = finite(s.Lattice.Scaled(s.places[i]))
		s.settle(i, scale)
		return
	}
	s.places[i] = s.distance(i, p, scale)
	v := finite(s.Lattice.Scaled(s.places[i]))
	e := v - p
	miss := math.Min(math.Abs(e), maxMiss)
	s.number[i], s.miss[i], s.lean[i] = v, miss, leaning(e, scale)
	if s.twin != nil {
		s.twin.note(s, i, v, fit)
	}
	s.fit.learn(s.feature, v-base, scale+miss)
}

// settle sets the miss of a point that is not coded to what was expected.
func (s *scanner) settle(i int, scale float64) {
	s.miss[i] = scale
	if s.twin != nil {
		s.twin.settle(s, i)
	}
}

// distance codes the place of point i by its distance from the prediction p.
func (s *scanner) distance(i int, p, scale float64) int64 {
	u := s.places[i]
	if s.Lattice.Kind == Floats && math.Abs(p) < 4*scale {
		p = s.sides.code(u < 0, p, scale)
	}
	place, quarter, exponent := s.Lattice.round(p)
	level := -levelBias
	if scale > 0 {
		level = log4(scale) - 4*exponent
	}
	if s.Lattice.Kind == Floats {
		level = min(level, 4*(52-int(s.Lattice.Unit)))
	}
	if s.lows != nil {
		if n := min(s.LowBits, level>>2-1); n > 0 {
			low := s.lows.code(i, uint64(u), n, exponent)
			// The others count in units of 2^n, from where they would be with this low.
			high := (place - int64(low) + 1<<n>>1) >> n
			r := s.bins.code(i, u>>n-high, high, level-4*n, 2, scale)
			return (high+r)<<n | int64(low)
		}
	}
	return place + s.bins.code(i, u-place, place, level, quarter, scale)
}

// raw codes n bits as they are.
func (s *scanner) raw(v uint64, n int) uint64 {
	if s.read != nil {
		return s.read.Read(n)
	}
	s.write.Write(v, n)
	return v
}

// finite replaces what only a damaged archive holds.
func finite(v float64) float64 {
	if v-v != 0 {
		return 0
	}
	return v
}
