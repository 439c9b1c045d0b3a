//go:build unix

package main

import (
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/internal/long"
)

// transcript is one command line of the README with what it is said to print.
type transcript struct {
	line   string // as a shell takes it
	output string // "" where the README shows none
}

// transcripts reads the fenced blocks of a Markdown file that hold command
// lines: of a console block those behind "$ ", of one without a language all.
func transcripts(t *testing.T, name string) (list []transcript) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?ms)^```(console)?\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if block[1] == "" {
			// A quote that is open goes on in the next line.
			for _, line := range regexp.MustCompile(`(?m)^(?:[^'\n]|'[^']*')+$`).FindAllString(block[2], -1) {
				list = append(list, transcript{line: line})
			}
			continue
		}
		for _, part := range strings.Split("\n"+block[2], "\n$ ")[1:] {
			line, output, _ := strings.Cut(part, "\n")
			list = append(list, transcript{line, output})
		}
	}
	return list
}

// quicker are flags that make a command quick, before those it has. The long
// run does without.
var quicker = map[string]string{"train": "--steps 20 --batch 4", "bench": "--time 1ms"}

// forLong are commands that everyday runs only take apart.
var forLong = map[string]bool{"demo": true}

// elsewhere are command lines that other tests stand for.
var elsewhere = regexp.MustCompile(`^go test `)

// Every command line of the README does what the text beside it says.
func TestReadme(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	prepareReadme(t, dir)
	list := transcripts(t, filepath.Join("..", "..", "README.md"))
	if len(list) < 12 {
		t.Fatalf("the README has %d command lines: %v", len(list), list)
	}
	for _, c := range list {
		switch line := strings.Replace(c.line, "go run ./cmd/morsel ", "morsel ", 1); {
		case elsewhere.MatchString(line):
		case strings.HasPrefix(line, "python3 "):
			if exec.Command("python3", "-c", "import numpy, zstandard").Run() == nil {
				runTranscript(t, dir, line, c)
			}
		case !strings.HasPrefix(line, "morsel "):
			t.Errorf("%q is no command of morsel, nor one that another test stands for", line)
		default:
			words := strings.Fields(strings.SplitN(line, "  #", 2)[0])
			if forLong[words[1]] && !long.Run() {
				parses(t, words)
				continue
			}
			if !long.Run() {
				line = strings.Replace(line, words[1], words[1]+" "+quicker[words[1]], 1)
			}
			if words[1] == "bench" {
				line = strings.Replace(line, "bench", "bench --python ./peers-python", 1)
			}
			runTranscript(t, dir, line, c)
		}
	}
	readmeClaims(t, dir)
}

// prepareReadme makes the files that the README takes as given.
func prepareReadme(t *testing.T, dir string) {
	t.Helper()
	for _, line := range []string{
		"morsel generate shallow-water --seed 1 -o runs/1.npy",
		"morsel generate shallow-water --seed 2 -o runs/2.npy",
		"morsel generate shallow-water --seed 3 -o new.npy",
		"morsel generate shallow-water --seed 4 --shape 1,512,512 -o vorticity_512x512.f32",
	} {
		if got, err := shell(dir, line); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, got)
		}
	}
	sst := &formats.Array[float32]{Shape: []int{40, 60}, Data: make([]float32, 2400)}
	for i := range sst.Data {
		sst.Data[i] = float32(15 + 10*math.Sin(float64(i/60)/9)*math.Cos(float64(i%60)/7))
		if i%60 < 9 {
			sst.Data[i] = []float32{-9999, 1e20}[i%2] // land, and ice
		}
	}
	f, err := os.Create(filepath.Join(dir, "sst.npy"))
	if err == nil {
		err = errors.Join(formats.Write(f, formats.NPY, []formats.Source{formats.FromArray(sst)}, nil), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	labels := make([]byte, 64*64)
	for i := range labels {
		labels[i] = byte(i/64/10 + i%64/13)
	}
	if err := os.WriteFile(filepath.Join(dir, "labels_64x64.u8"), labels, 0o666); err != nil {
		t.Fatal(err)
	}
	// What h5py and hdf5plugin would say, since not everybody has them.
	script := `#!/bin/sh
echo '{"version":"7","bytes":1000,"compress":0.01,"decompress":0.01,"runs":3,"max_error":1e-6}'
`
	if err := os.WriteFile(filepath.Join(dir, "peers-python"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
}

// shell runs a command line and returns what it prints.
func shell(dir, line string) (string, error) {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MORSEL_MODELS=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// runTranscript runs line, which stands for c, and compares.
func runTranscript(t *testing.T, dir, line string, c transcript) {
	t.Helper()
	got, err := shell(dir, line)
	if err != nil {
		t.Errorf("%s: %v\n%s", line, err, got)
	}
	compareTranscript(t, c, got)
	if err := os.RemoveAll(filepath.Join(dir, "demo")); err != nil { // for the next
		t.Error(err)
	}
}

// parses fails unless a command takes the flags.
func parses(t *testing.T, args []string) {
	t.Helper()
	app := testEnv().app()
	for _, c := range app.Commands {
		c.Action = func(*cli.Context) error { return nil }
	}
	args, err := flagsFirst(app, args)
	if err == nil {
		err = app.Run(args)
	}
	if err != nil {
		t.Errorf("%v: %v", args, err)
	}
}

var (
	timings  = regexp.MustCompile(`(?m)^time .*$`)
	numbers  = regexp.MustCompile(`[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?`)
	drawn    = regexp.MustCompile(`[▁▂▃▄▅▆▇█]+`)
	spaces   = regexp.MustCompile(`  +`)
	speeding = regexp.MustCompile(`^morsel (bench|demo)`)
)

// compareTranscript compares what was printed with what the README shows, time
// aside. Of what depends on the machine, only the words are compared.
func compareTranscript(t *testing.T, c transcript, got string) {
	t.Helper()
	if c.output == "" {
		return
	}
	stable := func(s string) string {
		s = timings.ReplaceAllString(strings.TrimSpace(s), "time")
		if speeding.MatchString(c.line) {
			s = spaces.ReplaceAllString(numbers.ReplaceAllString(drawn.ReplaceAllString(s, "~"), "N"), " ")
		}
		return s
	}
	want, left := stable(c.output), stable(got)
	for i, part := range strings.Split(want, "\n[...]\n") {
		before, after, found := strings.Cut(left, part)
		if !found || i == 0 && before != "" {
			t.Errorf("%s prints\n%s\nwhere the README has\n%s", c.line, got, c.output)
			return
		}
		left = after
	}
	if left != "" {
		t.Errorf("%s also prints %q", c.line, left)
	}
}

// readmeClaims checks what the README says of its commands in words.
func readmeClaims(t *testing.T, dir string) {
	for _, c := range []struct {
		code int
		line string
	}{
		// --lossless keeps every bit
		{0, "morsel decompress lossless.mrsl -o bits.npy && cmp bits.npy wave.npy"},
		// a model only where the archive gets smaller
		{0, "morsel compress -m none new.npy -o plain.mrsl && test $(wc -c <new.npy.mrsl) -le $(wc -c <plain.mrsl)"},
		// decompressing without it exits with status 5; --inline-model stores it instead
		{5, "morsel decompress latents.mrsl -o x.npy"},
		{0, "morsel compress --bound none -m models/waves.mrsm --inline-model new.npy -o in.mrsl"},
		{0, "morsel decompress in.mrsl -o in.npy && cmp in.npy back.npy"},
		// with a gate it exits with status 3 when too much is lost
		{3, "morsel audit --max-abs 0 wave.npy wave.npy.mrsl"},
		{3, "morsel audit --max-extrema-errors 0 wave.npy wave.npy.mrsl"},
		// mistakes: what the range with missing data, latents and a second round lose
		{3, "morsel audit --max-abs 5 sst.npy flat.mrsl"},
		{3, "morsel audit --models models --max-abs 0.01 new.npy latents.mrsl"},
		{3, "morsel audit --max-abs 0.00126 wave.npy twice.mrsl"},
		{0, "morsel audit --max-abs 0.00251 wave.npy twice.mrsl"},
		{0, "morsel audit --max-extrema-errors 0 wave.npy kept.mrsl"},
		{0, "morsel audit --max-pwrel 0.001 wave.npy each.mrsl"},
		// the archive is three times as large, and pieces cost
		{0, "test $(wc -c <swapped.mrsl) -gt $((3 * $(wc -c <wave.npy.mrsl))) && test $(wc -c <pieces.mrsl) -gt $(wc -c <wave.npy.mrsl)"},
		{0, "morsel decompress labels_64x64.u8.mrsl -o same.u8 && cmp same.u8 labels_64x64.u8"},
		// --html writes a report with pictures, --json one object
		{0, "morsel audit --json --html report.html wave.npy wave.npy.mrsl >report.json"},
		{0, "grep -q '<svg\\|<img' report.html && grep -q psnr_db report.json"},
		// a file that no -o names is replaced only with --force
		{1, "morsel compress wave.npy"},
		// --keep extrema keeps every strict local minimum and maximum
		{0, "morsel compress --force --keep extrema wave.npy && morsel audit --max-extrema-errors 0 wave.npy wave.npy.mrsl"},
		{4, "morsel compress nosuch.npy"},
		// what was not declared stops the command; --fill none says that it is data
		{2, "morsel compress sst.npy -o x.mrsl"},
		{2, "morsel compress --fill -9999 sst.npy -o x.mrsl"},
		{0, "morsel compress --fill none sst.npy -o x.mrsl"},
		// the archive records what was declared, and audit goes by it
		{0, "morsel audit --max-abs 0.1 sst.npy sst.npy.mrsl && morsel audit --max-abs 0.1 sst.npy sst.mrsl"},
	} {
		if got, err := shell(dir, c.line); exitStatus(err) != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s", c.line, exitStatus(err), c.code, got)
		}
	}
}
