// Package audit says how well one array stands in for another: error, signal
// to noise, structural similarity, and what became of the topology.
//
// The one call is [Compare], which only reads what it is given, so that several
// may share arrays and options; [Report] then gives JSON, text for a terminal, a
// page of HTML, a picture, and [Report.Check] for gates.
//
// Special values are the NaN, ±Inf and fill of the original. They take no part
// in any figure but Special and SpecialChanged, which counts those whose bits
// are not the same in the other array. Where the other array is not finite and
// the original is, the error is infinite; NonFinite counts these values.
//
// # Figures
//
// Errors are evaluated in float64 on the arrays' own values, relative to the
// value range max−min of the original. Signs, order and extrema are those of
// package topo. The soft directional sign loss follows algorithm 1 of arXiv
// 2504.04202: half of |tanh(s·Δx)−tanh(s·Δy)|, summed over the forward
// differences along all axes and divided by their number, between 0 and 1; the
// sharpness s defaults to 100/range, so that a step of 1 % of the range counts
// tanh(1) ≈ 0.76.
//
// SSIM is the mean of the structural similarity index (Wang et al. 2004,
// K1 = 0.01, K2 = 0.03, L = the value range, population moments) over every
// position of a uniform window of 7 cells along each axis, or the whole axis
// where it is shorter; windows with a special value are skipped.
//
// # Persistence
//
// Dimension 0 is that of the sublevel filtration with 3^d−1 neighbours: basins,
// from minimum to saddle. For rank 2 and more the top dimension d−1 follows:
// loops in 2-D and cavities in 3-D, from saddle to maximum. Distances use the
// L∞ ground norm, essential classes included. Each comes with proven bounds;
// those of a distance that is exact coincide.
package audit
