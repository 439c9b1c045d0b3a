package loss

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// tanh replaces every value by its hyperbolic tangent.
func tanh[T array.Float](v []T) {
	switch v := any(v).(type) {
	case []float32:
		kernel.RationalTanh(v)
	case []float64:
		for i, x := range v {
			v[i] = math.Tanh(x)
		}
	}
}

// softsign replaces every value u by u/(1+|u|), which is ±1 at infinity.
func softsign[T array.Float](v []T) {
	const large = 1e30 // ±1 from here on in either type, and no ∞/∞
	for i, u := range v {
		u = max(-large, min(u, large))
		v[i] = u / (1 + T(math.Abs(float64(u))))
	}
}
