import ProxyState
import Synchronization

/// What one connection holds of the limits that all share, and gives back when its answers are sent or when it ends.
final class ConnectionAccount: Sendable {
  /// The account of the connection that the running task serves.
  @TaskLocal static var current: ConnectionAccount?

  /// Something that was taken, and for whom.
  private struct Hold {
    let share: FairShare
    let amount: Int
    let client: ClientNetwork?
  }

  private struct Request {
    var client: ClientNetwork?
    var holds: [Hold] = []
    /// Bytes of a piece of a file in memory; `nil` while no file is sent.
    var piece: Int?
    /// Tells the client that its body is awaited.
    var proceed: (@Sendable () -> Void)?
  }

  private struct State {
    var connection: Hold?
    /// Requests whose answers are not sent yet, oldest first. The last is the one that is being answered.
    var requests: [Request] = []
    var isClosed = false
    var proceed: (@Sendable () -> Void)?
  }

  /// Answers that are smaller are never refused.
  static let smallAnswer = 4 << 10
  /// How much of a file is in memory at a time where it cannot go from the disk to the socket, in bytes.
  static let usualPiece = 256 << 10
  /// The same while memory is short.
  static let smallPiece = 32 << 10

  let isSecure: Bool
  private let limits: ClientLimits
  private let state = Mutex(State())

  init(limits: ClientLimits, isSecure: Bool) {
    self.limits = limits
    self.isSecure = isSecure
  }

  /// Counts the connection.
  /// - Parameter address: Of the other end; `nil` where it is not known.
  /// - Returns: `false` where there are too many.
  func admit(_ address: String?) -> Bool {
    let network = address.flatMap { limits.trusted.contains($0) ? nil : ClientNetwork($0) }
    guard limits.connections.take(1, for: network) else { return false }
    state.withLock { $0.connection = Hold(share: limits.connections, amount: 1, client: network) }
    return true
  }

  /// Begins a request; what is taken from now on is given back when its answer is sent.
  /// - Parameter client: `nil` for one whose share is not limited.
  func begin(for client: ClientNetwork?) {
    state.withLock { state in
      state.requests.append(Request(client: client, proceed: state.proceed))
      state.proceed = nil
    }
  }

  /// What to do before the body of the request that begins next is read.
  func whenBodyIsAwaited(_ proceed: @escaping @Sendable () -> Void) { state.withLock { $0.proceed = proceed } }

  /// Lets a client that waits for the word send its body.
  func awaitBody() {
    let proceed = state.withLock { state -> (@Sendable () -> Void)? in
      guard let last = state.requests.indices.last else { return nil }
      defer { state.requests[last].proceed = nil }
      return state.requests[last].proceed
    }
    proceed?()
  }

  /// Takes memory for a body, of a request or of an answer.
  /// - Returns: `false` where there is not enough left for this client, or where the connection has ended.
  func hold(bytes: Int) -> Bool {
    let isHeld = hold(limits.bytes, bytes)
    limits.memoryChanged()
    return isHeld
  }

  /// The client whose request is being answered; `nil` for one whose share is not limited.
  var client: ClientNetwork? { state.withLock { $0.requests.last.flatMap(\.client) } }

  /// Takes a place among the files that are being sent.
  /// - Parameter inMemory: Whether the file passes through memory, in pieces.
  /// - Returns: `false` where there is none left for this client.
  func holdTransfer(inMemory: Bool) -> Bool {
    guard hold(limits.transfers, 1) else { return false }
    var piece = Self.usualPiece
    if inMemory {
      if limits.bytes.used > limits.bytes.whole / 2 || !hold(bytes: piece) {
        piece = Self.smallPiece
        // The client's share of transfers bounds how many of these it holds.
        guard hold(limits.bytes, piece, isShared: false) else { return false }
      }
    }
    state.withLock { state in
      if let last = state.requests.indices.last { state.requests[last].piece = piece }
    }
    return true
  }

  /// Bytes of a piece of the file that is being sent; `nil` where none is.
  var piece: Int? { state.withLock { $0.requests.last?.piece } }

  /// The oldest answer is sent: what its request held is given back.
  func answered() {
    let request = state.withLock { $0.requests.isEmpty ? nil : $0.requests.removeFirst() }
    giveBack(request?.holds ?? [])
  }

  /// The connection has ended.
  func close() {
    let holds = state.withLock { state in
      defer { (state.requests, state.connection, state.isClosed) = ([], nil, true) }
      return state.requests.flatMap(\.holds) + [state.connection].compactMap(\.self)
    }
    giveBack(holds)
  }

  /// - Parameter isShared: Whether the client's share of the whole counts.
  private func hold(_ share: FairShare, _ amount: Int, isShared: Bool = true) -> Bool {
    let request = state.withLock { $0.isClosed ? nil : $0.requests.last.map { (client: $0.client, Void()) } }
    guard let request else { return false }
    let client = isShared ? request.client : nil
    guard share.take(amount, for: client) else { return false }
    let hold = Hold(share: share, amount: amount, client: client)
    let isKept = state.withLock { state in
      guard !state.isClosed, let last = state.requests.indices.last else { return false }
      state.requests[last].holds.append(hold)
      return true
    }
    if !isKept { giveBack([hold]) }
    return isKept
  }

  private func giveBack(_ holds: [Hold]) {
    guard !holds.isEmpty else { return }
    for hold in holds { hold.share.giveBack(hold.amount, of: hold.client) }
    limits.memoryChanged()
  }
}
