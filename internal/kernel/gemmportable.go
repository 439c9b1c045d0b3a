package kernel

// A tile of C is computed from packed panels of A and B, depth values of the
// inner dimension at a time: 128·256 and 256·256 values stay in a 1 MiB cache.
const (
	tileRows = 128
	tileCols = 256
	depth    = 256
)

// gemmPortable is Gemm in plain Go.
func gemmPortable(p *Pool, c, a, b Mat, s start) {
	rows, cols := tileRows, tileCols
	for tiles(c, rows, cols) < 4*p.workers && (rows > 16 || cols > 32) {
		if rows > 16 {
			rows /= 2
		} else {
			cols /= 2
		}
	}
	across := (c.Cols + cols - 1) / cols
	p.For(tiles(c, rows, cols), func(t int) {
		i, j := t/across*rows, t%across*cols
		gemmTile(p, c, a, b, i, min(i+rows, c.Rows), j, min(j+cols, c.Cols), s)
	})
}

func tiles(c Mat, rows, cols int) int {
	return ((c.Rows + rows - 1) / rows) * ((c.Cols + cols - 1) / cols)
}

// gemmTile computes rows [i0, i1) and columns [j0, j1) of C.
func gemmTile(p *Pool, c, a, b Mat, i0, i1, j0, j1 int, s start) {
	s.fill(c, i0, i1, j0, j1)
	k := min(depth, a.Cols)
	aSize := (i1 - i0 + 1) / 2 * 2 * k
	scratch := p.take(aSize + (j1-j0+3)/4*4*k)
	defer p.give(scratch)
	ap, bp := (*scratch)[:aSize], (*scratch)[aSize:]
	for l0 := 0; l0 < a.Cols; l0 += depth {
		k := min(depth, a.Cols-l0)
		packA(ap, a, i0, i1, l0, k)
		packB(bp, b, j0, j1, l0, k)
		for j := j0; j < j1; j += 4 {
			bPanel := bp[(j-j0)*k:]
			for i := i0; i < i1; i += 2 {
				aPanel := ap[(i-i0)*k:]
				if i+2 <= i1 && j+4 <= j1 {
					micro(k, aPanel, bPanel, c.Data[i*c.Cols+j:], c.Data[(i+1)*c.Cols+j:])
					continue
				}
				microEdge(k, aPanel, bPanel, c, i, min(i+2, i1), j, min(j+4, j1))
			}
		}
	}
}

// packA copies rows [i0, i1) of A, inner values l0 to l0+k, as panels of two
// interleaved rows; a missing last row is zero.
func packA(dst []float32, a Mat, i0, i1, l0, k int) {
	for i := i0; i < i1; i += 2 {
		panel := dst[:2*k]
		dst = dst[2*k:]
		two := i+1 < i1
		if a.T {
			for l := range k {
				at := (l0+l)*a.Rows + i
				panel[2*l] = a.Data[at]
				panel[2*l+1] = 0
				if two {
					panel[2*l+1] = a.Data[at+1]
				}
			}
			continue
		}
		r0 := a.Data[i*a.Cols+l0:][:k]
		if !two {
			for l, v := range r0 {
				panel[2*l], panel[2*l+1] = v, 0
			}
			continue
		}
		r1 := a.Data[(i+1)*a.Cols+l0:][:k]
		for l, v := range r0 {
			q := panel[2*l : 2*l+2 : 2*l+2]
			q[0], q[1] = v, r1[l]
		}
	}
}

