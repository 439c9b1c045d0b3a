package training

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// The sections of a checkpoint.
const (
	tagState   = 1
	tagNumbers = 2
)

// checkpointHeader is what a checkpoint holds beside its numbers, which are
// weights, both moments of Adam, and the best weights with their quantiser.
type checkpointHeader struct {
	Spec          layers.Spec           `json:"spec"`
	Normalisation scaling.Normalisation `json:"normalisation"`
	Seed          uint64                `json:"seed"`
	Batch         int                   `json:"batch"`
	State         trainState            `json:"state"`
}

func (t *trainer) checkpoint() ([]byte, error) {
	h := checkpointHeader{t.s.Spec, t.data.Norm, t.s.Seed, t.s.Batch, t.state}
	state, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	numbers, err := container.AppendNumbers(nil, slices.Concat(t.weights, t.optimiser.m, t.optimiser.v, t.best))
	if err != nil {
		return nil, err
	}
	file, _ := container.Seal(container.CheckpointMagic, []container.Section{{Tag: tagState, Payload: state}, {Tag: tagNumbers, Payload: numbers}})
	return file, nil
}

func readCheckpoint(r io.Reader) (h checkpointHeader, numbers container.Packed, err error) {
	u, err := container.Open(container.CheckpointMagic, r)
	if err != nil {
		return h, numbers, err
	}
	if s := u.Sections; len(s) != 2 || s[0].Tag != tagState || s[1].Tag != tagNumbers || len(s[0].Payload) > container.MaxJSON {
		return h, numbers, fmt.Errorf("%w: a checkpoint of another program version", fail.ErrModel)
	}
	d := json.NewDecoder(bytes.NewReader(u.Sections[0].Payload))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return h, numbers, fmt.Errorf("%w: state: %w", fail.ErrModel, err)
	}
	f := container.NewFields(u.Sections[1].Payload)
	numbers = f.Numbers()
	if err := f.End(); err != nil {
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
	case !reflect.DeepEqual(h.Spec, t.s.Spec):
		return fmt.Errorf("%w: the checkpoint has another architecture than preset %q: resume with the options it began with", fail.ErrOptions, t.s.Preset)
	case h.Normalisation != t.data.Norm:
		return fmt.Errorf("%w: the checkpoint was made from other data: its mean is %v, here it is %v", fail.ErrOptions, h.Normalisation.Mean, t.data.Norm.Mean)
	case h.Seed != t.s.Seed || h.Batch != t.s.Batch:
		return fmt.Errorf("%w: the checkpoint has seed %d and batch %d, not %d and %d", fail.ErrOptions, h.Seed, h.Batch, t.s.Seed, t.s.Batch)
	}
	channels := t.nets.Channels()
	if tr := h.State.Tracker; tr == nil || len(tr.Mean) != channels || len(tr.Variance) != channels ||
		h.State.Step < 0 || h.State.Halvings < 0 || len(h.State.Balances) > balanceBatches {
		return fmt.Errorf("%w: checkpoint with an impossible state", fail.ErrModel)
	}
	n := t.nets.Weights()
	numbers, err := stored.Unpack(nil, 4*n+2*channels)
	if err != nil {
		return fmt.Errorf("%w: %w", fail.ErrModel, err)
	}
	t.state = h.State
	t.weights, t.optimiser.m, t.optimiser.v, t.best = numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:3*n:3*n], numbers[3*n:]
	t.prepare()
	t.drawValidation()
	return nil
}
