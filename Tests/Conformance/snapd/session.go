package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/snapcore/snapd/asserts"
	"github.com/snapcore/snapd/overlord/auth"
	"github.com/snapcore/snapd/store"
)

// session is a device that has a model and a serial: what snapd's device manager is to its store client.
type session struct {
	model  *asserts.Model
	serial *asserts.Serial
	key    asserts.PrivateKey
	state  auth.DeviceState
	// How often the client was given a session.
	given int
}

func newSession(directory string) (*session, error) {
	model, err := readAssertion(filepath.Join(directory, "model"))
	if err != nil {
		return nil, err
	}
	serial, err := readAssertion(filepath.Join(directory, "serial"))
	if err != nil {
		return nil, err
	}
	key, err := readKey(filepath.Join(directory, "device.pem"))
	if err != nil {
		return nil, err
	}
	s := &session{model: model.(*asserts.Model), serial: serial.(*asserts.Serial), key: asserts.RSAPrivateKey(key)}
	s.state = auth.DeviceState{
		Brand: s.serial.BrandID(), Model: s.serial.Model(), Serial: s.serial.Serial(), KeyID: s.key.PublicKey().ID(),
	}
	// A session that the store never gave, as after a change of its secret: the client has to ask for another.
	if stale, err := os.ReadFile(filepath.Join(directory, "session")); err == nil {
		s.state.SessionMacaroon = string(stale)
	}
	return s, nil
}

// readKey reads PEM, PKCS#1 or PKCS#8.
func readKey(path string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM", path)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is no key of RSA", path)
	}
	return private, nil
}

func readAssertion(path string) (asserts.Assertion, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return asserts.Decode(text)
}

func (s *session) Device() (*auth.DeviceState, error) {
	copied := s.state
	return &copied, nil
}

func (s *session) UpdateDeviceAuth(device *auth.DeviceState, macaroon string) (*auth.DeviceState, error) {
	s.given++
	s.state.SessionMacaroon = macaroon
	return s.Device()
}

func (s *session) UpdateUserAuth(user *auth.UserState, discharges []string) (*auth.UserState, error) {
	return user, nil
}

func (s *session) StoreID(fallback string) (string, error) {
	if s.model.Store() != "" {
		return s.model.Store(), nil
	}
	return fallback, nil
}

func (s *session) DeviceSessionRequestParams(nonce string) (*store.DeviceSessionRequestParams, error) {
	request, err := asserts.SignWithoutAuthority(asserts.DeviceSessionRequestType, map[string]interface{}{
		"brand-id": s.serial.BrandID(), "model": s.serial.Model(), "serial": s.serial.Serial(), "nonce": nonce,
		"timestamp": time.Now().UTC().Format(time.RFC3339),
	}, nil, s.key)
	if err != nil {
		return nil, err
	}
	return &store.DeviceSessionRequestParams{
		Request: request.(*asserts.DeviceSessionRequest), Serial: s.serial, Model: s.model,
	}, nil
}

func (s *session) ProxyStoreParams(defaultURL *url.URL) (string, *url.URL, error) {
	return "", defaultURL, nil
}

func (s *session) CloudInfo() (*auth.CloudInfo, error) { return nil, nil }

// session NAME...: installs, and says how often a session was given, and which.
func (d *device) installInSession(args []string) (interface{}, error) {
	installed, err := d.install(args)
	if err != nil {
		return nil, err
	}
	return map[string]interface{}{
		"installed": installed, "given": d.session.given, "session": d.session.state.SessionMacaroon,
	}, nil
}
