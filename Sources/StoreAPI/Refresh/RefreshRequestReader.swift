public import JSONSupport
import StoreModel

/// Reads the body of a refresh; gives what the general decoder gives for the same bytes, apart from what no answer
/// depends on: dates and cohorts.
public enum RefreshRequestReader {
  /// - Throws: `JSONError` for what is no refresh request, for more of anything than ``RefreshLimits`` allows, and for what
  ///   is there twice.
  public static func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> RefreshRequest {
    var reader = JSONReader(bytes)
    var request = RefreshRequest(context: [], actions: [], fields: nil)
    var assertions = 0
    guard reader.isObject() else { throw JSONError(description: "an object expected") }
    try reader.object { name, value throws(JSONError) in
      switch name {
      case "context":
        try value.array { value throws(JSONError) in
          try require(request.context.count < RefreshLimits.context, "\(RefreshLimits.context) snaps of context")
          request.context.append(try installedSnap(&value))
        }
      case "actions":
        try value.array { value throws(JSONError) in
          try require(request.actions.count < RefreshLimits.actions, "\(RefreshLimits.actions) actions")
          request.actions.append(try action(&value, assertions: &assertions))
        }
      case "fields": request.fields = try strings(&value, limit: RefreshLimits.fields, "fields")
      case "assertion-max-formats": request.assertionMaxFormats = try formats(&value)
      default: try value.skipValue()
      }
    }
    try reader.finish()
    try requireDistinct(request)
    return request
  }

  private static func require(_ condition: Bool, _ limit: String) throws(JSONError) {
    guard condition else { throw JSONError(description: "there are more than \(limit)") }
  }

  /// An array of at most `limit` texts.
  private static func strings(
    _ reader: inout JSONReader, limit: Int, _ what: String
  ) throws(JSONError) -> [String] {
    var strings: [String] = []
    try reader.array { value throws(JSONError) in
      try require(strings.count < limit, "\(limit) \(what)")
      strings.append(try value.string())
    }
    return strings
  }

  /// snapd keeps snaps by their instance and groups of assertions by their key, and so asks for none twice.
  private static func requireDistinct(_ request: RefreshRequest) throws(JSONError) {
    try requireDistinct(request.context.map(\.instanceKey), "the context has the instance-key")
    let (groups, snaps) = (
      request.actions.filter { $0.action == "fetch-assertions" },
      request.actions.filter { $0.action != "fetch-assertions" }
    )
    try requireDistinct(snaps.compactMap(\.instanceKey), "two actions have the instance-key")
    try requireDistinct(groups.map { $0.key ?? "" }, "two actions have the key")
  }

  private static func requireDistinct(_ keys: [String], _ what: String) throws(JSONError) {
    var seen: Set<String> = []
    for key in keys where !seen.insert(key).inserted {
      throw JSONError(description: "\(what) '\(key.prefix(80))' twice")
    }
  }

  private static func installedSnap(_ reader: inout JSONReader) throws(JSONError) -> InstalledSnap {
    var snap = InstalledSnap(snapID: "", instanceKey: "", revision: 0, trackingChannel: nil)
    try reader.object { name, value throws(JSONError) in
      switch name {
      case "snap-id": snap.snapID = try value.string()
      case "instance-key": snap.instanceKey = try value.string()
      case "revision": snap.revision = try value.integer()
      case "tracking-channel": snap.trackingChannel = try value.optionalString()
      case "epoch": snap.epoch = try epoch(&value)
      case "ignore-validation": snap.ignoreValidation = try value.optionalBoolean()
      case "validation-sets": snap.validationSets = try validationSets(&value)
      default: try value.skipValue()
      }
    }
    guard !snap.snapID.isEmpty, !snap.instanceKey.isEmpty, snap.revision != 0 else {
      throw JSONError(description: "a snap of the context lacks snap-id, instance-key or revision")
    }
    return snap
  }

