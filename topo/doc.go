// Package topo measures the topology of scalar fields on grids: persistence
// diagrams, local extrema, and the local order of neighbouring values.
//
// A field is a row-major array, slowest dimension first, of rank 1 to 5. The
// calls most users need are [Sublevel] for a persistence diagram, and
// [CompareExtrema], [CompareSigns] and [CompareOrder] to say what a reconstruction
// kept. Package topo/distance compares two diagrams; package topo/audit runs all
// of it and gathers one report, which package topo/report draws.
//
// # Filtration
//
// Cells enter by increasing value (sublevel) and are connected to their
// 3^d−1 neighbours, or to the 2d axis neighbours on request. A component is
// born at its lowest cell; where two meet, the one born later dies (elder
// rule; Edelsbrunner and Harer 2010, section VII.1). Pairs of zero persistence are
// dropped. The component of the global minimum never dies: its class is essential
// and is kept apart from the pairs.
//
// This is the definition of "Directional Sign Loss" (arXiv 2504.04202), whose
// worked example in appendix 5.1.2 does not follow it: the 3x3 field
// [[1 3 2] [4 1 5] [2 6 3]] has the diagram {(1, ∞)} and nothing else, because
// its two cells of value 1 are neighbours and every cell touches the centre.
//
// # Cells left out
//
// NaN, ±Inf and the cells of a mask (see [Mask]) are not part of the complex.
// What is left may fall into several pieces, and each piece has an essential
// class of its own. Extrema and signs ignore such neighbours.
//
// # Wide integers
//
// Fields of 64-bit integers, which float64 cannot hold, are given as indices of a
// table of their values; see [Levels].
//
// # Errors
//
// A shape that is not one, a count of values that is not the shape's, and a rank
// that a call does not take are errors that match [array.ErrShape]. A call gives
// up soon after its context is done, with the context's error.
//
// # Concurrency
//
// Nothing here writes to its arguments: calls may share arrays, masks, tables
// and diagrams.
package topo
