import Cryptography
import Testing

@testable import StoreSimulator

/// Vectors that pymacaroons made: a root with a third-party caveat, its discharge, and the binding.
@Suite("Macaroons of the simulator") struct UpstreamMacaroonTests {
  private static let rootV1 = """
    MDAyNGxvY2F0aW9uIHByb3h5LmV4YW1wbGUuaW50ZXJuYWwKMDAyNWlkZW50aWZpZXIgc3RvcmUtYWRtaW4tcm9vdC0wMDAxCjAw\
    MzNjaWQgcHJveHkuZXhhbXBsZS5pbnRlcm5hbHxhY2x8WyJzdG9yZV9hZG1pbiJdCjAwMzFjaWQgeyJzZWNyZXQiOiAiZEdWemRD\
    MXZibXg1IiwgInZlcnNpb24iOiAxfQowMDUxdmlkIEBBQkNERUZHSElKS0xNTk9QUVJTVFVWV1eKL5ULopGqzx5_JftxBHJd308T\
    auNBiV1HHBQaIER2q7XkfLp1a5GIDHhzD3qCwgowMDE4Y2wgbG9naW4udWJ1bnR1LmNvbQowMDQyY2lkIHByb3h5LmV4YW1wbGUu\
    aW50ZXJuYWx8ZXhwaXJlc3wyMDMwLTAxLTAyVDAzOjA0OjA1LjAwMDAwMAowMDJmc2lnbmF0dXJlIBFq904FIIdWdK8wfgJQ5p7F\
    4Xh-Y3H2l7taP6_5-vWXCg
    """
  private static let rootV2 = """
    AgEWcHJveHkuZXhhbXBsZS5pbnRlcm5hbAIVc3RvcmUtYWRtaW4tcm9vdC0wMDAxAAIqcHJveHkuZXhhbXBsZS5pbnRlcm5hbHxh\
    Y2x8WyJzdG9yZV9hZG1pbiJdAAEQbG9naW4udWJ1bnR1LmNvbQIoeyJzZWNyZXQiOiAiZEdWemRDMXZibXg1IiwgInZlcnNpb24i\
    OiAxfQRIQEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXV4ovlQuikarPHn8l-3EEcl3fTxNq40GJXUccFBogRHarteR8unVrkYgMeHMP\
    eoLCAAI5cHJveHkuZXhhbXBsZS5pbnRlcm5hbHxleHBpcmVzfDIwMzAtMDEtMDJUMDM6MDQ6MDUuMDAwMDAwAAAGIBFq904FIIdW\
    dK8wfgJQ5p7F4Xh-Y3H2l7taP6_5-vWX
    """
  private static let dischargeUnbound = """
    MDAxZWxvY2F0aW9uIGxvZ2luLnVidW50dS5jb20KMDAzOGlkZW50aWZpZXIgeyJzZWNyZXQiOiAiZEdWemRDMXZibXg1IiwgInZl\
    cnNpb24iOiAxfQowMGIyY2lkIGxvZ2luLnVidW50dS5jb218YWNjb3VudHxleUp2Y0dWdWFXUWlPaUpCWWtOa1JXWkhJaXdpWlcx\
    aGFXd2lPaUppWldOcmVVQmxlR0Z0Y0d4bExtTnZiU0lzSW1ScGMzQnNZWGx1WVcxbElqb2lRbVZqYTNraUxDSjFjMlZ5Ym1GdFpT\
    STZJbUpsWTJ0NUlpd2lhWE5mZG1WeWFXWnBaV1FpT25SeWRXVjkKMDA0MGNpZCBsb2dpbi51YnVudHUuY29tfHZhbGlkX3NpbmNl\
    fDIwMjktMTItMzFUMDA6MDA6MDAuMDAwMDAwCjAwM2VjaWQgbG9naW4udWJ1bnR1LmNvbXxsYXN0X2F1dGh8MjAyOS0xMi0zMVQw\
    MDowMDowMC4wMDAwMDAKMDAzY2NpZCBsb2dpbi51YnVudHUuY29tfGV4cGlyZXN8MjAzMC0wMS0wMVQwMDowMDowMC4wMDAwMDAK\
    MDAyZnNpZ25hdHVyZSAgVpn6hHmkAE5RMXGuAmnc9-ybWUNItkrJIrH9zWmIEwo
    """
  private static let dischargeBound = """
    MDAxZWxvY2F0aW9uIGxvZ2luLnVidW50dS5jb20KMDAzOGlkZW50aWZpZXIgeyJzZWNyZXQiOiAiZEdWemRDMXZibXg1IiwgInZl\
    cnNpb24iOiAxfQowMGIyY2lkIGxvZ2luLnVidW50dS5jb218YWNjb3VudHxleUp2Y0dWdWFXUWlPaUpCWWtOa1JXWkhJaXdpWlcx\
    aGFXd2lPaUppWldOcmVVQmxlR0Z0Y0d4bExtTnZiU0lzSW1ScGMzQnNZWGx1WVcxbElqb2lRbVZqYTNraUxDSjFjMlZ5Ym1GdFpT\
    STZJbUpsWTJ0NUlpd2lhWE5mZG1WeWFXWnBaV1FpT25SeWRXVjkKMDA0MGNpZCBsb2dpbi51YnVudHUuY29tfHZhbGlkX3NpbmNl\
    fDIwMjktMTItMzFUMDA6MDA6MDAuMDAwMDAwCjAwM2VjaWQgbG9naW4udWJ1bnR1LmNvbXxsYXN0X2F1dGh8MjAyOS0xMi0zMVQw\
    MDowMDowMC4wMDAwMDAKMDAzY2NpZCBsb2dpbi51YnVudHUuY29tfGV4cGlyZXN8MjAzMC0wMS0wMVQwMDowMDowMC4wMDAwMDAK\
    MDAyZnNpZ25hdHVyZSBd4qysP93ppf9020tSJX8aCeWfsNUCXb99osD26-T4fgo
    """
  private static let dischargeBoundV2 = """
    AgEQbG9naW4udWJ1bnR1LmNvbQIoeyJzZWNyZXQiOiAiZEdWemRDMXZibXg1IiwgInZlcnNpb24iOiAxfQACqQFsb2dpbi51YnVu\
    dHUuY29tfGFjY291bnR8ZXlKdmNHVnVhV1FpT2lKQllrTmtSV1pISWl3aVpXMWhhV3dpT2lKaVpXTnJlVUJsZUdGdGNHeGxMbU52\
    YlNJc0ltUnBjM0JzWVhsdVlXMWxJam9pUW1WamEza2lMQ0oxYzJWeWJtRnRaU0k2SW1KbFkydDVJaXdpYVhOZmRtVnlhV1pwWldR\
    aU9uUnlkV1Y5AAI3bG9naW4udWJ1bnR1LmNvbXx2YWxpZF9zaW5jZXwyMDI5LTEyLTMxVDAwOjAwOjAwLjAwMDAwMAACNWxvZ2lu\
    LnVidW50dS5jb218bGFzdF9hdXRofDIwMjktMTItMzFUMDA6MDA6MDAuMDAwMDAwAAIzbG9naW4udWJ1bnR1LmNvbXxleHBpcmVz\
    fDIwMzAtMDEtMDFUMDA6MDA6MDAuMDAwMDAwAAAGIF3irKw_3eml_3TbS1IlfxoJ5Z-w1QJdv32iwPbr5Ph-
    """
  private static let key = Array(UInt8(0)..<32)
  private static let conditions = [
    #"proxy.example.internal|acl|["store_admin"]"#,
    "login.ubuntu.com|account|eyJvcGVuaWQiOiJBYkNkRWZHIiwiZW1haWwiOiJiZWNreUBleGFtcGxlLmNvbSIsImRpc3BsYXluYW1lIjoi"
      + "QmVja3kiLCJ1c2VybmFtZSI6ImJlY2t5IiwiaXNfdmVyaWZpZWQiOnRydWV9",
    "login.ubuntu.com|valid_since|2029-12-31T00:00:00.000000",
    "login.ubuntu.com|last_auth|2029-12-31T00:00:00.000000",
    "login.ubuntu.com|expires|2030-01-01T00:00:00.000000",
    "proxy.example.internal|expires|2030-01-02T03:04:05.000000",
  ]

