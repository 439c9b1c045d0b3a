package main

import (
	"path/filepath"
	"strings"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
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
	head := make([]byte, 8)
	n, _ := in.ReadAt(head, 0) // a short or unreadable file is reported by its reader
	ext := strings.ToLower(filepath.Ext(in.name))
	switch head = head[:n]; {
	case ext == ".mrsl" || codec.IsArchive(head):
		return kindArchive
	case ext == ".mrsm" || autoencoder.IsModel(head):
		return kindModel
	}
	return kindArray
}
