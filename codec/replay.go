package codec

// replayLimit is the size up to which an archive is kept while a search goes
// on.
const replayLimit = 64 << 20

// replay keeps what is written to it, unless that is too much.
type replay struct {
	limit int
	buf   []byte
	over  bool
}

// Write implements io.Writer.
func (r *replay) Write(p []byte) (int, error) {
	if r.over = r.over || len(r.buf)+len(p) > r.limit; r.over {
		r.buf = nil
	} else {
		r.buf = append(r.buf, p...)
	}
	return len(p), nil
}
