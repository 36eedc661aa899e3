package main

import (
	"fmt"
	"io"
	"os"

	"github.com/snapcore/snapd/asserts"
)

// ack-in-order FILE: adds the assertions of a file one after the other. Each must find there what it stands on.
func (d *device) ackInOrder(args []string) (interface{}, error) {
	if err := d.trust(); err != nil {
		return nil, err
	}
	file, err := os.Open(args[0])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := asserts.NewDecoder(file)
	types := map[string]int{}
	for {
		assertion, err := decoder.Decode()
		if err == io.EOF {
			return types, nil
		}
		if err != nil {
			return nil, err
		}
		types[assertion.Type().Name]++
		if _, err := assertion.Ref().Resolve(d.database.FindTrusted); err == nil {
			continue
		}
		if err := d.add(assertion); err != nil {
			return nil, fmt.Errorf("%v: %v", assertion.Ref(), err)
		}
	}
}
