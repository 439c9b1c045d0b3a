package kernel

// SquaredErrors returns Σ(pred−target)² and, unless grad is nil, sets grad to
// c·(pred−target). Terms are float32 and summed in float64, in the tier's order.
//
//	for i := range pred {
//		d := pred[i] - target[i]
//		sum += d * d
//		grad[i] = c * d
//	}
func SquaredErrors(grad, pred, target []float32, c float32) float64 {
	target = target[:len(pred)]
	if grad != nil {
		grad = grad[:len(pred)]
	}
	if active.squaredErrors == nil {
		return squaredErrorsLoop(grad, pred, target, c)
	}
	// A lane adds few enough terms to keep its precision.
	const piece = 4096
	var sum float64
	for lo := 0; lo < len(pred); lo += piece {
		n := min(piece, len(pred)-lo)
		if grad == nil {
			sum += active.squaredErrors(&pred[lo], &target[lo], n)
		} else {
			sum += active.squaredErrorsGrad(&grad[lo], &pred[lo], &target[lo], n, c)
		}
	}
	return sum
}

func squaredErrorsLoop(grad, pred, target []float32, c float32) float64 {
	var sum float64
	for i, v := range pred {
		d := v - target[i]
		sum += float64(float64(d) * float64(d))
		if grad != nil {
			grad[i] = c * d
		}
	}
	return sum
}
