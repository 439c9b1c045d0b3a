// Package scan codes an array without loss, value by value in row-major order,
// as section 12 of FORMAT.md says. It builds on the mixers, the range coder and
// packed bits.
//
// Values are named by their index on a [Lattice]. Each is predicted from the
// values around it that came before (features), with weights that recursive
// least squares learns on the way (leastsquares.go), or by its mirror point
// (mirror.go). The distance of its index from the prediction is coded as a bin
// under mixed contexts (bins.go), unless the index is one of a few candidates
// (matches.go). How far off a prediction may be is expected from the errors
// around: that expected error, σ in FORMAT.md, scales the bins and the contexts.
//
// Encoder and decoder run the same code: each coder takes what it codes when
// encoding, and returns it in both directions.
package scan

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Encode appends the coded lattice indices of an array. Those where uncoded is
// set are not coded, and changed; uncoded may be nil. check, if not nil, is
// called now and then, and may end the call by a panic.
func Encode(b []byte, p Params, shape []int, indices []int64, uncoded []bool, check func()) []byte {
	var w bitio.Writer
	rc := rangecoder.NewEncoder(nil)
	s := newScanner(p, shape, indices, uncoded, rc)
	s.write, s.check = &w, check
	s.run()
	decisions := rc.Finish()
	b = binary.AppendUvarint(p.append(b), uint64(len(decisions)))
	return w.AppendTo(append(b, decisions...))
}

// Decode fills indices, and says on which lattice they are. It fails with a
// message of what is wrong with b, or with rangecoder.ErrEnd.
func Decode(b []byte, shape []int, indices []int64, uncoded []bool, check func()) (Lattice, error) {
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
	s := newScanner(p, shape, indices, uncoded, rangecoder.NewDecoder(b[:n]))
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
	grid    grid
	indices []int64
	uncoded []bool
	check   func()

	// Of each point: its scaled value, or a prediction where it is not coded; the
	// absolute error of its prediction; the class of that error.
	scaled   []float64
	err      []float64
	errClass []int8

	at            offset // coordinates of the current point
	taps          neighbours
	features      []float64 // of the current point
	weights       *leastSquares
	errNeighbours neighbours // whose errors tell the next one
	errWeights    []float64  // the weight of each of them
	mirror        *mirror    // nil: there is none

	rc      *rangecoder.Coder
	read    *bitio.Reader // nil when encoding
	write   *bitio.Writer // nil when decoding
	across  acrossCoder
	bins    *binCoder
	lowBits *lowBitsCoder // nil if none are coded apart
	matches *matchCoder   // nil if nothing may match
}

func newScanner(p Params, shape []int, indices []int64, uncoded []bool, rc *rangecoder.Coder) *scanner {
	s := &scanner{Params: p, grid: newGrid(shape), indices: indices, uncoded: uncoded, rc: rc}
	g := &s.grid
	s.scaled, s.err, s.errClass = make([]float64, g.size), make([]float64, g.size), make([]int8, g.size)
	s.taps = newNeighbours(g, causalOffsets(g.rank, p.Taps))
	s.features = make([]float64, len(s.taps.offset)-1)
	s.weights = newLeastSquares(len(s.features), p.Memory)
	s.errNeighbours = newNeighbours(g, causalOffsets(g.rank, [...]int{1: 6, 2: 6, 3: 9, 4: 9, 5: 9}[g.rank]))
	for _, o := range s.errNeighbours.offset {
		s.errWeights = append(s.errWeights, 1/float64(o.squared()))
	}
	if p.Mirror > 0 {
		s.mirror = newMirror(g, shape, p.Mirror-1, p.Opposite)
	}
	s.across = newAcrossCoder(rc)
	s.bins = newBinCoder(s)
	if p.LowBits > 0 {
		s.lowBits = newLowBitsCoder(s)
	}
	if p.Matches > 0 {
		s.matches = newMatchCoder(s)
	}
	return s
}

// ended reports that what was decoded is nothing that Encode wrote.
func (s *scanner) ended() bool { return s.rc.Ended() || s.read != nil && s.read.Ended() }

// checkEvery is how many points are coded between two calls of check.
const checkEvery = 1 << 13

// run takes all points through the scan.
func (s *scanner) run() {
	g := &s.grid
	inner := g.rank - 1
	for i := 0; i < g.size && !s.ended(); {
		tapsFrom, tapsTo := s.taps.inside(g, &s.at)
		errFrom, errTo := s.errNeighbours.inside(g, &s.at)
		for c := range g.shape[inner] {
			if s.check != nil && i%checkEvery == 0 {
				s.check()
			}
			s.at[inner] = c
			s.taps.all = c >= tapsFrom && c < tapsTo
			s.errNeighbours.all = c >= errFrom && c < errTo
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

// maxErr keeps sums of errors finite.
const maxErr = 0x1p1000

// point codes the point i.
func (s *scanner) point(i int) {
	base := s.setFeatures(i)
	fit := base + s.weights.predict(s.features)
	if fit-fit != 0 {
		fit = base
	}
	p, sigma := fit, s.expected(s.err, i)
	if s.mirror != nil {
		p, sigma = s.mirror.choose(s, i, fit)
	}
	switch {
	case s.uncoded != nil && s.uncoded[i]:
		s.scaled[i] = p
		s.indices[i], _, _ = s.Lattice.nearest(p)
		s.expectErr(i, sigma)
		return
	case s.matches != nil && s.matches.code(i):
		s.scaled[i] = finite(s.Lattice.Scaled(s.indices[i]))
		s.expectErr(i, sigma)
		return
	}
	s.indices[i] = s.distance(i, p, sigma)
	x := finite(s.Lattice.Scaled(s.indices[i]))
	e := x - p
	err := math.Min(math.Abs(e), maxErr)
	s.scaled[i], s.err[i], s.errClass[i] = x, err, errorClass(e, sigma)
	if s.mirror != nil {
		s.mirror.setErr(s, i, x, fit)
	}
	s.weights.learn(s.features, x-base, sigma+err)
}

// expectErr takes the expected error of a point as its error, where nothing
// was coded that tells it.
func (s *scanner) expectErr(i int, sigma float64) {
	s.err[i] = sigma
	if s.mirror != nil {
		s.mirror.expectErr(s, i)
	}
}

// distance codes the index of point i by its distance from the prediction p.
func (s *scanner) distance(i int, p, sigma float64) int64 {
	u := s.indices[i]
	if s.Lattice.Kind == Floats && math.Abs(p) < 4*sigma {
		p = s.across.code(u < 0, p, sigma)
	}
	predicted, quarter, exponent := s.Lattice.nearest(p)
	relative := -relativeBias // σ against the distance of lattice points, in quarter octaves
	if sigma > 0 {
		relative = log4(sigma) - 4*exponent
	}
	if s.Lattice.Kind == Floats {
		relative = min(relative, 4*(52-int(s.Lattice.Unit)))
	}
	if s.lowBits != nil {
		if n := min(s.LowBits, relative>>2-1); n > 0 {
			low := s.lowBits.code(i, uint64(u), n, exponent)
			// The bits above count in units of 2^n, from the prediction less these low bits.
			high := (predicted - int64(low) + 1<<n>>1) >> n
			d := s.bins.code(i, u>>n-high, high, relative-4*n, 2, sigma)
			return (high+d)<<n | int64(low)
		}
	}
	return predicted + s.bins.code(i, u-predicted, predicted, relative, quarter, sigma)
}

// packed codes n bits as packed bits.
func (s *scanner) packed(v uint64, n int) uint64 {
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
