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
		for i := t * sumRows; i < min(rows, (t+1)*sumRows); i++ {
			for j, v := range x[i*cols:][:cols] {
				s[j] += v
			}
		}
	})
	for t := range blocks {
		for j, v := range (*partial)[t*cols:][:cols] {
			sum[j] += v
		}
	}
}
