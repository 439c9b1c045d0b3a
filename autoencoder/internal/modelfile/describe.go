package modelfile

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// flagPerWindow marks a normalisation by the mean of each window.
const flagPerWindow = 1

func (s *stored) autoencoder() ([][]byte, error) {
	var flags byte
	if s.Normalisation.PerWindow {
		flags = flagPerWindow
	}
	b := append(container.AppendShape(nil, s.Spec.Window), flags)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.Normalisation.Mean))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.Normalisation.Scale))
	b = binary.AppendUvarint(b, uint64(len(s.Latent.Centre)))
	return [][]byte{container.AppendFloat32s(container.AppendFloat32s(b, s.Latent.Centre), s.Latent.Step)}, nil
}

func (s *stored) readAutoencoder(f *container.Fields) error {
	s.Spec.Window = f.Shape()
	flags := f.U8()
	if flags > flagPerWindow {
		f.Fail("unknown flags %#x", flags)
	}
	n := scaling.Normalisation{Mean: f.Float64(), Scale: f.Float64(), PerWindow: flags == flagPerWindow}
	channels := f.Int(container.MaxSize)
	q := scaling.Quantiser{Centre: f.Float32s(channels), Step: f.Float32s(channels)}
	if f.Err != nil {
		return f.Err
	}
	if !n.Valid() {
		return fmt.Errorf("normalisation by mean %v and scale %v", n.Mean, n.Scale)
	}
	for i, step := range q.Step {
		if !(step > 0) || scaling.IsSpecial(step) || scaling.IsSpecial(q.Centre[i]) {
			return fmt.Errorf("latent channel %d has centre %v and step %v", i, q.Centre[i], step)
		}
	}
	s.Normalisation, s.Latent = n, q
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
	layers  []layers.Layer
	weights []float32        // when it is written
	packed  container.Packed // when it has been read
}

func (s *stored) storedNetworks() (payloads [][]byte, err error) {
	for use, n := range s.networks {
		b := container.AppendShape([]byte{byte(use)}, n.input)
		b = binary.AppendUvarint(b, uint64(len(n.layers)))
		for _, l := range n.layers {
			b = layers.AppendLayer(b, l)
		}
		if b, err = container.AppendNumbers(b, n.weights); err != nil {
			return nil, err
		}
		payloads = append(payloads, b)
	}
	return payloads, nil
}

func (s *stored) readNetwork(f *container.Fields) error {
	if use := int(f.U8()); use != len(s.networks) && f.Err == nil {
		return fmt.Errorf("use %d (want %d, the encoder, then %d, the decoder)", use, useEncoder, useDecoder)
	}
	n := storedNetwork{input: f.Shape()}
	for range f.Int(layers.MaxLayers) {
		n.layers = append(n.layers, layers.ReadLayer(f))
	}
	n.packed = f.Numbers()
	s.networks = append(s.networks, n)
	return nil
}

func (s *stored) training() ([][]byte, error) {
	b, err := json.Marshal(s.Training)
	return [][]byte{b}, err
}

func (s *stored) readTraining(f *container.Fields) error {
	if len(f.B) > container.MaxJSON {
		return fmt.Errorf("%d bytes (at most %d)", len(f.B), container.MaxJSON)
	}
	return json.Unmarshal(f.Bytes(len(f.B)), s.Training)
}
