package residual

import (
	"cmp"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/special"
)

// Effort levels say what an encoder tries; a decoder does not know them.

// attempt is a way to code the residual of a chunk.
type attempt struct {
	coder int
	order int // of the axes, an index of axisOrder
	fit   int // points of a pass that stencils are fitted to; 0: only splines
}

// attempts lists the ways that a level tries to code a chunk. Those of large
// arrays are few, since each takes its time.
func (in *Input[T]) attempts() []attempt {
	if in.Level == 1 {
		return []attempt{{coder: coderStatic}}
	}
	orders := in.orders()
	best := orders[0]
	if in.Level > 4 && in.Grid.Size <= special.SmallArray && in.Alone {
		if in.Level < 7 {
			orders = orders[:min(len(orders), 2)]
		}
		var list []attempt
		for _, order := range orders {
			list = append(list, attempt{coderFull, order, predict.ThoroughFit}, attempt{coderFull, order, 0})
		}
		return list
	}
	// The larger the chunk, the less a thorough fit weighs.
	points := max(3000, in.Grid.Size/200)
	switch in.Level {
	case 2:
		return []attempt{{coderStatic, best, 0}}
	case 3:
		return []attempt{{coderStatic, best, points}}
	case 4:
		return []attempt{{coderLight, best, 0}}
	case 5:
		return []attempt{{coderLight, best, points}}
	case 6:
		return []attempt{{coderLight, best, 5 * points}}
	case 7:
		return []attempt{{coderFull, best, points}}
	}
	list := []attempt{{coderFull, best, points}, {coderFull, best, 5 * points}}
	if in.Level > 8 && len(orders) > 1 {
		list = append(list, attempt{coderFull, orders[1], points})
	}
	return list
}

// orders lists the axis orders, the most promising first: the roughest axis
// leads, so that the smoother ones predict most of the points; then the
// roughest two change places; then all others, or some where there are many.
func (in *Input[T]) orders() []int {
	axes := in.roughestFirst()
	list := []int{grid.OrderIndex(axes)}
	if len(axes) == 1 {
		return list
	}
	axes[0], axes[1] = axes[1], axes[0]
	list = append(list, grid.OrderIndex(axes))
	for order := range grid.AxisOrders(len(axes)) {
		if !slices.Contains(list, order) && (len(axes) <= 3 || order%5 == 0) {
			list = append(list, order)
		}
	}
	return list
}

// roughestFirst returns the axes by how well neighbours along them predict a
// value, the worst first.
func (in *Input[T]) roughestFirst() []int {
	g := in.Grid
	floor := in.Eps / 2
	if in.Eps == 0 {
		floor = in.Largest * 0x1p-24
	}
	var rough [grid.MaxRank]float64
	for a := range g.Rank {
		rough[a] = in.roughness(a, floor)
	}
	axes := grid.AxisOrder(g.Rank, 0)
	slices.SortStableFunc(axes, func(a, b int) int { return cmp.Compare(rough[b], rough[a]) })
	return axes
}

// roughness returns the mean logarithm of the errors of interpolation along an
// axis at some points, errors below floor not told apart.
func (in *Input[T]) roughness(axis int, floor float64) float64 {
	const points = 4096
	g := in.Grid
	n, h := g.Shape[axis], g.Stride[axis]
	last := n - 1
	sum, count := 0.0, 0
	var p [1]float64
	for k := range min(points, g.Size) {
		i := int(uint64(k) * 2654435761 % uint64(g.Size))
		c := i / h % n
		if c == 0 || c == last {
			continue
		}
		// The spline's coordinates are odd: an even c is as good as the next.
		predict.Spline(p[:], in.Bare, i, 1, h, 1+2*min(c/3, 1), 1+2*min(c/3, 1)+1+2*min((last-c)/3, 1))
		if e := math.Abs(float64(in.Bare[i]) - p[0]); e-e == 0 {
			sum += detmath.Log2(floor + e)
			count++
		}
	}
	if count == 0 {
		return math.Inf(-1)
	}
	return sum / float64(count)
}
