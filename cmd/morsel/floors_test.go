package main

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/morselcodec/morsel"

// floors lists what is in the module, and in each directory whose rooms have
// floors of their own, from the ground up; "." is the directory's own package. A
// package imports from floors below its own only. What is in a directory that
// has no list may import each other.
var floors = map[string][]string{
	".": {
		"internal/kernel internal/fickle internal/long internal/wire formats/internal",
		"formats/array",
		"loss topo internal/synth formats/internal/golden",
		"autoencoder",
		"codec formats internal/bench",
		"pipeline",
		"cmd",
	},
	"formats":              {"input", "arrow foreign idx npy raster raw text", "."},
	"formats/internal":     {"fail magic", "stream"},
	"autoencoder":          {"internal", "."},
	"autoencoder/internal": {"fail", "container scaling", "layers dataset", "training modelfile"},
	"codec":                {"internal", "."},
	"codec/internal": {
		"bitio block detmath fault interrupt",
		"rangecoder grid tiling",
		"container mixing pack quant",
		"rans scan special predict",
		"residual lossless latent keep",
		"pointwise",
		"chunk",
	},
	"codec/internal/keep": {"constraint", "coder", "."},
	"topo":                {"internal", ".", "distance", "audit", "report"},
	"cmd":                 {"morsel/internal/exit morsel/internal/console", "morsel/internal/files morsel/internal/measure", "morsel"},
}

// apart are packages that do not know each other although their floors differ.
var apart = map[[2]string]bool{{"autoencoder", "topo"}: true}

// heavy are modules with much behind them, and the packages that may lead there.
// A name that ends in /... stands for all packages below, too.
var heavy = map[string]string{
	"gonum.org/v1/plot":              "topo/report cmd/...",
	"github.com/apache/arrow/go/v17": "formats formats/arrow pipeline cmd/...",
}

func within(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }

// floor returns what holds pkg in a list of floors, and which floor that is on:
// -1 if nothing does.
func floor(dir, pkg string) (room string, n int) {
	n = -1
	for k, names := range floors[dir] {
		for name := range strings.FieldsSeq(names) {
			name = path.Join(dir, name)
			if pkg == name || name != dir && within(pkg, name) && len(name) > len(room) {
				room, n = name, k
			}
		}
	}
	return room, n
}

func upward(from, to string) bool {
	for dir := "."; ; {
		a, floorA := floor(dir, from)
		b, floorB := floor(dir, to)
		switch {
		case floorA < 0 || floorB < 0 || apart[[2]string{a, b}]:
			return true
		case a != b:
			return floorA <= floorB
		case a == dir || floors[a] == nil:
			return false
		}
		dir = a
	}
}

// imports returns what each package of the module, and each that it leads to,
// imports. Those of the module are named from its root.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"/...")
	list.Stderr = t.Output()
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(strings.ReplaceAll(string(out), module+"/", "./")) {
		f := strings.Fields(line)
		all[f[0]] = f[1:]
	}
	return all
}

func TestImportsPointDownward(t *testing.T) {
	found := map[string]bool{}
	for from, list := range imports(t) {
		from, ours := strings.CutPrefix(from, "./")
		if !ours {
			continue
		}
		for dir := "."; floors[dir] != nil; {
			room, n := floor(dir, from)
			if n < 0 {
				t.Errorf("%s stands on no floor; name it in floors", from)
			}
			found[room] = true
			if room == dir {
				break
			}
			dir = room
		}
		for _, to := range list {
			if to, ours := strings.CutPrefix(to, "./"); ours && upward(from, to) {
				t.Errorf("%s imports %s, which is not below it", from, to)
			}
		}
	}
	for dir, list := range floors {
		for name := range strings.FieldsSeq(strings.Join(list, " ")) {
			if name = path.Join(dir, name); !found[name] {
				t.Errorf("no package was found in %s", name)
			}
		}
	}
}

// TestHeavyModules: what needs no plotting does not link it.
func TestHeavyModules(t *testing.T) {
	all := imports(t)
	for module, allowed := range heavy {
		leads := map[string]bool{}
		var follow func(pkg string) bool
		follow = func(pkg string) bool {
			known, done := leads[pkg]
			if !done {
				known = within(pkg, module) || slices.ContainsFunc(all[pkg], follow)
				leads[pkg] = known
			}
			return known
		}
		may := func(pkg string) bool {
			return slices.ContainsFunc(strings.Fields(allowed), func(name string) bool {
				dir, rooms := strings.CutSuffix(name, "/...")
				return pkg == dir || rooms && within(pkg, dir)
			})
		}
		for pkg := range all {
			if pkg, ours := strings.CutPrefix(pkg, "./"); ours && follow("./"+pkg) && !may(pkg) {
				t.Errorf("%s leads to %s", pkg, module)
			}
		}
		if !leads["./cmd/morsel"] {
			t.Errorf("nothing leads to %s; drop it from heavy", module)
		}
	}
}

func TestUpward(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"codec", "autoencoder", false},
		{"codec", "formats", true},
		{"autoencoder", "formats", true},
		{"cmd/morsel", "pipeline", false},
		{"topo/audit", "topo", false},
		{"topo", "topo/audit", true},
		{"topo/audit", "formats", true},
		{"topo/distance", "topo/report", true},
		{"topo/report", "topo/audit", false},
		{"topo/audit", "loss", true},
		{"topo", "loss", true},
		{"topo", "topo/nowhere", true},
		{"formats", "codec", true},
		{"formats/array", "formats", true},
		{"formats", "formats/npy", false},
		{"formats/npy", "formats/input", false},
		{"formats/npy", "formats/arrow", true},
		{"formats/input", "formats/npy", true},
		{"formats/internal/golden", "formats/array", false},
		{"formats/internal/fail", "formats/array", true},
		{"loss", "formats", true},
		{"autoencoder", "topo/audit", true},
		{"autoencoder", "loss", false},
		{"autoencoder", "internal/kernel", false},
		{"codec", "codec/internal/rans", false},
		{"internal/kernel", "formats", true},
		{"codec", "nowhere", true},
	} {
		if got := upward(c.from, c.to); got != c.want {
			t.Errorf("%s importing %s: upward is %v", c.from, c.to, got)
		}
	}
}
