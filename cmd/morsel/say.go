package main

import (
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"
)

// sayf writes one message to stderr, in the one style that all have.
func (e *env) sayf(format string, args ...any) {
	fmt.Fprintf(e.stderr, "morsel: %s\n", printable(fmt.Sprintf(format, args...)))
}

// warnf says what a user should know although the command goes on.
func (e *env) warnf(format string, args ...any) { e.sayf("warning: "+format, args...) }

// messages returns what an error says: of errors that were joined, each.
func messages(err error) []string {
	joined, ok := any(err).(interface{ Unwrap() []error })
	if !ok || !strings.Contains(err.Error(), "\n") {
		return []string{err.Error()}
	}
	var all, parts []string
	for _, err := range joined.Unwrap() {
		parts = append(parts, err.Error())
		all = append(all, messages(err)...)
	}
	if strings.Join(parts, "\n") != err.Error() { // it wraps several
		return []string{err.Error()}
	}
	return all
}

// printable escapes what does not print: a name from a file or a command line
// must not move the cursor, nor look like another message.
func printable(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// sticky remembers that a write failed, for those who do not look.
type sticky struct {
	io.Writer
	err error
}

func (s *sticky) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// Stat describes the file that the writer is.
func (s *sticky) Stat() (fs.FileInfo, error) {
	if f, ok := s.Writer.(stater); ok {
		return f.Stat()
	}
	return nil, fs.ErrInvalid
}
