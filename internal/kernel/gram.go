package kernel

// GramBlock is the number that the columns of Gram come in multiples of.
const GramBlock = 8

// Gram sets the lower triangle of the cols×cols matrix dst to Σ w[r]·xᵣᵀ·xᵣ
// over the rows of x, the normal equations of weighted least squares. What it
// leaves above the diagonal is undefined. cols is a multiple of [GramBlock].
//
// Its bits are the same in every tier:
//
//	for r := range w {
//		for i := range cols {
//			for j := range i + 1 {
//				dst[i*cols+j] += x[r*cols+i] * (w[r] * x[r*cols+j])
//			}
//		}
//	}
func Gram(dst, x, w []float64, cols int) {
	dst, x = dst[:cols*cols], x[:len(w)*cols]
	if cols%GramBlock != 0 {
		panic("kernel: Gram of a number of columns that is no multiple of GramBlock")
	}
	if active.gramBlock == nil || len(w) == 0 {
		gramLoop(dst, x, w, cols)
		return
	}
	lanes := active.gramLanes
	for i := 0; i < cols; i += GramBlock {
		for j := 0; j < i+GramBlock; j += lanes {
			active.gramBlock(&dst[i*cols+j], &x[i], &x[j], &w[0], len(w), cols)
		}
	}
}

func gramLoop(dst, x, w []float64, cols int) {
	for i := 0; i < cols; i += 4 {
		for j := range i + 4 {
			var s0, s1, s2, s3 float64
			for r, v := range w {
				row := x[r*cols:]
				t, y := float64(v*row[j]), row[i:i+4]
				s0 += float64(y[0] * t)
				s1 += float64(y[1] * t)
				s2 += float64(y[2] * t)
				s3 += float64(y[3] * t)
			}
			dst[i*cols+j], dst[(i+1)*cols+j], dst[(i+2)*cols+j], dst[(i+3)*cols+j] = s0, s1, s2, s3
		}
	}
}
