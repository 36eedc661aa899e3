/// A number of bytes with an optional unit of 1000 or 1024: `500k`, `10M`, `2G`, `64MiB`.
public struct ByteCount: ParameterValue, Hashable, CustomStringConvertible {
  /// How many bytes.
  public let bytes: UInt64

  /// That many bytes.
  public init(_ bytes: UInt64) { self.bytes = bytes }

  /// - Throws: ``ParameterProblem`` where it is no number of bytes that 64 bits hold.
  public init(parsing text: String) throws(ParameterProblem) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let scale: UInt64? =
      switch text[digits.endIndex...].lowercased() {
      case "", "b": 1
      case "k", "kb": 1000
      case "m", "mb": 1_000_000
      case "g", "gb": 1_000_000_000
      case "t", "tb": 1_000_000_000_000
      case "ki", "kib": 1 << 10
      case "mi", "mib": 1 << 20
      case "gi", "gib": 1 << 30
      case "ti", "tib": 1 << 40
      default: nil
      }
    guard let scale, let count = UInt64(digits) else {
      throw ParameterProblem("'\(text)' is not a number of bytes such as 500k, 10M, 2G or 64MiB")
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: scale)
    guard !overflow else { throw ParameterProblem("'\(text)' is too many bytes") }
    bytes = product
  }

  /// As people say it: `12.3 MB`.
  public var description: String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB", "TB"] {
      if value < 999.95 || unit == "TB" {
        return unit == "B" ? "\(bytes) B" : "\(Double((value * 10).rounded()) / 10) \(unit)"
      }
      value /= 1000
    }
    return "\(bytes) B"
  }
}
