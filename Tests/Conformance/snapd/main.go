// Drives snapd's own store client and assertion database against a store, as a device would, and fails where they do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/snapasserts"
	"github.com/snapcore/snapd/dirs"
	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/store"
)

type device struct {
	st       *store.Store
	base     string
	rootID   string
	database *asserts.Database
	session  *session
}

func main() {
	address := flag.String("url", "", "the store")
	root := flag.String("root-key", "", "the id of the root key that is trusted")
	arch := flag.String("arch", "amd64", "the device's architecture")
	identity := flag.String("device", "", "a directory with model, serial and device.pem: who the device is")
	flag.Parse()
	work, err := os.MkdirTemp("", "device-")
	check(err)
	defer os.RemoveAll(work)
	dirs.SetRootDir(work)
	// snapd sets it where it knows the interfaces; what a store sends is taken as it is here.
	snap.SanitizePlugsSlots = func(*snap.Info) {}
	base, err := url.Parse(*address)
	check(err)
	config := store.DefaultConfig()
	config.StoreBaseURL, config.AssertionsBaseURL, config.Architecture = base, base, *arch
	d := &device{rootID: *root, base: *address}
	if *identity == "" {
		d.st = store.New(config, nil)
	} else {
		d.session, err = newSession(*identity)
		check(err)
		d.st = store.New(config, d.session)
	}
	args := flag.Args()
	if len(args) == 0 {
		check(errors.New("which check? info, find, install, refresh, verified-download, ack, ack-in-order, sequence, catalog"))
	}
	checks := map[string]func([]string) (interface{}, error){
		"info": d.info, "find": d.find, "install": d.install, "refresh": d.refresh,
		"verified-download": d.verifiedDownload, "ack": d.ack, "ack-in-order": d.ackInOrder,
		"sequence": d.sequence, "catalog": d.catalog, "fetch-assertions": d.fetchAssertions,
		"session": d.installInSession, "register": d.register, "enforce": d.enforce,
		"gated-refresh": d.gatedRefresh, "sessions": d.sessions, "container": d.container,
	}
	run, known := checks[args[0]]
	if !known {
		check(fmt.Errorf("there is no check %q", args[0]))
	}
	result, err := run(args[1:])
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(result))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

type found struct {
	Name     string            `json:"name"`
	Revision int               `json:"revision"`
	Version  string            `json:"version"`
	Channel  string            `json:"channel"`
	Channels map[string]int    `json:"channels,omitempty"`
	Extra    map[string]string `json:"extra,omitempty"`
}

func describe(info *snap.Info) found {
	result := found{
		Name: info.SnapName(), Revision: info.Revision.N, Version: info.Version, Channel: info.Channel,
		Channels: map[string]int{},
	}
	for name, held := range info.Channels {
		result.Channels[name] = held.Revision.N
	}
	return result
}

// info NAME
func (d *device) info(args []string) (interface{}, error) {
	info, err := d.st.SnapInfo(context.Background(), store.SnapSpec{Name: args[0]}, nil)
	if err != nil {
		return nil, err
	}
	return describe(info), nil
}

// find QUERY
func (d *device) find(args []string) (interface{}, error) {
	infos, err := d.st.Find(context.Background(), &store.Search{Query: args[0]}, nil)
	if err != nil {
		return nil, err
	}
	results := []found{}
	for _, info := range infos {
		results = append(results, describe(info))
	}
	return results, nil
}

// install NAME[=CHANNEL or REVISION]...
func (d *device) install(args []string) (interface{}, error) {
	results, err := d.actions("install", args)
	if err != nil {
		return nil, err
	}
	found := []found{}
	for _, result := range results {
		found = append(found, describe(result.Info))
	}
	return found, nil
}

func (d *device) actions(action string, args []string) ([]store.SnapActionResult, error) {
	var actions []*store.SnapAction
	for _, arg := range args {
		name, wanted, _ := strings.Cut(arg, "=")
		one := &store.SnapAction{Action: action, InstanceName: name}
		if number, err := snap.ParseRevision(wanted); err == nil && wanted != "" && number.N > 0 {
			one.Revision = number
		} else {
			one.Channel = wanted
		}
		actions = append(actions, one)
	}
	results, _, err := d.st.SnapAction(context.Background(), nil, actions, nil, nil, nil)
	return results, err
}

