package codec

// Effort levels say what an encoder tries; a decoder does not know them.

// attempt is a way to code the residual of a chunk.
type attempt struct {
	coder int
	order int // of the axes, an index of axisOrder
	fit   int // points of a pass that stencils are fitted to; 0: only splines
}

// smallChunk is the size up to which a chunk gets more effort than larger ones
// at the same level: it takes no time to speak of, and what a coder learns too
// late weighs more.
const smallChunk = 1 << 17

// attempts lists what a level tries.
func attempts(level int, g *grid) []attempt {
	last := axisOrders(g.rank) - 1
	if level >= 5 && g.size <= smallChunk {
		level = max(level, 7)
	}
	switch level {
	case 1:
		return []attempt{{coder: coderStatic}}
	case 2, 3:
		return []attempt{{coder: coderStatic, fit: 5000}}
	case 4:
		return []attempt{{coder: coderLight}}
	case 5:
		return []attempt{{coder: coderLight, fit: 5000}}
	case 6:
		return []attempt{{coder: coderFull, fit: 10000}}
	}
	list := []attempt{{coder: coderFull, fit: 20000}}
	if last > 0 {
		list = append(list, attempt{coder: coderFull, order: last, fit: 20000})
	}
	if level == 9 || g.size <= smallChunk {
		list = append(list, attempt{coder: coderFull})
		for order := 1; order < last && level == 9 && g.rank <= 3; order++ {
			list = append(list, attempt{coder: coderFull, order: order, fit: 20000})
		}
	}
	return list
}

// verifyLevel is the level from which the written bytes are decoded and
// compared with the original. Below, the encoder's own reconstruction is, which
// the same code made.
const verifyLevel = 5
