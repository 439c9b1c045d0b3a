package modelfile

import (
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/internal/wire"
)

// stored is a model as its file has it.
type stored struct {
	*Contents
	networks []storedNetwork // in order of use
}

// sectionKind is a kind of a model file's sections. A reserved one has neither
// read nor payloads.
type sectionKind struct {
	tag      byte
	name     string
	many     bool // whether there may be several
	read     func(s *stored, f *container.Fields) error
	payloads func(s *stored) ([][]byte, error)
}

// sectionKinds are the kinds that there are, in their order in a file. To add
// one, add a row here, and to FORMAT.md.
var sectionKinds = []sectionKind{
	{1, "autoencoder", false, (*stored).readAutoencoder, (*stored).autoencoder},
	{2, "network", true, (*stored).readNetwork, (*stored).storedNetworks},
	{3, "template", false, nil, nil},
	{4, "basis", false, nil, nil},
	{5, "predictor", false, nil, nil},
	{6, "prior", false, nil, nil},
	{7, "coder tables", false, nil, nil},
	{wire.Ancillary | 1, "training", false, (*stored).readTraining, (*stored).training},
}

// sections lays out the sections of a file.
func (s *stored) sections() (list []container.Section, err error) {
	for _, k := range sectionKinds {
		if k.payloads == nil {
			continue
		}
		payloads, err := k.payloads(s)
		if err != nil {
			return nil, fmt.Errorf("model section %s: %w", k.name, err)
		}
		for _, p := range payloads {
			list = append(list, container.Section{Tag: k.tag, Payload: p})
		}
	}
	return list, nil
}

// readSections takes in the sections of a file.
func (s *stored) readSections(list []container.Section) error {
	var last byte
	for _, sec := range list {
		kind := sectionKind{tag: sec.Tag, name: "unknown", many: true}
		if i := slices.IndexFunc(sectionKinds, func(k sectionKind) bool { return k.tag == sec.Tag }); i >= 0 {
			kind = sectionKinds[i]
		}
		if err := s.readSection(sec, kind, last); err != nil {
			return fmt.Errorf("%w: section %d (%s) at byte %d: %w", fail.ErrModel, sec.Tag, kind.name, sec.At, err)
		}
		last = sec.Tag
	}
	switch {
	case s.Spec.Window == nil:
		return fmt.Errorf("%w: it holds no autoencoder", fail.ErrModel)
	case len(s.networks) != uses:
		return fmt.Errorf("%w: it holds %d networks (want an encoder and a decoder)", fail.ErrModel, len(s.networks))
	}
	return nil
}

// readSection reads one section, which stands behind one with tag last.
func (s *stored) readSection(sec container.Section, kind sectionKind, last byte) error {
	switch {
	case sec.Tag < last:
		return fmt.Errorf("it stands behind section %d", last)
	case sec.Tag == last && !kind.many:
		return errors.New("there are two of them")
	case kind.read != nil:
		f := container.NewFields(sec.Payload)
		if err := kind.read(s, f); err != nil {
			return err
		}
		return f.End()
	case sec.Tag&wire.Ancillary != 0:
		return nil
	}
	return errors.New("it is critical and this program does not know it: use a newer program")
}
