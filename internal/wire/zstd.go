package wire

import "github.com/klauspost/compress/zstd"

// OneFrame reports an error where something follows a zstd frame, which decoders
// would skip, or decode as well.
func OneFrame(frame []byte) error {
	var h zstd.Header
	if err := h.Decode(frame); err != nil {
		return err
	}
	f := Fields{B: frame}
	f.Bytes(h.HeaderSize)
	const repeated = 1 // the type of blocks that are a byte, repeated
	for last := 0; last == 0 && f.Err == nil; {
		v := int(f.U8()) | int(f.U8())<<8 | int(f.U8())<<16
		last = v & 1
		if size := v >> 3; v>>1&3 == repeated {
			f.Bytes(1)
		} else {
			f.Bytes(size)
		}
	}
	if h.HasCheckSum {
		f.Bytes(4)
	}
	return f.End()
}
