import Testing

@testable import SnapProxyCommands

@Suite("Registered address") struct RegisteredAddressTests {
  private func warnings(
    _ url: String, domain: String = "snaps.internal", http: String = "80", https: String = "443",
    hasCertificate: Bool = true, isBehindBalancer: Bool = false
  ) -> [String] {
    RegisteredAddress(
      url: url, domain: domain, httpPort: http, httpsPort: https, hasCertificate: hasCertificate,
      isBehindBalancer: isBehindBalancer
    ).warnings
  }

  @Test("nothing is said where domain, port and certificate fit")
  func fits() {
    #expect(warnings("http://snaps.internal", hasCertificate: false) == [])
    #expect(warnings("https://snaps.internal") == [])
    #expect(warnings("http://snaps.internal:8080", http: "8080", hasCertificate: false) == [])
    #expect(warnings("https://snaps.internal:8443", http: "8080", https: "8443") == [])
    #expect(warnings("http://[fd00::1]", domain: "fd00::1") == [])
    #expect(warnings("http://[fd00::1]", domain: "[fd00::1]") == [])
    #expect(warnings("http://snaps.internal", domain: "SNAPS.internal") == [])
  }

  @Test("another domain, another port of the scheme in use, and a missing certificate are said, each with its remedy")
  func differs() {
    let other = warnings("http://snaps.internal", domain: "new.internal")
    #expect(other.count == 1 && other[0].contains("proxy.domain=snaps.internal"), "\(other)")
    let http = warnings("http://snaps.internal", http: "8080", https: "8443")
    #expect(http.count == 1 && http[0].contains("set proxy.port.http=80,"), "\(http)")
    let https = warnings("https://snaps.internal:444", http: "8080")
    #expect(https.count == 1 && https[0].contains("set proxy.port.https=444,"), "\(https)")
    let plain = warnings("https://snaps.internal", hasCertificate: false)
    #expect(plain.count == 1 && plain[0].contains("import-certificate"), "\(plain)")
  }

  @Test("a load balancer that is believed has its own port and certificate, but the domain counts")
  func balancer() {
    #expect(warnings("https://snaps.internal", http: "8080", hasCertificate: false, isBehindBalancer: true) == [])
    #expect(warnings("https://snaps.internal", domain: "new.internal", isBehindBalancer: true).count == 1)
  }
}
