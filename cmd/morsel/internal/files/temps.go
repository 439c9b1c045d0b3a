package files

import (
	"fmt"
	"os"
	"sync"
)

// temps is the set of temporary files and directories that must not outlive the process.
type temps struct {
	mu    sync.Mutex
	names map[string]bool
}

func (t *temps) add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.names == nil {
		t.names = map[string]bool{}
	}
	t.names[name] = true
}

// forget leaves the file alone from now on.
func (t *temps) forget(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names, name)
}

// removeAll removes the files that are left. No file can be added afterwards:
// the lock is kept, since the process is about to end.
func (t *temps) removeAll() {
	t.mu.Lock()
	for name := range t.names {
		_ = os.RemoveAll(name) // nothing better to do on the way out
	}
}

// TempDir makes a temporary directory; remove removes it with what is in it.
func (set *Set) TempDir() (dir string, remove func(), err error) {
	if dir, err = os.MkdirTemp("", "morsel-*.tmp"); err != nil {
		return "", nil, fmt.Errorf("cannot make a temporary directory: %w", err)
	}
	set.temps.add(dir)
	return dir, func() {
		_ = os.RemoveAll(dir)
		set.temps.forget(dir)
	}, nil
}

// RemoveTemps removes what is left, on the way out: no temporary file can be
// made any more.
func (set *Set) RemoveTemps() { set.temps.removeAll() }
