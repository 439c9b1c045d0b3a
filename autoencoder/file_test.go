package autoencoder

import (
	"bytes"
	"errors"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
)

func FuzzRead(f *testing.F) {
	u, err := container.Open(container.ModelMagic, bytes.NewReader(smallModel(f).file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(u.Sections[0].Payload, u.Sections[1].Payload, u.Sections[2].Payload, u.Sections[3].Payload)
	f.Fuzz(func(t *testing.T, autoencoder, encoder, decoder, training []byte) {
		// Checksums and hash are right, so that the fuzzer gets past them.
		file, _ := container.Seal(container.ModelMagic, []container.Section{
			{Tag: 1, Payload: autoencoder}, {Tag: 2, Payload: encoder}, {Tag: 2, Payload: decoder}, {Tag: 129, Payload: training},
		})
		m, err := Read(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, ErrModel) {
				t.Fatalf("error %v does not match ErrModel", err)
			}
			return
		}
		if m.contents.Nets.Encoder.MACs+m.contents.Nets.Decoder.MACs > 1<<20 {
			return
		}
		x, q := make([]float32, m.contents.Nets.WindowLen()), make([]int32, m.LatentLen())
		if err := errors.Join(m.Encode(q, x), m.Decode(x, q)); err != nil {
			t.Fatal(err)
		}
	})
}
