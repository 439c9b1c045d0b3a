package codec

// axisOrders is the number of orders of rank axes.
func axisOrders(rank int) int {
	n := 1
	for i := 2; i <= rank; i++ {
		n *= i
	}
	return n
}

// axisOrder returns the index-th permutation of the axes, in lexicographic
// order.
func axisOrder(rank, index int) []int {
	var left, order []int
	for a := range rank {
		left = append(left, a)
	}
	for n := rank; n > 0; n-- {
		f := axisOrders(n - 1)
		i := index / f
		index %= f
		order = append(order, left[i])
		left = append(left[:i], left[i+1:]...)
	}
	return order
}

// orderIndex is the inverse of axisOrder.
func orderIndex(order []int) int {
	index := 0
	for i, a := range order {
		smaller := 0
		for _, b := range order[i+1:] {
			if b < a {
				smaller++
			}
		}
		index += smaller * axisOrders(len(order)-1-i)
	}
	return index
}
