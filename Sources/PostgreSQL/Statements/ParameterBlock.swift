import CPostgreSQL

/// A statement's parameters as libpq wants them: five arrays, the values in one piece of memory.
struct ParameterBlock {
  private var types: [Oid] = []
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var bytes: [UInt8] = []

  var count: Int { types.count }

  init(_ parameters: [SQLParameter]) throws(PostgreSQLError) {
    for parameter in parameters {
      let start = bytes.count
      try parameter.encode(into: &bytes)
      types.append(parameter.type)
      offsets.append(parameter == .null ? nil : start)
      lengths.append(Int32(clamping: bytes.count - start))
      formats.append(parameter.isBinary ? 1 : 0)
    }
    // An empty value at the very end needs an address too.
    bytes.append(0)
  }

  func withPointers<Result>(
    _ body: (
      UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { buffer in
      let start = buffer.assumingMemoryBound(to: CChar.self).baseAddress
      let values = offsets.map { offset -> UnsafePointer<CChar>? in
        guard let offset, let start else { return nil }
        return start + offset
      }
      return body(types, values, lengths, formats)
    }
  }
}
