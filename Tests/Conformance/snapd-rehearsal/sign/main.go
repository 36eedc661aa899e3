// Signs an assertion whose headers are a JSON object on standard input:  sign KEY.pem [DEVICE-KEYS]
//
// With the folder of a device's keys, its only key becomes the headers device-key and device-key-sha3-384.
package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/snapcore/snapd/asserts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 1 || len(arguments) > 2 {
		return errors.New("usage: sign KEY.pem [DEVICE-KEYS] <headers.json")
	}
	key, err := privateKey(arguments[0])
	if err != nil {
		return err
	}
	headers := map[string]interface{}{}
	if err := json.NewDecoder(os.Stdin).Decode(&headers); err != nil {
		return err
	}
	if len(arguments) == 2 {
		if err := addDeviceKey(headers, arguments[1]); err != nil {
			return err
		}
	}
	name, _ := headers["type"].(string)
	kind := asserts.Type(name)
	if kind == nil {
		return fmt.Errorf("cannot sign: %q is no type of assertion", name)
	}
	delete(headers, "type")
	database, err := asserts.OpenDatabase(&asserts.DatabaseConfig{KeypairManager: asserts.NewMemoryKeypairManager()})
	if err != nil {
		return err
	}
	if err := database.ImportKey(key); err != nil {
		return err
	}
	assertion, err := database.Sign(kind, headers, nil, key.PublicKey().ID())
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(asserts.Encode(assertion))
	return err
}

func privateKey(path string) (asserts.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("cannot read %s: it is not PEM", path)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return asserts.RSAPrivateKey(key), nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %v", path, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot read %s: it is not an RSA key", path)
	}
	return asserts.RSAPrivateKey(key), nil
}

func addDeviceKey(headers map[string]interface{}, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "private-keys-v1", "*"))
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return fmt.Errorf("cannot tell the device's key: %s has %d keys", folder, len(files))
	}
	manager, err := asserts.OpenFSKeypairManager(folder)
	if err != nil {
		return err
	}
	key, err := manager.Get(filepath.Base(files[0]))
	if err != nil {
		return err
	}
	encoded, err := asserts.EncodePublicKey(key.PublicKey())
	if err != nil {
		return err
	}
	headers["device-key"] = string(encoded)
	headers["device-key-sha3-384"] = key.PublicKey().ID()
	return nil
}
