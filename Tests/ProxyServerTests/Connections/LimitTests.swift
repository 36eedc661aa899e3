import Glibc
import ProxyState
import Testing

@testable import ProxyServer

@Suite("Limits on clients") struct LimitTests {
  @Test(
    "count a client by its IPv4 address or by the /64 of its IPv6 address",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
      ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("", nil), ("localhost", nil),
      ("192.0.2.1:80", nil), ("1.2.3.4.5", nil),
    ])
  func networks(address: String, network: String?) { #expect(ClientNetwork(address)?.description == network) }

  @Test("give one client an eighth once half is used, and a client that holds nothing what there is")
  func shares() throws {
    let share = FairShare(of: 80)
    let (greedy, modest) = (ClientNetwork("192.0.2.1"), ClientNetwork("192.0.2.2"))
    #expect(share.take(40, for: greedy))
    #expect(!share.take(1, for: greedy))
    #expect(share.take(20, for: modest))
    #expect(!share.take(1, for: modest))
    #expect(share.take(20, for: nil))
    #expect(!share.take(1, for: nil))
    #expect(!share.take(.max, for: nil))
    #expect(!share.take(-1, for: nil))
    share.giveBack(40, of: greedy)
    #expect(share.used == 40)
    #expect(share.take(9, for: greedy))
    #expect(!share.take(2, for: greedy))
    #expect(share.take(1, for: greedy))
  }

  @Test("are given back when the connection ends, also what a request takes afterwards")
  func account() {
    let limits = ClientLimits(connections: 4, bytes: 1 << 20)
    let account = ConnectionAccount(limits: limits, isSecure: true)
    #expect(account.admit("192.0.2.1"))
    account.begin(for: ClientNetwork("192.0.2.1"))
    #expect(account.hold(bytes: 1000))
    #expect(account.holdTransfer(inMemory: true))
    #expect(account.piece == ConnectionAccount.usualPiece)
    account.begin(for: nil)
    #expect(account.hold(bytes: 5))
    account.answered()
    #expect(limits.bytes.used == 5)
    #expect(limits.transfers.used == 0)
    account.close()
    #expect(limits.bytes.used == 0)
    #expect(limits.connections.used == 0)
    #expect(!account.hold(bytes: 5))
    #expect(limits.bytes.used == 0)
  }

  @Test("give memory back to the system after a flood, once")
  func memory() async {
    let (trims, trim) = AsyncStream.makeStream(of: Void.self)
    let memory = UnusedMemory { trim.yield() }
    for used in [1 << 20, 40 << 20, 0, 0, 1 << 20, 0] { memory.changed(to: used) }
    for await _ in trims { break }
    trim.finish()
    var more = 0
    for await _ in trims { more += 1 }
    #expect(more == 0)
  }

  @Test(
    "hold as many connections as there are descriptors for",
    arguments: [(1 << 20, 10_000), (20_512, 10_000), (1024, 384), (256, 96), (64, 20), (10, 1)])
  func descriptors(descriptors: Int, connections: Int) {
    #expect(DescriptorLimit(descriptors: descriptors).connections(wanted: 10_000) == connections)
  }

  @Test("raise the limit of the process to what the connections need, if the system lets it")
  func raising() {
    let raised = DescriptorLimit.raised(for: 10_000)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #expect(raised.descriptors == Int(limit.rlim_cur))
    #expect(limit.rlim_cur == limit.rlim_max || limit.rlim_cur >= 20_512)
  }

  @Test(
    "believe the load balancers that are configured, by address and network",
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
    "are no balancers",
    arguments: ["yes", "192.0.2.1/33", "192.0.2.1,", "192.0.2.1/+8", "balancer.example", "/8", "::1/129"])
  func noBalancers(value: String) { #expect(TrustedBalancers(value) == nil) }

  @Test(
    "read the client from what the balancers themselves saw",
    arguments: [
      ("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
      ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::1]:4711", "2001:db8::1"), ("nonsense", nil), ("", nil),
      ("203.0.113.9, unknown", nil),
    ])
  func clients(header: String, client: String?) throws {
    #expect(try #require(TrustedBalancers("192.0.2.0/24")).client(in: header) == client)
  }
}
