package codec

import "math"

// fieldUnit is the number of units in ε that the field of contexts counts, and
// smoothShift the logarithm of the sum of the weights 1, 2, 1.
const (
	fieldUnit   = 32
	smoothShift = 2
)

// measure lays out the decoded values in units of ε/32, modulo 2³².
func (t *topology[T]) measure() {
	scale := fieldUnit / t.eps
	t.field = make([]int32, t.size)
	t.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			v := float64(float64(t.values[from+i]) * scale)
			if math.Abs(v) < 1<<62 {
				t.field[at+i] = int32(int64(math.RoundToEven(v)))
			}
		}
	})
}

// average smooths the field along every axis with weights 1, 2, 1, not divided
// by their sum. A neighbour that is missing counts as the value itself.
func (t *topology[T]) average() {
	t.smooth = append([]int32(nil), t.field...)
	work := make([]int32, t.size)
	for _, s := range t.stride[:t.grid.rank] {
		t.rows(func(_, at, n int, _ *[maxRank]int) {
			for p := at; p < at+n; p++ {
				before, after := p, p
				if t.state[p-s]&alive != 0 {
					before = p - s
				}
				if t.state[p+s]&alive != 0 {
					after = p + s
				}
				work[p] = t.smooth[before] + 2*t.smooth[p] + t.smooth[after]
			}
		})
		t.smooth, work = work, t.smooth
	}
}
