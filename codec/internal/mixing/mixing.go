// Package mixing models binary decisions by logistic mixing: adaptive
// probabilities ([Counter]), each for a context of its own, are combined by a
// weighted sum in the logistic domain, whose weights are trained on the way, as in
// the PAQ compressors (M. Mahoney, "Adaptive weighing of context models for
// lossless data compression", 2005). [Bins] codes quantised prediction errors by
// such decisions. It builds on the range coder; sections 6.3 to 6.7 of FORMAT.md
// describe it.
//
// A node is the number of a decision among those made in one context; a [Row]
// holds a context's counters, one for each node; a table has a row for each value
// of a context. A weight set is what a mixer weighs its rows by; a key, chosen by
// a small context, says which one.
//
// All state and arithmetic is integer, so that encoder and decoder agree on
// every machine.
package mixing
