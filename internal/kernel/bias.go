package kernel

// FillRows sets every row of y, [rows, len(bias)], to bias.
//
//	y[i, j] = bias[j]
func FillRows(p *Pool, y, bias []float32) {
	rows := len(y) / len(bias)
	step := max(1, grain/len(bias))
	p.For((rows+step-1)/step, func(t int) {
		lo, hi := t*step, min(rows, (t+1)*step)
		fillRows(y[lo*len(bias):hi*len(bias)], bias)
	})
}

func fillRows(y, bias []float32) {
	const enough = 1 << 12 // values, in the first-level cache
	filled := copy(y, bias)
	for filled < len(y) && filled < enough {
		filled += copy(y[filled:], y[:filled])
	}
	for block := filled; filled < len(y); {
		filled += copy(y[filled:], y[:block])
	}
}

// sumRows is the number of rows of a partial sum of [ColumnSums], and narrow
// the number of columns below which rows are added up several at a time.
const (
	sumRows = 256
	narrow  = 64
)

// ColumnSums adds the sums over the rows of x, [rows, len(sum)], to sum. Rows
// are summed in blocks, in an order that depends on the shape alone.
//
//	sum[j] += x[i, j]
func ColumnSums(p *Pool, sum, x []float32) {
	cols := len(sum)
	rows := len(x) / cols
	together := max(1, narrow/cols) // rows that make one
	wide := together * cols
	rest := x[rows/together*wide : rows*cols]
	rows /= together
	blocks := (rows + sumRows - 1) / sumRows
	partial := p.take(blocks * wide)
	defer p.give(partial)
	p.For(blocks, func(t int) {
		s := (*partial)[t*wide:][:wide]
		clear(s)
		sumRowsInto(s, x[t*sumRows*wide:min(rows, (t+1)*sumRows)*wide])
	})
	if blocks > 1 {
		sumRowsInto((*partial)[:wide], (*partial)[wide:blocks*wide])
	}
	if blocks > 0 {
		sumRowsInto(sum, (*partial)[:wide])
	}
	sumRowsInto(sum, rest)
}

// sumRowsInto adds every row of x, which are as long as sum, to sum.
func sumRowsInto(sum, x []float32) {
	cols := len(sum)
	if active.sumRows != nil && len(x) > 0 {
		active.sumRows(&sum[0], &x[0], len(x)/cols, cols)
		return
	}
	for ; len(x) > 0; x = x[cols:] {
		for j, v := range x[:cols] {
			sum[j] += v
		}
	}
}
