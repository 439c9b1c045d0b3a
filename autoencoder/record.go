package autoencoder

import (
	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/training"
)

// Record says how a model was trained; it is part of the model file, so that a
// model carries its provenance. It holds nothing that differs between two runs
// with the same seed.
type Record struct {
	Preset     string      `json:"preset,omitempty"`
	Loss       LossRecord  `json:"loss"`
	Steps      int         `json:"steps"`         // optimisation steps taken
	BestStep   int         `json:"best_step"`     // the step whose weights these are
	Batch      int         `json:"batch"`         // windows per step
	Rate       float64     `json:"learning_rate"` // largest
	Schedule   string      `json:"schedule"`
	Init       string      `json:"init"`
	Seed       uint64      `json:"seed"`
	Data       DataRecord  `json:"data"`
	Validation *Validation `json:"validation,omitempty"` // nil when nothing was held out
}

// LossRecord is the training loss, MSE·mse + DSL·dsl of normalised values, with the
// weight and the sharpness of the DSL as they were found where they come from the data.
type LossRecord struct {
	MSE        float64 `json:"mse"`
	DSL        float64 `json:"dsl"`
	Sharpness  float64 `json:"sharpness,omitempty"`
	PaperUnits bool    `json:"paper_units,omitempty"`
}

func newRecord(s *training.Settings, data *dataset.Set, r *training.Result) Record {
	return Record{
		Preset:     s.Preset,
		Loss:       LossRecord{s.MSE, r.DSL, r.Sharpness, s.PaperUnits},
		Steps:      r.Steps,
		BestStep:   r.BestStep,
		Batch:      s.Batch,
		Rate:       s.Rate,
		Schedule:   s.Schedule.String(),
		Init:       s.Init.String(),
		Seed:       s.Seed,
		Data:       data.Record,
		Validation: r.Measured,
	}
}
