package formats

import (
	"bytes"
	"slices"
	"strings"
)

// matcher reports whether the first bytes of a file are those of a format.
type matcher func(head []byte) bool

// begins matches files that begin with one of the marks.
func begins(marks ...string) matcher { return at(0, marks...) }

// at matches files with one of the marks at an offset.
func at(offset int, marks ...string) matcher {
	return func(head []byte) bool {
		return len(head) > offset && slices.ContainsFunc(marks, func(m string) bool {
			return bytes.HasPrefix(head[offset:], []byte(m))
		})
	}
}

// all matches what every matcher does.
func all(matchers ...matcher) matcher {
	return func(head []byte) bool {
		return !slices.ContainsFunc(matchers, func(m matcher) bool { return !m(head) })
	}
}

// anyOf matches what one of the matchers does.
func anyOf(matchers ...matcher) matcher {
	return func(head []byte) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool { return m(head) })
	}
}

// contains matches text with one of the words among its first lines.
func contains(words ...string) matcher {
	return func(head []byte) bool {
		if bytes.IndexByte(head, 0) >= 0 {
			return false
		}
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
	}
}

// netpbm matches pictures of Netpbm of one of the kinds, digits, with the white
// space or comment that follows.
func netpbm(kinds string) matcher {
	return func(head []byte) bool {
		return len(head) > 2 && head[0] == 'P' && strings.IndexByte(kinds, head[1]) >= 0 && strings.IndexByte(" \t\r\n#", head[2]) >= 0
	}
}
