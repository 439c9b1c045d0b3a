package pipeline

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Meter counts what a stage does. Its zero value is ready to use, and it may
// be read while the stage runs.
type Meter struct {
	items, failed, running atomic.Int64
	bytesIn, bytesOut      atomic.Int64
	nanoseconds            atomic.Int64
}

// Metrics is what a [Meter] has counted.
type Metrics struct {
	Items    int64   `json:"items"`     // done without error
	Failed   int64   `json:"failed"`    // ended with an error
	Running  int64   `json:"running"`   // begun and not ended
	BytesIn  int64   `json:"bytes_in"`  // array or archive bytes read
	BytesOut int64   `json:"bytes_out"` // array or archive bytes produced
	Seconds  float64 `json:"seconds"`   // of all ended runs together; concurrent runs add up
}

// Metrics returns the counts so far.
func (m *Meter) Metrics() Metrics {
	return Metrics{
		Items:    m.items.Load(),
		Failed:   m.failed.Load(),
		Running:  m.running.Load(),
		BytesIn:  m.bytesIn.Load(),
		BytesOut: m.bytesOut.Load(),
		Seconds:  time.Duration(m.nanoseconds.Load()).Seconds(),
	}
}

// Error says which stage failed on which item.
type Error struct {
	Stage string
	Item  string // "" when the item has no name
	Err   error
}

func (e *Error) Error() string {
	if e.Item == "" {
		return fmt.Sprintf("%s: %v", e.Stage, e.Err)
	}
	return fmt.Sprintf("%s %s: %v", e.Stage, e.Item, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Measure gives a stage a name, which its errors then carry as an [*Error]
// together with the item, and counts its runs in m, which may be nil. Items
// are named by their String method, or are strings. Bytes are what the stage
// reports with [Count], as the ready-made stages do.
func Measure[I, O any](name string, m *Meter, stage Stage[I, O]) Stage[I, O] {
	if m == nil {
		m = new(Meter)
	}
	return func(ctx context.Context, in I) (O, error) {
		start := time.Now()
		m.running.Add(1)
		defer func() {
			m.running.Add(-1)
			m.nanoseconds.Add(int64(time.Since(start)))
		}()
		out, err := stage(context.WithValue(ctx, meterKey{}, m), in)
		if err != nil {
			m.failed.Add(1)
			return out, &Error{Stage: name, Item: itemName(in), Err: err}
		}
		m.items.Add(1)
		return out, nil
	}
}

type meterKey struct{}

// Count adds bytes to the meter of the stage that runs in ctx, if it has one.
func Count(ctx context.Context, in, out int64) {
	if m, ok := ctx.Value(meterKey{}).(*Meter); ok {
		m.bytesIn.Add(in)
		m.bytesOut.Add(out)
	}
}

func itemName(item any) string {
	switch v := item.(type) {
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	}
	return ""
}
