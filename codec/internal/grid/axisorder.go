package grid

// AxisOrders is the number of orders of rank axes.
func AxisOrders(rank int) int {
	n := 1
	for i := 2; i <= rank; i++ {
		n *= i
	}
	return n
}

// AxisOrder returns the index-th permutation of the axes, in lexicographic
// order.
func AxisOrder(rank, index int) []int {
	var left, order []int
	for a := range rank {
		left = append(left, a)
	}
	for n := rank; n > 0; n-- {
		f := AxisOrders(n - 1)
		i := index / f
		index %= f
		order = append(order, left[i])
		left = append(left[:i], left[i+1:]...)
	}
	return order
}

// OrderIndex is the inverse of AxisOrder.
func OrderIndex(order []int) int {
	index := 0
	for i, a := range order {
		smaller := 0
		for _, b := range order[i+1:] {
			if b < a {
				smaller++
			}
		}
		index += smaller * AxisOrders(len(order)-1-i)
	}
	return index
}
