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
	for len(y) > 0 {
		y = y[copy(y, bias):]
	}
}

// sumRows is the number of rows of a partial sum of [ColumnSums].
const sumRows = 256

// ColumnSums adds the sums over the rows of x, [rows, len(sum)], to sum, rows
// ascending within blocks of 256 and blocks ascending.
//
//	sum[j] += x[i, j]
func ColumnSums(p *Pool, sum, x []float32) {
	cols := len(sum)
	rows := len(x) / cols
	blocks := (rows + sumRows - 1) / sumRows
	partial := p.take(blocks * cols)
	defer p.give(partial)
	p.For(blocks, func(t int) {
		s := (*partial)[t*cols:][:cols]
		clear(s)
		sumRowsInto(s, x[t*sumRows*cols:min(rows, (t+1)*sumRows)*cols])
	})
	sumRowsInto(sum, (*partial)[:blocks*cols])
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