// refresh NAME=REVISION@CHANNEL...: what is newer than the installed revisions.
func (d *device) refresh(args []string) (interface{}, error) {
	var current []*store.CurrentSnap
	var actions []*store.SnapAction
	for _, arg := range args {
		name, rest, _ := strings.Cut(arg, "=")
		number, tracking, _ := strings.Cut(rest, "@")
		info, err := d.st.SnapInfo(context.Background(), store.SnapSpec{Name: name}, nil)
		if err != nil {
			return nil, err
		}
		revision, err := snap.ParseRevision(number)
		if err != nil {
			return nil, err
		}
		current = append(current, &store.CurrentSnap{
			InstanceName: name, SnapID: info.SnapID, Revision: revision, TrackingChannel: tracking,
		})
		actions = append(actions, &store.SnapAction{Action: "refresh", SnapID: info.SnapID, InstanceName: name})
	}
	results, _, err := d.st.SnapAction(context.Background(), current, actions, nil, nil, nil)
	found := []found{}
	for _, result := range results {
		found = append(found, describe(result.Info))
	}
	// A snap without anything newer is reported as an error of its own, beside the results.
	if failure, ok := err.(*store.SnapActionError); ok {
		for _, reason := range failure.Refresh {
			if reason != store.ErrNoUpdateAvailable {
				return nil, err
			}
		}
		return found, nil
	}
	return found, err
}

