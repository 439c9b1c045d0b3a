package mixing

// Counter is an adaptive probability: 24 bits of the probability of a 1 above
// 8 bits that count how often it was updated.
type Counter uint32

// NewCounter returns a Counter that starts at p/65536.
func NewCounter(p uint32) Counter { return Counter(p << 16) }

// NewCounters returns n counters that start at p/65536.
func NewCounters(n int, p uint32) []Counter {
	c := make([]Counter, n)
	for i := range c {
		c[i] = NewCounter(p)
	}
	return c
}

// P returns the probability of a 1, in 1/65536.
func (c Counter) P() uint32 { return min(max(uint32(c>>16), 32), 65536-32) }

// Update moves c toward bit, at first by a large step and in the end by
// 1/countLimit of the way.
func (c *Counter) Update(bit int) {
	n := uint8(*c)
	p := int64(*c >> 8)
	p += ((int64(bit)<<24 - p) * int64(reciprocal[n])) >> 16
	if n < countLimit {
		n++
	}
	*c = Counter(p)<<8 | Counter(n)
}

const countLimit = 255

var reciprocal [countLimit + 1]int32

func init() {
	for n := range reciprocal {
		reciprocal[n] = int32(65536 * 10 / (10*n + 19))
	}
}
