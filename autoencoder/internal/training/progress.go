package training

import "time"

// Progress is the state of a running training.
type Progress struct {
	Step, Steps int     // steps done, and of the whole run (0 when trained by time)
	Loss        float64 // training loss, averaged over the last steps
	// Validation is that of the last evaluation, and Best the lowest so far;
	// NaN before the first.
	Validation, Best float64
	Evaluated        bool    // whether this call reports a new evaluation
	Rate             float64 // learning rate
	WindowsPerSecond float64
	Elapsed          time.Duration
	Remaining        time.Duration // estimate
}