  private static func action(
    _ reader: inout JSONReader, assertions: inout Int
  ) throws(JSONError) -> RefreshAction {
    var action = RefreshAction(action: "")
    try reader.object { name, value throws(JSONError) in
      switch name {
      case "action": action.action = try value.string()
      case "instance-key": action.instanceKey = try value.optionalString()
      case "name": action.name = try value.optionalString()
      case "snap-id": action.snapID = try value.optionalString()
      case "channel": action.channel = try value.optionalString()
      case "revision": action.revision = try value.optionalInteger()
      case "epoch": action.epoch = try epoch(&value)
      case "key": action.key = try value.optionalString()
      case "ignore-validation": action.ignoreValidation = try value.optionalBoolean()
      case "validation-sets": action.validationSets = try validationSets(&value)
      case "assertions":
        var wanted: [WantedAssertion] = []
        try value.array { value throws(JSONError) in
          try require(assertions < RefreshLimits.assertions, "\(RefreshLimits.assertions) assertions")
          assertions += 1
          wanted.append(try wantedAssertion(&value))
        }
        action.assertions = wanted
      default: try value.skipValue()
      }
    }
    guard !action.action.isEmpty else { throw JSONError(description: "an action has no name") }
    return action
  }

  private static func validationSets(_ reader: inout JSONReader) throws(JSONError) -> [[String]] {
    var sets: [[String]] = []
    try reader.array { value throws(JSONError) in
      try require(sets.count < RefreshLimits.validationSets, "\(RefreshLimits.validationSets) validation sets")
      sets.append(try strings(&value, limit: RefreshLimits.keyParts, "parts of a key"))
    }
    return sets
  }

  private static func wantedAssertion(_ reader: inout JSONReader) throws(JSONError) -> WantedAssertion {
    var wanted = WantedAssertion(type: "", primaryKey: [])
    wanted.primaryKey = nil
    try reader.object { name, value throws(JSONError) in
      switch name {
      case "type": wanted.type = try value.string()
      case "primary-key": wanted.primaryKey = try strings(&value, limit: RefreshLimits.keyParts, "parts of a key")
      case "sequence-key": wanted.sequenceKey = try strings(&value, limit: RefreshLimits.keyParts, "parts of a key")
      case "sequence": wanted.sequence = try value.optionalInteger()
      case "if-sequence-equal-or-newer-than": wanted.ifSequenceEqualOrNewerThan = try value.optionalInteger()
      case "if-newer-than": wanted.ifNewerThan = try value.optionalInteger()
      default: try value.skipValue()
      }
    }
    guard !wanted.type.isEmpty else { throw JSONError(description: "a wanted assertion has no type") }
    return wanted
  }

  /// `null`, a text like `1*`, or two lists.
  private static func epoch(_ reader: inout JSONReader) throws(JSONError) -> Epoch? {
    guard reader.isObject() else {
      guard let text = try reader.optionalString() else { return nil }
      guard let epoch = try? Epoch(parsing: text) else {
        throw JSONError(description: "'\(text.prefix(80))' is no epoch")
      }
      return epoch
    }
    var read: [UInt32] = []
    var write: [UInt32] = []
    try reader.object { name, value throws(JSONError) in
      switch name {
      case "read": read = try numbers(&value)
      case "write": write = try numbers(&value)
      default: try value.skipValue()
      }
    }
    if read == [0], write == [0] { return .zero }
    return Epoch(read: read.isEmpty ? [0] : read, write: write.isEmpty ? [0] : write)
  }

  private static func numbers(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
    var numbers: [UInt32] = []
    try reader.array { value throws(JSONError) in
      try require(numbers.count < RefreshLimits.epochs, "\(RefreshLimits.epochs) epochs")
      guard let number = UInt32(exactly: try value.integer()) else {
        throw JSONError(description: "an epoch is out of range")
      }
      numbers.append(number)
    }
    return numbers
  }

  private static func formats(_ reader: inout JSONReader) throws(JSONError) -> [String: Int] {
    var formats: [String: Int] = [:]
    try reader.object { name, value throws(JSONError) in
      try require(formats.count < RefreshLimits.formats, "\(RefreshLimits.formats) assertion formats")
      formats[name] = try value.integer()
    }
    return formats
  }
}
