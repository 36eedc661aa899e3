package main

import (
	"fmt"
	"io"
	"os"

	"github.com/snapcore/snapd/asserts"
)

// database holds nothing but the root that the caller named.
func (device *device) database() (*asserts.Database, error) {
	var roots []asserts.Assertion
	var err error
	switch {
	case device.rootFile != "":
		roots, err = rootsIn(device.rootFile)
	case device.rootKey != "":
		roots, err = device.rootsByKey()
	default:
		misused("this command needs --root or --root-key")
	}
	if err != nil {
		return nil, err
	}
	return asserts.OpenDatabase(&asserts.DatabaseConfig{Backstore: asserts.NewMemoryBackstore(), Trusted: roots})
}

func rootsIn(path string) ([]asserts.Assertion, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var roots []asserts.Assertion
	decoder := asserts.NewDecoder(file)
	for {
		assertion, err := decoder.Decode()
		if err == io.EOF {
			return roots, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %v", path, err)
		}
		roots = append(roots, assertion)
	}
}

// rootsByKey asks the store for the key with the pinned id. snapd's decoder refuses a key that has not the id it claims,
// so with the signatures checked nothing is believed but the pin.
func (device *device) rootsByKey() ([]asserts.Assertion, error) {
	found, err := device.store.Assertion(asserts.AccountKeyType, []string{device.rootKey}, nil)
	if err != nil {
		return nil, err
	}
	key, ok := found.(*asserts.AccountKey)
	if !ok || key.PublicKeyID() != device.rootKey {
		return nil, fmt.Errorf("the store answered with another key than %s", device.rootKey)
	}
	account, err := device.store.Assertion(asserts.AccountType, []string{key.AccountID()}, nil)
	if err != nil {
		return nil, err
	}
	public, err := asserts.DecodePublicKey(key.Body())
	if err != nil {
		return nil, err
	}
	for _, assertion := range []asserts.Assertion{key, account} {
		if assertion.SignKeyID() != device.rootKey {
			return nil, fmt.Errorf("%s is not signed by the root key", assertion.Ref())
		}
		if err := asserts.SignatureCheck(assertion, public); err != nil {
			return nil, fmt.Errorf("%s: %v", assertion.Ref(), err)
		}
	}
	return []asserts.Assertion{account, key}, nil
}

// fetcher brings assertions with all that they stand on, each checked before it is kept.
func (device *device) fetcher(database *asserts.Database, kept *[]string) asserts.Fetcher {
	retrieve := func(reference *asserts.Ref) (asserts.Assertion, error) {
		return device.store.Assertion(reference.Type, reference.PrimaryKey, nil)
	}
	save := func(assertion asserts.Assertion) error {
		if err := database.Add(assertion); err != nil {
			return fmt.Errorf("cannot accept %s: %v", assertion.Ref(), err)
		}
		*kept = append(*kept, assertion.Ref().Unique())
		return nil
	}
	return asserts.NewFetcher(database, retrieve, save)
}
