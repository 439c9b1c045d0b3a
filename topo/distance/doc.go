// Package distance measures between two persistence diagrams: how far the classes
// of the one have to move to become those of the other.
//
// [Bottleneck] is the furthest that any of them moves, [Wasserstein] how far all
// move together. Both match points (birth, death) to each other or to the diagonal,
// where birth and death are one and a class counts for nothing.
//
// # Conventions
//
// The ground norm is L∞, as in GUDHI and Hera, unless [Euclidean] is asked for.
// Distances have the unit of the fields' values. Essential classes are matched to
// each other in the order of their births. Every result comes with bounds proven
// for it; see [Distance].
//
// Each is measured from differences of coordinates, so that neither the scale of
// the values matters nor one huge value beside small ones. Of diagrams whose
// coordinates are indices of [topo.Levels], the differences are those of the
// levels.
//
// # How
//
// The bottleneck distance is a search over radii. A radius is feasible where a
// bipartite graph has a matching that saturates both sides, decided by the
// algorithm of Hopcroft and Karp with the edges found in a k-d tree (Efrat, Itai
// and Katz 2001; Kerber, Morozov and Nigmetov 2017).
//
// The Wasserstein distance is a transportation problem, solved by the primal
// network simplex method. Where the diagrams are large it begins with few edges
// (multiscale transport, Mérigot 2011) and generates others as columns, those that
// the dual solution undercuts; the dual gives a lower bound at any time.
//
// # Concurrency
//
// Nothing here writes to its arguments: calls may share diagrams and options. A
// call gives up soon after its context is done, with the context's error.
package distance
