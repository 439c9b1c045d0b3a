// Package audit says how well one array stands in for another: error, signal
// to noise, structural similarity, and what became of the topology.
//
// The one call is [Compare]; its [Report] gives JSON, text for a terminal, and
// [Report.Check] for gates. What pictures show of it is in [Pictures], and package
// topo/report draws them.
//
// Special values are the NaN, ±Inf and fill of the original. They take no part
// in any figure but Special and SpecialChanged, which counts those whose bits
// are not the same in the other array. Where the other array is not finite and
// the original is, the error is infinite; NonFinite counts these values.
//
// # Figures
//
// Signs, order and extrema are those of package topo. Errors are differences of
// the arrays' own values, rounded once to float64, relative to the value range
// max−min of the original. The soft directional sign loss follows algorithm 1 of
// arXiv 2504.04202: half of |tanh(s·Δx)−tanh(s·Δy)|, summed over the forward
// differences along all axes and divided by their number, between 0 and 1; the
// sharpness s defaults to 100/range, so that a step of 1 % of the range counts
// tanh(1) ≈ 0.76. That of a constant is infinite: any step counts 1.
//
// SSIM is the mean of the structural similarity index (Wang et al. 2004,
// K1 = 0.01, K2 = 0.03, L = the value range, population moments) over every
// position of a uniform window of 7 cells along each axis, or the whole axis
// where it is shorter; windows with a special value are skipped.
//
// Figures do not depend on the scale of the values: they hold to 1e-9 from the
// smallest subnormal numbers to the ends of float64, and for one huge value
// beside small ones. [CompareWide] gives the same of 64-bit integers beyond 2^53,
// whose order, errors and distances are exact but for that one rounding.
//
// # Infinite and undefined
//
// The PSNR of identical arrays is +Inf. It is −Inf where nothing is in common: a
// constant with errors, or a value that became NaN or infinite, whose error is
// infinite too. Not defined (NaN) are range, root mean square, PSNR, SSIM, soft
// loss and shares where the original has no ordinary value, SSIM also where no
// window is free of special values or the other array is not finite, and the
// soft loss where a difference of the other array is NaN. JSON writes "inf",
// "-inf" and null. A gate fails where its figure is not defined.
//
// # Persistence
//
// Dimension 0 is that of the sublevel filtration with 3^d−1 neighbours: basins,
// from minimum to saddle. For rank 2 and more the top dimension d−1 follows:
// loops in 2-D and cavities in 3-D, from saddle to maximum. Distances use the
// L∞ ground norm, essential classes included. Each comes with proven bounds;
// those of a distance that is exact coincide (see package topo/distance).
//
// # Concurrency
//
// A comparison writes to nothing that it is given, so that any number of them may
// share arrays and options. A [Report] may be written by several goroutines at
// once.
package audit
