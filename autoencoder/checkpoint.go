package autoencoder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
)

// The sections of a checkpoint.
const (
	tagState   = 1
	tagNumbers = 2
)

// checkpointHeader is what a checkpoint holds beside its numbers, which are
// weights, both moments of Adam, and the best weights with their quantiser.
type checkpointHeader struct {
	Spec          Spec          `json:"spec"`
	Normalisation Normalisation `json:"normalisation"`
	Seed          uint64        `json:"seed"`
	Batch         int           `json:"batch"`
	State         trainState    `json:"state"`
}

func (t *trainer) checkpoint() ([]byte, error) {
	h := checkpointHeader{t.s.preset.Spec, t.data.norm, t.s.Seed, t.s.Batch, t.state}
	state, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	numbers, err := appendNumbers(nil, slices.Concat(t.weights, t.moments.m, t.moments.v, t.best))
	if err != nil {
		return nil, err
	}
	file, _ := seal(checkpointMagic, []section{{tag: tagState, payload: state}, {tag: tagNumbers, payload: numbers}})
	return file, nil
}

func readCheckpoint(r io.Reader) (h checkpointHeader, numbers packed, err error) {
	u, err := unseal(checkpointMagic, r)
	if err != nil {
		return h, numbers, err
	}
	if s := u.sections; len(s) != 2 || s[0].tag != tagState || s[1].tag != tagNumbers || len(s[0].payload) > maxJSON {
		return h, numbers, fmt.Errorf("%w: a checkpoint of another program version", fail.ErrModel)
	}
	d := json.NewDecoder(bytes.NewReader(u.sections[0].payload))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return h, numbers, fmt.Errorf("%w: state: %w", fail.ErrModel, err)
	}
	f := &fields{b: u.sections[1].payload}
	numbers = f.numbers()
	if err := f.end(); err != nil {
		return h, numbers, fmt.Errorf("%w: %w", fail.ErrModel, err)
	}
	return h, numbers, nil
}

// resume replaces the state by a checkpoint's.
func (t *trainer) resume(r io.Reader) error {
	h, stored, err := readCheckpoint(r)
	if err != nil {
		return err
	}
	switch {
	case !reflect.DeepEqual(h.Spec, t.s.preset.Spec):
		return fmt.Errorf("%w: the checkpoint has another architecture than preset %q: resume with the options it began with", fail.ErrOptions, t.s.preset.Name)
	case h.Normalisation != t.data.norm:
		return fmt.Errorf("%w: the checkpoint was made from other data: its mean is %v, here it is %v", fail.ErrOptions, h.Normalisation.Mean, t.data.norm.Mean)
	case h.Seed != t.s.Seed || h.Batch != t.s.Batch:
		return fmt.Errorf("%w: the checkpoint has seed %d and batch %d, not %d and %d", fail.ErrOptions, h.Seed, h.Batch, t.s.Seed, t.s.Batch)
	}
	channels := t.nets.channels()
	if tr := h.State.Tracker; tr == nil || len(tr.Mean) != channels || len(tr.Variance) != channels ||
		h.State.Step < 0 || h.State.Halvings < 0 || len(h.State.Balances) > balanceBatches {
		return fmt.Errorf("%w: checkpoint with an impossible state", fail.ErrModel)
	}
	n := t.nets.weights()
	numbers := make([]float32, 4*n+2*channels)
	if err := stored.unpack(numbers); err != nil {
		return fmt.Errorf("%w: %w", fail.ErrModel, err)
	}
	t.state = h.State
	t.weights, t.moments.m, t.moments.v, t.best = numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:3*n:3*n], numbers[3*n:]
	t.prepare()
	t.drawValidation()
	return nil
}
