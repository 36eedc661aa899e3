package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/asserts/snapasserts"
	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/snap/naming"
	"github.com/snapcore/snapd/store"
)

// enforce ACCOUNT SET SNAP=REVISION...: what `snap validate --enforce` and the refresh after it do: the latest point of the
// set, checked by snapd's database, then each snap as the set asks for it, at last the set against what is installed.
func (d *device) enforce(args []string) (interface{}, error) {
	if err := d.trust(); err != nil {
		return nil, err
	}
	latest, err := d.st.SeqFormingAssertion(asserts.ValidationSetType, []string{"16", args[0], args[1]}, 0, nil)
	if err != nil {
		return nil, err
	}
	set := latest.(*asserts.ValidationSet)
	if err := asserts.NewFetcher(d.database, d.retrieve, d.add).Save(set); err != nil {
		return nil, err
	}
	sets := snapasserts.NewValidationSets()
	if err := sets.Add(set); err != nil {
		return nil, err
	}
	var current []*store.CurrentSnap
	var actions []*store.SnapAction
	revisions := map[string]snap.Revision{}
	for _, arg := range args[2:] {
		name, number, _ := strings.Cut(arg, "=")
		info, err := d.st.SnapInfo(context.Background(), store.SnapSpec{Name: name}, nil)
		if err != nil {
			return nil, err
		}
		if revisions[name], err = snap.ParseRevision(number); err != nil {
			return nil, err
		}
		keys, required, err := sets.CheckPresenceRequired(naming.Snap(name))
		if err != nil {
			return nil, err
		}
		current = append(current, &store.CurrentSnap{
			InstanceName: name, SnapID: info.SnapID, Revision: revisions[name], TrackingChannel: "latest/stable",
		})
		// As snapd does: nothing is asked for a snap that is as it must be.
		if required == revisions[name] {
			continue
		}
		one := &store.SnapAction{Action: "refresh", SnapID: info.SnapID, InstanceName: name, Revision: required}
		for _, key := range keys {
			one.ValidationSets = append(one.ValidationSets, strings.Split(key, "/"))
		}
		actions = append(actions, one)
	}
	results, _, err := d.st.SnapAction(context.Background(), current, actions, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	for _, result := range results {
		// snapd would print that the channel which the snap follows is closed.
		if result.Channel != "" {
			return nil, fmt.Errorf("%s was asked for by revision, and came from channel %s", result.SnapName(), result.Channel)
		}
		revisions[result.SnapName()] = result.Revision
	}
	var installed []*snapasserts.InstalledSnap
	for _, one := range current {
		installed = append(installed, snapasserts.NewInstalledSnap(one.InstanceName, one.SnapID, revisions[one.InstanceName]))
	}
	return revisions, sets.CheckInstalledSnaps(installed, nil)
}

// gated-refresh GATING=REVISION GATED=REVISION: what an automatic refresh of a gated snap does: only what the gating snap's
// publisher accepted is offered, and snapd finds the validation that says so.
func (d *device) gatedRefresh(args []string) (interface{}, error) {
	if err := d.trust(); err != nil {
		return nil, err
	}
	var current []*store.CurrentSnap
	for _, arg := range args {
		name, number, _ := strings.Cut(arg, "=")
		info, err := d.st.SnapInfo(context.Background(), store.SnapSpec{Name: name}, nil)
		if err != nil {
			return nil, err
		}
		revision, err := snap.ParseRevision(number)
		if err != nil {
			return nil, err
		}
		current = append(current, &store.CurrentSnap{
			InstanceName: name, SnapID: info.SnapID, Revision: revision, TrackingChannel: "latest/stable",
		})
	}
	gating, gated := current[0], current[1]
	action := &store.SnapAction{Action: "refresh", SnapID: gated.SnapID, InstanceName: gated.InstanceName}
	results, _, err := d.st.SnapAction(context.Background(), current, []*store.SnapAction{action}, nil, nil, nil)
	if failure, ok := err.(*store.SnapActionError); ok && failure.Refresh[gated.InstanceName] == store.ErrNoUpdateAvailable {
		return "no update", nil
	}
	if err != nil {
		return nil, err
	}
	candidate := results[0].Revision
	ref := &asserts.Ref{
		Type: asserts.ValidationType, PrimaryKey: []string{"16", gating.SnapID, gated.SnapID, candidate.String()},
	}
	if err := asserts.NewFetcher(d.database, d.retrieve, d.add).Fetch(ref); err != nil {
		return nil, fmt.Errorf("no validation by %q: %v", gating.InstanceName, err)
	}
	validation, err := ref.Resolve(d.database.Find)
	if err != nil {
		return nil, err
	}
	if validation.(*asserts.Validation).Revoked() {
		return nil, fmt.Errorf("the validation of %s was taken back", candidate)
	}
	return candidate.N, nil
}
