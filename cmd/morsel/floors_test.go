package main

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/morselcodec/morsel/"

// floors are the packages' floors: a package imports from floors below its own
// only. A package not named here stands on that of its parent directory, and
// may import its own subpackages and be imported by them.
var floors = map[string]int{
	"internal/kernel":         0,
	"internal/fickle":         0,
	"internal/long":           0,
	"formats/internal/fail":   0,
	"formats/internal/stream": 1,
	"formats/array":           2,
	"loss":                    3,
	"topo":                    3,
	"internal/synth":          3,
	"formats":                 5,
	"topo/audit":              6,
	"autoencoder":             6,
	"codec":                   7,
	"internal/bench":          7,
	"pipeline":                8,
	"cmd":                     9,
}

// apart are packages that do not know each other although their floors differ.
var apart = map[[2]string]bool{{"autoencoder", "topo"}: true, {"autoencoder", "topo/audit"}: true, {"topo/audit", "loss"}: true}

// floor returns the directory that gives pkg its floor, and the floor.
func floor(pkg string) (dir string, n int, ok bool) {
	for dir = pkg; dir != ""; {
		if n, ok = floors[dir]; ok {
			return dir, n, true
		}
		i := strings.LastIndexByte(dir, '/')
		dir = dir[:max(i, 0)]
	}
	return "", 0, false
}

func upward(from, to string) bool {
	a, floorA, okA := floor(from)
	b, floorB, okB := floor(to)
	return !okA || !okB || apart[[2]string{a, b}] || a != b && floorA <= floorB
}

func TestImportsPointDownward(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		from, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
		from, ours := strings.CutPrefix(from, module)
		if !ours {
			continue
		}
		dir, _, ok := floor(from)
		if !ok {
			t.Errorf("%s stands on no floor; name it in floors", from)
		}
		seen[dir] = true
		for _, to := range strings.Fields(imports) {
			if to, ours := strings.CutPrefix(to, module); ours && upward(from, to) {
				t.Errorf("%s imports %s, which is not below it", from, to)
			}
		}
	}
	for dir := range floors {
		if !seen[dir] {
			t.Errorf("no package was found in %s", dir)
		}
	}
}

func TestUpward(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"codec", "autoencoder", false},
		{"cmd/morsel", "pipeline", false},
		{"topo/audit", "topo", false},
		{"topo", "topo/audit", true},
		{"topo/audit", "loss", true},
		{"topo", "loss", true},
		{"formats", "codec", true},
		{"formats/array", "formats", true},
		{"loss", "formats", true},
		{"autoencoder", "topo", true},
		{"autoencoder", "loss", false},
		{"autoencoder", "internal/kernel", false},
		{"internal/kernel", "formats", true},
		{"codec", "nowhere", true},
	} {
		if got := upward(c.from, c.to); got != c.want {
			t.Errorf("%s importing %s: upward is %v", c.from, c.to, got)
		}
	}
}
