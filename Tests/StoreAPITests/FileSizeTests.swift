import Foundation
import StoreAPI
import Testing

@Suite("Sizes of files") struct FileSizeTests {
  private func read(_ size: String) throws -> UInt64 {
    try JSONDecoder().decode(Download.self, from: Data("{\"size\":\(size)}".utf8)).size
  }

  @Test("reads sizes up to the limit")
  func reads() throws {
    #expect(try read("0") == 0)
    #expect(try read("\(FileSize.limit)") == FileSize.limit)
  }

  @Test(
    "refuses what is no size of a file",
    arguments: [
      "1125899906842625", "9223372036854775807", "18446744073709551615", "-1", "1.5", "1e30", "\"5\"", "null",
    ])
  func refuses(size: String) { #expect(throws: DecodingError.self) { try read(size) } }
}
