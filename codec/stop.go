package codec

import "context"

// A chunk can take many seconds. Whoever waits for it may have gone meanwhile,
// so that long loops count what they do, and look at the context once in a
// while. When it is done they panic, and stopping, around all of the chunk,
// makes an error of that: nobody ever sees half a result.

// interrupt is where the loops of one chunk look whether to go on. nil always
// says yes.
type interrupt struct {
	ctx  context.Context
	left int // values until the next look
}

// lookEvery is how many values are worked on between two looks: a hundredth of
// a second at the slowest.
const lookEvery = 1 << 14

// after counts work on n values, and looks whether that is due.
func (s *interrupt) after(n int) {
	if s == nil {
		return
	}
	if s.left -= n; s.left <= 0 {
		s.left = lookEvery
		s.check()
	}
}

// check looks now.
func (s *interrupt) check() {
	if s == nil {
		return
	}
	if err := s.ctx.Err(); err != nil {
		panic(stopped{err})
	}
}

type stopped struct{ err error }

// stopping, deferred, sets err to that of the context where this ended the work.
func stopping(err *error) {
	switch p := recover().(type) {
	case nil:
	case stopped:
		*err = p.err
	default:
		panic(p)
	}
}
