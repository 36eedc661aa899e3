import Assertions
import Cryptography
import Foundation
import StoreModel

/// The word of the store: whatever it states is signed here. The same statement always has the same bytes.
struct StoreAuthority: Sendable {
  /// The account of root and store key.
  static let account = "simulated-store"

  let keys: SimulatorKeys

  /// The pin.
  var roots: TrustedRoots { TrustedRoots([keys.root.id]) }

  /// The account of the store with its keys: the end of every chain.
  func foundation() throws -> [Assertion] {
    [
      try accountKey(keys.root, of: Self.account, name: "root", signer: keys.root),
      try account(
        SeedPublisher(
          id: Self.account, username: Self.account, displayName: "Simulated Store", validation: .verified),
        signer: keys.root),
      try accountKey(keys.store, of: Self.account, name: "store", signer: keys.root),
    ]
  }

  /// Somebody who publishes or operates.
  func account(_ publisher: SeedPublisher) throws -> Assertion { try account(publisher, signer: keys.store) }

  /// The key with which the validation set is signed.
  func publisherKey() throws -> Assertion {
    try accountKey(keys.publisher, of: SeedPublisher.system.id, name: "default", signer: keys.store)
  }

  /// The key with which the brand signs models and serials.
  func brandKey() throws -> Assertion {
    try accountKey(keys.brand, of: SeedPublisher.acme.id, name: "devices", signer: keys.store)
  }

  /// A store of a brand: it has no address.
  func store(_ store: SeedStore) throws -> Assertion {
    try sign(
      .store,
      [
        "store": .text(store.id.description), "operator-id": .text(store.brand.id),
        "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ])
  }

  /// The name and publisher of a snap: one assertion for each format that it has, the oldest first.
  func declarations(of snap: SimulatedSnap) throws -> [Assertion] {
    let headers: [String: HeaderValue] = [
      "series": "16", "snap-id": .text(snap.snapID.description), "snap-name": .text(snap.name.description),
      "publisher-id": .text(snap.seed.publisher.id), "timestamp": .text(StoreTime.text(StoreTime.opening)),
    ]
    var declarations = [try sign(.snapDeclaration, headers)]
    if snap.seed.hasNewDeclaration {
      var newer = headers
      newer["format"] = "1"
      newer["revision"] = "1"
      newer["plugs"] = ["content": ["allow-auto-connection": "true"]]
      declarations.append(try sign(.snapDeclaration, newer))
    }
    return declarations
  }

  /// That a file is a revision.
  func revision(_ revision: StoredRevision, of snap: SimulatedSnap) throws -> Assertion {
    try sign(
      .snapRevision,
      [
        "snap-sha3-384": .text(revision.file.digest.base64URL), "snap-size": .text(String(revision.file.size)),
        "snap-id": .text(snap.snapID.description), "snap-revision": .text(revision.number.description),
        "developer-id": .text(snap.seed.publisher.id), "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ])
  }

  /// A registered proxy.
  /// - Parameter revision: Counts up with each new address.
  func store(_ id: String, url: String, operatorID: String, revision: Int, at time: Date) throws -> Assertion {
    try sign(
      .store,
      [
        "store": .text(id), "operator-id": .text(operatorID), "url": .text(url), "revision": .text(String(revision)),
        "timestamp": .text(StoreTime.text(time)),
      ])
  }

  /// What devices of that name are made of: a classic system.
  func model(_ name: String) throws -> Assertion {
    try sign(
      .model,
      [
        "series": "16", "brand-id": .text(Self.account), "model": .text(name), "classic": "true",
        "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ])
  }

  /// That a device is one of a model.
  func serial(
    _ serial: String, model: String, deviceKey: AssertionPublicKey, encoding: String
  ) throws -> Assertion {
    try sign(
      .serial,
      [
        "brand-id": .text(Self.account), "model": .text(model), "serial": .text(serial),
        "device-key": .text(encoding), "device-key-sha3-384": .text(deviceKey.id.base64URL),
        "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ])
  }

  /// A set of snaps at revisions: the publisher's word.
  func validationSet(_ name: String, sequence: Int, snaps: [(SimulatedSnap, Revision)]) throws -> Assertion {
    let entries = snaps.map { snap, revision -> HeaderValue in
      [
        "name": .text(snap.name.description), "id": .text(snap.snapID.description),
        "revision": .text(revision.description), "presence": "required",
      ]
    }
    return try keys.publisher.sign(
      type: .validationSet,
      headers: [
        "authority-id": .text(SeedPublisher.system.id), "series": "16", "account-id": .text(SeedPublisher.system.id),
        "name": .text(name), "sequence": .text(String(sequence)), "snaps": .list(entries),
        "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ], at: StoreTime.opening)
  }

  private func account(_ publisher: SeedPublisher, signer: SigningKey) throws -> Assertion {
    try sign(
      .account,
      [
        "account-id": .text(publisher.id), "username": .text(publisher.username),
        "display-name": .text(publisher.displayName), "validation": .text(publisher.validation.rawValue),
        "timestamp": .text(StoreTime.text(StoreTime.opening)),
      ], signer: signer)
  }

  private func accountKey(
    _ key: SigningKey, of account: String, name: String, signer: SigningKey
  ) throws -> Assertion {
    try sign(
      .accountKey,
      [
        "public-key-sha3-384": .text(key.id.base64URL), "account-id": .text(account), "name": .text(name),
        "since": .text(StoreTime.text(StoreTime.opening)),
      ], body: Array(key.publicKeyEncoding.utf8), signer: signer)
  }

  private func sign(
    _ type: AssertionType, _ headers: [String: HeaderValue], body: [UInt8] = [], signer: SigningKey? = nil
  ) throws -> Assertion {
    var headers = headers
    headers["authority-id"] = .text(Self.account)
    return try (signer ?? keys.store).sign(type: type, headers: headers, body: body, at: StoreTime.opening)
  }
}
