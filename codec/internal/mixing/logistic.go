package mixing

// Logistic domain: x stands for x/stretchUnit, a probability p for p/65536.
const (
	stretchUnit = 256
	maxStretch  = 12*stretchUnit - 1
	minProb     = 1
)

var (
	squashTable  [2*maxStretch + 1]uint16 // 65536/(1+e^(−x/stretchUnit)), by x+maxStretch
	stretchTable [4096]int16              // the inverse, by probability/16
)

func init() {
	// e^(1/256) and its powers by multiplication: the same bits everywhere.
	const root = 1.0039138893383475734436096039034
	odds := 1.0
	for x := 0; x <= maxStretch; x++ {
		p := int(65536 * odds / (1 + odds))
		squashTable[maxStretch+x] = uint16(min(p, 65536-minProb))
		squashTable[maxStretch-x] = uint16(max(65536-p, minProb))
		odds = float64(odds * root)
	}
	x := -maxStretch
	for i := range stretchTable {
		for x < maxStretch && int(squashTable[maxStretch+x]) < i*16+8 {
			x++
		}
		stretchTable[i] = int16(x)
	}
}

func squash(x int) uint32 {
	return uint32(squashTable[min(max(x, -maxStretch), maxStretch)+maxStretch])
}
