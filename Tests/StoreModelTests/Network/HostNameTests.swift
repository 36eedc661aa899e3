import StoreModel
import Testing

@Suite("HostName") struct HostNameTests {
  @Test(
    "is a name in lower case or an address",
    arguments: [
      ("snaps.internal", "snaps.internal"), ("SNAPS.Internal", "snaps.internal"), ("localhost", "localhost"),
      ("a_b-c.example", "a_b-c.example"), ("xn--mller-kva.example", "xn--mller-kva.example"), ("10.1.2.3", "10.1.2.3"),
      ("[2001:DB8::1]", "2001:db8::1"), ("::1", "::1"),
    ])
  func parses(text: String, plain: String) throws {
    let host = try HostName(parsing: text)
    #expect(host.description == plain)
    #expect(host.isAddress == (plain.contains(":") || plain == "10.1.2.3"))
  }

  @Test(
    "refuses what names no host, and says why",
    arguments: [
      ("", "empty"), ("snaps.internal.", "ends with a dot"), ("müller.example", "xn--"), ("a b", "are allowed"),
      ("http://snaps", "are allowed"), ("snaps:80", "are allowed"), ("-a.b", "begin or end"), ("a..b", "1 to 63"),
      ("10.1.2.256", "no IPv4 address"), ("10.1", "no IPv4 address"), ("[10.1.2.3]", "are allowed"),
      ("*.example", "are allowed"),
      (String(repeating: "a", count: 64), "1 to 63"), (String(repeating: "a.", count: 130) + "b", "253"),
      ("fe80::1%eth0", "are allowed"),
    ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: HostNameError.self) { try HostName(parsing: text) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }
}
