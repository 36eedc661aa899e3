import Glibc
import Synchronization
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

  @Test("give memory back to the system after each flood, once")
  func memory() {
    let work = Mutex<[@Sendable () -> Void]>([])
    let trims = Atomic(0)
    let memory = UnusedMemory(
      later: { more in work.withLock { $0.append(more) } }, trim: { trims.add(1, ordering: .relaxed) })
    for flood in 1...2 {
      for used in [1 << 20, 40 << 20, 0, 0, 1 << 20, 0] { memory.changed(to: used) }
      #expect(work.withLock { $0.count } == 1)
      #expect(trims.load(ordering: .relaxed) == flood - 1)
      for job in work.withLock({ jobs in
        defer { jobs = [] }
        return jobs
      }) { job() }
      #expect(trims.load(ordering: .relaxed) == flood)
      memory.changed(to: 0)
      #expect(work.withLock { $0.isEmpty })
    }
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
}
