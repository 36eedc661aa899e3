package main

import (
	"fmt"
	"strings"

	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/snap/snapfile"
)

// container FILE...: what snapd checks of a snap before it mounts it: its meta/snap.yaml, and that programs and permissions
// are as that says.
func (d *device) container(args []string) (interface{}, error) {
	types := map[string]string{}
	for _, path := range args {
		file, err := snapfile.Open(path)
		if err != nil {
			return nil, err
		}
		info, err := snap.ReadInfoFromSnapFile(file, nil)
		if err != nil {
			return nil, err
		}
		var complaints []string
		note := func(format string, values ...interface{}) {
			complaints = append(complaints, fmt.Sprintf(format, values...))
		}
		if err := snap.ValidateContainer(file, info, note); err != nil {
			return nil, fmt.Errorf("%s: %v: %s", path, err, strings.Join(complaints, "; "))
		}
		types[info.SnapName()] = string(info.Type())
	}
	return types, nil
}
