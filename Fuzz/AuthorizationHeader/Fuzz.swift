import Macaroons

/// Headers of administrators, publishers' clients and devices. What is read can be verified without harm, and is worth
/// nothing without its key.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let header = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  if let authorization = AuthorizationHeader(header) {
    let verified = try? authorization.root.verifiedConditions(rootKey: [1], discharges: authorization.discharges)
    precondition(verified == nil, "a signature is guessed")
    let texts = ([authorization.root] + authorization.discharges).compactMap { try? $0.text(.v2) }
    // A location that was no UTF-8 may grow over the limit.
    if texts.count == authorization.discharges.count + 1 {
      let written = "Macaroon root=\"\(texts[0])\"" + texts.dropFirst().map { ", discharge=\"\($0)\"" }.joined()
      let again = AuthorizationHeader(written)
      precondition(again?.root.signature == authorization.root.signature || written.utf8.count > 32 << 10)
    }
  }
  if let single = AuthorizationHeader.single(header) {
    precondition((try? single.verifiedConditions(rootKey: [1])) == nil, "a signature is guessed")
  }
  if let text = AuthorizationHeader.rootText(header) { precondition(!text.contains("\"") && header.contains(text)) }
  return 0
}
