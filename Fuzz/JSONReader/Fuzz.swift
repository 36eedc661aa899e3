import Foundation
import JSONSupport

/// What is read is JSON by the general reader, too, and is written so that it is read again as the same.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  var skipping = input.withUnsafeBytes { bytes -> Bool in
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      try reader.skipValue()
      try reader.finish()
      return true
    } catch { return false }
  }
  guard let value = try? JSONValue(parsing: input) else {
    precondition(!skipping, "what can be skipped can be read")
    return 0
  }
  precondition(skipping, "what can be read can be skipped")
  skipping = false
  let written = value.bytes
  guard let again = try? JSONValue(parsing: written) else { preconditionFailure("written once, read again") }
  precondition(again == value && again.bytes == written)
  // The general reader has a limit of its own for numbers, and refuses a name that is there twice.
  let options: JSONSerialization.ReadingOptions = [.fragmentsAllowed]
  if (try? JSONSerialization.jsonObject(with: Data(written), options: options)) == nil {
    precondition(value.holdsLargeNumber, "the general reader refuses what this one wrote")
  }
  return 0
}

extension JSONValue {
  /// Whether a number is there that a double does not hold.
  fileprivate var holdsLargeNumber: Bool {
    switch self {
    case .number(let text): Double(text).map { !$0.isFinite || text.utf8.count > 300 } ?? true
    case .array(let elements): elements.contains(where: \.holdsLargeNumber)
    case .object(let members): members.values.contains(where: \.holdsLargeNumber)
    case .null, .boolean, .string: false
    }
  }
}
