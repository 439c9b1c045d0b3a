package autoencoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
)

// The parts of a model file and of a checkpoint; FORMAT.md draws them.
const (
	modelMagic      = "\x89MRSM\r\n\x1a"
	checkpointMagic = "\x89MRSC\r\n\x1a"

	minVersion     = 1 // oldest readable
	currentVersion = 1 // newest readable, and the one written

	prefixLen = 8 + 4 + 4 // magic, version, header length
	maxHeader = 1 << 22
	maxFile   = 5 * 4 * maxWeights // a checkpoint has up to five such vectors
	zstdFrame = 1 << 20            // window size
)

// IsModel reports whether head, the first bytes of a file, are those of a model
// or of a checkpoint; eight are enough.
func IsModel(head []byte) bool {
	return bytes.HasPrefix(head, []byte(modelMagic)) || bytes.HasPrefix(head, []byte(checkpointMagic))
}

// seal lays out a file and returns it with the hash that ends it.
func seal(magic string, header any, numbers []float32) (file []byte, id [32]byte, err error) {
	head, err := json.Marshal(header)
	if err != nil {
		return nil, id, fmt.Errorf("model header: %w", err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdFrame))
	if err != nil {
		return nil, id, err
	}
	file = append(file, magic...)
	file = binary.LittleEndian.AppendUint32(file, currentVersion)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(head)))
	file = append(file, head...)
	file = enc.EncodeAll(shuffle(numbers), file)
	id = sha256.Sum256(file)
	return append(file, id[:]...), id, nil
}

// unsealed is a file whose hash and outer layout have been checked.
type unsealed struct {
	file []byte
	id   [32]byte
	head []byte
	body []byte // zstd
}

// unseal reads a whole file. It allocates no more than the data that r has.
func unseal(magic string, r io.Reader) (*unsealed, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	switch {
	case len(file) > maxFile:
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrModel, maxFile)
	case len(file) < len(magic) || string(file[:len(magic)]) != magic:
		return nil, fmt.Errorf("%w: it does not start with %q", ErrModel, magic)
	case len(file) < prefixLen+sha256.Size:
		return nil, fmt.Errorf("%w: truncated to %d bytes", ErrModel, len(file))
	}
	content := file[:len(file)-sha256.Size]
	version := binary.LittleEndian.Uint32(file[8:])
	if version < minVersion || version > currentVersion {
		return nil, fmt.Errorf("%w: format version %d (this program reads %d to %d): use a newer program", ErrModel, version, minVersion, currentVersion)
	}
	u := &unsealed{file: file, id: sha256.Sum256(content)}
	if !bytes.Equal(u.id[:], file[len(content):]) {
		return nil, fmt.Errorf("%w: its SHA-256 does not match: the file is damaged or truncated", ErrModel)
	}
	n := binary.LittleEndian.Uint32(file[12:])
	if n > maxHeader || int(n) > len(content)-prefixLen {
		return nil, fmt.Errorf("%w: header of %d bytes in a file of %d", ErrModel, n, len(file))
	}
	u.head, u.body = content[prefixLen:prefixLen+n], content[prefixLen+n:]
	return u, nil
}

// header decodes the JSON header into v; unknown fields are refused, since
// they would change what the model means.
func (u *unsealed) header(v any) error {
	d := json.NewDecoder(bytes.NewReader(u.head))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: header: %w", ErrModel, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: header: data after the JSON object", ErrModel)
	}
	return nil
}

// numbers decompresses exactly n finite values.
func (u *unsealed) numbers(n int) ([]float32, error) {
	dec, err := zstd.NewReader(bytes.NewReader(u.body),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdFrame), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("%w: weights: %w", ErrModel, err)
	}
	defer dec.Close()
	raw, err := io.ReadAll(io.LimitReader(dec, 4*int64(n)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: weights: %w", ErrModel, err)
	}
	if len(raw) != 4*n {
		return nil, fmt.Errorf("%w: the architecture has %d numbers (%d bytes), found %d bytes or more", ErrModel, n, 4*n, len(raw))
	}
	v := unshuffle(raw)
	for i, x := range v {
		if isSpecial(x) {
			return nil, fmt.Errorf("%w: number %d is %v", ErrModel, i, x)
		}
	}
	return v, nil
}

// shuffle returns the first bytes of all values (little-endian), then the
// second ones, and so on: exponents compress when they are together.
func shuffle(v []float32) []byte {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		bits := math.Float32bits(x)
		for plane := range 4 {
			b[plane*len(v)+i] = byte(bits >> (8 * plane))
		}
	}
	return b
}

func unshuffle(b []byte) []float32 {
	n := len(b) / 4
	v := make([]float32, n)
	for i := range v {
		v[i] = math.Float32frombits(uint32(b[i]) | uint32(b[n+i])<<8 | uint32(b[2*n+i])<<16 | uint32(b[3*n+i])<<24)
	}
	return v
}
