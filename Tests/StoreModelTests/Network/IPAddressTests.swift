import StoreModel
import Testing

@Suite("IP addresses") struct IPAddressTests {
  @Test(
    "are equal in every spelling, and an IPv4 address that is mapped into IPv6 is the IPv4 address",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"),
    ])
  func spellings(text: String, shown: String) throws {
    let address = try #require(IPAddress(text))
    #expect("\(address)" == shown)
    #expect(address == IPAddress(shown))
  }

  @Test(
    "are refused with anything around them",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "1.2.3.4:80", "[::1]", "fe80::1%eth0", " ::1", "localhost", "::1\0", "1.2.3.256",
    ])
  func refused(text: String) { #expect(IPAddress(text) == nil) }

  @Test("may have brackets or an interface where the caller says so") func forms() {
    #expect(IPAddress(bracketed: "[::1]") == IPAddress("::1"))
    #expect(IPAddress(bracketed: "::1") == IPAddress("::1"))
    #expect(IPAddress(bracketed: "127.0.0.1") == IPAddress("127.0.0.1"))
    for text in ["[127.0.0.1]", "[::1", "::1]", "[]", "["] { #expect(IPAddress(bracketed: text) == nil, "\(text)") }
    #expect(IPAddress(ignoringInterfaceOf: "fe80::1%eth0") == IPAddress("fe80::1"))
    #expect(IPAddress(ignoringInterfaceOf: "fe80::1%\(String(repeating: "x", count: 64))") == nil)
  }

  @Test(
    "of the host itself are known",
    arguments: [
      ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("::2", false),
      ("10.0.0.1", false), ("::", false),
    ])
  func loopback(text: String, isLoopback: Bool) throws {
    #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
  }
}
