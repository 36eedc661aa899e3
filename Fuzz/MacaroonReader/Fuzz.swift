import Macaroons

/// What is read is written so that it is read again as the same, and proves nothing without its key.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  guard let macaroon = try? Macaroon(text: text) else { return 0 }
  for format in [MacaroonFormat.v1, .v2] {
    // A location that was no UTF-8 may grow over the limit.
    guard let written = try? macaroon.text(format), let again = try? Macaroon(text: written) else { continue }
    precondition(again.identifier == macaroon.identifier && again.signature == macaroon.signature)
    precondition(again.caveats.map(\.id) == macaroon.caveats.map(\.id))
  }
  precondition((try? macaroon.verifiedConditions(rootKey: [1], discharges: [macaroon])) == nil)
  return 0
}
