package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/snapcore/snapd/asserts"
)

// register MODEL-FILE [SERVICE-URL] [HEADER=VALUE...]: asks the store for a serial as snapd's device manager does, with the
// requests that it makes, and has snapd's database check the serial. A service is the gadget's device-service.url, the
// headers are its device-service.headers.
func (d *device) register(args []string) (interface{}, error) {
	text, err := os.ReadFile(args[0])
	if err != nil {
		return nil, err
	}
	assertion, err := asserts.Decode(text)
	if err != nil {
		return nil, err
	}
	model := assertion.(*asserts.Model)
	headers := http.Header{"User-Agent": {"snapd"}}
	for _, arg := range args[1:] {
		if strings.Contains(arg, "://") {
			// With a service of its own, snapd asks a proxy first whether it knows the way.
			if err := d.probe(); err != nil {
				return nil, err
			}
			headers.Set("X-Snap-Device-Service-URL", arg)
			continue
		}
		name, value, _ := strings.Cut(arg, "=")
		headers.Set(name, value)
	}
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	key := asserts.RSAPrivateKey(raw)
	public, err := asserts.EncodePublicKey(key.PublicKey())
	if err != nil {
		return nil, err
	}
	answer, err := post(d.base+"/api/v1/snaps/auth/request-id", headers, nil)
	if err != nil {
		return nil, err
	}
	var id struct {
		RequestID string `json:"request-id"`
	}
	if err := json.Unmarshal(answer, &id); err != nil {
		return nil, err
	}
	request, err := asserts.SignWithoutAuthority(asserts.SerialRequestType, map[string]interface{}{
		"brand-id": model.BrandID(), "model": model.Model(), "request-id": id.RequestID, "device-key": string(public),
	}, nil, key)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	encoder := asserts.NewEncoder(&body)
	for _, one := range []asserts.Assertion{request, model} {
		if err := encoder.Encode(one); err != nil {
			return nil, err
		}
	}
	headers.Set("Content-Type", asserts.MediaType)
	headers.Set("Snap-Device-Capabilities", "serial-stream")
	answer, err = post(d.base+"/api/v1/snaps/auth/devices", headers, body.Bytes())
	if err != nil {
		return nil, err
	}
	given, err := asserts.Decode(answer)
	if err != nil {
		return nil, err
	}
	serial, ok := given.(*asserts.Serial)
	if !ok {
		return nil, fmt.Errorf("no serial but a %s", given.Type().Name)
	}
	if serial.BrandID() != model.BrandID() || serial.Model() != model.Model() ||
		serial.DeviceKey().ID() != key.PublicKey().ID() {
		return nil, errors.New("a serial of another device")
	}
	if err := d.trust(); err != nil {
		return nil, err
	}
	fetcher := asserts.NewFetcher(d.database, d.retrieve, d.add)
	if err := fetcher.Save(serial); err != nil {
		return nil, err
	}
	return map[string]string{"serial": serial.Serial()}, nil
}

func (d *device) probe() error {
	answer, err := http.Head(d.base)
	if err != nil {
		return err
	}
	answer.Body.Close()
	version := 0
	fmt.Sscan(answer.Header.Get("Snap-Store-Version"), &version)
	if answer.StatusCode != 200 || version < 6 {
		return fmt.Errorf("status %d and version %d: snapd would go past the proxy", answer.StatusCode, version)
	}
	return nil
}

func post(url string, headers http.Header, body []byte) ([]byte, error) {
	request, err := http.NewRequest("POST", url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = headers
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("status %d: %s", answer.StatusCode, text)
	}
	return text, nil
}
