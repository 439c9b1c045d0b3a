package residual

import (
	"cmp"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
)

// Effort levels say what an encoder tries; a decoder does not know them.

// config is a configuration in which a chunk can be coded.
type config struct {
	coder uint8
	order int // of the axes, see grid.AxisOrder
	fit   int // points of a pass that a fit of the predictor looks at; 0: there is no fit
}

// configs lists the configurations that a level tries. Those of large arrays are
// few, since each takes its time.
func (in *Input[T]) configs() []config {
	if in.Level == 1 {
		return []config{{coder: coderStatic}}
	}
	orders := in.orders()
	best := orders[0]
	if in.Level > 4 && in.Grid.Size <= grid.SmallArray && in.Alone {
		if in.Level < 7 {
			orders = orders[:min(len(orders), 2)]
		}
		var list []config
		for _, order := range orders {
			list = append(list, config{coderFull, order, predict.ThoroughFit}, config{coderFull, order, 0})
		}
		return list
	}
	// The larger the chunk, the less a thorough fit weighs.
	points := max(3000, in.Grid.Size/200)
	switch in.Level {
	case 2:
		return []config{{coderStatic, best, 0}}
	case 3:
		return []config{{coderStatic, best, points}}
	case 4:
		return []config{{coderLight, best, 0}}
	case 5:
		return []config{{coderLight, best, points}}
	case 6:
		return []config{{coderLight, best, 5 * points}}
	case 7:
		return []config{{coderFull, best, points}}
	}
	list := []config{{coderFull, best, points}, {coderFull, best, 5 * points}}
	if in.Level > 8 && len(orders) > 1 {
		list = append(list, config{coderFull, orders[1], points})
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
		// The cubic's coordinates are odd: an even c is as good as the next.
		predict.Cubic(p[:], in.Ordinary, i, 1, h, 1+2*min(c/3, 1), 1+2*min(c/3, 1)+1+2*min((last-c)/3, 1))
		if e := math.Abs(float64(in.Ordinary[i]) - p[0]); e-e == 0 {
			sum += detmath.Log2(floor + e)
			count++
		}
	}
	if count == 0 {
		return math.Inf(-1)
	}
	return sum / float64(count)
}
