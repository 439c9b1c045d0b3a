package measure

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// peer is a compressor that bench shows beside morsel, where what it takes here
// is within 2 % of what its own tool takes; peers_test.go has the figures.
type peer struct {
	name    string
	ranks   [2]int // it is shown for, the lowest and the highest
	largest int    // extent of a 3-D axis; 0 is any
	never   string // why it is not shown at all
}

var peers = []peer{
	{name: "SZ3", never: "its filter makes archives 42 % smaller to 17 % larger than its own tool does"},
	{name: "SPERR", ranks: [2]int{2, 3}, largest: 256}, // where its own tool takes one chunk
	{name: "zfp", ranks: [2]int{1, 3}},
}

// unavailable says why p is not shown for arrays of a shape, or nothing.
func (p *peer) unavailable(shape []int) string {
	switch {
	case p.never != "":
		return fmt.Sprintf("%s is not available: %s", p.name, p.never)
	case len(shape) < p.ranks[0] || len(shape) > p.ranks[1]:
		return fmt.Sprintf("%s is not available: its filter was compared with its own tool for rank %d to %d only", p.name, p.ranks[0], p.ranks[1])
	case len(shape) == 3 && p.largest > 0 && slices.Max(shape) > p.largest:
		return fmt.Sprintf("%s is not available: its filter was compared with its own tool for 3-D axes up to %d only", p.name, p.largest)
	}
	return ""
}

// peerScript runs one of them; peers.py says what it prints.
//
//go:embed peers.py
var peerScript string

// Peer is what one other compressor does.
type Peer struct {
	Name    string `json:"name"`
	Version string `json:"version"` // of the package that brings it
	Rate
}

// peerReport is what the script prints.
type peerReport struct {
	Missing    string  `json:"missing"` // what is not installed
	Error      string  `json:"error"`
	Version    string  `json:"version"`
	Bytes      int64   `json:"bytes"`
	Compress   float64 `json:"compress"` // seconds
	Decompress float64 `json:"decompress"`
	Runs       int     `json:"runs"`
	MaxError   float64 `json:"max_error"`
}

// installHint says how to get what is missing.
const installHint = "python3 -m pip install h5py hdf5plugin"

// Python finds the interpreter that the other compressors run in; "", with what
// b then says about it, if there is none.
func (b *Result) Python(name string) string {
	python, err := exec.LookPath(name)
	if err != nil {
		b.Missing = append(b.Missing, fmt.Sprintf("other compressors were not run: %s is not found (--python); then: %s", name, installHint))
		return ""
	}
	return python
}

// MeasurePeers runs the other compressors on the NPY file, of so many values, at
// the absolute bound eps. A peer that is missing or fails is no error.
func (b *Result) MeasurePeers(ctx context.Context, python, file string, values int64, eps float64, budget time.Duration) error {
	for _, peer := range peers {
		name := peer.name
		if why := peer.unavailable(b.Shape); why != "" {
			b.Missing = append(b.Missing, why)
			continue
		}
		r, err := runPeer(ctx, python, name, file, eps, budget)
		if err != nil {
			return err
		}
		switch {
		case r.Missing == name:
			b.Missing = append(b.Missing, fmt.Sprintf("%s is not in the hdf5plugin that is installed; try: %s --upgrade", name, installHint))
		case r.Missing != "":
			b.Missing = append(b.Missing, fmt.Sprintf("other compressors were not run: %s has no %s; try: %s", python, r.Missing, installHint))
			return nil
		case r.Error != "":
			b.Missing = append(b.Missing, fmt.Sprintf("%s failed: %s", name, r.Error))
		default:
			rate := newRate(b.Bytes, r.Bytes, values, r.Compress, r.Decompress)
			rate.Runs, rate.MaxAbsError = r.Runs, r.MaxError
			b.Peers = append(b.Peers, Peer{name, r.Version, rate})
		}
	}
	return nil
}

// runPeer runs the script in a process of its own, since these libraries may
// crash on what they do not expect.
func runPeer(ctx context.Context, python, name, file string, eps float64, budget time.Duration) (*peerReport, error) {
	cmd := exec.CommandContext(ctx, python, "-c", peerScript, name, file,
		strconv.FormatFloat(eps, 'g', -1, 64), strconv.FormatFloat(budget.Seconds(), 'g', -1, 64))
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1")
	cmd.WaitDelay = 100 * time.Millisecond // a child of its own may keep the pipe open
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r := &peerReport{}
	if err == nil {
		err = json.Unmarshal(out, r)
	}
	if err != nil {
		r.Error = err.Error()
		if last := lastLine(stderr.String()); last != "" && errors.As(err, new(*exec.ExitError)) {
			r.Error += ": " + last
		}
	}
	return r, nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
