// Package magic tells files by what they begin with.
package magic

import (
	"bytes"
	"slices"
	"strings"
)

// Matcher reports whether the first bytes of a file are those of a format.
type Matcher func(head []byte) bool

// Begins matches files that begin with one of the marks.
func Begins(marks ...string) Matcher { return At(0, marks...) }

// At matches files with one of the marks at an offset.
func At(offset int, marks ...string) Matcher {
	return func(head []byte) bool {
		return len(head) > offset && slices.ContainsFunc(marks, func(m string) bool {
			return bytes.HasPrefix(head[offset:], []byte(m))
		})
	}
}

// All matches what every matcher does.
func All(matchers ...Matcher) Matcher {
	return func(head []byte) bool {
		return !slices.ContainsFunc(matchers, func(m Matcher) bool { return !m(head) })
	}
}

// AnyOf matches what one of the matchers does.
func AnyOf(matchers ...Matcher) Matcher {
	return func(head []byte) bool {
		return slices.ContainsFunc(matchers, func(m Matcher) bool { return m(head) })
	}
}

// Contains matches text with one of the words among its first lines.
func Contains(words ...string) Matcher {
	return func(head []byte) bool {
		if bytes.IndexByte(head, 0) >= 0 {
			return false
		}
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
	}
}

// Netpbm matches pictures of Netpbm of one of the kinds, digits, with the white
// space or comment that follows.
func Netpbm(kinds string) Matcher {
	return func(head []byte) bool {
		return len(head) > 2 && head[0] == 'P' && strings.IndexByte(kinds, head[1]) >= 0 && strings.IndexByte(" \t\r\n#", head[2]) >= 0
	}
}
