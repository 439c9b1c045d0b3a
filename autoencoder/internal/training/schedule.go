package training

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
)

// Schedule is how the learning rate changes over a training run, after a
// linear warm-up.
type Schedule uint8

const (
	// Cosine falls to 0.5 % of the rate along half a cosine.
	Cosine Schedule = iota
	// Constant keeps the rate.
	Constant
	// Plateau halves the rate when the validation loss has not improved for
	// 20 evaluations.
	Plateau
	// Restarts is three cosines, each twice as long as the one before, every
	// one from the full rate (warm restarts; Loshchilov and Hutter, 2017).
	Restarts
)

var scheduleNames = [...]string{Cosine: "cosine", Constant: "constant", Plateau: "plateau", Restarts: "restarts"}

// String returns the name that model files and the command line use.
func (s Schedule) String() string {
	if int(s) < len(scheduleNames) {
		return scheduleNames[s]
	}
	return fmt.Sprintf("schedule(%d)", uint8(s))
}

// ParseSchedule is the inverse of String.
func ParseSchedule(name string) (Schedule, error) {
	for s, n := range scheduleNames {
		if n == name {
			return Schedule(s), nil
		}
	}
	return 0, fmt.Errorf("%w: schedule %q (want cosine, constant, plateau or restarts)", fail.ErrOptions, name)
}

const (
	cosineEnd       = 0.005
	plateauPatience = 20
	plateauFactor   = 0.5
)

// factor is the schedule's part of the learning rate when a fraction done, 0 to
// 1, of the run is over and halvings plateaus were met.
func (s Schedule) factor(done float64, halvings int) float64 {
	switch s {
	case Cosine:
		return cosine(done)
	case Restarts: // cycles of 1, 2 and 4 sevenths
		switch {
		case done < 1.0/7:
			return cosine(7 * done)
		case done < 3.0/7:
			return cosine((7*done - 1) / 2)
		}
		return cosine((7*done - 3) / 4)
	case Plateau:
		return math.Pow(plateauFactor, float64(halvings))
	}
	return 1
}

func cosine(done float64) float64 {
	return cosineEnd + (1-cosineEnd)*(1+math.Cos(math.Pi*min(done, 1)))/2
}

// warmUp is the factor of step (from 0) while the rate rises over steps.
func warmUp(step, steps int) float64 {
	if step >= steps {
		return 1
	}
	return float64(step+1) / float64(steps)
}
