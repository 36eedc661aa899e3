import Assertions

/// What is read is kept byte for byte, but for line feeds at the end, and can be read again.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  guard let assertion = try? Assertion(decoding: input) else { return 0 }
  func content(_ bytes: [UInt8]) -> [UInt8].SubSequence { bytes.prefix(1 + (bytes.lastIndex { $0 != 10 } ?? -1)) }
  precondition(content(assertion.encoded) == content(input), "a signature is over the bytes that came")
  guard let again = try? Assertion(decoding: assertion.encoded) else { preconditionFailure("read once, read twice") }
  precondition(again == assertion && again.headers == assertion.headers && again.body == assertion.body)
  return 0
}
