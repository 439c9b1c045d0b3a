package kernel

// SquaredErrors returns Σ(pred−target)² and, unless grad is nil, sets grad to
// c·(pred−target), or adds that to it. Differences are float32; their squares are summed in float64,
// in the tier's order.
//
//	for i := range pred {
//		d := pred[i] - target[i]
//		sum += float64(d) * float64(d)
//		grad[i] = c*d // or +=
//	}
func SquaredErrors(grad, pred, target []float32, c float32, add bool) float64 {
	target = target[:len(pred)]
	if grad != nil {
		grad = grad[:len(pred)]
	}
	if active.squaredErrors == nil {
		return squaredErrorsLoop(grad, pred, target, c, add)
	}
	if len(pred) == 0 {
		return 0
	}
	switch {
	case grad == nil:
		return active.squaredErrors(&pred[0], &target[0], len(pred))
	case add:
		return active.squaredErrorsAdd(&grad[0], &pred[0], &target[0], len(pred), c)
	}
	return active.squaredErrorsGrad(&grad[0], &pred[0], &target[0], len(pred), c)
}

func squaredErrorsLoop(grad, pred, target []float32, c float32, add bool) float64 {
	var sum float64
	for i, v := range pred {
		d := v - target[i]
		sum += float64(float64(d) * float64(d))
		switch {
		case grad == nil:
		case add:
			grad[i] += float32(c * d)
		default:
			grad[i] = c * d
		}
	}
	return sum
}
