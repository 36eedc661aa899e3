// Part of the rehearsal's snapd and snap: makes them trust one more root key.

package main

import (
	"fmt"
	"os"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/sysdb"
)

// The account and the account-key of the root, one after the other, unless SNAPD_REHEARSAL_ROOT names another file.
const defaultRoot = "/etc/snapd-rehearsal/root.assert"

func init() {
	trustedRoot := os.Getenv("SNAPD_REHEARSAL_ROOT")
	if trustedRoot == "" {
		trustedRoot = defaultRoot
	}
	file, err := os.Open(trustedRoot)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var trusted []asserts.Assertion
	decoder := asserts.NewDecoder(file)
	for len(trusted) < 2 {
		assertion, err := decoder.Decode()
		if err != nil {
			panic(fmt.Sprintf("cannot read %s: %v", trustedRoot, err))
		}
		trusted = append(trusted, assertion)
	}
	sysdb.InjectTrusted(trusted)
}
