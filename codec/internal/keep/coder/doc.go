// Package coder codes what a keep block states: bisections of intervals, the signs
// of open edges, and extrema with their witnesses. Each is one function for both
// directions: with the original at hand it encodes, without it decodes, and either
// way the graph of package constraint learns what was coded.
//
// It builds on the mixed adaptive decisions of packages mixing and rangecoder. The
// terms that it adds are those of its contexts. A path leads from the start of an
// edge to its end along two or three other edges; where their signs tell the edge's
// own, nothing is coded. near3 are the signs of three edges before this one, wide
// those of up to seven others. The mean sign of a position is the running mean of the
// signs there at earlier coordinates along the first axis. d0, dAlong, dAcross,
// dMean and dSmooth are differences of the decoded field at and around the edge.
//
// See sections 9.2, 9.4 and 9.5 of FORMAT.md.
package coder
