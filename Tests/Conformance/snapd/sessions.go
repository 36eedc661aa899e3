package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/snapcore/snapd/asserts"
)

// A device uses its key for life, and the server remembers no serial: so many are enough for any number of sessions.
const keysOfDevices, serialsOfDevices = 8, 100

// Who at once; more devices than one server answers in a moment.
const devicesAtOnce = 32

// sessions BRAND-KEY BRAND-ID STORE SNAP COUNT: has so many sessions issued to devices of the brand and tells, a line for
// each half, how long that took. Whatever costs the client time, keys and signatures, happens in between. At the end the
// last session must show a snap of the brand's that nobody sees without one.
func (d *device) sessions(args []string) (interface{}, error) {
	brandKey, err := readKey(args[0])
	if err != nil {
		return nil, err
	}
	signer, err := asserts.OpenDatabase(&asserts.DatabaseConfig{KeypairManager: asserts.NewMemoryKeypairManager()})
	if err != nil {
		return nil, err
	}
	if err := signer.ImportKey(asserts.RSAPrivateKey(brandKey)); err != nil {
		return nil, err
	}
	count, err := strconv.Atoi(args[4])
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: devicesAtOnce}, Timeout: 30 * time.Second}
	load := &sessionLoad{
		base: d.base, client: client, signer: signer, keyID: asserts.RSAPrivateKey(brandKey).PublicKey().ID(),
		brand: args[1], store: args[2],
	}
	if err := load.makeDevices(); err != nil {
		return nil, err
	}
	nonces := make([]string, count)
	if err := load.timed("nonces", count, func(number int) error {
		var answer struct{ Nonce string }
		err := load.post("/api/v1/snaps/auth/nonces", nil, &answer)
		nonces[number] = answer.Nonce
		return err
	}); err != nil {
		return nil, err
	}
	requests := make([][]byte, count)
	if err := load.timed("signatures", count, func(number int) (err error) {
		requests[number], err = load.request(number, nonces[number])
		return err
	}); err != nil {
		return nil, err
	}
	sessions := make([]string, count)
	if err := load.timed("sessions", count, func(number int) error {
		var answer struct{ Macaroon string }
		err := load.post("/api/v1/snaps/auth/sessions", requests[number], &answer)
		sessions[number] = answer.Macaroon
		return err
	}); err != nil {
		return nil, err
	}
	last := sessions[count-1]
	if seen, err := load.sees(args[3], ""); err != nil || seen {
		return nil, fmt.Errorf("everybody sees %s (%v)", args[3], err)
	}
	if seen, err := load.sees(args[3], last); err != nil || !seen {
		return nil, fmt.Errorf("a session does not show %s (%v)", args[3], err)
	}
	return map[string]string{"session": last}, nil
}

type sessionLoad struct {
	base         string
	client       *http.Client
	signer       *asserts.Database
	keyID        string
	brand, store string
	model        asserts.Assertion
	keys         []asserts.PrivateKey
	serials      []asserts.Assertion
}

func (l *sessionLoad) makeDevices() error {
	stamp := time.Now().UTC().Format(time.RFC3339)
	var err error
	l.model, err = l.signer.Sign(asserts.ModelType, map[string]interface{}{
		"authority-id": l.brand, "series": "16", "brand-id": l.brand, "model": "fleet", "store": l.store,
		"architecture": "amd64", "gadget": "pc", "kernel": "pc-kernel", "timestamp": stamp,
	}, nil, l.keyID)
	if err != nil {
		return err
	}
	l.keys = make([]asserts.PrivateKey, keysOfDevices)
	if err := concurrently(keysOfDevices, runtime.NumCPU(), func(number int) error {
		key, err := rsa.GenerateKey(rand.Reader, 4096)
		l.keys[number] = asserts.RSAPrivateKey(key)
		return err
	}); err != nil {
		return err
	}
	l.serials = make([]asserts.Assertion, serialsOfDevices)
	return concurrently(serialsOfDevices, runtime.NumCPU(), func(number int) error {
		key := l.key(number).PublicKey()
		encoded, err := asserts.EncodePublicKey(key)
		if err != nil {
			return err
		}
		l.serials[number], err = l.signer.Sign(asserts.SerialType, map[string]interface{}{
			"authority-id": l.brand, "brand-id": l.brand, "model": "fleet", "serial": strconv.Itoa(number),
			"device-key": string(encoded), "device-key-sha3-384": key.ID(), "timestamp": stamp,
		}, nil, l.keyID)
		return err
	})
}

func (l *sessionLoad) key(number int) asserts.PrivateKey {
	return l.keys[number%serialsOfDevices%keysOfDevices]
}

// request is the body with which a device asks for a session.
func (l *sessionLoad) request(number int, nonce string) ([]byte, error) {
	serial := l.serials[number%serialsOfDevices]
	request, err := asserts.SignWithoutAuthority(asserts.DeviceSessionRequestType, map[string]interface{}{
		"brand-id": l.brand, "model": "fleet", "serial": serial.HeaderString("serial"), "nonce": nonce,
		"timestamp": time.Now().UTC().Format(time.RFC3339),
	}, nil, l.key(number))
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{
		"device-session-request": string(asserts.Encode(request)), "serial-assertion": string(asserts.Encode(serial)),
		"model-assertion": string(asserts.Encode(l.model)),
	})
}

func (l *sessionLoad) post(path string, body []byte, answer interface{}) error {
	response, err := l.client.Post(l.base+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != 200 {
		return fmt.Errorf("status %d: %s", response.StatusCode, text)
	}
	return json.Unmarshal(text, answer)
}

func (l *sessionLoad) sees(name, session string) (bool, error) {
	request, err := http.NewRequest("GET", l.base+"/v2/snaps/info/"+name, nil)
	if err != nil {
		return false, err
	}
	request.Header.Set("Snap-Device-Series", "16")
	if session != "" {
		request.Header.Set("Snap-Device-Authorization", `Macaroon root="`+session+`"`)
	}
	response, err := l.client.Do(request)
	if err != nil {
		return false, err
	}
	response.Body.Close()
	if response.StatusCode != 200 && response.StatusCode != 404 {
		return false, fmt.Errorf("status %d", response.StatusCode)
	}
	return response.StatusCode == 200, nil
}

// timed does all of it and prints how many seconds that took.
func (l *sessionLoad) timed(what string, count int, body func(int) error) error {
	begin := time.Now()
	if err := concurrently(count, devicesAtOnce, body); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{what: time.Since(begin).Seconds()})
}

func concurrently(count, atOnce int, body func(int) error) error {
	numbers := make(chan int)
	failures := make(chan error, atOnce)
	var workers sync.WaitGroup
	for worker := 0; worker < atOnce; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			var failure error
			// Whoever failed lets the rest pass, so that nobody waits for a reader.
			for number := range numbers {
				if failure == nil {
					failure = body(number)
				}
			}
			if failure != nil {
				failures <- failure
			}
		}()
	}
	for number := 0; number < count; number++ {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
	close(failures)
	return <-failures
}
