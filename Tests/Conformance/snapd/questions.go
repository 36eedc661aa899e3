package main

import (
	"context"
	"flag"
	"strings"

	"github.com/snapcore/snapd/snap"
	"github.com/snapcore/snapd/store"
)

// described is what snapd understood of one snap.
type described struct {
	Name          string                           `json:"name"`
	SnapID        string                           `json:"snap-id"`
	Revision      int                              `json:"revision"`
	Version       string                           `json:"version"`
	Channel       string                           `json:"channel,omitempty"`
	Redirect      string                           `json:"redirect-channel,omitempty"`
	Type          string                           `json:"type"`
	Base          string                           `json:"base,omitempty"`
	Confinement   string                           `json:"confinement"`
	Epoch         string                           `json:"epoch"`
	Publisher     snap.StoreAccount                `json:"publisher"`
	Title         string                           `json:"title,omitempty"`
	Summary       string                           `json:"summary,omitempty"`
	Architectures []string                         `json:"architectures"`
	Size          int64                            `json:"size"`
	SHA3          string                           `json:"sha3-384"`
	URL           string                           `json:"download-url"`
	Channels      map[string]*snap.ChannelSnapInfo `json:"channels,omitempty"`
	Tracks        []string                         `json:"tracks,omitempty"`
	Media         snap.MediaInfos                  `json:"media,omitempty"`
}

func describe(info *snap.Info) described {
	return described{
		Name: info.SnapName(), SnapID: info.SnapID, Revision: info.Revision.N, Version: info.Version,
		Channel: info.Channel, Type: string(info.Type()), Base: info.Base, Confinement: string(info.Confinement),
		Epoch: info.Epoch.String(), Publisher: info.Publisher, Title: info.Title(), Summary: info.Summary(),
		Architectures: info.Architectures, Size: info.Size, SHA3: info.Sha3_384, URL: info.DownloadURL,
		Channels: info.Channels, Tracks: info.Tracks, Media: info.Media,
	}
}

func info(device *device, arguments []string) (interface{}, error) {
	name := parse(flag.NewFlagSet("info", flag.ExitOnError), arguments, 1, 1)[0]
	found, err := device.store.SnapInfo(context.Background(), store.SnapSpec{Name: name}, nil)
	if err != nil {
		return nil, err
	}
	return describe(found), nil
}

func find(device *device, arguments []string) (interface{}, error) {
	query := parse(flag.NewFlagSet("find", flag.ExitOnError), arguments, 0, -1)
	found, err := device.store.Find(context.Background(), &store.Search{Query: strings.Join(query, " ")}, nil)
	if err != nil {
		return nil, err
	}
	answer := make([]described, 0, len(found))
	for _, info := range found {
		answer = append(answer, describe(info))
	}
	return answer, nil
}

func categories(device *device, arguments []string) (interface{}, error) {
	parse(flag.NewFlagSet("categories", flag.ExitOnError), arguments, 0, 0)
	return device.store.Sections(context.Background(), nil)
}

// catalogued collects what snapd would offer when a command is not found.
type catalogued map[string][]string

func (all catalogued) AddSnap(name, version, summary string, programs []string) error {
	all[name] = programs
	return nil
}

func catalog(device *device, arguments []string) (interface{}, error) {
	parse(flag.NewFlagSet("catalog", flag.ExitOnError), arguments, 0, 0)
	var names strings.Builder
	programs := catalogued{}
	if err := device.store.WriteCatalogs(context.Background(), &names, programs); err != nil {
		return nil, err
	}
	return map[string]interface{}{"names": strings.Fields(names.String()), "programs": programs}, nil
}

func connectivity(device *device, arguments []string) (interface{}, error) {
	parse(flag.NewFlagSet("connectivity", flag.ExitOnError), arguments, 0, 0)
	return device.store.ConnectivityCheck()
}
