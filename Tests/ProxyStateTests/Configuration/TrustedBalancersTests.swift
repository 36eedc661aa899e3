import ProxyState
import Testing

@Suite("Trusted load balancers") struct TrustedBalancersTests {
  @Test(
    "are believed by address and by network",
    arguments: [
      ("True", "203.0.113.9", true), ("False", "203.0.113.9", false), ("192.0.2.0/24", "192.0.2.200", true),
      ("192.0.2.0/24", "192.0.3.1", false), ("192.0.2.7", "::ffff:192.0.2.7", true),
      ("192.0.2.7,2001:db8::/32", "2001:db8:5::1", true),
      ("2001:db8::/33", "2001:db8:8000::1", false), ("0.0.0.0/0", "2001:db8::1", false), ("0.0.0.0/0", "1.2.3.4", true),
    ])
  func balancers(value: String, address: String, isTrusted: Bool) throws {
    #expect(try #require(TrustedBalancers(value)).contains(address) == isTrusted)
  }

  @Test(
    "are refused as a setting",
    arguments: ["yes", "192.0.2.1/33", "192.0.2.1,", "192.0.2.1/+8", "balancer.example", "/8", "::1/129"])
  func noBalancers(value: String) { #expect(TrustedBalancers(value) == nil) }

  @Test(
    "name the client: the last address that they saw themselves",
    arguments: [
      ("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
      ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::1]:4711", "2001:db8::1"), ("nonsense", nil), ("", nil),
      ("203.0.113.9, unknown", nil),
    ])
  func clients(header: String, client: String?) throws {
    #expect(try #require(TrustedBalancers("192.0.2.0/24")).client(in: header) == client)
  }
}
