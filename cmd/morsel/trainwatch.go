package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
)

// trainWatch shows how a training goes and remembers its loss curve.
type trainWatch struct {
	env   *env
	what  string
	bar   *console.Progress
	curve []curvePoint
	said  time.Duration // when the last line was logged
}

func (e *env) watchTraining(what string) *trainWatch {
	return &trainWatch{env: e, what: what, bar: e.progress(what)}
}

// logEvery is the time between two lines where there is no terminal.
const logEvery = 10 * time.Second

func (w *trainWatch) update(p autoencoder.Progress) {
	if p.Evaluated {
		w.curve = append(w.curve, curvePoint{p.Step, p.Loss, p.Validation})
	}
	if w.bar == nil {
		if p.Evaluated && p.Elapsed-w.said >= logEvery {
			w.said = p.Elapsed
			w.env.sayf("%s: step %s, loss %s, validation %s, %v to go", w.what, stepText(p), short(p.Loss), short(p.Validation), p.Remaining.Round(time.Second))
		}
		return
	}
	w.bar.Describe(fmt.Sprintf("%s, loss %s, validation %s %s", w.what, short(p.Loss), short(p.Validation), sparkline(w.curve, liveWidth)))
	if p.Steps > 0 {
		w.bar.Update(int64(p.Step), int64(p.Steps))
	} else { // by time
		w.bar.Update(p.Elapsed.Milliseconds(), (p.Elapsed + p.Remaining).Milliseconds())
	}
}

// stepText says how far a training is; one by time has no last step.
func stepText(p autoencoder.Progress) string {
	if p.Steps > 0 {
		return fmt.Sprintf("%d of %d", p.Step, p.Steps)
	}
	return fmt.Sprint(p.Step)
}

func (w *trainWatch) end() { w.bar.End() }

func short(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.4g", v)
}

// The number of characters of a loss curve, finished and while training.
const (
	curveWidth = 40
	liveWidth  = 12
)

// curveText draws the validation loss in one line.
func curveText(curve []curvePoint) string {
	line := sparkline(curve, curveWidth)
	if line == "" {
		return fmt.Sprintf("validation %s throughout", short(curve[0].Validation))
	}
	return fmt.Sprintf("%s  validation %s to %s", line, short(curve[0].Validation), short(curve[len(curve)-1].Validation))
}

// sparkline draws the validation loss, on a logarithmic scale, in so many
// characters; it is empty where the loss did not change.
func sparkline(curve []curvePoint, width int) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range curve {
		if p.Validation > 0 {
			lo, hi = min(lo, p.Validation), max(hi, p.Validation)
		}
	}
	if !(lo < hi) || math.IsInf(hi, 0) {
		return ""
	}
	blocks := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	n := min(len(curve), width)
	for i := range n {
		v := max(curve[i*(len(curve)-1)/max(n-1, 1)].Validation, lo)
		height := math.Log(v/lo) / math.Log(hi/lo)
		b.WriteRune(blocks[int(math.Round(min(height, 1)*float64(len(blocks)-1)))])
	}
	return b.String()
}
