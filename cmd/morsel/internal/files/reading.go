package files

import (
	"io/fs"
	"os"
	"sync"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// reading is the set of files that a run reads, models and checkpoints too. A
// run does not write to them, whatever they are called: files are compared, not
// names.
type reading struct {
	mu    sync.Mutex
	files []readFile
}

type readFile struct {
	name    string // as the user knows it
	info    fs.FileInfo
	resumed bool // a checkpoint, which its successor replaces
}

func (r *reading) add(f readFile) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = append(r.files, f)
}

// find returns the file that info describes, if it is among those read.
// Terminals and sockets, which are read and written by nature, never are.
func (r *reading) find(info fs.FileInfo) (readFile, bool) {
	if info.Mode()&(fs.ModeCharDevice|fs.ModeSocket) != 0 {
		return readFile{}, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.files {
		if os.SameFile(f.info, info) {
			return f, true
		}
	}
	return readFile{}, false
}

// stater is a stream that may be a file.
type stater interface{ Stat() (fs.FileInfo, error) }

// Reads notes files that this run reads; "-" is stdin. What is not there is
// left to whoever opens it.
func (set *Set) Reads(names ...string) {
	for _, name := range names {
		info, err := set.stat(name)
		if err == nil {
			set.reading.add(readFile{name: name, info: info})
		}
	}
}

func (set *Set) stat(name string) (fs.FileInfo, error) {
	if name != "-" {
		return os.Stat(name)
	}
	if f, ok := set.Stdin.(stater); ok {
		return f.Stat()
	}
	return nil, fs.ErrInvalid
}

// unread refuses a destination that is a file which the run reads.
func (set *Set) unread(d Destination, info fs.FileInfo) error {
	f, ok := set.reading.find(info)
	if !ok || f.resumed && d.Succeeds {
		return nil
	}
	also := ""
	switch f.name {
	case d.Name:
	case "-":
		also = " on stdin"
	default:
		also = " " + f.name
	}
	return exit.Usagef("output %s is the input%s; use another -o", Display(d.Name), also)
}

// stdoutUnread refuses a standard output that goes to a file which is read.
func (set *Set) stdoutUnread() error {
	f, ok := set.Stdout.(stater)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err == nil { // else writing will tell
		return set.unread(Destination{Name: "-"}, info)
	}
	return nil
}

// Resumes notes the checkpoint that the run goes on from, which its successor
// may replace.
func (set *Set) Resumes(name string, info fs.FileInfo) {
	set.reading.add(readFile{name: name, info: info, resumed: true})
}

// IsResumed reports whether info describes that checkpoint.
func (set *Set) IsResumed(info fs.FileInfo) bool {
	f, ok := set.reading.find(info)
	return ok && f.resumed
}
