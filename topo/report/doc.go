// Package report draws what package audit found: as one page of HTML for a
// browser ([WriteHTML]), and as one picture ([WritePNG]).
//
// Both show the middle slice of the arrays and of their difference, the histogram
// of errors and the persistence diagrams, which a report holds as
// [audit.Pictures]; the page has every figure in words besides, and needs neither
// other files nor the network.
//
// This is the one package that needs plotting; whoever wants figures alone uses
// package audit. Nothing here writes to a report, so that several goroutines may
// draw one at once.
package report
