import Foundation
import StoreAPI

/// What is read is within the limits and holds nothing twice, and is what the general reader reads.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: bytes, count: count)
  guard let request = try? RefreshRequestReader.read(input) else { return 0 }
  precondition(request.context.count <= RefreshLimits.context && request.actions.count <= RefreshLimits.actions)
  precondition((request.fields?.count ?? 0) <= RefreshLimits.fields)
  let assertions = request.actions.reduce(0) { $0 + ($1.assertions?.count ?? 0) }
  precondition(assertions <= RefreshLimits.assertions)
  let keys = request.actions.filter { $0.action != "fetch-assertions" }.compactMap(\.instanceKey)
  precondition(Set(keys).count == keys.count && Set(request.context.map(\.instanceKey)).count == request.context.count)

  // As a client writes it again.
  guard let written = try? JSONEncoder().encode(request),
    let again = try? Array(written).withUnsafeBytes({ try RefreshRequestReader.read($0) })
  else { preconditionFailure("read once, read twice") }
  precondition(again.context.map(\.instanceKey) == request.context.map(\.instanceKey))
  precondition(again.actions.map(\.action) == request.actions.map(\.action))
  precondition(again.actions.map(\.revision) == request.actions.map(\.revision))
  precondition(again.fields == request.fields && again.assertionMaxFormats == request.assertionMaxFormats)
  return 0
}
