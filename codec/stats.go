package codec

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/formats/array"
)

// Sections counts the bytes of an archive by what they hold.
type Sections struct {
	Latents  int64 `json:"latents"`  // quantised latents of a model
	Residual int64 `json:"residual"` // entropy-coded residual, and the weights of its predictors; signs of logarithms
	Keep     int64 `json:"keep"`     // what guarantees of topology cost
	Mask     int64 `json:"mask"`     // places and bits of NaN, Inf, fill and other exact values
	Overhead int64 `json:"overhead"` // headers, index, checksums
}

// Stats reports what an encoder did. Its JSON is what `morsel compress --json`
// prints.
type Stats struct {
	DType        string            `json:"dtype"`
	Shape        []int             `json:"shape"`
	Level        int               `json:"level,omitempty"` // 1 to 9
	Fill         []array.Element   `json:"fill"`            // values declared as fill
	FillDeclared bool              `json:"fill_declared"`   // it was said which are, be it none
	FillCounts   []int64           `json:"fill_counts"`     // how often each occurs
	Suspects     *Suspects         `json:"fill_suspects"`   // that look like fill, and were not declared; null for none
	Range        *[2]array.Element `json:"range"`           // of the finite values that are not fill, floats as float64; null if there are none

	InputBytes    int64        `json:"input_bytes"`   // values × size of the original element
	ArchiveBytes  int64        `json:"archive_bytes"` // an inline model included
	Ratio         float64      `json:"ratio"`
	BitsPerValue  float64      `json:"bits_per_value"`
	BoundAbs      *float64     `json:"bound_abs"`       // ε; null without an absolute bound
	MaxAbsError   float64      `json:"max_abs_error"`   // as decoded, over finite values
	BoundPwRel    *float64     `json:"bound_pwrel"`     // the pointwise relative bound; null without one
	MaxPwRelError *float64     `json:"max_pwrel_error"` // as decoded, over finite values that are not 0; null likewise
	PSNR          *float64     `json:"psnr_db"`         // as decoded, for the bound PSNR; null if there is no error, and for other bounds
	Keep          []string     `json:"keep"`
	Predictor     string       `json:"predictor"`         // of the residual, the one most values used
	Model         *string      `json:"model"`             // SHA-256 of the model some chunk used, or null
	ModelNote     string       `json:"model_note"`        // why no model was used, or what the one used is good for
	ModelTried    []ModelTrial `json:"model_tried"`       // those that were tried, with what the archive takes with each
	ModelSaved    int64        `json:"model_saved_bytes"` // by the model that was used; 0 without
	Sections      Sections     `json:"sections"`
	Seconds       float64      `json:"seconds"`
}

// Info describes an archive without decoding it.
type Info struct {
	Version      int             `json:"version"`
	Name         string          `json:"name,omitempty"`
	DType        string          `json:"dtype"`
	Shape        []int           `json:"shape"`
	Chunk        []int           `json:"chunk"`
	Chunks       int             `json:"chunks"`
	InputBytes   int64           `json:"input_bytes"`
	ArchiveBytes int64           `json:"archive_bytes"`
	Ratio        float64         `json:"ratio"`
	BitsPerValue float64         `json:"bits_per_value"`
	Bound        string          `json:"bound"`         // abs, rel, psnr, lossless, none or pwrel
	BoundValue   float64         `json:"bound_value"`   // as asked for: 1e-3 of "rel 1e-3"
	BoundAbs     *float64        `json:"bound_abs"`     // ε; null without a bound, and for pwrel
	Fill         []array.Element `json:"fill"`          // values declared as fill
	FillDeclared bool            `json:"fill_declared"` // it was said which are, be it none
	Keep         []string        `json:"keep"`          // guarantees; one that this program does not know by its number
	Predictor    string          `json:"predictor"`
	Model        *string         `json:"model"`
	InlineModel  bool            `json:"inline_model"`
	Sections     Sections        `json:"sections"`
}

// count adds the chunk's bytes to s; length is that of its whole section.
func (s *Sections) count(c *chunk.Chunk, length int64) {
	n := func(kind int) int64 { return int64(len(c.Blocks[kind])) }
	mask, latents := n(block.Mask)+n(block.Unpredictable), n(block.Latents)
	residual := n(block.Stencils) + n(block.Residual) + n(block.Signs) + n(block.Scan) + n(block.Table) + n(block.Raw)
	s.Mask += mask
	s.Latents += latents
	s.Residual += residual
	s.Keep += n(block.Keep)
	s.Overhead += length - mask - latents - residual - n(block.Keep)
}