  @Test("are written as they were read", arguments: [rootV1, dischargeUnbound, dischargeBound])
  func firstVersion(text: String) throws { #expect(try #require(UpstreamMacaroon(text: text)).text == text) }

  @Test("are written in version 2 as they were read", arguments: [rootV2, dischargeBoundV2])
  func secondVersion(text: String) throws { #expect(try #require(UpstreamMacaroon(text: text)).newText == text) }

  @Test(
    "hold with the bound discharge, in either version", arguments: [rootV1, rootV2], [dischargeBound, dischargeBoundV2])
  func hold(root: String, discharge: String) throws {
    let root = try #require(UpstreamMacaroon(text: root))
    let discharge = try #require(UpstreamMacaroon(text: discharge))
    #expect(root.conditions(rootKey: Self.key, discharges: [discharge]) == Self.conditions)
  }

  @Test("do not hold unbound, undischarged, with another key, or with a discharge too many") func refuse() throws {
    let root = try #require(UpstreamMacaroon(text: Self.rootV1))
    let bound = try #require(UpstreamMacaroon(text: Self.dischargeBound))
    let unbound = try #require(UpstreamMacaroon(text: Self.dischargeUnbound))
    #expect(root.conditions(rootKey: Self.key, discharges: [unbound]) == nil)
    #expect(root.conditions(rootKey: Self.key, discharges: []) == nil)
    #expect(root.conditions(rootKey: Self.key + [0], discharges: [bound]) == nil)
    #expect(root.conditions(rootKey: Self.key, discharges: [bound, bound]) == nil)
    var changed = root
    changed.add(condition: "more")
    #expect(changed.conditions(rootKey: Self.key, discharges: [bound]) == nil)
  }

  @Test("are refused where they are none", arguments: ["", "AA", "x", "MDAxY2xvY2F0aW9u", String(rootV1.dropLast(9))])
  func refuse(text: String) { #expect(UpstreamMacaroon(text: text) == nil) }
}
