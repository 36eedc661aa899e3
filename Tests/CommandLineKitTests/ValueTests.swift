import CommandLineKit
import Testing

@Suite("Values") struct ValueTests {
  @Test(
    "durations are read and written",
    arguments: [
      ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
      ("7d", .seconds(604_800)), ("0s", .zero),
    ])
  func durations(text: String, duration: Duration) throws {
    #expect(try Duration(parsing: text) == duration)
    #expect(duration.parameterText == text)
  }

  @Test("a duration without a unit is in seconds") func seconds() throws {
    #expect(try Duration(parsing: "90") == .seconds(90))
  }

  @Test("refuses what is no duration", arguments: ["", "s", "-5s", "5 s", "5w", "9223372036854775807d", "٣s"])
  func badDurations(text: String) { #expect(throws: ParameterProblem.self) { try Duration(parsing: text) } }

  @Test(
    "byte counts have units of 1000 and 1024",
    arguments: [("5", 5), ("500k", 500_000), ("10M", 10_000_000), ("2G", 2_000_000_000), ("64MiB", 67_108_864)])
  func bytes(text: String, count: UInt64) throws { #expect(try ByteCount(parsing: text).bytes == count) }

  @Test(
    "refuses what is no byte count",
    arguments: ["", "k", "-1", "1.5M", "99999999999999999999", "18446744073709551615k"])
  func badBytes(text: String) { #expect(throws: ParameterProblem.self) { try ByteCount(parsing: text) } }

  @Test(
    "byte counts are shown as people say them",
    arguments: [(0, "0 B"), (999, "999 B"), (12_345, "12.3 kB"), (999_960, "1.0 MB"), (2_000_000_000, "2.0 GB")])
  func shown(count: UInt64, text: String) { #expect(ByteCount(count).description == text) }

  @Test("paths are neither empty nor cut by a zero byte", arguments: ["", "a\0b"])
  func paths(text: String) { #expect(throws: ParameterProblem.self) { try FilePath(parsing: text) } }
}
