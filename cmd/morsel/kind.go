package main

import (
	"bytes"
	"path/filepath"
	"strings"
)

// kind tells archives and models from array files.
type kind uint8

const (
	kindArray kind = iota
	kindArchive
	kindModel
)

// kind looks at the input's first bytes, and at its name, so that a file with
// a damaged beginning is still taken for what it was.
func (in *input) kind() kind {
	head := make([]byte, 4)
	n, _ := in.ReadAt(head, 0) // a short or unreadable file is reported by its reader
	ext := strings.ToLower(filepath.Ext(in.name))
	switch head = head[:n]; {
	case ext == ".mrsl" || bytes.Equal(head, []byte("MRSL")):
		return kindArchive
	case ext == ".mrsm" || bytes.Equal(head, []byte("\x89MRS")):
		return kindModel
	}
	return kindArray
}