// packB copies columns [j0, j1) of B, inner values l0 to l0+k, as panels of
// four interleaved columns; missing last columns are zero.
func packB(dst []float32, b Mat, j0, j1, l0, k int) {
	for j := j0; j < j1; j += 4 {
		panel := dst[:4*k]
		dst = dst[4*k:]
		n := min(4, j1-j)
		switch {
		case n < 4:
			clear(panel)
			for l := range k {
				for q := range n {
					at := (l0+l)*b.Cols + j + q
					if b.T {
						at = (j+q)*b.Rows + l0 + l
					}
					panel[4*l+q] = b.Data[at]
				}
			}
		case b.T:
			r0 := b.Data[j*b.Rows+l0:][:k]
			r1 := b.Data[(j+1)*b.Rows+l0:][:k]
			r2 := b.Data[(j+2)*b.Rows+l0:][:k]
			r3 := b.Data[(j+3)*b.Rows+l0:][:k]
			for l, v := range r0 {
				q := panel[4*l : 4*l+4 : 4*l+4]
				q[0], q[1], q[2], q[3] = v, r1[l], r2[l], r3[l]
			}
		default:
			for l := range k {
				*(*[4]float32)(panel[4*l:]) = *(*[4]float32)(b.Data[(l0+l)*b.Cols+j:])
			}
		}
	}
}

// microEdge is micro for a tile that C cuts off.
func microEdge(k int, a, b []float32, c Mat, i0, i1, j0, j1 int) {
	var t [8]float32
	for i := i0; i < i1; i++ {
		copy(t[4*(i-i0):], c.Data[i*c.Cols+j0:i*c.Cols+j1])
	}
	micro(k, a, b, t[:4], t[4:])
	for i := i0; i < i1; i++ {
		copy(c.Data[i*c.Cols+j0:i*c.Cols+j1], t[4*(i-i0):])
	}
}

// micro adds the product of a panel of two rows and one of four columns to
// c0[:4] and c1[:4]. Eight sums and their operands are what sixteen registers
// hold. The steps are written out: as a function, even inlined, they make the
// compiler spill sums.
func micro(k int, ap, bp, c0, c1 []float32) {
	s, t := (*[4]float32)(c0), (*[4]float32)(c1)
	s0, s1, s2, s3 := s[0], s[1], s[2], s[3]
	t0, t1, t2, t3 := t[0], t[1], t[2], t[3]
	l := 0
	for ; l+4 <= k; l += 4 {
		a, b := (*[8]float32)(ap[2*l:]), (*[16]float32)(bp[4*l:])
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		x := a[0]
		s0 += float32(x * b0)
		s1 += float32(x * b1)
		s2 += float32(x * b2)
		s3 += float32(x * b3)
		x = a[1]
		t0 += float32(x * b0)
		t1 += float32(x * b1)
		t2 += float32(x * b2)
		t3 += float32(x * b3)
		b0, b1, b2, b3 = b[4], b[5], b[6], b[7]
		x = a[2]
		s0 += float32(x * b0)
		s1 += float32(x * b1)
		s2 += float32(x * b2)
		s3 += float32(x * b3)
		x = a[3]
		t0 += float32(x * b0)
		t1 += float32(x * b1)
		t2 += float32(x * b2)
		t3 += float32(x * b3)
		b0, b1, b2, b3 = b[8], b[9], b[10], b[11]
		x = a[4]
		s0 += float32(x * b0)
		s1 += float32(x * b1)
		s2 += float32(x * b2)
		s3 += float32(x * b3)
		x = a[5]
		t0 += float32(x * b0)
		t1 += float32(x * b1)
		t2 += float32(x * b2)
		t3 += float32(x * b3)
		b0, b1, b2, b3 = b[12], b[13], b[14], b[15]
		x = a[6]
		s0 += float32(x * b0)
		s1 += float32(x * b1)
		s2 += float32(x * b2)
		s3 += float32(x * b3)
		x = a[7]
		t0 += float32(x * b0)
		t1 += float32(x * b1)
		t2 += float32(x * b2)
		t3 += float32(x * b3)
	}
	for ; l < k; l++ {
		a, b := (*[2]float32)(ap[2*l:]), (*[4]float32)(bp[4*l:])
		s0 += float32(a[0] * b[0])
		s1 += float32(a[0] * b[1])
		s2 += float32(a[0] * b[2])
		s3 += float32(a[0] * b[3])
		t0 += float32(a[1] * b[0])
		t1 += float32(a[1] * b[1])
		t2 += float32(a[1] * b[2])
		t3 += float32(a[1] * b[3])
	}
	*s = [4]float32{s0, s1, s2, s3}
	*t = [4]float32{t0, t1, t2, t3}
}
