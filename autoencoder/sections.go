package autoencoder

import (
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// contents are what the sections of a model file hold.
type contents struct {
	description
	latent   scaling.Quantiser
	networks []storedNetwork // in order of use
}

// sectionKind is a kind of a model file's sections. A reserved one has neither
// read nor payloads.
type sectionKind struct {
	tag      byte
	name     string
	many     bool // whether there may be several
	read     func(c *contents, f *container.Fields) error
	payloads func(c *contents) ([][]byte, error)
}

// sectionKinds are the kinds that there are, in their order in a file. To add
// one, add a row here, and to FORMAT.md.
var sectionKinds = []sectionKind{
	{1, "autoencoder", false, (*contents).readAutoencoder, (*contents).autoencoder},
	{2, "network", true, (*contents).readNetwork, (*contents).storedNetworks},
	{3, "template", false, nil, nil},
	{4, "basis", false, nil, nil},
	{5, "predictor", false, nil, nil},
	{6, "prior", false, nil, nil},
	{7, "coder tables", false, nil, nil},
	{container.Ancillary | 1, "training", false, (*contents).readTraining, (*contents).training},
}

// sections lays out the sections of a file.
func (c *contents) sections() (list []container.Section, err error) {
	for _, k := range sectionKinds {
		if k.payloads == nil {
			continue
		}
		payloads, err := k.payloads(c)
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
func (c *contents) readSections(list []container.Section) error {
	var last byte
	for _, s := range list {
		kind := sectionKind{tag: s.Tag, name: "unknown", many: true}
		if i := slices.IndexFunc(sectionKinds, func(k sectionKind) bool { return k.tag == s.Tag }); i >= 0 {
			kind = sectionKinds[i]
		}
		if err := c.readSection(s, kind, last); err != nil {
			return fmt.Errorf("%w: section %d (%s) at byte %d: %w", ErrModel, s.Tag, kind.name, s.At, err)
		}
		last = s.Tag
	}
	switch {
	case c.Spec.Window == nil:
		return fmt.Errorf("%w: it holds no autoencoder", ErrModel)
	case len(c.networks) != uses:
		return fmt.Errorf("%w: it holds %d networks (want an encoder and a decoder)", ErrModel, len(c.networks))
	}
	return nil
}

// readSection reads one section, which stands behind one with tag last.
func (c *contents) readSection(s container.Section, kind sectionKind, last byte) error {
	switch {
	case s.Tag < last:
		return fmt.Errorf("it stands behind section %d", last)
	case s.Tag == last && !kind.many:
		return errors.New("there are two of them")
	case kind.read != nil:
		f := &container.Fields{B: s.Payload}
		if err := kind.read(c, f); err != nil {
			return err
		}
		return f.End()
	case s.Tag&container.Ancillary != 0:
		return nil
	}
	return errors.New("it is critical and this program does not know it: use a newer program")
}
