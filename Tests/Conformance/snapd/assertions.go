package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/snapasserts"
	"github.com/snapcore/snapd/snap"
)

// proven is a file whose bytes the chain of signatures vouches for.
type proven struct {
	Path       string   `json:"path"`
	Name       string   `json:"name"`
	SnapID     string   `json:"snap-id"`
	Revision   int      `json:"revision"`
	Size       uint64   `json:"size"`
	SHA3       string   `json:"sha3-384"`
	Assertions []string `json:"assertions"`
}

// prove does what snapd does between a download and an installation. Of what is empty in expected the assertions decide.
func (device *device) prove(path, name string, expected *snap.SideInfo) (*proven, error) {
	database, err := device.database()
	if err != nil {
		return nil, err
	}
	digest, size, err := asserts.SnapFileSHA3_384(path)
	if err != nil {
		return nil, err
	}
	var kept []string
	if err := snapasserts.FetchSnapAssertions(device.fetcher(database, &kept), digest, ""); err != nil {
		return nil, err
	}
	found, err := database.Find(asserts.SnapRevisionType, map[string]string{"snap-sha3-384": digest})
	if err != nil {
		return nil, err
	}
	revision := found.(*asserts.SnapRevision)
	found, err = database.Find(
		asserts.SnapDeclarationType, map[string]string{"series": "16", "snap-id": revision.SnapID()})
	if err != nil {
		return nil, err
	}
	declaration := found.(*asserts.SnapDeclaration)
	if name == "" {
		name = declaration.SnapName()
	}
	if expected == nil {
		expected = snapasserts.SideInfoFromSnapAssertions(declaration, revision)
	}
	if _, err := snapasserts.CrossCheck(name, digest, "", size, expected, nil, database); err != nil {
		return nil, err
	}
	return &proven{
		Path: path, Name: declaration.SnapName(), SnapID: revision.SnapID(), Revision: revision.SnapRevision(),
		Size: size, SHA3: digest, Assertions: kept,
	}, nil
}

func assertionsOf(device *device, arguments []string) (interface{}, error) {
	options := flag.NewFlagSet("assertions", flag.ExitOnError)
	name := options.String("name", "", "the name that the snap must have")
	path := parse(options, arguments, 1, 1)[0]
	return device.prove(path, *name, nil)
}

func verifiedDownload(device *device, arguments []string) (interface{}, error) {
	file, err := device.fetch("verified-download", arguments)
	if err != nil {
		return nil, err
	}
	expected := &snap.SideInfo{RealName: file.Name, SnapID: file.SnapID, Revision: snap.R(file.Revision)}
	return device.prove(file.Path, file.Name, expected)
}

// acknowledge adds a stream in one go, as 'snap ack' does: all of it or nothing, whatever its order.
func acknowledge(device *device, arguments []string) (interface{}, error) {
	path := parse(flag.NewFlagSet("ack", flag.ExitOnError), arguments, 1, 1)[0]
	database, err := device.database()
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	batch := asserts.NewBatch(nil)
	references, err := batch.AddStream(file)
	if err != nil {
		return nil, err
	}
	if err := batch.CommitTo(database, &asserts.CommitOptions{Precheck: true}); err != nil {
		return nil, err
	}
	accepted := make([]string, 0, len(references))
	for _, reference := range references {
		accepted = append(accepted, reference.Unique())
	}
	return accepted, nil
}

// known fetches one assertion with what it stands on, and checks the chain.
func known(device *device, arguments []string) (interface{}, error) {
	words := parse(flag.NewFlagSet("known", flag.ExitOnError), arguments, 2, -1)
	kind := asserts.Type(words[0])
	if kind == nil {
		return nil, fmt.Errorf("snapd has no assertions of type %q", words[0])
	}
	database, err := device.database()
	if err != nil {
		return nil, err
	}
	kept := []string{}
	if err := device.fetcher(database, &kept).Fetch(&asserts.Ref{Type: kind, PrimaryKey: words[1:]}); err != nil {
		return nil, err
	}
	return kept, nil
}

// sequence fetches one member of a sequence, the latest unless a number is given, and checks the chain.
func sequence(device *device, arguments []string) (interface{}, error) {
	options := flag.NewFlagSet("sequence", flag.ExitOnError)
	number := options.Int("number", 0, "which member")
	words := parse(options, arguments, 2, -1)
	kind := asserts.Type(words[0])
	if kind == nil {
		return nil, fmt.Errorf("snapd has no assertions of type %q", words[0])
	}
	database, err := device.database()
	if err != nil {
		return nil, err
	}
	found, err := device.store.SeqFormingAssertion(kind, words[1:], *number, nil)
	if err != nil {
		return nil, err
	}
	kept := []string{}
	if err := device.fetcher(database, &kept).Save(found); err != nil {
		return nil, err
	}
	return kept, nil
}
