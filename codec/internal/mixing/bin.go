package mixing

// Nodes of the binary decisions about a bin q: is it 0; is it negative, where
// that is no model of its own; then whether |q| ≥ 2, 4, 8, 16 and 32; then the
// highest bits below the leading one.
const (
	ZeroNode  = 0
	SignNode  = 1
	GrowNode  = 2 // and the next GrowNodes−1
	GrowNodes = 5
)

// DetailNode holds the node of the highest and, at e = 2 and 3, of the second
// bit below the leading bit 1<<e.
var DetailNode = [GrowNodes + 1]int{0, 7, 8, 11, 14, 15}

// NewCounters returns n counters that start at p/65536.
func NewCounters(n int, p uint32) []Counter {
	c := make([]Counter, n)
	for i := range c {
		c[i] = NewCounter(p)
	}
	return c
}
