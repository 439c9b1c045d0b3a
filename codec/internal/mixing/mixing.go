// Package mixing models bits by logistic mixing: several adaptive predictions,
// each for the bit's own context, are combined by an online-trained weighted
// sum in the logistic domain, as in the PAQ compressors (M. Mahoney, "Adaptive
// weighing of context models for lossless data compression", 2005).
//
// All state and arithmetic is integer, so that encoder and decoder agree on
// every machine.
package mixing

// Logistic domain: x stands for x/unit, probabilities for p/65536.
const (
	unit    = 256
	limit   = 12*unit - 1
	minProb = 1
)

var (
	squashTable  [2*limit + 1]uint16 // 65536/(1+e^(−x/unit)), by x+limit
	stretchTable [4096]int16         // the inverse, by probability/16
)

func init() {
	// e^(1/256) and its powers by multiplication: the same bits everywhere.
	const root = 1.0039138893383475734436096039034
	odds := 1.0
	for x := 0; x <= limit; x++ {
		p := int(65536 * odds / (1 + odds))
		squashTable[limit+x] = uint16(min(p, 65536-minProb))
		squashTable[limit-x] = uint16(max(65536-p, minProb))
		odds = float64(odds * root)
	}
	x := -limit
	for i := range stretchTable {
		for x < limit && int(squashTable[limit+x]) < i*16+8 {
			x++
		}
		stretchTable[i] = int16(x)
	}
}

func squash(x int) uint32 {
	return uint32(squashTable[min(max(x, -limit), limit)+limit])
}

// Counter is an adaptive probability: 24 bits of the probability of a 1 above
// 8 bits that count how often it was updated.
type Counter uint32

// NewCounter returns a Counter that starts at p/65536.
func NewCounter(p uint32) Counter { return Counter(p << 16) }

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
