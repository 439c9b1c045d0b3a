package array

// FillPolicy says what becomes of values that look like fill but were not
// declared: see [Census.Candidates].
type FillPolicy uint8

const (
	// FillDeclared leaves them alone and reports them, and refuses an array where
	// one of them spoils what depends on the range; see [Candidate.Spoils].
	FillDeclared FillPolicy = iota
	// FillAuto declares them.
	FillAuto
	// FillNone says that nothing but what was declared is fill: there is no search.
	FillNone
)
