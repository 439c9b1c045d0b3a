package files

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestOutputAppearsWhole(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	out, err := new(Set).Create(Destination{Name: name, Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(out, "new"); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(name); string(b) != "old" {
		t.Errorf("before Commit the file holds %q; want the old content", b)
	}
	for _, e := range entries(t, dir) {
		if temp := strings.HasPrefix(e, ".out.") && strings.HasSuffix(e, ".tmp"); e != "out" && !temp {
			t.Errorf("unexpected file %s", e)
		}
	}
	if err := out.Commit(); err != nil {
		t.Fatal(err)
	}
	out.Discard()
	if b, _ := os.ReadFile(name); string(b) != "new" {
		t.Errorf("after Commit the file holds %q", b)
	}
	if info, _ := os.Stat(name); info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v; want that of the file before", info.Mode())
	}
	if e := entries(t, dir); len(e) != 1 {
		t.Errorf("left behind: %v", e)
	}
}

func TestOutputDiscard(t *testing.T) {
	dir := t.TempDir()
	out, err := new(Set).Create(Destination{Name: filepath.Join(dir, "out")})
	if err != nil {
		t.Fatal(err)
	}
	out.Discard()
	if e := entries(t, dir); len(e) != 0 {
		t.Errorf("left behind: %v", e)
	}
}

func TestOutputThroughLink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	err := new(Set).WriteFile(Destination{Name: link, Replace: true}, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err })
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(real); string(b) != "x" {
		t.Errorf("the link's target holds %q; want x", b)
	}
	if info, _ := os.Lstat(link); info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

func TestOutputErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, filepath.Join(file, "x"), filepath.Join(dir, "new") + string(filepath.Separator)} {
		if _, err := new(Set).Create(Destination{Name: name, Replace: true}); exit.Code(err) != exit.Failure {
			t.Errorf("%s: got %v; want exit 1", name, err)
		}
	}
}

func TestTempsRemoveAll(t *testing.T) {
	dir := t.TempDir()
	e := new(Set)
	if _, err := e.Create(Destination{Name: filepath.Join(dir, "a")}); err != nil {
		t.Fatal(err)
	}
	kept, err := e.Create(Destination{Name: filepath.Join(dir, "b")})
	if err != nil {
		t.Fatal(err)
	}
	if err := kept.Commit(); err != nil {
		t.Fatal(err)
	}
	e.RemoveTemps()
	if got := entries(t, dir); len(got) != 1 || got[0] != "b" {
		t.Errorf("got %v; want the committed file only", got)
	}
}

// A file that comes while an output is written is not replaced unless it was
// named, and one that turns out to be read never is.
func TestOutputMeetsAnother(t *testing.T) {
	for _, c := range []struct {
		replace, read bool
		code          int
	}{{false, false, exit.Failure}, {false, true, exit.Usage}, {true, true, exit.Usage}, {true, false, exit.OK}} {
		dir, e := t.TempDir(), new(Set)
		name := filepath.Join(dir, "new", "out")
		out, err := e.Create(Destination{Name: name, Replace: c.replace})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, "new"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("other"), 0o666); err != nil {
			t.Fatal(err)
		}
		if c.read {
			e.Reads(name)
		}
		err = out.Commit()
		out.Discard()
		b, _ := os.ReadFile(name)
		if want := map[bool]string{true: "new", false: "other"}[c.code == exit.OK]; exit.Code(err) != c.code || string(b) != want {
			t.Errorf("%+v: %v, and the file holds %q; want %q", c, err, b, want)
		}
		if got := entries(t, filepath.Dir(name)); len(got) != 1 {
			t.Errorf("%+v: left behind %v", c, got)
		}
	}
}

func TestOutputDirectories(t *testing.T) {
	dir := t.TempDir()
	out, err := new(Set).Create(Destination{Name: filepath.Join(dir, "a", "b", "out")})
	if err != nil {
		t.Fatal(err)
	}
	out.Discard()
	if got := entries(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	long := filepath.Join(dir, strings.Repeat("x", 250))
	if err := new(Set).WriteFile(Destination{Name: long}, func(io.Writer) error { return nil }); err != nil {
		t.Errorf("a long name: %v", err)
	}
}

func TestOutputThroughLinks(t *testing.T) {
	dir := t.TempDir()
	for _, link := range [][2]string{{"one", "sub/two"}, {"sub/two", "../three"}, {"round", "round"}} {
		if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(link[1], filepath.Join(dir, link[0])); err != nil {
			t.Skipf("this system makes no symbolic links: %v", err)
		}
	}
	write := func(name string, replace bool) error {
		return new(Set).WriteFile(Destination{Name: filepath.Join(dir, name), Replace: replace}, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err })
	}
	if err := write("one", false); exit.Code(err) != exit.Failure {
		t.Errorf("a link that nobody named: %v", err)
	}
	if err := write("one", true); err != nil {
		t.Error(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "three")); string(b) != "x" {
		t.Errorf("the links lead to %q", b)
	}
	if err := write("round", true); exit.Code(err) != exit.Failure {
		t.Errorf("links in a circle: %v", err)
	}
}
