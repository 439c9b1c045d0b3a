package kernel

import "fmt"

// Mat is a row-major matrix. With T set it stands for its transpose: Data is
// then Cols rows of Rows values.
type Mat struct {
	Data       []float32
	Rows, Cols int
	T          bool
}

// Gemm multiplies matrices: C = A·B, or C += A·B when accumulate is set. C must
// not be transposed nor overlap A or B.
//
//	for i := range c.Rows {
//		for j := range c.Cols {
//			s := 0 or c[i,j]
//			for l := range a.Cols {
//				s += float32(a[i,l] * b[l,j])
//			}
//			c[i,j] = s
//		}
//	}
func Gemm(p *Pool, c, a, b Mat, accumulate bool) {
	checkGemm(c, a, b)
	gemm(p, c, a, b, start{accumulate: accumulate})
}

// GemmBias is [Gemm] that starts every row of C from bias.
//
//	s := bias[j]
func GemmBias(p *Pool, c, a, b Mat, bias []float32) {
	checkGemm(c, a, b)
	gemm(p, c, a, b, start{row: bias[:c.Cols]})
}

// start is what the sums of a product start from: C itself, a row, or zero.
type start struct {
	accumulate bool
	row        []float32
}

// fill writes rows [i0, i1) and columns [j0, j1) of C as they start.
func (s start) fill(c Mat, i0, i1, j0, j1 int) {
	if s.accumulate {
		return
	}
	for i := i0; i < i1; i++ {
		row := c.Data[i*c.Cols:][:c.Cols]
		if s.row != nil {
			copy(row[j0:j1], s.row[j0:j1])
		} else {
			clear(row[j0:j1])
		}
	}
}

func gemm(p *Pool, c, a, b Mat, s start) {
	switch {
	case c.Rows == 0 || c.Cols == 0:
	case a.Cols == 0:
		s.fill(c, 0, c.Rows, 0, c.Cols)
	case active.columns == 0:
		gemmPortable(p, c, a, b, s)
	default:
		gemmVector(p, c, a, b, s)
	}
}

func checkGemm(c, a, b Mat) {
	if c.T || a.Rows != c.Rows || b.Cols != c.Cols || a.Cols != b.Rows ||
		len(c.Data) < c.Rows*c.Cols || len(a.Data) < a.Rows*a.Cols || len(b.Data) < b.Rows*b.Cols {
		panic(fmt.Sprintf("kernel: Gemm of %dx%d (%d values) = %dx%d (%d values) by %dx%d (%d values)",
			c.Rows, c.Cols, len(c.Data), a.Rows, a.Cols, len(a.Data), b.Rows, b.Cols, len(b.Data)))
	}
}
