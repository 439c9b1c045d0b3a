package console

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/morselcodec/morsel/formats"
)

// Progress shows a bar on a terminal. Its methods may be called on nil, which
// shows nothing.
type Progress struct {
	bar   *progressbar.ProgressBar
	total int64
}

// NewProgress begins a bar; its length comes with the first update.
func NewProgress(w io.Writer, what string) *Progress {
	return &Progress{bar: progressbar.NewOptions64(1,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(formats.Printable(what)),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)}
}

// Update moves the bar; it fits the Progress options of the packages below.
// A failure to draw is no reason to stop working.
func (p *Progress) Update(done, total int64) {
	if p == nil || total <= 0 {
		return
	}
	if p.total != total {
		p.total = total
		p.bar.ChangeMax64(total)
	}
	_ = p.bar.Set64(done)
}

// Describe changes the text beside the bar.
func (p *Progress) Describe(what string) {
	if p != nil {
		p.bar.Describe(formats.Printable(what))
	}
}

// End removes the bar.
func (p *Progress) End() {
	if p != nil {
		_ = p.bar.Clear()
	}
}
