/// A type of assertion: what identifies one and who may sign it. Source: snapd, package `asserts`.
public struct AssertionType: Hashable, Sendable {
  /// As in the header `type`.
  public let name: String
  /// The headers that identify an assertion of this type, in order.
  public let primaryKey: [String]
  /// Parts of the key that may be left out, and what they are then.
  public let optionalKeyDefaults: [String: String]
  /// Whether the last part of the key is a number that counts from 1, of which clients ask the latest.
  public let isSequence: Bool
  /// Whether an account signs it. Otherwise a key of its own does (a device's), and it has no `authority-id`.
  public let hasAuthority: Bool
  /// The newest format whose meaning this program knows.
  public let maximumFormat: Int

  /// What this program knows by the name, if it does.
  public init?(name: String) {
    guard let type = Self.byName[name] else { return nil }
    self = type
  }

  private init(
    _ name: String, _ primaryKey: [String], defaults: [String: String] = [:], isSequence: Bool = false,
    hasAuthority: Bool = true, maximumFormat: Int = 0
  ) {
    self.name = name
    self.primaryKey = primaryKey
    optionalKeyDefaults = defaults
    self.isSequence = isSequence
    self.hasAuthority = hasAuthority
    self.maximumFormat = maximumFormat
  }

  /// By name, which is unique.
  public static func == (left: AssertionType, right: AssertionType) -> Bool { left.name == right.name }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
  /// The provenance of whatever came to the store by an ordinary upload.
  static let ordinaryProvenance = "global-upload"
}

extension AssertionType {
  /// Somebody who publishes or signs.
  public static let account = AssertionType("account", ["account-id"])
  /// A key of an account.
  public static let accountKey = AssertionType("account-key", ["public-key-sha3-384"], maximumFormat: 1)
  /// A store, and where it answers.
  public static let store = AssertionType("store", ["store"])
  /// The policy for interfaces that snapd is built with.
  public static let baseDeclaration = AssertionType("base-declaration", ["series"])
  /// The name and publisher of a snap.
  public static let snapDeclaration = AssertionType("snap-declaration", ["series", "snap-id"], maximumFormat: 7)
  /// That a file is a revision of a snap.
  public static let snapRevision = AssertionType(
    "snap-revision", ["snap-sha3-384", "provenance"], defaults: ["provenance": ordinaryProvenance])
  /// That a file is a revision of a component.
  public static let snapResourceRevision = AssertionType(
    "snap-resource-revision", ["snap-id", "resource-name", "resource-sha3-384", "provenance"],
    defaults: ["provenance": ordinaryProvenance])
  /// That a revision of a component works with a revision of its snap.
  public static let snapResourcePair = AssertionType(
    "snap-resource-pair", ["snap-id", "resource-name", "resource-revision", "snap-revision", "provenance"],
    defaults: ["provenance": ordinaryProvenance])
  /// Who may develop a snap.
  public static let snapDeveloper = AssertionType("snap-developer", ["snap-id", "publisher-id"])
  /// A developer's word on what they built.
  public static let snapBuild = AssertionType("snap-build", ["snap-sha3-384"])
  /// That a gated snap's revision is accepted.
  public static let validation = AssertionType(
    "validation", ["series", "snap-id", "approved-snap-id", "approved-snap-revision"])
  /// Which snaps at which revisions belong together.
  public static let validationSet = AssertionType(
    "validation-set", ["series", "account-id", "name", "sequence"], isSequence: true)
  /// A model of device.
  public static let model = AssertionType("model", ["series", "brand-id", "model"])
  /// One device.
  public static let serial = AssertionType("serial", ["brand-id", "model", "serial"])
  /// A user that devices shall have.
  public static let systemUser = AssertionType("system-user", ["brand-id", "email"], maximumFormat: 2)
  /// A preseeded system.
  public static let preseed = AssertionType("preseed", ["series", "brand-id", "model", "system-label"])
  /// A repair for devices.
  public static let repair = AssertionType("repair", ["brand-id", "repair-id"], isSequence: true)
  /// A schema of configuration.
  public static let confdbSchema = AssertionType("confdb-schema", ["account-id", "name"])
  /// A key that its owner wants to have registered.
  public static let accountKeyRequest = AssertionType(
    "account-key-request", ["public-key-sha3-384"], hasAuthority: false)
  /// A device that wants a serial.
  public static let serialRequest = AssertionType("serial-request", [], hasAuthority: false)
  /// A device that wants a session with the store.
  public static let deviceSessionRequest = AssertionType(
    "device-session-request", ["brand-id", "model", "serial"], hasAuthority: false)
  /// Whom a device lets change its configuration.
  public static let confdbControl = AssertionType(
    "confdb-control", ["brand-id", "model", "serial"], hasAuthority: false)
  /// A device's answer to a message.
  public static let responseMessage = AssertionType(
    "response-message", ["account-id", "message-id", "device"], hasAuthority: false)

  /// Every type that can be read here.
  public static let all: [AssertionType] = [
    account, accountKey, store, baseDeclaration, snapDeclaration, snapRevision, snapResourceRevision,
    snapResourcePair, snapDeveloper, snapBuild, validation, validationSet, model, serial, systemUser, preseed,
    repair, confdbSchema, accountKeyRequest, serialRequest, deviceSessionRequest, confdbControl, responseMessage,
  ]
}
