//go:build unix

package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// morsel is a command that keeps its temporary files in temp.
func morsel(t *testing.T, temp string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "morsel", args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	return cmd
}

func ignored(s os.Signal) bool { return signal.Ignored(s) }

// start runs morsel in the background.
func start(t *testing.T, temp string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := morsel(t, temp, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// stop sends a signal and returns the exit code, −1 if the signal killed.
func stop(t *testing.T, cmd *exec.Cmd, signal os.Signal) int {
	t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	return exitStatus(cmd.Wait())
}

// await waits for a file that matches in dir.
func await(t *testing.T, dir string, match func(name string) bool) {
	t.Helper()
	for range 3000 {
		if slices.ContainsFunc(listed(t, dir), match) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("after half a minute %s holds %v", dir, listed(t, dir))
}

func listed(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func isTemp(name string) bool { return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") }

// noise writes a file that takes seconds to compress.
func noise(t *testing.T, dir string) string {
	t.Helper()
	rng := rand.NewChaCha8([32]byte{1})
	b := make([]byte, 4<<20)
	_, _ = rng.Read(b) // never fails
	for i := 3; i < len(b); i += 4 {
		b[i] &= 0x3f // ordinary numbers
	}
	name := filepath.Join(dir, "noise_1048576.f32")
	if err := os.WriteFile(name, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestKilledWhileWriting(t *testing.T) {
	in := noise(t, t.TempDir())
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			if ignored(signal) {
				t.Skip("the signal is ignored, as under nohup")
			}
			out, temp := t.TempDir(), t.TempDir()
			cmd := start(t, temp, "compress", "-9", "--abs", "1e-30", "-x", "1", in, "-o", filepath.Join(out, "x.mrsl"))
			await(t, out, isTemp)
			time.Sleep(100 * time.Millisecond) // from trying whether it can write to writing
			if signal != syscall.SIGKILL {
				ended(t, cmd, signal, out, temp)
				return
			}
			stop(t, cmd, signal)
			for _, left := range listed(t, out) {
				if !isTemp(left) {
					t.Errorf("after SIGKILL: %s; want only temporary files", left)
				}
			}
		})
	}
}

// ended sends a signal and fails unless the command then ends by itself, soon,
// with exit code 1, and leaves nothing in the directories.
func ended(t *testing.T, cmd *exec.Cmd, signal os.Signal, dirs ...string) {
	t.Helper()
	before := time.Now()
	if code := stop(t, cmd, signal); code != exit.Failure {
		t.Errorf("exit code %d; want %d", code, exit.Failure)
	}
	if took := time.Since(before); took >= 2*time.Second { // one, and some for a busy machine
		t.Errorf("the command ended after %v", took)
	}
	for _, dir := range dirs {
		if left := listed(t, dir); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// A signal ends a command that waits for its input, be it on stdin, in a pipe,
// or for somebody to open that.
func TestKilledWhileReading(t *testing.T) {
	for _, kind := range []string{"stdin", "pipe", "nobody"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			out, temp, in := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "in.npy")
			if err := syscall.Mkfifo(in, 0o666); err != nil {
				t.Fatal(err)
			}
			name := in
			if kind == "stdin" {
				name = "-"
			}
			cmd := morsel(t, temp, "compress", name, "-o", filepath.Join(out, "x.mrsl"))
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w := stdin
			switch kind {
			case "pipe":
				f, err := os.OpenFile(in, os.O_WRONLY, 0) // waits for the reader
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				w = f
				fallthrough
			case "stdin":
				// More than a pipe holds, so that the command has begun to read.
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					t.Fatal(err)
				}
			default:
				time.Sleep(200 * time.Millisecond) // for the command to begin
			}
			ended(t, cmd, syscall.SIGTERM, out, temp)
		})
	}
}

// A signal ends a command whose output nobody reads.
func TestKilledWhileStdoutIsFull(t *testing.T) {
	in, temp := noise(t, t.TempDir()), t.TempDir()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := morsel(t, temp, "compress", "-1", "--abs", "1e-30", in, "-o", "-")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := r.Read(make([]byte, 1)); err != nil { // it has begun to write
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // until the pipe is full
	ended(t, cmd, os.Interrupt, temp)
}

// A closed pipe is a failed write, not the end by a signal.
func TestClosedPipe(t *testing.T) {
	in := noise(t, t.TempDir())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd := morsel(t, t.TempDir(), "compress", "-1", "--abs", "1e30", in, "-o", "-")
	cmd.Stdout, cmd.Stderr = w, &stderr
	r.Close()
	if code := exitStatus(cmd.Run()); code != exit.Failure || !strings.Contains(stderr.String(), "cannot write output stdout: broken pipe") {
		t.Errorf("exit code %d, %q; want %d and what failed", code, &stderr, exit.Failure)
	}
	w.Close()
}

// A signal ends a search for a bound, and a compressor of others that bench runs.
func TestKilledWhileWorking(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	in, python := noise(t, dir), filepath.Join(dir, "python")
	if err := os.WriteFile(python, []byte("#!/bin/sh\ntouch '"+dir+"/started'\nsleep 60\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	small := filepath.Join(dir, "small.npy")
	if code := exitStatus(start(t, temp, "generate", "shallow-water", "--shape", "4,16,16", "-o", small).Wait()); code != 0 {
		t.Fatalf("generate: exit code %d", code)
	}
	cmd := start(t, temp, "bench", "--levels", "1", "--time", "1ms", "--python", python, small)
	await(t, dir, func(name string) bool { return name == "started" })
	ended(t, cmd, syscall.SIGTERM, temp)

	out := t.TempDir()
	cmd = start(t, temp, "compress", "-9", "-x", "1", "--psnr", "60", in, "-o", filepath.Join(out, "x.mrsl"))
	await(t, out, isTemp)
	time.Sleep(300 * time.Millisecond)
	ended(t, cmd, os.Interrupt, temp, out)
}

// A command under nohup outlives its terminal.
func TestHangupIgnored(t *testing.T) {
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "trap '' HUP; exec morsel compress -")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdin.Write(make([]byte, 1<<20)); err != nil { // it has begun to read
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	stdin.Close()
	if code := exitStatus(cmd.Wait()); code != exit.Input {
		t.Errorf("exit code %d; want %d, of an input that is no array", code, exit.Input)
	}
}

// An interrupted training leaves the best model and a checkpoint, from which
// it can go on.
func TestKilledWhileTraining(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	data, model := filepath.Join(temp, "waves.npy"), filepath.Join(dir, "m.mrsm")
	if code := exitStatus(start(t, temp, "generate", "sinusoid", "--count", "20", "-o", data).Wait()); code != 0 {
		t.Fatalf("generate: exit code %d", code)
	}
	train := func(flags ...string) *exec.Cmd {
		return start(t, temp, slices.Concat([]string{"train", "--preset", "dense", "--window", "32", "--batch", "4", "-o", model, data}, flags)...)
	}
	cmd := train("--time", "10m")
	await(t, dir, func(name string) bool { return name == "m.mrsm.checkpoint" })
	if code := stop(t, cmd, os.Interrupt); code != exit.Failure {
		t.Errorf("exit code %d; want %d", code, exit.Failure)
	}
	if got, want := listed(t, dir), []string{"m.mrsm", "m.mrsm.checkpoint"}; !slices.Equal(got, want) {
		t.Fatalf("left behind: %v; want %v", got, want)
	}
	if code := exitStatus(start(t, temp, "info", model).Wait()); code != 0 {
		t.Errorf("info: exit code %d", code)
	}
	if code := exitStatus(train("--time", "1ms", "--resume", model+".checkpoint").Wait()); code != 0 {
		t.Errorf("resume: exit code %d", code)
	}
	if got, want := listed(t, dir), []string{"m.mrsm"}; !slices.Equal(got, want) {
		t.Errorf("after the training: %v; want %v", got, want)
	}
}

// A signal ends a training inside a step that takes long, and while it reads
// its data.
func TestKilledWithinAStep(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	data, model := filepath.Join(temp, "waves.npy"), filepath.Join(dir, "m.mrsm")
	if code := exitStatus(start(t, temp, "generate", "shallow-water", "--count", "2", "-o", data).Wait()); code != 0 {
		t.Fatalf("generate: exit code %d", code)
	}
	for _, wait := range []time.Duration{50 * time.Millisecond, 800 * time.Millisecond} {
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			cmd := start(t, temp, "train", "--preset", "shallow-water", "-o", model, data)
			time.Sleep(wait)
			before := time.Now()
			if code := stop(t, cmd, os.Interrupt); code != exit.Failure && code != -1 {
				t.Errorf("exit code %d; want %d, or killed before it began", code, exit.Failure)
			}
			if took := time.Since(before); took >= 3*time.Second {
				t.Errorf("the training ended after %v", took)
			}
			if left := listed(t, dir); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
