package pack

// Shuffle returns the bytes of elements, of size bytes each, shuffled.
func Shuffle(b []byte, size int) []byte {
	n := len(b) / size
	out := make([]byte, len(b))
	for k := range size {
		plane := out[k*n : (k+1)*n]
		for i := range plane {
			plane[i] = b[i*size+k]
		}
	}
	return out
}

// unshuffle fills dst with the elements whose shuffled bytes are b.
func unshuffle(dst, b []byte, size int) {
	n := len(b) / size
	for k := range size {
		for i, v := range b[k*n : (k+1)*n] {
			dst[i*size+k] = v
		}
	}
}