// verified-download NAME[=CHANNEL or REVISION] DIRECTORY [CUT]: downloads, resuming after CUT bytes, and has snapd's
// database check the whole chain of assertions of the file.
func (d *device) verifiedDownload(args []string) (interface{}, error) {
	results, err := d.actions("download", args[:1])
	if err != nil {
		return nil, err
	}
	info := results[0].Info
	target := filepath.Join(args[1], fmt.Sprintf("%s_%s.snap", info.SnapName(), info.Revision))
	if len(args) > 2 {
		if err := d.cut(info, target, args[2]); err != nil {
			return nil, err
		}
	}
	err = d.st.Download(context.Background(), info.SnapName(), target, &info.DownloadInfo, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	digest, size, err := asserts.SnapFileSHA3_384(target)
	if err != nil {
		return nil, err
	}
	if err := d.trust(); err != nil {
		return nil, err
	}
	fetcher := asserts.NewFetcher(d.database, d.retrieve, d.add)
	if err := snapasserts.FetchSnapAssertions(fetcher, digest, ""); err != nil {
		return nil, err
	}
	side := &snap.SideInfo{RealName: info.SnapName(), SnapID: info.SnapID, Revision: info.Revision}
	if _, err := snapasserts.CrossCheck(info.SnapName(), digest, "", size, side, nil, d.database); err != nil {
		return nil, err
	}
	result := describe(info)
	result.Extra = map[string]string{"sha3-384": digest, "path": target}
	return result, nil
}

// cut leaves the beginning of a download behind, as a connection that broke does.
func (d *device) cut(info *snap.Info, target, count string) error {
	body, _, err := d.st.DownloadStream(context.Background(), info.SnapName(), &info.DownloadInfo, 0, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	var length int
	if _, err := fmt.Sscan(count, &length); err != nil {
		return err
	}
	begin := make([]byte, length)
	if _, err := io.ReadFull(body, begin); err != nil {
		return err
	}
	return os.WriteFile(target+".partial", begin, 0o600)
}

func (d *device) retrieve(ref *asserts.Ref) (asserts.Assertion, error) {
	return d.st.Assertion(ref.Type, ref.PrimaryKey, nil)
}

func (d *device) add(assertion asserts.Assertion) error {
	err := d.database.Add(assertion)
	if _, ok := err.(*asserts.RevisionError); ok {
		return nil
	}
	return err
}

// trust opens a database whose only trusted key is the one of the given id: an id is the digest of its key, so it does
// not matter who hands the key out.
func (d *device) trust() error {
	key, err := d.st.Assertion(asserts.AccountKeyType, []string{d.rootID}, nil)
	if err != nil {
		return err
	}
	if id := key.(*asserts.AccountKey).PublicKeyID(); id != d.rootID {
		return fmt.Errorf("the store gave the key %s", id)
	}
	account, err := d.st.Assertion(asserts.AccountType, []string{key.HeaderString("account-id")}, nil)
	if err != nil {
		return err
	}
	// snapd takes for granted what it is told to trust, and here it came from the store.
	public, err := asserts.DecodePublicKey(key.Body())
	if err != nil {
		return err
	}
	if public.ID() != d.rootID {
		return fmt.Errorf("the store gave the key %s for %s", public.ID(), d.rootID)
	}
	for _, trusted := range []asserts.Assertion{key, account} {
		if err := asserts.SignatureCheck(trusted, public); err != nil {
			return err
		}
	}
	d.database, err = asserts.OpenDatabase(&asserts.DatabaseConfig{
		Backstore: asserts.NewMemoryBackstore(), Trusted: []asserts.Assertion{account, key},
	})
	return err
}

// ack FILE: what `snap ack` does with a file: all of it or nothing.
func (d *device) ack(args []string) (interface{}, error) {
	if err := d.trust(); err != nil {
		return nil, err
	}
	file, err := os.Open(args[0])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	batch := asserts.NewBatch(nil)
	refs, err := batch.AddStream(file)
	if err != nil {
		return nil, err
	}
	return len(refs), batch.CommitTo(d.database, &asserts.CommitOptions{Precheck: true})
}

// sequence TYPE KEY...: the latest point of a sequence.
func (d *device) sequence(args []string) (interface{}, error) {
	assertion, err := d.st.SeqFormingAssertion(asserts.Type(args[0]), args[1:], 0, nil)
	if err != nil {
		return nil, err
	}
	return assertion.Headers(), nil
}

// fetch-assertions NAME...: the bulk way in which snapd updates declarations.
func (d *device) fetchAssertions(args []string) (interface{}, error) {
	if err := d.trust(); err != nil {
		return nil, err
	}
	pool := asserts.NewPool(d.database, 16)
	for _, name := range args {
		info, err := d.st.SnapInfo(context.Background(), store.SnapSpec{Name: name}, nil)
		if err != nil {
			return nil, err
		}
		ref := &asserts.Ref{Type: asserts.SnapDeclarationType, PrimaryKey: []string{"16", info.SnapID}}
		at := &asserts.AtRevision{Ref: *ref, Revision: asserts.RevisionNotKnown}
		if err := pool.AddUnresolved(at, "declarations"); err != nil {
			return nil, err
		}
	}
	for round := 0; round < 10; round++ {
		_, results, err := d.st.SnapAction(context.Background(), nil, nil, pool, nil, nil)
		if failure, ok := err.(*store.SnapActionError); ok && failure.NoResults {
			break
		}
		if err != nil {
			return nil, err
		}
		for _, result := range results {
			batch := asserts.NewBatch(nil)
			if err := d.st.DownloadAssertions(result.StreamURLs, batch, nil); err != nil {
				return nil, err
			}
			if _, err := pool.AddBatch(batch, result.Grouping); err != nil {
				return nil, err
			}
		}
	}
	if err := pool.CommitTo(d.database); err != nil {
		return nil, err
	}
	return len(args), nil
}

type names map[string]string

func (n names) AddSnap(name, version, summary string, commands []string) error {
	n[name] = version
	return nil
}

// catalog: the daily list of sections and names.
func (d *device) catalog([]string) (interface{}, error) {
	if _, err := d.st.Sections(context.Background(), nil); err != nil {
		return nil, err
	}
	all := names{}
	return all, d.st.WriteCatalogs(context.Background(), &strings.Builder{}, all)
}
