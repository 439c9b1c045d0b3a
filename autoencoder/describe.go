package autoencoder

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// flagPerWindow marks a normalisation by the mean of each window.
const flagPerWindow = 1

func (c *contents) autoencoder() ([][]byte, error) {
	var flags byte
	if c.Normalisation.PerWindow {
		flags = flagPerWindow
	}
	b := append(appendShape(nil, c.Spec.Window), flags)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Normalisation.Mean))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Normalisation.Scale))
	b = binary.AppendUvarint(b, uint64(len(c.latent.centre)))
	return [][]byte{appendFloat32s(appendFloat32s(b, c.latent.centre), c.latent.step)}, nil
}

func (c *contents) readAutoencoder(f *fields) error {
	c.Spec.Window = f.shape(maxWindowRank)
	flags := f.u8()
	if flags > flagPerWindow {
		f.fail("unknown flags %#x", flags)
	}
	n := Normalisation{Mean: f.float64(), Scale: f.float64(), PerWindow: flags == flagPerWindow}
	channels := f.uvarint(maxActivations)
	q := quantiser{f.float32s(channels), f.float32s(channels)}
	if f.err != nil {
		return nil
	}
	if !n.valid() {
		return fmt.Errorf("normalisation by mean %v and scale %v", n.Mean, n.Scale)
	}
	for i, step := range q.step {
		if !(step > 0) || isSpecial(step) || isSpecial(q.centre[i]) {
			return fmt.Errorf("latent channel %d has centre %v and step %v", i, q.centre[i], step)
		}
	}
	c.Normalisation, c.latent = n, q
	return nil
}

// What networks are used for.
const (
	useEncoder = iota
	useDecoder
	uses
)

// storedNetwork is a network as a model file has it.
type storedNetwork struct {
	input   []int // shape of one example, channels last
	layers  []Layer
	weights []float32 // when it is written
	packed  packed    // when it has been read
}

func (c *contents) storedNetworks() (payloads [][]byte, err error) {
	for use, n := range c.networks {
		b := appendShape([]byte{byte(use)}, n.input)
		b = binary.AppendUvarint(b, uint64(len(n.layers)))
		for _, l := range n.layers {
			b = appendLayer(b, l)
		}
		if b, err = appendNumbers(b, n.weights); err != nil {
			return nil, err
		}
		payloads = append(payloads, b)
	}
	return payloads, nil
}

func (c *contents) readNetwork(f *fields) error {
	if use := int(f.u8()); use != len(c.networks) && f.err == nil {
		return fmt.Errorf("use %d (want %d, the encoder, then %d, the decoder)", use, useEncoder, useDecoder)
	}
	n := storedNetwork{input: f.shape(maxRank)}
	for range f.uvarint(maxLayers) {
		n.layers = append(n.layers, f.layer())
	}
	n.packed = f.numbers()
	c.networks = append(c.networks, n)
	return nil
}

func (c *contents) training() ([][]byte, error) {
	b, err := json.Marshal(c.Training)
	return [][]byte{b}, err
}

func (c *contents) readTraining(f *fields) error {
	if len(f.b) > maxJSON {
		return fmt.Errorf("%d bytes (at most %d)", len(f.b), maxJSON)
	}
	return json.Unmarshal(f.bytes(len(f.b)), &c.Training)
}
