package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/snapcore/snapd/progress"
	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/store"
)

// wanted is what may be said of a snap to install.
type wanted struct {
	channel  string
	revision int
}

func (wanted *wanted) declare(options *flag.FlagSet) {
	options.StringVar(&wanted.channel, "channel", "", "where to take it from")
	options.IntVar(&wanted.revision, "revision", 0, "which revision to take")
}

// resolve asks as 'snap install' and 'snap download' do.
func (device *device) resolve(action, name string, wanted wanted) (*store.SnapActionResult, error) {
	question := &store.SnapAction{Action: action, InstanceName: name, Channel: wanted.channel}
	if wanted.revision != 0 {
		question.Revision = snap.R(wanted.revision)
	} else if wanted.channel == "" {
		question.Channel = "stable"
	}
	results, _, err := device.store.SnapAction(
		context.Background(), nil, []*store.SnapAction{question}, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		return nil, fmt.Errorf("asked for one snap, the store answered with %d", len(results))
	}
	return &results[0], nil
}

func describeResult(result *store.SnapActionResult) described {
	answer := describe(result.Info)
	answer.Redirect = result.RedirectChannel
	return answer
}

func install(device *device, arguments []string) (interface{}, error) {
	options := flag.NewFlagSet("install", flag.ExitOnError)
	var wanted wanted
	wanted.declare(options)
	name := parse(options, arguments, 1, 1)[0]
	result, err := device.resolve("install", name, wanted)
	if err != nil {
		return nil, err
	}
	return describeResult(result), nil
}

// installed is one snap of a device, as the file for 'refresh' tells it.
type installed struct {
	Name     string `json:"name"`
	SnapID   string `json:"snap-id"`
	Revision int    `json:"revision"`
	Channel  string `json:"channel"`
	// Block holds revisions that the device does not want again.
	Block []int `json:"block"`
}

func refresh(device *device, arguments []string) (interface{}, error) {
	path := parse(flag.NewFlagSet("refresh", flag.ExitOnError), arguments, 1, 1)[0]
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var snaps []installed
	if err := json.Unmarshal(text, &snaps); err != nil {
		return nil, fmt.Errorf("%s is not a list of snaps: %v", path, err)
	}
	var current []*store.CurrentSnap
	var questions []*store.SnapAction
	for _, one := range snaps {
		var block []snap.Revision
		for _, number := range one.Block {
			block = append(block, snap.R(number))
		}
		current = append(current, &store.CurrentSnap{
			InstanceName: one.Name, SnapID: one.SnapID, Revision: snap.R(one.Revision), TrackingChannel: one.Channel,
			Block: block, Epoch: snap.E("0"),
		})
		questions = append(questions, &store.SnapAction{
			Action: "refresh", InstanceName: one.Name, SnapID: one.SnapID, Channel: one.Channel,
		})
	}
	// A real device salts the keys that it makes of its instances' names.
	opts := &store.RefreshOptions{PrivacyKey: "conformance"}
	results, _, err := device.store.SnapAction(context.Background(), current, questions, nil, nil, opts)
	answer := make([]described, 0, len(results))
	if refusal, ok := err.(*store.SnapActionError); ok && (refusal.NoResults || onlyUpToDate(refusal)) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for i := range results {
		answer = append(answer, describeResult(&results[i]))
	}
	return answer, nil
}

// onlyUpToDate tells whether nothing worse was said than that there is nothing newer.
func onlyUpToDate(refusal *store.SnapActionError) bool {
	for _, err := range refusal.Refresh {
		if err != store.ErrNoUpdateAvailable {
			return false
		}
	}
	return len(refusal.Install) == 0 && len(refusal.Download) == 0 && len(refusal.Other) == 0
}

// fetched is a file that snapd's code has downloaded, and the digest of which it has compared.
type fetched struct {
	Path string `json:"path"`
	described
}

func (device *device) fetch(command string, arguments []string) (*fetched, error) {
	options := flag.NewFlagSet(command, flag.ExitOnError)
	var wanted wanted
	wanted.declare(options)
	directory := options.String("directory", ".", "where to put the file")
	cut := options.Int64("cut-after", 0, "pretend that an earlier download broke off after so many bytes")
	name := parse(options, arguments, 1, 1)[0]

	result, err := device.resolve("download", name, wanted)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(*directory, fmt.Sprintf("%s_%s.snap", name, result.Revision))
	if *cut > 0 {
		if err := leavePartial(path+".partial", result.DownloadURL, *cut); err != nil {
			return nil, err
		}
	}
	if err := device.store.Download(
		context.Background(), name, path, &result.DownloadInfo, progress.Null, nil, nil); err != nil {
		return nil, err
	}
	return &fetched{Path: path, described: describeResult(result)}, nil
}

// leavePartial writes what a download that broke off leaves.
func leavePartial(path, address string, length int64) error {
	response, err := http.Get(address)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("cannot download %s: %s", address, response.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(file, response.Body, length); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

func download(device *device, arguments []string) (interface{}, error) {
	return device.fetch("download", arguments)
}
