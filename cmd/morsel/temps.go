package main

import (
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
